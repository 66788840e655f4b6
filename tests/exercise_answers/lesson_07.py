"""Right and wrong answers to the exercises of lesson 7."""

import numpy as np


def agree_by_allclose(a, b):
    same = a.shape == b.shape and bool(np.isfinite(a).all() and np.isfinite(b).all())
    return same and np.allclose(a, b, rtol=0, atol=1e-6 * max(abs(a).max(), abs(b).max()))


def agree_in_a_loop(a, b):
    if np.shape(a) != np.shape(b):
        return False
    largest = max(max(map(abs, a.flat)), max(map(abs, b.flat)))
    if not np.isfinite(a).all() or not np.isfinite(b).all():
        return False
    return all(abs(x - y) <= 1e-6 * largest for x, y in zip(a.flat, b.flat, strict=True))


def agree_as_a_numpy_bool(analytic, numeric):
    if analytic.shape != numeric.shape:
        return np.False_
    largest = np.abs([analytic, numeric]).max()
    return np.isfinite(largest) & (np.abs(analytic - numeric).max() <= 1e-6 * largest)


def agree_by_norms(a, b):
    if a.shape != b.shape:
        return False
    size = max(np.linalg.norm(a.ravel(), np.inf), np.linalg.norm(b.ravel(), np.inf))
    return bool(np.isfinite(size) and np.linalg.norm((a - b).ravel(), np.inf) <= 1e-6 * size)


def agree_with_a_keyword(analytic, numeric, digits=6):
    if analytic.shape != numeric.shape or not np.isfinite([analytic, numeric]).all():
        return False
    largest = np.abs([analytic, numeric]).max()
    return not (np.abs(analytic - numeric) > 10.0**-digits * largest).any()


def agree_on_copies(analytic, numeric):
    a, b = analytic.copy(), numeric.copy()
    if a.shape != b.shape or not (np.isfinite(a) & np.isfinite(b)).all():
        return 0
    largest = max(abs(a).max(), abs(b).max()) or 1.0
    a -= b
    return 1 if abs(a).max() / largest <= 1e-6 else 0


def as_it_was(a, b):
    return abs(a - b).max() < 1e-7


def allclose(a, b):
    return np.allclose(a, b)


def each_entry_by_itself(a, b):
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=0)


def broadcasting(a, b):
    largest = max(abs(a).max(), abs(b).max())
    return bool(np.isfinite(largest) and abs(a - b).max() <= 1e-6 * largest)


def without_an_absolute_value(a, b):
    if a.shape != b.shape:
        return False
    return bool((a - b).max() <= 1e-6 * max(abs(a).max(), abs(b).max()))


def divided(a, b):
    if a.shape != b.shape:
        return False
    with np.errstate(all="ignore"):
        return bool(abs(a - b).max() / max(abs(a).max(), abs(b).max()) <= 1e-6)


def infinities_agree(a, b):
    largest = max(abs(a).max(), abs(b).max())
    return a.shape == b.shape and bool(abs(a - b).max() <= 1e-6 * largest)


def largest_with_its_sign(a, b):
    same = a.shape == b.shape and bool(np.isfinite(a).all() and np.isfinite(b).all())
    return same and bool(abs(a - b).max() <= 1e-6 * max(a.max(), b.max()))


def too_strict(a, b):
    return agree_as_a_numpy_bool(a, b) and bool((a == b).all())


def an_array(a, b):
    return abs(a - b) <= 1e-6 * abs(a).max()


def the_error(a, b):
    return abs(a - b).max()


def measured_by_the_analytic(a, b):
    return agree_by_allclose(a, b) if abs(a).max() > 0 else True


def overwriting_the_difference(a, b):
    said = agree_by_allclose(a, b)
    if a.shape == b.shape:
        a -= b
    return said


def one_line(f, x, u):
    return f(x + 1e-20j * np.asarray(u)).imag / 1e-20


def as_an_array(f, x, u):
    return np.array(f(x.astype(complex) + 1j * 1e-30 * u).imag) / 1e-30


def in_place_on_a_copy(f, x, u):
    moved = x.astype(complex)
    moved += 1e-20j * u
    return np.imag(f(moved)) / 1e-20


def filled(f, x, u):
    at = np.empty(np.shape(x), complex)
    at.real, at.imag = x, 1e-100 * np.asarray(u, float)
    return float(f(at).imag * 1e100)


def in_a_loop(f, x, u):
    at = x.astype(complex)
    for place in np.ndindex(at.shape):
        at[place] += 1j * 1e-20 * u[place]
    return f(at).imag / 1e-20


