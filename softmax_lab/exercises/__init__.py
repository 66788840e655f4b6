"""Exercises that answer back: ``check("1.2", my_jacobian)`` says what is wrong, or nothing is.

One file a lesson holds its exercises, ``lesson_01.py`` and so on; ``exercise`` says what an
exercise consists of, ``judges`` has what most of them need, ``answers`` calls a reader's function
without harm. ``python -m softmax_lab.exercises lesson.ipynb`` lists a reader's progress. Of the
homework only ``ready`` is here; its questions and judges are in the instructor's course, and
``grading`` and ``walls`` are what grades with them.
"""

from importlib import import_module
from pkgutil import iter_modules

from softmax_lab.exercises.answers import Trouble, Unanswered, borrowed, is_stub, watching
from softmax_lab.exercises.exercise import Exercise, Result
from softmax_lab.exercises.ready import ready

__all__ = ["Exercise", "Result", "check", "exercises", "find", "judged", "lessons", "ready"]


def check(number, answer):
    r"""Say of an answer that it is correct, or what is wrong with it and how to go on.

    .. math:: \text{correct} \iff \max_k |a_k - b_k| \le 10^{-6} \max_k |b_k|

    for an answer of numbers a, with b what is right (numbers kept in float32 or float16 within
    what these can hold); a function is judged by what it returns.

    Parameters
    ----------
    number : str
        Which exercise: ``"1.2"`` is the second one of lesson 1.
    answer : number, array, text or function
        A function is handed over itself, without calling it.

    Returns
    -------
    Result
        Shown at the end of a cell or printed, it says "not answered yet", "correct", or "not yet"
        with a hint. An answer that raises or never returns is told so, and so is one that
        overwrites the arrays that it was given, whatever it returns.

    Raises
    ------
    ValueError
        For an exercise that does not exist.

    Notes
    -----
    Source: the lesson of the exercise; for functions :func:`softmax_lab.diagnose`.

    Examples
    --------
    >>> check("1.1", ...)
    not answered yet
    >>> check("1.1", [True, True, False]).correct
    True
    """
    return judged(find(number), answer)


def judged(exercise, answer):
    """The verdict on an answer to an exercise, whichever file that comes from."""
    with watching() as overwritten:
        try:
            if is_stub(answer):
                raise Unanswered
            if used := borrowed(answer, exercise.without):
                return Result("not yet", f"it uses `{used}`, whose work is yours to do here.")
            hint = exercise.judge(answer)
        except Unanswered as remark:
            return Result("not answered yet", str(remark))
        except Trouble as trouble:
            hint = str(trouble)
    if overwritten:
        start = f"{hint} Besides," if hint else "what it returns is right, but"
        hint = f"{start} {' And '.join(overwritten.values())}"
    return Result("not yet", hint) if hint else Result("correct", exercise.think)


def find(number):
    """The exercise of a number such as "1.2"."""
    lesson = str(number).partition(".")[0]
    there = exercises(int(lesson)) if lesson in map(str, lessons()) else ()
    for exercise in there:
        if exercise.number == str(number):
            return exercise
    known = [e.number for e in there] or [f"{lesson}.…" for lesson in lessons()]
    raise ValueError(
        f"number must be that of an exercise; received {number!r:.40}. "
        f'There are {", ".join(known)}: write check("1.2", answer) for the second one of lesson 1.'
    )


def lessons():
    """The numbers of the lessons that have exercises."""
    names = [module.name for module in iter_modules(__path__)]
    return sorted(int(name[len("lesson_") :]) for name in names if name.startswith("lesson_"))


def exercises(lesson):
    """The exercises of a lesson, in order."""
    return import_module(f"{__name__}.lesson_{lesson:02d}").EXERCISES
