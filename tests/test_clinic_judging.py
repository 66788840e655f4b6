"""The verdict, and the way of handing over that shows it, from what was seen of a function."""

import numpy as np
import pytest

from judged_here import (
    H,
    count,
    down,
    is_batch,
    is_column,
    is_row,
    is_vector,
    judged,
    naive,
    only,
    told,
)
from softmax_lab import softmax, softmax_vjp
from softmax_lab.clinic.worker import OutOfTime

# In which way it is right, and what breaks far out


@pytest.mark.parametrize(
    ("is_taken", "right", "textbook", "way"),
    [
        (is_batch, softmax, naive, "batch"),
        (is_vector, softmax, naive, "single"),
        (is_row, softmax, naive, "row"),
        (is_column, lambda z: softmax(z, axis=0), down, "column"),
    ],
)
def test_one_way_of_handing_over_is_enough_and_large_logits_tell(is_taken, right, textbook, way):
    assert told(only(is_taken, right), "softmax") == ("correct", [], way)
    assert told(only(is_taken, textbook), "softmax") == ("fragile", ["no_shift"], way)


def test_a_slow_function_is_tried_on_fewer_inputs_and_judged_alike():
    one = only(is_vector, softmax)
    assert told(one, "softmax", is_slow=True) == ("correct", [], "single")
    ones = only(is_vector, np.ones_like)
    assert told(ones, "softmax", is_slow=True) == ("wrong", [], "single")
    doubled = only(is_vector, lambda z: softmax(z) * (2 if far(z) else 1))
    assert told(doubled, "softmax", is_slow=True) == ("fragile", [], "single")


def test_integers_may_be_refused_and_nothing_else():
    def of_floats(z):
        if z.dtype.kind == "i":
            raise TypeError("floats, please")
        return softmax(z)

    def of_small_ones(z):
        if abs(z).max() > 100:
            raise ValueError("smaller ones, please")
        return softmax(z)

    def of_integers_wrong(z):
        return softmax(z) if z.dtype.kind == "f" else softmax(z) * 1.001

    assert told(of_floats, "softmax") == ("correct", [], "batch")
    assert told(of_small_ones, "softmax") == ("fragile", [], "batch")
    assert told(of_integers_wrong, "softmax") == ("fragile", [], "batch")


def test_the_name_of_what_breaks_is_found_though_integers_are_refused():
    def of_floats(z):
        if z.dtype.kind == "i":
            raise TypeError("floats, please")
        return naive(z)

    assert told(of_floats, "softmax") == ("fragile", ["no_shift"], "batch")


# One sample right, a batch wrong


def leaking(softmax_of):
    def backward(z, v):
        h = softmax_of(z)
        return h * (v - (h * v).sum())

    return backward


def test_a_batch_answered_wrongly_is_named_and_what_breaks_far_out_besides():
    found = judged(leaking(softmax), "backward")
    assert (found.verdict, found.mistakes, found.way) == ("fragile", ["batch_sum_leak"], "batch")
    assert not found.together
    found = judged(leaking(naive), "backward")
    assert (found.verdict, found.way) == ("fragile", "batch")
    assert found.mistakes == ["batch_sum_leak", "no_shift"]
    assert found.together


def test_a_batch_that_mixes_samples_in_no_known_way_is_none():
    def backward(z, v):
        h = softmax(z)
        return h * (v - np.dot(h, v)) if z.ndim == 1 else h * (v - np.cumsum(h * v).mean())

    assert told(backward, "backward") == ("correct", [], "single")


def test_a_batch_whose_samples_stay_apart_is_meant_as_one():
    def twice_for_batches(z, v):
        return softmax_vjp(z, v) * (1.01 if z.ndim == 2 else 1)

    assert told(twice_for_batches, "backward") == ("fragile", [], "batch")


# Columns


def of_columns(softmax_of, transpose=np.transpose):
    def backward(z, v):
        h = softmax_of(z)
        return (np.diagflat(h) - np.dot(h, transpose(h))) @ v

    return only(lambda shape: is_vector(shape) or is_column(shape), backward)


def test_what_is_right_for_columns_alone_is_fragile_by_the_name_of_what_vectors_meet():
    found = judged(of_columns(lambda z: softmax(z, axis=0)), "backward")
    assert (found.verdict, found.way) == ("fragile", "single")
    assert found.mistakes == ["one_dimensional_transpose"]
    assert not found.together
    found = judged(of_columns(down), "backward")
    assert (found.verdict, found.way) == ("fragile", "single")
    assert found.mistakes == ["no_shift", "one_dimensional_transpose"]
    assert found.together


def test_a_row_is_looked_at_too_if_columns_are_right():
    def jacobian(h):
        return np.diagflat(h) - np.dot(h, h.T)

    taken = only(lambda shape: is_column(shape) or is_row(shape), jacobian)
    mistakes = ["one_dimensional_transpose"]
    assert told(taken, "jacobian", **H) == ("fragile", mistakes, "row")


def test_columns_are_not_looked_at_where_a_batch_gives_what_fits():
    def jacobian(z):
        if is_column(z.shape):
            return diagonal_only(z[:, 0])
        return 1.01 * diagonal_only(z) if z.shape == (4, 4) else never_taken(z)

    def never_taken(z):
        raise ValueError("not of this shape")

    assert judged(jacobian, "jacobian").mistakes == []


