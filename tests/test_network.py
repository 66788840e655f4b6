"""Layers and networks: every gradient is the derivative of what forward computes."""

import importlib.util
import re
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_lab import (
    attention,
    check_gradient,
    cross_entropy,
    cross_entropy_gradient,
    numerical_gradient,
    numerical_jacobian,
    one_hot,
    softmax,
    softmax_jacobian,
)
from softmax_lab.network import Attention, Dense, Network, Sigmoid, Softmax

N, INPUTS, HIDDEN, CLASSES = 5, 4, 6, 3
LAYERS = {
    "Dense": lambda rng: Dense(INPUTS, HIDDEN, rng),
    "Sigmoid": lambda rng: Sigmoid(),
    "Softmax": lambda rng: Softmax(),
    "Attention": lambda rng: Attention(2, INPUTS // 2, 3, rng),
    "Attention, masked": lambda rng: Attention(INPUTS, 1, 3, rng, mask=np.tri(INPUTS, dtype=bool)),
}
PARAMETERS = [(layer, name) for layer in (0, 2) for name in ("weights", "bias")]


def example(seed=0):
    """A network with weights and biases of general size, samples, and soft targets."""
    rng = np.random.default_rng(seed)
    network = Network(Dense(INPUTS, HIDDEN, rng), Sigmoid(), Dense(HIDDEN, CLASSES, rng), Softmax())
    for parameter in network.parameters:
        parameter[...] = rng.normal(size=parameter.shape)
    return network, rng.normal(size=(N, INPUTS)), softmax(rng.normal(size=(N, CLASSES)))


def cost(network, x, t):
    """The mean cross-entropy, from h: it accepts complex parameters."""
    return -(t * np.log(network.forward(x))).sum() / len(x)


def backward(network, x, t):
    """Send -t/h, the mean's error at the output, back through the whole network."""
    h = network.forward(x)
    return network.backward(-t / h / len(x))


def as_function_of(network, layer, name, x, t):
    """The cost as a function of one layer's weights or bias."""

    def function(value):
        kept = getattr(network.layers[layer], name)
        setattr(network.layers[layer], name, value)
        try:
            return cost(network, x, t)
        finally:
            setattr(network.layers[layer], name, kept)

    return function


# The gradient of the whole network


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("layer", "name"), PARAMETERS)
def test_the_gradient_of_every_parameter_is_numerical(layer, name, seed):
    network, x, t = example(seed)
    backward(network, x, t)
    gradient = network.gradients[PARAMETERS.index((layer, name))]
    function = as_function_of(network, layer, name, x, t)
    point = getattr(network.layers[layer], name)
    assert check_gradient(function, gradient, point).passed
    by_step = numerical_gradient(function, point, method="complex")
    assert np.allclose(gradient, by_step, rtol=1e-12, atol=1e-15)


def test_the_error_at_the_input_is_numerical():
    network, x, t = example()
    found = backward(network, x, t)
    by_step = numerical_gradient(lambda x: cost(network, x, t), x, method="complex")
    assert np.allclose(found, by_step, rtol=1e-12, atol=1e-15)


def by_torch(network, x, t):
    """The gradients that PyTorch finds for the same network."""
    import torch

    w1, b1, w2, b2 = (torch.tensor(p, requires_grad=True) for p in network.parameters)
    hidden = torch.sigmoid(torch.tensor(x) @ w1.T + b1)
    loss = torch.nn.functional.cross_entropy(hidden @ w2.T + b2, torch.tensor(t))
    loss.backward()
    return [p.grad.numpy() for p in (w1, b1, w2, b2)]


def by_complex_step(network, x, t):
    return [
        numerical_gradient(
            as_function_of(network, layer, name, x, t),
            getattr(network.layers[layer], name),
            method="complex",
        )
        for layer, name in PARAMETERS
    ]


def by_hand(network, x, t):
    """The same derivatives with every Jacobian written out as a matrix, sample by sample."""
    first, second = network.layers[0], network.layers[2]
    sums = [np.zeros_like(p) for p in network.parameters]
    for x_n, t_n in zip(x, t, strict=True):
        s = 1 / (1 + np.exp(-(first.weights @ x_n + first.bias)))
        z = second.weights @ s + second.bias
        at_z = softmax_jacobian(z).T @ (-t_n / softmax(z)) / len(x)
        at_y = np.diag(s * (1 - s)).T @ second.weights.T @ at_z
        for total, share in zip(
            sums, (np.outer(at_y, x_n), at_y, np.outer(at_z, s), at_z), strict=True
        ):
            total += share
    return sums


