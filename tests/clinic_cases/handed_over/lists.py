"""Plain Python: lists in, lists out."""

import math

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "correct",
    (),
    "A slice copies a list.",
    role="loss_gradient",
    takes="h y",
    serves="single",
    reduction="sum",
)
def ce_gradient(probabilities: list[float], correct: int) -> list[float]:
    grad = probabilities[:]
    grad[correct] = grad[correct] - 1
    return grad


@handed_over(
    "fragile",
    {"no_shift", "~overflow"},
    "math.exp raises OverflowError.",
    role="softmax",
    takes="z",
    serves="single",
    breaks="large logits",
)
def softmax(xs):
    exps = [math.exp(x) for x in xs]
    total = sum(exps)
    return [e / total for e in exps]


@handed_over(
    "wrong",
    {"diagonal_only"},
    "p (1 − p) by a comprehension.",
    role="jacobian",
    takes="h",
    serves="single",
)
def d_softmax(p: list) -> list:
    return [pi * (1.0 - pi) for pi in p]
