"""Predictions and exercises on pages: what is predicted is kept, and answers are judged there.

``on_page`` changes the cells of a lesson: a question with a folded answer can be answered first; an
exercise that asks for choices or numbers becomes a form, with the judge's own verdicts; one that
asks for code says that it needs the notebook. Without scripts the folded answers stand as they are.
"""

import json
from dataclasses import dataclass
from html import escape

from nbformat.v4 import new_markdown_cell

import exercise_cells
from softmax_lab.exercises import lesson_05, lesson_06, lesson_10
from web import bundle, verdicts

SCRIPT, STYLE = "exercises.js", "exercises.css"
FOLDED = "<details>\n<summary>Think first, then open</summary>"
WITHOUT_SCRIPTS = (
    "Where this page may run scripts, you can answer here and have the answer checked. "
    'Otherwise <a href="{notebook}" download>open this lesson as a notebook</a>.'
)
NEEDS_THE_NOTEBOOK = (
    "This exercise asks for code, which this page cannot run: write it in the notebook, where "
    '<code>{call}</code> judges it. <a href="{notebook}" download>Open this lesson as a '
    "notebook</a>."
)
NOT_CHECKED_HERE = (
    "This page does not check your numbers, since it would have to hold the right ones. "
    '<a href="{notebook}" download>In the notebook</a> <code>{call}</code> does.'
)


@dataclass(frozen=True)
class Form:
    """What an exercise asks for: something for each of its ``items``, in each of its ``rows``."""

    items: tuple
    rows: tuple = ("",)

    @property
    def shape(self):
        """That of the answer: a list, or a list of rows."""
        return (len(self.items),) if self.rows == ("",) else (len(self.rows), len(self.items))


@dataclass(frozen=True)
class Choices(Form):
    """One of a few options for each."""

    options: tuple = (True, False)
    typed: bool = False  # a whole number, which is typed


@dataclass(frozen=True)
class Numbers(Form):
    """A number for each; those of ``given`` are there already."""

    given: tuple = ()


OUTCOMES = tuple(
    f"{k}: {dtype.__name__} {escape(str(logits))}"
    for k, (dtype, logits, _) in enumerate(lesson_06.ROWS, start=1)
)
FORMS = {
    "1.1": Choices(("entry 0", "entry 1", "entry 2")),
    "2.1": Numbers(
        ("column 0", "column 1", "column 2"),
        ("row 0", "row 1", "row 2"),
        (None, -0.10, -0.06, None, None, -0.15, None, None, None),
    ),
    "3.1": Choices(("raising z₁", "raising z₂", "raising z₃")),
    "4.1": Numbers(("class 0", "class 1", "class 2"), ("first sample", "second sample")),
    "5.1": Choices(tuple(lesson_05.OUTPUTS)),
    "6.1": Choices(OUTCOMES, options=lesson_06.WORDS),
    "7.1": Choices(("forward", "central", "complex"), options=tuple(range(17)), typed=True),
    "8.1": Choices(
        ("it sums to zero", "it comes to rest", "it is a mean"),
        (
            "diagonal_only: −t (1 − h) / N",
            "softmax_applied_twice: (softmax(h) − t) / N",
            "missing_mean: h − t",
            "pass_through: −t / h / N",
        ),
    ),
    "9.1": Numbers(("score 1", "score 2", "score 3", "score 4")),
    "10.1": Choices(
        tuple(patient.__name__ for patient, *_ in lesson_10.PATIENTS), options=lesson_10.VERDICTS
    ),
}


def head(url):
    """What a page with exercises has in its head; ``url`` leads to the folder of the files."""
    style = f'<link rel="stylesheet" href="{url}/{STYLE}">'
    return f'{style}\n<script defer src="{url}/{SCRIPT}"></script>'


