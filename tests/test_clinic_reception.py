"""What is handed over as it stands: nothing declared, any order, tuples, layers, indices, files."""

import functools
import subprocess
import sys

import numpy as np
import pytest

from softmax_lab import (
    cross_entropy,
    cross_entropy_gradient,
    diagnose,
    one_hot,
    softmax,
    softmax_vjp,
)
from softmax_lab.clinic.__main__ import main
from softmax_lab.clinic.forms import forms_of

pytestmark = pytest.mark.usefixtures("in_this_process")


def own(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def told(function, *role, **declared):
    diagnosis = diagnose(function, *role, **declared)
    return diagnosis.verdict, diagnosis.mistakes


RIGHT = ("correct", [])


# The order of arguments, and what they hold


def error_first(dA, Z):
    return softmax_vjp(Z, dA)


def target_first(y_true, y_pred):
    return y_pred - y_true


def labels_first(labels, scores):
    return (own(scores) - one_hot(labels, scores.shape[-1])) / len(labels)


def in_columns(dZ, Z):
    e = np.exp(Z - Z.max(axis=0, keepdims=True))
    h = e / e.sum(axis=0, keepdims=True)
    return h * (dZ - (h * dZ).sum(axis=0, keepdims=True))


@pytest.mark.parametrize(
    ("function", "setting", "value", "order"),
    [
        (error_first, "given", "logits", ["error", "logits"]),
        (target_first, "reduction", "sum", ["target", "output"]),
        (labels_first, "targets", "labels", ["labels", "logits"]),
        (in_columns, "layout", "columns", ["error", "logits"]),
    ],
)
def test_what_is_not_declared_is_found_and_said(function, setting, value, order):
    diagnosis = diagnose(function)
    assert (diagnosis.verdict, diagnosis.mistakes) == RIGHT
    assert diagnosis.reading.data[setting] == (value, "found")
    assert diagnosis.reading.data["arguments"] == order
    assert str(diagnosis).startswith("Read as ")
    assert f"({', '.join(order)})" in " ".join(str(diagnosis).split())


def test_what_is_declared_is_kept_and_marked():
    diagnosis = diagnose(target_first, "loss_gradient", reduction="mean")
    assert diagnosis.verdict != "correct"
    assert diagnosis.mistakes == ["missing_mean"]
    assert diagnosis.reading.data["reduction"] == ("mean", "declared")
    assert diagnosis.reading.data["given"] == ("output", "found")


def test_names_decide_between_a_right_and_a_flipped_order():
    def delta(labels_one_hot, predictions):
        return labels_one_hot - predictions

    assert told(delta)[1] == ["sign_flipped"]


def test_other_readings_that_fit_are_named():
    others = diagnose(target_first).reading.others
    assert "As the gradient of the mean it lacks 1/N." in others

    def downwards(z):
        e = np.exp(z - z.max(axis=0))
        return e / e.sum(axis=0)

    diagnosis = diagnose(downwards)
    assert diagnosis.verdict == "correct"
    assert diagnosis.reading.data["layout"] == ("columns", "found")
    assert (
        "If its samples are meant to be rows, it is wrong: wrong_axis." in diagnosis.reading.others
    )


@pytest.mark.parametrize(
    ("function", "role", "declared", "remedy"),
    [
        (in_columns, "backward", {"layout": "rows"}, "layout='columns'"),
        (target_first, "backward", {}, "role='loss_gradient' and given='output'"),
        (cross_entropy, "loss", {"given": "output", "reduction": "sum"}, "given='logits'"),
    ],
)
def test_the_first_symptom_says_which_declarations_would_make_it_right(
    function, role, declared, remedy
):
    diagnosis = diagnose(function, role, **declared)
    assert diagnosis.verdict != "correct"
    assert diagnosis.symptoms[0].startswith("It would be right if ")
    assert remedy in diagnosis.symptoms[0]


def test_so_it_does_when_every_call_raised():
    def gradient(h, y):
        g = h.copy()
        g[range(len(y)), y] -= 1
        return g / len(y)

    diagnosis = diagnose(gradient, "loss_gradient", given="output", targets="distribution")
    assert diagnosis.symptoms[0] == "It would be right if targets='labels' were declared."
    assert told(gradient, "loss_gradient") == RIGHT


# Tuples, dictionaries, further arguments, indices


def loss_and_gradient(scores, y):
    p = own(scores)
    d = p.copy()
    d[np.arange(len(y)), y] -= 1
    return -np.log(p[np.arange(len(y)), y]).mean(), d / len(y)


def test_the_part_of_a_tuple_that_fits_is_judged_and_named():
    diagnosis = diagnose(loss_and_gradient)
    assert (diagnosis.verdict, diagnosis.mistakes) == RIGHT
    assert diagnosis.reading.data["part"] == "[1]"
    assert "in the part [1] of the result" in diagnosis.reading.words
    assert diagnose(loss_and_gradient, "loss").reading.data["part"] == "[0]"


def test_a_right_loss_does_not_hide_the_wrong_gradient_beside_it():
    def both(scores, y):
        loss, gradient = loss_and_gradient(scores, y)
        return loss, -gradient

    assert told(both) == ("wrong", ["sign_flipped"])


def test_a_cache_beside_the_output_is_left_alone():
    def forward(Z):
        return own(Z), {"Z": Z}

    assert told(forward) == RIGHT


@pytest.mark.parametrize("axis", ["axis", "dim"])
def test_an_axis_gets_its_obvious_value(axis):
    scope = {"np": np}
    exec(
        f"def f(x, {axis}):\n e = np.exp(x - x.max({axis}, keepdims=True))\n"
        f" return e / e.sum({axis}, keepdims=True)",
        scope,
    )
    assert told(scope["f"]) == RIGHT


def number_of_classes(z, y, num_classes):
    return (own(z) - np.eye(num_classes)[y]) / len(y)


def rate_in_between(dout, learning_rate, probs):
    return probs * (dout - (dout * probs).sum(axis=-1, keepdims=True))


def cache_as_dictionary(dA, cache):
    return softmax_vjp(cache["Z"], dA)


def one_entry(z, i, j):
    h = own(z)
    return h[i] * ((i == j) - h[j])


def one_class(z, t, k):
    return own(z)[k] - t[k]


def one_sample(scores, labels, i):
    g = own(scores[i])
    g[labels[i]] -= 1
    return g


def with_a_flag(z, derivative=False):
    h = own(z)
    return h[..., :, None] * (np.eye(h.shape[-1]) - h[..., None, :]) if derivative else h


@pytest.mark.parametrize(
    "function",
    [
        number_of_classes,
        rate_in_between,
        cache_as_dictionary,
        one_entry,
        one_class,
        one_sample,
        with_a_flag,
        functools.partial(lambda power, z: own(power * z), 1),
    ],
)
def test_further_arguments_are_guessed_and_indices_run_through(function):
    assert told(function) == RIGHT


def test_a_flag_for_the_derivative_is_set():
    diagnosis = diagnose(lambda x, deriv=False: own(x) * (1 - own(x)) if deriv else own(x))
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", ["diagonal_only"])
    assert "with deriv=True" in diagnosis.reading.words


def linear(W, X, y, reg):
    p = own(X @ W)
    loss = -np.log(p[np.arange(len(y)), y]).mean() + reg * (W * W).sum()
    p[np.arange(len(y)), y] -= 1
    return loss, X.T @ p / len(y) + 2 * reg * W


def linear_with_classes_in_rows(theta, X, y):
    e = np.exp(X @ theta.T)
    h = e / e.sum(axis=1, keepdims=True)
    return (h - one_hot(y, len(theta))).T @ X / len(X)


def test_a_linear_classifier_is_read_off_its_weights():
    diagnosis = diagnose(linear)
    assert (diagnosis.verdict, diagnosis.mistakes) == RIGHT
    assert "(weights, features, labels, 0.0)" in diagnosis.reading.words
    assert told(linear_with_classes_in_rows) == ("fragile", ["no_shift"])


def test_the_penalty_in_the_gradient_has_to_be_that_of_the_loss():
    def half_of_it(W, X, y, reg):
        loss, gradient = linear(W, X, y, reg)
        return loss, gradient - reg * W

    diagnosis = diagnose(half_of_it)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", [])
    assert diagnosis.symptoms[0] == (
        "The loss adds 1 · reg · Σ W², whose derivative is 2 · reg · W; "
        "the gradient adds 1 · reg · W."
    )


# Layers


class InAttributes:
    def forward(self, inputs):
        self.output = own(inputs)

    def backward(self, dvalues):
        total = (self.output * dvalues).sum(axis=-1, keepdims=True)
        self.dinputs = self.output * (dvalues - total)


class Stateless:
    def forward(self, z):
        return own(z)

    def backward(self, z, upstream):
        return softmax_vjp(z, upstream)


class MatrixOfOneSample:
    def forward(self, z):
        self.h = own(z)
        return self.h

    def backward(self):
        return np.diag(self.h) - np.outer(self.h, self.h)


class LossOfBoth:
    def forward(self, h, t):
        return -np.sum(t * np.log(h)) / len(h)

    def backward(self, h, t):
        return h - t


class OfOutputAndTarget:
    def forward(self, inputs, y_true):
        return -np.mean(np.sum(y_true * np.log(own(inputs)), axis=-1))

    def backward(self, dvalues, y_true):
        self.dinputs = (dvalues - y_true) / len(dvalues)


class Static:
    @staticmethod
    def function(x):
        return own(x)

    @staticmethod
    def derivative(x):
        return own(x) - own(x) ** 2


class WithContext:
    @staticmethod
    def forward(ctx, x):
        y = own(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        (y,) = ctx.saved_tensors
        return y * (grad_output - (grad_output * y).sum(axis=-1, keepdims=True))


class WithUnits(InAttributes):
    def __init__(self, n_units, name):
        self.n_units, self.name = n_units, name


class OtherName:
    def __call__(self, x):
        self.h = own(x)
        return self.h

    def softmax_backward(self, grad):
        return grad * self.h * (1 - self.h)


@pytest.mark.parametrize(
    ("layer", "answer", "role"),
    [
        (InAttributes, RIGHT, "backward"),
        (Stateless, RIGHT, "backward"),
        (MatrixOfOneSample, RIGHT, "jacobian"),
        (LossOfBoth, ("fragile", ["missing_mean"]), "loss_gradient"),  # its own loss is a mean
        (OfOutputAndTarget, RIGHT, "loss_gradient"),
        (Static, ("wrong", ["diagonal_only"]), "jacobian"),
        (WithContext, RIGHT, "backward"),
        (WithUnits, RIGHT, "backward"),
        (OtherName, ("wrong", ["diagonal_only"]), "backward"),
    ],
)
def test_a_layer_is_judged_on_its_backward_method(layer, answer, role):
    diagnosis = diagnose(layer)
    assert (diagnosis.verdict, diagnosis.mistakes) == answer
    assert diagnosis.settings.role == role
    assert diagnosis.reading.data["method"] not in ("forward", "function", "__call__")
    assert told(layer, role) == answer


def test_a_result_in_an_attribute_is_named():
    assert "left in the attribute 'dinputs'" in diagnose(InAttributes).reading.words


def test_a_bound_method_goes_with_its_layer():
    assert told(InAttributes().backward) == RIGHT


def test_the_forward_method_is_judged_where_its_role_is_declared():
    assert told(Stateless, "softmax") == RIGHT


def test_the_forward_pass_says_how_the_samples_lie():
    class Layer:
        def forward(self, z):
            self.h = own(z)
            return self.h

        def backward(self, g):
            return self.h * (g - np.sum(self.h * g, axis=0))

    diagnosis = diagnose(Layer)
    assert diagnosis.verdict == "fragile"
    assert diagnosis.settings.layout == "rows"


def test_a_right_log_softmax_layer_is_one():
    class LogSoftmax:
        def forward(self, z):
            m = z.max(axis=-1, keepdims=True)
            self.o = z - m - np.log(np.exp(z - m).sum(axis=-1, keepdims=True))
            return self.o

        def backward(self, g):
            return g - np.exp(self.o) * g.sum(axis=-1, keepdims=True)

    diagnosis = diagnose(LogSoftmax)
    assert (diagnosis.verdict, diagnosis.mistakes) == RIGHT
    assert "log-softmax" in diagnosis.reading.words
    held_to = diagnose(LogSoftmax, "backward")
    assert (held_to.verdict, held_to.mistakes) == ("wrong", [])
    assert "log-softmax" in held_to.symptoms[0]


# What looks right under an odd reading


def test_the_identity_and_its_kin_are_never_right():
    def backward(upstream, z):
        return upstream

    def softmax_derivative(a):
        return a

    def sigmoid_rule(grad, a):
        return grad * a * (1 - a)

    def squared_difference_in_name_only(z):
        return own(z)

    squared_difference_in_name_only.__name__ = "softmax_derivative"
    for function, name in [
        (backward, "pass_through"),
        (softmax_derivative, "returns_output"),
        (sigmoid_rule, "diagonal_only"),
        (squared_difference_in_name_only, "returns_output"),
    ]:
        assert told(function) == ("wrong", [name])


def test_lists_that_are_copied_by_a_slice_are_handed_over_as_lists():
    def gradient(y_pred: list[float], target: int) -> list[float]:
        g = y_pred[:]
        g[target] -= 1
        return g

    assert told(gradient) == RIGHT


def test_single_precision_is_judged_by_its_own_digits():
    def of_float32(g, y):
        g, y = np.float32(g), np.float32(y)
        return y * (g - (g * y).sum(-1, keepdims=True))

    assert told(of_float32) == RIGHT


def test_what_was_made_for_three_classes_is_tried_on_three():
    weights = np.eye(3)
    diagnosis = diagnose(lambda z: own(z @ weights))
    assert diagnosis.verdict == "correct"
    assert "three classes only" in " ".join(diagnosis.symptoms)


def test_what_takes_nothing_that_the_clinic_has_is_refused():
    assert forms_of(3) == []
    with pytest.raises(ValueError, match="must be callable"):
        diagnose(3)


def test_whatever_can_be_called_gets_an_answer():
    class Nothing:
        pass

    def takes_nothing():
        return 1

    scope = {}
    exec(
        "class Layer:\n def forward(self, z): return z\n def backward(self, v): return v", {}, scope
    )
    assert told(Nothing)[0] == told(takes_nothing)[0] == "wrong"
    assert told(scope["Layer"]) == ("wrong", ["pass_through"])


def test_the_packages_own_functions_need_no_declaration():
    for function in (softmax, softmax_vjp, cross_entropy, cross_entropy_gradient):
        assert told(function) == RIGHT


# Files


FILE = """
import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def softmax_prime(z):
    return softmax(z) * (1 - softmax(z))

def relu(x):
    return np.maximum(x, 0)

def load(path):
    return open(path).read()

class Net:
    def __init__(self, sizes):
        self.W = [np.zeros(n) for n in sizes]

    def train(self, x, y):
        pass

    def softmax_backward(self, grad, probs):
        return grad * probs * (1 - probs)

class Layer:
    def forward(self, z):
        self.h = softmax(z)
        return self.h

    def backward(self, upstream):
        return self.h * (upstream - (self.h * upstream).sum(axis=-1, keepdims=True))
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def test_a_file_without_a_name_gets_a_line_for_each_thing_in_it(file, capsys):
    assert main([file]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[:4]] == [
        ["softmax", "correct:"],
        ["softmax_prime", "wrong:"],
        ["Net.softmax_backward", "wrong:"],
        ["Layer", "correct:"],
    ]
    assert lines[0].endswith("correct: read as softmax, from the logits, samples in rows.")
    assert lines[4] == "Nothing of softmax was recognised in relu, load."
    details = "\n".join(lines[5:])
    assert "diagonal_only computes" in details
    assert "\nLayer" not in details


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("Layer", 0, "correct"),
        ("Layer.backward", 0, "by the method 'backward'"),
        ("Net.softmax_backward", 1, "diagonal_only"),
        ("softmax", 0, "Read as softmax"),
        ("Net.nothing", 2, "has no 'nothing'"),
        ("nothing", 2, "has no 'nothing'"),
    ],
)
def test_a_name_may_be_that_of_a_method(file, capsys, name, status, said):
    assert main([f"{file}:{name}"]) == status
    assert said in " ".join("".join(capsys.readouterr()).split())


def test_the_table_of_symptoms_is_printed(capsys):
    assert main(["--symptoms"]) == 0
    assert "diagonal_only" in capsys.readouterr().out


def test_a_file_that_ends_the_process_is_no_success(tmp_path):
    path = tmp_path / "leaves.py"
    path.write_text("import os\nos._exit(0)\n", encoding="utf-8")
    command = [sys.executable, "-m", "softmax_lab.clinic", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "it ended the process" in run.stderr
