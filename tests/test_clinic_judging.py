"""How the clinic judges what it has seen, by functions that are called in this process.

Nothing here does harm, and a copy of the process costs far more than the calls.
"""

import copy
import math
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from softmax_lab import softmax, softmax_vjp
from softmax_lab.clinic import calling, formulas, matching
from softmax_lab.clinic.judging import judge
from softmax_lab.clinic.mistake import RAISES
from softmax_lab.clinic.probes import cases
from softmax_lab.clinic.results import Outcome, mishap, readable
from softmax_lab.clinic.settings import Settings
from softmax_lab.clinic.trials import Examination, Trial
from softmax_lab.clinic.worker import OutOfTime


class Here:
    """Calls a function in this process."""

    def __init__(self, function, is_slow=False):
        self.function = function
        self.patient = SimpleNamespace(is_slow=is_slow)
        self.form = SimpleNamespace(linear=False)
        self.endless = 0
        self.changed = {}

    def call(self, case, way, container="array"):
        if self.endless > 1:
            return Outcome(problem="never")
        names, given = calling.arguments(case, way)
        before = copy.deepcopy(given)
        try:
            outcome = Outcome(readable(self.function(*given)))
        except Exception as error:
            outcome = mishap(error)
            self.endless += isinstance(error, OutOfTime)
        same = (np.array_equal(a, b) for a, b in zip(given, before, strict=True))
        self.changed |= {
            name: None for name, is_same in zip(names, same, strict=True) if not is_same
        }
        return outcome


@np.errstate(all="ignore")  # as in diagnose
def judged(function, role, is_slow=False, **options):
    """The verdict, the mistakes, whether they are made at once, and the way that shows them."""
    seen = Examination(Here(function, is_slow), Settings(role, **options))
    seen.try_generic()
    verdict, mistakes, way = judge(seen)
    return SimpleNamespace(
        verdict=verdict, mistakes=mistakes, together=seen.together, way=way, seen=seen
    )


def told(*arguments, **options):
    found = judged(*arguments, **options)
    return found.verdict, found.mistakes, found.way


H, SUM = {"given": "output"}, {"reduction": "sum"}


