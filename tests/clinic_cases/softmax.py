"""Functions that claim to be softmax itself."""

import math

import numpy as np

from clinic_cases.case import case, correct, fragile, pair, wrong

NOTHING = ()


# Correct


@correct("softmax", serves="single")
def scalar_loops_with_shift(z):
    biggest = max(z)
    total = 0.0
    for value in z:
        total += math.exp(value - biggest)
    result = []
    for value in z:
        result.append(math.exp(value - biggest) / total)
    return result


@correct("softmax", serves="single", lists=True)
def only_for_real_lists(z):
    top = z[z.index(max(z))]
    e = [math.exp(value - top) for value in z]
    return [value / sum(e) for value in e]


@correct("softmax", serves="both")
def last_axis_with_shift(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@correct("softmax")
def rows_only_with_newaxis(scores):
    shifted = scores - scores.max(axis=1)[:, np.newaxis]
    exps = np.exp(shifted)
    return exps / exps.sum(axis=1)[:, np.newaxis]


@correct("softmax", layout="columns")
def samples_in_columns(Z):
    A = np.exp(Z - Z.max(axis=0))
    return A / A.sum(axis=0)


@correct("softmax", serves="both")
def through_log_sum_exp(z):
    m = np.max(z, axis=-1, keepdims=True)
    lse = m + np.log(np.sum(np.exp(z - m), axis=-1, keepdims=True))
    return np.exp(z - lse)


@correct("softmax", serves="both")
def double_transpose(x):
    x = np.asarray(x)
    y = np.exp(x.T - x.T.max(axis=0))
    return (y / y.sum(axis=0)).T


@correct("softmax", serves="both")
def in_single_precision(z):
    z = np.asarray(z, dtype=np.float32)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@correct("softmax", serves="single")
def one_over_sum_of_differences(z):
    with np.errstate(over="ignore"):
        return np.array([1 / np.sum(np.exp(z - z_k)) for z_k in z])


@correct("softmax")
def in_place_on_its_own_copy(z):
    out = np.array(z, dtype=float)
    for row in out:
        row -= row.max()
        np.exp(row, out=row)
        row /= row.sum()
    return out


# Right until something unusual comes


@fragile("softmax", "no_shift", serves="single")
def scalar_comprehension_without_shift(z):
    total = sum(math.exp(value) for value in z)
    return [math.exp(value) / total for value in z]


@fragile("softmax", "no_shift")
def textbook_formula_on_rows(X):
    return np.exp(X) / np.sum(np.exp(X), axis=1, keepdims=True)


@fragile("softmax", "no_shift", layout="columns")
def textbook_formula_on_columns(Z):
    t = np.exp(Z)
    return t / np.sum(t, axis=0, keepdims=True)


@fragile("softmax", "shift_over_batch", serves="both")
def one_maximum_for_all(x):
    e_x = np.exp(x - np.max(x))
    return e_x / e_x.sum(axis=-1, keepdims=True)


@fragile("softmax", "shift_over_batch")
def one_maximum_for_all_with_reshape(x):
    shifted = x - x.max()
    e = np.exp(shifted)
    return e / np.sum(e, axis=1).reshape(-1, 1)


@fragile("softmax", "logits_clipped", serves="both")
def clipped_against_overflow(z):
    z = np.clip(z, -50, 50)
    e = np.exp(z)
    return e / np.sum(e, axis=-1, keepdims=True)


@fragile("softmax", "logits_clipped")
def clipped_with_minimum_and_maximum(z):
    e = np.exp(np.minimum(np.maximum(z, -30.0), 30.0))
    return e / e.sum(axis=1, keepdims=True)


@fragile("softmax", "integer_truncation", serves="single")
def buffer_like_the_input(z):
    z = np.asarray(z)
    h = np.zeros_like(z)
    m = z.max()
    total = np.exp(z - m).sum()
    for k in range(len(z)):
        h[k] = math.exp(z[k] - m) / total
    return h


@case("softmax", "fragile", [("integer_truncation", "sum_over_batch"), NOTHING], serves="both")
def buffer_like_the_input_for_any_shape(z):
    out = np.zeros_like(z)
    e = np.exp(z - np.max(z))
    out[...] = e / e.sum()
    return out


@fragile("softmax", "integer_truncation")
def rows_into_a_buffer_like_the_input(z):
    result = np.empty_like(z)
    for i, row in enumerate(z):
        e = np.exp(row - row.max())
        result[i] = e / e.sum()
    return result


@fragile("softmax", "sum_over_batch", serves="both")
def meant_for_one_vector(x):
    e_x = np.exp(x - np.max(x))
    return e_x / e_x.sum()


@fragile("softmax", "wrong_axis", serves="both")
def first_axis_everywhere(x):
    e_x = np.exp(x - np.max(x, axis=0))
    return e_x / e_x.sum(axis=0)


# Wrong, with a name


@wrong("softmax", "wrong_axis")
def rows_normalised_downwards(z):
    n_samples, _ = z.shape
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / np.sum(e, axis=0).reshape(1, -1).repeat(n_samples, axis=0)


@wrong("softmax", "wrong_axis", layout="columns")
def columns_normalised_sideways(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@wrong("softmax", "sum_over_batch")
def loops_with_one_total(z):
    biggest = max(max(row) for row in z)
    total = 0.0
    for row in z:
        for value in row:
            total += math.exp(value - biggest)
    return [[math.exp(value - biggest) / total for value in row] for row in z]


@wrong("softmax", "sum_over_batch", layout="columns")
def columns_with_one_total(Z):
    assert Z.ndim == 2
    E = np.exp(Z - Z.max())
    return E / E.sum()


@wrong("softmax", "missing_keepdims", square=True)
def divides_by_a_flat_sum(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


@wrong("softmax", "max_outside_exp", serves="both")
def maximum_subtracted_from_the_exponentials(z):
    m = np.max(z, axis=-1, keepdims=True)
    return (np.exp(z) - m) / np.sum(np.exp(z), axis=-1, keepdims=True)


@wrong("softmax", "max_outside_exp", serves="single")
def misplaced_parenthesis(z):
    total = sum(math.exp(x) for x in z)
    return [(math.exp(x) - max(z)) / total for x in z]


@wrong("softmax", "exp_missing_in_sum", serves="both")
def sum_of_the_logits_below(z):
    return np.exp(z) / np.sum(z, axis=-1, keepdims=True)


@wrong("softmax", "exp_missing", serves="both")
def plain_normalisation(z):
    return z / z.sum(axis=-1, keepdims=True)


@wrong("softmax", "exp_missing", serves="single")
def plain_normalisation_in_a_loop(z):
    total = 0
    for x in z:
        total = total + x
    return np.array([x / total for x in z])


@wrong("softmax", "division_missing", serves="single")
def returns_the_sum_only(z):
    return sum(np.exp(z))


@wrong("softmax", "mutates_input", serves="both")
def shifts_the_callers_array(z):
    z -= z.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


@case("softmax", "wrong", [{"mutates_input"}, ("mutates_input", "integer_truncation")])
def exponentials_into_the_callers_array(z):
    for i in range(z.shape[0]):
        z[i] -= np.max(z[i])
        z[i] = np.exp(z[i]) / np.sum(np.exp(z[i]))
    return z


@pair("softmax", "max_outside_exp", "wrong_axis")
def maximum_outside_and_downwards(z):
    rows, _ = z.shape
    e = np.exp(z)
    top = np.tile(z.max(axis=0), (rows, 1))
    return (e - top) / e.sum(axis=0)


# Wrong, and in no catalogue


@wrong("softmax", serves="both")
def temperature_of_two(z):
    e = np.exp((z - np.max(z, axis=-1, keepdims=True)) / 2)
    return e / e.sum(axis=-1, keepdims=True)


@wrong("softmax", serves="both")
def powers_of_two(z):
    e = 2.0 ** (z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@wrong("softmax", serves="single")
def last_class_dropped_from_the_sum(z):
    e = np.exp(z - z.max())
    return e / e[:-1].sum()


@wrong("softmax", serves="both")
def softmin(z):
    e = np.exp(-(z - z.min(axis=-1, keepdims=True)))
    return e / e.sum(axis=-1, keepdims=True)


@wrong("softmax", serves="both")
def logistic_instead(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


@case("softmax", "wrong", [{"division_missing"}, NOTHING], serves="both")
def exponentials_without_division(z):
    return np.exp(z)


@wrong("softmax", serves="both")
def log_softmax_instead(z):
    m = np.max(z, axis=-1, keepdims=True)
    return z - m - np.log(np.sum(np.exp(z - m), axis=-1, keepdims=True))


@wrong("softmax", serves="both")
def length_one_in_the_euclidean_sense(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sqrt((e**2).sum(axis=-1, keepdims=True))


@wrong("softmax", serves="single")
def own_class_left_out_of_the_sum(z):
    e = [math.exp(x - max(z)) for x in z]
    return [e_k / (sum(e) - e_k) for e_k in e]


@wrong("softmax", "one_added_to_sum", serves="single")
def total_starts_at_one(z):
    total = 1.0
    for x in z:
        total += math.exp(x)
    return [math.exp(x) / total for x in z]


@wrong("softmax", serves="both", multiple=True)
def percent(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return 100 * e / e.sum(axis=-1, keepdims=True)


@correct("softmax", serves="both")
class SoftmaxToCall:
    def __init__(self, axis=-1):
        self.axis = axis

    def __call__(self, z):
        e = np.exp(z - np.max(z, axis=self.axis, keepdims=True))
        return e / np.sum(e, axis=self.axis, keepdims=True)


@correct("softmax", serves="both")
def says_what_it_does(z):
    print("softmax of", z)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    print("sum", e.sum())
    return e / e.sum(axis=-1, keepdims=True)


@correct("softmax", serves="both")
def takes_more_arguments(z, axis=-1, temperature=1.0, *, out=None):
    e = np.exp((z - np.max(z, axis=axis, keepdims=True)) / temperature)
    return np.divide(e, e.sum(axis=axis, keepdims=True), out=out)


@correct("softmax")
def nested_lists(batch):
    result = []
    for z in batch:
        biggest = max(z)
        e = [math.exp(x - biggest) for x in z]
        result.append([x / sum(e) for x in e])
    return result


@correct("softmax", serves="single")
def through_the_logistic_function_of_the_rest(z):
    h = []
    for k in range(len(z)):
        others = [x for j, x in enumerate(z) if j != k]
        top = max(others)
        rest = top + math.log(sum(math.exp(x - top) for x in others))
        d = float(z[k]) - rest
        h.append(1 / (1 + math.exp(-d)) if d > 0 else math.exp(d) / (1 + math.exp(d)))
    return h


@fragile("softmax", "no_shift")
class NaiveLayerToCall:
    def __call__(self, z):
        self.e = np.exp(z)
        return np.array([row / row.sum() for row in self.e])


@case("softmax", "fragile", [{"no_shift"}, NOTHING], serves="both")
def shifted_by_the_mean(z):
    e = np.exp(z - np.mean(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@wrong("softmax", "mutates_input", serves="single")
def exponential_in_place(z):
    np.subtract(z, z.max(), out=z)
    e = np.exp(z)
    return list(e / sum(e))


@correct("softmax", serves="one")
def one_row_only(z):
    assert z.shape[0] == 1
    e = np.exp(z - z.max())
    return e / e.sum()


@correct("softmax", serves="one", layout="columns")
def one_column_only(z):
    assert z.shape[1] == 1
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


@fragile("softmax", "no_shift", serves="one", layout="columns")
def one_column_without_shift(z):
    assert z.shape == (len(z), 1)
    return np.exp(z) / np.exp(z).sum()
