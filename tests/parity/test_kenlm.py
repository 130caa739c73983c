"""Our Kneser–Ney against KenLM's reader, which nobody here wrote: it reads our ARPA file. Run by `make parity`."""

import kenlm
import numpy as np
import pytest

from nlm_utils import corpora, text
from nlm_utils.kneser_ney import KneserNey

SENTENCES = text.split_sentences(text.tokenize(corpora.load("python_manual")))


def with_a_bigram(path):
    """KenLM reads no file of order 1: adds a bigram that no sentence holds."""
    lines = path.read_text(encoding="utf-8").replace("\n\n\\1-grams:", "\nngram 2=1\n\n\\1-grams:")
    path.write_text(lines.replace("\n\\end\\", "\n\\2-grams:\n-1\t</s> </s>\n\n\\end\\"), encoding="utf-8")


@pytest.mark.parametrize("predict_end", [True, False])
@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_the_reader_finds_our_probabilities(order, predict_end, tmp_path):
    cut = len(SENTENCES) * 9 // 10
    train, test = SENTENCES[:cut], SENTENCES[cut:]
    ours = KneserNey(order, predict_end=predict_end, fallback_discounts=(0.5, 1.0, 1.5)).fit(train)
    path = tmp_path / "model.arpa"
    ours.save_arpa(path)
    if order == 1:
        with_a_bigram(path)
    theirs = kenlm.Model(str(path))
    scores = [score for s in test for score, *_ in theirs.full_scores(" ".join(s), eos=predict_end)]
    assert len(scores) > 1000
    np.testing.assert_allclose(ours.log_probs(test) / np.log(10), scores, atol=1e-5, rtol=0)
