"""Exercises answer back: to the stub, to the solution, to wrong answers, to whatever else."""

import ast
import inspect
from importlib import import_module

import nbformat
import numpy as np
import pytest

import exercise_cells
import homework
import notebooks
from softmax_lab import exercises, softmax, softmax_jacobian, softmax_vjp
from softmax_lab.clinic import calling
from softmax_lab.exercises import Result, answers, check, judges
from softmax_lab.exercises.__main__ import main
from softmax_lab.exercises.exercise import KINDS

TITLES = {"predict": "Predict", "code": "Code", "fault": "Find the fault"}


def lesson_of(path):
    return int(path.stem[:2])


LESSONS = notebooks.lessons()
WRONG = {
    number: pairs
    for lesson in exercises.lessons()
    for number, pairs in import_module(f"exercise_answers.lesson_{lesson:02d}").WRONG.items()
}


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    """The number of a lesson, its notebook and its exercises as cells."""
    notebook = nbformat.read(request.param, as_version=4)
    return lesson_of(request.param), notebook, exercise_cells.exercises(notebook)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(answers, "LIMIT", 0.2)
    monkeypatch.setattr(calling, "CALL_LIMIT", 0.2)


# The lessons


def test_a_lesson_has_three_exercises_and_every_kind(lesson):
    number, _, _ = lesson
    there = exercises.exercises(number)
    assert [e.number for e in there] == [f"{number}.{k}" for k in range(1, len(there) + 1)]
    assert len(there) >= 3
    assert {e.kind for e in there} == set(KINDS)


def test_an_exercise_has_its_cells_and_cells_have_their_exercise(lesson):
    number, _, cells = lesson
    there = exercises.exercises(number)
    assert [c.number for c in cells] == [e.number for e in there]
    for exercise, its_cells in zip(there, cells, strict=True):
        title = f"**Exercise {exercise.number} · {TITLES[exercise.kind]}.**"
        assert sum(cell.source.startswith(title) for cell in its_cells.asking) == 1, title


def test_exercises_without_a_lesson_are_not_kept():
    assert set(exercises.lessons()) <= set(map(lesson_of, notebooks.lessons()))


def test_stubs_are_not_answered_and_solutions_are_correct(lesson):
    _, notebook, cells = lesson
    namespace = {}
    with np.printoptions():  # which the first cell changes
        for cell in exercise_cells.setting(notebook):
            exec(cell.source, namespace)
        for exercise in cells:
            exec(exercise.answer.source, namespace)
            assert str(eval(exercise.check.source, namespace)) == "not answered yet"
            exec(exercise.solved, namespace)
            verdict = eval(exercise.check.source, namespace)
            assert verdict.correct, f"{exercise.number}: {verdict}"
            assert len(verdict.words) > 20


def test_a_lesson_is_stored_unanswered(lesson):
    _, _, cells = lesson
    for exercise in cells:
        (output,) = exercise.check.outputs
        assert output.data["text/plain"] == "not answered yet"


def test_no_other_cell_depends_on_an_answer(lesson):
    _, notebook, cells = lesson
    for exercise in cells:
        own = (exercise.answer.id, exercise.check.id)
        assert exercise.names & exercise_cells.used(exercise.check.source)
        for cell in notebook.cells:
            if cell.cell_type == "code" and cell.id not in own:
                taken = exercise.names & exercise_cells.used(cell.source)
                assert not taken, f"cell {cell.id} uses {taken}, the answer to {exercise.number}"


def test_a_solution_fits_into_its_stub(lesson):
    _, _, cells = lesson
    for exercise in cells:
        assert exercise_cells.defined(exercise.solved) == exercise.names
        ast.parse(homework.with_solution(exercise.answer.source, exercise.solved))


def test_every_exercise_has_wrong_answers():
    known = [e.number for lesson in exercises.lessons() for e in exercises.exercises(lesson)]
    assert sorted(WRONG) == sorted(known)
    assert all(len(pairs) >= 2 for pairs in WRONG.values())