def naive(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def down(z):
    """The softmax of a column, as the textbook has it."""
    return np.exp(z) / np.exp(z).sum(axis=0, keepdims=True)


def passed(h, v):
    return h * (v - (h * v).sum(axis=-1, keepdims=True))


def count(z):
    return 1 if z.ndim == 1 else len(z)


def only(is_taken, function):
    """The function, for some shapes of its first argument."""

    def choosy(x, *more):
        if not is_taken(np.shape(x)):
            raise ValueError("not of this shape")
        return function(x, *more)

    return choosy


def is_vector(shape):
    return len(shape) == 1


def is_row(shape):
    return len(shape) == 2 and shape[0] == 1


def is_column(shape):
    return len(shape) == 2 and shape[1] == 1


def is_batch(shape):
    return len(shape) == 2 and min(shape) > 1


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

    assert told(only(is_vector, diagonal), "jacobian") == ("wrong", ["diagonal_only"], "single")


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


def test_right_for_one_hot_targets_and_without_end_for_others_is_not_judged():
    def gradient(z, t):
        if (np.count_nonzero(t, axis=-1) == 1).all():
            return hard(z, t)
        return never() if z.shape == (5, 3) else None

    assert judged(only(is_batch, gradient), "loss_gradient").verdict == "not judged"


# Two mistakes at once


def twice(z):
    return softmax(softmax(z))


def whole(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def turned(z):
    return softmax(z, axis=0)


def off_diagonal_sign(h):
    right = h[..., None] * (np.eye(h.shape[-1]) - h[..., None, :])
    return right * (2 * np.eye(h.shape[-1]) - 1)


TWO = [
    (lambda z, t: (t - softmax(z)) / z.size, "loss_gradient", {}, "sign_flipped mean_over_entries"),
    (lambda z, t: twice(z) - t, "loss_gradient", {}, "softmax_applied_twice missing_mean"),
    (lambda z, t: turned(z) - t, "loss_gradient", {}, "wrong_axis missing_mean"),
    (
        lambda z, t: passed(twice(z), twice(z) - t) / count(z),
        "loss_gradient",
        {},
        "softmax_applied_twice fused_times_jacobian",
    ),
    (lambda z: z * (1 - z), "jacobian", {}, "diagonal_only logits_used_as_output"),
    (lambda z, v: whole(z) * v, "backward", {}, "missing_dot_product whole_batch_softmax"),
    (
        lambda z, v: v[..., None] * (z[..., None] * (np.eye(z.shape[-1]) - z[..., None, :])),
        "backward",
        {},
        "elementwise_upstream logits_used_as_output",
    ),
    (
        lambda h, v: v[..., None] * off_diagonal_sign(h),
        "backward",
        H,
        "elementwise_upstream off_diagonal_sign",
    ),
    (lambda z: np.exp(z) / z.sum(axis=0), "softmax", {}, "exp_missing_in_sum wrong_axis"),
    (
        lambda z, t: -(t * np.log(whole(z) + 1e-7)).sum(),
        "loss",
        SUM,
        "whole_batch_softmax log_epsilon_bias",
    ),
    (
        lambda z, t: -(t * np.log10(twice(z))).sum(),
        "loss",
        SUM,
        "softmax_applied_twice log_base_ten",
    ),
]


@pytest.mark.parametrize(("function", "role", "options", "keys"), TWO)
def test_two_mistakes_at_once_are_both_named(function, role, options, keys):
    function = only(is_batch, function)
    found = judged(function, role, **options)
    assert (found.verdict, sorted(found.mistakes)) == ("wrong", sorted(keys.split()))
    assert found.together


def without_keepdims(z):
    return np.exp(z) / np.exp(z).sum(axis=-1)


@pytest.mark.parametrize(
    ("softmax_of", "key"),
    [(whole, "whole_batch_softmax"), (without_keepdims, "missing_keepdims")],
)
def test_what_one_sample_shows_already_comes_first_of_two(softmax_of, key):
    found = judged(lambda z, t: (t - softmax_of(z)) / count(z), "loss_gradient")
    assert (found.verdict, found.mistakes) == ("wrong", ["sign_flipped", key])
    assert found.together


def test_what_breaks_far_out_comes_last_of_two():
    found = judged(lambda z, t: -(t * np.log(whole(z) + 1e-7)).sum(), "loss", **SUM)
    assert found.mistakes == ["whole_batch_softmax", "log_epsilon_bias"]


def shift_along_samples(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum()


@pytest.mark.parametrize(
    ("function", "role"),
    [
        # Of two factors that say what was averaged over, one undoes the other.
        (lambda z, t: (softmax(z) - t) * len(z) / z.shape[-1], "loss_gradient"),
        # Right, were classes samples.
        (lambda z, t: (turned(z) - t) / z.shape[-1], "loss_gradient"),
        # Who sums over everything has chosen no axis.
        (shift_along_samples, "softmax"),
    ],
)
def test_what_no_one_does_by_two_mistakes_is_not_named_as_two(function, role):
    assert told(only(is_batch, function), role) == ("wrong", [], "batch")


EVERY = [
    Settings(role, **options)
    for role, options in [
        ("softmax", {}),
        ("jacobian", {}),
        ("backward", {}),
        ("loss", {}),
        ("loss", {"targets": "labels"}),
        ("loss_gradient", {}),
        ("output_gradient", {}),
    ]
]


@pytest.mark.parametrize("settings", EVERY, ids=lambda s: f"{s.role}-{s.targets}")
def test_two_mistakes_are_tried_in_one_order_if_the_order_is_all_the_same(settings):
    tried = {mistakes for mistakes, _ in matching.pairs(settings)}
    for one, other in tried:
        if (other, one) in tried:
            assert one.compute or other.compute


@pytest.mark.parametrize("settings", EVERY, ids=lambda s: f"{s.role}-{s.targets}")
def test_beside_a_mistake_what_breaks_far_out_is_tried_only_where_it_shows(settings):
    tried = Counter(mistakes for mistakes, _ in matching.pairs(settings))
    for (one, other), ways in tried.items():
        assert not other.fragile
        if one.fragile:
            assert settings.role == "loss"
            assert other.needs_batch
            assert ways <= matching.MOST_BENT


# One sample shows no mistake of a batch


def test_ones_for_one_sample_are_no_sum_over_a_batch():
    ones = only(is_vector, np.ones_like)
    assert told(ones, "softmax") == ("wrong", [], "single")


def test_what_bends_even_ordinary_numbers_is_fragile_if_it_is_all_that_is_wrong():
    found = judged(lambda z, t: -(t * np.log(softmax(z) + 1e-5)).sum(), "loss", **SUM)
    assert (found.verdict, found.mistakes) == ("fragile", ["log_epsilon_bias"])


def test_what_bends_ordinary_numbers_is_not_named_by_those_alone():
    def loss(z, t):
        return -(t * np.log(softmax(z) + 1e-5 * (np.abs(z).max() < 100))).sum()

    assert told(loss, "loss", **SUM) == ("wrong", [], "batch")


def test_what_raises_on_most_batches_is_named_by_those_that_slip_through():
    def backward(z, v):
        h = softmax(z)
        return h * (v - (h * v).sum(axis=-1))

    assert told(only(is_batch, backward), "backward") == ("wrong", ["missing_keepdims"], "batch")


def test_two_mistakes_that_break_far_out_are_named_together():
    def truncating(z):
        result = np.zeros_like(z)
        result[...] = naive(z)
        return result

    found = judged(truncating, "softmax")
    assert (found.verdict, found.mistakes) == ("fragile", ["no_shift", "integer_truncation"])
    assert found.together


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


def with_epsilon(z, t):
    return passed(softmax(z), -t / (softmax(z) + 1e-8))


def clipped(low, high):
    return lambda z: softmax(np.clip(z, low, high))


@pytest.mark.parametrize(
    ("function", "role", "options", "mistakes"),
    [
        *[
            (clipped(low, high), "softmax", {}, ["logits_clipped"])
            for low, high in [(-50, 50), (-500, 500), (-700, 700), (-20, 20), (-np.inf, 100)]
        ],
        (lambda z, v: passed(naive(z), v), "backward", {}, ["no_shift"]),
        (lambda z, t: (naive(z) - t) / count(z), "loss_gradient", {}, ["no_shift"]),
        (
            lambda z, t: (clipped(-50, 50)(z) - t) / count(z),
            "loss_gradient",
            {},
            ["logits_clipped"],
        ),
        (with_epsilon, "loss_gradient", SUM, ["log_epsilon_bias"]),
        (lambda h, t: -(t * np.log(h + 1e-8)).sum(), "loss", SUM | H, ["log_epsilon_bias"]),
        (lambda h, t: -(t * np.log(np.maximum(h, 1e-12))).sum(), "loss", SUM | H, ["clip_bias"]),
    ],
)
@pytest.mark.parametrize("is_taken", [is_vector, is_batch])
def test_what_breaks_far_out_alone_is_named_by_what_it_gives_there(
    function, role, options, mistakes, is_taken
):
    found = judged(only(is_taken, function), role, **options)
    assert (found.verdict, found.mistakes) == ("fragile", mistakes)


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        (Settings("softmax"), "integer_truncation"),
        (Settings("loss"), "log_of_zero"),
        (Settings("output_gradient"), "division_by_zero"),
    ],
    ids=lambda each: getattr(each, "role", each),
)
def test_what_would_be_right_on_all_inputs_explains_nothing_of_them(settings, key):
    some = cases(settings, "generic")
    trials = [Trial(c, "batch", Outcome(np.asarray(formulas.truth(c)))) for c in some]
    with np.errstate(all="ignore"):
        assert key not in matching.explained_by(trials, settings)


def test_what_raises_is_not_hidden():
    settings = Settings("softmax")
    some = cases(settings, "generic")
    assert not matching.is_hidden(settings, lambda case: RAISES, some)
    assert matching.is_hidden(settings, formulas.truth, some)


def test_what_raises_where_numpy_overflows_has_the_same_name():
    def by_hand(z):
        e = [math.exp(x) for x in z]
        return [x / sum(e) for x in e]

    assert told(by_hand, "softmax") == ("fragile", ["no_shift"], "single")


def test_one_number_for_all_entries_is_named_like_an_array_of_it():
    assert told(lambda h: 1.0, "jacobian", **H) == ("wrong", ["returns_ones"], "batch")
    assert told(np.ones_like, "jacobian", **H) == ("wrong", ["returns_ones"], "batch")


def test_what_is_computed_to_six_digits_is_named_all_the_same():
    def output(h):
        return h * (1 + 9e-7)

    assert told(output, "jacobian", **H) == ("wrong", ["returns_output"], "batch")
    summed = only(is_batch, lambda h, t: -t / h * (1 + 9e-6))
    assert told(summed, "output_gradient") == ("wrong", ["missing_mean"], "batch")


def low_clipped(z):
    return naive(np.clip(z, -500, None))


@pytest.mark.parametrize("is_taken", [is_vector, is_batch])
@pytest.mark.parametrize(
    ("function", "role"),
    [(low_clipped, "softmax"), (lambda z, v: passed(low_clipped(z), v), "backward")],
)
def test_two_that_break_on_different_inputs_are_named_side_by_side(function, role, is_taken):
    found = judged(only(is_taken, function), role)
    assert (found.verdict, found.mistakes) == ("fragile", ["no_shift", "logits_clipped"])
    assert found.together


def test_one_of_two_side_by_side_may_be_one_of_batches():
    def odd(z):
        z = np.clip(z, -500, None) if z.max() < -500 else z
        e = np.exp(z - z.max())
        return e / e.sum(axis=-1, keepdims=True)

    found = judged(only(is_batch, odd), "softmax")
    assert (found.verdict, found.mistakes) == ("fragile", ["shift_over_batch", "logits_clipped"])


def test_two_of_which_neither_explains_all_the_rest_are_not_named():
    def between(z):
        h = low_clipped(z)
        return h if np.abs(z).max() < 3000 else 2 * softmax(z)

    assert told(between, "softmax") == ("fragile", [], "batch")


@pytest.mark.parametrize(
    ("function", "role", "options", "mistakes"),
    [
        (
            lambda z, t: -(t * np.log(np.clip(naive(z), 1e-12, 1))).sum(),
            "loss",
            SUM,
            ["no_shift", "clip_bias"],
        ),
        (
            lambda z, t: passed(naive(z), -t / (naive(z) + 1e-8)),
            "loss_gradient",
            SUM,
            ["no_shift", "log_epsilon_bias"],
        ),
    ],
)
def test_what_breaks_first_of_two_is_named_first(function, role, options, mistakes):
    found = judged(function, role, **options)
    assert (found.verdict, found.mistakes) == ("fragile", mistakes)
    assert found.together


def test_two_of_which_one_would_break_what_is_right_are_not_named():
    def partly(z):
        if z.max() > 700:
            return naive(z)
        return softmax(np.clip(z, -20, 20)) if np.abs(z).max() < 100 else softmax(z)

    assert told(partly, "softmax") == ("fragile", [], "batch")


def test_two_equal_losses_are_named_though_one_number_is_returned_for_both():
    def losses(h, y):
        of_samples = -np.log(np.clip(h[np.arange(len(h)), y], 0.01, 1))
        return of_samples if np.ptp(of_samples) else of_samples[0]

    settings = H | {"reduction": "none", "targets": "labels"}
    assert told(losses, "loss", **settings) == ("fragile", ["clip_bias"], "batch")


def test_no_numbers_at_all_are_wrong_and_explained_by_nothing():
    empty = only(is_batch, lambda z: z[:, :0])
    assert told(empty, "softmax") == ("wrong", [], "batch")
