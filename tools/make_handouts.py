"""Write the handouts of the lessons: two A4 pages to print, and notebooks without solutions.

    python tools/make_handouts.py [--to FOLDER] [--seed TEXT] [NAME ...]

FOLDER, build/handouts by default, gets ``paper`` (a PDF for students and one with solutions, two
pages each), ``students`` (the lessons without outputs and solutions) and ``instructors`` (with
both, and with the homework of a seed, its solutions and what to mark).
"""

import argparse
from pathlib import Path

import nbformat

import homework
import notebooks
import web_files
from handouts import copies, paper, printing

TARGET = notebooks.FOLDER.parent / "build" / "handouts"


def write(lessons, folder, seed, looks=None):
    """Write the handouts of some lessons; yield each file as it is there."""
    with printing.press() as printed:
        for lesson in lessons:
            notebook = nbformat.read(notebooks.FOLDER / lesson.file, as_version=4)
            yield from copies.write(lesson, notebook, folder, seed)
            yield from sheets(lesson, notebook, folder / "paper", printed, looks)


def sheets(lesson, notebook, folder, printed, looks=None):
    """Print a lesson's sheets, to fill in and with solutions."""
    folder.mkdir(parents=True, exist_ok=True)
    page = paper.PAGES[lesson.number]
    asked = paper.questions(notebook, page)
    state = page.explorer().get_state()
    for ending, solved in [("", False), ("-solutions", True)]:
        target = folder / f"{lesson.name}{ending}.pdf"
        html = printing.html(lesson, page, asked, solved)
        look = looks and looks / f"{lesson.name}{ending}.png"
        empty = "" if solved else page.empty
        target.write_bytes(printed(html, state, empty, page.aside, look))
        yield target


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=TARGET, help="the folder of the handouts")
    parser.add_argument("--seed", default=homework.SEED, help="that of the course's homework")
    parser.add_argument("--looks", type=Path, help="a folder for pictures of the pages, too")
    parser.add_argument("names", nargs="*", help="lessons; all by default")
    asked = parser.parse_args()
    lessons = homework.lessons_named(parser, asked.names)
    web_files.main()
    for target in write(lessons, asked.to, asked.seed, asked.looks):
        print(f"{target}: written", flush=True)


if __name__ == "__main__":
    main()
