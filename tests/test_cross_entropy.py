"""The losses and their gradients: laws, values to the last digits, extremes."""

import ast
import re
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

import reference
import softmax_lab
from softmax_lab import (
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_output_gradient,
    cross_entropy_value_and_gradient,
    kl_divergence,
    log_softmax,
    numerical_gradient,
    numerical_jacobian,
    one_hot,
    softmax,
    softmax_vjp,
    squared_error,
    squared_error_gradient,
    squared_error_output_gradient,
)

INF = np.inf
REDUCTIONS = ["mean", "sum", "none"]
LOSSES = [cross_entropy, kl_divergence, squared_error]
GRADIENTS = [cross_entropy_gradient, squared_error_output_gradient]
GRADIENT_OF = [
    (cross_entropy, cross_entropy_gradient),
    (kl_divergence, cross_entropy_gradient),
    (squared_error, squared_error_output_gradient),
]
each_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)
each_loss = pytest.mark.parametrize("loss", LOSSES)
each_gradient = pytest.mark.parametrize("gradient", GRADIENTS)
each_loss_and_gradient = pytest.mark.parametrize(
    ("loss", "gradient"), GRADIENT_OF, ids=[loss.__name__ for loss, _ in GRADIENT_OF]
)
each_function = pytest.mark.parametrize("f", LOSSES + GRADIENTS)
each_method = pytest.mark.parametrize(("method", "error"), [("complex", 1e-13), ("central", 1e-7)])

DTYPES = [np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128]
Z = np.array([[0.5, -1.0, 2.0, 0.25], [3.0, 1.0, -2.5, 0.0], [-1.5, 0.75, 0.125, 1.0]])
T = np.array([[0.5, 0.25, 0.125, 0.125], [0.0, 1.0, 0.0, 0.0], [0.25, 0.25, 0.0, 0.5]])
LABELS = np.array([2, 0, 3])

sizes = st.tuples(st.integers(1, 4), st.integers(1, 5))
shapes = st.one_of(sizes.map(lambda s: s[1:]), sizes, sizes.map(lambda s: (2, *s)))
moderate = st.floats(-5, 5)


def logits_with(targets):
    return shapes.flatmap(
        lambda shape: st.tuples(arrays(np.float64, shape, elements=moderate), targets(shape))
    )


def weights_of(shape):
    """Targets that need not sum to 1, zeros among them."""
    return arrays(np.float64, shape, elements=st.just(0.0) | st.floats(0.01, 3))


def distributions_of(shape):
    return arrays(np.float64, shape, elements=st.floats(0.01, 3)).map(
        lambda w: w / w.sum(axis=-1, keepdims=True)
    )


def labels_of(shape):
    return arrays(np.int64, shape[:-1], elements=st.integers(0, shape[-1] - 1))


with_weights = given(pair=logits_with(weights_of))
with_distributions = given(pair=logits_with(distributions_of))
with_labels = given(pair=logits_with(labels_of))


@pytest.fixture(autouse=True, scope="module")
def floating_point_errors_raise():
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        yield


def test_every_function_of_the_module_is_tested():
    public = {name: getattr(softmax_lab, name) for name in softmax_lab.__all__}
    here = {n for n, f in public.items() if f.__module__ == "softmax_lab.cross_entropy"}
    tested = {f.__name__ for f in LOSSES + GRADIENTS}
    apart = {"cross_entropy_value_and_gradient", "one_hot"}
    assert here == tested | apart | {"cross_entropy_output_gradient", "squared_error_gradient"}


# Values by definition


@with_weights
def test_cross_entropy_is_minus_the_sum_of_t_log_h(pair):
    z, t = pair
    expected = -(t * np.log(softmax(z))).sum(axis=-1)
    assert_allclose(cross_entropy(z, t, "none"), expected, rtol=1e-12, atol=1e-13)


@with_labels
def test_cross_entropy_of_labels_is_minus_log_h_of_the_true_class(pair):
    z, labels = pair
    chosen = np.take_along_axis(log_softmax(z), labels[..., None], axis=-1)[..., 0]
    assert_array_equal(cross_entropy(z, labels, "none"), -chosen)


