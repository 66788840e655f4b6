"""Exercises answer back: to the stub, to the solution, to wrong answers, to whatever else."""

import ast
import inspect
import re
from functools import cache
from importlib import import_module
from itertools import product

import nbformat
import numpy as np
import pytest
from scipy import special

import exercise_cells
import homework
import notebooks
import softmax_lab
from exercise_answers.forms import FORMS, from_float32, overwriting
from exercise_answers.from_catalogue import ANSWERS as MISTAKES
from softmax_lab import exercises
from softmax_lab.clinic.catalogue import CATALOGUE
from softmax_lab.exercises import check
from softmax_lab.exercises.exercise import KINDS

pytestmark = pytest.mark.usefixtures("in_this_process")

TITLES = {"predict": "Predict", "code": "Code", "fault": "Find the fault"}


def lesson_of(path):
    return int(path.stem[:2])


def collected(name):
    """What the files of answers say, one after the other."""
    files = [import_module(f"exercise_answers.lesson_{k:02d}") for k in exercises.lessons()]
    return {number: answers for file in files for number, answers in getattr(file, name).items()}


LESSONS = notebooks.lessons()
CLINIC = next(lesson_of(path) for path in LESSONS if "clinic" in path.stem)
WRONG, RIGHT = collected("WRONG"), collected("RIGHT")


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    """The number of a lesson, its notebook and its exercises as cells."""
    notebook = nbformat.read(request.param, as_version=4)
    return lesson_of(request.param), notebook, exercise_cells.exercises(notebook)


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


@cache
def solved(path):
    """For each exercise of a lesson the stub and the solution, as the reader would hand them in."""
    notebook = nbformat.read(path, as_version=4)
    namespace, answers = {}, {}
    with np.printoptions():  # which the first cell changes
        for cell in exercise_cells.setting(notebook):
            exec(cell.source, namespace)
        for exercise in exercise_cells.exercises(notebook):
            handed_in = compile(ast.Expression(exercise.call.args[1]), "<check>", "eval")
            exec(exercise.answer.source, namespace)
            stub = eval(handed_in, namespace)
            exec(exercise.solved, namespace)
            answers[exercise.number] = stub, eval(handed_in, namespace)
    return answers


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_stubs_are_not_answered_and_solutions_are_correct(path):
    for number, (stub, solution) in solved(path).items():
        assert str(check(number, stub)) == "not answered yet"
        verdict = check(number, solution)
        assert verdict.correct, f"{number}: {verdict}"
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


SAID = {}


def said_to(number, answer):
    """The verdict on one of the wrong answers, which several tests look at."""
    key = number, id(answer)  # they are all kept, so that no two have one id
    if key not in SAID:
        SAID[key] = check(number, answer)
    return SAID[key]


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
    verdict = said_to(number, answer)
    assert verdict.status == "not yet"
    assert expected in verdict.words
    assert str(verdict) == str(check(number, answer))


# Right answers are not refused, and wrong ones not accepted


def functions(path):
    """The exercises of a lesson that ask for a function, with their solutions."""
    return {n: solution for n, (_, solution) in solved(path).items() if is_function(solution)}


def is_function(answer):
    return callable(answer) and not isinstance(answer, type)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_right_answer_is_correct_in_every_form(path, form):
    for number, solution in functions(path).items():
        if (number, form) == ("1.2", from_float32):
            continue  # a step of 1e-5 is lost in float32, and so are the digits: not right
        assert check(number, form(solution)).correct, check(number, form(solution))


@pytest.mark.parametrize(
    ("number", "answer"), [(n, answer) for n, answers in RIGHT.items() for answer in answers]
)
def test_a_right_answer_of_another_kind_is_correct(number, answer):
    assert check(number, answer).correct, check(number, answer)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_functions_are_tried_in_six_right_forms_and_eight_wrong_ones(path):
    for number, solution in functions(path).items():
        wrong = [answer for answer, _ in WRONG[number] if callable(answer)]
        wrong += [answer for _, n, answer in MISTAKES if n == number]
        assert len(RIGHT[number]) + len(FORMS) >= 6
        assert len(wrong) >= 8, (number, solution)


@pytest.mark.parametrize(
    ("number", "answer"), [pytest.param(n, answer, id=name) for name, n, answer in MISTAKES]
)
def test_no_mistake_of_the_catalogue_is_accepted(number, answer):
    assert said_to(number, answer).status == "not yet"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_an_answer_that_overwrites_its_arguments_is_told_so_everywhere(path):
    for number, solution in functions(path).items():
        verdict = check(number, overwriting(solution))
        if number == "6.3":
            assert verdict.correct  # it is given four numbers, which nobody can overwrite
        else:
            assert verdict.status == "not yet"
            assert "right, but it overwrites" in verdict.words, (number, verdict)


