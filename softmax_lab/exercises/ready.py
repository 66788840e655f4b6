"""``ready("1.4", answer)``: whether an answer of the homework is ready to be handed in.

It knows no solution. What judges the homework is the instructor's, and has its turn afterwards.
"""

import reprlib
from types import FunctionType

import numpy as np

from softmax_lab.exercises.answers import Trouble, Unanswered, call, is_stub
from softmax_lab.exercises.comparison import as_numbers


def ready(number, answer, *example):
    r"""Say what an answer is, so that nothing but its content can be wrong when it is handed in.

    .. math:: \text{ready} \iff \text{answered}

    Parameters
    ----------
    number : str
        Which exercise of the homework: ``"1.4"`` is the first one of lesson 1.
    answer : number, array, text or function
        A function is handed over itself, without calling it.
    *example : arrays
        Arguments to call a function with once.

    Returns
    -------
    Readiness
        Shown at the end of a cell, it says that the answer is still open, or what it is.

    Raises
    ------
    Nothing. What an answer raises is told.

    Notes
    -----
    Source: the homework that an instructor hands out.

    Examples
    --------
    >>> ready("1.4", ...)
    1.4 is not answered yet.
    >>> ready("1.4", [0.1, 0.2, -0.3])
    1.4 is answered, by an array of shape (3,). It is judged when you have handed it in.
    """
    try:
        if is_stub(answer) or _is_open(answer):
            raise Unanswered
        words = f"is answered, by {_described(answer, example)}. It is judged when you have "
        return Readiness(f"{number} {words}handed it in.")
    except Unanswered as remark:
        return Readiness(" ".join(filter(None, [f"{number} is not answered yet.", str(remark)])))
    except Trouble as trouble:
        return Readiness(f"{number} is not ready: {trouble}")


class Readiness(str):
    """A sentence, shown without quotation marks."""

    __slots__ = ()
    __repr__ = str.__str__


def _is_open(answer):
    """Whether a function does nothing but raise NotImplementedError."""
    return isinstance(answer, FunctionType) and answer.__code__.co_names == ("NotImplementedError",)


def _described(answer, example):
    if callable(answer):
        if not example:
            return f"the function {getattr(answer, '__name__', 'that you gave')}"
        return f"a function that gives {_numbers(call(answer, *example))} here"
    texts = answer.tolist() if isinstance(answer, np.ndarray) else answer
    if isinstance(texts, list | tuple) and any(isinstance(text, str) for text in texts):
        return reprlib.repr(list(texts))
    return _numbers(answer)


def _numbers(value):
    shape = as_numbers(value).shape
    return f"an array of shape {shape}" if shape else "one number"