def write_files(folder):
    """The script and the style of predictions and exercises."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SCRIPT).write_text(bundle.script("exercises/main.js"), encoding="utf-8")
    style = (bundle.STATIC / "exercises" / "style.css").read_text(encoding="utf-8")
    (folder / STYLE).write_text(bundle.style(style), encoding="utf-8")


def on_page(notebook, to_notebook, solutions=True):
    """Change the cells of a lesson as its page needs them; ``to_notebook`` leads to the notebook.

    Without ``solutions`` the page holds neither these nor what would give a right answer in plain
    text: of choices a hash is left, and numbers are not checked there.
    """
    instead = {}
    for exercise in exercise_cells.exercises(notebook):
        instead |= _instead(exercise, to_notebook, solutions)
        if not solutions:
            instead[exercise.solution.id] = None
    cells = [instead.get(cell.id, cell) for cell in notebook.cells]
    notebook.cells = [cell for cell in cells if cell is not None]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            kept = f'<details class="softmax-prediction" data-key="{cell.id}">'
            cell.source = cell.source.replace(FOLDED, FOLDED.replace("<details>", kept))


def _instead(exercise, to_notebook, solutions):
    """What stands in place of the cells to answer in and to check; None for nothing."""
    words = {"call": escape(exercise.check.source, quote=False), "notebook": to_notebook}
    form = FORMS.get(exercise.number)
    if form is None:
        return {exercise.check.id: _html(exercise.check, NEEDS_THE_NOTEBOOK.format(**words))}
    if isinstance(form, Numbers) and not solutions:
        return {exercise.check.id: _html(exercise.check, NOT_CHECKED_HERE.format(**words))}
    without = WITHOUT_SCRIPTS.format(**words)
    html = _html(exercise.answer, without, form_html(exercise.number, form, solutions))
    return {exercise.answer.id: html, exercise.check.id: None}


def _html(cell, sentence, form=""):
    """A cell of HTML in the place of another, in one piece: an empty line would end it."""
    html = f'{form}<p class="softmax-sentence">{sentence}</p>'
    return new_markdown_cell(f'<div class="softmax-exercise-place">{html}</div>', id=cell.id)


def form_html(number, form, solutions=True):
    """The form of an exercise, with what judges it; it is hidden until the script serves it."""
    fields = "".join(
        _row(number, form, row, k * len(form.items)) for k, row in enumerate(form.rows)
    )
    data = json.dumps(judged_by(number, form, solutions), ensure_ascii=False)
    data = data.replace("<", "\\u003c")
    return (
        f'<form class="softmax-exercise" data-exercise="{number}" autocomplete="off" hidden>'
        f'<script type="application/json">{data}</script>{fields}<p class="softmax-buttons">'
        f'<button type="submit">Check</button> <button type="reset">Clear</button></p>'
        f'<div class="softmax-verdict" role="status"></div></form>'
    )


def judged_by(number, form, solutions=True):
    """All that the page needs to judge an answer."""
    size = len(form.rows) * len(form.items)
    if isinstance(form, Numbers):
        shape = [len(form.rows), len(form.items)]
        given = list(form.given) or [None] * size
        return {"shape": shape, "given": given} | verdicts.compared(number)
    judged = verdicts.listed if solutions else verdicts.hashed
    asked = {"options": len(form.options), "typed": form.typed, "size": size}
    return asked | judged(number, form.options, form.shape)


def _row(number, form, row, start):
    """The fields of a row, under its name if it has one."""
    field = _field if isinstance(form, Numbers) or form.typed else _choice
    fields = "".join(field(number, form, start + k, row, item) for k, item in enumerate(form.items))
    name = f"<legend>{escape(row)}</legend>" if row else ""
    tag = "fieldset" if row else "div"
    return f'<{tag} class="softmax-row">{name}{fields}</{tag}>'


def _choice(number, form, place, row, item):
    options = "".join(
        f'<label><input type="radio" name="answer-{number}-{place}" value="{k}" '
        f'data-place="{place}"> {option}</label>'
        for k, option in enumerate(form.options)
    )
    return f'<fieldset class="softmax-item"><legend>{escape(item)}</legend>{options}</fieldset>'


def _field(number, form, place, row, item):
    given = form.given[place] if isinstance(form, Numbers) and form.given else None
    if given is not None:
        return f'<span class="softmax-item">{escape(item)} <output>{_minus(given)}</output></span>'
    mode = "numeric" if isinstance(form, Choices) else "text"
    return (
        f'<label class="softmax-item">{escape(item)} <input type="text" inputmode="{mode}" '
        f'autocomplete="off" autocapitalize="off" spellcheck="false" data-place="{place}"></label>'
    )


def _minus(number):
    return f"{number:.2f}".replace("-", "−")
