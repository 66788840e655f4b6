"""The homework: its questions for every seed, what judges them, and what no answer gets around."""

import ast
import contextlib
import io
import subprocess
import sys
import venv
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

import homework
import notebooks
import softmax_lab
from homework_answers import RIGHT, WRONG
from softmax_lab.exercises import grading, ready
from softmax_lab.exercises.exercise import KINDS
from softmax_lab.lessons import LESSONS

pytestmark = pytest.mark.usefixtures("in_this_process")

SEEDS = ("softmax_lab", "autumn", "autumn anna")
NUMBERS = [f"{lesson.number}.{k}" for lesson in LESSONS for k in (4, 5, 6)]
FIRST = LESSONS[0]


@cache
def questions(lesson, seed=SEEDS[0]):
    return homework.coursework.questions(lesson, seed)


def question(number, seed=SEEDS[0]):
    lesson = int(number.partition(".")[0])
    return next(q for q in questions(lesson, seed) if q.number == number)


@cache
def before(number, seed=SEEDS[0]):
    """The names that an answer finds: the lesson's setting, and the question's own code."""
    namespace = {}
    asked = question(number, seed)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(homework.coursework.setting(int(number.partition(".")[0])), namespace)
        exec(asked.given, namespace)
    return namespace


def answered(number, code, seed=SEEDS[0]):
    """What a student hands in with this code."""
    namespace = dict(before(number, seed))
    asked = question(number, seed)
    if asked.exercise.kind == "predict" or number == "7.6":
        exec(asked.solution, namespace)
        namespace["right"] = namespace[asked.answer]
    exec(code, namespace)
    return namespace[asked.answer]


def mark(number, code, seed=SEEDS[0]):
    return homework.coursework.mark(question(number, seed), answered(number, code, seed))


# The questions


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_has_three_questions_and_every_kind(lesson, seed):
    there = questions(lesson.number, seed)
    assert [q.number for q in there] == [f"{lesson.number}.{k}" for k in (4, 5, 6)]
    assert {q.exercise.kind for q in there} == set(KINDS)
    setting = before(there[0].number, seed)
    assert len({q.answer for q in there}) == 3
    assert not {q.answer for q in there} & set(setting)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("number", NUMBERS)
def test_stubs_are_not_answered_and_solutions_have_all_points(number, seed):
    asked = question(number, seed)
    assert mark(number, asked.stub, seed) == (0, "not answered yet")
    points, words = mark(number, asked.solution, seed)
    assert (points, words.partition(":")[0]) == (asked.points, "correct"), words
    assert len(words) > 40


@pytest.mark.parametrize("number", NUMBERS)
def test_the_line_below_an_answer_says_whether_it_is_ready(number):
    asked = question(number)
    assert "\n" not in asked.test
    for code, said in [(asked.stub, "is not answered yet"), (asked.solution, "is answered, by")]:
        namespace = before(number) | {asked.answer: answered(number, code)}
        assert str(eval(asked.test, namespace)).startswith(f"{number} {said}")


@pytest.mark.parametrize("number", NUMBERS)
def test_other_seeds_ask_with_other_numbers(number):
    def shown(seed):
        asked = question(number, seed)
        return asked.asks, asked.given, asked.example

    assert len({shown(seed) for seed in (*SEEDS, "spring", "spring ben", "winter")}) > 1
    assert shown(SEEDS[1]) == shown(SEEDS[1])


PREDICTED = [n for n in NUMBERS if question(n).exercise.kind == "predict"]


def test_the_numbers_of_a_neighbour_are_not_one_s_own():
    """What is right for one seed is not for most others, wherever an answer consists of numbers."""
    for number in PREDICTED:
        mine = answered(number, question(number, "anna").solution, "anna")
        others = [homework.coursework.mark(question(number, seed), mine)[0] for seed in range(8)]
        assert sum(points == 2 for points in others) <= 4, number


