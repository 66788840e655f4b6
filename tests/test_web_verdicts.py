"""A page judges answers as ``check`` does: every choice, and numbers of every kind.

The page's own modules run under Node.js here.
"""

import json
import os
import shutil
import subprocess
from itertools import product

import numpy as np
import pytest

from softmax_lab.exercises import check, lesson_02, lesson_04, lesson_09
from web import bundle, exercises, verdicts
from web.exercises import FORMS, Choices, Numbers

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(
    not NODE and not os.environ.get("CI"), reason="there is no Node.js here"
)
MODULES = bundle.STATIC / "exercises"
ASK = """
import { readFileSync } from "node:fs";
const [folder, file, name] = process.argv.slice(2);
const module = await import(`${folder}/${file}`);
const calls = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(calls.map((given) => module[name](...given))));
"""
OF = {
    kind: [n for n, form in FORMS.items() if isinstance(form, kind)] for kind in (Choices, Numbers)
}


def asked(tmp_path, file, name, calls):
    """What a function of a module answers to each of several calls."""
    script = tmp_path / "ask.mjs"
    script.write_text(ASK, encoding="utf-8")
    command = [NODE, script, MODULES.as_uri(), file, name]
    given = json.dumps(calls)
    done = subprocess.run(command, input=given, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def said(result):
    return {"status": result.status, "words": verdicts.in_words(result.words)}


def judged_by(number, solutions=True):
    return exercises.judged_by(number, FORMS[number], solutions)


def as_answer(values, number):
    form = FORMS[number]
    return np.array(values).reshape(form.shape).tolist()


@pytest.mark.parametrize("number", OF[Choices])
def test_a_page_says_of_every_choice_what_check_says(number, tmp_path):
    form, data = FORMS[number], judged_by(number)
    ways = list(product(range(len(form.options)), repeat=data["size"]))
    calls = [[[str(k) for k in way], data] for way in ways]
    for way, verdict in zip(ways, asked(tmp_path, "verdict.js", "verdictOn", calls), strict=True):
        answer = as_answer([form.options[k] for k in way], number)
        assert verdict == said(check(number, answer)), answer


@pytest.mark.parametrize("number", OF[Choices])
def test_without_solutions_a_hash_says_which_choices_are_right(number, tmp_path):
    form, data = FORMS[number], judged_by(number, solutions=False)
    assert data.keys() == {"options", "typed", "size", "salt", "right"}
    ways = list(product(range(len(form.options)), repeat=data["size"]))
    calls = [[[str(k) for k in way], data] for way in ways]
    for way, verdict in zip(ways, asked(tmp_path, "verdict.js", "verdictOn", calls), strict=True):
        answer = as_answer([form.options[k] for k in way], number)
        assert verdict == {"status": check(number, answer).status, "words": ""}


def around(truth, foreseen):
    """Answers near a right one, near those that were foreseen, and far from all."""
    rng = np.random.default_rng(3)
    size = np.abs(truth).max()
    yield truth
    for wrong in foreseen:
        yield from (wrong, 1.5 * wrong, wrong * (1 + 4e-7), wrong * (1 + 3e-6))
    for factor in (-1, 2, 0.5, -3, 1000, 1e-5, 12345.678, 1 / 3, -0.0123456):
        yield factor * truth
    for off in (4e-7, 2e-6, 1e-4, 0.004, 0.02):
        yield truth + off * size
        yield truth * (1 + off)
        for k in range(truth.size):
            yield truth + off * size * (np.arange(truth.size) == k)
    for few in range(1, truth.size):
        for _ in range(4):
            wrong = truth.copy()
            wrong[rng.choice(truth.size, few, replace=False)] += rng.normal(size=few)
            yield wrong
    yield np.zeros_like(truth)
    yield from rounding_errors(truth)
    for _ in range(40):
        yield rng.normal(size=truth.size)
        yield truth.round(rng.integers(1, 5))


def rounding_errors(truth):
    """As small as those, and at a right angle to what is right, of which they are no multiple."""
    for k in range(truth.size - 1):
        errors = np.zeros_like(truth)
        errors[k : k + 2] = truth[k + 1], -truth[k]
        yield 2.0**-55 * errors


def matrices():
    """Whatever is written into the six open entries of 2.1."""
    truth = lesson_02.J.round(12)
    for diagonal in ([0.16, 0.25, 0.21], [0, 0, 0], [0.1, 0.15, -0.21], [1 / 3, 7, 1e-3]):
        for below in product((1, -1, 1 + 4e-7, 0), repeat=3):
            matrix = truth.copy()
            matrix[np.diag_indices(3)] = diagonal
            for (i, j), factor in zip(np.transpose(lesson_02.LEGIBLE), below, strict=True):
                matrix[j, i] = factor * truth[i, j]
            yield matrix.ravel()
    for off in (1e-7, 1e-6, 5e-4, 123456.5, 2.5e-6):
        yield (truth + np.diag([off, -off, off / 3])).ravel()


NUMBERS = {
    "2.1": lambda: matrices(),
    "4.1": lambda: around(
        lesson_04.GRADIENT.ravel(),
        [np.ravel(w) for w, _ in lesson_04.predicts_the_gradient.foreseen],
    ),
    "9.1": lambda: around(
        lesson_09.AT_SCORES,
        [np.ravel(w).astype(float) for w, _ in lesson_09.at_scores.foreseen]
        + [np.array([0.48, -1.56, 1.08, 5.0])],
    ),
}


@pytest.mark.parametrize("number", OF[Numbers])
def test_a_page_says_of_numbers_what_check_says(number, tmp_path):
    data = judged_by(number)
    answers = [list(map(float, answer)) for answer in NUMBERS[number]()]
    calls = [[[repr(value) for value in answer], data] for answer in answers]
    replies = asked(tmp_path, "verdict.js", "verdictOn", calls)
    for answer, verdict in zip(answers, replies, strict=True):
        assert verdict == said(check(number, as_answer(answer, number))), answer
    assert {"correct", "not yet"} == {verdict["status"] for verdict in replies}
    assert len({verdict["words"] for verdict in replies}) >= 5


def test_what_is_left_open_is_not_answered_yet(tmp_path):
    data = judged_by("4.1")
    some = ["1/3", "", "1", "", "", "0"]
    (verdict,) = asked(tmp_path, "verdict.js", "verdictOn", [[some, data]])
    assert verdict == {"status": "not answered yet", "words": "3 are still open.", "place": 1}


TYPED = {
    "0.25": 0.25,
    " -1/3 ": -1 / 3,
    "−1/12": -1 / 12,
    "0.3 * -5.2": 0.3 * -5.2,
    "0.3·(2 − 5)": 0.3 * (2 - 5),
    "1e-3": 1e-3,
    ".5": 0.5,
    "2.": 2.0,
    "1 - 2 - 3": -4.0,
    "8/4/2": 1.0,
    "2+3*4": 14.0,
    "--1": 1.0,
    "+(1)": 1.0,
}


def test_arithmetic_is_typed_as_in_python(tmp_path):
    assert asked(tmp_path, "reckoning.js", "valueOf", [[text] for text in TYPED]) == [
        *TYPED.values()
    ]


def test_what_is_no_number_is_none(tmp_path):
    odd = ["0,5", "1/0", "(1", "1)", "", "1 2", "h - t", "2**3", "alert(1)", "1e999", "*2", "1/"]
    assert asked(tmp_path, "reckoning.js", "valueOf", [[text] for text in odd]) == [None] * len(odd)


def test_a_number_is_written_as_python_writes_it(tmp_path):
    xs = [
        0.0,
        1.0,
        -0.06,
        123456.0,
        1234567.0,
        0.0001,
        0.00001234565,
        1e22,
        12.5,
        0.1 + 0.2,
        99.95,
        2.5e6,
    ]
    xs += [123456.5, 123457.5, -1.125, 1.375]
    calls = [[x, digits] for x in xs for digits in (3, 6)]
    expected = [f"{x:.{digits}g}" for x, digits in calls]
    assert asked(tmp_path, "judging.js", "general", calls) == expected


def test_the_hash_is_that_of_the_page(tmp_path):
    texts = ["", "a", "softmax", "c06f87394"]
    assert asked(tmp_path, "judging.js", "fnv", [[t] for t in texts]) == [*map(verdicts.fnv, texts)]
    assert verdicts.fnv("a") == 0xE40C292C  # as published
