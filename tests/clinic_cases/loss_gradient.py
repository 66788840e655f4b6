"""Functions and layers that claim to be the gradient of the loss at the logits."""

import math

import numpy as np

from clinic_cases.case import case, correct, fragile, pair, wrong

NOTHING = ()


def soft(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def one_hot(y, n):
    return np.eye(n)[y]


# Correct


@correct("loss_gradient")
def output_minus_target_over_N(z, t):
    return (soft(z) - t) / z.shape[0]


@correct("loss_gradient", given="output")
def from_the_output_over_len(h, t):
    return (h - t) / len(t)


@correct("loss_gradient", serves="single")
def one_sample_in_scalars(z, t):
    top = max(z)
    e = [math.exp(x - top) for x in z]
    total = sum(e)
    return [e_k / total - t_k for e_k, t_k in zip(e, t, strict=True)]


@correct("loss_gradient", targets="labels")
def one_taken_off_at_the_label(z, y):
    grad = soft(z)
    grad[np.arange(len(y)), y] -= 1
    grad /= len(y)
    return grad


@correct("loss_gradient", targets="labels", serves="single")
def one_label(z, label):
    h = soft(z)
    return np.array([h[k] - (k == label) for k in range(len(z))])


@correct("loss_gradient", layout="columns")
def columns_over_shape_one(Z, T):
    E = np.exp(Z - Z.max(axis=0))
    return (E / E.sum(axis=0) - T) / Z.shape[1]


@correct("loss_gradient", layout="columns", targets="labels", reduction="sum")
def columns_with_labels(Z, y):
    E = np.exp(Z - Z.max(axis=0))
    A = E / E.sum(axis=0)
    A[y, np.arange(y.size)] -= 1
    return A


@correct("loss_gradient", serves="both", reduction="sum")
def difference_for_a_sum(z, t):
    return soft(z) - t


@correct("loss_gradient", serves="both", reduction="none", given="output")
def difference_for_no_reduction(h, t):
    return np.subtract(h, t)


@correct("loss_gradient", targets="any")
def output_times_target_sum(z, t):
    return (soft(z) * t.sum(axis=1, keepdims=True) - t) / len(z)


@correct("loss_gradient", targets="any", serves="single")
def sum_over_classes_for_any_target(z, t):
    h, n = soft(z), z.size
    return [sum(t[i] * (h[k] - (i == k)) for i in range(n)) for k in range(n)]


@correct("loss_gradient", loss="squared_error")
def squared_error_through_the_matrix(z, t):
    h = soft(z)
    rows = []
    for h_row, t_row in zip(h, t, strict=True):
        J = np.diag(h_row) - np.outer(h_row, h_row)
        rows.append(J @ (2 * (h_row - t_row)))
    return np.array(rows) / len(z)


@correct("loss_gradient", loss="squared_error", given="output", reduction="sum", serves="both")
def squared_error_without_the_matrix(h, t):
    d = 2 * (h - t)
    return h * (d - (h * d).sum(axis=-1, keepdims=True))


@correct("loss_gradient")
class LossLayer:
    def forward(self, z, t):
        self.t, self.h = t, soft(z)
        shifted = z - z.max(axis=1, keepdims=True)
        log_h = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return -np.sum(t * log_h) / len(z)

    def backward(self):
        return (self.h - self.t) / self.t.shape[0]


@correct("loss_gradient", targets="labels")
class LossLayerWithLabels:
    def forward(self, z, y):
        self.probabilities, self.y = soft(z), y
        with np.errstate(divide="ignore"):
            return np.mean(-np.log(self.probabilities[np.arange(y.size), y]))

    def backward(self):
        d = self.probabilities.copy()
        d[np.arange(self.y.size), self.y] -= 1
        return d / self.y.size


@correct("loss_gradient", reduction="sum", serves="both")
def in_single_precision(z, t):
    return soft(np.float32(z)) - np.float32(t)


@correct("loss_gradient")
def minus_target_minus_output(z, t):
    N = float(len(z))
    return -(t - soft(z)) * (1.0 / N)


# Right until something unusual comes


@fragile("loss_gradient", "binary_through_diagonal", given="output")
def binary_through_the_diagonal(h, t):
    d_h = -t / h + (1 - t) / (1 - h)
    return d_h * h * (1 - h) / len(h)


@fragile("loss_gradient", "binary_through_diagonal")
def binary_through_the_diagonal_from_logits(z, t):
    a = soft(z)
    d_a = np.divide(1 - t, 1 - a) - np.divide(t, a)
    return np.multiply(d_a, a * (1 - a)) / z.shape[0]


@case("loss_gradient", "fragile", [{"division_by_zero"}, NOTHING])
def chain_rule_with_a_division(z, t):
    out = np.empty(z.shape)
    for i, h in enumerate(soft(z)):
        J = np.diag(h) - np.outer(h, h)
        out[i] = J @ (-t[i] / h) / len(z)
    return out


@case("loss_gradient", "fragile", [{"no_shift"}, NOTHING])
def right_with_naive_exponentials(z, t):
    e = np.exp(z)
    return (e / e.sum(axis=1, keepdims=True) - t) / len(z)


# Wrong, with a name


@wrong("loss_gradient", "missing_mean", given="output")
def mean_forgotten(h, t):
    samples, _ = h.shape
    return (h - t).reshape(samples, -1)


@wrong("loss_gradient", "missing_mean", targets="labels")
def mean_forgotten_with_labels(z, y):
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    p[range(z.shape[0]), y] -= 1
    return p


@case("loss_gradient", ("wrong", "fragile"), {"missing_mean"}, serves="both")
def mean_forgotten_for_any_shape(z, t):
    return soft(z) - t


@wrong("loss_gradient", "missing_mean", loss="squared_error")
def mean_forgotten_for_squared_error(z, t):
    h = soft(z)
    d = 2.0 * (h - t)
    return h * (d - np.einsum("ij,ij->i", h, d).reshape(-1, 1))


@wrong("loss_gradient", "mean_twice")
def mean_in_the_loss_and_again(z, t):
    N = len(z)
    return (soft(z) - t) / N / N


@wrong("loss_gradient", "mean_twice", targets="labels")
class MeanTwiceLayer:
    def forward(self, z, y):
        self.p = soft(z)
        self.y = one_hot(y, z.shape[1])
        return -np.sum(self.y * np.log(self.p + 1e-12)) / len(y)

    def backward(self):
        grad = (self.p - self.y) / len(self.y)
        return grad / self.p.shape[0]


@wrong("loss_gradient", "mean_over_entries")
def divided_by_size(z, t):
    assert z.ndim == 2
    return (soft(z) - t) / z.size


@wrong("loss_gradient", "mean_over_entries", layout="columns", given="output")
def columns_divided_by_both(A, Y):
    n, m = Y.shape
    return 1 / (n * m) * (A - Y)


@wrong("loss_gradient", "sign_flipped", serves="single")
def target_minus_output(z, t):
    return t - soft(z)


@wrong("loss_gradient", "sign_flipped", given="output")
def delta_rule_sign(out, target):
    return (target - out) / target.shape[0]


@wrong("loss_gradient", "sign_flipped", targets="labels", reduction="sum")
def sign_flipped_with_labels(z, y):
    return one_hot(y, z.shape[1]) - soft(z)


@wrong("loss_gradient", "softmax_forgotten")
def logits_minus_target(z, t):
    return (z - t) / z.shape[0]


@wrong("loss_gradient", "softmax_forgotten", targets="labels", reduction="sum")
def logits_minus_one_at_the_label(z, y):
    d = z.copy()
    d[np.arange(len(y)), y] -= 1
    return d


@wrong("loss_gradient", "softmax_applied_twice", given="output")
def softmax_of_the_output(h, t):
    return (soft(h) - t) / len(h)


@wrong("loss_gradient", "softmax_applied_twice")
class LossLayerOnTopOfSoftmax:
    def forward(self, z, t):
        self.p, self.t = soft(soft(z)), t
        return -np.mean(np.sum(t * np.log(self.p), axis=1))

    def backward(self):
        return (self.p - self.t) / len(self.t)


@wrong("loss_gradient", "diagonal_only", serves="single")
def cross_entropy_through_the_diagonal(z, t):
    h = soft(z)
    return (-t / h) * (h * (1 - h))


@wrong("loss_gradient", "diagonal_only", given="output", reduction="sum")
def target_times_one_minus_output(h, t):
    return -t * (1 - h)


@wrong("loss_gradient", "diagonal_only", loss="squared_error")
def squared_error_through_the_diagonal(z, t):
    h = soft(z)
    return 2 * (h - t) * h * (1 - h) / len(z)


@case(
    "loss_gradient",
    "wrong",
    [{"diagonal_only"}, ("diagonal_only", "missing_factor_two")],
    loss="squared_error",
    serves="single",
    given="output",
)
def halved_squared_error_through_the_diagonal(h, t):
    return [(h_k - t_k) * h_k * (1 - h_k) for h_k, t_k in zip(h, t, strict=True)]


@wrong("loss_gradient", "fused_times_diagonal")
def shortcut_times_diagonal(z, t):
    h = soft(z)
    return (h - t) * h * (1 - h) / len(h)


@wrong("loss_gradient", "fused_times_diagonal", serves="single", given="output")
def shortcut_times_derivative(a, y):
    error = a - y
    return error * (a - a**2)


@wrong("loss_gradient", "fused_times_jacobian", serves="single")
def shortcut_times_matrix(z, t):
    h = soft(z)
    return (np.diag(h) - np.outer(h, h)) @ (h - t)


@wrong("loss_gradient", "fused_times_jacobian", given="output")
def shortcut_times_stack(h, t):
    J = np.einsum("ij,jk->ijk", h, np.eye(h.shape[1])) - np.einsum("ij,ik->ijk", h, h)
    return np.einsum("ijk,ik->ij", J, h - t) / h.shape[0]


@wrong("loss_gradient", "binary_cross_entropy", given="output")
def binary_formula(h, t):
    return (h - t) / (h * (1 - h)) / len(h)


@wrong("loss_gradient", "binary_cross_entropy", serves="single")
def binary_formula_in_two_terms(z, t):
    h = soft(z)
    return -(t / h) + (1 - t) / (1 - h)


@case("loss_gradient", ("wrong", "fragile"), {"soft_target_argmax"})
def largest_target_taken(z, t):
    p = soft(z)
    p[np.arange(len(p)), np.argmax(t, axis=1)] -= 1
    return p / len(p)


@case("loss_gradient", ("wrong", "fragile"), {"soft_target_argmax"}, serves="single")
def largest_target_in_a_loop(z, t):
    h = soft(z)
    k = int(np.argmax(t))
    return [h[i] - 1 if i == k else h[i] for i in range(len(h))]


@wrong("loss_gradient", "label_off_by_one", targets="labels")
def labels_counted_from_one(z, y):
    p = soft(z)
    p[np.arange(len(y)), y - 1] -= 1
    return p / len(y)


@wrong("loss_gradient", "label_off_by_one", targets="labels", serves="single")
def one_label_counted_from_one(z, k):
    g = soft(z)
    g[k - 1] = g[k - 1] - 1.0
    return g


@wrong("loss_gradient", "target_sum_ignored", targets="any")
def sum_of_targets_ignored(z, t):
    return (soft(z) - t) / len(t)


@wrong("loss_gradient", "target_sum_ignored", targets="any", serves="both", reduction="sum")
def sum_of_targets_ignored_for_a_sum(z, t):
    return -t + soft(z)


@wrong("loss_gradient", "wrong_axis")
def softmax_downwards(z, t):
    N, _ = z.shape
    e = np.exp(z - z.max(axis=0))
    return (e / e.sum(axis=0) - t) / N


@wrong("loss_gradient", "wrong_axis", layout="columns", reduction="sum")
def softmax_sideways(Z, T):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True) - T


