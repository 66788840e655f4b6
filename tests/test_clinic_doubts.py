"""What names and docstrings say weighs more than a reading under which all would be right."""

import numpy as np
import pytest

from softmax_lab import diagnose, softmax
from softmax_lab.clinic import names

pytestmark = pytest.mark.usefixtures("in_this_process")


def told(function, *role, **declared):
    diagnosis = diagnose(function, *role, **declared)
    return diagnosis.verdict, diagnosis.mistakes


# What is called logits is no output


def log_of_logits(logits, labels):
    return -np.log(logits[np.arange(len(labels)), labels]).mean()


def logits_minus_target(z, t):
    return (z - t) / len(t)


@pytest.mark.parametrize("function", [log_of_logits, logits_minus_target])
def test_what_is_called_logits_is_not_taken_for_the_output(function):
    diagnosis = diagnose(function)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", ["softmax_forgotten"])
    assert diagnosis.reading.others == [
        "If it is meant to be fed the output, it is right on ordinary inputs."
    ]


def test_what_is_called_probabilities_is_not_taken_for_logits():
    def of_probabilities(probs, labels):
        h = softmax(probs)
        return (h - np.eye(h.shape[1])[labels]) / len(h)

    diagnosis = diagnose(of_probabilities)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", ["softmax_applied_twice"])
    said = "If it is meant to be fed the logits, it is right on ordinary inputs."
    assert diagnosis.reading.others == [said]


def test_of_other_names_the_right_reading_comes_first():
    def of_probabilities(probs, labels):
        return log_of_logits(probs, labels)

    assert told(of_probabilities) == ("correct", [])


def test_where_no_mistake_explains_it_the_doubt_is_said():
    def of_targets(logits, onehot):
        return -np.sum(onehot * np.log(np.abs(logits))) / len(onehot)

    diagnosis = diagnose(of_targets)
    assert diagnosis.verdict in ("correct", "fragile")
    assert "If it is meant to be fed the logits, softmax is missing." in diagnosis.reading.others


def test_a_declaration_outweighs_names():
    assert told(logits_minus_target, "loss_gradient", given="output") == ("correct", [])


# The shapes in a docstring


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("A, Y of shape (classes, m)", "columns"),
        ("x: (N, C) array", "rows"),
        ("logits (batch_size, num_classes), labels (batch_size,)", "rows"),
        ("dA: (n, m)", ""),
        ("from (N, C) to (C, N)", ""),
        ("softmax(x, y)", ""),
    ],
)
def test_a_docstring_says_how_samples_lie(text, layout):
    assert names.layout_told(text) == layout


def by_the_wrong_length(A, Y):
    """Both of shape (classes, m)."""
    return (A - Y) / Y.shape[0]


def down_the_columns(x):
    """Softmax of each row of x, of shape (N, C)."""
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def test_a_docstring_decides_the_layout_and_the_other_one_is_named():
    diagnosis = diagnose(by_the_wrong_length)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", ["mean_over_classes"])
    assert (
        "If its samples are meant to be rows, it is right on ordinary inputs."
        in diagnosis.reading.others
    )
    diagnosis = diagnose(down_the_columns)
    assert diagnosis.mistakes == ["wrong_axis"]
    assert (
        "If its samples are meant to be columns, it is right on ordinary inputs."
        in diagnosis.reading.others
    )


# Functions of functions, and models


def test_what_is_given_a_function_is_not_judged():
    def numerical_gradient(f, x, step=1e-5):
        return np.array([(f(x + step) - f(x - step)) / (2 * step)])

    diagnosis = diagnose(numerical_gradient)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("not judged", [])
    assert "it is given a function, 'f'" in diagnosis.headline
    assert str(diagnosis) == diagnosis.headline


class Model:
    def __init__(self, n_features=3, n_classes=3):
        self.W, self.b = np.zeros((n_features, n_classes)), np.zeros(n_classes)

    def gradient(self, X, y):
        d = softmax(X @ self.W + self.b)
        d[np.arange(len(y)), y] -= 1
        return X.T @ d / len(y), self.of_biases(d)

    def of_biases(self, d):
        return d.mean(axis=0)


class ModelOfSums(Model):
    def of_biases(self, d):
        return d.sum(axis=0)


def test_a_model_is_tried_with_weights_of_ours():
    diagnosis = diagnose(Model)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("correct", [])
    assert "at the weights" in diagnosis.reading.words
    diagnosis = diagnose(ModelOfSums)
    assert diagnosis.verdict == "wrong"
    assert diagnosis.symptoms[0].endswith("It is N times that.")


def test_the_softmax_of_a_linear_layer_is_softmax():
    def predict(X, W, b):
        return softmax(X @ W + b)

    def turned(X, W, b):
        return softmax(X @ W + b, axis=0)

    assert told(predict) == ("correct", [])
    assert "softmax of a linear layer" in diagnose(predict).reading.words
    assert diagnose(turned).verdict == "wrong"


def test_a_gradient_at_the_weights_may_be_given_the_output():
    class Regression:
        def grad(self, X, y_true, y_pred):
            return X.T @ (y_pred - y_true) / len(X)

    diagnosis = diagnose(Regression)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("correct", [])
    assert "from (features, target, output)" in diagnosis.reading.words


def test_weights_of_the_classes_are_made_even_where_they_cannot_be_told():
    def weighted(logits, y, class_weight=(1.0, 2.0, 3.0, 1.5)):
        w = np.asarray(class_weight)[y]
        return -(w * np.log(softmax(logits)[np.arange(len(y)), y])).sum() / w.sum()

    diagnosis = diagnose(weighted)
    assert diagnosis.verdict == "fragile"  # far out, where log h is -inf
    assert diagnosis.mistakes == ["log_of_zero"]
    assert "with class_weight of 1" in diagnosis.reading.words


# Words


def test_minus_infinity_is_called_so():
    def logarithm(x):
        with np.errstate(divide="ignore"):
            return np.log(softmax(x))

    assert any("it gives -inf at" in s for s in diagnose(logarithm).symptoms)


def test_of_a_wrong_log_softmax_it_is_said_that_it_is_that_no_more_than_softmax():
    def log_softmax_backward(grad, log_h):
        return grad - np.exp(log_h) * grad

    others = diagnose(log_softmax_backward).reading.others
    assert others == ["As the backward pass of log-softmax, σ - h Σσ, it is wrong, too."]


def test_an_index_that_stands_twice_is_no_transpose():
    def jacobian(h):
        J = np.zeros((len(h), len(h)))
        for i in range(len(h)):
            for j in range(len(h)):
                J[i, j] = h[i] * ((i == j) - h[i])
        return J

    assert told(jacobian) == ("wrong", ["index_taken_twice"])
