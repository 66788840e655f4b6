"""What stands where an explorer will be: its picture, light and dark, wide and narrow, its height.

Each is taken once and kept in build/stills, under a name that the explorer's state, its modules
and this file decide.
"""

import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

import chromium
import explorer_pictures
from softmax_lab.explorers import modules

CACHE = Path(__file__).resolve().parent.parent.parent / "build" / "stills"
WIDTHS = (358, 720)  # of the text on a phone, and on a desk
MEASURED = (320, 358, 400, 440, 481, 520, 560, 600, 640, 680, 720, 760, 800, 880, 960)
SHARP = 1.5  # pixels of a picture to one of the page: it is mostly seen for a moment
PAPER = {"light": ("#1f2430", "#ffffff"), "dark": ("#dfe2e8", "#14181e")}
# What only Jupyter's widgets ask for.
JUPYTER_S = ("_model_", "_view_", "_dom_", "_esm", "_css", "_anywidget", "_modules")
OF_NO_USE = ("layout", "tabbable", "tooltip", "value")
LAY_OUT = """async ([width, [ink, paper]]) => {
    Object.assign(document.body.style, { margin: 0, width: `${width}px`, color: ink });
    document.documentElement.style.background = document.body.style.background = paper;
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    return document.querySelector(".softmax-explorer").getBoundingClientRect().height;
}"""
SAID = """() => {
    const root = document.querySelector(".softmax-explorer");
    return [root.ariaLabel, root.querySelector(".summary").textContent];
}"""


@dataclass(frozen=True)
class Still:
    """The pictures of an explorer, what they show in words, and how high it is where it is wide."""

    alt: str
    pictures: dict  # "light" and "dark": [file, width, height], the narrow one first
    heights: list  # [width, height], the narrowest first


def of(states):
    """The still of each explorer's state; Chromium takes those that are not in CACHE yet."""
    keys = [_key(state) for state in states]
    missing = {
        key: state
        for key, state in zip(keys, states, strict=True)
        if not (CACHE / f"{key}.json").exists()
    }
    if missing:
        CACHE.mkdir(parents=True, exist_ok=True)
        # In a thread of its own: where a test has a browser open, Playwright starts no second one.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(_take_all, missing).result()
    return [Still(**json.loads((CACHE / f"{key}.json").read_text())) for key in keys]


def state_of(state):
    """What the explorer's script needs of a widget's state."""
    return {
        name: value
        for name, value in state.items()
        if not name.startswith(JUPYTER_S) and name not in OF_NO_USE
    }


def _key(state):
    decides = [state_of(state), modules.sources(), Path(__file__).read_text(encoding="utf-8")]
    digest = hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()
    return f"{state['_module'].removesuffix('.js')}-{digest[:10]}"


def _take_all(states):
    with _page() as page:
        for key, state in states.items():
            still = _take(page, key, state)
            # Last, so that what is there is whole.
            (CACHE / f"{key}.json").write_text(json.dumps(asdict(still)))


@contextmanager
def _page():
    options = chromium.options()
    with sync_playwright() as playwright:
        even = options["args"] + explorer_pictures.EVEN
        browser = playwright.chromium.launch(**options | {"args": even})
        view = {"width": 1000, "height": 900}
        page = browser.new_page(viewport=view, device_scale_factor=SHARP)
        page.route("**/*", explorer_pictures.answer)
        page.goto(explorer_pictures.ORIGIN)
        yield page
        browser.close()


def _take(page, key, state):
    """Of one that moves by itself the picture has the end."""
    ended = {"progress": 2.0} if "progress" in state else {}
    page.evaluate(explorer_pictures.DRAW, state | ended)
    heights = [[w, page.evaluate(LAY_OUT, [w, PAPER["light"]])] for w in MEASURED]
    page.wait_for_function("() => document.querySelector('.summary').textContent")
    label, summary = page.evaluate(SAID)
    pictures = {theme: [] for theme in PAPER}
    for (theme, colours), width in product(PAPER.items(), WIDTHS):
        height = page.evaluate(LAY_OUT, [width, colours])
        png = page.locator(".softmax-explorer").screenshot(animations="disabled")
        file = f"{key}-{width}-{theme}.webp"
        Image.open(io.BytesIO(png)).convert("RGB").save(CACHE / file, lossless=True)
        pictures[theme].append([file, width, round(height)])
    return Still(f"{label}. {summary}", pictures, heights)
