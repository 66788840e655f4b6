"""Which mistakes of the catalogue explain what was seen of a function, alone or two at once."""

import math
from collections import Counter

import numpy as np
import pytest

from judged_here import SUM, H, count, is_batch, is_vector, judged, naive, only, passed, told
from softmax_lab import softmax
from softmax_lab.clinic import formulas, matching
from softmax_lab.clinic.mistake import RAISES
from softmax_lab.clinic.probes import cases
from softmax_lab.clinic.results import Outcome
from softmax_lab.clinic.settings import Settings
from softmax_lab.clinic.trials import Trial

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
        return softmax(np.clip(z, -10, 10)) if np.abs(z).max() < 100 else softmax(z)

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


def test_softmax_over_the_samples_is_named_for_its_axis():
    assert told(only(is_batch, turned), "softmax") == ("wrong", ["wrong_axis"], "batch")
