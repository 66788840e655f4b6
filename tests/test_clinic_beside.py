"""What stands beside the part that is judged: the loss, the forward pass, the biases' gradient."""

import numpy as np
import pytest

from softmax_lab import diagnose, softmax
from softmax_lab.clinic.__main__ import main

pytestmark = pytest.mark.usefixtures("in_this_process")


def told(function, *role, **declared):
    diagnosis = diagnose(function, *role, **declared)
    return diagnosis.verdict, diagnosis.mistakes


def right_gradient(z, y):
    g = softmax(z)
    g[np.arange(len(y)), y] -= 1
    return g / len(y)


def picked(z, y):
    return np.log(softmax(z))[np.arange(len(y)), y]


# The loss beside its gradient


def without_minus(z, y):
    return picked(z, y).mean(), right_gradient(z, y)


def over_all_entries(z, t):
    h = softmax(z)
    return -np.mean(t * np.log(h)), (h - t) / len(t)


def one_part_shifted(z, y):
    shifted = z - z.max(axis=1, keepdims=True)
    lost = np.log(np.exp(shifted).sum(axis=1)) - z[np.arange(len(y)), y]
    return {"loss": lost.mean(), "grad": right_gradient(z, y)}


@pytest.mark.parametrize(
    ("function", "mistakes"),
    [
        (without_minus, ["missing_minus"]),
        (over_all_entries, ["mean_over_entries"]),
        (one_part_shifted, ["shift_on_one_side"]),
    ],
)
def test_a_wrong_loss_is_judged_though_the_gradient_beside_it_is_right(function, mistakes):
    diagnosis = diagnose(function)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", mistakes)
    assert diagnosis.settings.role == "loss"
    assert diagnosis.symptoms[0].startswith("The gradient, in the part [")
    assert diagnosis.symptoms[0].endswith("is right.")


def test_what_is_declared_a_gradient_is_judged_as_one_and_the_wrong_loss_is_told():
    diagnosis = diagnose(without_minus, "loss_gradient")
    assert diagnosis.verdict == "correct"
    assert diagnosis.headline == (
        "correct: right on what was declared, but the loss beside its gradient is wrong: "
        "missing_minus."
    )
    assert diagnosis.symptoms[0] == (
        "The loss that it also returns, in the part [0] of the result, is wrong: missing_minus."
    )


def mean_and_sum(z, y):
    return -picked(z, y).mean(), right_gradient(z, y) * len(y)


def sum_and_mean(z, y):
    return -picked(z, y).sum(), right_gradient(z, y)


def each_and_sum(z, y):
    return -picked(z, y), right_gradient(z, y) * len(y)


def test_the_loss_says_what_its_gradient_has_to_be_the_gradient_of():
    diagnosis = diagnose(mean_and_sum)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", ["missing_mean"])
    assert diagnosis.symptoms[0].endswith("they do not belong together.")
    diagnosis = diagnose(sum_and_mean)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", [])
    assert diagnosis.headline.endswith("do not belong together.")
    assert "none of the mistakes" not in str(diagnosis)
    assert told(each_and_sum) == ("correct", [])


def test_a_declared_sum_is_held_to_and_the_mean_beside_it_told():
    diagnosis = diagnose(mean_and_sum, "loss_gradient", reduction="sum")
    assert diagnosis.verdict == "correct"
    assert "they do not belong together" in diagnosis.symptoms[0]


def test_a_loss_that_breaks_far_out_is_mentioned_and_does_no_harm():
    def both(z, y):
        h = softmax(z)
        return -np.log(h[np.arange(len(y)), y] + 1e-4).mean(), right_gradient(z, y)

    diagnosis = diagnose(both)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("correct", [])
    assert diagnosis.symptoms[0].endswith("is fragile: log_epsilon_bias.")


def test_another_loss_is_left_alone_if_the_gradient_is_its_own():
    def with_a_constant(z, y):
        return 3 - picked(z, y).mean(), right_gradient(z, y)

    diagnosis = diagnose(with_a_constant)
    assert diagnosis.verdict == "correct"
    assert "but has this gradient, by differences" in diagnosis.symptoms[0]


