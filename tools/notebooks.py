"""Run the lessons and store their outputs, the same bytes each time; explorers as pictures.

    python tools/notebooks.py [NAME ...]            run them and write them
    python tools/notebooks.py --check [NAME ...]    run them and compare with what is stored

The check compares text exactly and pictures by eye, so to say: pixels may differ a little, since
another machine's fonts and last digits may.
"""

import argparse
import base64
import copy
import difflib
import io
import re
import sys
from pathlib import Path

import nbformat
import numpy as np
import zmq
from nbclient import NotebookClient
from PIL import Image
from traitlets.config import Config

import explorer_pictures

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
BESIDE_THE_CORE = ("## Exercises", "## For the curious", "## A question to take along")
DRAWINGS = ["--InlineBackend.figure_formats=png", "--InlineBackend.figure_formats=svg"]
# A kernel that others could listen to warns of it in the terminal: let none listen.
PRIVATE = Config(KernelManager={"transport_encryption": "auto" if zmq.has("curve") else "disabled"})
KEPT_CELL_METADATA = ("tags", "slideshow", "editable", "deletable", "jp-MarkdownHeadingCollapsed")


def lessons(names=()):
    """The notebooks asked for by name, with or without folder and ending, or all of them."""
    if not names:
        return sorted(FOLDER.glob("*.ipynb"))
    return [FOLDER / f"{Path(name).stem}.ipynb" for name in names]


def executed(path, store_widget_state=False, drawings=False):
    """The notebook after a run of all its cells in a kernel of its own; an error raises.

    With ``drawings`` each figure is kept as SVG too: tools/web/figures.py makes it part of a page.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        config=PRIVATE,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=store_widget_state,
        extra_arguments=DRAWINGS if drawings else [],
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    return notebook


def normalised(notebook):
    """The notebook without anything that differs from run to run or from machine to machine."""
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    count = 0
    for cell in notebook.cells:
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in KEPT_CELL_METADATA}
        if cell.cell_type != "code":
            continue
        count += bool(cell.source.strip())
        cell.execution_count = count if cell.source.strip() else None
        cell.outputs = merged_streams(cell.outputs)
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
            if "data" in output:
                # A view holds a random model id, and shows nothing where no kernel runs.
                output.data.pop("application/vnd.jupyter.widget-view+json", None)
    return notebook


def merged_streams(outputs):
    """Outputs with neighbouring pieces of one stream joined: where it is cut is chance."""
    merged = []
    for output in outputs:
        before = merged[-1] if merged else None
        if before and output.output_type == "stream" and output.get("name") == before.get("name"):
            before.text += output.text
        else:
            merged.append(output)
    return merged


def core(notebook):
    """The words and the lines of code of a lesson's core, as a pair.

    The core is what stands neither in the exercises nor in a section for the curious, nor is the
    question to take along; an answer that is folded away does not count, and a formula counts as
    one word.
    """
    words, lines, inside = 0, 0, True
    for cell in notebook.cells:
        if cell.cell_type == "code":
            lines += inside * sum(bool(line.strip()) for line in cell.source.splitlines())
            continue
        text = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.DOTALL)
        text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", " x ", text, flags=re.DOTALL)
        for section in re.split(r"(?m)^(?=#{1,2} )", text):
            if section.startswith("#"):
                inside = not section.startswith(BESIDE_THE_CORE)
            words += inside * len(re.findall(r"[\w'’]+", section))
    return words, lines


def minutes(notebook):
    """How long the core takes: 120 words a minute, and 12 lines of code."""
    words, lines = core(notebook)
    return round(words / 120 + lines / 12)


def hidden_errors(notebook):
    """The errors among the outputs of cells, and those that Output widgets caught."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    widgets = notebook.metadata.get("widgets", {})
    for model in (
        widgets.get("application/vnd.jupyter.widget-state+json", {}).get("state", {}).values()
    ):
        outputs += model["state"].get("outputs", [])
    errors = [output for output in outputs if output["output_type"] == "error"]
    return [f"{error['ename']}: {error['evalue']}" for error in errors]


def written(notebook):
    """The bytes of the notebook as stored."""
    return (nbformat.writes(notebook) + "\n").encode()


def differences(stored, fresh):
    """Sentences on what differs between two notebooks, pictures compared by their pixels."""
    stored, fresh = copy.deepcopy((stored, fresh))
    if len(stored.cells) != len(fresh.cells):
        return ["the number of cells"]
    found = []
    for number, (old, new) in enumerate(zip(stored.cells, fresh.cells, strict=True), start=1):
        pictures_old, pictures_new = pop_pictures(old), pop_pictures(new)
        if old != new:
            found.append(f"cell {number}: text\n{changed_lines(old, new)}")
        if len(pictures_old) != len(pictures_new):
            found.append(f"cell {number}: {len(pictures_old)} pictures stored, not made again")
        elif not all(map(alike, pictures_old, pictures_new)):
            found.append(f"cell {number}: picture")
    return found


def pop_pictures(cell):
    """Take the PNGs out of a cell's outputs."""
    pictures = []
    for output in cell.get("outputs", []):
        png = output.get("data", {}).pop("image/png", None)
        if png is not None:
            pictures.append(png)
    return pictures


def pixels(png):
    """A base64 PNG as an array of grey levels, transparent taken as white."""
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(white, image).convert("L"), dtype=float)


def alike(png, other):
    """Whether two pictures have one size and nearly the same pixels."""
    a, b = pixels(png), pixels(other)
    return a.shape == b.shape and np.abs(a - b).mean() < 2


def changed_lines(old, new):
    """The lines that differ between the JSON of two cells."""
    texts = [
        nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).splitlines() for cell in (old, new)
    ]
    diff = difflib.unified_diff(*texts, "stored", "fresh", lineterm="", n=0)
    return "\n".join(line for line in diff if line[:2] not in ("--", "++", "@@"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    parser.add_argument("names", nargs="*", help="lessons; all by default")
    arguments = parser.parse_args()
    failed = False
    for path in lessons(arguments.names):
        fresh = executed(path, store_widget_state=True)
        explorer_pictures.add_to(fresh)
        fresh = normalised(fresh)
        if not arguments.check:
            path.write_bytes(written(fresh))
            print(f"{path.name}: run and stored", flush=True)
            continue
        found = differences(nbformat.read(path, as_version=4), fresh)
        failed |= bool(found)
        print(f"{path.name}: {'as stored' if not found else 'differs in'}", *found, sep="\n  ")
    sys.exit(
        "A lesson differs from what is stored: run `make notebooks` and look at the change."
        if failed
        else 0
    )


if __name__ == "__main__":
    main()
