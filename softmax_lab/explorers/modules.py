"""The JavaScript and the style of all explorers, sent to the browser once and shared by them all.

Each explorer refers to this one model and is itself only as large as its state, however many of
them a page holds. ``loader.js`` links the modules in the browser.
"""

from functools import cache
from pathlib import Path

from ipywidgets import Widget
from traitlets import Dict

from softmax_lab.palette import DARK, LIGHT, css

FOLDER = Path(__file__).parent
LOADER = FOLDER / "loader.js"
ALONE = FOLDER / "alone.js"


class Modules(Widget):
    """A widget without a view that holds the sources by the names of their files."""

    sources = Dict().tag(sync=True)


@cache
def sources():
    """The modules and style.css by their names; the style begins with the palette."""
    files = sorted((FOLDER / "javascript").glob("*.*s"))
    texts = {file.name: file.read_text(encoding="utf-8") for file in files}
    light = css(".softmax-explorer", LIGHT)
    dark = css('.softmax-explorer[data-theme="dark"]', DARK)
    return texts | {"style.css": f"{light}\n{dark}\n{texts['style.css']}"}


_shared = None


def shared_modules():
    """The one model, made when it is first asked for, and again after ``Widget.close_all()``."""
    global _shared
    if _shared is None or _shared.comm is None:
        _shared = Modules(sources=sources())
    return _shared
