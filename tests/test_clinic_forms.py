"""Forms of layers: what a loss layer is handed, what is left in attributes, what forward says."""

import functools

import numpy as np
import pytest

from softmax_lab import diagnose, softmax
from softmax_lab.clinic.__main__ import main

pytestmark = pytest.mark.usefixtures("in_this_process")


def labels_picked(h, y):
    g = h.copy()
    g[np.arange(len(g)), y] -= 1
    return g


class LossOfLabels:
    """The head of a network: what arrives at it is ∂C/∂C = 1, and must be handed over."""

    def forward(self, scores, y):
        self.h, self.y = softmax(scores), y
        return -np.log(self.h[np.arange(len(y)), y]).mean()

    def backward(self, dout):
        return dout * labels_picked(self.h, self.y) / len(self.y)


class LossOfEachSample(LossOfLabels):
    """One loss a sample, and so one 1 a sample that arrives."""

    def forward(self, scores, y):
        super().forward(scores, y)
        return -np.log(self.h[np.arange(len(y)), y])

    def backward(self, grad_output):
        return labels_picked(self.h, self.y) * grad_output[:, None]


class Unaveraged(LossOfLabels):
    def backward(self, dout):
        return dout * (self.h - labels_picked(self.h, self.y)) / len(self.y)


class HandsOutMatrices:
    def forward(self, z):
        self.h = softmax(z)
        return self.h

    @property
    def jacobian(self):
        return self.h[..., None] * (np.eye(self.h.shape[-1]) - self.h[..., None, :])


class HandsOutOnce(HandsOutMatrices):
    jacobian = functools.cached_property(HandsOutMatrices.jacobian.fget)
    jacobian.__set_name__(None, "jacobian")


class HandsOutTheDiagonal(HandsOutMatrices):
    @property
    def grad(self):
        return self.h * (1 - self.h)

    jacobian = None


class LeavesTheMatrix:
    def __call__(self, z):
        self.h = softmax(z)
        self.grad = np.diag(self.h) - np.outer(self.h, self.h)
        return self.h


class LossLeavesItsGradient:
    def forward(self, z, t):
        h = softmax(z)
        self.diff, self.grad = h - t, (t - h) / len(z)
        return -np.sum(t * np.log(h)) / len(z)


@pytest.mark.parametrize("declare", [False, True], ids=["undeclared", "declared"])
@pytest.mark.parametrize(
    ("layer", "role", "verdict", "mistakes"),
    [
        (LossOfLabels, "loss_gradient", "correct", []),
        (LossOfEachSample, "loss_gradient", "correct", []),
        (HandsOutMatrices, "jacobian", "correct", []),
        (HandsOutOnce, "jacobian", "correct", []),
        (HandsOutTheDiagonal, "jacobian", "wrong", ["diagonal_only"]),
        (LeavesTheMatrix, "jacobian", "correct", []),
        (LossLeavesItsGradient, "loss_gradient", "wrong", ["sign_flipped"]),
    ],
)
def test_a_derivative_is_judged_wherever_it_is_kept(layer, role, verdict, mistakes, declare):
    diagnosis = diagnose(layer, role) if declare else diagnose(layer)
    assert (diagnosis.verdict, diagnosis.mistakes) == (verdict, mistakes), str(diagnosis)
    assert diagnosis.settings.role == role


def test_a_wrong_head_is_not_excused():
    assert diagnose(Unaveraged).verdict == "wrong"


def test_an_attribute_is_named_in_the_reading():
    assert "left in the attribute 'jacobian'" in diagnose(HandsOutMatrices).reading.words


def test_a_layer_without_a_derivative_is_not_said_to_take_the_output_for_one():
    class Forward:
        def forward(self, z):
            return softmax(z)

    diagnosis = diagnose(Forward, "jacobian")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", [])
    assert diagnosis.symptoms[0] == "It would be right if role='softmax' were declared."
    assert "none has a name that speaks of a derivative" in diagnosis.symptoms[1]


def test_gradients_of_weights_beside_what_is_passed_back_are_left_alone():
    class SoftmaxThatKeepsMore:
        def forward(self, z):
            self.h = softmax(z)
            return self.h

        def backward(self, grad):
            self.dW, self.dX = 3 * self.h, None
            return self.h * (grad - (self.h * grad).sum(axis=-1, keepdims=True))

    diagnosis = diagnose(SoftmaxThatKeepsMore)
    assert diagnosis.verdict == "correct"
    assert diagnosis.reading.form.part == ""


def test_what_is_said_to_be_softmax_is_not_judged_on_a_derivative_beside_it():
    diagnosis = diagnose(HandsOutTheDiagonal, "softmax")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("correct", [])


# A backward pass belongs to its own forward pass


class SoftmaxThenSigmoid:
    def forward(self, z):
        self.z = z
        return softmax(z)

    def backward(self, grad):
        s = 1 / (1 + np.exp(-self.z))
        return grad * s * (1 - s)


class EntropyThenSquares:
    def forward(self, z, t):
        self.h, self.t = softmax(z), t
        return -np.sum(t * np.log(self.h)) / len(z)

    def backward(self):
        g = (self.h - self.t) / len(self.t)
        return self.h * (g - (self.h * g).sum(axis=-1, keepdims=True))


class Sigmoid:
    def forward(self, z):
        self.s = 1 / (1 + np.exp(-z))
        return self.s

    def backward(self, grad):
        return grad * self.s * (1 - self.s)


def test_no_other_question_is_answered_where_the_forward_pass_asks_ours():
    assert diagnose(SoftmaxThenSigmoid).verdict == "wrong"
    fused = diagnose(EntropyThenSquares)
    assert (fused.verdict, fused.mistakes) == ("wrong", ["fused_times_jacobian"])