# The forward pass before the backward one


class Fused:
    sign = -1

    def forward(self, x, t):
        self.h, self.t = softmax(x), t
        return self.sign * np.sum(t * np.log(self.h)) / len(t)

    def backward(self, dout=1):
        return (self.h - self.t) * dout / len(self.t)


class FusedWithoutMinus(Fused):
    sign = 1


class FusedWithoutMean(Fused):
    def backward(self, dout=1):
        return (self.h - self.t) * dout


class FusedDeaf(Fused):
    def backward(self, dout=1):
        return (self.h - self.t) / len(self.t)


class ByTheOutput:
    def forward(self, inputs, y_true):
        self.output = softmax(inputs)
        return -np.log(self.output[np.arange(len(y_true)), y_true]).mean()

    def backward(self, dvalues, y_true):
        self.dinputs = dvalues.copy()
        self.dinputs[np.arange(len(dvalues)), y_true] -= 1


class Exponentials:
    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        self.h = e / e.sum(axis=-1, keepdims=True)
        return e

    def backward(self, grad):
        return self.h * (grad - (self.h * grad).sum(axis=-1, keepdims=True))


class Logarithms(Exponentials):
    def forward(self, x):
        self.h = softmax(x)
        return np.log(self.h)


class Forgetful(Fused):
    def backward(self, dout=1):
        g = self.h
        g -= self.t
        return g * dout / len(self.t)


def test_a_layer_is_right_if_both_of_its_passes_are():
    assert told(Fused) == ("correct", [])
    assert told(FusedWithoutMinus) == ("wrong", ["missing_minus"])
    assert told(Exponentials) == ("wrong", ["division_missing"])


@pytest.mark.parametrize(
    ("layer", "verdict"),
    [(FusedWithoutMean, "fragile"), (ByTheOutput, "wrong")],  # the first serves one sample rightly
)
def test_the_forward_pass_says_what_the_backward_pass_has_to_be(layer, verdict):
    assert told(layer) == (verdict, ["missing_mean"])


def test_a_backward_pass_of_softmax_does_not_go_with_its_logarithm():
    diagnosis = diagnose(Logarithms)
    assert diagnosis.verdict == "wrong"
    assert diagnosis.headline == (
        "wrong: its forward pass is log-softmax, log h, and the backward pass softmax's."
    )


def test_an_error_that_is_not_used_is_told():
    diagnosis = diagnose(FusedDeaf)
    assert diagnosis.verdict == "correct"
    assert diagnosis.symptoms[0].startswith("It does not use its argument 'dout'")
    assert not any("does not use" in s for s in diagnose(Fused).symptoms)


def test_a_second_backward_pass_has_to_give_the_same():
    said = "Called a second time after one forward pass, 'backward' gives other numbers"
    assert diagnose(Forgetful).symptoms[0].startswith(said)
    assert not any(s.startswith(said) for s in diagnose(Fused).symptoms)


# The gradients of a linear classifier


def classifier(biases, weights=lambda gW, W: gW):
    def loss_and_gradients(W, b, X, y):
        h = softmax(X @ W + b)
        loss = -np.log(h[np.arange(len(y)), y]).mean()
        h[np.arange(len(y)), y] -= 1
        return loss, X.T @ h / len(y), biases(h)

    return loss_and_gradients


@pytest.mark.parametrize(
    ("biases", "said"),
    [
        (lambda d: d.sum(axis=0), "It is N times that."),
        (lambda d: d.sum() / len(d), "is one number, and always 0"),
    ],
)
def test_the_gradient_of_the_biases_is_judged(biases, said):
    for role in ([], ["loss_gradient"]):
        diagnosis = diagnose(classifier(biases), *role)
        assert diagnosis.verdict == "wrong"
        assert said in diagnosis.symptoms[0]
        assert "difference" not in str(diagnosis)
        assert "none of the mistakes" not in str(diagnosis)


def test_right_gradients_of_weights_and_biases_are_right():
    assert told(classifier(lambda d: d.mean(axis=0))) == ("correct", [])


