"""What people asked, in public threads and files: small inputs, and the answer they should get.

Each is written anew, as a sample of its kind.
"""

import math
import time

import numpy as np
import pytest

from softmax_lab import (
    cross_entropy,
    cross_entropy_gradient,
    diagnose,
    kl_divergence,
    softmax,
    softmax_vjp,
)

pytestmark = pytest.mark.usefixtures("in_this_process")


def soft(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


ASKED = []


def asked(verdict, *mistakes, role=None, says=(), **declared):
    """The answer that something should get, and words that its report must hold."""

    def mark(thing):
        ASKED.append((thing, role, declared, verdict, list(mistakes), says))
        return thing

    return mark


# Right for one sample, and silently wrong in a batch


@asked("fragile", "wrong_axis", role="backward", given="output", says=["layout='columns'"])
def product_summed_over_the_samples(probs, grad):
    inner = np.sum(probs * grad, axis=0)
    return probs * grad - probs * inner


@asked("fragile", "wrong_axis", says=["On one sample it is right"])
class SumsOverTheSamples:
    def forward(self, logits):
        self.probs = soft(logits)
        return self.probs

    def backward(self, grad):
        return self.probs * (grad - (grad * self.probs).sum(axis=0))


@asked("fragile", "wrong_axis", "whole_batch_softmax", says=["On one sample it is right"])
class OfAWholeArray:
    def forward(self, x):
        e = np.exp(x - x.max())
        self.out = e / np.sum(e)
        return self.out

    def backward(self, dout):
        return self.out * (dout - np.sum(self.out * dout, axis=0))


@asked("fragile", "missing_keepdims", role="softmax")
def maxima_lined_up_with_classes(x):
    e = np.exp(x - x.max(axis=-1))
    return e / e.sum(axis=-1, keepdims=True)


@asked("fragile", "one_dimensional_transpose", role="jacobian", given="output")
def dot_for_an_outer_product(p):
    return np.diagflat(p) - p.dot(p.T)


@asked("wrong", "wrong_axis", role="backward", given="output", layout="rows",
       says=["layout='columns'"])  # fmt: skip
def a_loop_over_columns(a, da):
    columns = [a[:, k] * (da[:, k] - a[:, k].dot(da[:, k])) for k in range(a.shape[1])]
    return np.stack(columns, axis=1)


@asked("correct", role="backward", given="output", says=["samples in columns"])
def a_loop_over_columns_undeclared(a, da):
    return a_loop_over_columns(a, da)


# No name from a column or a sample that the batch contradicts


@asked("wrong", role="jacobian", given="output")
def output_less_its_squares(p):
    return p - (p**2).sum(axis=-1, keepdims=True)


@asked("wrong", "one_dimensional_transpose", role="jacobian")
def a_stack_of_dots(X):
    return np.array([np.diagflat(p) - np.dot(p, p.T) for p in soft(X)])


@asked("wrong", role="backward")
class CollapsedMatrix:
    def forward(self, x):
        self.p = soft(x)
        return self.p

    def backward(self, grad):
        return grad * (self.p - (self.p**2).sum(axis=-1, keepdims=True))


@asked("correct", says=["the backward pass of log-softmax"])
class LogSoftmax:
    def forward(self, x):
        m = x.max(axis=-1, keepdims=True)
        self.log_p = x - m - np.log(np.exp(x - m).sum(axis=-1, keepdims=True))
        return self.log_p

    def backward(self, grad):
        return grad - np.exp(self.log_p) * np.sum(grad, axis=-1, keepdims=True)


# The order of the arguments, and what was left undeclared


@asked("correct", role="backward", layout="columns", says=["(error, logits)"])
def activation_error_first(dA, Z):
    e = np.exp(Z - Z.max(axis=0, keepdims=True))
    A = e / e.sum(axis=0, keepdims=True)
    return A * (dA - np.sum(A * dA, axis=0, keepdims=True))


@asked("correct", role="loss_gradient", given="output", reduction="sum", says=["(target, output)"])
def truth_first(y_true, y_pred):
    return y_pred - y_true


@asked("correct", role="backward", says=["(error, logits)"])
def error_first(dA, Z):
    return softmax_vjp(Z, dA)


@asked("correct", role="loss_gradient", given="output", says=["(target, output)"])
def truth_first_and_averaged(y_true, y_pred):
    return (y_pred - y_true) / (len(y_pred) if y_pred.ndim > 1 else 1)


@asked("correct", role="output_gradient", reduction="sum", says=["(target, output)"])
def guarded_division(Y, A):
    safe = np.where(A == 0, 1, A)
    return np.where(A == 0, 0.0, -Y / safe)


@asked("wrong", "swapped_arguments", role="output_gradient", reduction="sum")
def guarded_division_turned_round(output, target):
    safe = np.where(target == 0, 1, target)
    return np.where(target == 0, 0.0, -output / safe)


@asked("correct", role="loss_gradient", given="output", says=["samples in columns"])
def divided_by_the_number_of_columns(A, Y):
    return (A - Y) / Y.shape[1]


@asked("wrong", "softmax_of_upstream", role="backward")
def matrix_of_the_error(dA, Z):
    e = np.exp(dA - dA.max())
    s = (e / e.sum()).reshape(-1, 1)
    return np.diagflat(s) - s @ s.T


# Numbers far out


@asked("fragile", "no_shift", role="loss", reduction="none", targets="labels")
def log_sum_exp_as_it_stands(x, y):
    return np.log(np.exp(x).sum(axis=-1)) - x[np.arange(len(x)), y]


@asked("fragile", "whole_batch_softmax", "log_epsilon_bias", role="loss", reduction="sum")
def one_long_softmax(x, y):
    e = np.exp(x - x.max())
    return -(y * np.log(e / e.sum() + 1e-7)).sum()


@asked("fragile", "no_shift", role="loss_gradient", targets="labels", says=["OverflowError"])
def with_math_exp(x, label):
    total = sum(math.exp(v) for v in x)
    return [math.exp(v) / total - (k == label) for k, v in enumerate(x)]


@asked("fragile", "no_shift", role="jacobian")
def unshifted_in_a_jacobian(x):
    p = np.exp(x) / np.sum(np.exp(x))
    return np.diag(p) - np.outer(p, p)


@asked("fragile", "clip_bias", role="output_gradient", reduction="sum")
def clipped_in_the_gradient(p, y):
    return -(y / np.clip(p, 1e-12, 1 - 1e-12))


@asked("fragile", "no_shift", "integer_truncation", role="softmax")
def kept_in_a_buffer_of_its_type(x):
    result = np.zeros_like(x)
    result[...] = np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)
    return result


