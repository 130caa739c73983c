"""The policy of compare.py for kinds, dtypes and tolerances, held by every exercise: its result in other dress.

What is done here to the result of each reference is right or wrong whatever the exercise is.
"""

import functools
from collections import Counter

import numpy as np
import pytest
import torch

from nlm_utils.exercises import get, names

PLAIN = [name for name in names() if get(name).observe is None]


def each(change):
    """`change` done to every array, tensor and number in a result; other things stay."""

    def changed(value):
        if isinstance(value, (Counter, dict)):
            return type(value)({key: changed(entry) for key, entry in value.items()})
        if isinstance(value, (list, tuple)):
            return type(value)(map(changed, value))
        return change(value)

    return changed


def dressed(exercise, change):
    """The reference, with its result changed."""

    @functools.wraps(exercise.reference, assigned=())
    def answer(*args, **kwargs):
        return change(exercise.reference(*args, **kwargs))

    return answer


def is_float(value):
    if isinstance(value, torch.Tensor):
        return value.is_floating_point()
    return isinstance(value, (float, np.floating, np.ndarray)) and np.asarray(value).dtype.kind == "f"


def is_array(value):
    return isinstance(value, (np.ndarray, torch.Tensor)) and value.ndim > 0


@functools.cache
def results(name):
    """All arrays, tensors and numbers that the reference gives on the cases of an exercise."""
    exercise, found = get(name), []
    for case in exercise.cases:
        args, kwargs = case.make()
        try:
            each(found.append)(exercise.reference(*args, **kwargs))
        except ValueError:  # the docstring asks for it
            continue
    return found


def asks_for_gradients(name):
    return any(
        isinstance(value, torch.Tensor) and value.requires_grad
        for case in get(name).cases
        for value in tensors(case.make())
    )


