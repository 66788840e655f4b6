"""The table of both threads: every statement has a verdict, and a place in the lessons."""

import re
from pathlib import Path

import nbformat

PAGE = Path(__file__).resolve().parent.parent / "docs" / "threads.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("| ")]
STATEMENTS = [row for row in ROWS if row[0] not in ("in the thread",)]


def headings(notebook):
    cells = nbformat.read(notebook, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return {found.replace(" ", "-") for found in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def test_every_statement_has_a_verdict_and_a_place():
    assert len(STATEMENTS) >= 40
    for statement, verdict, place in STATEMENTS:
        assert statement
        assert len(verdict) > 2
        assert re.fullmatch(r"\[\d+: .+\]\(\.\./notebooks/.+\.ipynb#.+\)", place)


def test_every_place_is_a_heading_of_its_lesson():
    for _, _, place in STATEMENTS:
        lesson, anchor = re.search(r"\((.+\.ipynb)#(.+)\)$", place).groups()
        assert anchor in headings(PAGE.parent / lesson), place


def test_no_statement_stands_twice():
    said = [statement for statement, _, _ in STATEMENTS]
    assert len(set(said)) == len(said)
