"""How the clinic receives code as people have it: the verdict, the name, and the time it takes.

    python benchmarks/reception.py                      # the open half, everything declared
    python benchmarks/reception.py --undeclared         # nothing declared
    python benchmarks/reception.py --all --list-failures

Runs ``diagnose`` over the hand-overs in ``tests/clinic_cases/handed_over`` and compares what it
says with what an expert says. The half that is held back (``--held-back``) is for scoring alone.
"""

import argparse
import inspect
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from softmax_lab import diagnose

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from clinic_cases.handed_over import CASES, HELD_BACK, OPEN

VERDICT_GOAL = {True: 0.93, False: 0.85}  # by whether everything is declared
HELPFUL_GOAL = {True: 0.88, False: 0.75}


@dataclass
class Answer:
    """What the clinic said about one case, and how that compares."""

    case: object
    declared: bool
    verdict: str = "crashed"
    mistakes: tuple = ()
    text: str = ""
    crash: str = ""
    seconds: float = 0.0

    @property
    def verdict_right(self):
        """Whether an expert accepts the verdict."""
        return not self.crash and self.case.accepts_verdict(self.verdict, self.declared)

    @property
    def helpful(self):
        """Whether the names are acceptable, too."""
        names = self.case.accepts_names(self.verdict, self.mistakes, self.declared)
        return self.verdict_right and names

    @property
    def accepted(self):
        """The verdicts that an expert accepts."""
        return self.case.verdicts if self.declared else self.case.undeclared

    @property
    def wrong_called_correct(self):
        """Whether a fault was missed altogether."""
        return self.verdict == "correct" and "correct" not in self.accepted

    @property
    def false_alarm(self):
        """Whether right code was blamed."""
        return self.accepted == {"correct"} and self.verdict in ("fragile", "wrong")

    @property
    def said(self):
        """Whether the report says which other question the code answers; None if none."""
        words = self.case.says
        return any(word in self.text.lower() for word in words) if words else None


def answer(case, declared):
    """Ask the clinic, and take down whatever comes."""
    found = Answer(case, declared)
    start = time.perf_counter()
    try:
        diagnosis = diagnose(case.thing, **(case.declared if declared else {}))
        found.seconds = time.perf_counter() - start
        found.verdict, found.mistakes = diagnosis.verdict, tuple(diagnosis.mistakes)
        found.text = str(diagnosis)
        diagnosis._repr_html_()
    except Exception as error:
        found.seconds = found.seconds or time.perf_counter() - start
        found.crash = f"{type(error).__name__}: {error}"
    return found


def can_be_asked_undeclared():
    return inspect.signature(diagnose).parameters["role"].default is not inspect.Parameter.empty


def share(answers, what):
    return sum(bool(getattr(a, what)) for a in answers) / len(answers)


def summary(answers):
    """The figures, as one line each."""
    declared = answers[0].declared
    seconds = np.array([a.seconds for a in answers if not a.case.hostile])
    told = [a.said for a in answers if a.said is not None]
    count = {
        what: sum(bool(getattr(a, what)) for a in answers)
        for what in ("wrong_called_correct", "false_alarm", "crash")
    }
    yield f"{len(answers)} hand-overs, {'everything' if declared else 'nothing'} declared"
    for what, goal in (
        ("verdict_right", VERDICT_GOAL[declared]),
        ("helpful", HELPFUL_GOAL[declared]),
    ):
        mark = "" if share(answers, what) >= goal else "   goal not met"
        yield f"  {what.replace('_', ' '):24}{share(answers, what):7.1%}   goal {goal:.0%}{mark}"
    for what, number in count.items():
        mark = "   goal not met" if number else ""
        yield f"  {what.replace('_', ' '):24}{number:7}   goal 0{mark}"
    yield f"  other question told     {sum(told):7} of {len(told)}"
    median, p95 = np.percentile(seconds, [50, 95])
    yield f"  seconds                  median {median:.3f}, 95 % under {p95:.3f}"


def by_kind(answers):
    """Right verdicts and helpful answers of each kind of code."""
    kinds = Counter(a.case.kind.removesuffix("_held_back") for a in answers)
    for kind, total in sorted(kinds.items()):
        of_kind = [a for a in answers if a.case.kind.removesuffix("_held_back") == kind]
        right = sum(a.verdict_right for a in of_kind)
        helpful = sum(a.helpful for a in of_kind)
        yield f"  {kind:26}{total:4}   verdict right {right:3}   helpful {helpful:3}"


def failure(a):
    """One failure in a line: what was said, and what an expert says."""
    names = a.case.mistakes if a.declared else a.case.undeclared_mistakes
    said = a.crash or f"{a.verdict} {', '.join(a.mistakes) or '-'}"
    wanted = f"{'/'.join(sorted(a.accepted))} {', '.join(sorted(names)) or '-'}"
    marks = ["wrong called correct"] * a.wrong_called_correct + ["false alarm"] * a.false_alarm
    mark = f"  ({', '.join(marks)})" if marks else ""
    return f"{a.case.kind}.{a.case.name}: {said}; expert: {wanted}{mark}\n      {a.case.note}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    half = parser.add_mutually_exclusive_group()
    half.add_argument("--open", action="store_const", dest="cases", const=OPEN)
    half.add_argument("--held-back", action="store_const", dest="cases", const=HELD_BACK)
    half.add_argument("--all", action="store_const", dest="cases", const=CASES)
    parser.add_argument("--undeclared", action="store_true", help="declare nothing")
    parser.add_argument("--list-failures", action="store_true", help="show what went wrong")
    parser.add_argument("--kind", help="only the modules whose name contains this")
    options = parser.parse_args()
    if options.undeclared and not can_be_asked_undeclared():
        parser.error("this clinic has to be told the role")
    cases = [c for c in options.cases or OPEN if not options.kind or options.kind in c.kind]
    if not cases:
        parser.error(f"no module's name contains {options.kind!r}")
    answers = [answer(case, declared=not options.undeclared) for case in cases]
    print(*summary(answers), "", *by_kind(answers), sep="\n")
    if options.list_failures:
        print("", *(failure(a) for a in answers if not a.helpful), sep="\n")


if __name__ == "__main__":
    main()
