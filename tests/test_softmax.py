"""Softmax, its Jacobian and the product with it: laws, values to the last digits, extremes."""

import sys
import tracemalloc

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

import reference
import softmax_lab
from softmax_lab import (
    log_softmax,
    logsumexp,
    naive_softmax,
    numerical_gradient,
    numerical_jacobian,
    softmax,
    softmax_jacobian,
    softmax_jacobian_from_output,
    softmax_vjp,
    softmax_vjp_from_output,
)

INF = np.inf

# Every public function of the module, called with z and an upstream v. The z of these calls are
# distributions, which will do as logits and as outputs.
CALLS = {
    "softmax": lambda z, v: softmax(z),
    "log_softmax": lambda z, v: log_softmax(z),
    "logsumexp": lambda z, v: logsumexp(z),
    "naive_softmax": lambda z, v: naive_softmax(z),
    "softmax_jacobian": lambda z, v: softmax_jacobian(z),
    "softmax_jacobian_from_output": lambda z, v: softmax_jacobian_from_output(z),
    "softmax_vjp": softmax_vjp,
    "softmax_vjp_from_output": softmax_vjp_from_output,
}
each_function = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
each_distribution = pytest.mark.parametrize("f", [softmax, naive_softmax])
STABLE = {"softmax": softmax, "log_softmax": log_softmax, "softmax_jacobian": softmax_jacobian}
each_stable = pytest.mark.parametrize("f", STABLE.values(), ids=STABLE)

DTYPES = [np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128]
Z = np.array([[0.5, 0.25, 0.125, 0.125], [0.0625, 0.8125, 0.125, 0.0], [0.25, 0.5, 0.0, 0.25]])
V = np.array([[1.0, -0.5, 0.25, 3.0], [-2.0, 1.5, 0.5, 1.0], [0.75, 2.5, -1.25, 0.5]])

moderate = st.floats(-5, 5)
vectors = arrays(np.float64, st.integers(1, 7), elements=moderate)
shapes = array_shapes(min_dims=1, max_dims=4, max_side=4)
batches = arrays(np.float64, shapes, elements=moderate)
# Logits and an upstream of one shape.
pairs = shapes.flatmap(lambda shape: st.tuples(*2 * [arrays(np.float64, shape, elements=moderate)]))
# Multiples of 1/8: adding two of them is exact.
eighths = st.integers(-80, 80).map(lambda k: k / 8)


@pytest.fixture(autouse=True, scope="module")
def floating_point_errors_raise():
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        yield


def test_the_table_of_calls_is_complete():
    public = {name: getattr(softmax_lab, name) for name in softmax_lab.__all__}
    assert set(CALLS) == {n for n, f in public.items() if f.__module__ == "softmax_lab.softmax"}


# Laws of softmax


@each_stable
@given(z=arrays(np.float64, st.integers(1, 6), elements=eighths), c=st.integers(-(10**6), 10**6))
def test_nothing_is_changed_by_a_shift(f, z, c):
    assert_allclose(f(z + c), f(z), rtol=2e-15, atol=0)


@given(z=vectors, c=st.floats(-1000, 1000))
def test_logsumexp_moves_with_a_shift(z, c):
    assert_allclose(logsumexp(z + c), logsumexp(z) + c, rtol=1e-14, atol=1e-12)


@each_distribution
@given(z=vectors, data=st.data())
def test_softmax_is_permuted_with_its_logits(f, z, data):
    p = data.draw(st.permutations(range(z.size)))
    assert_allclose(f(z[p]), f(z)[p], rtol=1e-14)


@given(z=vectors, data=st.data())
def test_the_jacobian_is_permuted_with_its_logits(z, data):
    p = data.draw(st.permutations(range(z.size)))
    J = softmax_jacobian(z)
    assert_allclose(softmax_jacobian(z[p]), J[np.ix_(p, p)], rtol=1e-13)


@each_distribution
@given(z=batches)
def test_every_row_is_a_distribution(f, z):
    h = f(z)
    assert (h > 0).all()
    assert_allclose(h.sum(axis=-1), 1, rtol=1e-14)


@given(z=vectors)
def test_a_larger_logit_has_a_larger_probability(z):
    assert_array_equal(softmax(np.sort(z)), np.sort(softmax(np.sort(z))))


