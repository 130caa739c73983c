"""The exercises of lecture 06: the rules that carry a gradient backwards, and the order to apply them in.

`unbroadcast`, `tanh_backward`, `log_softmax_backward` and `topological_order` are the engine's own
(autograd.py); of the two others it has a batched and a sparse version, and the short ones stand here.
"""
