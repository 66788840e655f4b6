"""The figures of a page as they are seen: light, dark, on a phone, on paper, and by name."""

import io

import numpy as np
import pytest
from PIL import Image

from test_pictures import CALLS
from test_web_figures import svg_of
from web import figures

GROUNDS = {"light": "#ffffff", "dark": "#14181e"}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Figures</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{style}
body {{ margin: 8px; background: {light} }}
@media screen {{ html[data-theme="dark"] body {{ background: {dark} }} }}
</style>{figures}"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    shown = "\n".join(figures.figure(svg_of(name), f"This is {name}.") for name in CALLS)
    page.set_content(PAGE.format(style=figures.css(), figures=shown, **GROUNDS))
    yield page
    page.close()


@pytest.fixture(scope="module")
def pictures(page):
    """A PNG of each figure in a page of each theme."""
    taken = {}
    for theme in GROUNDS:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        for name in CALLS:
            figure = page.get_by_role("img", name=f"This is {name}.", exact=True)
            taken[theme, name] = figure.screenshot()
    return taken


def pixels_of(png):
    """Red, green and blue."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=float)


def away_from(ground, pixels):
    """How far each pixel is from the colour of the page, by its most distant part."""
    paper = np.array([int(ground[k : k + 2], 16) for k in (1, 3, 5)])
    return np.abs(pixels - paper).max(axis=2)


@pytest.mark.parametrize("name", CALLS)
def test_a_figure_stands_on_the_page_and_is_drawn_in_what_contrasts_with_it(pictures, name):
    for theme, ground in GROUNDS.items():
        pixels = pixels_of(pictures[theme, name])
        away = away_from(ground, pixels)
        assert away[:3, :3].max() < 3  # nothing of its own in its corner
        assert (away > 90).mean() > 0.003  # letters and lines, at least
        # A light figure is mostly light and a dark one mostly dark, with no block of the other.
        other = (pixels.mean(axis=2) > 225) if theme == "dark" else (pixels.mean(axis=2) < 30)
        assert other.mean() < 0.15


@pytest.mark.parametrize("name", CALLS)
def test_what_stands_out_in_a_light_page_is_seen_in_a_dark_one_and_the_other_way(pictures, name):
    light, dark = (
        away_from(ground, pixels_of(pictures[theme, name])) for theme, ground in GROUNDS.items()
    )
    assert ((light > 120) & (dark < 30)).mean() < 0.001
    assert ((dark > 120) & (light < 30)).mean() < 0.001


def test_on_a_phone_a_figure_scrolls_and_the_page_does_not(page):
    page.set_viewport_size({"width": 390, "height": 844})
    width = page.evaluate("document.documentElement.scrollWidth")
    boxes = page.locator(".softmax-figure").evaluate_all(
        "all => all.map((box) => [box.clientWidth, box.scrollWidth])"
    )
    page.set_viewport_size({"width": 1280, "height": 900})
    assert width == 390
    assert all(outer <= 374 for outer, _ in boxes)
    assert any(inner > outer for outer, inner in boxes)


def test_on_paper_a_dark_figure_is_light(page):
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    ink = page.locator(".softmax-figure").first.evaluate(
        "box => getComputedStyle(box).getPropertyValue('--picture-1f2430').trim()"
    )
    page.emulate_media(media="screen")
    assert ink == "#1f2430"