WITNESSES = [by_complex_step, by_hand]
if importlib.util.find_spec("torch"):
    WITNESSES.append(by_torch)


@pytest.mark.parametrize("witness", WITNESSES)
def test_the_gradients_are_those_of_other_witnesses(witness):
    network, x, t = example()
    backward(network, x, t)
    gradients = network.gradients
    for gradient, other in zip(gradients, witness(network, x, t), strict=True):
        assert np.allclose(gradient, other, rtol=1e-12, atol=1e-15)


def test_the_fused_error_past_softmax_gives_the_same_gradients():
    network, x, t = example()
    at_input = backward(network, x, t)
    through = network.gradients
    body = Network(*network.layers[:-1])
    fused = cross_entropy_gradient(body.forward(x), t)
    assert np.allclose(fused, (network.forward(x) - t) / N)
    assert np.allclose(body.backward(fused), at_input)
    assert all(map(np.allclose, body.gradients, through))


@given(seed=st.integers(0, 2**32 - 1))
def test_a_small_step_against_the_gradient_lowers_the_cost(seed):
    network, x, t = example(seed)
    before = cost(network, x, t)
    backward(network, x, t)
    slope = sum((g**2).sum() for g in network.gradients)
    rate = 1e-4 / (1 + slope)
    for parameter, gradient in zip(network.parameters, network.gradients, strict=True):
        parameter -= rate * gradient
    fell = before - cost(network, x, t)
    assert fell == pytest.approx(rate * slope, rel=0.05)


def test_gradients_of_samples_add_up():
    network, x, t = example()
    backward(network, x, t)
    whole = network.gradients
    parts = []
    for n in range(N):
        backward(network, x[n : n + 1], t[n : n + 1])
        parts.append(network.gradients)
    for together, *single in zip(whole, *parts, strict=True):
        assert np.allclose(together, np.mean(single, axis=0))


# Single layers


@pytest.mark.parametrize("name", LAYERS)
def test_backward_is_the_upstream_error_times_the_jacobian(name):
    rng = np.random.default_rng(1)
    layer, x = LAYERS[name](rng), rng.normal(size=(N, INPUTS))
    upstream = rng.normal(size=layer.forward(x).shape)
    jacobian = numerical_jacobian(layer.forward, x, method="complex")
    layer.forward(x)
    expected = np.einsum("ni,nimj->mj", upstream, jacobian)
    assert np.allclose(layer.backward(upstream), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", LAYERS)
def test_a_sample_does_not_depend_on_its_neighbours(name):
    rng = np.random.default_rng(2)
    layer, x = LAYERS[name](rng), rng.normal(size=(N, INPUTS))
    together = layer.forward(x)
    alone = np.concatenate([layer.forward(row[None]) for row in x])
    assert np.allclose(together, alone, rtol=1e-14, atol=0)


def test_a_dense_jacobian_is_w_a_sigmoid_one_diagonal_and_softmax_full():
    rng = np.random.default_rng(3)
    dense, x = Dense(3, 3, rng), rng.normal(size=3)

    def jacobian(layer):
        return numerical_jacobian(lambda x: layer.forward(x[None])[0], x, method="complex")

    assert np.allclose(jacobian(dense), dense.weights)
    of_sigmoid = jacobian(Sigmoid())
    assert np.array_equal(of_sigmoid, np.diag(np.diag(of_sigmoid)))
    assert np.allclose(jacobian(Softmax()), softmax_jacobian(x))


def test_sigmoid_and_softmax_keep_their_output_and_not_their_input():
    for layer in (Sigmoid(), Softmax()):
        z = np.array([[2.0, 1.0, 0.1]])
        h = layer.forward(z)
        z[...] = np.nan
        assert vars(layer).keys() == {"h"}
        assert layer.h is h
        assert np.isfinite(layer.backward(np.ones((1, 3)))).all()


def test_sigmoid_holds_at_its_ends():
    layer = Sigmoid()
    assert np.array_equal(layer.forward([[-1e4, -800.0, 0.0, 800.0, 1e308]]), [[0, 0, 0.5, 1, 1]])
    assert np.array_equal(layer.backward(np.ones((1, 5))), [[0, 0, 0.25, 0, 0]])


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=8))
def test_sigmoid_is_the_logistic_function(z):
    z = np.array([z])
    assert np.allclose(Sigmoid().forward(z), 1 / (1 + np.exp(-z)), rtol=0, atol=1e-15)