@given(z=batches)
def test_log_softmax_is_the_logarithm_of_softmax(z):
    assert_allclose(np.exp(log_softmax(z)), softmax(z), rtol=1e-13)


@given(z=batches)
def test_log_softmax_is_z_minus_logsumexp(z):
    assert_allclose(log_softmax(z), z - logsumexp(z)[..., None], rtol=1e-13, atol=1e-14)


@given(z=batches)
def test_naive_softmax_is_softmax_on_moderate_logits(z):
    assert_allclose(naive_softmax(z), softmax(z), rtol=1e-13)


@pytest.mark.parametrize("z", [[0.0, 800.0, 0.0], [-800.0, -800.0]])
def test_naive_softmax_breaks_where_softmax_does_not(z):
    assert np.isnan(naive_softmax(z)).any()
    assert np.isfinite(softmax(z)).all()


# Laws of the Jacobian


@given(z=batches)
def test_rows_of_the_jacobian_sum_to_zero(z):
    assert_allclose(softmax_jacobian(z).sum(axis=-1), 0, atol=1e-15)


@given(z=batches)
def test_columns_of_the_jacobian_sum_to_zero(z):
    assert_allclose(softmax_jacobian(z).sum(axis=-2), 0, atol=1e-15)


@given(z=batches)
def test_the_jacobian_is_symmetric(z):
    J = softmax_jacobian(z)
    assert_array_equal(J, J.swapaxes(-1, -2))


@given(z=batches)
def test_the_jacobian_is_positive_semidefinite(z):
    assert np.linalg.eigvalsh(softmax_jacobian(z)).min() >= -1e-15


@given(z=vectors)
def test_the_jacobian_has_rank_n_minus_1(z):
    assert np.linalg.matrix_rank(softmax_jacobian(z), hermitian=True) == z.size - 1


