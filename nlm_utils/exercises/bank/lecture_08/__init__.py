"""The exercises of lecture 08: windows of text, one training step, clipping, a window of embeddings, how text is drawn.

`make_windows` (training/rows.py), `clip_by_global_norm` (optim.py), `top_k_filter`, `top_p_filter` and `generate`
(models/sampling.py) are the library's own. For what has no plain value, a training step or a random draw, the modules
of observers/ say what is compared.
"""