@with_distributions
def test_kl_divergence_agrees_with_scipy(pair):
    z, t = pair
    expected = scipy.special.rel_entr(t, softmax(z)).sum(axis=-1)
    assert_allclose(kl_divergence(z, t, "none"), expected, rtol=1e-11, atol=1e-13)


@with_distributions
def test_cross_entropy_is_scipys_entropy_and_divergence_together(pair):
    z, t = pair
    expected = scipy.stats.entropy(t, axis=-1) + scipy.stats.entropy(t, softmax(z), axis=-1)
    assert_allclose(cross_entropy(z, t, "none"), expected, rtol=1e-11, atol=1e-13)


@with_weights
def test_squared_error_is_the_sum_of_squared_differences(pair):
    h, t = pair
    expected = np.linalg.norm(h - t, axis=-1) ** 2
    assert_allclose(squared_error(h, t, "none"), expected, rtol=1e-13, atol=1e-300)


@with_distributions
def test_kl_divergence_is_never_negative(pair):
    assert (kl_divergence(*pair, "none") >= -1e-15).all()


@given(z=shapes.flatmap(lambda shape: arrays(np.float64, shape, elements=moderate)))
def test_kl_divergence_is_zero_where_the_target_is_the_output(z):
    assert_allclose(kl_divergence(z, softmax(z), "none"), 0, atol=1e-14)


@with_labels
def test_kl_divergence_of_labels_is_their_cross_entropy(pair):
    assert_array_equal(kl_divergence(*pair, "none"), cross_entropy(*pair, "none"))


def test_thread_2s_mean_of_squared_errors():
    h = np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]])
    assert squared_error(h, [0, 0]) == (0.375 + 2) / 2
    assert_array_equal(squared_error_output_gradient(h, [0, 0]), 2 / 2 * (h - one_hot([0, 0], 3)))


# Targets


@each_function
@each_reduction
@with_labels
def test_labels_are_one_hot_distributions(f, reduction, pair):
    z, labels = pair
    t = one_hot(labels, z.shape[-1])
    # Two ways to round: with labels the sum of the exponentials is more exact.
    assert_allclose(f(z, labels, reduction), f(z, t, reduction), rtol=1e-14, atol=0)


@given(labels=arrays(np.int64, st.integers(0, 4), elements=st.integers(0, 4)))
def test_one_hot_puts_all_weight_on_the_label(labels):
    t = one_hot(labels, 5)
    assert t.shape == (labels.size, 5)
    assert_array_equal(t, np.eye(5)[labels])


@pytest.mark.parametrize("labels", [1, [0, 1], [[0, 1, 1]], [], np.array([1, 0], np.uint8)])
def test_one_hot_adds_a_class_axis_of_float64(labels):
    t = one_hot(labels, np.int64(2))
    assert t.shape == (*np.shape(labels), 2)
    assert t.dtype == np.float64


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint64])
@each_function
def test_labels_of_any_integer_dtype_mean_the_same(f, dtype):
    assert_array_equal(f(Z, LABELS.astype(dtype), "none"), f(Z, LABELS, "none"))


@each_function
def test_labels_may_be_a_list_or_a_single_integer(f):
    assert_array_equal(f(Z.tolist(), LABELS.tolist(), "none"), f(Z, LABELS, "none"))
    assert_array_equal(f(Z[0], int(LABELS[0])), f(Z[0], LABELS[0]))


# Reductions


@each_loss
@with_weights
def test_the_sum_adds_one_loss_a_sample(loss, pair):
    assert_allclose(loss(*pair, "sum"), loss(*pair, "none").sum(), rtol=1e-13, atol=1e-13)


@each_loss
@with_weights
def test_the_mean_is_the_mean_of_one_loss_a_sample(loss, pair):
    assert_allclose(loss(*pair, "mean"), loss(*pair, "none").mean(), rtol=1e-13, atol=1e-13)


