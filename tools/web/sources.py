"""What Sphinx makes the site of: lessons after a run, and documents, as it can read them.

A lesson becomes a notebook without code that a reader would have to run: outputs are there, links
lead to pages, and sentences that tell to run a cell say where that can be done.
"""

import base64
import re
from itertools import zip_longest
from pathlib import Path

import nbformat

import explorer_pictures
import notebooks
from softmax_lab._plain import plain
from softmax_lab.lessons import LESSONS
from web import exercises, explorers, figures, runs

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = ROOT / "docs"
EXPLORERS = "_static/explorers"  # where pages find what explorers need
# The documents that are pages, if they are there, under the captions of the navigation.
CAPTIONS = {
    "Look up": ("questions", "threads"),
    "Tools": ("clinic", "explorers"),
    "Teach": ("instructors", "your-own-book"),
    "About": ("licences",),
}
DESCRIPTIONS = {
    "index": "Softmax, its Jacobian and cross-entropy in ten lessons: every formula derived, "
    "confirmed by numbers, and there to be dragged.",
    "questions": "Why is my softmax gradient wrong, nan, zero, or twice too large? Short answers, "
    "each with a line to run.",
    "threads": "Two well-known threads on the gradient of softmax, statement by statement.",
    "instructors": "Two lectures ready to give, a deck a lesson, polls, homework with marks, and a "
    "hub for a class.",
    "clinic": "Hand in your own softmax gradient and be told which mistake it is.",
}
LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+\.(?:ipynb|md|svg|py|yml))(#[^()\s]*)?\)"
)
NOTEBOOK = re.compile(r"\bnotebooks/(\d\d-[\w-]+)\.ipynb(?=[^\"'\w])")
RUN = re.compile(r"<!-- run -->\n```python\n(.*?)```\n", re.DOTALL)
NOTE = (
    '<p class="reading-note">Nothing here waits to be run: what a cell of code answers stands '
    "below it, and the explorers move. To change the code, "
    '<a href="notebooks/{file}" download>take this lesson as a notebook</a>.</p>'
)
EXERCISES_SAY = (
    "What asks for choices or numbers is answered here; what asks for code, in the notebook: "
    '<a href="notebooks/{file}" download>open this lesson as a notebook</a>.'
)
# What a lesson says of cells to run, and what its page says instead.
TO_RUN = (
    (
        r"Write your answers? in place of the dots, or.*|To go straight to the exercises.*",
        EXERCISES_SAY,
    ),
    (r"(?:The exercises|They) need the first code cell.*", EXERCISES_SAY),
    (r"\*\*Predict before you run", "**Predict before you read on"),
    (
        r"\*\*Your turn\.\*\* Type it",
        '**Your turn**, <a href="notebooks/{file}" download>in the notebook</a>. Type it',
    ),
)
CARD = """<li><a href="{name}.html"><span class="number">{number}</span>
<span class="title">{title}</span> <span class="minutes">{minutes} minutes</span></a>

{settles}
</li>"""


def anchor(title):
    """The anchor that Jupyter gives a heading; the documents link to lessons by it."""
    return title.replace(" ", "-")


def relinked(text, pages):
    """Markdown whose links lead to pages; one to a file that is no page becomes plain words."""

    def changed(match):
        words, target, place = match[1], match[2], match[3] or ""
        file = target.rpartition("/")[2]
        if target.startswith("http"):
            return match[0]
        return f"[{words}](<{file}{place}>)" if file.partition(".")[0] in pages else words

    return LINK.sub(changed, text)


def lesson_page(notebook, stored, name, pages, pictures, solutions=True):
    """A lesson after a run as the notebook that Sphinx reads."""
    explorer_pictures.carry_over(stored, notebook)
    first = notebook.cells[0]
    first.source = re.sub(
        r"(?m)^\*About \d+ minutes\..*$",
        rf"\g<0>\n\n{NOTE}".replace("{file}", f"{name}.ipynb"),
        first.source,
    )
    exercises.on_page(notebook, f"notebooks/{name}.ipynb", solutions)
    return page(notebook, name, pages, pictures)