# What a question says of its own code: true with the numbers of every seed
SO_IT_IS = {
    "1.6": "not all_entries_agree(np.diag(softmax(z) * (1 - softmax(z))), z)",
    "2.6": "abs(its_jacobian(z).sum(axis=1)).max() < 1e-12 and abs(its_jacobian(z)"
    " - numerical_jacobian(with_none, z)).max() > 1e-3",
    "3.6": "not check_gradient(lambda z: upstream @ shares(z), back(z, upstream), z).passed",
    "4.6": "not check_gradient(lambda z: rewarded_cost(z, t, 0.1),"
    " its_gradient(z, t, 0.1), z).passed",
    "5.6": "[check_gradient(lambda z, u=u: u @ softmax(z), g, at).passed for u, g, at in"
    " zip((u1, u2), both(z1, z2, u1, u2), (z1, z2))] == [False, True]",
    "7.6": "[check_gradient(lambda z, u=u: u @ softmax(z), passed_back(z, u), z).passed for u in"
    " (np.ones(3), np.eye(3)[0])] == [True, False]",
    "8.6": "[check_gradient(lambda W: cross_entropy(x @ W, t), gathered(W, x, t, size), W).passed"
    " for size in (7, 3)] == [True, False]",
    "9.6": "max(abs(at_tau(q, K, V, tau, u)) for tau in (0.5, 2.0)) < 1e-12",
    "10.6": "[diagnose(f, role).verdict for f, role in [(softmax, 'softmax'),"
    " (cross_entropy_gradient, 'loss_gradient')]] == ['correct'] * 2 and not check_gradient("
    "lambda W: cross_entropy(x @ W, t), learns_with(W, x, t), W).passed",
}


@pytest.mark.parametrize("seed", [*SEEDS, "winter", "spring ben"])
@pytest.mark.parametrize("number", SO_IT_IS)
def test_what_a_question_says_of_its_code_is_so(number, seed):
    assert eval(SO_IT_IS[number], before(number, seed))


@pytest.mark.parametrize("seed", range(20))
def test_five_ways_to_write_a_cost_do_what_their_question_says(seed):
    asked = question("6.4", seed)
    rows = [line.split("`")[1] for line in asked.asks.splitlines() if line.count("`") == 2]
    gap = float(asked.asks.partition(r"z = (0,\; ")[2].partition(")")[0])
    namespace = before("6.4") | {"z": np.array([0.0, gap])}
    for code, said in zip(rows[-5:], answered("6.4", asked.solution, seed), strict=True):
        with np.errstate(all="ignore"):
            value = float(eval(code, namespace))
        words = "right" if abs(value - gap) < gap / 1000 else "wrong"
        assert said == ("nan" if np.isnan(value) else "inf" if np.isinf(value) else words), code


# What is said to answers

SAID = [(number, code, words) for number, pairs in WRONG.items() for code, words in pairs]


def test_every_question_has_wrong_answers_and_other_right_ones():
    assert sorted(WRONG) == sorted(RIGHT) == sorted(NUMBERS)
    assert all(len(pairs) >= 3 for pairs in WRONG.values())


@pytest.mark.parametrize(
    ("number", "code", "words"), [pytest.param(*row, id=f"{row[0]}-{row[2]}") for row in SAID]
)
def test_a_wrong_answer_is_told_what_is_wrong(number, code, words):
    points, said = mark(number, code)
    assert said.startswith("not yet: ")
    assert words in said
    assert points == (1 if "Half of the points:" in said else 0)


@pytest.mark.parametrize(
    ("number", "code"), [(number, code) for number, codes in RIGHT.items() for code in codes]
)
def test_a_right_answer_of_another_form_has_all_points(number, code):
    assert mark(number, code)[0] == 2, mark(number, code)


@pytest.mark.parametrize("number", NUMBERS)
def test_half_of_the_points_are_for_something_that_can_be_said(number):
    asked = question(number)
    assert bool(asked.partly) == bool(asked.half)