def test_a_mistake_for_single_samples_is_no_less_one_because_columns_are_refused():
    def diagonal(z):
        h = softmax(z)
        return h * (1 - h)

    found = judged(only(is_vector, diagonal), "jacobian")
    assert (found.verdict, found.mistakes, found.way) == ("wrong", ["diagonal_only"], "single")
    assert not found.together


# One-hot targets


def hard(z, t):
    k = t.argmax(axis=-1)
    return (softmax(z) - np.eye(z.shape[-1])[k]) / count(z)


def nearly_hard(z, t):
    is_one_hot = (t != 0).sum() == count(z)
    return (softmax(z) - t) / count(z) * (1 if is_one_hot else 1.01)


def test_right_for_one_hot_targets_is_fragile_where_targets_sum_to_one():
    assert told(hard, "loss_gradient") == ("fragile", ["soft_target_argmax"], "batch")
    assert told(nearly_hard, "loss_gradient") == ("fragile", [], "batch")
    assert told(nearly_hard, "loss_gradient", targets="any") == ("wrong", [], "batch")
    assert told(lambda z: softmax(z) * 1.01, "softmax") == ("wrong", [], "batch")


# What it does besides


def overwriting(function):
    def harmful(z, *more):
        value = function(z, *more)
        z += 1
        return value

    return harmful


def diagonal_only(z):
    return softmax(z) * (1 - softmax(z))


@pytest.mark.parametrize(
    ("function", "role", "verdict", "mistakes"),
    [
        (softmax, "softmax", "wrong", ["mutates_input"]),
        (naive, "softmax", "wrong", ["mutates_input", "no_shift"]),
        (diagonal_only, "jacobian", "wrong", ["diagonal_only", "mutates_input"]),
        (lambda z: softmax(z) * 1.01, "softmax", "wrong", []),
    ],
)
def test_overwriting_is_named_beside_the_mistakes_and_explains_no_numbers(
    function, role, verdict, mistakes
):
    found = judged(overwriting(function), role)
    assert (found.verdict, found.mistakes) == (verdict, mistakes)
    assert found.together == (len(mistakes) > 1)


def test_what_answers_differently_each_time_is_wrong_and_no_mistake_is_named():
    rng = np.random.default_rng(0)
    found = judged(lambda z: naive(z) * rng.uniform(0.9, 1.1), "softmax")
    assert (found.verdict, found.mistakes, found.seen.unsteadiness) == ("wrong", [], "random")


# What does not come back


def never(*given):
    raise OutOfTime


def endless_if(condition, function):
    def tiring(x, *more):
        return never() if condition(x) else function(x, *more)

    return tiring


def far(z):
    return np.abs(z).max() > 100


def four(z):
    return z.shape[-1] == 4


@pytest.mark.parametrize(
    ("function", "verdict"),
    [
        (never, "not judged"),
        # Right until it does not come back: far out that is a fault, before that nothing is known.
        (endless_if(far, softmax), "fragile"),
        (endless_if(four, softmax), "not judged"),
        (endless_if(four, naive), "not judged"),
        # Right for batches; what one sample would give is not known.
        (endless_if(lambda z: z.ndim == 1 and z[0] == 0.8, softmax), "not judged"),
        # Wrong numbers are wrong, whatever else would come.
        (endless_if(far, lambda z: softmax(z) * 1.01), "wrong"),
        (endless_if(four, lambda z: softmax(z) * 1.01), "wrong"),
        (endless_if(lambda z: np.abs(z).max() > 2000, naive), "fragile"),
        (only(lambda shape: shape[-1] == 4, never), "not judged"),
    ],
)
def test_what_did_not_come_back_is_judged_only_if_enough_is_known(function, verdict):
    found = judged(function, "softmax")
    assert (found.verdict, found.mistakes) == (verdict, [])


def test_of_what_never_comes_back_nothing_else_is_known():
    seen = judged(never, "softmax").seen
    assert (seen.far, seen.unsteadiness, seen.together) == ([], "", False)


def test_right_for_one_hot_targets_and_without_end_for_others_is_not_judged():
    def gradient(z, t):
        if (np.count_nonzero(t, axis=-1) == 1).all():
            return hard(z, t)
        return never() if z.shape == (5, 3) else None

    assert judged(only(is_batch, gradient), "loss_gradient").verdict == "not judged"


# What is shown


@pytest.mark.parametrize(
    ("function", "way"),
    [
        (lambda z: 1.01 * softmax(z), "batch"),
        (only(is_vector, lambda z: 1.01 * softmax(z)), "single"),
        (only(is_vector, lambda z: softmax(z)[1:]), "single"),
        (lambda z: 1.01 * softmax(z) if z.ndim == 1 else z[1:, 1:], "single"),
        # One batch that fits says more than four samples that do not.
        (lambda z: z[1:] if z.ndim == 1 else 1.01 * z if len(z) == 4 else None, "batch"),
    ],
)
def test_what_no_mistake_explains_is_shown_where_most_of_it_fits(function, way):
    found = judged(function, "softmax")
    assert (found.verdict, found.mistakes, found.way) == ("wrong", [], way)
    assert {t.way for t in found.seen.far} == {way}