@each_gradient
@with_weights
def test_the_gradient_of_the_mean_is_divided_by_the_number_of_samples(gradient, pair):
    z, t = pair
    samples = z[..., 0].size
    assert_allclose(gradient(z, t, "mean"), gradient(z, t, "sum") / samples, rtol=1e-14)


@each_gradient
@with_weights
def test_the_gradient_of_the_sum_is_each_samples_own(gradient, pair):
    assert_array_equal(gradient(*pair, "sum"), gradient(*pair, "none"))


@each_function
def test_the_reduction_is_the_mean_unless_said_otherwise(f):
    assert_array_equal(f(Z, T), f(Z, T, reduction="mean"))


def test_the_value_and_gradient_use_the_mean_unless_said_otherwise():
    given_none = cross_entropy_value_and_gradient(Z, T)
    given_mean = cross_entropy_value_and_gradient(Z, T, reduction="mean")
    for a, b in zip(given_none, given_mean, strict=True):
        assert_array_equal(a, b)


@each_loss
@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (2, 1, 3, 4)])
def test_a_loss_has_one_number_a_sample_or_one_in_all(loss, shape):
    z, t = np.zeros(shape), np.full(shape, 0.25)
    assert np.shape(loss(z, t, "none")) == shape[:-1]
    assert isinstance(loss(z, t, "sum"), np.float64)
    assert isinstance(loss(z, t, "mean"), np.float64)


@each_function
def test_a_batch_is_its_samples_one_by_one(f):
    apart = [f(z, t) for z, t in zip(Z, T, strict=True)]
    assert_allclose(f(Z, T, "none"), apart, rtol=1e-14, atol=1e-16)


@each_function
@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (2, 1, 3, 4)])
def test_arrays_of_one_to_four_axes_are_taken(f, shape):
    rng = np.random.default_rng(0)
    z, t = rng.normal(size=shape), rng.uniform(size=shape)
    flat = f(z.reshape(-1, 4), t.reshape(-1, 4), "none")
    result = f(z, t, "none")
    assert result.shape[: z.ndim - 1] == shape[:-1]
    assert_allclose(result.reshape(flat.shape), flat, rtol=1e-14, atol=1e-16)


# Gradients


@each_loss_and_gradient
@each_method
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@with_distributions
def test_the_gradient_is_the_numerical_gradient_of_the_loss(
    loss, gradient, method, error, reduction, pair
):
    z, t = pair
    numeric = numerical_gradient(lambda z: loss(z, t, reduction), z, method)
    assert_allclose(gradient(z, t, reduction), numeric, rtol=0, atol=error)


@each_loss_and_gradient
@each_method
def test_unreduced_a_sample_has_its_own_gradient_and_no_other(loss, gradient, method, error):
    numeric = numerical_jacobian(lambda z: loss(z, T, "none"), Z, method)
    expected = np.zeros((3, 3, 4))
    expected[range(3), range(3)] = gradient(Z, T, "none")
    assert_allclose(numeric, expected, rtol=0, atol=error)


@each_method
@with_weights
def test_the_gradient_is_right_for_targets_that_do_not_sum_to_1(method, error, pair):
    z, t = pair
    numeric = numerical_gradient(lambda z: cross_entropy(z, t, "sum"), z, method)
    assert_allclose(cross_entropy_gradient(z, t, "sum"), numeric, rtol=0, atol=10 * error)


@with_weights
def test_the_gradient_is_h_times_the_sum_of_t_minus_t(pair):
    z, t = pair
    expected = softmax(z) * t.sum(axis=-1, keepdims=True) - t
    assert_allclose(cross_entropy_gradient(z, t, "none"), expected, rtol=0, atol=1e-13)


@with_distributions
def test_the_gradient_is_h_minus_t_for_distributions(pair):
    z, t = pair
    assert_allclose(cross_entropy_gradient(z, t, "none"), softmax(z) - t, rtol=0, atol=1e-14)


@with_weights
def test_the_gradient_is_the_vjp_of_minus_t_over_h(pair):
    z, t = pair
    by_chain_rule = softmax_vjp(z, -t / softmax(z))
    assert_allclose(cross_entropy_gradient(z, t, "none"), by_chain_rule, rtol=0, atol=1e-11)