def test_weights_of_classes_in_rows_are_read_with_samples_in_columns():
    def propagate(W, b, X, Y):
        m = X.shape[1]
        Z = W @ X + b
        e = np.exp(Z - Z.max(axis=0))
        A = e / e.sum(axis=0)
        grads = {"dW": (A - Y) @ X.T / m, "db": (A - Y).sum(axis=1, keepdims=True) / m}
        return grads, -np.sum(Y * np.log(A)) / m

    diagnosis = diagnose(propagate)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("correct", [])
    assert diagnosis.settings.layout == "columns"
    assert diagnosis.reading.data["part"] == "[0]['dW']"
    assert diagnosis.reading.others == []


# In a file


def test_a_line_of_a_file_tells_what_is_beside(tmp_path, capsys):
    (tmp_path / "mine.py").write_text(
        "import numpy as np\n"
        "def train_step(W, b, X, y):\n"
        "    z = X @ W + b\n"
        "    e = np.exp(z - z.max(axis=1, keepdims=True))\n"
        "    d = e / e.sum(axis=1, keepdims=True)\n"
        "    d[np.arange(len(y)), y] -= 1\n"
        "    return X.T @ d / len(y), d.sum(axis=0)\n"
    )
    assert main([str(tmp_path / "mine.py")]) == 1
    assert "train_step  wrong: the gradient of the biases is not" in capsys.readouterr().out


# Losses that the clinic does not know


def entropy_bonus(sign):
    def loss_and_gradient(logits, y, beta=0.1):
        h, n = softmax(logits), len(y)
        log_h = np.log(h)
        H = -(h * log_h).sum(axis=-1)
        loss = (-log_h[np.arange(n), y] - beta * H).mean()
        g = h - np.eye(h.shape[1])[y] + sign * beta * h * (log_h + H[:, None])
        return loss, g / n

    return loss_and_gradient


def test_the_gradient_of_a_loss_that_is_not_known_is_not_judged_and_no_other_passes():
    diagnosis = diagnose(entropy_bonus(1))
    assert (diagnosis.verdict, diagnosis.mistakes) == ("not judged", [])
    assert "its gradient is that of the loss that it also returns" in diagnosis.headline
    assert "Read as" not in str(diagnosis)
    diagnosis = diagnose(entropy_bonus(-1))
    assert diagnosis.verdict == "wrong"
    said = "It is not the gradient of the loss that it also returns, by differences."
    assert diagnosis.symptoms[0] == said


class SquaredErrorAndHalfItsGradient(Fused):
    factor = 1

    def forward(self, z, t):
        self.h, self.t = softmax(z), t
        return ((self.h - t) ** 2).sum(axis=-1).mean()

    def backward(self):
        g = self.factor * (self.h - self.t) / len(self.t)
        return self.h * (g - (self.h * g).sum(axis=-1, keepdims=True))


class SquaredErrorAndItsGradient(SquaredErrorAndHalfItsGradient):
    factor = 2


def test_the_right_gradient_of_another_loss_is_wrong_beside_this_one():
    assert told(SquaredErrorAndItsGradient) == ("correct", [])
    diagnosis = diagnose(SquaredErrorAndHalfItsGradient)
    assert diagnosis.verdict == "wrong"
    assert diagnosis.symptoms[0].endswith("they do not belong together.")
    assert "Everything is 0.5 times the right answer: a constant factor." in diagnosis.symptoms


def test_a_loss_that_is_right_for_one_hot_targets_does_no_harm():
    class OfOneHot(Fused):
        def forward(self, z, t):
            self.h, self.t = softmax(z), t
            return -np.log((self.h * t).sum(axis=-1)).mean()

    diagnosis = diagnose(OfOneHot)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("correct", [])
    assert diagnosis.symptoms[0].endswith("is right for one-hot targets only.")


def test_a_cost_of_the_output_beside_its_gradient_is_given_the_output():
    class Cost:
        @staticmethod
        def fn(a, y):
            return -np.sum(y * np.log(a))

        @staticmethod
        def delta(z, a, y):
            return a - y

    assert told(Cost) == ("correct", [])