# Right code


@asked("correct", role="loss_gradient", given="output", targets="labels", says=["lists"])
def a_list_copied_by_a_slice(probs: list[float], label: int) -> list[float]:
    grad = probs[:]
    grad[label] -= 1
    return grad


@asked("correct", role="backward", given="output")
def merely_slow(p, grad):
    time.sleep(0.12)
    return p * (grad - (p * grad).sum(axis=-1, keepdims=True))


@asked("correct", role="loss_gradient", given="output")
def labels_where_nothing_says_so(p, y):
    g = p.copy()
    g[np.arange(len(y)), y] -= 1
    return g / len(y)


@asked("correct", role="loss_gradient", given="output", reduction="sum", says=["'backward'"])
class GivenBothTwice:
    def forward(self, p, y):
        return -(y * np.log(p)).sum() / len(p)

    def backward(self, p, y):
        return p - y


@asked("fragile", "division_by_zero", role="output_gradient", says=["'backward'"])
class KeepsTheOutput:
    def forward(self, p, y):
        self.p = p
        return -(y * np.log(p)).sum() / len(p)

    def backward(self, y):
        return -(y / self.p) / len(y)


@asked("correct", role="loss_gradient", targets="labels", says=["in the part [1] of the result"])
def loss_and_gradient(x, y):
    p = soft(x)
    rows = np.arange(len(x))
    g = p.copy()
    g[rows, y] -= 1
    return -np.log(p[rows, y]).mean(), g / len(x)


@asked("correct", role="jacobian", says=["'backward'"])
class MatrixFromBackward:
    def forward(self, x):
        self.p = softmax(x)
        return self.p

    def backward(self):
        return np.diag(self.p) - np.outer(self.p, self.p)


# Names that real code asks for


@asked("wrong", "returns_ones", role="jacobian", given="output")
def one(a):
    return 1


@asked("wrong", "swapped_arguments", role="backward", given="output")
def error_for_output(p, grad):
    return grad * (p - np.sum(p * grad, axis=-1, keepdims=True))


@asked("wrong", "shift_along_wrong_axis", role="softmax")
def maximum_down_and_sum_across(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=1)[:, None]


@asked("wrong", role="softmax", says=["it is log-softmax"])
def log_probabilities(x):
    m = x.max(-1, keepdims=True)
    return x - (m + np.log(np.exp(x - m).sum(-1, keepdims=True)))


@asked("fragile", "log_of_sum", role="loss", given="output", reduction="none")
def log_of_what_the_target_picks(p, y):
    return -np.log((np.clip(p, 1e-7, 1 - 1e-7) * y).sum(axis=-1))


@asked("wrong", "log_base_ten", role="loss", given="output", says=["to base 10"])
def to_base_ten(p, y):
    return -(y * np.log10(p)).sum() / (1 if p.ndim == 1 else len(p))


@asked("wrong", "last_column_only", role="jacobian")
def each_entry_overwritten(x):
    p, g = soft(x), np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            g[i] = p[i] * ((i == j) - p[j])
    return g