@wrong("loss_gradient", "whole_batch_softmax")
def one_total_for_the_batch(z, t):
    N, _ = z.shape
    e = np.exp(z)
    return (e / np.sum(e) - t) / N


@case(
    "loss_gradient", ("fragile", "wrong"), {"whole_batch_softmax"}, serves="both", reduction="sum"
)
def vector_softmax_used_on_a_batch(z, t):
    e = np.exp(z - np.max(z))
    return e / e.sum() - t


@wrong("loss_gradient", "mutates_input", given="output", targets="labels")
def ones_taken_off_the_callers_output(h, y):
    h[np.arange(len(y)), y] -= 1
    h /= len(y)
    return h


@wrong("loss_gradient", "mutates_input", given="output")
def difference_in_place(h, t):
    h -= t
    return h / h.shape[0]


@wrong("loss_gradient", "mutates_input", serves="both", reduction="sum")
def logits_shifted_in_place(z, t):
    z -= z.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True) - t


# Two mistakes at once


@pair("loss_gradient", "diagonal_only", "missing_mean")
def diagonal_and_no_mean(z, t):
    N, n = z.shape
    h = soft(z)
    result = np.zeros((N, n))
    for i in range(N):
        for k in range(n):
            result[i, k] = -t[i, k] / h[i, k] * h[i, k] * (1 - h[i, k])
    return result