@with_weights
def test_the_gradient_sums_to_zero(pair):
    assert_allclose(cross_entropy_gradient(*pair, "none").sum(axis=-1), 0, atol=1e-13)


@each_method
@with_distributions
def test_kl_divergence_and_cross_entropy_have_one_gradient(method, error, pair):
    z, t = pair
    of_kl = numerical_gradient(lambda z: kl_divergence(z, t), z, method)
    of_cross_entropy = numerical_gradient(lambda z: cross_entropy(z, t), z, method)
    assert_allclose(of_kl, of_cross_entropy, rtol=0, atol=error)


@each_reduction
@with_weights
def test_value_and_gradient_are_both_apart(reduction, pair):
    value, gradient = cross_entropy_value_and_gradient(*pair, reduction)
    assert_array_equal(value, cross_entropy(*pair, reduction))
    assert_array_equal(gradient, cross_entropy_gradient(*pair, reduction))


def test_the_squared_errors_gradient_fades_where_softmax_is_confidently_wrong():
    z = np.array([20.0, 0.0, 0.0])
    through_softmax = softmax_vjp(z, squared_error_output_gradient(softmax(z), 1))
    assert np.abs(through_softmax).max() < 1e-7
    assert np.abs(cross_entropy_gradient(z, 1)).max() > 0.99


@pytest.mark.parametrize("f", [cross_entropy_gradient, cross_entropy_value_and_gradient])
def test_the_gradient_never_forms_the_jacobian(f):
    z = np.linspace(-1, 1, 20_000)
    tracemalloc.start()
    f(z, 3)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30 * z.nbytes


# By the output


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@with_weights
def test_by_the_output_the_gradient_of_cross_entropy_is_that_of_minus_t_log_h(reduction, pair):
    z, t = pair
    h = softmax(z)
    samples = h[..., 0].size if reduction == "mean" else 1
    numeric = numerical_gradient(lambda h: -(t * np.log(h)).sum() / samples, h, "complex")
    assert_allclose(cross_entropy_output_gradient(h, t, reduction), numeric, rtol=1e-12)


@with_weights
def test_the_gradient_by_the_output_goes_through_the_jacobian_to_the_one_by_the_logits(pair):
    z, t = pair
    through_softmax = softmax_vjp(z, cross_entropy_output_gradient(softmax(z), t))
    assert_allclose(through_softmax, cross_entropy_gradient(z, t), rtol=0, atol=1e-11)


@each_reduction
@with_labels
def test_by_the_output_labels_are_one_hot_distributions_too(reduction, pair):
    z, labels = pair
    h = softmax(z)
    of_labels = cross_entropy_output_gradient(h, labels, reduction)
    t = one_hot(labels, h.shape[-1])
    assert_array_equal(of_labels, cross_entropy_output_gradient(h, t, reduction))


def test_the_mean_of_the_gradients_by_the_output_is_meant_unless_said_otherwise():
    h = softmax(Z)
    assert_allclose(cross_entropy_output_gradient(h, T), -T / h / 3, rtol=1e-15)
    assert_array_equal(cross_entropy_output_gradient(h, T, "none"), -T / h)


@pytest.mark.parametrize("dtype", DTYPES)
def test_by_the_output_what_weighs_nothing_has_no_gradient_and_what_is_impossible_an_infinite_one(
    dtype,
):
    sigma = cross_entropy_output_gradient(np.array([0, 0.5, 0, 0.5], dtype), [0.5, 0.5, 0, 0])
    assert sigma.dtype == dtype
    assert_array_equal(sigma.real, [-INF, -1, 0, 0])


def test_by_the_output_logits_are_refused():
    with pytest.raises(ValueError, match="h must be an output of softmax"):
        cross_entropy_output_gradient(Z, T)


