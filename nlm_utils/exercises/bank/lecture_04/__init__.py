"""The exercises of lecture 04: how surprised a model is, and by how much more than it need be.

The references are functional.py's own. What stands here is what they are tried on, and the mistakes that
learners make, each with its sentence. Logits reach ±1000, rows differ in size, and probabilities hold zeros.
"""