@given(z=batches)
def test_the_jacobian_is_diag_h_minus_h_hT(z):
    h = softmax(z)
    expected = h[..., None] * np.eye(z.shape[-1]) - h[..., :, None] * h[..., None, :]
    assert_allclose(softmax_jacobian(z), expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize(("method", "error"), [("complex", 1e-15), ("central", 1e-9)])
@given(z=vectors)
def test_the_jacobian_is_the_numerical_derivative_of_softmax(method, error, z):
    assert_allclose(softmax_jacobian(z), numerical_jacobian(softmax, z, method), rtol=0, atol=error)


@pytest.mark.parametrize(("method", "error"), [("complex", 1e-15), ("central", 1e-8)])
@given(z=vectors)
def test_softmax_is_the_numerical_gradient_of_logsumexp(method, error, z):
    assert_allclose(softmax(z), numerical_jacobian(logsumexp, z, method), rtol=0, atol=error)


@pytest.mark.parametrize("z", [[1.0, 1.0], [0.0, 1e-17], [1e-17, 0.0]])
def test_the_complex_step_of_logsumexp_is_right_at_equal_exponentials(z):
    assert_allclose(numerical_jacobian(logsumexp, z, "complex"), [0.5, 0.5], rtol=1e-14)


@pytest.mark.parametrize(("method", "error"), [("complex", 1e-14), ("central", 1e-8)])
@given(z=vectors)
def test_the_derivative_of_log_softmax_is_delta_minus_h(method, error, z):
    expected = np.eye(z.size) - softmax(z)
    assert_allclose(numerical_jacobian(log_softmax, z, method), expected, rtol=0, atol=error)


@given(z=batches)
def test_the_jacobian_from_the_output_is_the_one_from_logits(z):
    assert_array_equal(softmax_jacobian_from_output(softmax(z)), softmax_jacobian(z))


def test_the_jacobian_differentiates_through_complex_logits():
    z = np.array([0.5, -1.0, 2.0])
    by_complex_step = numerical_jacobian(softmax_jacobian, z, "complex")
    assert_allclose(by_complex_step, numerical_jacobian(softmax_jacobian, z), atol=1e-9)


@pytest.mark.parametrize("h", [[1.0, 0.0], [0.0, 0.0, 1.0]])
def test_the_jacobian_from_the_output_takes_a_complex_step_at_a_corner(h):
    by_complex_step = numerical_jacobian(softmax_jacobian_from_output, h, "complex")
    expected = np.zeros_like(by_complex_step)
    for i, j, k in np.ndindex(expected.shape):
        # d(h_i Σ_{m≠i} h_m)/dh_k on the diagonal, d(-h_i h_j)/dh_k beside it.
        expected[i, j, k] = (
            (h[i] if k != i else sum(h) - h[i]) if i == j else -h[j] * (i == k) - h[i] * (j == k)
        )
    assert_array_equal(by_complex_step, expected)


# Laws of the vector-Jacobian product


@given(pair=pairs)
def test_the_vjp_is_the_transposed_jacobian_times_the_upstream(pair):
    z, v = pair
    expected = np.einsum("...ij,...i->...j", softmax_jacobian(z), v)
    assert_allclose(softmax_vjp(z, v), expected, rtol=0, atol=1e-14)


@given(pair=pairs, data=st.data())
def test_the_vjp_is_the_transposed_jacobian_times_the_upstream_along_any_axis(pair, data):
    z, v = pair
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    J = softmax_jacobian(np.moveaxis(z, axis, -1))
    expected = np.einsum("...ij,...i->...j", J, np.moveaxis(v, axis, -1))
    assert_allclose(np.moveaxis(softmax_vjp(z, v, axis), axis, -1), expected, rtol=0, atol=1e-14)


@given(pair=pairs)
def test_the_vjp_from_the_output_is_the_one_from_logits(pair):
    z, v = pair
    assert_array_equal(softmax_vjp_from_output(softmax(z), v), softmax_vjp(z, v))


@given(pair=pairs, c=st.floats(-100, 100))
def test_the_vjp_is_unchanged_by_shifting_the_upstream(pair, c):
    z, v = pair
    assert_allclose(softmax_vjp(z, v + c), softmax_vjp(z, v), rtol=0, atol=1e-13)


@given(z=batches)
def test_the_vjp_of_ones_is_zero(z):
    assert_array_equal(softmax_vjp(z, np.ones_like(z)), np.zeros_like(z))


@given(pair=pairs)
def test_the_vjp_sums_to_zero(pair):
    assert_allclose(softmax_vjp(*pair).sum(axis=-1), 0, atol=1e-14)


@given(pair=pairs)
def test_the_vjp_is_the_complex_step_gradient_of_the_upstream_times_softmax(pair):
    z, v = pair
    expected = numerical_gradient(lambda z: (v * softmax(z)).sum(), z, "complex")
    assert_allclose(softmax_vjp(z, v), expected, rtol=0, atol=1e-14)


def test_the_vjp_keeps_its_digits_when_softmax_is_confident():
    # σ_j - ⟨h, σ⟩ computed as it stands is 1 - 1 = 0 at the first class.
    assert_allclose(
        softmax_vjp([40.0, 0.0], [1.0, 0.0]), [4.2483542552915889e-18, -4.2483542552915889e-18]
    )


@pytest.mark.parametrize("vjp", [softmax_vjp, softmax_vjp_from_output])
def test_the_vjp_never_forms_the_jacobian(vjp):
    h = np.full(20_000, 1 / 20_000)
    v = np.linspace(-1, 1, h.size)
    tracemalloc.start()
    vjp(h, v)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30 * h.nbytes


# Batches and axes


@each_function
def test_a_batch_is_its_samples_one_by_one(call):
    together = call(Z, V)
    apart = np.array([call(z, v) for z, v in zip(Z, V, strict=True)])
    assert_allclose(together, apart, rtol=1e-14, atol=1e-17)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (2, 1, 3, 4)])
@each_function
def test_arrays_of_one_to_four_axes_are_taken(call, shape):
    rng = np.random.default_rng(0)
    z, v = softmax(rng.normal(size=shape)), rng.normal(size=shape)
    flat = call(z.reshape(-1, 4), v.reshape(-1, 4))
    result = call(z, v)
    assert result.shape[: z.ndim - 1] == shape[:-1]
    assert_allclose(result.reshape(flat.shape), flat, rtol=1e-14, atol=1e-17)


@pytest.mark.parametrize("f", [softmax, naive_softmax, log_softmax])
@given(z=batches, data=st.data())
def test_axis_moves_the_classes(f, z, data):
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    expected = np.moveaxis(f(np.moveaxis(z, axis, -1)), -1, axis)
    assert_allclose(f(z, axis), expected, rtol=1e-13, atol=1e-16)