# Attention


def attentive(seed=0, **options):
    """A network that attends in the middle, with parameters of general size; samples, targets."""
    rng = np.random.default_rng(seed)
    reads = Attention(4, 2, 3, rng, **options)
    network = Network(reads, Sigmoid(), Dense(12, CLASSES, rng), Softmax())
    for parameter in network.parameters:
        parameter[...] = rng.normal(size=parameter.shape)
    return network, rng.normal(size=(N, 8)), softmax(rng.normal(size=(N, CLASSES)))


def by_attribute(layer, name, value, function):
    """The value of a function while a layer has another array for an attribute."""
    kept = getattr(layer, name)
    setattr(layer, name, value)
    try:
        return function()
    finally:
        setattr(layer, name, kept)


@pytest.mark.parametrize("mask", [None, np.tri(4, dtype=bool)], ids=["whole", "causal"])
@pytest.mark.parametrize("name", ["weights", "bias"])
@pytest.mark.parametrize("which", range(3))
def test_the_gradients_of_queries_keys_and_values_are_numerical(which, name, mask):
    network, x, t = attentive(mask=mask)
    at_x = backward(network, x, t)
    layer = network.layers[0].dense[which]

    def function(value):
        return by_attribute(layer, name, value, lambda: cost(network, x, t))

    gradient, point = layer.gradients[name == "bias"], getattr(layer, name)
    assert check_gradient(function, gradient, point).passed
    by_step = numerical_gradient(function, point, method="complex")
    assert np.allclose(gradient, by_step, rtol=1e-12, atol=1e-15)
    by_step = numerical_gradient(lambda x: cost(network, x, t), x, method="complex")
    assert np.allclose(at_x, by_step, rtol=1e-12, atol=1e-15)


def test_the_bias_of_the_keys_never_learns():
    network, x, t = attentive()
    backward(network, x, t)
    of_queries, of_keys, _ = (layer.gradients[1] for layer in network.layers[0].dense)
    assert np.abs(of_queries).max() > 1e-3
    assert np.abs(of_keys).max() < 1e-15


def test_pieces_are_attended_to_in_any_order_and_answer_in_their_own():
    network, x, _ = attentive()
    reads, order = network.layers[0], [2, 0, 3, 1]
    apart = reads.forward(x).reshape(N, 4, 3)
    turned = reads.forward(x.reshape(N, 4, 2)[:, order].reshape(N, 8))
    assert np.allclose(turned.reshape(N, 4, 3), apart[:, order], rtol=1e-13)


def test_attention_is_that_of_the_package_between_three_dense_layers():
    network, x, _ = attentive(mask=np.tri(4, dtype=bool))
    reads = network.layers[0]
    found = reads.forward(x)
    q, k, v = (x.reshape(N, 4, 2) @ to.weights.T + to.bias for to in reads.dense)
    expected = attention(q, k, v, reads.mask)
    assert np.allclose(found, expected.reshape(N, 12), rtol=1e-13)
    assert np.allclose(reads.h @ v, expected, rtol=1e-13)
    assert not reads.h[:, ~reads.mask].any()


def test_the_backward_pass_of_attention_can_be_exchanged():
    network, x, t = attentive(vjp=lambda q, k, v, upstream, mask: (0 * q, 0 * k, v))
    backward(network, x, t)
    *of_scores, of_values, _ = network.layers[0].gradients
    assert not any(gradient.any() for gradient in of_scores)
    assert of_values.any()


# Parameters, and networks in networks


def test_first_weights_are_as_large_as_documented_and_repeat_with_the_seed():
    layer, again = (Dense(100, 400, np.random.default_rng(4)) for _ in range(2))
    assert layer.weights.std() == pytest.approx(1 / np.sqrt(100), rel=0.02)
    assert not layer.bias.any()
    assert np.array_equal(layer.weights, again.weights)


def test_parameters_are_the_layers_own_arrays_and_fit_their_gradients():
    network, x, t = example()
    backward(network, x, t)
    assert network.parameters[0] is network.layers[0].weights
    assert [p.shape for p in network.parameters] == [g.shape for g in network.gradients]


def test_a_network_can_be_a_layer():
    network, x, t = example()
    backward(network, x, t)
    nested = Network(Network(*network.layers[:2]), Network(*network.layers[2:]))
    flat = network.gradients
    assert np.array_equal(nested.forward(x), network.forward(x))
    backward(nested, x, t)
    assert all(map(np.array_equal, nested.gradients, flat))


