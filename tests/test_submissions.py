"""Marks without nbgrader: a row for every notebook that was handed in, whatever it is."""

import csv
import io
import json
import sys

import pytest

import homework
import notebooks
from homework_answers import WRONG
from softmax_lab.exercises import grading, submissions, walls
from softmax_lab.exercises.__main__ import main
from softmax_lab.lessons import LESSONS

LESSON = LESSONS[0]
SEED = "autumn"
KILL = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
# A kernel's own judges, and what a submission might look for on disk.
LOOK = """
import os, pathlib
found = [p for p in pathlib.Path().rglob("*") if p.suffix in (".ipynb", ".zip", ".py")]
assert not found, found
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    list(homework.write_course(folder, [LESSON], SEED, ["anna", "ben", "carla", "dan"]))
    return folder


def received(course, student):
    path = course / "handed-out" / student / LESSON.name / LESSON.file
    return json.loads(path.read_text(encoding="utf-8"))


def solutions(student):
    return homework.coursework.questions(LESSON.number, f"{SEED} {student}")


def answer(notebook, number, source):
    """Write an answer into its cell."""
    wanted = grading.grade_id("answer", number)
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == wanted:
            cell["source"] = source
    return notebook


def put(course, student, content):
    folder = course / "submitted" / student
    folder.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / "homework.ipynb").write_bytes(text)
    return str(folder / "homework.ipynb")


@pytest.fixture(scope="module")
def table(course):
    """Everything handed in, graded once: the exit status, and the rows of the table by name."""
    right, tags_gone = received(course, "anna"), received(course, "carla")
    for question in solutions("anna"):
        answer(right, question.number, question.solution)
    answer(right, "1.5", f"{LOOK}\n{solutions('anna')[1].solution}")
    half = answer(received(course, "ben"), "1.5", WRONG["1.5"][0][0])
    answer(half, "1.6", "gets_through = np.ones((3, 3))")
    for question in solutions("carla"):
        answer(tags_gone, question.number, question.solution)
    blank = [json.loads(json.dumps(cell)) for cell in received(course, "carla")["cells"][-3:]]
    for cell in tags_gone["cells"]:
        cell["metadata"] = {}
    tags_gone["cells"] += [cell | {"id": f"again-{k}"} for k, cell in enumerate(blank)]
    killed = answer(received(course, "dan"), "1.4", KILL)
    paths = [
        put(course, "anna", right),
        put(course, "ben", half),
        put(course, "carla", tags_gone),
        put(course, "dan", killed),
        put(course, "=emil()", b'{"cells": [{"cell'),
        put(course, "fay", {"cells": [{"cell_type": "markdown", "source": "x", "metadata": {}}]}),
    ]
    with pytest.MonkeyPatch.context() as patch:
        printed = io.StringIO()
        patch.setattr(sys, "stdout", printed)
        patch.setenv("HOME", str(course))
        status = main(["--csv", "--course", str(course), *paths])
    rows = list(csv.DictReader(io.StringIO(printed.getvalue())))
    return status, {row["name"]: row for row in rows}


def points(row):
    return [row[number] for number in ("1.4", "1.5", "1.6", "total", "of")]


def test_a_right_submission_has_all_points_and_finds_no_judges(table):
    _, rows = table
    assert points(rows["anna"]) == ["2", "2", "2", "6", "6"]
    assert rows["anna"]["remarks"] == ""


def test_half_points_and_their_reasons_are_in_the_table(table):
    _, rows = table
    assert points(rows["ben"]) == ["0", "1", "0", "1", "6"]
    said = rows["ben"]["remarks"].split(" | ")
    assert said[0] == "1.4: not answered yet"
    assert said[1].startswith("1.5: not yet: the size is right")
    assert said[2].startswith("1.6: not yet: this one is caught")


def test_answers_in_copied_cells_have_their_points(table):
    _, rows = table
    assert points(rows["carla"]) == ["2", "2", "2", "6", "6"]
    assert "1.6: It stood in a copy of its cell" in rows["carla"]["remarks"]


def test_what_cannot_be_graded_has_a_row_that_says_why(table):
    status, rows = table
    assert status == 2
    assert points(rows["dan"]) == ["", "", "", "", ""]
    assert rows["dan"]["remarks"].startswith("not graded: the grader ended with status 1")
    assert rows["'=emil()"]["remarks"] == "not graded: the file is no notebook, or a broken one"
    assert rows["fay"]["remarks"].startswith("not graded: there is no homework in it")


def test_the_numbers_are_those_of_the_student_s_folder(course):
    assert submissions.student_of(course / "submitted" / "anna" / "homework.ipynb") == "anna"
    as_nbgrader = course / "submitted" / "anna" / LESSON.name / LESSON.file
    assert submissions.student_of(as_nbgrader) == "anna"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such file"),
        (b"\xff\xfe", "no notebook"),
        (b"[1, 2]", "no notebook"),
        (b'{"cells": 1}', "no notebook"),
        (b'{"cells": [1]}', "no notebook"),
        (b'{"cells": [{"metadata": null}]}', "no notebook"),
        (b'{"cells": [' + 9999 * b"[", "no notebook"),
    ],
)
def test_a_file_that_is_no_notebook_is_told(tmp_path, content, said):
    if content is not None:
        (tmp_path / "x.ipynb").write_bytes(content)
    with pytest.raises(walls.NotGraded, match=said):
        submissions.read(tmp_path / "x.ipynb")


def test_a_link_and_a_giant_are_not_read(tmp_path, monkeypatch):
    (tmp_path / "there.ipynb").write_text('{"cells": []}')
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "there.ipynb")
    with pytest.raises(walls.NotGraded, match="no such file"):
        submissions.read(tmp_path / "link.ipynb")
    monkeypatch.setattr(submissions, "LARGEST", 5)
    with pytest.raises(walls.NotGraded, match="larger than"):
        submissions.read(tmp_path / "there.ipynb")


def test_wishes_of_a_submission_are_not_read(course):
    notebook = received(course, "anna")
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution"]
    path = put(course, "gwen", notebook)
    assert not any("tags" in cell["metadata"] for cell in submissions.read(path)["cells"])


def test_without_a_course_it_says_what_is_missing(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["--csv", "--course", str(tmp_path), "x.ipynb"])
    assert "the folder that `make nbgrader` writes" in capsys.readouterr().err


def test_a_table_holds_no_formula_and_no_command():
    rows = [
        submissions.Row("=SUM(A1)", reason="not graded: \x1b[2J"),
        submissions.Row("b", (grading.Mark("1.4", 1, 2, "not yet: @x", "moved"),)),
    ]
    file = io.StringIO()
    assert submissions.write_table(rows, file) == 1
    first, one, two = csv.reader(io.StringIO(file.getvalue()))
    assert first == ["name", "1.4", "total", "of", "remarks"]
    assert one == ["'=SUM(A1)", "", "", "", "not graded:  [2J"]
    assert two == ["b", "1", "1", "2", "1.4: not yet: @x | 1.4: moved"]


def test_the_handed_out_notebook_is_that_of_the_course(course):
    made = homework.homework(LESSON, f"{SEED} anna", solved=False)
    assert json.loads(notebooks.written(made)) == received(course, "anna")