def own_page(notebook, name, pages, pictures):
    """A notebook of one's own after a run; its figures may be without a description."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if not output.get("metadata", {}).get("image/png", {}).get("alt"):
                output.get("data", {}).pop("image/svg+xml", None)
    return page(notebook, name, pages, pictures)


def page(notebook, name, pages, pictures):
    """A notebook after a run with figures and explorers for a page, and links to pages."""
    explorers.on_page(notebook, pictures, EXPLORERS)
    figures.into_page(notebook)
    notebook.cells = [page_cell(cell, name, pages) for cell in notebook.cells]
    notebook.metadata = {"kernelspec": notebooks.KERNEL, "language_info": {"name": "python"}}
    return notebook


def page_cell(cell, name, pages):
    """A cell with links to pages, nothing to run, and the pieces of a stream in one."""
    if cell.cell_type == "markdown":
        cell.source = relinked(cell.source, pages)
        for said, instead in TO_RUN:
            cell.source = re.sub(said, instead.replace("{file}", f"{name}.ipynb"), cell.source)
    else:
        cell.outputs = notebooks.merged_streams(cell.outputs)
        for output in cell.outputs:
            html = output.get("data", {}).get("text/html")
            if html:
                output.data["text/html"] = NOTEBOOK.sub(r'<a href="\1.html">\1</a>', html)
    return cell


def settled():
    """What each lesson settles, as the README's table says."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| \[[^]]*\]\(notebooks/([\w-]+)\.ipynb\) \| \d+ \| (.*) \|$", readme, re.M
    )
    return dict(rows)


def description(name):
    """A sentence on a page, for search engines and for those who share its address."""
    if name in settled():
        words = re.sub(r"\$([^$]*)\$", lambda match: plain(match[1]), settled()[name])
        title = next(lesson.title for lesson in LESSONS if lesson.name == name)
        return f"{title}: {words}."
    return DESCRIPTIONS.get(name, DESCRIPTIONS["index"])


def cards(lessons):
    """A list of the lessons, for the first page."""
    settles = settled()
    rows = [
        CARD.format(
            **{"name": each.name, "number": each.number, "title": each.title},
            **{"minutes": each.minutes, "settles": settles[each.name]},
        )
        for each in lessons
    ]
    return "\n".join(['<ol class="lessons">', *rows, "</ol>"])


def home_run(kept):
    """The code of docs/index.md after a run."""
    pieces = RUN.split((DOCUMENTS / "index.md").read_text(encoding="utf-8"))
    cells = [
        nbformat.v4.new_code_cell(piece, id=f"home-{k}", metadata={"tags": ["remove-input"]})
        for k, piece in enumerate(pieces)
        if k % 2
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": notebooks.KERNEL})
    path = kept / "home.ipynb"
    kept.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return runs.run(path, kept)


def home(ran, lessons, own, pages, pictures):
    """The first page: what docs/index.md says, its code after a run, the lessons as cards."""
    text = (DOCUMENTS / "index.md").read_text(encoding="utf-8")
    text = text.replace("<!-- lessons -->", cards(lessons))
    trees = [toctree("Lessons", [each.name for each in lessons])]
    if own:
        trees.append(toctree("Your own", [path.stem for path in own]))
    for caption, names in CAPTIONS.items():
        there = [name for name in names if name in pages]
        trees += [toctree(caption, there)] if there else []
    words = RUN.split(text + "\n\n" + "\n\n".join(trees))[::2]
    for output, _ in explorer_pictures.explorers_in(ran):
        output.data["image/png"] = base64.b64encode(
            (DOCUMENTS / "explorer.png").read_bytes()
        ).decode()
    explorers.on_page(ran, pictures, EXPLORERS)
    said = [
        nbformat.v4.new_markdown_cell(relinked(each, pages), id=f"home-{2 * k}")
        for k, each in enumerate(words)
    ]
    ran.cells = [cell for pair in zip_longest(said, ran.cells) for cell in pair if cell]
    ran.metadata = {"kernelspec": notebooks.KERNEL, "language_info": {"name": "python"}}
    return nbformat.writes(ran)


def toctree(caption, names):
    return f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n" + "\n".join(names) + "\n```"


def write_if_changed(path, text):
    """Leave a file alone that holds the text: Sphinx reads anew what is newer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
