"""The registry of real text: found on this machine, fetched, damaged, absent. No test touches the network."""

import hashlib
import re

import pytest

from nlm_utils import corpora, text
from nlm_utils.corpora import registry


@pytest.fixture(autouse=True)
def no_network(monkeypatch, tmp_path):
    """Nothing in NLM_DATA, an empty download cache, and a network that is down."""
    import pooch

    def down(self, url, output_file, pooch, check_only=False):
        raise ConnectionError("the network is down")

    monkeypatch.delenv("NLM_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache")
    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", down)


@pytest.fixture
def small_shakespeare(monkeypatch):
    """A play of one line in the place of Shakespeare, with its own checksum."""
    content = "Speak, speak.\n"
    known = registry._FILES["shakespeare"]._replace(sha256=hashlib.sha256(content.encode()).hexdigest())
    monkeypatch.setitem(registry._FILES, "shakespeare", known)
    return content


def test_names_and_what_they_are():
    assert corpora.names() == ("python_manual", "shakespeare", "names")
    assert all(len(corpora.about(name)) > 20 for name in corpora.names())


def test_an_unknown_name():
    with pytest.raises(ValueError, match=r"no corpus is called 'shakespear'.*did you mean 'shakespeare'"):
        corpora.load("shakespear")
    with pytest.raises(ValueError, match=r"corpora\.campus\.sample"):
        corpora.load("campus")


def test_the_python_manual_is_prose():
    manual = corpora.load("python_manual")
    paragraphs = manual.splitlines()
    assert len(paragraphs) == len(set(paragraphs)) > 300
    assert all(re.search(r"[.:!?][)’']?$", paragraph) for paragraph in paragraphs)
    for trace in ("::=", ">>>", "+---", "====", "****", "\t", "  ", '"', "`"):
        assert trace not in manual
    tokens = text.tokenize(manual)
    assert len(tokens) > 20_000
    assert sum(token.isalpha() for token in tokens) > 0.8 * len(tokens)
    assert tokens.count("the") > 0.03 * len(tokens)


def test_what_is_prose():
    assert registry._is_prose(["The loop ends when the condition", "is found to be false."])
    assert not registry._is_prose(['if_stmt ::= "if" expression ":" suite'])
    assert not registry._is_prose([">>> print('The loop ends here now.')"])
    assert not registry._is_prose(["| Operation | Result | The notes on it. |"])
    assert not registry._is_prose(["for x in range(10):", "print(x)"])
    assert not registry._is_prose(["class Meta(type):", "pass"])
    assert (
        registry._without_markup('* The "assert" statement is *simple*. [3]')
        == "The assert statement is simple."
    )


def test_the_folder_comes_first(monkeypatch, tmp_path, small_shakespeare):
    (tmp_path / "tinyshakespeare.txt").write_text(small_shakespeare)
    monkeypatch.setenv("NLM_DATA", str(tmp_path))
    assert corpora.load("shakespeare") == small_shakespeare
    found = corpora.load_or_fallback("shakespeare")
    assert found == (small_shakespeare, "shakespeare", "")


def test_a_damaged_file_is_named(monkeypatch, tmp_path):
    (tmp_path / "names.txt").write_text("emma\noli")
    monkeypatch.setenv("NLM_DATA", str(tmp_path))
    with pytest.raises(corpora.CorpusUnavailable, match=r"names\.txt is damaged") as caught:
        corpora.load("names")
    assert str(tmp_path / "names.txt") in str(caught.value)
    assert (tmp_path / "names.txt").read_text() == "emma\noli"


def test_then_the_download_cache(tmp_path, small_shakespeare):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "tinyshakespeare.txt").write_text(small_shakespeare)
    assert corpora.load("shakespeare") == small_shakespeare


def test_then_the_network(monkeypatch, small_shakespeare):
    import pooch

    asked = []

    def download(self, url, output_file, pooch, check_only=False):
        asked.append(url)
        with open(output_file, "w") as file:
            file.write(small_shakespeare)

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", download)
    assert corpora.load("shakespeare") == corpora.load("shakespeare") == small_shakespeare
    assert asked == [registry._FILES["shakespeare"].url]


def test_a_download_with_the_wrong_content_is_refused(monkeypatch):
    import pooch

    def download(self, url, output_file, pooch, check_only=False):
        with open(output_file, "w") as file:
            file.write("<html>sign in first</html>")

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", download)
    with pytest.raises(corpora.CorpusUnavailable, match="could not be fetched"):
        corpora.load("names")


def test_offline_and_absent(monkeypatch, tmp_path):
    monkeypatch.setenv("NLM_DATA", str(tmp_path / "no_such_folder"))
    with pytest.raises(corpora.CorpusUnavailable) as caught:
        corpora.load("names")
    message = str(caught.value)
    assert "NLM_DATA" in message and "names.txt" in message and "https://" in message
    assert "\n" not in message


def test_the_fallback_says_so():
    found = corpora.load_or_fallback("shakespeare")
    assert found.name == "python_manual"
    assert found.text == corpora.load("python_manual")
    assert "We go on with 'python_manual'" in found.notice and "'shakespeare'" in found.notice
    with pytest.raises(ValueError, match="no corpus is called"):
        corpora.load_or_fallback("hamlet")
