"""The clinic's verdicts and names: the askers, accepted forms, pairs, bad requests."""

import subprocess
import sys
import types

import numpy as np
import pytest

import softmax_lab
from softmax_lab import diagnose, softmax, softmax_jacobian, softmax_vjp
from softmax_lab.clinic import probes
from softmax_lab.clinic.settings import ALLOWED, ATTENTION, Settings

pytestmark = pytest.mark.usefixtures("in_this_process")

USUAL = {
    "given": "logits",
    "loss": "cross_entropy",
    "reduction": "mean",
    "targets": "distribution",
    "layout": "rows",
}


def declared(function, role, **settings):
    """The diagnosis with everything declared, so that nothing is found out."""
    return diagnose(function, role, **USUAL | settings)


def told(function, role, **settings):
    diagnosis = declared(function, role, **settings)
    return diagnosis.verdict, diagnosis.mistakes


def seen(function, role, **settings):
    return " ".join(declared(function, role, **settings).symptoms)


# Thread 1 and thread 2


def h_times_one_minus_h(z):
    h = softmax(z)
    return h * (1 - h)


def test_thread_1_is_told_that_the_diagonal_is_all_there_is():
    diagnosis = diagnose(h_times_one_minus_h, "jacobian")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", ["diagonal_only"])
    answer = " ".join(str(diagnosis).split())
    assert "-h_i h_j for i ≠ j is missing" in answer  # "I need the cross derivatives as well"
    assert "fit into backpropagation" in answer  # "keep the dimension of the gradient the same"
    assert "logistic regression" in answer


def test_thread_1_is_told_the_same_of_the_backward_pass():
    diagnosis = diagnose(lambda z, v: v * h_times_one_minus_h(z), "backward")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", ["diagonal_only"])
    assert "dimensions do fit" in " ".join(str(diagnosis).split())


def softmax_prime(a):
    return np.diag(a) - np.outer(a, a)


def test_thread_2_is_told_that_the_formula_is_fed_the_logits():
    diagnosis = declared(softmax_prime, "jacobian")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", ["logits_used_as_output"])
    assert "It is always the derivative at z" in " ".join(str(diagnosis).split())
    assert "It would be right if given='output' were declared." in diagnosis.symptoms
    assert told(softmax_prime, "jacobian", given="output") == ("correct", [])


def test_thread_2_is_told_that_softmax_is_applied_twice():
    def prime(a):
        return softmax_prime(softmax(a))

    assert told(prime, "jacobian", given="output") == ("wrong", ["softmax_applied_twice"])
    assert told(prime, "jacobian") == ("correct", [])


# Right in every accepted form


def own_softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def single_only(z):
    h = own_softmax(z)
    return np.diag(h) - np.outer(h, h)


def batch_only(z):
    return np.array([single_only(z[k]) for k in range(z.shape[0])]).reshape(-1, *z.shape[1:] * 2)


def samples_last(z):
    return np.moveaxis(softmax_jacobian(z), 0, -1)


def in_single_precision(z):
    return softmax_jacobian(np.asarray(z, dtype=np.float32))


def of_lists(z):
    if not isinstance(z, list):
        raise TypeError("a list, please")
    return [list(row) for row in single_only(np.array(z))]


def of_a_column(z):
    if z.shape[1] != 1:
        raise ValueError("a column, please")
    return single_only(z[:, 0])


def printing(z):
    print("J at", z)
    return softmax_jacobian(z)


class Layer:
    def forward(self, z):
        self.h = own_softmax(z)
        return self.h

    def backward(self, upstream):
        total = (self.h * upstream).sum(axis=-1, keepdims=True)
        return (self.h * (upstream - total)).tolist()


class LossLayer:
    def forward(self, z, t):
        self.h, self.t = own_softmax(z), t

    def backward(self, error=1.0):
        return error * (self.h - self.t) / len(self.t)


@pytest.mark.parametrize(
    "function",
    [
        softmax_jacobian,
        single_only,
        batch_only,
        samples_last,
        in_single_precision,
        of_lists,
        of_a_column,
        printing,
    ],
)
def test_a_right_jacobian_is_right_in_every_form(function):
    assert told(function, "jacobian") == ("correct", [])


@pytest.mark.parametrize("layer", [Layer, Layer(), softmax_vjp])
def test_a_right_layer_is_right_as_class_as_object_and_as_function(layer):
    assert told(layer, "backward") == ("correct", [])


