"""The homework of a lesson: its cells, and tests that no answer gets around."""

import subprocess
import sys
import venv
from importlib.metadata import version

import nbformat
import pytest

import exercise_cells
import homework
import notebooks

LESSON = notebooks.FOLDER / "01-the-failing-check.ipynb"
EXERCISES = exercise_cells.exercises(nbformat.read(LESSON, as_version=4))
SOLUTIONS = {f"answer-{e.number.replace('.', '-')}": e.solved for e in EXERCISES}

WRONG = {
    "answer-1-1": "differs = [True, True, True]",
    "answer-1-2": "def my_jacobian(z):\n    h = softmax(z)\n    return h * (1 - h)",
    "answer-1-3": "slips_through = np.diag(h * (1 - h))",
}

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
        "answer-1-1": EQUAL_TO_ALL + "differs = np.ones(3).view(EqualToAll)",
        "answer-1-2": EQUAL_TO_ALL + "def my_jacobian(z):\n    return equal",
        "answer-1-3": EQUAL_TO_ALL + "slips_through = equal",
    },
    "not a number": {
        "answer-1-1": "differs = [np.nan] * 3",
        "answer-1-2": "def my_jacobian(z):\n    return np.full((len(z), len(z)), np.nan)",
        "answer-1-3": "slips_through = np.full((3, 3), np.nan)",
    },
    "the work left to the package": {
        "answer-1-2": "from softmax_lab import softmax_jacobian as my_jacobian",
    },
}


@pytest.fixture(scope="module")
def source():
    return homework.homework(nbformat.read(LESSON, as_version=4))


def kind(cell, what):
    return cell.metadata.nbgrader[what]


# What the answers need of the cells before them, without pictures and SymPy, which take long.
BEFORE = """
import numpy as np
from softmax_lab import softmax

h = softmax(np.array([2.0, 1.0, 0.1]))
"""


def run(cells, cwd):
    """Answers and tests in a Python of its own, each test's outcome as one line."""
    program = ["namespace = {}", f"exec({BEFORE!r}, namespace)"]
    for cell in cells:
        if not (kind(cell, "grade") or kind(cell, "solution")):
            continue
        if kind(cell, "grade"):
            program += [
                f"try:\n    exec({cell.source!r}, namespace)\nexcept AssertionError:",
                f"    print('{kind(cell, 'grade_id')} failed')",
            ]
        else:
            program.append(f"exec({cell.source!r}, namespace)")
    done = subprocess.run(
        [sys.executable, "-"], input="\n".join(program), cwd=cwd, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("test-")]


def handed_in(notebook, answers):
    """A copy of a notebook with answers in their cells, by grade id."""
    notebook = nbformat.from_dict(notebook)
    for cell in notebook.cells:
        cell.source = answers.get(kind(cell, "grade_id"), cell.source)
    return notebook


def test_the_solutions_pass_their_own_tests(source, tmp_path):
    expected = [f"test-{e.number.replace('.', '-')} passed" for e in EXERCISES]
    assert run(source.cells, tmp_path) == expected


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS)
def test_a_cheat_in_front_of_a_wrong_answer_has_no_effect(source, cheat, tmp_path):
    answers = {name: f"{cheat}\n{answer}" for name, answer in WRONG.items()}
    outcomes = run(handed_in(source, answers).cells, tmp_path)
    assert [line.split()[1] for line in outcomes] == ["failed"] * len(EXERCISES)


@pytest.mark.parametrize("answers", SLY.values(), ids=SLY)
def test_an_answer_that_escapes_comparison_is_not_correct(source, answers, tmp_path):
    outcomes = run(handed_in(source, answers).cells, tmp_path)
    for name in answers:
        assert f"{name.replace('answer', 'test')} failed" in outcomes


def test_the_homework_is_the_same_bytes_each_time():
    lesson = nbformat.read(LESSON, as_version=4)
    first, second = (notebooks.written(homework.homework(lesson)) for _ in range(2))
    assert first == second


def test_every_cell_but_the_answers_is_locked(source):
    for cell in source.cells:
        assert kind(cell, "locked") != kind(cell, "solution")
        assert ("BEGIN SOLUTION" in cell.source) == kind(cell, "solution")


def test_the_homework_has_the_lesson_s_exercises_without_their_solutions(source):
    tests = [cell for cell in source.cells if kind(cell, "grade")]
    assert len(tests) == len(EXERCISES)
    assert not any("<details>" in cell.source for cell in source.cells)


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


# The test cell itself, where the package is not what it should be


def said_by(source, cwd, interpreter=sys.executable):
    """What a test cell says in a Python of its own: its status and its last line."""
    program = f"differs = [True, True, True]\n{source}"
    done = subprocess.run([interpreter, "-c", program], cwd=cwd, capture_output=True, text=True)
    return done.returncode, (done.stderr or done.stdout).strip().splitlines()[-1]


@pytest.fixture(scope="module")
def first_test(source):
    """The test of exercise 1.1."""
    return next(cell.source for cell in source.cells if kind(cell, "grade_id") == "test-1-1")


@pytest.fixture
def namesake(tmp_path):
    """A folder with a package of our name that calls everything correct."""
    (tmp_path / "softmax_lab").mkdir()
    (tmp_path / "softmax_lab" / "__init__.py").write_text("")
    check = "check = lambda number, answer: type('Verdict', (), {'correct': True})"
    (tmp_path / "softmax_lab" / "exercises.py").write_text(check)
    return tmp_path


def test_where_nothing_is_installed_a_namesake_does_not_pass(first_test, namesake):
    venv.create(namesake / "bare", with_pip=False, symlinks=True)
    status, said = said_by(first_test, namesake, namesake / "bare" / "bin" / "python")
    assert status == 1
    assert said.startswith("ModuleNotFoundError: No module named")  # the end of the message
    assert "softmax_lab" in said


def test_beside_the_package_a_namesake_does_not_pass(first_test, namesake):
    status, said = said_by(first_test, namesake)
    assert (status, said.partition(":")[0]) == (1, "AssertionError")
    assert "errors are" not in said
    assert "not yet" in said


def test_another_version_of_the_package_does_not_pass(first_test, tmp_path):
    other = first_test.replace(version("softmax_lab"), "0.0.1")
    status, said = said_by(other, tmp_path)
    assert status == 1
    assert said == (
        f"AssertionError: made for softmax_lab 0.0.1; installed is {version('softmax_lab')}"
    )


def test_a_package_that_comes_from_elsewhere_does_not_pass(first_test, namesake):
    hook = """
import sys

class Path(list):
    def insert(self, place, folder):
        pass

sys.path = Path(["", *sys.path])
"""
    status, said = said_by(hook + first_test, namesake)
    assert status == 1
    assert said.startswith("AssertionError: another softmax_lab: ")
