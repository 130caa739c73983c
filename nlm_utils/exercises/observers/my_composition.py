"""my_composition: the verdict of the challenge, since every right answer is another one."""

from nlm_utils import challenge


def observe(function, args, kwargs) -> dict:
    fault = challenge.find_fault(lambda dim: function(dim, **kwargs), *args)
    return {"verdict": "takes part" if fault is None else fault.kind}