@pytest.mark.parametrize(
    ("number", "answer", "expected"),
    [
        pytest.param(number, answer, expected, id=f"{number}-{expected}")
        for number, pairs in WRONG.items()
        for answer, expected in pairs
    ],
)
def test_a_wrong_answer_is_told_what_is_wrong(number, answer, expected):
    verdict = check(number, answer)
    assert verdict.status == "not yet"
    assert expected in verdict.words
    assert str(verdict) == str(check(number, answer))


# What is said to answers of any kind


@pytest.mark.parametrize(
    "stub",
    [..., None, [..., ...], (1.0, None), np.array([[..., 1.0]]), lambda z: ...],
    ids=["dots", "None", "list", "tuple", "array", "function of dots"],
)
def test_a_stub_is_not_answered_yet(stub):
    assert str(check("1.2", stub)) == "not answered yet"


def test_a_stub_that_says_so_is_not_answered_yet():
    def my_jacobian(z):
        raise NotImplementedError

    assert str(check("1.2", my_jacobian)) == "not answered yet"


def test_a_function_without_return_is_asked_for_it():
    def my_jacobian(z):
        softmax_jacobian_of_mine = np.outer(z, z)  # noqa: F841

    verdict = check("1.2", my_jacobian)
    assert verdict.status == "not answered yet"
    assert "return statement" in verdict.words


def test_an_error_is_told_with_its_line():
    def my_jacobian(z):
        h = softmax(z)
        return np.diag(h) @ np.ones(len(h) + 1)

    words = check("1.2", my_jacobian).words
    line = inspect.getsourcelines(my_jacobian)[1] + 2
    assert "it raised ValueError: matmul: " in words
    assert f"in line {line}: `return np.diag(h) @ np.ones(len(h) + 1)`" in words


def test_a_call_that_does_not_fit_is_told():
    assert "it raised TypeError" in check("1.2", lambda: 1).words


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, RecursionError, MemoryError])
def test_no_error_takes_the_notebook_down(error):
    def my_jacobian(z):
        raise error("enough")

    assert f"it raised {error.__name__}: enough" in check("1.2", my_jacobian).words


def test_an_address_in_a_message_is_left_out():
    def my_jacobian(z):
        raise ValueError(f"{object()}")

    words = check("1.2", my_jacobian).words
    assert "<object object at 0x…>" in words
    assert words == check("1.2", my_jacobian).words


def test_what_never_returns_is_told_so(impatient):
    def my_jacobian(z):
        while True:
            pass

    assert "never returned" in check("1.2", my_jacobian).words


def test_an_unknown_exercise_is_refused():
    with pytest.raises(ValueError, match=r"received '1\.9'.*1\.1, 1\.2, 1\.3"):
        check("1.9", 0)
    with pytest.raises(ValueError, match="must be that of an exercise"):
        check(len, 0)


def test_a_verdict_looks_the_same_as_text_and_in_a_notebook():
    verdict = Result("not yet", "raise z_j, not `z_j < b`.\n\nTry.")
    assert str(verdict) == repr(verdict) == "not yet: raise z_j, not `z_j < b`.\n\nTry."
    html = verdict._repr_html_()
    assert "not yet</strong> Raise z<sub>j</sub>, not <code>z_j &lt; b</code>.</p>" in html
    assert html.count("<p ") == html.count("</p>") == 2
    assert Result("not answered yet")._repr_html_().endswith("not answered yet</strong></p>")


# The judges


T = np.array([[1.0, 2.0], [3.0, -4.0]])


