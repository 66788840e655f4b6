"""The index by question: pytest runs its lines; here, that each entry has all its parts."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "questions.md"
INTRODUCTION, *ENTRIES = re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_there_are_many_questions_and_none_is_asked_twice():
    questions = [entry.splitlines()[0] for entry in ENTRIES]
    assert len(questions) >= 40
    assert len(set(questions)) == len(questions)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.splitlines()[0])
def test_a_question_has_a_short_answer_a_line_to_run_and_a_lesson(entry):
    answer, lines = entry.split("```python\n", maxsplit=1)
    assert 8 <= len(answer.split()) <= 90
    assert lines.startswith(">>> ")
    lesson = re.search(r"^\[Lesson (\d+)\]\(\.\./notebooks/(.+\.ipynb)\)", lines, re.MULTILINE)
    assert int(lesson[1]) == int(lesson[2][:2])
    assert (PAGE.parent.parent / "notebooks" / lesson[2]).exists()
