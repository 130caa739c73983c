"""The exercises of lecture 11: layer norm, the feed-forward network, the block, its parameters, rotary positions.

The references are plain torch, one function each. models/transformer.py puts the same pieces together with learnt
matrices; tests/test_transformer_references.py holds the references to torch's own layers.
"""
