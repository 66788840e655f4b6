"""What the site is made of: links, anchors, styles, runs, and notebooks of one's own."""

import re
import sys

import nbformat
import pytest

import make_site
import notebooks
from softmax_lab.lessons import LESSONS
from web import finish, own_notebooks, runs, sources, style
from web.formulas import FormulaError

PAGES = {"01-the-failing-check", "03-from-matrix-back-to-vector", "questions"}


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("[L](01-the-failing-check.ipynb)", "[L](<01-the-failing-check.ipynb>)"),
        ("[Q](../docs/questions.md)", "[Q](<questions.md>)"),
        (
            '[S](../notebooks/03-from-matrix-back-to-vector.ipynb#"Just-sum-the-rows")',
            '[S](<03-from-matrix-back-to-vector.ipynb#"Just-sum-the-rows">)',
        ),
        ("[all of them](benchmarks/results/numerics.svg)", "all of them"),
        ("[far](https://example.org/a.md)", "[far](https://example.org/a.md)"),
        ("`f(x)[i](y)` and [here](#place)", "`f(x)[i](y)` and [here](#place)"),
    ],
)
def test_a_link_leads_to_a_page_or_becomes_its_words(text, linked):
    assert sources.relinked(text, PAGES) == linked


def test_the_anchors_are_those_that_the_table_of_the_threads_uses():
    threads = (sources.DOCUMENTS / "threads.md").read_text(encoding="utf-8")
    headings = {
        sources.anchor(heading)
        for path in notebooks.lessons()
        for cell in nbformat.read(path, as_version=4).cells
        for heading in re.findall(r"(?m)^#+ (.*)$", cell.source)
    }
    used = re.findall(r"\.ipynb#([^)]+)\)", threads)
    assert len(used) > 40
    assert set(used) <= headings


def test_every_lesson_is_described_in_plain_words():
    assert set(sources.settled()) == {lesson.name for lesson in LESSONS}
    for lesson in LESSONS:
        words = sources.description(lesson.name)
        assert words.startswith(lesson.title)
        assert not re.search(r"[$\\{}]", words)


def test_no_sentence_of_a_page_tells_to_run_what_cannot_be_run_there():
    for path in notebooks.lessons():
        for cell in nbformat.read(path, as_version=4).cells:
            text = sources.page_cell(cell, path.stem, PAGES).source
            if cell.cell_type == "markdown":
                assert "before you run.**" not in text
                assert not re.search("(?<!Type it, )in place of the dots", text)
                assert "run the first code cell" not in text


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (".used{color:red}", True),
        (".unused{color:red}", False),
        (".used .unused{color:red}", False),
        ("p{color:red}", True),
        (".used:not(.unused){color:red}", True),
        ("@media print{.used{color:red}}", True),
        ("@media print{.unused{color:red}}", False),
        ("@keyframes turn{from{left:0}}", True),
        ('@font-face{font-family:"Font Awesome 6";src:url(a.woff2)}', False),
    ],
)
def test_a_rule_is_kept_if_it_can_concern_something(rule, kept):
    assert bool(style.kept(rule, {"used", "p"})) == kept


def test_of_several_selectors_those_in_use_are_kept():
    text = style.kept(".used,.unused:hover,:is(.used,.unused) b{color:red}", {"used"})
    assert text == ".used,:is(.used,.unused) b{color:red}"


@pytest.mark.usefixtures("web_packages")
def test_a_formula_that_cannot_be_set_names_its_page():
    pages = {"a.html": "<set-formula>h</set-formula>", "b.html": "<set-formula>x^</set-formula>"}
    with pytest.raises(FormulaError, match=r"b\.html: x\^"):
        finish.with_formulas(pages)


def test_the_navigation_says_how_long_a_lesson_takes():
    entry = '<a class="reference internal" href="01-the-failing-check.html">1</a>'
    here = '<a class="current reference internal" href="#">4</a>'
    html = f'<nav class="bd-links">{entry}{here}</nav>{entry}'
    changed = finish.with_minutes("04-cross-entropy.html", html)
    assert re.findall(r"(\d+) min<", changed) == ["14", "17"]


# ---- runs


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.ipynb"
    cells = [nbformat.v4.new_code_cell("1 + 1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture
def counted(monkeypatch):
    """How often a notebook was run, by the names of their files."""
    done = []

    def executed(path, **_):
        done.append(path.name)
        return nbformat.read(path, as_version=4)

    monkeypatch.setattr(runs.notebooks, "executed", executed)
    return done


def test_a_lesson_is_run_once_and_again_when_it_has_changed(small, counted, tmp_path):
    for _ in range(3):
        runs.run(small, tmp_path / "kept")
    assert counted == ["small.ipynb"]
    notebook = nbformat.read(small, as_version=4)
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text="2")]
    nbformat.write(notebook, small)
    runs.run(small, tmp_path / "kept")
    assert len(counted) == 1  # what it answered last time does not count
    notebook.cells[0].source = "2 + 2"
    nbformat.write(notebook, small)
    assert runs.run(small, tmp_path / "kept").cells[0].source == "2 + 2"
    assert len(counted) == 2
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_a_run_that_fails_leaves_nothing_behind(small, monkeypatch, tmp_path):
    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(runs.notebooks, "executed", fail)
    with pytest.raises(ZeroDivisionError):
        runs.run(small, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


# ---- a notebook of one's own


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("gone.ipynb", None, "Name one that is there"),
        ("notes.md", "# Notes", "a file that ends in .ipynb"),
        ("04-cross-entropy.ipynb", "{}", "Give your notebook another name"),
        ("questions.ipynb", "{}", "Give your notebook another name"),
        ("broken.ipynb", "no JSON", "save it again"),
    ],
)
def test_what_cannot_be_a_page_is_refused_with_the_remedy(tmp_path, name, text, words):
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(SystemExit, match=re.escape(words)) as refusal:
        own_notebooks.checked([path])
    assert str(path) in str(refusal.value)


def test_an_error_in_a_notebook_of_one_s_own_is_shown_with_its_cell(tmp_path):
    path = tmp_path / "own.ipynb"
    cells = [nbformat.v4.new_code_cell("1 / 0  # mine")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    with pytest.raises(SystemExit, match="# mine") as refusal:
        own_notebooks.ran(path)
    assert "ZeroDivisionError" in str(refusal.value)


def test_without_npm_s_files_it_says_that_there_is_no_site(monkeypatch):
    monkeypatch.setattr(make_site.web_files, "main", lambda: None)
    monkeypatch.setattr(make_site.web_files, "missing", lambda: ["katex"])
    monkeypatch.setattr(sys, "argv", ["make_site.py"])
    with pytest.raises(SystemExit, match="npm"):
        make_site.main()