@given(z=batches, data=st.data())
def test_axis_moves_the_classes_of_logsumexp(z, data):
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    assert_allclose(logsumexp(z, axis), logsumexp(np.moveaxis(z, axis, -1)), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("vjp", [softmax_vjp, softmax_vjp_from_output])
@given(pair=pairs, data=st.data())
def test_axis_moves_the_classes_of_the_vjp(vjp, pair, data):
    z, v = pair
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    h = softmax(z, axis)
    expected = vjp(np.moveaxis(h, axis, -1), np.moveaxis(v, axis, -1))
    assert_allclose(vjp(h, v, axis), np.moveaxis(expected, -1, axis), rtol=0, atol=1e-14)


# Values


@each_distribution
@given(z=batches)
def test_softmax_agrees_with_scipy(f, z):
    assert_allclose(f(z), scipy.special.softmax(z, axis=-1), rtol=1e-13)


@given(z=batches)
def test_log_softmax_agrees_with_scipy(z):
    expected = scipy.special.log_softmax(z, axis=-1)
    assert_allclose(log_softmax(z), expected, rtol=1e-13, atol=1e-14)


@given(z=batches)
def test_logsumexp_agrees_with_scipy(z):
    expected = scipy.special.logsumexp(z, axis=-1)
    assert_allclose(logsumexp(z), expected, rtol=1e-13, atol=1e-14)


# SciPy's softmax, which rounds z - max z in every row, is off by 10, 31 and 512 ulp on ordinary,
# confident and wide logits. It is ahead on equal ones: its exponentials are then exactly 1.
BOUNDS = {
    "ordinary": {"softmax": 4, "log_softmax": 4, "diagonal": 8},
    "confident": {"softmax": 4, "log_softmax": 4, "diagonal": 8},
    "confident, on a grid": {"softmax": 4, "log_softmax": 4, "diagonal": 8},
    "wide": {"softmax": 4, "log_softmax": 4, "diagonal": 8},
    "masked": {"softmax": 4, "log_softmax": 4, "diagonal": 8},
    "all equal": {"softmax": 2, "log_softmax": 1, "diagonal": 8},
    "huge": {"softmax": 1, "log_softmax": 1, "diagonal": 4},
}
# The exp and log of NumPy 1.26 are themselves off by up to 1.5 units, those of 2 by 0.7.
ALLOWANCE = 1 if np.__version__ < "2" else 0
FUNCTIONS = {
    "softmax": (softmax, reference.softmax),
    "log_softmax": (log_softmax, reference.log_softmax),
    "diagonal": (lambda z: softmax_jacobian(z).diagonal(), reference.jacobian_diagonal),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("family", reference.LOGITS)
def test_the_last_digits_are_right(name, family):
    f, exact = FUNCTIONS[name]
    worst = max(reference.ulps(f(z), exact(z)) for z, _ in reference.LOGITS[family]())
    assert worst <= BOUNDS[family][name] + ALLOWANCE


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("c", [-5000, -100, 300, 495, 505, 5000])
def test_the_last_digits_are_right_wherever_the_logits_lie(name, c):
    f, exact = FUNCTIONS[name]
    on_a_grid = [z + c for z, _ in reference.confident_logits_on_a_grid(50)]
    worst = max(reference.ulps(f(z), exact(z)) for z in on_a_grid)
    assert worst <= BOUNDS["confident, on a grid"][name]


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("family", ["ordinary", "confident", "masked"])
def test_the_last_digits_are_right_in_float32(name, family):
    f, exact = FUNCTIONS[name]
    singles = [z.astype(np.float32) for z, _ in reference.LOGITS[family]()]
    assert max(reference.ulps(f(z), exact(z)) for z in singles) <= 5


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_row_that_has_to_be_shifted_moves_no_other(dtype):
    z = np.array([[1.3, 0.7, -40.1], [-700.3, -701.1, -745.2], [5000.4, 4990.1, 3.0]], dtype)
    assert_array_equal(softmax(z), [softmax(row) for row in z])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_row_is_shifted_alike_whether_it_stands_alone_or_among_many(dtype):
    low = [-40.1, -39.3, -38.7]  # nothing to lose, and no need of a shift
    fading = [-40.1, -39.3, -760.2]  # e^{-760} is 0, e^{-721} is not
    masked = [-3.3, -np.inf, -5.1]
    z = np.array([low, fading, masked, [1000.3, 2.0, 3.0]], dtype)
    many = np.tile(z, (3000, 1))
    alone = np.array([softmax(row) for row in z])
    assert_array_equal(softmax(z), alone)
    assert_array_equal(softmax(many), np.tile(alone, (3000, 1)))
    assert_array_equal(alone[0], np.exp(z[0]) / np.exp(z[0]).sum())
    if dtype == np.float64:
        assert alone[1, 2] > 0


def test_five_calls_at_most_come_before_the_exponentials_of_a_small_array():
    calls = []
    z = np.ones((64, 10))
    softmax(z)
    sys.setprofile(lambda frame, event, _: event == "call" and calls.append(frame.f_code.co_name))
    softmax(z)
    sys.setprofile(None)
    assert len(calls[1:]) <= 5, calls


def test_scipys_log_softmax_loses_every_digit_of_a_confident_class():
    z = np.array([40.0, 0.0, 0.0])
    exact = reference.log_softmax(z)
    assert reference.ulps(scipy.special.log_softmax(z), exact) > 1e6
    assert reference.ulps(log_softmax(z), exact) <= 10


def test_subtracting_from_1_loses_every_digit_of_the_jacobians_diagonal():
    z = np.array([40.0, 0.0, 0.0])
    h = softmax(z)
    exact = reference.jacobian_diagonal(z)
    assert reference.ulps(h * (1 - h), exact) > 1e6
    assert reference.ulps(softmax_jacobian(z).diagonal(), exact) <= 16


# Extremes


def test_a_logit_of_800_gives_certainty():
    z = [0.0, 800.0, 0.0]
    assert_array_equal(softmax(z), [0, 1, 0])
    assert_array_equal(log_softmax(z), [-800, 0, -800])
    assert logsumexp(z) == 800
    assert_array_equal(softmax_jacobian(z), np.zeros((3, 3)))
    assert_array_equal(softmax_vjp(z, [1.0, 2.0, 3.0]), [0, 0, 0])


def test_logits_of_both_extremes_do_not_overflow():
    z = [1e308, -1e308]
    assert_array_equal(softmax(z), [1, 0])
    assert_array_equal(log_softmax(z), [0, -INF])
    assert logsumexp(z) == 1e308
    assert_array_equal(softmax_jacobian(z), np.zeros((2, 2)))
    assert_array_equal(softmax_vjp(z, [1.0, 2.0]), [0, 0])


@pytest.mark.parametrize("huge", [1e308, -1e308])
def test_equal_huge_logits_are_equally_likely(huge):
    assert_array_equal(softmax([huge, huge]), [0.5, 0.5])
    assert_allclose(log_softmax([huge, huge]), -np.log([2, 2]))
    assert logsumexp([huge, huge]) == huge


def test_a_logit_of_minus_infinity_is_an_impossible_class():
    z = [1.0, -INF, 1.0]
    assert_array_equal(softmax(z), [0.5, 0, 0.5])
    assert_array_equal(naive_softmax(z), [0.5, 0, 0.5])
    assert_allclose(log_softmax(z), [-np.log(2), -INF, -np.log(2)])
    assert_allclose(logsumexp(z), 1 + np.log(2))
    assert_array_equal(softmax_jacobian(z), [[0.25, 0, -0.25], [0, 0, 0], [-0.25, 0, 0.25]])
    assert_array_equal(softmax_vjp(z, [1.0, 5.0, 0.0]), [0.25, 0, -0.25])


def test_the_only_possible_class_is_certain():
    z = [-INF, 3.0, -INF]
    assert_array_equal(softmax(z), [0, 1, 0])
    assert_array_equal(log_softmax(z), [-INF, 0, -INF])
    assert logsumexp(z) == 3
    assert_array_equal(softmax_jacobian(z), np.zeros((3, 3)))


@given(z=arrays(np.float64, st.integers(1, 6), elements=st.floats(-1e308, 1e308)))
def test_any_finite_logits_give_a_distribution(z):
    h = softmax(z)
    assert_allclose(h.sum(), 1, rtol=1e-14)
    assert np.isfinite(softmax_jacobian(z)).all()
    assert not np.isnan(log_softmax(z)).any()


@pytest.mark.parametrize("z", [[0.0], [-1e308], [800.0], [[3.0], [-3.0]]])
def test_a_single_class_is_certain(z):
    z = np.array(z)
    assert_array_equal(softmax(z), np.ones_like(z))
    assert_array_equal(log_softmax(z), np.zeros_like(z))
    assert_array_equal(logsumexp(z), z[..., 0])
    assert_array_equal(softmax_jacobian(z), np.zeros((*z.shape, 1)))
    assert_array_equal(softmax_vjp(z, np.ones_like(z)), np.zeros_like(z))


@pytest.mark.parametrize("shape", [(0, 3), (2, 0, 3)])
@each_function
def test_an_empty_batch_gives_an_empty_result(call, shape):
    z = np.zeros(shape)
    one = np.array([[1.0, 0.0, 0.0]])
    assert call(z, z).shape == (*shape[:-1], *call(one, one).shape[1:])


# Dtypes, layouts, arguments


@each_function
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_floating_dtype_is_kept(call, dtype):
    assert call(Z.astype(dtype), V.astype(dtype)).dtype == dtype


@each_function
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_is_as_exact_as_it_can_be(call, dtype):
    result = call(Z.astype(dtype), V.astype(dtype))
    best = call(Z.astype(np.longdouble), V.astype(np.longdouble))
    error = 50 * max(np.finfo(dtype).eps, np.finfo(np.longdouble).eps)
    assert_allclose(result, best, rtol=0, atol=float(error))


@pytest.mark.parametrize(
    "z", [[0, 1, 0], np.array([0, 1, 0], np.uint8), [[True, False]], [0.5] * 2]
)
@each_function
def test_integers_booleans_and_lists_become_float64(call, z):
    floats = np.asarray(z, np.float64)
    assert call(z, z).dtype == np.float64
    assert_array_equal(call(z, z), call(floats, floats))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, int, bool])