@pair("loss_gradient", "diagonal_only", "missing_mean", loss="squared_error")
def squared_error_diagonal_and_no_mean(z, t):
    N, n = z.shape
    h = soft(z).reshape(N, n)
    return 2 * (h - t) * h * (1 - h)


@pair("loss_gradient", "sign_flipped", "mean_over_entries")
def sign_and_size(z, t):
    N, n = z.shape
    return (t - soft(z)) / (N * n)


@pair("loss_gradient", "sign_flipped", "missing_mean", given="output")
def sign_and_no_mean(h, t):
    assert h.ndim == 2
    return t - h


@pair("loss_gradient", "softmax_applied_twice", "missing_mean", given="output")
def softmax_twice_and_no_mean(h, t):
    e = np.exp(h)
    return e / e.sum(axis=1, keepdims=True) - t


@pair("loss_gradient", "fused_times_diagonal", "missing_mean", given="output")
def shortcut_times_diagonal_and_no_mean(h, t):
    assert h.ndim == 2
    return (h - t) * h * (1 - h)


@pair("loss_gradient", "fused_times_jacobian", "sign_flipped", serves="single")
def shortcut_times_matrix_and_sign(z, t):
    h = soft(z)
    return (np.diag(h) - np.outer(h, h)) @ (t - h)


