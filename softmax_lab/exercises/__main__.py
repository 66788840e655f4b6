"""``python -m softmax_lab.exercises lesson.ipynb …``: which exercises a reader has solved.

It reads what the check cells showed when the notebook was last saved, and changes nothing. A file
that cannot be read is told, and the next one is read; the exit status is then 2, and 0 otherwise.

``python -m softmax_lab.exercises --csv submitted/*/*.ipynb``, run in the folder of a course, runs
and judges homework that was handed in, and prints a table: a row for each notebook.
"""

import argparse
import sys
from pathlib import Path

from softmax_lab.exercises import submissions, walls
from softmax_lab.exercises.progress import table

COULD_NOT_READ = 2


def main(arguments=None):
    """Print the progress in each notebook, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m softmax_lab.exercises",
        description="List which exercises of a notebook are solved.",
    )
    parser.add_argument("notebooks", nargs="+", help="lessons, as files that end in .ipynb")
    homework = parser.add_argument_group("marks for homework")
    homework.add_argument("--csv", action="store_true", help="run and judge it, print a table")
    homework.add_argument("--course", type=Path, default=Path(), help="the folder of the course")
    homework.add_argument("--within", choices=walls.WAYS, help="what stands around a submission")
    asked = parser.parse_args(arguments)
    return _table(asked, parser) if asked.csv else _progress(asked.notebooks)


def _progress(paths):
    status = 0
    for path in paths:
        try:
            print(printable(table(path)))
        except ValueError as error:
            print(printable(f"{path}: {error}"), file=sys.stderr)
            status = COULD_NOT_READ
    return status


def _table(asked, parser):
    try:
        rows = submissions.graded(asked.notebooks, asked.course, asked.within)
        return COULD_NOT_READ if submissions.write_table(rows, sys.stdout) else 0
    except ValueError as error:
        parser.error(str(error))


def printable(text):
    """A text that cannot command a terminal: a file may hold anything."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


if __name__ == "__main__":
    sys.exit(main())
