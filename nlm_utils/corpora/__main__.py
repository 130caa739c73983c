"""`python -m nlm_utils.corpora`: what Campus speaks, and the constants to paste into campus.py."""

from . import campus

print(campus.describe())
print(f"\nCONSTANTS = {campus.enumerate_constants()}")
