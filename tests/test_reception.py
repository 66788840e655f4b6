"""The clinic answers code as people have it: the open half of the hand-overs, within its goals.

``python benchmarks/reception.py --list-failures`` shows what a failing goal is made of.
"""

from functools import cache

import pytest

import reception
from clinic_cases.handed_over import OPEN

both_ways = pytest.mark.parametrize("declared", [True, False], ids=["declared", "undeclared"])


@cache
def answers(declared):
    return [reception.answer(case, declared) for case in OPEN]


def failures(declared, what):
    return [reception.failure(a) for a in answers(declared) if getattr(a, what)]


@both_ways
def test_the_verdict_is_the_experts(declared):
    share = reception.share(answers(declared), "verdict_right")
    assert share >= reception.VERDICT_GOAL[declared]


@both_ways
def test_the_name_is_the_experts(declared):
    share = reception.share(answers(declared), "helpful")
    assert share >= reception.HELPFUL_GOAL[declared]


@both_ways
@pytest.mark.parametrize("what", ["wrong_called_correct", "false_alarm", "crash"])
def test_nobody_is_misled(declared, what):
    assert failures(declared, what) == []


@both_ways
def test_another_question_that_is_answered_rightly_is_told(declared):
    asked = [a for a in answers(declared) if a.said is not None]
    assert sum(a.said for a in asked) >= 0.8 * len(asked)
