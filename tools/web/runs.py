"""Lessons after a run, kept: none is run again while neither it nor what it uses has changed."""

import hashlib
import os
import platform
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
from jupyter_core.utils import ensure_event_loop

import notebooks

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "build" / "runs"
USED = (
    *("softmax_lab", "locks/test.txt"),
    *("tools/notebooks.py", "tools/web/runs.py"),
)
LONGEST = 600  # seconds that one process waits for another that runs the same lesson


def run(path, folder=KEPT):
    """The notebook after a run with widget state and drawings, from ``folder`` if it is there.

    Processes that ask for the same lesson at the same time share one run.
    """
    kept = folder / f"{path.stem}-{fingerprint(path)}.ipynb"
    folder.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        with claimed(kept.with_suffix(".claim"), until=kept.exists):
            if not kept.exists():
                write(notebooks.executed(path, store_widget_state=True, drawings=True), kept)
    return nbformat.read(kept, as_version=4)


def run_all(paths, folder=KEPT):
    """The runs of several notebooks, two at a time."""

    def run_in_thread(path):
        try:
            return run(path, folder)
        finally:
            ensure_event_loop().close()  # Jupyter's own, which it leaves open

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run_in_thread, paths))


def without_drawings(notebook):
    """Take the drawings out, which only pages need, and give the notebook."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("image/svg+xml", None)
    return notebook


def fingerprint(path):
    """What a run depends on, in short: the cells, the package, the data, the versions."""
    cells = nbformat.read(path, as_version=4).cells
    said = [(cell.cell_type, cell.source, sorted(cell.metadata.items())) for cell in cells]
    return digest(USED, said)


def digest(names, *more):
    """Files, folders and values in short: another digest is another work."""
    seen = hashlib.sha256(repr((platform.python_version(), more)).encode())
    for name in names:
        for file in sorted([ROOT / name, *(ROOT / name).rglob("*")]):
            if file.is_file() and file.suffix != ".pyc":
                seen.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return seen.hexdigest()[:16]


def write(notebook, kept):
    """Whole or not at all, and in place of older runs of the same lesson."""
    for older in kept.parent.glob(f"{kept.stem[:-16]}{'[0-9a-f]' * 16}.ipynb"):
        older.unlink()
    unfinished = kept.with_suffix(f".{os.getpid()}")
    nbformat.write(notebook, unfinished)
    unfinished.rename(kept)


@contextmanager
def claimed(file, until):
    """Work that one process does while others wait until it is done, or given up."""
    deadline, mine = time.monotonic() + LONGEST, False
    while not mine and not until() and time.monotonic() < deadline:
        with suppress(FileExistsError):
            file.open("x").close()
            mine = True
        if not mine:
            time.sleep(0.2)
    try:
        yield
    finally:
        if mine:
            file.unlink()
