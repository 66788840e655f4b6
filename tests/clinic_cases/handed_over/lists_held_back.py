"""Plain Python: lists in, lists out."""

import math

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "correct",
    (),
    "A matrix as a list of lists.",
    role="jacobian",
    takes="z",
    serves="single",
)
def softmax_jacobian(logits):
    top = max(logits)
    exps = [math.exp(l - top) for l in logits]
    total = sum(exps)
    p = [e / total for e in exps]
    return [[p[i] * ((i == j) - p[j]) for j in range(len(p))] for i in range(len(p))]


@handed_over(
    "wrong",
    {"mutates_input"},
    "An alias of the caller's list is written to.",
    role="loss_gradient",
    takes="h y",
    serves="single",
    reduction="sum",
)
def output_gradient(probs: list[float], target: int) -> list[float]:
    grads = probs
    grads[target] -= 1.0
    return grads


@handed_over(
    "wrong",
    {"missing_dot_product"},
    "Error times output, class by class.",
    role="backward",
    takes="v h",
    serves="single",
)
def back_softmax(errors: list[float], outs: list[float]) -> list[float]:
    deltas = []
    for err, out in zip(errors, outs):
        deltas.append(err * out)
    return deltas
