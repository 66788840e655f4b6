"""Notebooks that an instructor adds to the site: whether they can be pages, and their run."""

import sys

import nbformat
from nbclient.exceptions import CellExecutionError
from nbformat.reader import NotJSONError

import notebooks
from softmax_lab.lessons import LESSONS
from web import sources


def checked(paths):
    """The notebooks, if they can be pages of the site; they are read, and never written."""
    taken = {"search", "licences", *(lesson.name for lesson in LESSONS)}
    taken |= {path.stem for path in sources.DOCUMENTS.glob("*.md")}
    for path in paths:
        if not path.is_file() or path.suffix != ".ipynb":
            sys.exit(
                "softmax_lab: a page of your own is made of a notebook, a file that ends in "
                f".ipynb; received {path}. Name one that is there: make site ARGS=my/own.ipynb"
            )
        if path.stem in taken:
            sys.exit(
                "softmax_lab: every page of the site has a name of its own; received "
                f"{path}, and {path.stem} is taken. Give your notebook another name."
            )
        taken.add(path.stem)
        try:
            nbformat.read(path, as_version=4)
        except NotJSONError:
            sys.exit(
                f"softmax_lab: a notebook is a JSON file; received {path}, which is none. Open it "
                "in JupyterLab and save it again."
            )
    return paths


def ran(path):
    """A notebook after a run; it is run each time, since nobody knows what it reads."""
    try:
        return notebooks.executed(path.resolve(), store_widget_state=True, drawings=True)
    except CellExecutionError as error:
        sys.exit(
            f"softmax_lab: a page shows what all cells of its notebook answer; in {path} one "
            f"raised an error:\n\n{error}\nMend it, and make the site again."
        )
