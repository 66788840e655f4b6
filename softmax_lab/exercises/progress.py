"""What a notebook file says of its reader's progress, from the outputs of its check cells."""

import json
import re
from pathlib import Path

from softmax_lab.exercises import find
from softmax_lab.exercises.exercise import COLOURS

NUMBER = re.compile(r"""^\s*check\(\s*["']([\d.]+)["']""", re.MULTILINE)
NO_NOTEBOOK = (
    "the file must be a Jupyter notebook, and is none, or a broken one. Name a file that ends in "
    ".ipynb, or save it once more in JupyterLab."
)
NOT_RUN = "its check was not run, or the notebook not saved since"


def progress(path):
    """Pairs of an exercise and what its check last said, in the order of the notebook.

    A ValueError says what is the matter with a file that has none.
    """
    try:
        found = list(_found(_cells(Path(path))))
    except (AttributeError, TypeError, RecursionError):  # parts of other kinds than they should be
        raise ValueError(NO_NOTEBOOK) from None
    if not found:
        raise ValueError(
            "the notebook must have exercises, and no cell is tagged check. Name a lesson, such as "
            "notebooks/01-the-failing-check.ipynb."
        )
    return found


def table(path):
    """The progress in a notebook, as lines for a terminal."""
    found = progress(path)
    lines = [f"  {exercise.number}  {exercise.kind:8} {said}" for exercise, said in found]
    correct = sum(said == "correct" for _, said in found)
    return "\n".join([Path(path).name, *lines, f"  {correct} of {len(found)} correct"])


def _cells(path):
    """The cells of a notebook file, which is only read."""
    if not path.is_file():
        raise ValueError("the file must exist. Check the path.")
    try:
        return json.loads(path.read_text(encoding="utf-8"))["cells"]
    except OSError as error:
        raise ValueError(
            f"the file must be yours to read; the answer was {error.strerror!r}. Check its owner."
        ) from None
    except (ValueError, LookupError):  # neither text nor JSON, or other JSON
        raise ValueError(NO_NOTEBOOK) from None


def _found(cells):
    for cell in cells:
        number = NUMBER.search(_joined(cell.get("source", "")))
        if "check" in cell.get("metadata", {}).get("tags", []) and number:
            yield find(number[1]), _said(cell.get("outputs", []))


def _said(outputs):
    """The verdict among a check's outputs, with the first sentence of a hint."""
    for output in outputs:
        if output.get("output_type") == "error":
            return f"not yet: the cell stopped with {output.get('ename', 'an error')}"
        text = _joined(output.get("data", {}).get("text/plain", ""))
        status = next((status for status in COLOURS if text.startswith(status)), None)
        if status == "not yet":
            return re.split(r"(?<=[.?])\s", text, maxsplit=1)[0]
        if status:
            return status
    return NOT_RUN


def _joined(text):
    """A text of a notebook file, which may be stored as a list of lines."""
    return "".join(text)
