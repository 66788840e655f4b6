"""What a reader sees after `make lab`: an address, then lesson 1 with nothing in front of it."""

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

import notebooks
from browser import failures
from softmax_lab.lessons import LESSONS

ROOT = notebooks.FOLDER.parent
FILES = [lesson.file for lesson in LESSONS]


@dataclass(frozen=True)
class Started:
    address: str
    output: Path


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The project as it is after `git clone`: without a copy of the lessons."""
    folder = tmp_path_factory.mktemp("clone") / "softmax_lab"
    for name in ("tools", "notebooks", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def started(project, tmp_path_factory):
    """JupyterLab as `make lab` starts it, for a reader who has never had it."""
    home = tmp_path_factory.mktemp("home")
    output = home / "output"
    without = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "JUPYTER"))}
    environment = {
        **without,
        "HOME": str(home),
        "USERPROFILE": str(home),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, project / "tools" / "lab.py", "--no-browser", "--ServerApp.port=0"],
            env=environment,
            stdout=file,
            stderr=file,
        )
        try:
            yield Started(address_in(output, process), output)
        finally:
            process.terminate()
            process.wait(timeout=30)


def address_in(output, process):
    while process.poll() is None:
        found = re.search(r"^ +(http\S+)$", output.read_text(), flags=re.MULTILINE)
        if found and "To stop" in output.read_text():
            return found[1]
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{output.read_text()}")


@pytest.fixture(scope="module")
def page(browser, started):
    page = failures.listen(browser.new_page(viewport={"width": 1280, "height": 800}))
    page.set_default_timeout(60_000)
    page.goto(started.address)
    page.locator(".jp-Notebook").wait_for()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for()
    yield page
    page.close()


def test_the_address_answers_and_only_with_its_token(started):
    with urllib.request.urlopen(started.address, timeout=10) as answer:
        assert "/lab/tree/" in answer.url
    with urllib.request.urlopen(started.address.split("?")[0], timeout=10) as answer:
        assert "/login" in answer.url


def test_lesson_1_is_open_with_nothing_in_front_of_it(page):
    assert (
        page.locator(".lm-TabBar-tab.lm-mod-current .lm-TabBar-tabLabel")
        .all_inner_texts()
        .count(LESSONS[0].file)
    )
    assert page.get_by_text(re.compile("Jupyter news", re.IGNORECASE)).count() == 0
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0


def test_the_lessons_are_listed_alone_and_their_names_are_whole(page):
    names = page.locator(".jp-DirListing-itemText")
    assert names.all_inner_texts() == FILES
    fits = "all => all.every(name => name.scrollWidth <= name.clientWidth)"
    assert names.evaluate_all(fits)


def test_the_address_and_what_to_do_are_the_last_thing_on_the_screen(page, started):
    # After the page has been opened, too.
    *_, address, _, last = started.output.read_text().splitlines()
    assert address.strip() == started.address
    assert last.endswith("Run a cell with Shift+Enter. To stop: Ctrl-C here, twice.")
    assert "not installed" not in started.output.read_text()


def test_what_is_open_is_the_readers_own_copy(page, project):
    opened = project / "my-notebooks" / FILES[0]
    assert opened.read_bytes() == (project / "notebooks" / FILES[0]).read_bytes()
    page.locator(".jp-Notebook .jp-Cell .jp-RenderedMarkdown h1").first.dblclick()
    page.locator(".jp-Notebook .jp-MarkdownCell .cm-line:visible").first.click()
    page.keyboard.type("Mine: ")
    page.locator(".lm-TabBar-tab.jp-mod-dirty").wait_for()
    page.keyboard.press("Control+s")
    page.locator(".lm-TabBar-tab.jp-mod-dirty").wait_for(state="detached")
    assert "Mine: " in opened.read_text(encoding="utf-8")
    assert "Mine: " not in (project / "notebooks" / FILES[0]).read_text(encoding="utf-8")


def test_a_document_that_a_lesson_links_to_opens_as_a_page_to_read(page):
    page.locator(".jp-DirListing-itemText", has_text=FILES[-1]).dblclick()
    link = page.locator(".jp-Notebook a[href*='docs/threads.md']:visible")
    page.locator(".jp-Notebook:visible .jp-WindowedPanel-outer").hover()
    for _ in range(100):  # JupyterLab draws only what is near the window
        if link.count():
            break
        page.mouse.wheel(0, 2000)
    link.click()
    page.locator(".jp-MarkdownViewer h1").wait_for()
