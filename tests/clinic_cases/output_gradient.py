"""Functions that claim to be the gradient of the loss at the output."""

import numpy as np

from clinic_cases.case import case, correct, fragile, pair, wrong

NOTHING = ()


# Correct


@correct("output_gradient")
def division_only_where_there_is_weight(h, t):
    out = np.zeros(h.shape)
    np.divide(-t, h, out=out, where=t != 0)
    return out / len(h)


@correct("output_gradient", serves="single")
def scalars_with_a_guard(h, t):
    return [-t_k / h_k if t_k > 0 else 0.0 for h_k, t_k in zip(h, t, strict=True)]


@correct("output_gradient", targets="labels")
def only_the_label_has_a_gradient(h, y):
    d = np.zeros_like(h)
    rows = np.arange(len(y))
    d[rows, y] = -1 / h[rows, y]
    return d / len(y)


@correct("output_gradient", loss="squared_error")
def twice_the_difference(h, t):
    return 2 * (h - t) / h.shape[0]


@correct("output_gradient", loss="squared_error", reduction="sum", serves="both", given="output")
def difference_added_to_itself(h, t):
    d = h - t
    return d + d


@correct("output_gradient", loss="squared_error", layout="columns")
def twice_the_difference_in_columns(A, Y):
    m = A.shape[1]
    return (2 / m) * (A - Y)


# Right until something unusual comes


@fragile("output_gradient", "division_by_zero")
def unguarded_division(h, t):
    return -t / h / len(h)


@fragile("output_gradient", "division_by_zero", reduction="sum", serves="both")
def unguarded_division_for_a_sum(h, t):
    return -np.divide(t, h)


@fragile("output_gradient", "division_by_zero", layout="columns", reduction="none")
def unguarded_division_in_columns(A, Y):
    dA = np.zeros(A.shape)
    for i in range(A.shape[1]):
        dA[:, i] = -(Y[:, i] / A[:, i])
    return dA


# Wrong, with a name


@wrong("output_gradient", "missing_factor_two", loss="squared_error")
def factor_two_lost(h, t):
    return (h - t) / len(h)


@wrong("output_gradient", "missing_factor_two", loss="squared_error", serves="single")
def factor_two_lost_in_a_loop(h, t):
    return [h[k] - t[k] for k in range(len(h))]


@wrong("output_gradient", "missing_mean", loss="squared_error")
def mean_forgotten(h, t):
    N, _ = h.shape
    return np.concatenate([2 * (h[i : i + 1] - t[i : i + 1]) for i in range(N)])


@wrong("output_gradient", "missing_mean", targets="labels")
def mean_forgotten_with_labels(h, y):
    d = np.zeros(h.shape)
    for i, k in enumerate(y):
        d[i, k] = -1.0 / h[i, k]
    return d


@wrong("output_gradient", "mean_over_entries", loss="squared_error")
def divided_by_size(h, t):
    assert h.ndim == 2
    return 2 * (h - t) / h.size


@wrong("output_gradient", "mean_over_entries", loss="squared_error", layout="columns")
def columns_divided_by_size(A, Y):
    return 2 * (A - Y) / np.prod(A.shape)


@wrong("output_gradient", "swapped_arguments", reduction="sum", serves="both")
def fraction_upside_down(h, t):
    return -h / t


@wrong("output_gradient", "swapped_arguments")
def arguments_in_the_other_order(h, t):
    return -h / t / t.shape[0]


@case("output_gradient", ("wrong", "fragile"), {"soft_target_argmax"})
def largest_target_taken(h, t):
    d = np.zeros_like(h)
    for i in range(len(h)):
        k = t[i].argmax()
        d[i, k] = -1 / h[i, k]
    return d / len(h)


@case("output_gradient", ("wrong", "fragile"), {"soft_target_argmax"}, serves="single")
def largest_target_of_one_sample(h, t):
    k = np.argmax(t)
    e = np.eye(len(h))[k]
    return -e / h[k]


@wrong("output_gradient", "binary_cross_entropy", reduction="sum", serves="both")
def binary_derivative(h, t):
    return -t / h + (1 - t) / (1 - h)


@wrong("output_gradient", "binary_cross_entropy")
def binary_derivative_with_minus_outside(h, t):
    return -(np.divide(t, h) - np.divide(1 - t, 1 - h)) / len(t)


@wrong("output_gradient", "binary_sign", reduction="sum", serves="both")
def binary_derivative_wrong_sign(h, t):
    return -t / h - (1 - t) / (1 - h)


@wrong("output_gradient", "binary_sign")
def binary_derivative_wrong_sign_averaged(h, t):
    return -1 / len(h) * (t / h + (1 - t) / (1 - h))


@pair("output_gradient", "missing_factor_two", "missing_mean", loss="squared_error")
def factor_and_mean_lost(h, t):
    assert h.ndim == 2
    return h - t


@pair("output_gradient", "missing_factor_two", "mean_over_entries", loss="squared_error")
def factor_lost_and_divided_by_size(h, t):
    N, n = h.shape
    return (h - t) / (n * N)


@pair("output_gradient", "binary_cross_entropy", "missing_mean")
def binary_and_no_mean(h, t):
    assert h.ndim == 2
    return (h - t) / (h * (1 - h))


# Wrong, and in no catalogue


@wrong("output_gradient", loss="squared_error", serves="both", reduction="sum")
def sign_of_the_difference(h, t):
    return np.sign(h - t)


@wrong("output_gradient", serves="both", reduction="sum")
def square_below(h, t):
    return -t / h**2


@wrong("output_gradient", serves="both", reduction="sum")
def logarithm_itself(h, t):
    return -np.log(h)


@wrong("output_gradient")
def gradient_at_the_logits(h, t):
    return (h - t) / len(h)


@wrong("output_gradient", loss="squared_error", serves="both", reduction="sum")
def squared_error_through_softmax(h, t):
    d = 2 * (h - t)
    return h * (d - np.sum(h * d, axis=-1, keepdims=True))


@wrong("output_gradient", loss="squared_error", serves="both", reduction="sum", multiple=True)
def four_times(h, t):
    return 4 * (h - t)


@wrong("output_gradient", reduction="sum", serves="both")
def logarithm_differentiated_as_itself(h, t):
    return -t * np.log(h)
