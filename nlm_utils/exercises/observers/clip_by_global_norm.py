"""clip_by_global_norm: the clipped tensors, the norm as a float whatever it is, and the gradients afterwards."""

import numpy as np
import torch


def observe(function, args, kwargs):
    """The clipped tensors, the norm as a float whichever kind of number it is, and the gradients afterwards."""
    given = function(*args, **kwargs)
    if not (isinstance(given, (tuple, list)) and len(given) == 2):
        return {"clipped": given, "gradients afterwards": args[0]}
    clipped, norm = given
    if isinstance(norm, torch.Tensor) and norm.numel() == 1 and norm.is_floating_point():
        norm = float(norm)
    elif isinstance(norm, (np.floating, np.ndarray)) and norm.size == 1 and norm.dtype.kind == "f":
        norm = float(norm.item())
    parts = clipped if isinstance(clipped, (list, tuple, torch.Tensor)) else []
    dtypes = ", ".join(str(getattr(grad, "dtype", "none")).removeprefix("torch.") for grad in parts)
    return {"clipped": clipped, "norm": norm, "dtypes": dtypes, "gradients afterwards": args[0]}