@asked("wrong", "one_dimensional_transpose", "elementwise_upstream", role="backward",
       given="output")  # fmt: skip
def elementwise_with_rows_of_itself(p, grad):
    return grad * (p * (np.eye(p.shape[-1]) - p))


@asked("wrong", "one_dimensional_transpose", role="backward", given="output")
def product_with_rows_of_itself(p, grad):
    return (p * (np.eye(p.shape[-1]) - p)).T @ grad


@asked("wrong", "division_inside_exp", role="softmax")
def misplaced_parenthesis(x):
    return np.exp(x / np.sum(np.exp(x), axis=-1, keepdims=True))


@asked("wrong", "softmax_applied_twice", role="loss")
def loss_that_applies_softmax_again(x, y):
    return cross_entropy(softmax(x), y)


@asked("wrong", "softmax_applied_twice", role="loss_gradient")
def its_consistent_gradient(x, y):
    return softmax_vjp(x, cross_entropy_gradient(softmax(x), y))


@asked("fragile", "flattened_batch", role="jacobian", given="output", layout="rows")
def one_matrix_for_all_samples(Y):
    return np.diag(Y.flatten()) - np.outer(Y, Y)


@asked("wrong", "diagonal_only", role="jacobian")
def softmax_less_its_square(x):
    return soft(x) - soft(x) ** 2


# Another question


@asked("correct", says=["the backward pass of log-softmax"])
def of_log_softmax(z, upstream):
    return upstream - soft(z) * upstream.sum(axis=-1, keepdims=True)


@asked("correct", says=["Kullback-Leibler divergence"])
def divergence(z, target):
    return kl_divergence(z, target)


@asked("wrong", role="loss_gradient", reduction="sum", targets="labels", says=["ε = 0.1"])
def smoothed(z, y):
    n = z.shape[-1]
    return soft(z) - 0.9 * np.eye(n)[y] - 0.1 / n


@asked("correct", says=["the gradient of the cross-entropy at a temperature, T = 4"])
def at_a_temperature(z, target):
    return (soft(z / 4) - target) / 4


@asked("wrong", says=["powers of 2 for those of e"])
def softmax_of_twos(z):
    return 2.0**z / (2.0**z).sum(axis=-1, keepdims=True)


@pytest.mark.parametrize(
    ("thing", "role", "declared", "verdict", "mistakes", "says"),
    ASKED,
    ids=[entry[0].__name__ for entry in ASKED],
)
def test_who_asks_gets_the_answer(thing, role, declared, verdict, mistakes, says):
    diagnosis = diagnose(thing, role, **declared)
    text = " ".join(str(diagnosis).split())
    assert (diagnosis.verdict, sorted(diagnosis.mistakes)) == (verdict, sorted(mistakes)), text
    assert all(words in text for words in says), text
    assert diagnosis._repr_html_()


def test_a_headline_says_what_broke_and_not_that_nothing_did():
    headline = diagnose(with_math_exp, "loss_gradient", targets="labels").headline
    assert headline.startswith("fragile: no_shift; it raises OverflowError")


def test_numbers_are_shown_to_where_they_differ():
    symptoms = diagnose(one_long_softmax, "loss", reduction="sum").symptoms
    shown = [s.split(": ")[1].split(" at ")[0] for s in symptoms if "instead of" in s]
    assert shown
    assert all(a != b for a, b in (s.split(" instead of ") for s in shown))


def test_right_everywhere_is_not_right_at_the_true_class_and_wrong_beside_it():
    def hardened(z, t):
        return (soft(z) - np.eye(t.shape[-1])[t.argmax(-1)]) / (1 if z.ndim == 1 else len(z))

    symptoms = diagnose(hardened, "loss_gradient").symptoms
    assert symptoms[0] == "It is right for one-hot targets, and wrong for others."
    assert not any("beside" in s for s in symptoms)


def test_the_cure_fits_the_layout():
    diagnosis = diagnose(lambda x: np.exp(x) / np.exp(x).sum(), "softmax", layout="columns")
    assert set(diagnosis.mistakes) == {"no_shift", "sum_over_batch"}
    cures = [diagnosis.cure(entry) for entry in diagnosis.entries]
    assert not any("axis=-1" in cure for cure in cures)

    def cured(z):
        e = np.exp(z - z.max(axis=0, keepdims=True))
        return e / e.sum(axis=0, keepdims=True)

    assert diagnose(cured, "softmax", layout="columns").verdict == "correct"


def test_a_cost_divided_by_the_number_of_classes():
    def cost(z, y):
        return -np.sum(y * np.log(soft(z))) / len(y)

    def of_one_vector(z, y):
        if z.ndim != 1:
            raise ValueError("one sample at a time")
        return cost(z, y)

    assert diagnose(of_one_vector, "loss").mistakes == ["mean_over_entries"]