@pytest.mark.parametrize(
    ("truth", "answer", "said"),
    [
        (T, -T, "the size is right, the sign is not"),
        (T, 3 * T, "3 times too large"),
        (T, -T / 2, "2 times too small, and of the wrong sign"),
        (T, T.T, "rows and columns have changed places"),
        (T, T[0], "an array of shape (2, 2) is asked for, and this is an array of shape (2,)"),
        (T, 5, "an array of shape (2, 2) is asked for, and this is one number"),
        (T, np.add(T, [[0, 1], [0, 0]]), "entry (0, 1) is not right"),
        (T, np.add(T, [[0, 1], [5, 0]]), "entries (0, 1) and (1, 0) are not right"),
        (T, np.add(T, [[7, 1], [5, 2]]), "all entries are not right"),
        (T, T.round() + 1e-4, "about 4 digits only"),
        (T, np.add(T, [[0, np.nan], [0, 0]]), "entry (0, 1) is not a finite number"),
        (T, 0 * T, "all entries are not right"),
        (0 * T, T, "all entries are not right"),
        (0 * T, 1e-4 + 0 * T, "about 4 digits only"),
        (0.25, 1, "too large"),
        (0.25, -1, "too small"),
        (0.25, np.inf, "not a finite number"),
        (0.25, "a quarter", "numbers are asked for, and this is of type str"),
        (0.25, 1j, "numbers are asked for, and this is of type complex"),
        (T, [[1, 2], [3]], "rows of equal length"),
        (
            np.arange(10.0),
            np.arange(10.0) * [1, 1, 1, 3, 2, 5, 7, 9, 4, 6],
            "entries 3, 4, 5, 6, 7, 8 and 1 more",
        ),
    ],
)
def test_numbers_that_nobody_foresaw_get_a_symptom(truth, answer, said):
    try:
        hint = judges.numbers(truth)(answer)
    except answers.Trouble as trouble:
        hint = str(trouble)
    assert said in hint


def test_numbers_within_rounding_are_right():
    judge = judges.numbers(T, foreseen=[(T + 1, "one too many")])
    assert judge(T * (1 + 1e-9)) is None
    assert judge(T.tolist()) is None
    assert judge(T + 1) == "one too many"


def test_nothing_is_right_because_it_says_so():
    class Equal(np.ndarray):
        __eq__ = __le__ = lambda self, other: np.True_
        __sub__ = __rsub__ = lambda self, other: np.zeros((2, 2))

    assert judges.numbers(T)(np.ones((2, 2)).view(Equal)) is not None
    assert judges.numbers(T)(np.full((2, 2), np.nan)) is not None


def test_a_choice_has_a_hint_for_every_option():
    judge = judges.choice("gradient", {"jacobian": "that is a matrix.", 3: "that is a number."})
    assert judge("gradient") is None
    assert judge("jacobian") == "that is a matrix."
    assert judge(3) == "that is a number."
    for other in ("loss", 3.5, ["gradient"], np.array("gradient")):
        assert judge(other) == "answer with one of 'gradient', 'jacobian', 3."


def test_a_function_is_judged_by_examples():
    examples = [(np.array([1.0, 2.0]), 3.0), (np.array([0.5, -1.0]), 2.0)]
    judge = judges.function(
        lambda x, c: c * x, examples, foreseen=[(lambda x, c: x, "where did c go?")]
    )
    assert judge(lambda x, c: x * c) is None
    assert judge(lambda x, c: x + 0) == "where did c go?"
    assert (
        judge(lambda x, c: -c * x)
        == "called with [1., 2.], 3.: the size is right, the sign is not."
    )
    right_once = judge(lambda x, c: c * x if c > 2 else x)
    assert right_once.startswith("called with [ 0.5, -1. ], 2.: a common factor is wrong")
    with pytest.raises(answers.Trouble, match="without calling it"):
        judge(3.0)


def test_a_function_that_writes_to_its_arguments_harms_no_example():
    examples = [(np.array([1.0, 2.0]),)]
    judge = judges.function(lambda x: x + 1, examples)

    def add(x):
        x += 1
        return x

    assert judge(add) is None
    assert judge(add) is None


def test_the_clinic_is_asked_with_the_settings_of_the_exercise():
    judge = judges.clinic("jacobian", given="output")
    assert judge(lambda h: np.diag(h) - np.outer(h, h)) is None
    hint = judge(lambda h: h * (1 - h))
    assert "`diagonal_only`" in hint
    assert "diagnose(your_answer, 'jacobian', given='output')" in hint


def test_two_mistakes_are_named_together_or_as_alternatives():
    def both(z, t):
        h = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
        return t - h

    hint = judges.clinic("loss_gradient")(both)
    assert "`missing_mean`" in hint
    assert "and, at the same time," in hint
    assert "`sign_flipped`" in hint


def test_a_mistake_without_a_name_gets_the_clinic_s_symptoms():
    hint = judges.clinic("jacobian")(lambda z: softmax_jacobian(z) + 3)
    assert hint.startswith("no mistake that the clinic knows. What was seen: ")
    assert "not to 0" in hint