def test_another_question_is_answered_where_the_forward_pass_asks_it():
    diagnosis = diagnose(Sigmoid)
    assert diagnosis.verdict == "correct"
    assert diagnosis.answer.question.key == "sigmoid"


# What else the same function would be


def test_h_minus_t_is_two_gradients():
    def slope(h, t):
        return (h - t) / len(h)

    said = diagnose(slope).reading.others
    assert "It is the gradient at the output of half the squared error, ½ Σ(h - t)², too." in said


def test_names_that_speak_for_another_reading_have_it_named():
    def jacobian(a):
        s = softmax(a)
        return np.diag(s) - np.outer(s, s)

    said = "If it is meant to be fed the output, it is wrong: softmax_applied_twice."
    assert said in diagnose(jacobian).reading.others
    assert said not in diagnose(lambda z: jacobian(z)).reading.others


def test_a_word_that_begins_like_a_derivative_is_none():
    def sum_of_differences(z):
        return np.array([1 / np.exp(z - z_k).sum() for z_k in z])

    def declared_loss(z, t):
        return -(t * np.log(softmax(z))).sum()

    assert diagnose(sum_of_differences).settings.role == "softmax"
    assert diagnose(declared_loss).settings.role == "loss"
    assert diagnose(declared_loss).reading.others == ["As the mean loss it lacks 1/N."]


def test_what_takes_three_classes_is_not_blamed_for_integers():
    W = np.eye(3)

    def through_weights(z):
        return softmax(z @ W)

    diagnosis = diagnose(through_weights)
    assert diagnosis.verdict == "correct"
    assert not any("integer" in s for s in diagnosis.symptoms)


# Forms that cannot be called as they are: the adapter that is printed can be typed


def pullback(h):
    return lambda grad: h * (grad - (h * grad).sum(axis=-1, keepdims=True))


def curried(z):
    return pullback(softmax(z))


def with_pullback(z):
    h = softmax(z)
    return h, pullback(h)


def with_elementwise_pullback(z):
    h = softmax(z)
    return h, lambda grad: grad * h * (1 - h)


class MadeOfLogits:
    def __init__(self, z):
        self.h = softmax(z)

    def backward(self, grad):
        return pullback(self.h)(grad)


class LossMadeOfLogits:
    def __init__(self, logits, target):
        self.h, self.t = softmax(logits), target

    def gradient(self):
        return self.t - self.h


def three_numbers(a, b, c):
    e = np.exp(np.array([a, b, c]) - max(a, b, c))
    return e / e.sum()


def any_number(*z):
    e = [np.exp(x - max(z)) for x in z]
    return [x / sum(e) for x in e]


def into(z, result):
    result[:] = softmax(z)


@pytest.mark.parametrize(
    ("thing", "verdict", "mistakes", "typed"),
    [
        (curried, "correct", [], "lambda z, upstream: curried(z)(upstream), 'backward'"),
        (with_pullback, "correct", [], "lambda z, upstream: with_pullback(z)[1](upstream)"),
        (with_elementwise_pullback, "wrong", ["diagonal_only"], "[1](upstream), 'backward'"),
        (MadeOfLogits, "correct", [], "lambda z, upstream: MadeOfLogits(z).backward(upstream)"),
        (LossMadeOfLogits, "wrong", ["sign_flipped"], "LossMadeOfLogits(logits, target).gradient"),
        (three_numbers, "correct", [], "lambda z: three_numbers(*z), 'softmax'"),
        (any_number, "correct", [], "lambda z: any_number(*z), 'softmax'"),
        (into, "correct", [], "result := np.empty(np.shape(z))"),
    ],
)
def test_what_cannot_be_called_as_it_is_comes_with_an_adapter_to_type(
    thing, verdict, mistakes, typed
):
    diagnosis = diagnose(thing)
    assert (diagnosis.verdict, diagnosis.mistakes) == (verdict, mistakes), str(diagnosis)
    said = next(line for line in diagnosis.read_as if "called by" in line)
    assert typed in said
    source = said.split("called by ")[1].rstrip(".")
    again = eval(source, {"diagnose": diagnose, "np": np, thing.__name__: thing})
    assert (again.verdict, again.mistakes) == (verdict, mistakes)


def test_a_forward_pass_that_is_declared_is_judged_beside_its_pullback():
    diagnosis = diagnose(with_elementwise_pullback, "softmax")
    assert diagnosis.verdict == "correct"
    assert diagnosis.reading.adapter == ()


def test_what_no_adapter_helps_is_told_what_it_raised():
    def broken(z):
        raise RuntimeError("no weights were loaded")

    diagnosis = diagnose(broken)
    assert diagnosis.verdict == "wrong"
    assert "no weights were loaded" in diagnosis.symptoms[0]


# A file of functions: what is wrong without a name is listed, too, if it calls softmax

NOTEBOOK = """
import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)

def softmax_derivative(z):
    s = softmax(z)
    return s * (1 - s)

def output_delta(y_pred, y_true):
    return (y_pred - y_true) * softmax_derivative(y_pred)

def relu_derivative(z):
    return (z > 0).astype(float)
"""


def test_of_a_file_nothing_is_passed_over_that_calls_softmax(tmp_path, capsys):
    file = tmp_path / "week_3.py"
    file.write_text(NOTEBOOK)
    assert main([str(file)]) == 1
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()[:4]}
    assert "output_delta        wrong: none of the mistakes" in lines["output_delta"]
    assert "samples are meant to be rows, it is wrong: wrong_axis" in lines["softmax"]
    assert lines["Nothing"] == "Nothing of softmax was recognised in relu_derivative."
