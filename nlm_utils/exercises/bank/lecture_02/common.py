"""What several exercises of this lecture share."""

from nlm_utils import functional


def _cosine(a, b):
    return functional.cosine_similarity(a, b)