def tensors(value):
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        yield from tensors(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from tensors(entry)


def having(what):
    return [name for name in PLAIN if any(map(what, results(name)))]


def check(name, change):
    return get(name).check(dressed(get(name), each(change)))


def assert_right(name, change):
    feedback = check(name, change)
    assert feedback.outcome == "right", str(feedback)
    return feedback


# --- dtypes --------------------------------------------------------------------------------------------------------


def single(value):
    if not is_float(value):
        return value
    return value.float() if isinstance(value, torch.Tensor) else np.float32(value)


def half(value):
    if not is_float(value):
        return value
    return value.half() if isinstance(value, torch.Tensor) else np.float16(value)


@pytest.mark.parametrize("name", [n for n in having(is_float) if n != "sinusoidal_positions"])
def test_float32_for_float64_is_refused_with_a_sentence_of_its_own(name):
    feedback = check(name, single)
    assert feedback.misconception == "generic-precision", str(feedback)
    assert "float32 where float64 is expected" in feedback.sentence


def test_sinusoids_have_torchs_default_dtype_at_least():
    assert check("sinusoidal_positions", half).misconception == "generic-precision"
    assert_right("sinusoidal_positions", torch.Tensor.double)


def int32(value):
    if isinstance(value, torch.Tensor):
        return value.int() if value.dtype == torch.int64 else value
    return np.int32(value) if np.asarray(value).dtype.kind == "i" else value


def uint64(value):
    return np.uint64(value) if np.asarray(value).dtype.kind == "i" else value


@pytest.mark.parametrize("name", having(lambda value: int32(value) is not value))
def test_whole_numbers_may_have_any_width(name):
    assert_right(name, int32)
    assert_right(name, uint64)


@pytest.mark.parametrize("name", having(lambda value: int32(value) is not value))
def test_floats_do_not_stand_for_whole_numbers(name):
    assert check(name, lambda value: value * 1.0).outcome == "wrong"


# --- kinds ---------------------------------------------------------------------------------------------------------


def is_number(value):
    return isinstance(value, (bool, int, float, np.number))


@pytest.mark.parametrize("name", having(is_number))
@pytest.mark.parametrize("kind", [lambda value: np.asarray(value)[()], np.asarray])
def test_a_number_may_be_numpys_or_have_no_axes(name, kind):
    assert_right(name, lambda value: kind(value) if is_number(value) else value)


def listed(value):
    return value.tolist() if is_array(value) else value


@pytest.mark.parametrize("name", [name for name in having(is_array) if not asks_for_gradients(name)])
def test_lists_stand_for_arrays_and_for_tensors(name):
    feedback = assert_right(name, listed)
    args, kwargs = next(case.make() for case in get(name).cases)
    wanted = get(name).reference(*args, **kwargs)
    adapted = feedback.adapter(each(listed)(get(name).reference(*args, **kwargs)))
    assert_same_kinds(wanted, adapted)


def is_tensor(value):
    return isinstance(value, torch.Tensor)


def numpied(value):
    return value.detach().numpy() if is_tensor(value) else value


@pytest.mark.parametrize("name", [name for name in having(is_tensor) if not asks_for_gradients(name)])
def test_arrays_stand_for_tensors_where_no_gradient_is_asked(name):
    feedback = assert_right(name, numpied)
    args, kwargs = next(case.make() for case in get(name).cases)
    wanted = get(name).reference(*args, **kwargs)
    assert_same_kinds(wanted, feedback.adapter(each(numpied)(wanted)))


@pytest.mark.parametrize("name", [name for name in having(is_tensor) if asks_for_gradients(name)])
@pytest.mark.parametrize("change", [numpied, lambda value: listed(value.detach())])
def test_where_a_gradient_is_asked_arrays_and_lists_are_told_so(name, change):
    feedback = check(name, change)
    assert feedback.misconception in ("generic-array-for-tensor", "generic-no-gradient"), str(feedback)


def assert_same_kinds(one, other):
    assert type(one) is type(other)
    if isinstance(one, (np.ndarray, torch.Tensor)):
        assert one.dtype == other.dtype and one.shape == other.shape
    elif isinstance(one, (list, tuple)):
        for pair in zip(one, other, strict=True):
            assert_same_kinds(*pair)


def upside_down(value):
    """The same numbers, walked through from the end of their memory to its beginning."""
    return np.flip(np.flip(value).copy()) if isinstance(value, np.ndarray) else value


def fortran(value):
    if is_tensor(value):
        return value.mT.contiguous().mT if value.ndim > 1 else value
    return np.asfortranarray(value) if is_array(value) else value


def read_only(value):
    if isinstance(value, np.ndarray):
        value = value.copy()
        value.flags.writeable = False
    return value


def every_other(value):
    """A view of every other entry of a memory twice as long."""
    return np.repeat(value, 2, axis=-1)[..., ::2] if isinstance(value, np.ndarray) and value.ndim else value


@pytest.mark.parametrize("change", [upside_down, fortran, read_only, every_other])
@pytest.mark.parametrize("name", having(is_array))
def test_the_order_in_memory_is_free(name, change):
    assert_right(name, change)


@pytest.mark.parametrize("name", having(lambda value: isinstance(value, np.ndarray) and value.ndim == 2))
def test_a_matrix_does_not_stand_for_an_array(name):
    feedback = check(name, lambda value: np.matrix(value) if np.ndim(value) == 2 else value)
    assert feedback.outcome == "wrong", str(feedback)


# --- tolerances ----------------------------------------------------------------------------------------------------


def rounded_otherwise(value):
    """Other by four units in the last place times √n, as another order of summing n terms may be."""
    if not is_float(value):
        return value
    if is_tensor(value):
        noise = (
            torch.linspace(-1, 1, max(2, value.numel()))[: value.numel()].reshape(value.shape).to(value.dtype)
        )
        finite = value.detach().masked_fill(~value.isfinite(), 0)
        return value + 4 * torch.finfo(value.dtype).eps * value.numel() ** 0.5 * finite.abs() * noise
    array = np.asarray(value)
    noise = np.linspace(-1, 1, max(2, array.size))[: array.size].reshape(array.shape)
    finite = np.where(np.isfinite(array), array, 0)
    return array + 4 * np.finfo(array.dtype).eps * array.size**0.5 * np.abs(finite) * noise


@pytest.mark.parametrize("name", having(is_float))
def test_nobody_is_refused_for_rounding(name):
    assert_right(name, rounded_otherwise)


EXACT = {"softmax", "softmax_with_temperature"}


@pytest.mark.parametrize("name", [name for name in having(is_float) if name not in EXACT])
def test_an_entry_in_which_terms_cancel_has_the_digits_of_the_terms(name):
    def change(value):
        if not is_float(value):
            return value
        eps = (torch.finfo if is_tensor(value) else np.finfo)(getattr(value, "dtype", float)).eps
        finite = np.abs(np.asarray(value.detach() if is_tensor(value) else value))
        return value + 4 * float(eps) * float(np.median([*finite[np.isfinite(finite)], 0.0]))

    assert_right(name, change)


@pytest.mark.parametrize("name", having(is_float))
def test_a_hundredth_more_is_refused(name):
    assert check(name, lambda value: value * 1.01 if is_float(value) else value).outcome == "wrong"


# --- whole numbers among the inputs --------------------------------------------------------------------------------

FLOATS_ONLY = {  # floats come in by the docstring or by their meaning, or whole numbers make whole results
    "embed", "cosine_similarity", "nearest_neighbours", "compose_by_addition", "grad_additive_nlm", "matmul_backward",
    "unbroadcast", "numerical_gradient", "grad_logits", "gradient_step", "momentum_step", "rmsprop_step", "adam_step",
    "adamw_step", "sophia_step",
    "negative_log_likelihood", "entropy", "kl_divergence",
}  # fmt: skip


def of_kind(value, kind):
    return isinstance(value, np.ndarray) and value.dtype.kind == kind


@pytest.mark.parametrize(
    "name", [name for name in PLAIN if get(name).lecture < "08" and name not in FLOATS_ONLY]
)
def test_whole_numbers_are_among_the_inputs(name):
    kinds = {"f": set(), "i": set()}
    for case in get(name).cases:
        for place, value in enumerate(case.make()[0]):
            for kind in kinds:
                if of_kind(value, kind):
                    kinds[kind].add(place)
    assert not kinds["f"] or kinds["f"] & kinds["i"]
