"""Pictures of explorers as a page shows them, which the lessons store for views without widgets.

Chromium draws each with the modules that draw it for a reader. Font, size and everything else
that a machine could choose are given, so that twice gives the same bytes.
"""

import base64
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import matplotlib
from playwright.sync_api import sync_playwright

import chromium
from softmax_lab.explorers import modules

ORIGIN = "http://explorers.test/"
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
WIDGETS = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
EVEN = ["--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb"]
PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="style.css">
<style>
@font-face { font-family: series; src: url(DejaVuSans.ttf) }
@font-face { font-family: series; src: url(DejaVuSans-Bold.ttf); font-weight: 600 900 }
body { margin: 8px; color: #1f2430; background: white; --jp-content-font-family: series }
</style>"""
DRAW = """async state => {
    const { draw, modelOf } = await import("/alone.js");
    document.body.replaceChildren();
    await draw(modelOf(state), document.body);
    await document.fonts.ready;
}"""

EXPLORER = "document.querySelector('.softmax-explorer')"
SUMMARY = f"{EXPLORER}.querySelector('.summary').textContent"


def explorers_in(notebook):
    """The outputs that show an explorer, each with its state; of a run with widget state."""
    models = notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            view = output.get("data", {}).get(VIEW)
            state = models[view["model_id"]]["state"] if view else {}
            if "_module" in state:
                yield output, state


def add_to(notebook):
    """Put a picture beside every explorer in the outputs of a notebook."""
    found = list(explorers_in(notebook))
    if not found:
        return
    if not chromium.find():
        sys.exit(
            "softmax_lab: Chromium was not found. It takes the pictures of the explorers that a "
            "lesson stores:\npython tools/chromium.py says how to get it."
        )
    taken = pictures([state for _, state in found])
    for (output, _), (png, words) in zip(found, taken, strict=True):
        output.data["image/png"] = base64.b64encode(png).decode()
        output.metadata["image/png"] = {"alt": words}


def pictures(states):
    """A PNG of each explorer with one of these states, and what it tells a screen reader of it."""

    def all_taken():
        with studio() as take:
            return [(take(state), take.words()) for state in states]

    # In a thread of its own: where a test has a browser open, Playwright starts no second one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(all_taken).result()


def pairs(stored, fresh):
    """The outputs of a stored notebook that are explorers in a fresh run, each with its fresh one.

    The run kept the widget state, which the stored notebook has no more.
    """
    explorers = [output for output, _ in explorers_in(fresh)]
    for old_cell, new_cell in zip(stored.cells, fresh.cells, strict=False):
        for old, new in zip(old_cell.get("outputs", []), new_cell.get("outputs", []), strict=False):
            if "data" in old and any(new is output for output in explorers):
                yield old, new


def carry_over(stored, fresh):
    """Put the stored pictures of explorers into a fresh run."""
    for old, new in pairs(stored, fresh):
        if "image/png" in old.data:
            new.data["image/png"] = old.data["image/png"]
            new.metadata.update(old.metadata)


def leave_out(stored, fresh):
    """Take the pictures of explorers out of a stored notebook: nothing here can take them anew."""
    for old, _ in pairs(stored, fresh):
        old.data.pop("image/png", None)
        old.metadata.pop("image/png", None)


@contextmanager
def studio():
    """A function that takes the picture, a PNG, of an explorer in a state.

    Of one that moves by itself the picture has the end. ``pointed`` selects an element that the
    pointer is on. ``words`` of the function are those in which the explorer sums up its last state.
    """
    options = chromium.options()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options | {"args": options["args"] + EVEN})
        page = browser.new_page(viewport={"width": 976, "height": 800})
        page.route("**/*", answer)
        page.goto(ORIGIN)

        def take(state, pointed=None):
            page.mouse.move(0, 0)
            page.evaluate(DRAW, state | {"progress": 2.0} if "progress" in state else state)
            if pointed:
                page.locator(pointed).first.hover()
            return page.locator(".softmax-explorer").screenshot(animations="disabled")

        def words():
            page.wait_for_function(f"{SUMMARY} !== ''")
            return page.evaluate(f"{EXPLORER}.getAttribute('aria-label') + '. ' + {SUMMARY}")

        take.words = words
        yield take
        browser.close()


def answer(route):
    """What the page asks for: itself, the modules, the fonts, and nothing from elsewhere."""
    name = route.request.url.removeprefix(ORIGIN)
    text = {"": PAGE, "alone.js": modules.ALONE.read_text(encoding="utf-8")} | modules.sources()
    if name in text:
        kinds = {"js": "text/javascript", "css": "text/css"}
        kind = kinds.get(name.rpartition(".")[2], "text/html")
        route.fulfill(body=text[name], content_type=f"{kind}; charset=utf-8")
    elif (FONTS / name).is_file():
        route.fulfill(path=FONTS / name)
    else:
        route.fulfill(status=404)