def test_what_breaks_on_large_logits_is_accepted_only_where_an_exercise_says_so():
    def textbook(z):
        h = np.exp(z) / np.exp(z).sum()
        return np.diag(h) - np.outer(h, h)

    hint = judges.clinic("jacobian")(textbook)
    assert hint.startswith("right on ordinary inputs, but not on all. What was seen: It gives nan")
    assert judges.clinic("jacobian", accept=("correct", "fragile"))(textbook) is None


def test_an_error_is_that_of_one_vector_where_a_vector_will_do():
    with pytest.raises(answers.Trouble, match="Cannot interpret '3' as a data type"):
        judges.clinic("jacobian")(lambda z: np.zeros(len(z), len(z)))


def test_a_layer_s_error_is_told_with_its_line():
    class Layer:
        def forward(self, z):
            self.h = softmax(z)
            return self.h

        def backward(self, upstream):
            return self.output * upstream

    with pytest.raises(answers.Trouble, match=r"no attribute 'output'.*self\.output \* upstream"):
        judges.clinic("backward")(Layer)
    with pytest.raises(answers.Trouble, match="no attribute 'output'"):
        judges.clinic("backward")(Layer())


def test_a_layer_s_stub_is_not_answered_yet():
    class Layer:
        def forward(self, z, t):
            raise NotImplementedError

        def backward(self):
            raise NotImplementedError

    with pytest.raises(answers.Unanswered):
        judges.clinic("loss_gradient")(Layer)


def helper(z):
    return softmax_jacobian(z)


def through_a_helper(z):
    return helper(z)


def through_itself(n):
    return through_itself(n - 1) if n else softmax_vjp


class AsAMethod:
    def forward(self, z):
        return softmax_jacobian(z)


def through_a_module(z):
    return exercises.softmax_jacobian(z)


@pytest.mark.parametrize(
    "answer",
    [
        softmax_jacobian,
        helper,
        through_a_helper,
        AsAMethod,
        AsAMethod(),
        through_a_module,
        lambda z: [softmax_jacobian(row) for row in z],
    ],
)
def test_work_left_to_the_package_is_seen(answer):
    assert answers.borrowed(answer, ("softmax_jacobian",)) == "softmax_jacobian"


def test_what_is_one_s_own_is_not_borrowed():
    namespace = {"np": np}
    exec("def softmax_jacobian(z):\n    return np.diag(z)", namespace)
    exec("def answer(z):\n    return softmax_jacobian(z)", namespace)
    for answer in (namespace["answer"], namespace["softmax_jacobian"], through_itself, softmax, 3):
        assert answers.borrowed(answer, ("softmax_jacobian",)) is None


# Progress


def one_right_one_raising_one_open(folder):
    """Lesson 1 as a file, after somebody has worked on it."""
    notebook = nbformat.read(notebooks.FOLDER / "01-the-failing-check.ipynb", as_version=4)
    first, second, _ = exercise_cells.exercises(notebook)
    first.answer.source = first.solved
    second.answer.source = "def my_jacobian(z):\n    n = len(z)\n    return J[:n] / 0"
    kept = {cell.id for cell in exercise_cells.setting(notebook)}
    kept |= {cell.id for cell in exercise_cells.section(notebook)}
    notebook.cells = [cell for cell in notebook.cells if cell.id in kept]
    path = folder / "worked on.ipynb"
    nbformat.write(notebook, path)
    nbformat.write(notebooks.executed(path), path)
    return path


def test_progress_is_read_from_a_notebook_that_was_worked_on(tmp_path, capsys):
    path = one_right_one_raising_one_open(tmp_path)
    before = path.read_bytes()
    assert main([str(path)]) == 0
    assert path.read_bytes() == before
    assert capsys.readouterr().out.splitlines() == [
        "worked on.ipynb",
        "  1.1  predict  correct",
        "  1.2  code     not yet: it raised NameError: name 'J' is not defined, in line 3: "
        "`return J[:n] / 0`.",
        "  1.3  fault    not answered yet",
        "  1 of 3 correct",
    ]