def test_each_kind_of_half_is_given_for_some_wrong_answer():
    halves = {number for number, code, _ in SAID if mark(number, code)[0] == 1}
    assert halves >= {"1.5", "2.4", "2.5", "4.4", "4.5", "5.5", "6.5", "6.6", "7.5", "8.5", "9.5"}
    three = "right_digits = [*right[:3], right[3] + 5]"
    almost = {
        "3.4": "passed_back = [right[0], [0, 0, 0]]",
        "5.4": "output_is_enough = [*right[:4], not right[4]]",
        "6.4": "outcomes = [*right[:4], 'right' if right[4] != 'right' else 'nan']",
        "7.4": three,
        "8.4": "same_way = [*right[:4], not right[4]]",
        "9.4": "reached = [[0, 0, 0], right[1]]",
        "10.4": "named = [*right[:3], right[0]]",
    }
    for number, code in almost.items():
        points, words = mark(number, code)
        assert points == 1, (number, words)
        assert words.endswith(f"Half of the points: {question(number).half}")


ODD = (
    *(None, ..., "x", b"x", {}, {"a": 1}, set(), object(), [], [[1], [1, 2]], ["a", 1], 1j),
    *([None, 1, 2], np.array(["a", "b"]), np.array([object()]), [[[]]], float("nan"), 10**400),
    *(int, print, lambda: 1, lambda *x: x, lambda *x: "x", lambda *x: 1 / 0, type("C", (), {})),
)


@pytest.mark.parametrize("number", NUMBERS)
def test_whatever_is_handed_in_is_judged_and_has_no_points(number):
    for odd in ODD:
        points, words = homework.coursework.mark(question(number), odd)
        assert points == 0, (number, odd)
        assert words.startswith(("not yet: ", "not answered yet")), (number, odd, words)


@pytest.mark.parametrize("number", NUMBERS)
def test_no_hint_gives_the_solution_away(number):
    tree = ast.walk(ast.parse(question(number).solution))
    values = [node.value for node in tree if isinstance(node, ast.Assign | ast.Return)]
    lines = {line for value in values if len(line := ast.unparse(value)) > 8}
    said = [mark(number, code)[1] for code, _ in WRONG[number]]
    assert not any(line in words for line in lines for words in said)


def test_the_installed_package_has_no_solution_of_the_homework():
    texts = [p.read_text(encoding="utf-8") for p in Path(softmax_lab.__file__).parent.rglob("*.py")]
    for number in NUMBERS:
        body = question(number).solution.partition('"""\n')[2] or question(number).solution
        assert not any(body in text for text in texts), number


# The notebook


@pytest.fixture(scope="module")
def source():
    return homework.homework(FIRST, SEEDS[0])


def known(cell, what):
    return cell.metadata.nbgrader[what]


def test_the_homework_is_the_same_bytes_each_time():
    first, second = (notebooks.written(homework.homework(FIRST, "x")) for _ in range(2))
    assert first == second


def test_every_cell_but_the_answers_is_locked(source):
    for cell in source.cells:
        assert known(cell, "locked") != known(cell, "solution")
        assert ("BEGIN SOLUTION" in cell.source) == known(cell, "solution")


def test_what_a_student_gets_has_stubs_and_no_solution():
    for lesson in LESSONS:
        text = notebooks.written(homework.homework(lesson, SEEDS[0], solved=False)).decode()
        cells = homework.homework(lesson, SEEDS[0], solved=False).cells
        stubs = {q.stub for q in questions(lesson.number)}
        assert {c.source for c in cells if known(c, "solution")} == stubs
        assert "SOLUTION" not in text
        assert not any(q.why in cell.source for q in questions(lesson.number) for cell in cells)