def test_the_old_name_says_why_it_goes_and_what_to_call():
    with pytest.warns(DeprecationWarning, match="respect to the output h.* logits z") as warned:
        old = squared_error_gradient(Z, T, "sum")
    assert "Call squared_error_output_gradient" in str(warned[0].message)
    assert warned[0].filename == __file__
    assert_array_equal(old, squared_error_output_gradient(Z, T, "sum"))


def test_nothing_in_the_project_uses_the_old_name():
    project = Path(softmax_lab.__file__).parents[1]
    defined = {Path(softmax_lab.__file__), Path(cross_entropy.__code__.co_filename), Path(__file__)}
    sources = [
        p
        for d in ("softmax_lab", "tests", "benchmarks", "tools")
        for p in project.glob(f"{d}/**/*.py")
    ]
    users = [
        path
        for path in {*sources} - defined
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if "squared_error_gradient"
        in (getattr(node, "id", None), getattr(node, "attr", None), getattr(node, "name", None))
    ]
    lessons = project.glob("notebooks/*.ipynb")
    old = re.compile(r"\bsquared_error_gradient\b")
    users += [path for path in lessons if old.search(path.read_text(encoding="utf-8"))]
    assert not users


# The last digits


def worst(f, exact, family):
    logits = reference.LOGITS[family]()
    return max(reference.ulps(f(z, label), exact(z, label)) for z, label in logits)


@pytest.mark.parametrize("family", reference.LOGITS)
@pytest.mark.parametrize(
    "f", [cross_entropy, lambda z, label: cross_entropy_value_and_gradient(z, label)[0]]
)
def test_the_last_digits_of_the_loss_are_right(f, family):
    assert worst(f, reference.cross_entropy, family) <= 8


@pytest.mark.parametrize("family", reference.LOGITS)
@pytest.mark.parametrize(
    "f", [cross_entropy_gradient, lambda z, label: cross_entropy_value_and_gradient(z, label)[1]]
)
def test_the_last_digits_of_the_gradient_at_the_true_class_are_right(f, family):
    exact = reference.gradient_at_the_true_class
    assert worst(lambda z, label: f(z, label)[label], exact, family) <= 8


@pytest.mark.parametrize(
    ("family", "bound"),
    [("ordinary", 8), ("confident", 40), ("masked", 8), ("all equal", 4), ("huge", 1)],
)
def test_the_last_digits_of_the_whole_gradient_are_right(family, bound):
    assert worst(cross_entropy_gradient, reference.gradient, family) <= bound


def test_h_minus_t_loses_every_digit_of_a_confident_class():
    z = np.array([40.0, 0.0, 0.0])
    exact = reference.gradient_at_the_true_class(z, 0)
    assert reference.ulps((softmax(z) - one_hot(0, 3))[0], exact) > 1e6
    assert reference.ulps(cross_entropy_gradient(z, 0)[0], exact) <= 8


# Extremes


@each_reduction
def test_a_logit_of_800_has_a_finite_loss_and_gradient(reduction):
    z = [0.0, 800.0, 0.0]
    assert cross_entropy(z, 0, reduction) == 800
    assert cross_entropy(z, 1, reduction) == 0
    assert kl_divergence(z, 0, reduction) == 800
    assert_array_equal(cross_entropy_gradient(z, 0, reduction), [-1, 1, 0])
    assert_array_equal(cross_entropy_gradient(z, 1, reduction), [0, 0, 0])


def test_logits_of_both_extremes_give_the_right_gradient():
    z = [1e308, -1e308]
    assert cross_entropy(z, 0) == 0
    assert cross_entropy(z, 1) == INF
    assert_array_equal(cross_entropy_gradient(z, 0), [0, 0])
    assert_array_equal(cross_entropy_gradient(z, 1), [1, -1])


@pytest.mark.parametrize("loss", [cross_entropy, kl_divergence])
@each_reduction
def test_an_impossible_target_has_an_infinite_loss(loss, reduction):
    assert loss([0.0, -INF, 0.0], 1, reduction) == INF
    assert loss([0.0, -INF, 0.0], [0.5, 0.5, 0.0], reduction) == INF


