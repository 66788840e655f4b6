"""The homework: three questions a lesson, with numbers of their own for every seed.

Whoever has this folder has the solutions. It is the instructor's, and the grader's.
"""

from dataclasses import replace
from importlib import import_module

from softmax_lab.exercises import judged


def questions(lesson, seed):
    """The questions of a lesson, with the numbers that belong to a seed."""
    return import_module(f"{__name__}.lesson_{lesson:02d}").questions(seed)


def setting(lesson):
    """The code that the questions of a lesson rely on."""
    return import_module(f"{__name__}.lesson_{lesson:02d}").SETTING


def mark(question, answer):
    """The points that an answer is worth, and the reason in words."""
    verdict = judged(question.exercise, answer)
    if verdict.correct:
        return question.points, str(verdict)
    partly = question.partly and verdict.status == "not yet"
    if partly and judged(replace(question.exercise, judge=question.partly), answer).correct:
        return question.points / 2, f"{verdict} Half of the points: {question.half}"
    return 0, str(verdict)
