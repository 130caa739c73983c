"""What several exercises of this lecture share."""


def guarded(numerator, denominator):
    return numerator / denominator if denominator else 0.0