@pytest.mark.parametrize(
    ("stub", "solution", "expected"),
    [
        ("a = ...", "a = 3", "a = ...\n### BEGIN SOLUTION\na = 3\n### END SOLUTION"),
        (
            'def f(x):\n    """Doc."""\n    raise NotImplementedError',
            'def f(x):\n    """Doc."""\n    y = 2 * x\n    return y',
            'def f(x):\n    """Doc."""\n    ### BEGIN SOLUTION\n    y = 2 * x\n    return y\n'
            "    ### END SOLUTION",
        ),
        (
            "class C:\n    def f(self):\n        ...\n\n    def g(self):\n        ...",
            "class C:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 2",
            "class C:\n    def f(self):\n        ### BEGIN SOLUTION\n        return 1\n"
            "        ### END SOLUTION\n\n    def g(self):\n        ### BEGIN SOLUTION\n"
            "        return 2\n        ### END SOLUTION",
        ),
    ],
    ids=["value", "function", "class"],
)
def test_a_solution_goes_where_its_stub_is_open(stub, solution, expected):
    assert homework.with_solution(stub, solution) == expected


def test_a_solution_with_another_signature_is_refused():
    with pytest.raises(ValueError, match="same signatures"):
        homework.with_solution("def f(x):\n    ...", "def f(x, y):\n    return 1")


# Whether an answer is ready


@pytest.mark.parametrize(
    ("answer", "example", "said"),
    [
        ([1, 2, ...], (), "1.4 is not answered yet."),
        (lambda z: None, (1,), "1.4 is not answered yet. it returns None so far."),
        (lambda z: z, (np.ones((2, 3)),), "by a function that gives an array of shape (2, 3) here"),
        (lambda z: 1 / 0, (1,), "1.4 is not ready: it raised ZeroDivisionError"),
        (lambda z: {}, (1,), "1.4 is not ready: numbers are asked for"),
        (max, (), "by the function max"),
        (["right", "nan"], (), "by ['right', 'nan']"),
        (0.5, (), "by one number"),
        ({}, (), "1.4 is not ready: numbers are asked for"),
    ],
)
def test_an_answer_is_described_and_never_judged(answer, example, said):
    assert said in str(ready("1.4", answer, *example))


# Which cell answers what


def cells(*sources, **known_to_nbgrader):
    """A notebook as in its file: each cell a text, or a pair of it and its grade id."""
    made = {"cells": []}
    for source in sources:
        text, name = source if isinstance(source, tuple) else (source, "")
        about = {"nbgrader": {"grade_id": name, "solution": True}} if name else {}
        made["cells"].append({"cell_type": "code", "source": text, "metadata": about})
    return made


STUB, ANSWER, TEST = question("1.4").stub, "measured = [1, 2, 3]", ("ready", "test-1-4")
MINE, SOLVED = (STUB, "answer-1-4"), (ANSWER, "answer-1-4")
MOVED = "It stood in a copy of its cell, and was found there."


@pytest.mark.parametrize(
    ("handed_in", "left", "remark"),
    [
        ([SOLVED, TEST], [ANSWER, "ready"], None),
        ([MINE, TEST], [STUB, "ready"], None),
        ([SOLVED, MINE, TEST], [ANSWER, "ready"], MOVED),  # the copy below is blank
        ([MINE, SOLVED, TEST], [ANSWER, "ready"], MOVED),  # the first one was left blank
        ([ANSWER, MINE, TEST], [ANSWER, "ready"], MOVED),  # pasted without what marks it
        ([ANSWER, TEST], [ANSWER, "ready"], MOVED),  # and the one that was handed out is gone
        ([ANSWER], [ANSWER, question("1.4").test], MOVED),  # and so is the test
        ([], [STUB, question("1.4").test], None),
        (
            [SOLVED, ("measured = [4]", "answer-1-4"), TEST],
            [ANSWER, "measured = [4]", "ready"],
            "2 cells answer it, and they differ: the last one counts.",
        ),
        ([SOLVED, SOLVED, TEST], [ANSWER, ANSWER, "ready"], MOVED),
        ([(f"# mine\n\n{STUB}", "answer-1-4"), TEST], [f"# mine\n\n{STUB}", "ready"], None),
        ([("measured = [1,", "answer-1-4"), MINE, TEST], ["measured = [1,", "ready"], MOVED),
    ],
)
def test_an_answer_is_found_wherever_it_stands(handed_in, left, remark):
    notebook = cells(*handed_in)
    remarks = grading.settle(notebook, [question("1.4")])
    assert [cell["source"] for cell in notebook["cells"]] == left
    assert remarks == ({"1.4": remark} if remark else {})
    ids = [c["metadata"].get("nbgrader", {}).get("grade_id") for c in notebook["cells"]]
    assert ids.count("answer-1-4") == ids.count("test-1-4") == 1
    answers = [c for c in notebook["cells"] if "answer-1-4" in str(c["metadata"])]
    assert (
        answers[0]["source"]
        == [text for text in left if "measured" in text][
            -1 if left[-1] != (question("1.4").test) else -2
        ]
    )