def test_a_network_changes_none_of_its_arguments():
    network, x, t = example()
    x_before, t_before = x.copy(), t.copy()
    before = [p.copy() for p in network.parameters]
    h = network.forward(x)
    upstream = -t / h
    upstream_before = upstream.copy()
    network.backward(upstream)
    assert np.array_equal(x, x_before)
    assert np.array_equal(t, t_before)
    assert np.array_equal(upstream, upstream_before)
    assert all(map(np.array_equal, network.parameters, before))


def test_an_empty_batch_has_gradients_of_zero():
    network, _, _ = example()
    assert network.forward(np.empty((0, INPUTS))).shape == (0, CLASSES)
    network.backward(np.empty((0, CLASSES)))
    assert not any(gradient.any() for gradient in network.gradients)


def test_a_network_learns_what_labels_say():
    network, x, _ = example()
    labels = np.array([0, 1, 2, 1, 0])
    t = one_hot(labels, CLASSES)
    for _ in range(500):
        backward(network, x, t)
        for parameter, gradient in zip(network.parameters, network.gradients, strict=True):
            parameter -= gradient
    assert np.array_equal(network.forward(x).argmax(axis=1), labels)
    assert cross_entropy(np.log(network.forward(x)), labels) < 0.05


# Complaints

FORWARD_FIRST = (
    "{}.backward needs what forward keeps; received no forward pass. "
    "Call forward first, on the same samples."
)
ROWS = (
    "{0} must have the shape {1}, one row a sample; received shape {2}. "
    "For a single sample pass {0}[None, :]."
)


def dense():
    return Dense(3, 2, np.random.default_rng(0))


def attends():
    return Attention(3, 1, 2, np.random.default_rng(0))


def after_forward(layer):
    layer.forward(np.ones((4, 3)))
    return layer


def dense_after_nothing():
    layer = dense()
    layer.forward(np.empty((0, 3)))
    return layer


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dense().backward(np.ones((4, 2))), FORWARD_FIRST.format("Dense")),
        (lambda: Sigmoid().backward(np.ones((4, 2))), FORWARD_FIRST.format("Sigmoid")),
        (lambda: Softmax().backward(np.ones((4, 2))), FORWARD_FIRST.format("Softmax")),
        (lambda: attends().backward(np.ones((4, 6))), FORWARD_FIRST.format("Attention")),
        (lambda: attends().h, FORWARD_FIRST.format("Attention")),
        (lambda: attends().forward(np.ones(3)), ROWS.format("x", "(N, 3)", "(3,)")),
        (lambda: attends().forward(np.ones((2, 3, 1))), ROWS.format("x", "(N, 3)", "(2, 3, 1)")),
        (
            lambda: after_forward(attends()).backward(np.ones((4, 3))),
            ROWS.format("upstream", "(4, 6)", "(4, 3)"),
        ),
        (lambda: dense().forward(np.ones(3)), ROWS.format("x", "(N, 3)", "(3,)")),
        (lambda: dense().forward(np.ones((4, 2))), ROWS.format("x", "(N, 3)", "(4, 2)")),
        (lambda: Sigmoid().forward(np.ones(3)), ROWS.format("z", "(N, n)", "(3,)")),
        (
            lambda: after_forward(dense()).backward(np.ones((4, 3))),
            ROWS.format("upstream", "(4, 2)", "(4, 3)"),
        ),
        (
            lambda: after_forward(dense()).backward(np.ones((1, 2))),
            ROWS.format("upstream", "(4, 2)", "(1, 2)"),
        ),
        (
            lambda: dense_after_nothing().backward(np.ones((4, 2))),
            ROWS.format("upstream", "(0, 2)", "(4, 2)"),
        ),
        (
            lambda: after_forward(Sigmoid()).backward(np.ones(3)),
            ROWS.format("upstream", "(4, 3)", "(3,)"),
        ),
    ],
)
def test_bad_input_is_refused_with_the_rule_what_came_and_the_remedy(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


def test_an_infinite_error_does_not_enter_softmax():
    layer = Softmax()
    layer.forward([[0.0, 800.0]])
    with pytest.raises(ValueError, match=r"^upstream must be finite .* cross_entropy_gradient"):
        layer.backward([[-np.inf, 0.0]])


def test_what_was_refused_leaves_the_layer_as_it_was():
    layer = after_forward(dense())
    kept = layer.x
    with suppress(ValueError):
        layer.forward(np.ones((4, 2)))
    assert layer.x is kept
