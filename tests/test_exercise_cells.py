"""The cells of exercises: read where they are in place, refused where they are not."""

import nbformat
import pytest

import exercise_cells


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