# Judges behind answers that cheat

# Each stands in all three answers' places, in front of wrong ones.
CHEATS = {
    "a check of one's own": """
class Verdict:
    correct = True

def check(number, answer):
    return Verdict()
""",
    "the check of the package exchanged": """
import softmax_lab.exercises

softmax_lab.exercises.check = lambda number, answer: type("Verdict", (), {"correct": True})
""",
    "the clinic and the verdict exchanged": """
import softmax_lab.clinic, softmax_lab.exercises.exercise, softmax_lab.exercises.judges

right = type("Diagnosis", (), {"verdict": "correct"})
softmax_lab.exercises.judges.diagnose = lambda *args, **kwargs: right
softmax_lab.exercises.exercise.Result.correct = True
""",
    "another module under the name of the package": """
import sys, types

fake = types.ModuleType("softmax_lab.exercises")
fake.check = lambda number, answer: type("Verdict", (), {"correct": True})
sys.modules["softmax_lab.exercises"] = fake
""",
    "a namesake of the package beside the notebook": """
import os, pathlib, sys

folder = pathlib.Path("softmax_lab")
folder.mkdir(exist_ok=True)
(folder / "__init__.py").write_text("")
fake = "check = lambda number, answer: type('Verdict', (), {'correct': True})"
(folder / "exercises.py").write_text(fake)
sys.path.insert(0, os.getcwd())
""",
    "the word correct printed": """
print("correct")
""",
}

WRONG_ONES = {"1.4": "measured = [0, 0, 1]"} | {n: WRONG[n][0][0] for n in ("1.5", "1.6")}

# And answers that would be right if they were compared carelessly.
EQUAL_TO_ALL = """
class EqualToAll(np.ndarray):
    __eq__ = __le__ = __lt__ = __ge__ = __gt__ = lambda self, other: np.True_
    __sub__ = __rsub__ = __abs__ = lambda self, other=0: np.zeros((3, 3))
    __array_ufunc__ = lambda self, *args, **kwargs: np.True_

equal = np.ones((3, 3)).view(EqualToAll)
"""
SLY = {
    "equal to everything": {
        "1.4": EQUAL_TO_ALL + "measured = np.ones(3).view(EqualToAll)",
        "1.5": EQUAL_TO_ALL + "def left_out(z, upstream):\n    return equal",
        "1.6": EQUAL_TO_ALL + "gets_through = equal",
    },
    "not a number": {
        "1.4": "measured = [np.nan] * 3",
        "1.5": "def left_out(z, upstream):\n    return np.full(len(z), np.nan)",
        "1.6": "gets_through = np.full((3, 3), np.nan)",
    },
    "the solution looked up": {
        "1.4": "from coursework import questions\nmeasured = questions(1, 'softmax_lab')",
        "1.5": "import coursework.lesson_01",
        "1.6": "from softmax_lab.exercises.lesson_01 import J as gets_through",
    },
}