def test_a_check_that_was_not_run_or_stopped_is_told(tmp_path, capsys):
    notebook = nbformat.read(notebooks.FOLDER / "01-the-failing-check.ipynb", as_version=4)
    first, second, _ = exercise_cells.exercises(notebook)
    first.check.outputs = []
    error = {"output_type": "error", "ename": "NameError", "evalue": "", "traceback": []}
    second.check.outputs = [nbformat.from_dict(error)]
    nbformat.write(notebook, tmp_path / "lesson.ipynb")
    assert main([str(tmp_path / "lesson.ipynb")]) == 0
    _, one, two, *_ = capsys.readouterr().out.splitlines()
    assert "was not run" in one
    assert "stopped with NameError" in two


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "must exist"),
        (b"no JSON", "must be a Jupyter notebook"),
        (b"\xff\xfe\x00", "must be a Jupyter notebook"),
        (b"[1, 2]", "must be a Jupyter notebook"),
        (b'{"cells": [1]}', "must be a Jupyter notebook"),
        (b'{"cells": []}', "must have exercises"),
    ],
)
def test_a_file_that_is_no_lesson_is_refused(tmp_path, capsys, content, said):
    path = tmp_path / "file.ipynb"
    if content is not None:
        path.write_bytes(content)
    assert main([str(path)]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


# Cells out of place are noticed


def made(*cells):
    notebook = nbformat.v4.new_notebook()
    for kind, source, *tags in cells:
        new = getattr(nbformat.v4, f"new_{kind}_cell")
        notebook.cells.append(new(source, metadata={"tags": tags}))
    return notebook


HEADING = ("markdown", "## Exercises")
ANSWER = ("code", "a = ...", "exercise")
CHECK = ("code", 'check("1.1", a)', "check")
FOLDED = ("markdown", "<details>\n<summary>S</summary>\n\n```python\na = 1\n```\n\n</details>")
SOLUTION = (*FOLDED, "solution")


def test_cells_in_place_are_read():
    (exercise,) = exercise_cells.exercises(made(HEADING, ANSWER, CHECK, SOLUTION))
    assert (exercise.number, exercise.names, exercise.solved) == ("1.1", {"a"}, "a = 1")


@pytest.mark.parametrize(
    "cells",
    [
        (ANSWER, CHECK, SOLUTION),
        (HEADING, HEADING, ANSWER, CHECK, SOLUTION),
        (HEADING, ANSWER, CHECK),
        (HEADING, ANSWER, SOLUTION),
        (HEADING, CHECK, ANSWER, SOLUTION),
        (HEADING, ANSWER, CHECK, SOLUTION, ANSWER),
        (HEADING, ANSWER, CHECK, ("code", "a = 1", "solution")),
    ],
)
def test_cells_out_of_place_are_refused(cells):
    with pytest.raises(ValueError, match="received"):
        exercise_cells.exercises(made(*cells))


@pytest.mark.parametrize("source", ['print(check("1.1", a))', 'x = check("1.1", a)', "a\nb", ""])
def test_a_check_cell_is_one_call_of_check(source):
    check_cell = ("code", source, "check")
    (exercise,) = exercise_cells.exercises(made(HEADING, ANSWER, check_cell, SOLUTION))
    with pytest.raises(ValueError, match="one call of check"):
        exercise.call  # noqa: B018


@pytest.mark.parametrize(
    "source",
    [
        FOLDED[1].replace("</summary>\n\n", "</summary>\n"),
        FOLDED[1].replace("\n\n</details>", "\n</details>"),
        FOLDED[1].replace("```python", "```"),
        FOLDED[1] + "\n\nmore",
    ],
)
def test_a_solution_is_one_folded_block_with_code(source):
    folded = ("markdown", source, "solution")
    (exercise,) = exercise_cells.exercises(made(HEADING, ANSWER, CHECK, folded))
    with pytest.raises(ValueError, match="one <details> block"):
        exercise.solved  # noqa: B018


def test_names_are_those_defined_at_the_top():
    source = "import a.b\nimport a.b as c\nfrom d import e\nx, (y, z) = 1, (2, 3)\nx.q = w[0] = 5\n"
    assert exercise_cells.defined(source) == {"a", "c", "e", "x", "y", "z"}
    source = "def f(p):\n    q = p\n\n\nclass C:\n    r = 1\n"
    assert exercise_cells.defined(source) == {"f", "C"}
