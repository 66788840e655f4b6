"""What the page of a lesson holds for its exercises, and for its predictions."""

import copy
import json
import re
from html.parser import HTMLParser

import nbformat
import pytest

import exercise_cells
import notebooks
from softmax_lab.exercises import exercises as exercises_of
from softmax_lab.exercises import find, lessons
from web import exercises
from web.exercises import FORMS, Choices, Numbers

LESSONS = notebooks.lessons()
LINK = "notebooks/lesson.ipynb"


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem, scope="module")
def read(request):
    return nbformat.read(request.param, as_version=4)


@pytest.fixture(scope="module")
def page(read):
    """A lesson as its page has it."""
    return changed(read)


def changed(notebook, **how):
    notebook = copy.deepcopy(notebook)
    exercises.on_page(notebook, LINK, **how)
    return notebook


def text_of(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


def forms_in(notebook):
    return re.findall(r'data-exercise="([\d.]+)"', text_of(notebook))


def test_every_exercise_that_is_predicted_is_answered_on_its_page():
    asked = [e.number for lesson in lessons() for e in exercises_of(lesson) if e.kind == "predict"]
    assert list(FORMS) == asked


def test_an_exercise_is_a_form_or_says_that_it_needs_the_notebook(read, page):
    numbers = [each.number for each in exercise_cells.exercises(read)]
    assert forms_in(page) == [number for number in numbers if number in FORMS]
    for number in set(numbers) - set(FORMS):
        assert f'<code>check("{number}", ' in text_of(page)
    assert text_of(page).count("which this page cannot run") == len(set(numbers) - set(FORMS))
    assert text_of(page).count(f'href="{LINK}"') == len(numbers)


def test_no_check_is_left_that_says_not_answered_yet(page):
    for cell in page.cells:
        assert "check" not in cell.metadata.get("tags", [])
        shown = [output.get("data", {}) for output in cell.get("outputs", [])]
        assert not any("not answered yet" in data.get("text/html", "") for data in shown)


def test_every_question_with_a_folded_answer_can_be_predicted(read, page):
    asked = sum(cell.source.count("Think first, then open") for cell in read.cells)
    keys = re.findall(r'<details class="softmax-prediction" data-key="([^"]+)">', text_of(page))
    assert len(keys) == asked > 0
    assert len(set(keys)) == asked


def test_html_is_in_one_piece(page):
    """An empty line would end it, and the rest be read as Markdown."""
    places = [c.source for c in page.cells if "softmax-exercise-place" in c.source]
    assert len(places) == 3
    assert all("\n" not in source for source in places)


class Balance(HTMLParser):
    """Which elements are open, and which were closed that were not."""

    def __init__(self):
        super().__init__()
        self.open, self.names, self.labels = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag != "input":
            self.open.append(tag)
        if tag == "input":
            self.labels.append("label" in self.open)
            self.names.append(dict(attributes)["data-place"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("number", FORMS)
def test_a_form_is_well_formed_and_each_of_its_fields_has_a_label(number):
    form = FORMS[number]
    seen = Balance()
    seen.feed(exercises.form_html(number, form))
    assert seen.open == []
    assert all(seen.labels)
    given = getattr(form, "given", ())
    places = [k for k in range(len(form.rows) * len(form.items)) if not given or given[k] is None]
    assert sorted(set(seen.names), key=int) == [str(k) for k in places]


def test_without_solutions_no_answer_stands_on_the_page(read):
    """Neither the solution, nor verdicts, nor numbers that are right; hashes are."""
    solved = {each.number: each.solved for each in exercise_cells.exercises(read)}
    without = changed(read, solutions=False)
    text = text_of(without)
    assert not any("solution" in cell.metadata.get("tags", []) for cell in without.cells)
    for number, code in solved.items():
        assert code not in text
        assert number not in FORMS or code.partition(" = ")[2] not in text
        assert find(number).think not in text
        form = FORMS.get(number)
        if isinstance(form, Numbers):
            assert number not in forms_in(without)
            assert "does not check your numbers" in text
        elif isinstance(form, Choices):
            data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', text)[1])
            assert data.keys() == {"options", "typed", "size", "salt", "right"}


def test_a_notebook_without_exercises_stays_as_it_is():
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Mine"), nbformat.v4.new_code_cell("1 + 1")]
    )
    assert changed(notebook) == notebook


def test_a_hash_is_right_for_one_answer_among_all():
    for number, form in FORMS.items():
        if isinstance(form, Choices):
            data = exercises.judged_by(number, form, solutions=False)
            assert len(data["right"]) == (27 if form.typed else 1)