@pytest.mark.parametrize("loss", [cross_entropy, kl_divergence])
@each_reduction
def test_an_impossible_class_that_is_no_target_adds_nothing(loss, reduction):
    assert_allclose(loss([0.0, -INF, 0.0], 0, reduction), np.log(2))


def test_one_impossible_target_makes_the_loss_of_the_batch_infinite():
    z = [[0.0, -INF], [0.0, 0.0]]
    assert_allclose(cross_entropy(z, [1, 0], "none"), [INF, np.log(2)])
    assert cross_entropy(z, [1, 0]) == INF


@each_reduction
def test_an_impossible_class_has_no_gradient(reduction):
    assert_array_equal(cross_entropy_gradient([0.0, -INF, 0.0], 0, reduction), [-0.5, 0, 0.5])


def test_an_impossible_target_still_has_a_finite_gradient():
    assert_array_equal(cross_entropy_gradient([0.0, -INF, 0.0], 1), [0.5, -1, 0.5])


@pytest.mark.parametrize("z", [[7.0], [-1e308]])
@pytest.mark.parametrize("t", [0, [1.0], [0.5]])
def test_a_single_class_costs_nothing(z, t):
    assert cross_entropy(z, t) == 0
    assert_array_equal(cross_entropy_gradient(z, t), [0])


@each_function
@each_reduction
def test_targets_of_no_weight_cost_nothing(f, reduction):
    h = np.zeros((2, 3))
    assert_array_equal(f(h, h, reduction), np.zeros_like(f(h, h, reduction)))


EMPTY_TARGETS = [[], np.zeros((0, 3)), np.zeros(0, int)]


@each_loss
@pytest.mark.parametrize("t", EMPTY_TARGETS, ids=["list", "distributions", "labels"])
def test_an_empty_batch_has_no_loss(loss, t):
    z = np.zeros((0, 3))
    assert loss(z, t, "none").shape == (0,)
    assert loss(z, t, "sum") == 0


@each_loss
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_mean_of_an_empty_batch_is_nan_without_a_warning(loss, dtype):
    mean = loss(np.zeros((0, 3), dtype), [], "mean")
    assert np.isnan(mean)
    assert mean.dtype == dtype


@each_gradient
@each_reduction
@pytest.mark.parametrize("t", EMPTY_TARGETS, ids=["list", "distributions", "labels"])
def test_an_empty_batch_has_an_empty_gradient(gradient, reduction, t):
    assert gradient(np.zeros((0, 3)), t, reduction).shape == (0, 3)


# Dtypes, layouts, arguments


@each_function
@each_reduction
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("t", [T, LABELS], ids=["distributions", "labels"])
def test_a_floating_dtype_is_kept(f, reduction, dtype, t):
    assert f(Z.astype(dtype), t, reduction).dtype == dtype


@each_reduction
@pytest.mark.parametrize("dtype", DTYPES)
def test_value_and_gradient_keep_a_floating_dtype(reduction, dtype):
    value, gradient = cross_entropy_value_and_gradient(Z.astype(dtype), LABELS, reduction)
    assert value.dtype == gradient.dtype == dtype


@each_function
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_is_as_exact_as_it_can_be(f, dtype):
    best = f(Z.astype(np.longdouble), T)
    error = 50 * max(np.finfo(dtype).eps, np.finfo(np.longdouble).eps)
    assert_allclose(f(Z.astype(dtype), T), best, rtol=0, atol=float(error))


@each_function
@pytest.mark.parametrize("z", [[2, 0, 1], np.array([2, 0, 1], np.uint8), [True, False, True]])
def test_integers_booleans_and_lists_become_float64(f, z):
    assert f(z, 0).dtype == np.float64
    assert_array_equal(f(z, 0), f(np.asarray(z, np.float64), 0))


@each_function
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, int, bool])
def test_the_targets_dtype_does_not_change_the_results(f, dtype):
    z, t = Z.astype(np.float32), one_hot(LABELS, 4)
    result = f(z, t.astype(dtype), "none")
    assert result.dtype == np.float32
    assert_array_equal(result, f(z, t.astype(np.float32), "none"))


