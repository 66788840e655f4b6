"""Right answers in other forms: as a list, in float32, on a copy, with one more keyword."""

import copy
import functools

import numpy as np


def as_a_list(solution):
    return lambda *given: np.asarray(solution(*given)).tolist()


def in_float32(solution):
    return lambda *given: np.asarray(solution(*given), dtype=np.float32)


def from_float32(solution):
    """All the way through, from the arguments on."""

    def answer(*given):
        return np.asarray(solution(*map(_single, given)), dtype=np.float32)

    return answer


def _single(x):
    """In float32, unless it is a mask."""
    return x.astype(np.float32) if isinstance(x, np.ndarray) and x.dtype != bool else x


def in_place_on_a_copy(solution):
    """It writes to copies of its arguments, and leaves the arguments alone."""

    def answer(*given):
        mine = copy.deepcopy(given)
        value = copy.deepcopy(solution(*mine))
        for array in mine:
            _spoil(array)
        return value

    return answer


def with_a_keyword(solution):
    def answer(*given, step=1e-5, verbose=False):
        assert step == 1e-5
        assert not verbose
        return solution(*given)

    return answer


def wrapped(solution):
    """By another function, whose signature is the solution's."""

    @functools.wraps(solution)
    def answer(*given, **named):
        return solution(*given, **named)

    return answer


FORMS = (as_a_list, in_float32, from_float32, in_place_on_a_copy, with_a_keyword, wrapped)


def overwriting(solution):
    """A wrong form: right numbers, and nothing left of the arguments."""

    def answer(*given):
        value = copy.deepcopy(solution(*given))
        for array in given:
            _spoil(array)
        return value

    return answer


def _spoil(array):
    if isinstance(array, np.ndarray):
        array += array.dtype.type(1)  # a mask holds no other number
    elif isinstance(array, list):
        array[0] += 1
