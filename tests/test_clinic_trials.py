"""What a function is tried on, and what kind of function its answers show it to be."""

import numpy as np
import pytest

from judged_here import (
    H,
    Here,
    count,
    is_batch,
    is_vector,
    judged,
    naive,
    only,
    told,
)
from softmax_lab import softmax, softmax_jacobian, softmax_vjp
from softmax_lab.clinic import formulas
from softmax_lab.clinic.probes import FAR_BELOW, cases
from softmax_lab.clinic.results import Outcome
from softmax_lab.clinic.settings import Settings
from softmax_lab.clinic.trials import Examination, Trial

# On which inputs


def examined(function, role="softmax", **options):
    return judged(function, role, **options).seen


def test_a_slow_function_is_called_ten_times_at_most_and_a_fast_one_on_every_input():
    calls = []

    def counted(z):
        calls.append(z)
        return softmax(z)

    seen = examined(counted, is_slow=True)
    assert [len(trials) for trials in seen.by_way.values()] == [2, 1]
    assert len(seen.far) == 3
    assert len(calls) == 8  # with two more to see whether it is steady
    seen = examined(softmax)
    settings = Settings("softmax")
    every = [*cases(settings, "extreme", False), *cases(settings, "integer", False)]
    assert [t.case for t in seen.far] == every
    assert [t.case for t in seen.by_way["batch"]] == list(cases(settings, "generic", False))
    assert [t.case for t in seen.by_way["single"]] == list(cases(settings, "generic", True))


def test_single_samples_are_tried_on_their_own_large_logits():
    seen = examined(only(is_vector, softmax))
    settings = Settings("softmax")
    every = [*cases(settings, "extreme", True), *cases(settings, "integer", True)]
    assert [t.case for t in seen.far] == every
    assert all(t.extreme for t in seen.far)
    assert not any(t.extreme for trials in seen.by_way.values() for t in trials)


def three_classes(shape):
    return shape[-1] == 3


def test_what_takes_three_classes_is_tried_on_three_only():
    seen = examined(only(three_classes, softmax))
    assert seen.three_only
    assert {t.case.n for trials in (*seen.by_way.values(), seen.far) for t in trials} == {3}
    assert told(only(three_classes, softmax), "softmax") == ("correct", [], "batch")
    assert told(only(three_classes, naive), "softmax") == ("fragile", ["no_shift"], "batch")

    def of_integers_wrong(z):
        return softmax(z) * (1.01 if z.dtype.kind == "i" else 1)

    assert told(only(three_classes, of_integers_wrong), "softmax")[0] == "fragile"


def three_in_rows(shape):
    return is_batch(shape) and three_classes(shape)


@pytest.mark.parametrize(
    "function",
    [
        softmax,
        # It takes four classes if there are three samples.
        only(lambda shape: shape != (4, 4), softmax),
        only(lambda shape: shape == (7,), softmax),
        # Nor does it take all batches of three.
        only(three_in_rows, lambda z: softmax(z) if z[0, 0] > 0 else None),
    ],
)
def test_what_refuses_other_inputs_was_not_made_for_three_classes(function):
    seen = examined(function)
    assert not seen.three_only
    assert all(len(seen.by_way[way]) == 4 for way in ("batch", "single"))


def test_columns_are_tried_if_vectors_are_refused_or_columns_right_and_rows_if_all_is_refused():
    def ways(function):
        return list(examined(function).by_way)

    assert ways(softmax) == ["batch", "single"]
    assert ways(lambda z: 1.01 * softmax(z)) == ["batch", "single"]
    assert ways(only(is_vector, softmax)) == ["batch", "single"]
    assert ways(only(is_batch, softmax)) == ["batch", "single"]
    assert ways(only(is_batch, lambda z: 1.01 * softmax(z))) == ["batch", "single", "column"]
    assert ways(only(lambda shape: shape == (7,), softmax)) == ["batch", "single", "column", "row"]
    assert ways(lambda z: softmax(z, axis=0) * (1 if z.shape[-1] == 1 else 1.01)) == (
        ["batch", "single", "column"]
    )
    # One column that is right does not make it a function of columns.
    assert ways(lambda z: softmax(z, axis=0) * (1 if z.shape == (4, 1) else 1.01)) == (
        ["batch", "single"]
    )
    # Whoever refuses some vectors takes vectors.
    assert ways(lambda z: 1.01 * softmax(z if z[..., 0].max() != 1.9 else None)) == (
        ["batch", "single"]
    )
    assert ways(only(lambda shape: shape == (4, 4), lambda z: 1.01 * softmax(z))) == (
        ["batch", "single", "column"]
    )