@each_function
def test_complex_logits_of_no_imaginary_part_give_the_real_result(f):
    assert_allclose(f(Z.astype(complex), T, "none"), f(Z, T, "none"), rtol=1e-14, atol=1e-16)


@each_function
@pytest.mark.parametrize("labelled", [False, True])
def test_every_memory_layout_gives_the_same_result(f, labelled):
    target = LABELS if labelled else T
    expected = f(Z, target, "none")
    for z, t in zip(reference.layouts(Z), reference.layouts(target), strict=True):
        assert_allclose(f(z, t, "none"), expected, rtol=1e-14, atol=1e-16)


@each_function
def test_a_row_repeated_without_copying_gives_the_same_result(f):
    z, t = np.broadcast_to(Z[0], (3, 4)), np.broadcast_to(T[0], (3, 4))
    assert_allclose(f(z, t, "none"), f(z.copy(), t.copy(), "none"), rtol=1e-14, atol=1e-16)


@each_function
def test_one_number_repeated_without_copying_gives_the_same_result(f):
    z, label = np.broadcast_to(0.25, (3, 4)), np.broadcast_to(2, 3)
    assert_allclose(f(z, label, "none"), f(z.copy(), label.copy(), "none"), rtol=1e-14)


@pytest.mark.parametrize("f", [*LOSSES, *GRADIENTS, cross_entropy_value_and_gradient])
@each_reduction
@pytest.mark.parametrize("target", [T, LABELS], ids=["distributions", "labels"])
def test_no_argument_is_changed(f, reduction, target):
    z, t = Z.copy(), target.copy()
    f(z, t, reduction)
    assert z.tobytes() == Z.tobytes()
    assert t.tobytes() == target.tobytes()


def test_one_hot_does_not_change_its_labels():
    labels = reference.read_only(LABELS)
    one_hot(labels, 4)
    assert_array_equal(labels, [2, 0, 3])


@each_gradient
def test_a_gradient_shares_no_memory_with_an_argument(gradient):
    z, t = Z.copy(), T.copy()
    result = gradient(z, t, "none")
    assert not np.shares_memory(result, z)
    assert not np.shares_memory(result, t)


# At the edges of a dtype


TINIEST = [np.float32(1e-40), np.float64(1e-310), np.complex64(1e-40), np.complex128(1e-310)]


@pytest.mark.parametrize("h", TINIEST)
def test_by_the_output_a_nearly_impossible_target_has_an_infinite_gradient_without_a_warning(h):
    assert_array_equal(cross_entropy_output_gradient(np.array([h, 1], h.dtype), 0).real, [-INF, 0])


@pytest.mark.parametrize("share", [0.5, 1])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
def test_distributions_over_logits_of_both_extremes_have_a_loss_and_a_gradient(share, dtype):
    z = np.array([np.finfo(dtype).max, np.finfo(dtype).min], dtype)
    value, gradient = cross_entropy_value_and_gradient(z, [1 - share, share])
    assert value == INF
    assert_array_equal(gradient, [share, -share])


@pytest.mark.parametrize(
    "f", [*LOSSES, *GRADIENTS, cross_entropy_value_and_gradient, cross_entropy_output_gradient]
)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("target", [T, LABELS], ids=["distributions", "labels"])
def test_arguments_that_may_only_be_read_are_enough(f, dtype, target):
    t = target if target is LABELS else target.astype(dtype)
    f(reference.read_only(softmax(Z).astype(dtype)), reference.read_only(t))


@pytest.mark.parametrize(
    ("loss", "target", "exact"),
    [(cross_entropy, 1e38, 1e38 * np.log(2)), (squared_error, 7e18, 4.9e37)],
)
def test_the_mean_of_float32_losses_is_finite_where_their_sum_is_not(loss, target, exact):
    t = np.zeros((10, 2), np.float32)
    t[:, 0] = target
    z = np.zeros_like(t)
    assert_allclose(loss(z, t), exact, rtol=1e-6)
    assert loss(z, t, "sum") == INF