@pair("loss_gradient", "label_off_by_one", "missing_mean", targets="labels")
def labels_from_one_and_no_mean(z, y):
    return soft(z) - np.array([np.eye(z.shape[1])[k - 1] for k in y])


@pair("loss_gradient", "softmax_forgotten", "sign_flipped", reduction="sum")
def no_softmax_and_sign(z, t):
    return t - z


@pair("loss_gradient", "binary_cross_entropy", "missing_mean", given="output")
def binary_formula_and_no_mean(h, t):
    assert h.ndim == 2
    return (1 - t) / (1 - h) - t / h


@pair("loss_gradient", "wrong_axis", "missing_mean")
def softmax_downwards_and_no_mean(z, t):
    assert z.ndim == 2
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0) - t


# Wrong, and in no catalogue


@wrong("loss_gradient", serves="both", reduction="sum")
def squared_difference(z, t):
    return (soft(z) - t) ** 2


@wrong("loss_gradient", serves="both", reduction="sum")
def target_halved(z, t):
    return soft(z) - 0.5 * t


@wrong("loss_gradient", serves="both", reduction="sum")
def temperature_of_two(z, t):
    return soft(z / 2) - t


@wrong("loss_gradient", serves="single")
def last_class_dropped(z, t):
    g = soft(z) - t
    g[-1] = 0
    return g


@wrong("loss_gradient", serves="both", reduction="sum")
def logistic_minus_target(z, t):
    return 1 / (1 + np.exp(-z)) - t


@wrong("loss_gradient", serves="single", reduction="sum")
def classes_reversed(z, t):
    return (soft(z) - t)[::-1]


@wrong("loss_gradient", targets="labels", reduction="sum")
def only_the_label_gets_a_gradient(z, y):
    p = soft(z)
    d = np.zeros_like(p)
    for i, k in enumerate(y):
        d[i, k] = p[i, k] - 1
        d[i, (k + 1) % p.shape[1]] = p[i, k]
    return d


@wrong("loss_gradient")
def gradient_at_the_output(z, t):
    return -t / soft(z) / len(z)