def test_in_a_product_with_the_features_samples_are_tried_one_by_one():
    seen = examined(softmax, linear=True)
    (whole,) = (t for t in seen.far if t.case.N > 1)
    assert whole.case.name == FAR_BELOW
    assert whole.extreme
    assert len(seen.far) == 2 * len(cases(Settings("softmax"), "extreme")) + 3 + 1
    # Which is no use where one sample shows already that it breaks.
    assert {t.case.N for t in examined(naive, linear=True).far} == {1}


def test_of_a_function_that_never_answers_nothing_far_is_asked():
    seen = examined(only(lambda shape: shape == (7,), softmax))
    seen.try_far("batch")
    assert seen.far == []


# Whether batches are meant


def added(role, what, amount=10.0):
    """Right for one sample; of a batch the first sample's number comes to all others."""

    def function(x, second=None):
        z = x if second is None else (x, second)
        right = RIGHT[role](*(z if isinstance(z, tuple) else (z,)))
        given = {"x": x, "second": second}
        return right + amount * given[what][0, 0] if np.ndim(x) == 2 else right

    return function


RIGHT = {
    "softmax": softmax,
    "backward": softmax_vjp,
    "loss_gradient": lambda z, t: (softmax(z) - t) / count(z),
}


@pytest.mark.parametrize(
    ("role", "what"),
    [("softmax", "x"), ("backward", "x"), ("backward", "second"), ("loss_gradient", "second")],
)
def test_a_batch_in_which_samples_mix_is_no_answer_to_a_batch(role, what):
    assert told(added(role, what), role) == ("correct", [], "single")


def test_samples_that_mix_through_the_output_are_seen_too():
    def backward(h, v):
        right = h * (v - (h * v).sum(axis=-1, keepdims=True))
        return right + 10 * h[0, 0] if h.ndim == 2 else right

    assert told(backward, "backward", **H) == ("correct", [], "single")


def test_however_little_they_mix_and_though_only_neighbours_do():
    def a_little(z, v):
        right = softmax_vjp(z, v)
        return right * (1.01 + 4e-6 * z[0, 0]) if z.ndim == 2 else right

    def neighbours(z, v):
        right = softmax_vjp(z, v)
        return right + np.roll(z, 1, axis=0)[:, :1] if z.ndim == 2 else right

    def small_ones(z, v):
        right = softmax_vjp(z, v)
        return 1e-4 * right + 5e-9 * z[0, 0] if z.ndim == 2 else right

    assert told(a_little, "backward") == ("correct", [], "single")
    assert told(small_ones, "backward") == ("correct", [], "single")
    assert told(neighbours, "backward") == ("correct", [], "single")


@pytest.mark.parametrize("first", [lambda z: z[:, :2], lambda z: softmax(z)[:, :2] * 3])
def test_what_does_not_fit_says_nothing_of_the_samples(first):
    def function(z):
        if z.ndim == 1:
            return softmax(z)
        return first(z) if z.shape == (5, 3) else 1.01 * softmax(z)

    assert told(function, "softmax") == ("correct", [], "single")


def test_samples_that_stay_apart_are_meant_as_a_batch_and_so_is_any_loss_of_one():
    def wrong_in_batches(z):
        return softmax(z) * (1.01 if z.ndim == 2 else 1)

    assert told(wrong_in_batches, "softmax") == ("fragile", [], "batch")

    def loss(z, t):
        return -(t * np.log(softmax(z))).sum()

    assert told(loss, "loss")[0] == "fragile"