MEASURING = {"numerical_gradient", "numerical_jacobian", "check_gradient"}
JACOBIANS = {"softmax_jacobian", "softmax_jacobian_from_output"}
PRODUCTS = {"softmax_vjp", "softmax_vjp_from_output"}
BORROWED = {
    "1.2": MEASURING | JACOBIANS | PRODUCTS,
    "2.2": MEASURING | JACOBIANS | PRODUCTS,
    "2.3": MEASURING,
    "3.2": MEASURING | PRODUCTS,
    "3.3": MEASURING,
    "4.2": MEASURING | PRODUCTS | {"squared_error_gradient", "squared_error_output_gradient"},
    "4.3": MEASURING,
    "5.2": JACOBIANS | PRODUCTS,
    "5.3": MEASURING,
    "6.2": {"cross_entropy", "cross_entropy_value_and_gradient", "kl_divergence", "log_softmax"},
    "6.3": {"logsumexp", "log_softmax"},
    "7.2": {"check_gradient"},
    "7.3": MEASURING,
    "9.2": MEASURING | {"attention_vjp", "attention_blockwise_vjp"},
    "9.3": MEASURING | {"attention_vjp", "attention_blockwise_vjp"},
    "10.3": MEASURING,
}


@pytest.mark.parametrize("number", BORROWED)
def test_no_function_of_the_package_does_the_reader_s_work(number):
    for name in BORROWED[number]:
        assert str(check(number, getattr(softmax_lab, name))) == (
            f"not yet: it uses `{name}`, whose work is yours to do here."
        )


def one_hot(t):
    return bool((np.count_nonzero(np.atleast_2d(t), axis=-1) == 1).all())


def soft(t):
    return not (np.count_nonzero(np.atleast_2d(t), axis=-1) == 1).any()


# Of which inputs an answer may not be wrong, if it is to be correct.
VECTORS = (lambda z, *more: len(z) == 3, lambda z, *more: len(z) > 3)
BATCHES = (
    lambda z, *more: z.shape[0] > z.shape[1],
    lambda z, *more: z.shape[0] < z.shape[1],
    lambda z, *more: z.shape[0] == z.shape[1],
)
TARGETS = (lambda z, t, *more: one_hot(t), lambda z, t, *more: soft(t))
CONDITIONS = {
    "1.2": (*VECTORS, lambda z: len(z) < 3),
    "2.2": BATCHES,
    "2.3": (*VECTORS, lambda z, T: T > 1, lambda z, T: T < 1),
    "3.2": (*VECTORS, lambda z, v: v.all(), lambda z, v: not v.all()),
    "3.3": (
        lambda q, K, V, v: len(K) == len(q),
        lambda q, K, V, v: len(K) > len(q),
        lambda q, K, V, v: len(v) < len(q),
    ),
    "4.2": BATCHES,
    "4.3": (
        VECTORS[1],
        lambda z, t, w: len(z) == 3 and one_hot(t),
        lambda z, t, w: len(z) == 3 and soft(t),
    ),
    "5.2": (*BATCHES, TARGETS[0]),
    "6.2": (
        *BATCHES,
        lambda z, t: len(z) > 1 and one_hot(t),
        lambda z, t: len(z) == 1 and soft(t) and z.max() > 0,
        lambda z, t: len(z) == 1 and one_hot(t) and z.max() > 700,
        lambda z, t: z.min() < -400,
    ),
    "6.3": (
        lambda m1, S1, m2, S2: abs(m1) < 700 and m1 > m2,
        lambda m1, S1, m2, S2: abs(m1) < 700 and m1 < m2,
        lambda m1, S1, m2, S2: m1 > 700,
        lambda m1, S1, m2, S2: m1 < -700 and m2 < -700,
        lambda m1, S1, m2, S2: m1 < -700 and m2 > 0,
    ),
    "7.2": (
        lambda a, b: a.shape != b.shape,
        lambda a, b: a.ndim == 2,
        lambda a, b: not a.any() and not b.any(),
        lambda a, b: not np.isfinite(b).all(),
        lambda a, b: 0 < np.abs(a).max() < 1e-6,
        lambda a, b: np.abs(a).max() > 1e6,
    ),
    "7.3": (
        lambda f, x, u: x.dtype.kind == "i",
        lambda f, x, u: u.dtype.kind == "i",
        lambda f, x, u: x.ndim == 2,
        lambda f, x, u: np.count_nonzero(u) == 1,
    ),
    "8.3": (lambda h, t: h[0, 0] > 0.5, lambda h, t: h[0, 0] < 0.3),
    "9.2": (
        lambda q, K, V, mask, v: not mask.all() and len(K) == len(q),
        lambda q, K, V, mask, v: not mask.all() and len(K) != len(q),
        lambda q, K, V, mask, v: not mask[0],
        lambda q, K, V, mask, v: mask.all(),
        lambda q, K, V, mask, v: len(v) < len(q),
    ),
    "9.3": (
        lambda Q, K, V, v: len(Q) == len(K),
        lambda Q, K, V, v: 1 < len(Q) < len(K),
        lambda Q, K, V, v: len(Q) > len(K),
        lambda Q, K, V, v: len(Q) == 1,
        lambda Q, K, V, v: V.shape[1] < Q.shape[1],
    ),
    "10.2": (lambda labels, n, *more: n == 3, lambda labels, n, *more: n > 3),
    "10.3": (*BATCHES, lambda log_h, v: v.all(), lambda log_h, v: log_h.min() < -700),
}