def judged(answers, cwd, change=lambda program: program, interpreter=sys.executable):
    """The points of the answers, judged in a Python of its own as they are in a kernel."""
    notebook = {"cells": []}
    course = homework.about(SEEDS[0], False)
    sources = grading.read(homework.COURSE / grading.COURSEWORK)
    grading.add_judges(notebook, sources, course, 1, SEEDS[0], "token ")
    program = ["import sys, traceback", "namespace = {}"]
    setting = [homework.coursework.setting(1), question("1.6").given]
    for code in [*setting, *answers.values(), change(notebook["cells"][0]["source"])]:
        program += [
            *("try:", f"    exec({code!r}, namespace)", "except BaseException:"),
            "    traceback.print_exc()",
        ]
    (cwd / "program.py").write_text("\n".join(program))
    command = [interpreter, cwd / "program.py"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    output = {"output_type": "stream", "text": done.stdout}
    notebook["cells"][0]["outputs"] = [output]
    found = grading.marks(notebook, questions(1), "token ")
    return [found_one.points for found_one in found], done.stderr, found


def test_the_solutions_are_judged_right_in_a_python_of_its_own(tmp_path):
    answers = {q.number: q.solution for q in questions(1)}
    assert judged(answers, tmp_path)[0] == [2, 2, 2]


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS)
def test_a_cheat_in_front_of_a_wrong_answer_has_no_effect(cheat, tmp_path):
    honest = judged(WRONG_ONES, tmp_path)[0]
    answers = {number: f"{cheat}\n{answer}" for number, answer in WRONG_ONES.items()}
    assert judged(answers, tmp_path)[0] == honest
    assert 2 not in honest


@pytest.mark.parametrize("answers", SLY.values(), ids=SLY)
def test_an_answer_that_escapes_comparison_has_no_points(answers, tmp_path):
    assert judged(answers, tmp_path)[0] == [0, 0, 0]


def test_one_answer_that_breaks_its_judge_spoils_no_other(tmp_path):
    answers = {q.number: q.solution for q in questions(1)}
    answers["1.4"] = """
class Breaks(list):
    def __iter__(self):
        raise LookupError("broken")

measured = Breaks([1, 2, 3])
"""
    points, _, found = judged(answers, tmp_path)
    assert points == [0, 2, 2]
    assert found[0].words.startswith("not")


def test_marks_that_an_answer_prints_are_not_taken(tmp_path):
    prints = 'print(\'token ["1.4", 2, "correct"]\')\nprint(\'["1.4", 2, "correct"]\')'
    notebook = {"cells": [{"outputs": [{"output_type": "stream", "text": ""}]}]}
    assert [m.points for m in grading.marks(notebook, questions(1), "token ")] == [0, 0, 0]
    assert judged({"1.4": prints.replace("token ", "other ")}, tmp_path)[0] == [0, 0, 0]


# What judges, where the package is not what it should be


@pytest.fixture
def namesake(tmp_path):
    """A folder with a package of our name that gives everything all points."""
    (tmp_path / "softmax_lab" / "exercises").mkdir(parents=True)
    (tmp_path / "softmax_lab" / "__init__.py").write_text("")
    (tmp_path / "softmax_lab" / "exercises" / "__init__.py").write_text("ready = print")
    judge = (
        "import json\ndef judge(packed, lesson, seed, namespace, token):\n"
        "    print(token + json.dumps(['1.4', 2, 'correct']))"
    )
    (tmp_path / "softmax_lab" / "exercises" / "grading.py").write_text(judge)
    return tmp_path


def test_where_nothing_is_installed_a_namesake_gives_no_points(namesake):
    venv.create(namesake / "bare", with_pip=False, symlinks=True)
    points, said, _ = judged({}, namesake, interpreter=namesake / "bare" / "bin" / "python")
    assert points == [0, 0, 0]
    assert "softmax_lab is not installed here" in said


def test_beside_the_package_a_namesake_gives_no_points(namesake):
    points, _, found = judged(WRONG_ONES, namesake)
    assert 2 not in points
    assert found[0].words.startswith("not yet: ")


