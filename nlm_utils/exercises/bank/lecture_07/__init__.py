"""The exercises of lecture 07: one step of momentum, of Adam, of Sophia; the curvature; the schedule.

The steps work on one NumPy array; optim.py holds the optimizers that train the models, which are tested against
torch and the papers' authors. `warmup_cosine` is the library's own.
"""
