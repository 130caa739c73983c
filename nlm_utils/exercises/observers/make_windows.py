"""make_windows: the two tensors, what kind of numbers they hold, and the ids afterwards."""

import torch


def _dtype(part) -> str:
    """int64 for lists too, which have none."""
    return str(getattr(part, "dtype", "int64")).removeprefix("torch.")


def observe(function, args, kwargs) -> dict:
    """The two tensors, what kind of numbers they hold, and the ids afterwards."""
    result = function(*args, **kwargs)
    facts = {"value": result}
    if isinstance(result, (tuple, list, torch.Tensor)):
        facts["dtype"] = ", ".join(sorted({_dtype(part) for part in result}))
    return facts | {"ids afterwards": torch.as_tensor(args[0])}