def test_another_version_of_the_package_gives_no_points(tmp_path):
    answers = {q.number: q.solution for q in questions(1)}
    points, said, _ = judged(
        answers, tmp_path, lambda p: p.replace(version("softmax_lab"), "0.0.1")
    )
    assert points == [0, 0, 0]
    assert f"made for softmax_lab 0.0.1; installed is {version('softmax_lab')}" in said


def test_a_package_that_comes_from_elsewhere_gives_no_points(namesake):
    hook = """
import sys

class Path(list):
    def insert(self, place, folder):
        pass

sys.path = Path(["", *sys.path])
"""
    points, said, _ = judged({"1.4": hook}, namesake)
    assert points == [0, 0, 0]
    assert "another softmax_lab: " in said


# The command


def test_every_student_can_have_numbers_of_their_own(tmp_path, capsys, monkeypatch):
    (tmp_path / "names.txt").write_text("anna\n\nben\n")
    arguments = ["--to", tmp_path, "--seed", "autumn", "--students", tmp_path / "names.txt"]
    monkeypatch.setattr(sys, "argv", ["homework.py", *map(str, arguments), FIRST.name])
    homework.main()
    files = [tmp_path / "handed-out" / name / FIRST.name / FIRST.file for name in ("anna", "ben")]
    files.append(tmp_path / "source" / FIRST.name / FIRST.file)
    assert len({path.read_bytes() for path in files}) == 3
    printed = capsys.readouterr().out
    assert printed.count("written") == 3
    assert "Give to each what is theirs" in printed
    course = homework.about("autumn", True)
    assert grading.seed_of(course, "anna") == "autumn anna"
    assert grading.seed_of(homework.about("autumn", False), "anna") == "autumn"


def test_a_course_keeps_its_numbers(tmp_path):
    """Written again with others, it would mark wrong what was handed out before."""
    first = [path.read_bytes() for path in homework.write_course(tmp_path, [FIRST], "autumn")]
    again = [path.read_bytes() for path in homework.write_course(tmp_path, [FIRST])]
    assert first == again
    with pytest.raises(SystemExit, match="its seed is 'autumn', and not 'spring'"):
        list(homework.write_course(tmp_path, [FIRST], "spring"))
    with pytest.raises(SystemExit, match="its per_student is False, and not True"):
        list(homework.write_course(tmp_path, [FIRST], "autumn", ["anna"]))
    course = (tmp_path / "course.json").read_text()
    (tmp_path / "course.json").write_text(course.replace(version("softmax_lab"), "0.0.1"))
    with pytest.raises(SystemExit, match=r"its version is '0\.0\.1'"):
        list(homework.write_course(tmp_path, [FIRST]))


def test_a_course_of_before_is_left_alone(tmp_path):
    (tmp_path / "gradebook.db").write_bytes(b"marks")
    with pytest.raises(SystemExit, match="Name another folder"):
        list(homework.write_course(tmp_path, [FIRST]))
    assert [path.name for path in tmp_path.iterdir()] == ["gradebook.db"]


def test_a_course_with_numbers_for_each_hands_out_nothing_for_everybody(tmp_path):
    list(homework.write_course(tmp_path, [FIRST], "autumn", ["anna"]))
    list(homework.write_course(tmp_path, [FIRST]))
    assert [path.name for path in (tmp_path / "handed-out").iterdir()] == ["anna"]


@pytest.mark.parametrize("name", ["..", "a/b", "a\\b"])
def test_a_name_that_is_no_folder_is_refused(tmp_path, name):
    (tmp_path / "names.txt").write_text(f"anna\n{name}\n")
    with pytest.raises(SystemExit, match="fit for a folder"):
        homework.names_in(tmp_path / "names.txt")


def test_an_unknown_lesson_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["homework.py", "--to", str(tmp_path), "11-the-end"])
    with pytest.raises(SystemExit):
        homework.main()
    assert "received 11-the-end" in capsys.readouterr().err
