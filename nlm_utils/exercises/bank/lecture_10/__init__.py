"""The exercises of lecture 10: the weights, the mask, attention that looks back, heads, positions.

Plain torch, one function each; models/attention.py puts the same pieces together with learnt matrices and is
tested against torch's own attention, as the references here are (tests/test_attention_references.py).
"""
