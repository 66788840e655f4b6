"""What the formulas stand on: rows of classes, gone over in blocks, without needless rounding.

Nothing here is a formula of softmax. Every function works along the last axis, and a row is what
lies along it.
"""

from functools import cache

import numpy as np

from softmax_lab import _validate

BLOCK = 2**20  # bytes of an array that a formula goes over at a time
SMALL = 2**13  # numbers in an array, to look at which once more costs less than a call


def over_rows(formula, *arrays, axis=-1):
    """Apply a formula, whose last argument is its output, to blocks of rows of all arrays.

    The formula finds the classes in the last axis, and writes in place wherever that can be: to
    allocate an array costs more than to compute one. In blocks, what it needs in between stays
    small, and in the cache. float16 is computed in float32 and rounded once, at the end; an output
    more than the last has to be float32 then.
    """
    if axis != -1:
        arrays = [np.moveaxis(x, axis, -1) for x in arrays]
    first = arrays[0]
    if first.dtype == np.float16:
        singles = [wide(x) for x in arrays]
        over_rows(formula, *singles)
        with np.errstate(over="ignore"):
            arrays[-1][...] = singles[-1]
    elif first.ndim == 1 or first.nbytes <= BLOCK:
        formula(*arrays)
    else:
        rows = max(1, BLOCK * len(first) // first.nbytes)
        for start in range(0, len(first), rows):
            formula(*(x[start : start + rows] for x in arrays))


def wide(x):
    """X in the precision to compute in: that of its dtype, but float32 for float16."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def transposed(x):
    """Every matrix of x transposed; ``x.mT`` does it from NumPy 2 on."""
    return x.swapaxes(-1, -2)


def exponentials(z, out):
    """Fill ``out`` with e^{z - s}, where s is one number a row, and 0 wherever that will do.

    To shift every row by its maximum is safe and less exact: at a gap of 45, rounding z - max z
    alone changes e^{z - max z} by 16 units in the last place. So a row is shifted only if its
    exponentials might overflow, or be so small that digits are lost; only as far as it takes; and
    by a whole number, so that z - s is exact apart from the tiniest exponentials.
    """
    limit = _largest_exponent(z.dtype)
    if z.size > SMALL or z.dtype.kind == "c" or not _all_fit(z, limit):
        shift = _needed_shift(z, limit)
        if shift.any():
            with np.errstate(over="ignore"):  # -1e308 - 1e308 is -inf: its exponential is 0
                z = np.subtract(z, shift, out=out)
    return np.exp(z, out=out)


def _all_fit(z, limit):
    """Whether no number of a small array is far out, without a look at each row.

    nan, +inf and rows of nothing but -inf are: they need no look of their own.
    """
    lowest = np.minimum.reduce(z, axis=None, initial=0)
    return -limit <= lowest and np.maximum.reduce(z, axis=None, initial=0) <= limit


def _needed_shift(z, limit):
    """What each row has to be shifted by: to a largest number from 0 to ``limit``, if need be."""
    z_max = np.maximum.reduce(z.real, axis=-1, keepdims=True)
    _validate.possible(z, z_max)
    shift = np.floor(z_max - np.clip(z_max, 0, limit))
    if (shift < 0).any():  # no need, unless there are smaller ones that would vanish
        z_min = np.minimum.reduce(z.real, axis=-1, keepdims=True)
        shift[(shift < 0) & (z_min >= -limit)] = 0
    return shift


@cache
def _largest_exponent(dtype):
    """Far enough below the logarithm of the largest number to add up any number of classes."""
    return float(np.log(np.finfo(dtype).max)) * 0.7


def largest_and_rest(z, e):
    """The largest logit z_m, its exponential e_m and the sum of all others, one of each a row.

    Σe - e_m would have rounded the others away when softmax is confident. Of complex logits the
    largest is the one of the largest real part, which is the largest |e|.
    """
    e_rows, z_rows = as_rows(e), as_rows(z)
    top = largest_of_rows(z_rows)
    rest = _sums_without(e_rows, top)
    return (x.reshape(*z.shape[:-1], 1) for x in (z_rows[top], e_rows[top], rest))


def sum_of_others(x):
    """Σ_{k≠j} x_k for every j, for x of no negative entry: Σx - x_j without its cancellation.

    Σx - x_j loses digits only where x_j is nearly the whole sum; there is one such entry at the
    most, the largest, and for it the others are added up by themselves.
    """
    rows = as_rows(x.copy())
    top = largest_of_rows(rows)
    rest = _sums_without(rows, top)
    sums = rows[top][:, None] + (rest[:, None] - rows)
    sums[top] = rest
    return sums.reshape(x.shape)


def as_rows(x):
    """The entries of x as a table of rows; a view of x if its layout allows."""
    return x.reshape(-1, x.shape[-1])


def largest_of_rows(rows):
    """The index of the (first) largest entry of each row."""
    return np.arange(len(rows)), rows.real.argmax(axis=-1)


def _sums_without(rows, top):
    """The sum of each row without its entry at ``top``, which is set to 0 meanwhile."""
    left_out = rows[top]
    rows[top] = 0
    rest = rows.sum(axis=-1)
    rows[top] = left_out
    return rest