def with_a_keyword(f, x, u, step=1e-25):
    return f(x + complex(0, step) * u).imag / step


def central(f, x, u):
    return (f(x + 1e-5 * u) - f(x - 1e-5 * u)) / 2e-5


def forward(f, x, u):
    return (f(x + 1e-8 * u) - f(x + 0.0)) / 1e-8


def the_real_part(f, x, u):
    return f(x + 1e-20j * u).real / 1e-20


def the_gradient(f, x, u):
    x = x.astype(complex)
    found = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        moved = x.copy()
        moved[place] += 1e-20j
        found[place] = f(moved).imag / 1e-20
    return found


def the_parts(f, x, u):
    return the_gradient(f, x, u) * u


def entry_by_entry(f, x, u):
    return (the_gradient(f, x, u) * u).sum()


def all_entries_alike(f, x, u):
    return f(x + 1e-20j).imag / 1e-20


def of_length_one(f, x, u):
    return f(x + 1e-20j * u / np.linalg.norm(u)).imag / 1e-20


def not_divided(f, x, u):
    return f(x + 1e-20j * u).imag


def backwards(f, x, u):
    return f(x - 1e-20j * u).imag / 1e-20


def a_real_step(f, x, u):
    return (f(x + 1e-20 * u) - 0.0).imag / 1e-20


def a_large_step(f, x, u):
    return f(x + 1e-2j * u).imag / 1e-2


def overwriting_x(f, x, u):
    right = f(x + 1e-20j * u).imag / 1e-20
    x[...] = 0
    return right


RIGHT = {
    "7.1": [[1, 4, 15], [0, 3, 14], [2, 5, 16], ["1", "4", "15"]],
    "7.2": [
        *(agree_by_allclose, agree_in_a_loop, agree_as_a_numpy_bool, agree_by_norms),
        *(agree_with_a_keyword, agree_on_copies),
    ],
    "7.3": [one_line, as_an_array, in_place_on_a_copy, filled, in_a_loop, with_a_keyword],
}

WRONG = {
    "7.1": [
        ([8, 11, 15], "a cost of the size of 1"),
        ([8, 10, 16], "a cost of the size of 1"),
        ([1, 4, 8], "10⁷ the cost is stored in units of 2·10⁻⁹. Complex, too few: which part of C"),
        ([1, 4, 13], "Complex, too few"),
        ([6, 9, 15], "Forward, too many"),
        ([1, 8, 15], "Central, too many: how much is one unit, divided by the whole distance"),
        ([8, 4, 15], "Forward, too many: how much is one unit, divided by the step"),
        ([4, 1, 15], "Forward, too many: how much is one unit, divided by the step of 1.5·10⁻⁸? C"),
        ([1, 4, np.inf], "entry 2 is not finite"),
        ([1, 4], "shape (3,)"),
        (15, "shape (3,)"),
    ],
    "7.2": [
        (as_it_was, "a fixed number, or the size"),
        (allclose, "a fixed number, or the size"),
        (each_entry_by_itself, "never measured as 0"),
        (broadcasting, "NumPy stretches"),
        (without_an_absolute_value, "True for two that differ in the fifth digit"),
        (divided, "Is anything divided by it?"),
        (infinities_agree, "True for a gradient and one with an infinity"),
        (too_strict, "False for two gradients, equal in nine digits"),
        (largest_with_its_sign, "all negative, equal in nine digits. What is the largest entry"),
        (an_array, "a single True or False is asked for"),
        (the_error, "a single True or False is asked for"),
        (measured_by_the_analytic, "True for zeros and a tiny gradient"),
        (overwriting_the_difference, "it overwrites `a`"),
        (lambda a, b: True, "True for a gradient and twice"),
        (0.5, "a function is asked for"),
    ],
    "7.3": [
        (central, "it called `f` 2 times"),
        (forward, "nearly right, as a difference is"),
        (the_real_part, "Which part of f(x + isu) holds the change?"),
        (the_gradient, "this is the gradient"),
        (the_parts, "one an entry"),
        (entry_by_entry, "it called `f` 3 times"),
        (all_entries_alike, "the slope along (1, 1, …, 1)"),
        (of_length_one, "a step of length 1"),
        (not_divided, "it answers 0"),
        (backwards, "the other way round"),
        (a_real_step, "it answers 0"),
        (a_large_step, "Was something rounded, or approximated?"),
        (overwriting_x, "it overwrites `x`"),
        (2.0, "a function is asked for"),
    ],
}
