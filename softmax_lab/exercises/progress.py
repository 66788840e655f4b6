"""What a notebook file says of its reader's progress, from the outputs of its check cells."""

import json
import re
from pathlib import Path

from softmax_lab.exercises import find
from softmax_lab.exercises.exercise import COLOURS

NUMBER = re.compile(r"""^\s*check\(\s*["']([\d.]+)["']""", re.MULTILINE)
NOT_RUN = "its check was not run, or the notebook not saved since"


def progress(path):
    """Pairs of an exercise and what its check last said, in the order of the notebook."""
    found = []
    for cell in _cells(Path(path)):
        number = NUMBER.search(_joined(cell.get("source", "")))
        if "check" in cell.get("metadata", {}).get("tags", []) and number:
            found.append((find(number[1]), _said(cell.get("outputs", []))))
    if not found:
        raise ValueError(
            f"the notebook must have exercises; {path} has no cell tagged check. "
            f"Name a lesson, such as notebooks/01-the-failing-check.ipynb."
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
        raise ValueError(f"the file must exist; received {str(path)!r}. Check the path.")
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # neither text nor JSON
        notebook = None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise ValueError(
            f"the file must be a Jupyter notebook; {path} is none. Name a file that ends in .ipynb."
        )
    return cells


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
