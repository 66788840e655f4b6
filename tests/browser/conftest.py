"""The notebooks as a reader meets them: real servers, pages without one, a real browser.

Where there is no Chromium the tests are left out, and say so; never in CI.
"""

import os
import shutil

import nbformat
import pytest
from playwright.sync_api import Browser, sync_playwright

import chromium
import make_site
import notebooks
from browser import failures
from browser.dom import as_at_first
from browser.drawn import easel
from browser.live import tabs
from browser.servers import Server, serving
from web import explorers, stills

CHROMIUM = chromium.find()


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker("browser")
            if os.environ.get("CI"):
                continue
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="there is no Chromium here"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep what the open pages show, and what the servers wrote, when a test fails."""
    report = yield
    if report.failed and report.when != "teardown":
        used = item.funcargs.values()
        for server in (each for each in used if isinstance(each, Server)):
            failures.keep_log(server)
        for browser in (each for each in used if isinstance(each, Browser)):
            for page in (page for context in browser.contexts for page in context.pages):
                failures.keep(page)
    return report


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium that asks nothing of the network but this machine."""
    assert CHROMIUM, "Chromium is needed: python tools/chromium.py"
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(**chromium.options())
        yield chrome
        chrome.close()


@pytest.fixture
def page(opened_once):
    """The page that a module opens once for its tests, with its explorers as at first."""
    return as_at_first(opened_once)


@pytest.fixture(scope="session")
def reading_room(tmp_path_factory):
    """A folder with a copy of the lessons, without their outputs, to read and write in."""
    folder = tmp_path_factory.mktemp("reading") / "notebooks"
    shutil.copytree(notebooks.FOLDER, folder)
    for path in folder.glob("*.ipynb"):
        nbformat.write(emptied(nbformat.read(path, as_version=4)), path)
    return folder


@pytest.fixture(scope="session")
def lab(reading_room):
    """A JupyterLab on the lessons."""
    with serving("jupyterlab", reading_room, reading_room.parent / "lab") as server:
        yield server


@pytest.fixture(scope="session")
def notebook7(reading_room):
    """A Jupyter Notebook on the same folder."""
    with serving("notebook", reading_room, reading_room.parent / "notebook7") as server:
        yield server


def emptied(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


@pytest.fixture(scope="session")
def site(session_folder, web_packages):
    """The folder of the whole site, made once."""
    make_site.build(session_folder / "site", session_folder / "work", kept=session_folder / "runs")
    return session_folder / "site"


@pytest.fixture(scope="session")
def drawn(browser):
    """A function that draws an explorer on a page of its own."""
    with easel(browser) as draw:
        yield draw


@pytest.fixture(scope="session")
def page_at(browser):
    """A function that opens the page of an address."""
    with tabs(browser) as open_page:
        yield open_page


PAGE = """<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<title>Explorers</title>{head}<style>body {{ margin: 8px; background: {paper};
color: var(--jp-content-font-color1, {ink}) }}</style></head><body>{places}</body></html>"""


@pytest.fixture(scope="session")
def explorer_files(tmp_path_factory, web_packages):
    """The script and the style that a page with explorers needs, made once."""
    folder = tmp_path_factory.mktemp("files")
    explorers.write_files(folder)
    return folder


@pytest.fixture(scope="session")
def exported(tmp_path_factory, explorer_files):
    """A function that gives a folder with the explorers of a notebook, light.html and dark.html.

    Their pictures, which take time, are there only where they are asked for.
    """

    def export(notebook, pictures=False):
        folder = tmp_path_factory.mktemp("page")
        shutil.copytree(explorer_files, folder / "files")
        with pytest.MonkeyPatch.context() as patch:
            if not pictures:
                patch.setattr(stills, "of", lambda states: [stills.Still("", {}, [])] * len(states))
            explorers.on_page(notebook, folder / "files", "files")
        outputs = [output for cell in notebook.cells for output in cell.outputs]
        places = [output.data["text/html"] for output in outputs if "data" in output]
        parts = {"head": explorers.head("files"), "places": "".join(places)}
        for theme, (ink, paper) in stills.PAPER.items():
            html = PAGE.format(theme=theme, ink=ink, paper=paper, **parts)
            (folder / f"{theme}.html").write_text(html, encoding="utf-8")
        return folder

    return export
