"""A reader's progress, as a notebook file tells it."""

import json
from pathlib import Path

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


def checks(number, outputs):
    """A notebook with one check cell."""
    cell = {"source": f'check("{number}', "metadata": {"tags": ["check"]}, "outputs": outputs}
    return json.dumps({"cells": [cell]}).encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "must exist"),
        (b"no JSON", "must be a Jupyter notebook"),
        (b"\xff\xfe\x00", "must be a Jupyter notebook"),
        (b"[1, 2]", "must be a Jupyter notebook"),
        (b'{"cells": [1]}', "must be a Jupyter notebook"),
        (b'{"cells": 1}', "must be a Jupyter notebook"),
        (b'{"cell": []}', "must be a Jupyter notebook"),
        (b'{"cells": [{"source": 1}]}', "must be a Jupyter notebook"),
        (b'{"cells": [{"metadata": null}]}', "must be a Jupyter notebook"),
        (b'{"cells": [' + 9999 * b"[", "must be a Jupyter notebook"),
        (checks('1.1")', outputs=[1]), "must be a Jupyter notebook"),
        (checks('9.9")', outputs=[]), "must be that of an exercise; received '9.9'"),
        (b'{"cells": []}', "must have exercises"),
    ],
)
def test_a_file_that_is_no_lesson_is_refused(tmp_path, capsys, content, said):
    path = tmp_path / "file.ipynb"
    if content is not None:
        path.write_bytes(content)
    assert main([str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"{path}: ")
    assert said in printed.err
    assert printed.out == ""


def test_a_broken_file_is_told_and_the_next_one_read(tmp_path, capsys):
    broken, lesson = tmp_path / "broken.ipynb", tmp_path / "lesson.ipynb"
    broken.write_bytes(b'{"cells": [{"cell')
    said = {"output_type": "display_data", "data": {"text/plain": "correct: so it is."}}
    lesson.write_bytes(checks('1.1", differs)', outputs=[said]))
    assert main([str(broken), str(lesson)]) == 2
    printed = capsys.readouterr()
    assert "broken.ipynb: the file must be a Jupyter notebook" in printed.err
    assert printed.out.splitlines()[1:] == ["  1.1  predict  correct", "  1 of 1 correct"]


def test_what_a_file_holds_cannot_command_the_terminal(tmp_path, capsys):
    clears = "not yet: \x1b[2J\x07\u202e\x9b2J h₃ is safe"
    said = {"output_type": "display_data", "data": {"text/plain": clears}}
    path = tmp_path / "evil\x1b[31m.ipynb"
    path.write_bytes(checks('1.1", differs)', outputs=[said]))
    main([str(path), str(tmp_path / "none\x1b[31m.ipynb")])
    printed = capsys.readouterr()
    for text in (printed.out, printed.err):
        assert all(c.isprintable() or c == "\n" for c in text)
    assert "not yet: \\x1b[2J\\x07\\u202e\\x9b2J h₃ is safe" in printed.out
    assert "none\\x1b[31m.ipynb: the file must exist" in printed.err


def test_a_file_that_may_not_be_read_is_told(tmp_path, capsys, monkeypatch):
    path = tmp_path / "lesson.ipynb"
    path.write_bytes(checks('1.1", differs)', outputs=[]))

    def refused(self, encoding):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refused)
    assert main([str(path)]) == 2
    assert "yours to read; the answer was 'Permission denied'" in capsys.readouterr().err