@pytest.mark.parametrize("number", CONDITIONS)
def test_an_answer_that_is_wrong_for_some_inputs_is_not_correct(number):
    path = next(path for path in LESSONS if lesson_of(path) == int(number.partition(".")[0]))
    solution = solved(path)[number][1]

    for k, condition in enumerate(CONDITIONS[number]):

        def wrong_sometimes(*given, condition=condition):
            value = np.asarray(solution(*given))
            return value + 1 if condition(*given) else value

        assert check(number, wrong_sometimes).status == "not yet", f"condition {k} is never met"


# What a hint may say


def verdicts(number):
    """All that is said to wrong answers to an exercise."""
    wrong = [answer for answer, _ in WRONG[number]]
    wrong += [answer for _, n, answer in MISTAKES if n == number]
    return {str(said_to(number, answer)) for answer in wrong}


def test_the_clinic_s_names_are_for_those_who_have_met_them(lesson):
    number, _, cells = lesson
    keys = {entry.key for entries in CATALOGUE.values() for entry in entries}
    for exercise in cells:
        question = " ".join(cell.source for cell in [*exercise.asking, exercise.answer])
        unknown = {key for key in keys if key not in question} if number < CLINIC else set()
        for said in verdicts(exercise.number):
            assert not unknown & set(re.findall(r"\w+", said)), said
            assert number >= CLINIC or "diagnose(" not in said, said


def test_what_raises_on_vectors_and_batches_is_not_called_right_for_vectors():
    assert str(check("2.2", lambda h: h @ np.ones(7))).startswith("not yet: it raised ValueError")


def test_no_hint_gives_the_solution_or_the_clinic_s_cure_away(lesson):
    _, _, cells = lesson
    cures = {entry.cure for entries in CATALOGUE.values() for entry in entries}
    for exercise in cells:
        tree = ast.walk(ast.parse(exercise.solved))
        values = [node.value for node in tree if isinstance(node, ast.Assign | ast.Return)]
        lines = {line for value in values if len(line := ast.unparse(value)) > 8}
        for said in verdicts(exercise.number):
            assert not any(secret in said for secret in cures | lines), said


def test_no_hint_speaks_of_declarations_that_nobody_made(lesson):
    number, _, cells = lesson
    if number < CLINIC:
        assert not any("declared" in said for e in cells for said in verdicts(e.number))


def test_the_table_of_slopes_is_that_of_the_lesson():
    path = next(path for path in LESSONS if lesson_of(path) == 5)
    namespace = {"np": np}
    exec(exercise_cells.section(nbformat.read(path, as_version=4))[1].source, namespace)
    lesson = import_module("softmax_lab.exercises.lesson_05")
    assert list(lesson.SLOPES) == list(lesson.OUTPUTS) == list(namespace["slopes"])
    x = np.array([-2.3, -1e-9, 0.0, 1e-9, 0.7, 1.9])
    for name, slope in namespace["slopes"].items():
        np.testing.assert_array_equal(lesson.SLOPES[name](x), slope(x))
    a = {name: output(x) for name, output in lesson.OUTPUTS.items()}
    np.testing.assert_allclose(a["sigmoid"], special.expit(x))
    np.testing.assert_allclose(a["tanh"], special.expit(2 * x) * 2 - 1, atol=1e-15)
    np.testing.assert_allclose(a["leaky ReLU"], np.maximum(x, x / 10))
    np.testing.assert_allclose(a["softplus"], np.log1p(np.exp(x)))
    np.testing.assert_allclose(a["ELU"], np.maximum(x, np.expm1(np.minimum(x, 0))), atol=1e-15)


def test_the_patients_are_those_of_the_lesson():
    path = next(path for path in LESSONS if lesson_of(path) == CLINIC)
    code = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    for patient, _, _ in import_module(f"softmax_lab.exercises.lesson_{CLINIC:02d}").PATIENTS:
        (shown,) = (source for source in code if f"def {patient.__name__}(" in source)
        assert lines_of(inspect.getsource(patient), patient) == lines_of(shown, patient)


def lines_of(source, function):
    """A function's statements without its docstring, however they are laid out."""
    tree = ast.parse(source)
    (found,) = (node for node in tree.body if getattr(node, "name", "") == function.__name__)
    return [ast.unparse(line) for line in found.body if not isinstance(line, ast.Expr)]


def test_every_line_of_the_table_is_asked_about():
    said = str(check("5.1", [True] * 5))
    for name in ("sigmoid", "tanh", "leaky ReLU", "softplus", "ELU"):
        assert re.search(rf"{name}: [^?]+\?", said)


def test_a_table_of_true_and_false_is_not_given_away():
    said = {}
    for answer in product([True, False], repeat=5):
        right = sum(a == b for a, b in zip(answer, [True, False, True, False, True], strict=True))
        said.setdefault(right, set()).add(str(check("5.1", answer)))
    assert {right: len(words) for right, words in said.items()} == dict.fromkeys(range(6), 1)
