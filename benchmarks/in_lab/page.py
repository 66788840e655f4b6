"""A notebook in JupyterLab in a headless Chromium, and contestants that take turns in it."""

import random
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))
sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))
import chromium
import notebooks
from browser.lab import run_all
from browser.servers import serving

HERE = Path(__file__).resolve().parent
# Seconds: from an event to the next, and from a picture to the next event at the least.
PERIOD = {"keydown": (0.15, 0.2), "pointermove": (0.02, 0.05)}
BREATH = (0.01, 0.03)
SETTLING = 1.5  # for so long JupyterLab has something to do after scrolling and a change of focus


@contextmanager
def opened(places):
    """The page with a notebook, in which a cell shows each (n, name of a function)."""
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        folder = Path(home) / "notebooks"
        write_notebook(folder, places)
        refuse_news(Path(home) / "lab" / "settings")
        with (
            serving("jupyterlab", folder, Path(home) / "lab") as server,
            playwright.chromium.launch(**chromium.options()) as browser,
        ):
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            run_all(page, server, "latency")
            page.add_script_tag(path=HERE / "stopwatch.js")
            yield page


def write_notebook(folder, places):
    folder.mkdir()
    shutil.copy(HERE / "contestants.py", folder)
    sources = ["import contestants", *(f"contestants.{name}({n})" for n, name in places)]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"kernelspec": notebooks.KERNEL}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "latency.ipynb")


def refuse_news(settings):
    """Without an answer, JupyterLab's question about news covers a corner of the page."""
    folder = settings / "@jupyterlab" / "apputils-extension"
    folder.mkdir(parents=True)
    (folder / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')


def take_turn(page, place, contestant, events):
    """Send the events, half of them up and half back: what the stopwatch says of each."""
    cell = page.locator(".jp-CodeCell").nth(1 + place)
    cell.evaluate("cell => cell.scrollIntoView()")
    handle = cell.locator(contestant.handle).first
    handle.evaluate("handle => { handle.dataset.lmSuppressShortcuts = 'true'; handle.focus() }")
    numbers = cell.locator(contestant.numbers).first.element_handle()
    send = dragged(page, handle) if contestant.event == "pointermove" else pressed(page)
    time.sleep(SETTLING)
    times, last = [], 0.0
    for up in [True] * (events // 2) + [False] * (events // 2):
        page.evaluate(
            "what => { globalThis.timed = stopwatch(...what) }",
            [numbers, contestant.kind, contestant.event],
        )
        rest = random.uniform(*PERIOD[contestant.event]) - (time.monotonic() - last)
        time.sleep(max(rest, random.uniform(*BREATH)))
        last = time.monotonic()
        times.append(send(up))
    page.mouse.up()
    return times


def pressed(page):
    """A key goes down, and up again only when it is timed: the page handles that too."""

    def press(up):
        key = "ArrowUp" if up else "ArrowDown"
        page.keyboard.down(key)
        times = page.evaluate("() => timed")
        page.keyboard.up(key)
        return times

    return press


def dragged(page, handle):
    """Take hold of the middle of a slider; each move is of two pixels, and so to another tenth."""
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()

    def move(up):
        nonlocal y
        y -= 2 if up else -2
        page.mouse.move(x, y)
        return page.evaluate("() => timed")

    return move