@wrong("loss_gradient", loss="squared_error")
def squared_error_without_a_derivative_of_softmax(z, t):
    return 2 * (soft(z) - t) / len(z)


@wrong("loss_gradient", serves="both", reduction="sum", given="output")
def difference_times_output(h, t):
    return h * (h - t)


@wrong("loss_gradient", serves="both", reduction="sum", given="output")
def relative_difference(h, t):
    return (h - t) / h


@wrong("loss_gradient")
class LayerWithLogarithm:
    def forward(self, z, t):
        self.log_h, self.t = np.log(soft(z) + 1e-12), t
        return -np.sum(t * self.log_h) / len(z)

    def backward(self):
        return (self.log_h - self.t) / len(self.t)


@wrong("loss_gradient", multiple=True)
def doubled(z, t):
    return 2 * (soft(z) - t) / len(z)


@wrong("loss_gradient", serves="both", reduction="sum", multiple=True)
def tenth(z, t):
    learning_rate = 0.1
    return learning_rate * (soft(z) - t)


@wrong("loss_gradient", targets="labels", reduction="sum")
def label_subtracted_as_a_number(z, y):
    return soft(z) - y.reshape(-1, 1)


@correct("loss_gradient", targets="labels", serves="both", reduction="sum")
def by_comparison_with_all_classes(z, y):
    h = soft(z)
    return h - (np.expand_dims(y, -1) == np.arange(h.shape[-1]))


@correct("loss_gradient", targets="labels")
def with_add_at(z, y):
    h = soft(z)
    np.add.at(h, (np.arange(len(y)), y), -1.0)
    return h / z.shape[0]


@correct("loss_gradient", serves="single")
def by_central_differences(z, t):
    def loss(x):
        return x.max() + np.log(np.exp(x - x.max()).sum()) - t @ x

    steps = 1e-5 * np.eye(len(z))
    return [(loss(z + e) - loss(z - e)) / 2e-5 for e in steps]


@correct("loss_gradient", loss="squared_error", layout="columns", given="output")
def squared_error_in_columns(A, Y):
    D = 2 * (A - Y) / A.shape[1]
    return A * (D - (A * D).sum(axis=0))


@wrong("loss_gradient", "label_off_by_one", targets="labels")
def label_of_the_next_class(z, y):
    n = z.shape[1]
    return (soft(z) - np.eye(n)[(y + 1) % n]) / len(z)


@wrong("loss_gradient", "fused_times_jacobian")
class LayersThatBothDifferentiateSoftmax:
    def forward(self, z, t):
        self.a, self.t = soft(z), t
        return -np.sum(t * np.log(self.a)) / len(z)

    def backward(self):
        delta = (self.a - self.t) / len(self.t)
        return self.a * (delta - (self.a * delta).sum(axis=1, keepdims=True))


@case("loss_gradient", "wrong", [NOTHING, {"mean_twice"}], reduction="sum")
def mean_where_the_sum_is_declared(z, t):
    N, _ = z.shape
    return (soft(z) - t) / N


@wrong("loss_gradient", "mean_over_entries", targets="labels")
def labels_divided_by_size(z, y):
    g = soft(z)
    for i in range(len(y)):
        g[i, y[i]] -= 1
    return g / g.size


@pair("loss_gradient", "sign_flipped", "mean_twice")
def sign_and_mean_twice(z, t):
    m = len(z)
    return (t - soft(z)) / (m * m)


@pair("loss_gradient", "softmax_applied_twice", "sign_flipped", given="output")
def softmax_twice_and_sign(h, t):
    return -(soft(h) - t) / h.shape[0]


@wrong("loss_gradient", serves="both", reduction="sum")
def smoothed_target(z, t):
    n = t.shape[-1]
    return soft(z) - (0.9 * t + 0.1 / n)


@wrong("loss_gradient", serves="both", reduction="sum")
def added_to_the_target(z, t):
    return soft(z) + t


@correct("loss_gradient", serves="one", layout="columns")
def one_column_only(z, t):
    assert z.shape[1] == 1
    e = np.exp(z - z.max())
    return e / e.sum() - t


@wrong("loss_gradient", "sign_flipped", serves="one", layout="columns", given="output")
def sign_in_one_column(a, y):
    assert a.shape[1] == 1
    return y - a