@pytest.mark.parametrize("role", [r for r in ALLOWED["role"] if r not in ATTENTION])
@pytest.mark.parametrize("reduction", ALLOWED["reduction"])
@pytest.mark.parametrize("targets", ALLOWED["targets"])
@pytest.mark.parametrize("layout", ALLOWED["layout"])
@pytest.mark.parametrize("loss", ALLOWED["loss"])
def test_the_packages_own_functions_are_correct(role, reduction, targets, layout, loss):
    if role == "softmax":
        made = softmax
    elif role == "jacobian":
        made = softmax_jacobian
    elif role == "backward":
        made = softmax_vjp
    elif role == "output_gradient":
        made = output_gradient(loss, reduction)
    else:
        made = losses(role, loss, reduction)

    def function(*given):
        columns = layout == "columns" and np.ndim(given[0]) == 2
        result = made(*(a.T if columns and np.ndim(a) == 2 else a for a in given))
        return result.T if columns and np.ndim(result) == 2 else result

    settings = {"reduction": reduction, "targets": targets, "layout": layout, "loss": loss}
    assert told(function, role, **settings) == ("correct", [])


def output_gradient(loss, reduction):
    def function(h, t):
        if np.ndim(t) < np.ndim(h):
            t = softmax_lab.one_hot(t, h.shape[-1])
        if loss == "squared_error":
            return softmax_lab.squared_error_output_gradient(h, t, reduction)
        g = -np.divide(t, h, out=np.zeros_like(h), where=t != 0)
        return g / len(h) if reduction == "mean" and h.ndim == 2 else g

    return function


def losses(role, loss, reduction):
    def function(z, t):
        if loss == "cross_entropy":
            chosen = "cross_entropy" if role == "loss" else "cross_entropy_gradient"
            return getattr(softmax_lab, chosen)(z, t, reduction)
        h = softmax(z)
        if role == "loss":
            return softmax_lab.squared_error(h, t, reduction)
        return softmax_vjp(z, softmax_lab.squared_error_output_gradient(h, t, reduction))

    return function


def test_functions_of_tensors_get_tensors_once_torch_is_loaded(monkeypatch):
    class Tensor:
        def __init__(self, a):
            self.a = a

        def detach(self):
            return self

        cpu = detach

        def numpy(self):
            return self.a

        def __array__(self, dtype=None, copy=None):
            return self.a

    def of_tensors(z):
        return Tensor(softmax_jacobian(z.detach().a))

    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(from_numpy=Tensor))
    assert told(of_tensors, "jacobian") == ("correct", [])


# What a function need not do, and what it must not


def test_one_sample_divided_by_its_length_is_no_mistake_if_batches_are_right():
    def function(z, t):
        return (own_softmax(z) - t) / len(t)

    assert told(function, "loss_gradient") == ("correct", [])
    assert "one-dimensional sample" in seen(function, "loss_gradient")


def test_a_batch_answered_wrongly_makes_a_right_function_fragile():
    def function(z, v):
        h = own_softmax(z)
        return h * (v - np.sum(h * v))

    assert told(function, "backward") == ("fragile", ["batch_sum_leak"])


def test_a_product_of_vectors_that_refuses_batches_is_correct_though_n_by_n_slips_through():
    def function(z, v):
        h = own_softmax(z)
        return h * (v - np.dot(h, v))

    assert told(function, "backward") == ("correct", [])


def test_a_batch_of_unnamed_wrong_numbers_is_fragile_if_the_samples_stay_apart():
    def loss(z, t):
        return -(t * softmax_lab.log_softmax(z)).sum()

    assert told(loss, "loss") == ("fragile", [])
    assert "It would be right if reduction='sum' were declared." in seen(loss, "loss")


def test_a_transposed_batch_is_fragile_and_called_transposed():
    def function(z, v):
        return softmax_vjp(z, v).T

    assert told(function, "backward") == ("fragile", [])
    assert "transposed" in seen(function, "backward")


def test_nan_for_a_certain_output_is_fragile():
    def function(h, t):
        return -t / h / (len(h) if h.ndim == 2 else 1)

    assert told(function, "output_gradient") == ("fragile", ["division_by_zero"])


def test_h_minus_t_is_right_for_distributions_and_not_for_any_target():
    def function(z, t):
        return own_softmax(z) - t

    assert told(function, "loss_gradient", reduction="sum") == ("correct", [])
    assert told(function, "loss_gradient", reduction="sum", targets="any") == (
        "wrong",
        ["target_sum_ignored"],
    )