@pytest.mark.parametrize("vjp", [softmax_vjp, softmax_vjp_from_output])
def test_the_upstreams_dtype_does_not_change_the_results(vjp, dtype):
    h = softmax(np.array([1.0, 2.0, 3.0], np.float32))
    v = np.array([0, 1, 0])
    result = vjp(h, v.astype(dtype))
    assert result.dtype == np.float32
    assert_array_equal(result, vjp(h, v.astype(np.float32)))


@each_function
def test_complex_logits_of_no_imaginary_part_give_the_real_result(call):
    assert_allclose(call(Z.astype(complex), V), call(Z, V), rtol=1e-14, atol=1e-16)


@pytest.mark.parametrize("z", [[1.0, 2.0], [800.0, 0.0]])
def test_logsumexp_of_a_vector_is_a_scalar(z):
    assert isinstance(logsumexp(z), np.float64)


@each_function
def test_every_memory_layout_gives_the_same_result(call):
    expected = call(Z, V)
    for z, v in zip(reference.layouts(Z), reference.layouts(V), strict=True):
        assert_allclose(call(z, v), expected, rtol=1e-14, atol=1e-17)


@each_function
def test_a_row_repeated_without_copying_gives_the_same_result(call):
    z, v = np.broadcast_to(Z[0], (3, 4)), np.broadcast_to(V[0], (3, 4))
    assert_allclose(call(z, v), call(z.copy(), v.copy()), rtol=1e-14, atol=1e-17)


@each_function
def test_one_number_repeated_without_copying_gives_the_same_result(call):
    z, v = np.broadcast_to(0.25, (3, 4)), np.broadcast_to(0.5, (3, 4))
    assert_allclose(call(z, v), call(z.copy(), v.copy()), rtol=1e-14, atol=1e-17)


@each_function
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_no_argument_is_changed(call, dtype):
    z, v = Z.astype(dtype), V.astype(dtype)
    before = z.tobytes(), v.tobytes()
    call(z, v)
    assert (z.tobytes(), v.tobytes()) == before


@each_function
def test_a_result_shares_no_memory_with_an_argument(call):
    z, v = Z.copy(), V.copy()
    result = call(z, v)
    assert not np.shares_memory(result, z)
    assert not np.shares_memory(result, v)
