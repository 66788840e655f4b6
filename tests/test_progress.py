"""A reader's progress, as a notebook file tells it."""

import nbformat
import pytest

import exercise_cells
import notebooks
from softmax_lab.exercises.__main__ import main


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