def test_math_exp_overflows_as_numpys_does_but_aloud():
    import math

    def function(z):
        e = [math.exp(x) for x in z]
        return [x / sum(e) for x in e]

    assert told(function, "softmax") == ("fragile", ["no_shift"])


def test_overflow_inside_does_not_hide_the_name_of_a_mistake():
    def function(z):
        h = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
        return h * (1 - h)

    assert told(function, "jacobian") == ("wrong", ["diagonal_only"])
    assert 'It gives nan at "saturated logits"' in seen(function, "jacobian")


# Two at once, factors, and honest silence


@pytest.mark.parametrize(
    ("function", "role", "mistakes"),
    [
        (lambda z, t: (t - softmax(z)) / z.size, "loss_gradient", "sign_flipped mean_over_entries"),
        (
            lambda z, t: softmax(softmax(z)) - t,
            "loss_gradient",
            "softmax_applied_twice missing_mean",
        ),
        (
            lambda z, t: -t / softmax(z) * h_times_one_minus_h(z),
            "loss_gradient",
            "diagonal_only missing_mean",
        ),
        (lambda z: z * (1 - z), "jacobian", "diagonal_only logits_used_as_output"),
    ],
)
def test_two_mistakes_at_once_are_both_named(function, role, mistakes):
    diagnosis = declared(function, role)
    assert diagnosis.verdict == "wrong"
    assert set(diagnosis.mistakes) == set(mistakes.split())
    assert diagnosis.together
    assert " and, at the same time, " in str(diagnosis)


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (lambda z: 3.0, "Everything is 3 times the right answer"),
        (lambda z: len(z), "Everything is N times the right answer"),
        (lambda z: -z.shape[-1], "Everything is -n times the right answer"),
    ],
)
def test_a_constant_factor_is_stated_and_not_named(factor, said):
    def function(z, v):
        return factor(z) * softmax_vjp(z, v)

    diagnosis = declared(function, "backward")
    assert diagnosis.mistakes == []
    assert said in " ".join(diagnosis.symptoms)


@pytest.mark.parametrize(
    ("function", "role", "said"),
    [
        (lambda z: softmax_jacobian(z) + 0.01, "jacobian", "The rows of the matrix sum to 0.0"),
        (lambda z: np.tril(softmax_jacobian(z)), "jacobian", "sum to"),
        (lambda z: np.abs(softmax_jacobian(z)) * 1.01, "jacobian", "sum to"),
        (
            lambda z: softmax_jacobian(z) * (2 - np.eye(z.shape[-1])),
            "jacobian",
            "diagonal is right",
        ),
        (lambda z: softmax(z)[..., :2], "jacobian", "shape"),
        (lambda z: softmax(z) * np.tanh(z), "softmax", "changes no softmax"),
    ],
)
def test_what_is_in_no_catalogue_is_called_wrong_and_described_but_not_named(function, role, said):
    diagnosis = declared(function, role)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", [])
    assert said in " ".join(diagnosis.symptoms)


# Requests that cannot be met, and what an import costs


@pytest.mark.parametrize("name", ALLOWED)
def test_an_unknown_setting_is_refused_with_the_rule_what_came_and_the_remedy(name):
    settings = {"role": "jacobian", name: "sideways"}
    with pytest.raises(ValueError, match=rf"^{name} must be one of .*; received 'sideways'. .*\.$"):
        diagnose(softmax_jacobian, **settings)


def test_what_cannot_be_called_is_refused():
    with pytest.raises(ValueError, match=r"must be callable.*received ndarray.*without calling it"):
        diagnose(softmax_jacobian([1.0, 2.0]), "jacobian")


def test_the_clinic_is_loaded_only_when_it_is_asked_for():
    code = (
        "import sys, softmax_lab\n"
        "print([m for m in sys.modules if 'clinic' in m])\n"
        "softmax_lab.diagnose\n"
        "print('softmax_lab.clinic' in sys.modules, 'matplotlib' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:2] == ["[]", "True False"]


def test_the_same_question_gets_the_same_answer():
    first, second = (str(diagnose(h_times_one_minus_h, "jacobian")) for _ in range(2))
    assert first == second


def test_no_probe_is_changed_by_a_function_that_writes_to_its_arguments():
    settings = Settings("softmax")
    before = [case.z.copy() for case in probes.cases(settings, "generic")]

    def function(z):
        z *= 0
        return z

    diagnose(function, "softmax")
    for case, z in zip(probes.cases(settings, "generic"), before, strict=True):
        np.testing.assert_array_equal(case.z, z)
