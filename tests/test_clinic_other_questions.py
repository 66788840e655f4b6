"""Right answers to another question are recognised, with the parameter that they were given."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from softmax_lab import (
    cross_entropy,
    cross_entropy_gradient,
    kl_divergence,
    log_softmax,
    numerical_gradient,
    numerical_jacobian,
    one_hot,
    softmax,
    softmax_jacobian,
    softmax_vjp,
)
from softmax_lab.clinic import formulas
from softmax_lab.clinic.catalogue.other_questions import QUESTIONS, answered_by
from softmax_lab.clinic.catalogue.question import Answer
from softmax_lab.clinic.probes import cases
from softmax_lab.clinic.results import Outcome
from softmax_lab.clinic.settings import Settings
from softmax_lab.clinic.trials import Trial

pytestmark = pytest.mark.usefixtures("in_this_process")

WEIGHTS = np.array([1.0, 2.0, 5.0, 0.5])


def answers(function, role, **options):
    """What a function of batches answers rightly."""
    settings = Settings(role, **options)
    some = cases(settings, "generic")
    return answered_by([Trial(c, "batch", outcome(function, c)) for c in some], settings)


def outcome(function, case):
    target = case.labels if case.settings.targets == "labels" else case.t
    second = [case.v] if case.settings.role == "backward" else [target]
    try:
        return Outcome(np.asarray(function(case.x, *second * (case.settings.role in TWO))))
    except IndexError:  # weights for three classes
        return Outcome(problem="raised")


TWO = ("backward", "loss", "loss_gradient", "output_gradient")


def count(z):
    return 1 if z.ndim == 1 else len(z)


def total(t):
    return t.sum(axis=-1, keepdims=True)


def smoothed(t, epsilon=0.1):
    return (1 - epsilon) * t + epsilon / t.shape[-1]


def beside(t, epsilon=0.1):
    return np.where(t == 1, 1 - epsilon, epsilon / (t.shape[-1] - 1))


def focal(z, t, gamma=2.0):
    h = softmax(z)
    return -(t * (1 - h) ** gamma * np.log(h)).sum(axis=-1).sum() / count(z)


def weighted(z, y):
    w = WEIGHTS[y][:, None]
    return w * (softmax(z) - one_hot(y, z.shape[-1]))


def by_differences(loss):
    return lambda z, t: numerical_gradient(lambda x: loss(x, t), z)


def jacobians_of(function):
    return lambda z: np.array([numerical_jacobian(function, row) for row in z])


def entropies(z):
    return -(softmax(z) * log_softmax(z)).sum(axis=-1)


def slope_of_entropy(z):
    return numerical_gradient(lambda x: entropies(x).sum(), z)


RIGHT = [
    ("log_softmax", None, log_softmax, "softmax", {}),
    ("log_softmax", None, jacobians_of(log_softmax), "jacobian", {}),
    ("log_softmax", None, lambda z, v: v - softmax(z) * total(v), "backward", {}),
    ("log_softmax", None, lambda h, v: v - h * total(v), "backward", {"given": "output"}),
    ("kl_divergence", None, kl_divergence, "loss", {}),
    (
        "half_squared_error",
        None,
        by_differences(lambda z, t: ((softmax(z) - t) ** 2).sum() / 2 / count(z)),
        "loss_gradient",
        {},
    ),
    ("half_squared_error", None, lambda h, t: (h - t) / count(h), "output_gradient", {}),
    ("sigmoid", None, lambda z: 1 / (1 + np.exp(-z)), "softmax", {}),
    (
        "sigmoid",
        None,
        by_differences(lambda z, t: (np.log(1 + np.exp(z)) - t * z).sum() / count(z)),
        "loss_gradient",
        {"targets": "any"},
    ),
    ("label_smoothing", 0.1, lambda z, t: cross_entropy(z, smoothed(t)), "loss", {}),
    (
        "label_smoothing",
        0.1,
        lambda z, t: cross_entropy_gradient(z, smoothed(t)),
        "loss_gradient",
        {},
    ),
    (
        "label_smoothing",
        0.1,
        lambda z, y: cross_entropy_gradient(z, beside(one_hot(y, z.shape[-1]))),
        "loss_gradient",
        {"targets": "labels"},
    ),
    ("temperature", 3.0, lambda z: softmax(z / 3), "softmax", {}),
    (
        "temperature",
        0.5,
        jacobians_of(lambda z: softmax(z / 0.5)),
        "jacobian",
        {},
    ),
    ("temperature", 7.25, lambda z, t: cross_entropy(z / 7.25, t), "loss", {}),
    (
        "temperature",
        4.0,
        by_differences(lambda z, t: cross_entropy(z / 4, t)),
        "loss_gradient",
        {},
    ),
    (
        "distillation",
        2.0,
        lambda z, t: 2 * (softmax(z / 2) - t) / len(z),
        "loss_gradient",
        {},
    ),
    (
        "class_weights",
        WEIGHTS,
        lambda z, y: weighted(z, y) / len(z),
        "loss_gradient",
        {"targets": "labels"},
    ),
    (
        "class_weights",
        WEIGHTS,
        lambda z, y: weighted(z, y) / WEIGHTS[y].sum(),
        "loss_gradient",
        {"targets": "labels"},
    ),
    (
        "class_weights",
        WEIGHTS,
        lambda z, t: -(WEIGHTS[: z.shape[-1]] * t * log_softmax(z)).sum(axis=-1),
        "loss",
        {"reduction": "none"},
    ),
    (
        "regularised",
        0.1,
        by_differences(lambda z, t: cross_entropy(z, t) + 0.05 * (z**2).sum()),
        "loss_gradient",
        {},
    ),
    ("entropy", None, entropies, "softmax", {}),
    ("entropy", None, lambda z: entropies(z).mean(), "softmax", {}),
    ("entropy_gradient", None, slope_of_entropy, "jacobian", {}),
    ("hessian", None, lambda z, t: softmax_jacobian(z), "loss_gradient", {}),
    (
        "log_softmax_from_output",
        None,
        lambda log_h, v: v - np.exp(log_h) * v.sum(axis=-1, keepdims=True),
        "backward",
        {},
    ),
    ("focal", 2.0, focal, "loss", {}),
    ("focal", 2.0, by_differences(focal), "loss_gradient", {}),
]


@pytest.mark.parametrize(("key", "parameter", "function", "role", "options"), RIGHT)
def test_a_right_answer_to_another_question_is_told_and_its_parameter_found(
    key, parameter, function, role, options
):
    (answer,) = answers(function, role, **options)
    assert answer.question.key == key
    found = answer.parameter
    if isinstance(parameter, np.ndarray):
        ratio = found[3] / parameter[:3]
        np.testing.assert_allclose(ratio, ratio[0], rtol=1e-5)
    elif parameter is not None:
        assert found == pytest.approx(parameter, rel=1e-5)
        assert f"{parameter:.4g}" in answer.sentence
    assert answer.sentence.startswith("This is ")
    assert answer.sentence.endswith(", and right as that.")


@pytest.mark.parametrize(
    ("role", "options"),
    [
        ("softmax", {}),
        ("jacobian", {}),
        ("backward", {}),
        ("loss", {}),
        ("loss_gradient", {}),
        ("loss_gradient", {"targets": "any", "reduction": "sum"}),
        ("output_gradient", {}),
    ],
)
def test_the_right_answer_to_the_declared_question_answers_no_other(role, options):
    settings = Settings(role, **options)
    some = {case.z.shape: case for case in cases(settings, "generic")}
    assert len(some) == 3 + (options.get("targets") == "any")

    def right(x, second=None):
        case = next(c for c in cases(settings, "generic") if np.array_equal(c.x, x))
        return formulas.truth(case)

    assert answers(right, role, **options) == []


@pytest.mark.parametrize(
    ("function", "role"),
    [
        (lambda z, v: v - 1.1 * softmax(z) * total(v), "backward"),
        (lambda z, t: (softmax(z) - 0.8 * t - 0.1) / count(z), "loss_gradient"),
        (lambda z, t: (softmax(z / 2) - t) / count(z), "loss_gradient"),
        (lambda z: softmax(z) ** 2, "softmax"),
        (lambda z, t: cross_entropy(z / 2, t) + 1, "loss"),
        (lambda z, t: cross_entropy_gradient(z, t) / 3, "loss_gradient"),
    ],
)
def test_what_is_nearly_such_an_answer_is_none(function, role):
    assert answers(function, role) == []


@given(st.floats(0.02, 0.95), st.floats(0.1, 50))
@settings(max_examples=25, deadline=None)
def test_any_smoothing_and_any_temperature_are_found(epsilon, T):
    assume(abs(T - 1) > 1e-3)
    (smooth,) = answers(
        lambda z, t: cross_entropy_gradient(z, smoothed(t, epsilon)), "loss_gradient"
    )
    (cooled,) = answers(lambda z, v: softmax_vjp(z / T, v) / T, "backward")
    assert smooth.parameter == pytest.approx(epsilon, rel=1e-6)
    assert cooled.parameter == pytest.approx(T, rel=1e-6)


# Infinite by themselves: h log(h/0), and the slope of a power of 1 - h where h has rounded to 1.
INFINITE = {
    ("kl_divergence_reversed", "loss"),
    ("focal", "loss_gradient"),
    ("log_softmax_from_output", "backward"),  # e^z, for a z that is no log h
}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.key)
def test_the_right_answer_to_another_question_holds_where_logits_are_large(question):
    for role, variants in question.truth.items():
        variant = variants[0] if isinstance(variants, tuple) else variants
        parameter = {n: np.linspace(1, 2, n) for n in (3, 4)} if question.parameter == "w" else 0.5
        if role != "output_gradient" and (question.key, role) not in INFINITE:
            for case in cases(Settings(role), "extreme"):
                with np.errstate(all="ignore"):
                    answer = Answer(question, role, variant, parameter).truth(case)
                assert np.isfinite(answer).all(), (role, case.name)


def test_weights_are_told_as_far_as_numbers_tell_them():
    labels = {"targets": "labels"}
    (by_count,) = answers(lambda z, y: weighted(z, y) / len(z), "loss_gradient", **labels)
    (by_sum,) = answers(lambda z, y: weighted(z, y) / WEIGHTS[y].sum(), "loss_gradient", **labels)
    assert by_count.words.endswith("w = (1, 2, 5)")
    assert by_sum.words.endswith("w in the ratio 1 : 2 : 5")


def test_every_question_says_in_each_of_its_roles_what_it_is():
    for question in QUESTIONS:
        assert question.truth.keys() == question.words.keys()
        assert bool(question.parameter) == bool(question.find)
        for words in question.words.values():
            assert not words.endswith((".", ",", " "))