def test_one_batch_whose_samples_stay_apart_is_enough():
    def function(z):
        if z.ndim == 1:
            return softmax(z)
        return 1.01 * softmax(z) if z.shape == (5, 3) else z[:, :2]

    assert told(function, "softmax") == ("fragile", [], "batch")


def test_a_batch_of_as_many_samples_as_classes_says_nothing():
    def of_square_batches(z):
        return softmax(z) * (1.01 if z.ndim == 2 else 1)

    taken = only(lambda shape: is_vector(shape) or shape == (4, 4), of_square_batches)
    assert told(taken, "softmax") == ("correct", [], "single")


@pytest.mark.parametrize("is_turned", [lambda z: True, lambda z: z.shape == (5, 3)])
def test_a_batch_that_comes_back_turned_is_meant_as_one(is_turned):
    def backward(z, v):
        right = softmax_vjp(z, v)
        if z.ndim == 1:
            return right
        return right.T if is_turned(z) else right[:, :2]

    assert told(backward, "backward") == ("fragile", [], "batch")


def test_turned_is_what_has_the_other_layout():
    def of_columns(z):
        return softmax(z, axis=0).T if z.ndim == 2 else softmax(z)

    def of_some_size(z):
        return softmax(z) if z.ndim == 1 else z[:, :2]

    assert told(of_columns, "softmax", layout="columns") == ("fragile", [], "batch")
    assert told(of_some_size, "softmax", layout="columns") == ("correct", [], "single")


def test_no_jacobian_is_turned():
    def jacobian(z):
        return softmax_jacobian(z) if z.ndim == 1 else z.T

    assert told(jacobian, "jacobian") == ("correct", [], "single")


# Whether it is steady


def steadiness(function):
    seen = Examination(Here(function), Settings("softmax"))
    with np.errstate(all="ignore"):
        seen.try_generic()
        return seen.unsteady("batch")


def noisy(size):
    rng = np.random.default_rng(1)
    return lambda z: softmax(z) + size * rng.normal(size=z.shape)


def in_turn(*functions):
    """A function that answers by each of these, one call after the other."""
    calls = iter(range(10**6))
    return lambda z: functions[next(calls) % len(functions)](z)


def first_only(z, kept={}):  # noqa: B006
    return kept.setdefault(z.shape, softmax(z) * (1 + len(kept)))


def once_right(z, calls=[]):  # noqa: B006
    calls.append(z)
    return softmax(z) * (1 if len(calls) == 1 else 2)


def refusing(z):
    raise ValueError("no")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (softmax, ""),
        (refusing, ""),
        (lambda z: z * np.nan, ""),
        (lambda z: [], ""),
        (noisy(1e-14), ""),
        (noisy(1e-9), "random"),
        (noisy(5e-9), "random"),
        (noisy(0.1), "random"),
        (once_right, "state"),
        (in_turn(softmax, lambda z: z[1:]), "random"),
        (in_turn(softmax, lambda z: None), "random"),
    ],
)
def test_what_is_asked_again_has_to_answer_alike(function, said):
    assert steadiness(function) == said


def test_what_raises_when_asked_again_is_told_by_its_state():
    calls = []

    def once(z):
        calls.append(z)
        return softmax(z) if len(calls) < 9 else refusing(z)

    assert steadiness(once) == "state"


# One trial


def test_a_trial_is_held_to_ordinary_exactness_unless_it_is_an_extreme_one():
    case = cases(Settings("loss_gradient"), "generic")[0]
    off = np.asarray(formulas.truth(case)) + 6e-7
    assert not Trial(case, "batch", Outcome(off)).right
    assert Trial(case, "batch", Outcome(off), extreme=True).right


def test_what_raised_has_no_shape_that_fits():
    case = cases(Settings("softmax"), "generic")[0]
    raised = Trial(case, "batch", Outcome(problem="raised"))
    assert not raised.returned
    assert not raised.fits
    assert not raised.right
