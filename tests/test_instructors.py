"""The guide for instructors names what there is."""

import re
from pathlib import Path

import pytest

from softmax_lab.lessons import LESSONS

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")


def lecture(name):
    return (ROOT / "slides" / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("minutes", [15, 50])
def test_a_lecture_takes_the_minutes_that_its_row_promises(minutes):
    name = f"lecture-{minutes}"
    assert f"| {minutes} minutes | `{name}.html` |" in GUIDE
    parts = re.findall(r"^- [\w/-]+ ([\d.]+)$", lecture(name), flags=re.MULTILINE)
    assert sum(map(float, parts)) == pytest.approx(minutes, abs=0.5)


def test_the_plan_of_180_minutes_is_180_minutes():
    (row,) = re.findall(r"^\| 180 minutes \|(.*?)\|", GUIDE, flags=re.MULTILINE)
    assert sum(map(int, re.findall(r"\((\d+)\)", row))) == 180


def test_what_is_left_out_when_late_is_on_a_slide():
    slides = {
        match[1]: match[2]
        for file in (ROOT / "slides").glob("01-*.md")
        for match in re.finditer(r"^--- ([\w-]+)\n## (.+)$", file.read_text(), flags=re.MULTILINE)
    }
    (title,) = re.findall(r"the slide \*(.+?)\*: 1\.5 minutes", GUIDE)
    (name,) = (name for name, its in slides.items() if its == title)
    assert f"- 01/{name} 1.5" in lecture("lecture-15")
    assert ": 6.5 minutes" in GUIDE
    assert ": 6.5 minutes" in lecture("lecture-50")


def test_lessons_options_and_programs_that_it_names_are_there():
    for name in re.findall(r"\b\d\d-[\w-]+", GUIDE):
        assert name in {lesson.name for lesson in LESSONS}
    for name in re.findall(r"\btools[/\\][\w\\/]+\.py", GUIDE):
        assert (ROOT / name.replace("\\", "/")).is_file(), name
    homework = (ROOT / "tools" / "homework.py").read_text(encoding="utf-8")
    for option in re.findall(r'nbgrader ARGS="([^"]+)"', GUIDE):
        for flag in re.findall(r"--\w+", option):
            assert f'"{flag}"' in homework, flag
    assert (ROOT / "tools" / "course" / "grade.py").is_file()


def test_the_explorer_to_try_is_on_the_slide_that_it_names():
    (title,) = re.findall(r"explorer once, on the slide \*(.+?)\*", GUIDE)
    slide = (ROOT / "slides" / "03-from-matrix-back-to-vector.md").read_text(encoding="utf-8")
    (name, body) = re.search(
        rf"^--- (\S+)\n## {title}$(.*?)^--- ", slide, flags=re.MULTILINE | re.DOTALL
    ).groups()
    assert "```explorer" in body
    assert f"- 03/{name} " in lecture("lecture-15")
