"""Predictions and exercises on a page: what is written stays, and the judge's words are said."""

from html import unescape

import nbformat
import pytest
from markdown_it import MarkdownIt

import notebooks
import web_files
from browser.live import STRICT, served, write_page
from softmax_lab.exercises import check
from web import exercises, verdicts

LESSONS = {path.stem[:2]: path for path in notebooks.lessons()}
ANSWER = "Down, both: the fulcrum follows weight 3"
CHECKS = """() => axe.run(document.querySelector("main"), { preload: false })
    .then(found => found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`))"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The pages of a few lessons, as far as they are text, and one of them without solutions."""
    folder = tmp_path_factory.mktemp("exercises")
    exercises.write_files(folder / "explorers")
    for number in ("01", "02", "03", "04", "07", "08"):
        write_lesson(folder, f"{number}.html", LESSONS[number])
    write_lesson(folder, "strict.html", LESSONS["03"], STRICT)
    write_lesson(folder, "hashed.html", LESSONS["01"], solutions=False)
    (folder / "explorers" / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    return folder


def write_lesson(folder, name, path, policy=None, **how):
    notebook = nbformat.read(path, as_version=4)
    exercises.on_page(notebook, "lesson.ipynb", **how)
    text = [MarkdownIt().render(c.source) for c in notebook.cells if c.cell_type == "markdown"]
    write_page(folder, name, "".join(text), exercises.head("explorers"), policy)


@pytest.fixture
def start(folder):
    with served(folder) as address:
        yield address


def balance(page):
    """The question of lesson 3 on the beam: its prediction, and its folded answer."""
    details = page.locator('details[data-key="03-balance-1"]')
    return details.locator("xpath=preceding-sibling::*[1]"), details


def form(page):
    return page.locator("form.softmax-exercise")


def said(page):
    return page.locator(".softmax-verdict").inner_text().strip()


def in_words(result):
    """A result as a page shows it, without the marks of HTML."""
    words = verdicts.in_words(result.words)
    for mark in ("<code>", "</code>", "<sub>", "</sub>"):
        words = words.replace(mark, "")
    return f"{result.status} {unescape(words)}"


@pytest.mark.parametrize("name", ["03.html", "strict.html"])
def test_a_prediction_opens_the_answer_and_is_there_after_a_reload(page_at, start, name):
    with page_at(f"{start}/{name}") as page:
        box, details = balance(page)
        assert not details.get_by_text(ANSWER).is_visible()
        box.get_by_label("Your prediction").fill("Up, both?")
        box.get_by_role("button", name="Commit, and open the answer").click()
        assert details.get_by_text(ANSWER).is_visible()
        assert page.evaluate("document.activeElement.localName") == "summary"
        page.reload()
        box, details = balance(page)
        assert box.locator("blockquote").inner_text() == "Up, both?"
        assert box.get_by_label("Your prediction").is_hidden()
        box.get_by_role("button", name="Change it").press("Enter")
        assert box.get_by_label("Your prediction").input_value() == "Up, both?"


def test_a_draft_is_there_after_a_reload_and_no_other_question_has_it(page_at, folder):
    with page_at(f"{folder.as_uri()}/03.html") as page:
        box, _ = balance(page)
        box.get_by_label("Your prediction").press_sequentially("Do")
        page.reload()
        texts = page.locator(".softmax-predicting textarea").evaluate_all(
            "all => all.map(e => e.value).filter(Boolean)"
        )
        assert texts == ["Do"]
        box, details = balance(page)
        assert details.get_by_text(ANSWER).is_hidden()
        assert box.get_by_label("Your prediction").input_value() == "Do"


def test_nothing_is_committed_where_nothing_is_written(page_at, start):
    with page_at(f"{start}/03.html") as page:
        box, details = balance(page)
        box.get_by_role("button", name="Commit").click()
        assert box.get_by_role("status").inner_text().startswith("Write something first")
        assert details.get_by_text(ANSWER).is_hidden()
        details.locator("summary").press("Enter")  # it opens all the same
        assert details.get_by_text(ANSWER).is_visible()


def test_choices_are_judged_by_keys_alone_and_kept(page_at, start):
    with page_at(f"{start}/01.html") as page:
        form(page).get_by_role("button", name="Check").press("Enter")
        assert said(page) == "not answered yet 3 are still open."
        for entry, key in (("entry 0", "Space"), ("entry 1", "Space"), ("entry 2", "Space")):
            form(page).get_by_role("group", name=entry).get_by_label("True").press(key)
        assert said(page) == ""  # what was said of another answer is gone
        form(page).get_by_role("button", name="Check").press("Enter")
        assert said(page) == in_words(check("1.1", [True, True, True]))
        page.reload()
        assert said(page) == in_words(check("1.1", [True, True, True]))
        form(page).get_by_role("group", name="entry 2").get_by_label("True").press("ArrowRight")
        form(page).get_by_role("button", name="Check").press("Enter")
        assert said(page) == in_words(check("1.1", [True, True, False]))
        form(page).get_by_role("button", name="Clear").press("Enter")
        page.reload()
        assert form(page).locator("input:checked").count() == 0


def test_numbers_are_judged_as_they_are_typed_and_kept(page_at, start):
    with page_at(f"{start}/04.html") as page:
        fields = form(page).get_by_role("textbox")
        typed = ["-2/3", "1/3", "1/3", "-1/6", "-1/6", "1 / 3"]
        for k, text in enumerate(typed):
            fields.nth(k).fill(text)
        form(page).get_by_role("button", name="Check").click()
        doubled = [[-2 / 3, 1 / 3, 1 / 3], [-1 / 6, -1 / 6, 1 / 3]]
        assert said(page) == in_words(check("4.1", doubled))
        fields.nth(2).fill("0,5")
        fields.nth(2).press("Enter")
        assert said(page).startswith("not yet “0,5” is not a number. Write it with digits")
        assert fields.nth(2).evaluate("e => e === document.activeElement")
        page.reload()
        assert fields.evaluate_all("all => all.map(e => e.value)") == [
            *typed[:2],
            "0,5",
            *typed[3:],
        ]


def test_what_is_given_stands_there_and_is_no_field(page_at, start):
    with page_at(f"{start}/02.html") as page:
        assert form(page).get_by_role("textbox").count() == 6
        assert form(page).locator("output").all_inner_texts() == ["−0.10", "−0.06", "−0.15"]
        for k, text in enumerate(["0.16", "-.1", "0.25", "-.06", "-.15", "0.21"]):
            form(page).get_by_role("textbox").nth(k).fill(text)
        form(page).get_by_role("button", name="Check").click()
        assert said(page).startswith("correct ")


def test_what_is_typed_is_shown_as_it_is_and_not_run(page_at, start):
    with page_at(f"{start}/07.html") as page:
        for k, text in enumerate(["<img src=x onerror=alert(1)>", "4", "15"]):
            form(page).get_by_role("textbox").nth(k).fill(text)
        form(page).get_by_role("button", name="Check").click()
        assert said(page).startswith("not yet “<img src=x onerror=alert(1)>” is not a whole")
        form(page).get_by_role("textbox").first.fill("1")
        form(page).get_by_role("button", name="Check").click()
        assert said(page) == in_words(check("7.1", [1, 4, 15]))


def test_without_solutions_choices_are_judged_by_hashes(page_at, start):
    with page_at(f"{start}/hashed.html") as page:
        entries = [form(page).get_by_role("group", name=f"entry {k}") for k in range(3)]
        for entry in entries:
            entry.get_by_label("True").check()
        form(page).get_by_role("button", name="Check").click()
        assert said(page) == "not yet"
        entries[2].get_by_label("False").check()
        form(page).get_by_role("button", name="Check").click()
        assert said(page) == "correct"


def test_without_scripts_the_answer_is_folded_and_a_sentence_says_where_to_go(page_at, start):
    with page_at(f"{start}/03.html", java_script_enabled=False) as page:
        assert form(page).is_hidden()
        sentence = page.get_by_text("Where this page may run scripts, you can answer here")
        assert sentence.is_visible()
        assert sentence.get_by_role("link").get_attribute("href") == "lesson.ipynb"
        details = page.locator('details[data-key="03-balance-1"]')
        details.locator("summary").click()
        assert details.get_by_text(ANSWER).is_visible()


def test_where_nothing_can_be_kept_the_page_says_so_and_works(page_at, start):
    refuse = """Object.defineProperty(globalThis, "localStorage", { get() {
        throw new DOMException("refused", "SecurityError");
    } })"""
    with page_at(f"{start}/03.html", prepare=lambda p: p.add_init_script(refuse)) as page:
        assert page.locator("small").first.inner_text().startswith("This browser keeps nothing")
        box, details = balance(page)
        box.get_by_label("Your prediction").fill("Up")
        box.get_by_role("button", name="Commit").click()
        assert details.get_by_text(ANSWER).is_visible()


def test_what_was_kept_in_another_form_is_as_if_it_were_not_there(page_at, start):
    odd = """localStorage.setItem("softmax_lab/exercise/4.1", '{"answers": [1, 2]}');
    localStorage.setItem("softmax_lab/prediction/04-05", "no JSON")"""
    with page_at(f"{start}/04.html", prepare=lambda p: p.add_init_script(odd)) as page:
        values = form(page).get_by_role("textbox").evaluate_all("all => all.map(e => e.value)")
        assert values == [""] * 6


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["02.html", "03.html", "08.html"])
def test_forms_fit_a_phone_and_axe_finds_nothing(page_at, folder, name, theme):
    with page_at(f"{folder.as_uri()}/{name}", width=390) as page:
        colours = "background: #14181e; color: #dfe2e8" if theme == "dark" else ""
        page.evaluate(
            "([theme, style]) => { document.documentElement.dataset.theme = theme;"
            "document.body.style = style }",
            [theme, colours],
        )
        form(page).get_by_role("button", name="Check").click()
        for place in page.locator(".softmax-exercise-place, .softmax-predicting").all():
            box = place.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
            assert place.evaluate("e => e.scrollWidth <= e.clientWidth")
        low = "all => all.filter(e => e.checkVisibility()).map(e => e.offsetHeight)"
        places = ".softmax-exercise-place :is(button, label:has([type=radio]), [type=text])"
        assert min(page.locator(places).evaluate_all(low)) >= 44
        page.evaluate(web_files.path("axe-core", "axe.min.js").read_text(encoding="utf-8"))
        found = [each for each in page.evaluate(CHECKS) if "softmax-" in each or "radio" in each]
        assert found == []