def test_a_layer_that_keeps_something_from_an_earlier_round_is_wrong():
    class Louder(Exponentials):
        rounds = 0

        def forward(self, x):
            self.rounds += 1
            self.h = softmax(x)
            return self.h

        def backward(self, grad):
            return self.rounds * super().backward(grad)

    diagnosis = diagnose(Louder)
    assert diagnosis.verdict == "wrong"
    assert "it keeps something from the first" in diagnosis.symptoms[0]


def features_in_columns(count):
    def gradient(X, y_true, y_pred):
        """X (d, m), y_true and y_pred (C, m)."""
        return (y_pred - y_true) @ X.T / count(X)

    return gradient


def test_as_many_features_as_samples_do_not_hide_a_wrong_axis():
    assert told(features_in_columns(lambda X: X.shape[1])) == ("correct", [])
    diagnosis = diagnose(features_in_columns(len))
    assert diagnosis.headline == "wrong: it is right only for as many features as samples."
    assert "with 5 of 5 right" in diagnosis.symptoms[0]


def test_the_entries_of_a_gradient_are_no_losses_beside_it():
    def of_three(z, t):
        h = softmax(z)
        return h[0] - t[0], h[1] - t[1], h[2] - t[2]

    diagnosis = diagnose(of_three)
    assert diagnosis.settings.role == "loss_gradient"
    assert not any("loss that it also returns" in s for s in diagnosis.symptoms)


# Far out


def unguarded(z, t):
    z = z - z.max(axis=1, keepdims=True)
    h = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.sum(t * np.log(h)) / len(z), (h - t) / len(z)


def guarded(z, t):
    h = softmax(z)
    return -np.sum(t * np.log(h + 1e-7)) / len(z), (h - t) / len(z)


def by_log_sum_exp(z, t):
    z = z - z.max(axis=1, keepdims=True)
    log_h = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(t * log_h) / len(z), (np.exp(log_h) - t) / len(z)


@pytest.mark.parametrize(
    ("function", "key"), [(unguarded, "log_of_zero"), (guarded, "log_epsilon_bias")]
)
def test_a_loss_that_breaks_far_out_is_told_beside_a_right_gradient(function, key):
    diagnosis = diagnose(function)
    assert diagnosis.verdict == "correct"
    assert diagnosis.symptoms[0] == (
        "The loss that it also returns, in the part [0] of the result, is right on ordinary "
        f'inputs, and wrong on "saturated logits": {key}.'
    )


def test_nothing_is_told_of_a_loss_that_is_right_far_out():
    assert not any("loss" in symptom for symptom in diagnose(by_log_sum_exp).symptoms)


def shifted_by(shift):
    def loss_and_gradient(W, X, y, reg):
        N, scores = len(X), X @ W
        scores = scores - shift(scores)
        total = np.exp(scores).sum(axis=1, keepdims=True)
        loss = (np.log(total[:, 0]) - scores[np.arange(N), y]).mean() + reg * np.sum(W * W)
        G = np.exp(scores) / total
        G[np.arange(N), y] -= 1
        return loss, X.T @ G / N + 2 * reg * W

    return loss_and_gradient


def test_one_maximum_for_all_samples_is_found_in_a_classifier_too():
    assert told(shifted_by(lambda scores: scores.max(axis=1, keepdims=True)))[0] == "correct"
    diagnosis = diagnose(shifted_by(np.max))
    assert diagnosis.verdict == "fragile"
    assert any("a row far below another" in symptom for symptom in diagnosis.symptoms)


def test_labels_are_no_remedy_for_what_takes_them_one_hot():
    def largest_only(z, t):
        g, y = softmax(z), t.argmax(axis=1)
        g[np.arange(len(y)), y] -= 1
        return g / len(y)

    said = diagnose(largest_only, "loss_gradient", targets="distribution").symptoms
    assert "It is right for one-hot targets, and wrong for others." in said
    assert not any("labels" in symptom for symptom in said)
