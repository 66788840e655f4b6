"""``python -m softmax_lab.exercises lesson.ipynb …``: which exercises a reader has solved.

It reads what the check cells showed when the notebook was last saved, and changes nothing. A file
that cannot be read is told, and the next one is read; the exit status is then 2, and 0 otherwise.
"""

import argparse
import sys

from softmax_lab.exercises.progress import table

COULD_NOT_READ = 2


def main(arguments=None):
    """Print the progress in each notebook, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m softmax_lab.exercises",
        description="List which exercises of a notebook are solved.",
    )
    parser.add_argument("notebooks", nargs="+", help="lessons, as files that end in .ipynb")
    status = 0
    for path in parser.parse_args(arguments).notebooks:
        try:
            print(printable(table(path)))
        except ValueError as error:
            print(printable(f"{path}: {error}"), file=sys.stderr)
            status = COULD_NOT_READ
    return status


def printable(text):
    """A text that cannot command a terminal: a file may hold anything."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


if __name__ == "__main__":
    sys.exit(main())
