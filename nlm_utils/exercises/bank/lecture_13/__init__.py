"""The open challenge of lecture 13: a composition of the student's own.

There is no value to compare: what is observed is the verdict of `challenge.find_fault`, which is "takes part" for every
causal composition and names a fault otherwise. How good it is, `challenge.submit` measures.
"""
