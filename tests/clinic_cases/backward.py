"""Functions and layers that claim to pass an error back through softmax."""

import math

import numpy as np

from clinic_cases.case import case, correct, fragile, pair, wrong

NOTHING = ()


def soft(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# Correct


@correct("backward", serves="both")
def without_the_matrix(z, upstream):
    h = soft(z)
    return h * (upstream - (h * upstream).sum(axis=-1, keepdims=True))


@correct("backward", serves="single", given="output")
def matrix_transposed_times_error(h, dout):
    J = np.diag(h) - np.outer(h, h)
    return J.T @ dout


@correct("backward", serves="single")
def matrix_times_error(z, v):
    h = soft(z)
    return np.dot(np.diag(h) - np.outer(h, h), v)


@correct("backward", given="output")
def stack_and_einsum(h, v):
    J = np.einsum("bi,ij->bij", h, np.eye(h.shape[1])) - np.einsum("bi,bj->bij", h, h)
    return np.einsum("bij,bi->bj", J, v)


@correct("backward", serves="single")
def scalar_double_loop(z, sigma):
    top = max(z)
    e = [math.exp(x - top) for x in z]
    h = [x / sum(e) for x in e]
    result = []
    for k in range(len(h)):
        total = 0.0
        for i in range(len(h)):
            delta = 1 if i == k else 0
            total += sigma[i] * h[i] * (delta - h[k])
        result.append(total)
    return result


@correct("backward", given="output", serves="single")
def column_result(h, v):
    s = h.reshape(-1, 1)
    jacobian = np.diagflat(s) - s @ s.T
    return jacobian @ v.reshape(len(h), 1)


@correct("backward", layout="columns", given="output")
def columns_in_columns_out(A, dA):
    return A * (dA - np.sum(A * dA, axis=0))


@correct("backward", layout="columns")
def columns_one_by_one(Z, dA):
    dZ = np.zeros(Z.shape)
    for i in range(Z.shape[1]):
        a = np.exp(Z[:, i] - Z[:, i].max())
        a = (a / a.sum()).reshape(-1, 1)
        dZ[:, i] = ((np.diagflat(a) - a @ a.T) @ dA[:, [i]])[:, 0]
    return dZ


@correct("backward", given="output")
def rows_zipped(output, d_output):
    d_input = np.empty_like(d_output)
    for index, (single, d_single) in enumerate(zip(output, d_output, strict=True)):
        single = single.reshape(-1, 1)
        matrix = np.diagflat(single) - np.dot(single, single.T)
        d_input[index] = np.dot(matrix, d_single)
    return d_input


@correct("backward", serves="both", given="output")
def in_single_precision(h, v):
    h, v = np.float32(h), np.float32(v)
    return h * (v - np.sum(h * v, axis=-1, keepdims=True))


@correct("backward", serves="both", given="output")
def product_kept_for_two_uses(y, dy):
    dx = y * dy
    total = np.sum(dx, axis=dx.ndim - 1, keepdims=True)
    dx -= y * total
    return dx


@correct("backward", serves="both")
class LayerThatKeepsItsOutput:
    def forward(self, z):
        self.h = soft(z)
        return self.h

    def backward(self, upstream):
        return self.h * (upstream - np.sum(self.h * upstream, axis=-1, keepdims=True))


@correct("backward")
class LayerWithMatrixStack:
    def __init__(self):
        self.cache = None

    def forward(self, inputs):
        shifted = inputs - inputs.max(axis=1, keepdims=True)
        self.cache = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
        return self.cache

    def backward(self, grad):
        p = self.cache
        J = p[:, :, np.newaxis] * (np.eye(p.shape[1]) - p[:, np.newaxis, :])
        return (J @ grad[:, :, np.newaxis]).squeeze(-1)


@correct("backward", serves="single")
def through_pairwise_differences(z, v):
    h, n = soft(z), z.size
    return [sum(h[k] * h[i] * (v[k] - v[i]) for i in range(n)) for k in range(n)]


# Right until something unusual comes


@fragile("backward", "batch_sum_leak", serves="both", given="output")
def sum_without_axis(h, v):
    return h * (v - np.sum(h * v))


@fragile("backward", "batch_sum_leak", serves="both")
class LayerThatSumsOverEverything:
    def forward(self, z):
        self.out = soft(z)
        return self.out

    def backward(self, upstream):
        return self.out * (upstream - (self.out * upstream).sum())


@case("backward", "fragile", [{"no_shift"}, NOTHING], serves="both")
def right_with_naive_exponentials(z, v):
    h = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    return h * (v - (h * v).sum(axis=-1, keepdims=True))


# Wrong, with a name


@wrong("backward", "diagonal_only", serves="both", given="output")
def elementwise_as_for_a_sigmoid(h, v):
    return v * h * (1 - h)


@wrong("backward", "diagonal_only")
class LayerWithElementwiseProduct:
    def forward(self, z):
        e = np.exp(z)
        self.a = e / e.sum(axis=1, keepdims=True)
        return self.a

    def backward(self, upstream):
        return upstream * (self.a - self.a * self.a)


@wrong("backward", "diagonal_only", serves="single")
def diagonal_in_scalar_loops(z, v):
    total = sum(math.exp(x) for x in z)
    out = []
    for k, x in enumerate(z):
        p = math.exp(x) / total
        out.append(v[k] * p * (1.0 - p))
    return out


@wrong("backward", "diagonal_only", layout="columns", given="output")
def diagonal_in_columns(A, dA):
    return np.multiply(dA, A * (1 - A))


@wrong("backward", "pass_through", serves="both")
def leaves_it_to_the_loss(z, upstream):
    return upstream


@wrong("backward", "pass_through", serves="both")
class LayerThatPassesThrough:
    def forward(self, z):
        return soft(z)

    def backward(self, upstream):
        return 1.0 * upstream


@wrong("backward", "upstream_ignored", serves="single", given="output")
def returns_the_matrix(h, upstream):
    return np.diag(h) - np.outer(h, h)


@wrong("backward", "upstream_ignored", given="output")
def returns_the_stack(h, upstream):
    return h[:, :, None] * (np.eye(h.shape[1]) - h[:, None, :])


@wrong("backward", "upstream_ignored", serves="single")
def returns_the_row_sums(z, upstream):
    h = soft(z)
    return (np.diag(h) - np.outer(h, h)).sum(axis=0)


@wrong("backward", "elementwise_upstream", serves="single", given="output")
def star_instead_of_at(h, v):
    return (np.diag(h) - np.outer(h, h)) * v


@wrong("backward", "elementwise_upstream", serves="single")
def star_in_a_loop(z, v):
    h = soft(z)
    n = h.size
    return [[v[j] * h[i] * (float(i == j) - h[j]) for j in range(n)] for i in range(n)]


@wrong("backward", "missing_dot_product", serves="both", given="output")
def output_times_error(h, v):
    return np.multiply(h, v)


@wrong("backward", "missing_dot_product", serves="single")
def output_times_error_from_logits(z, v):
    p = soft(z)
    return [p_k * v_k for p_k, v_k in zip(p, v, strict=True)]


@wrong("backward", "upstream_minus_output", serves="both", given="output")
def error_minus_output(h, v):
    return h * (v - h)


@wrong("backward", "upstream_minus_output", serves="both")
class LayerWithErrorMinusOutput:
    def forward(self, z):
        self.p = soft(z)
        return self.p

    def backward(self, d):
        return (d - self.p) * self.p


@wrong("backward", "jacobian_times_output", serves="single")
def matrix_times_the_wrong_vector(z, v):
    h = soft(z)
    J = np.diag(h) - np.outer(h, h)
    return J @ h


@wrong("backward", "jacobian_times_output", serves="both", given="output")
def wrong_vector_without_the_matrix(h, v):
    return h * (h - np.sum(h * h, axis=-1, keepdims=True))


@wrong("backward", "first_nonzero_only", serves="single", given="output")
def only_where_the_error_is(h, v):
    k = np.flatnonzero(v)[0]
    row = -h[k] * h
    row[k] = h[k] * (1 - h[k])
    return v[k] * row


@wrong("backward", "first_nonzero_only", serves="single")
class LayerThatReturnsAtTheFirstError:
    def forward(self, z):
        self.z = z
        e = np.exp(z)
        return e / e.sum()

    def backward(self, d_loss):
        for i, gradient in enumerate(d_loss):
            if gradient == 0:
                continue
            t_exp = np.exp(self.z)
            S = np.sum(t_exp)
            d_out = -t_exp[i] * t_exp / S**2
            d_out[i] = t_exp[i] * (S - t_exp[i]) / S**2
            return gradient * d_out
        return np.zeros_like(self.z)


@wrong("backward", "cross_entropy_assumed", serves="both", given="output")
def one_taken_off_where_the_error_is(h, v):
    result = h.copy()
    result[v != 0] -= 1
    return result


@wrong("backward", "softmax_of_upstream", serves="single")
def matrix_of_the_error(z, v):
    s = soft(v)
    return np.diag(s) - np.outer(s, s)


@wrong("backward", "logits_used_as_output", serves="both")
def output_formula_fed_logits(z, v):
    return z * (v - np.sum(z * v, axis=-1, keepdims=True))


@wrong("backward", "logits_used_as_output", serves="single")
def matrix_formula_fed_logits(z, v):
    column = z.reshape(-1, 1)
    return (np.diagflat(column) - column @ column.T) @ v


@wrong("backward", "softmax_applied_twice", serves="both", given="output")
def softmax_of_the_output(h, v):
    s = soft(h)
    return s * (v - (s * v).sum(axis=-1, keepdims=True))


@wrong("backward", "softmax_applied_twice", serves="both")
class LayerThatSoftmaxesItsOutput:
    def forward(self, z):
        self.output = soft(z)
        return self.output

    def backward(self, grad):
        s = soft(self.output)
        return s * (grad - np.einsum("...i,...i->...", s, grad)[..., None])


@wrong("backward", "batch_sum_leak", given="output")
def one_sum_for_the_batch(h, v):
    total = 0.0
    for h_row, v_row in zip(h, v, strict=True):
        total += h_row @ v_row
    return np.vstack([h_row * (v_row - total) for h_row, v_row in zip(h, v, strict=True)])


@wrong("backward", "batch_sum_leak", layout="columns")
def one_sum_for_the_columns(Z, dA):
    E = np.exp(Z - Z.max(axis=0))
    A = E / E.sum(axis=0)
    n, N = A.shape
    return A * (dA - np.ones((n, N)) * np.vdot(A, dA))


@wrong("backward", "missing_keepdims", square=True, given="output")
def flat_sum(h, v):
    return h * (v - np.sum(h * v, axis=1))


@wrong("backward", "missing_keepdims", square=True)
class LayerWithFlatSum:
    def forward(self, z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        return self.y

    def backward(self, dy):
        inner = np.einsum("ij,ij->i", self.y, dy)
        return self.y * (dy - inner)


@pair("backward", "diagonal_only", "softmax_applied_twice", serves="both", given="output")
def sigmoid_style_and_softmax_twice(a, v):
    s = soft(a)
    return v * s * (1 - s)


@pair("backward", "diagonal_only", "logits_used_as_output", serves="both")
def sigmoid_style_fed_logits(z, v):
    return v * z * (1 - z)


# Wrong, and in no catalogue


@wrong("backward", serves="both", given="output")
def dot_product_added(h, v):
    return h * (v + np.sum(h * v, axis=-1, keepdims=True))


@wrong("backward", serves="both", given="output")
def dot_product_without_the_output(h, v):
    return h * (v - np.sum(v, axis=-1, keepdims=True))


@wrong("backward", serves="both", given="output")
def tanh_layer(a, v):
    return v * (1 - a**2)


@wrong("backward", serves="both", given="output")
def mean_in_place_of_the_sum(h, v):
    return h * (v - np.mean(h * v, axis=-1, keepdims=True))


@wrong("backward", serves="both", given="output")
def squared_output_in_front(h, v):
    return h**2 * (v - np.sum(h * v, axis=-1, keepdims=True))


@wrong("backward", serves="single")
class LayerWithReversedError:
    def forward(self, z):
        self.h = soft(z)
        return self.h

    def backward(self, v):
        v = v[::-1]
        return self.h * (v - self.h @ v)


@wrong("backward", serves="both", given="output")
def output_forgotten_in_front(h, v):
    return v - np.sum(h * v, axis=-1, keepdims=True)


@wrong("backward", serves="single", given="output")
def matrix_applied_twice(h, v):
    J = np.diag(h) - np.outer(h, h)
    return J @ J @ v


@wrong("backward", serves="both", given="output")
def error_divided_by_output(h, v):
    return v / h


@wrong("backward", serves="both", given="output", multiple=True)
def minus_the_gradient(h, v):
    return h * (np.sum(h * v, axis=-1, keepdims=True) - v)


@wrong("backward", given="output")
def next_sample_in_the_dot_product(h, v):
    s = np.sum(h * v, axis=1, keepdims=True)
    return h * (v - np.roll(s, 1, axis=0))


@wrong("backward")
class LayerWithTheInverseMatrix:
    def forward(self, z):
        self.h = soft(z)
        return self.h

    def backward(self, v):
        out = np.empty_like(v)
        for i, h in enumerate(self.h):
            out[i] = np.linalg.solve(np.diag(h) + np.outer(h, h), v[i])
        return out


def backward_with_a_closure():
    def forget_nothing(z, upstream):
        cache = {"h": soft(z)}

        def run(error):
            h = cache["h"]
            return h * (error - np.sum(h * error, axis=-1, keepdims=True))

        return run(upstream)

    return correct("backward", serves="both")(forget_nothing)


closure = backward_with_a_closure()


@correct("backward")
class LayerThatCountsItsCalls:
    calls = 0

    def forward(self, z):
        LayerThatCountsItsCalls.calls += 1
        m = z.max(axis=1).reshape(-1, 1)
        e = np.exp(z - m)
        self.out = e / e.sum(axis=1).reshape(-1, 1)
        return self.out

    def backward(self, dout):
        dz = []
        for a, d in zip(self.out, dout, strict=True):
            dz.append(a * d - a * (a @ d))
        return dz


@correct("backward", layout="columns")
class LayerForColumns:
    def forward(self, Z):
        E = np.exp(Z - Z.max(axis=0, keepdims=True))
        self.A = E / E.sum(axis=0, keepdims=True)
        return self.A

    def backward(self, dA):
        return self.A * (dA - np.einsum("ij,ij->j", self.A, dA))


@correct("backward", serves="both", given="output")
def with_matmul_for_the_dot_product(h, v):
    dot = h[..., None, :] @ v[..., :, None]
    return h * (v - dot[..., 0])


@correct("backward", serves="both", given="output")
def diagonal_part_and_the_rest(h, v):
    own = v * h * (1 - h)
    others = h * ((h * v).sum(axis=-1, keepdims=True) - h * v)
    return own - others


@wrong("backward", "off_diagonal_sign", serves="both", given="output")
def diagonal_part_plus_the_rest(h, v):
    own = v * h * (1 - h)
    others = h * ((h * v).sum(axis=-1, keepdims=True) - h * v)
    return own + others


@wrong("backward", "diagonal_only", serves="single", given="output")
def matrix_whose_rest_was_zeroed(h, v):
    J = np.diag(h) - np.outer(h, h)
    J[~np.eye(len(h), dtype=bool)] = 0
    return np.dot(J, v).reshape(-1, 1)


@wrong("backward", "missing_dot_product")
class LayerThatMultipliesByItsOutput:
    def forward(self, z):
        self.out = soft(z)
        return self.out

    def backward(self, grad):
        return np.array([o * g for o, g in zip(self.out, grad, strict=True)])


@wrong("backward", serves="both")
class LayerWithLogisticDerivative:
    def forward(self, z):
        self.z = z
        return soft(z)

    def backward(self, grad):
        s = 1 / (1 + np.exp(-self.z))
        return grad * s * (1 - s)


@correct("backward", serves="one", layout="columns", given="output")
def one_column_only(a, da):
    assert a.shape[1] == 1
    return (np.diagflat(a) - a @ a.T) @ da


@correct("backward", serves="one")
class LayerForOneRow:
    def forward(self, z):
        assert z.shape[0] == 1
        e = np.exp(z - z.max())
        self.output = e / e.sum()
        return self.output

    def backward(self, grad):
        n = self.output.size
        tiled = np.tile(self.output.T, (1, n))
        return grad @ (tiled * (np.identity(n) - tiled.T))


@wrong("backward", "diagonal_only", serves="one")
class ElementwiseLayerForOneRow:
    def forward(self, z):
        assert z.shape[0] == 1
        self.output = np.exp(z) / np.sum(np.exp(z))
        return self.output

    def backward(self, grad):
        return grad * self.output * (1 - self.output)
