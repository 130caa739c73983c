"""The self-check of lecture 00 says what is wrong and what to do, and never raises."""

import importlib
import subprocess
import sys

from nlm_utils import environment


def test_all_is_well_here():
    report = environment.self_check()
    assert report.ok, repr(report)
    assert "All is well" in repr(report) and "All is well" in report._repr_html_()


def test_a_package_that_does_not_load_is_named_with_what_to_do():
    def load(name):
        if name == "scipy":
            raise ImportError("libopenblas <missing>")
        return importlib.import_module(name)

    report = environment.self_check(load)
    assert not report.ok
    assert "✗ scipy" in repr(report) and "make lab" in repr(report)
    assert "1 of" in repr(report)
    assert "libopenblas &lt;missing&gt;" in report._repr_html_()


def test_an_old_python_is_named(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    report = environment.self_check(lambda name: None)
    assert not report.ok and "3.9.1 is too old" in repr(report)


def test_a_place_for_the_record_that_cannot_be_written_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("NLM_PROGRESS", str(tmp_path / "deep" / "progress.sqlite"))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(environment.os, "access", lambda path, mode: False)
    report = environment.self_check(lambda name: None)
    assert not report.ok and "NLM_PROGRESS" in repr(report)


def test_importing_the_package_loads_neither_torch_nor_matplotlib():
    code = (
        "import sys, nlm_utils, nlm_utils.exercises, nlm_utils.text, nlm_utils.functional; "
        "from nlm_utils import corpora; "
        "print([name for name in ('torch', 'matplotlib', 'scipy') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
