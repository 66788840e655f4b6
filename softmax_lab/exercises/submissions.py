"""Marks for homework without nbgrader: a table with a row for each notebook that was handed in.

The course is the folder that ``make nbgrader`` writes. A submission runs in a kernel behind the
walls of ``walls``, in a folder that holds nothing of anybody else; here it is only read.
"""

import csv
import json
import re
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from softmax_lab.exercises import grading, walls
from softmax_lab.exercises.walls import NotGraded

LIMIT = 300  # seconds for a submission
LARGEST = 20_000_000  # bytes of a notebook, on its way in and back
LESSON = re.compile(r"""ready\(\s*["'](\d+)\.\d+["']|^# Homework (\d+) """, re.MULTILINE)
# The file with the judges is gone before anything of the submission runs.
RUN = """
import pathlib, nbformat
from nbclient import NotebookClient
path = pathlib.Path("submission.ipynb")
notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
path.unlink()
late = {"ename": "Timeout", "evalue": "", "traceback": []}
NotebookClient(
    notebook, timeout=60, allow_errors=True, error_on_timeout=late, kernel_name="python3"
).execute()
nbformat.write(notebook, "run.ipynb")
"""
NO_COURSE = (
    "the course must be the folder that `make nbgrader` writes; received {folder}, which has no "
    "{name}. Name it: --course build/nbgrader"
)


@dataclass(frozen=True)
class Row:
    """What became of a submission: its marks, or why it has none."""

    name: str
    marks: tuple = field(default=())
    reason: str = ""

    @property
    def remarks(self):
        """Why points are missing, and whatever else somebody should look at."""
        told = (f"{m.number}: {m.words}" for m in self.marks if not m.words.startswith("correct"))
        found = (f"{m.number}: {m.remark}" for m in self.marks if m.remark)
        return " | ".join(filter(None, [self.reason, *told, *found]))


def graded(paths, folder, way=None):
    """A row for each notebook, as they are done."""
    for name in ("course.json", grading.COURSEWORK):
        if not (folder / name).exists():
            raise ValueError(NO_COURSE.format(folder=folder, name=name))
    course = json.loads((folder / "course.json").read_text(encoding="utf-8"))
    sources = grading.read(folder / grading.COURSEWORK)
    within = walls.chosen(way, folder.resolve())
    for path in paths:
        try:
            yield Row(student_of(path), tuple(_marks(path, folder, course, sources, within)))
        except NotGraded as why:
            yield Row(student_of(path), reason=f"not graded: {why}")


def student_of(path):
    """The folder of a submission; above one with the notebook's name, as nbgrader has it."""
    folder = Path(path).absolute().parent
    return folder.parent.name if folder.name == Path(path).stem else folder.name


def _marks(path, folder, course, sources, within):
    """The marks of one submission, run on its own."""
    notebook = read(path)
    lesson = lesson_of(notebook)
    seed = grading.seed_of(course, student_of(path))
    questions = grading.load(sources).questions(lesson, seed)
    remarks = grading.settle(notebook, questions)
    token = secrets.token_hex(16)
    grading.add_judges(notebook, sources, course, lesson, seed, token)
    with tempfile.TemporaryDirectory(prefix="grading-") as work:
        work = Path(work).resolve()
        for name in ("home", "tmp"):
            (work / name).mkdir()
        (work / "submission.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        walls.run(within(work, folder.resolve(), ["-c", RUN]), work, LIMIT)
        return grading.marks(read(work / "run.ipynb"), questions, token, remarks)


def read(path):
    """A notebook file as a dict, with nothing in it but what is needed to run its cells."""
    path = Path(path)
    if path.is_symlink() or not path.is_file():
        raise NotGraded("there is no such file")
    if path.stat().st_size > LARGEST:
        raise NotGraded(f"the file is larger than {LARGEST // 1_000_000} MB")
    try:
        cells = [_plain(cell) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise NotGraded("the file is no notebook, or a broken one") from None
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _plain(cell):
    """A cell without tags and other wishes."""
    about = cell.get("metadata", {}).get("nbgrader") or {}
    kept = {"nbgrader": {k: about[k] for k in ("grade_id", "grade", "locked") if k in about}}
    plain = {"cell_type": cell["cell_type"], "source": "".join(cell.get("source", ""))}
    if plain["cell_type"] == "code":
        plain |= {"outputs": cell.get("outputs", []), "execution_count": None}
    return plain | {"metadata": kept if kept["nbgrader"] else {}, "id": secrets.token_hex(4)}


def lesson_of(notebook):
    """Which lesson's homework a notebook is, from what it asks and tests."""
    for cell in notebook["cells"]:
        if found := LESSON.search(cell["source"]):
            return int(found[1] or found[2])
    raise NotGraded("there is no homework in it: no line begins with ready( or # Homework")


def write_table(rows, file):
    """Write rows as CSV, and return how many could not be graded."""
    rows = list(rows)
    numbers = sorted({m.number for r in rows for m in r.marks}, key=lambda n: (len(n), n))
    writer = csv.writer(file)
    writer.writerow(["name", *numbers, "total", "of", "remarks"])
    for row in rows:
        points = {mark.number: mark.points for mark in row.marks}
        total, largest = sum(points.values()), sum(mark.largest for mark in row.marks)
        told = [total, largest] if row.marks else ["", ""]
        cells = [row.name, *(points.get(number, "") for number in numbers), *told, row.remarks]
        writer.writerow([_harmless(cell) for cell in cells])
    return sum(not row.marks for row in rows)


def _harmless(cell):
    """A cell that no spreadsheet takes for a formula, and no terminal for a command."""
    if not isinstance(cell, str):
        return f"{cell:g}"
    text = "".join(c if c.isprintable() else " " for c in cell)
    return f"'{text}" if text[:1] in "=+-@" and text else text
