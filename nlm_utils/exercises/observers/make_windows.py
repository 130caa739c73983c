"""make_windows: the two tensors, what kind of numbers they hold, and the ids afterwards."""

import torch


def observe(function, args, kwargs) -> dict:
    """The two tensors, what kind of numbers they hold, and the ids afterwards."""
    result = function(*args, **kwargs)
    facts = {"value": result}
    if isinstance(result, tuple) and all(torch.is_tensor(part) for part in result):
        facts["dtype"] = ", ".join(str(part.dtype) for part in result)
    return facts | {"ids afterwards": torch.as_tensor(args[0])}
