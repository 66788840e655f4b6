"""Figures of a page follow its colours, keep their shape, and are called by their description."""

import base64
import io
import re
from functools import cache
from xml.etree import ElementTree

import matplotlib as mpl
import nbformat
import numpy as np
import pytest
from PIL import Image

mpl.use("agg")


import notebooks
from softmax_lab import pictures
from softmax_lab.palette import DARK, LIGHT, PICTURES
from test_pictures import CALLS
from web import figures

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"


@cache
def svg_of(name):
    """The SVG of a picture, as a notebook's backend makes it."""
    axes = getattr(pictures, name)(*CALLS[name])
    written = io.StringIO()
    np.ravel(axes)[0].figure.savefig(written, format="svg", bbox_inches="tight")
    return written.getvalue()


def placed(name, words="What it shows."):
    return figures.figure(svg_of(name), words)


def tree(html):
    return ElementTree.fromstring(html)


every_picture = pytest.mark.parametrize("name", CALLS)


@every_picture
def test_every_colour_of_a_picture_is_one_that_a_page_can_set(name):
    html = placed(name)
    free = re.sub(r"var\(--picture-[0-9a-f]{6}, #[0-9a-f]{6}\)", "", html)
    assert not re.search(r"(fill|stroke): #", free)
    assert re.findall(r"--picture-([0-9a-f]{6}), #([0-9a-f]{6})", html)
    for variable, light in re.findall(r"--picture-([0-9a-f]{6}), #([0-9a-f]{6})", html):
        assert variable == light
        assert f"#{light}" in PICTURES


@every_picture
def test_a_picture_has_no_ground_of_its_own(name):
    root = tree(placed(name))
    filled = [e for e in root.iter(f"{SVG}path") if "#ffffff" in e.get("style", "")]
    assert filled == []


@every_picture
def test_no_image_has_a_colour_that_a_page_cannot_set(name):
    root = tree(placed(name))
    masks = {mask.get("id"): mask for mask in root.iter(f"{SVG}mask")}
    images = [image for mask in masks.values() for image in mask.iter(f"{SVG}image")]
    assert len(list(root.iter(f"{SVG}image"))) == len(images)
    for image in images:
        data = base64.b64decode(image.get(LINK).partition("base64,")[2])
        assert Image.open(io.BytesIO(data)).mode == "L"  # white where the colour is to show
    shown = [rect.get("mask") for rect in root.iter(f"{SVG}rect") if rect.get("mask")]
    assert sorted(shown) == sorted(f"url(#{name})" for name in masks)


def test_the_ink_of_a_digit_is_where_it_is_in_the_numbers():
    images = np.zeros((1, 64))
    images[0, :8] = 1  # the upper row
    axes = pictures.digits(images, [0])
    written = io.StringIO()
    axes.ravel()[0].figure.savefig(written, format="svg")
    root = tree(figures.figure(written.getvalue(), "A digit."))
    (image,) = root.iter(f"{SVG}image")
    (mask,) = root.iter(f"{SVG}mask")
    rect = next(rect for rect in root.iter(f"{SVG}rect") if rect.get("mask"))
    data = base64.b64decode(image.get(LINK).partition("base64,")[2])
    opacity = np.asarray(Image.open(io.BytesIO(data)), dtype=float)
    if "scale(1 -1)" in rect.get("transform", ""):
        opacity = opacity[::-1]
    rows = opacity.mean(axis=1)
    inked = np.flatnonzero(rows > 127)
    assert len(inked) == pytest.approx(len(rows) / 8, abs=1)
    assert inked[0] <= 1
    assert image.get("transform") is None  # the rectangle's would be applied twice
    for side in ("x", "y", "width", "height"):
        assert mask.get(side) == image.get(side) == rect.get(side)


def test_what_two_figures_refer_to_is_their_own():
    names = [{e.get("id") for e in tree(placed(n)).iter()} - {None} for n in ("heatmap", "wires")]
    assert all(names)
    assert not names[0] & names[1]


@every_picture
def test_whatever_is_referred_to_is_there_once(name):
    html = placed(name)
    root = tree(html)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(set(ids)) == len(ids)
    referred = {e.get(LINK)[1:] for e in root.iter() if e.get(LINK, "").startswith("#")}
    referred |= set(re.findall(r"url\(#([^)]+)\)", html))
    assert referred <= set(ids)


def test_a_figure_is_an_image_called_by_its_description():
    root = tree(placed("heatmap", 'a "b" < c & d'))
    image = root.find(f"{SVG}svg")
    assert (image.get("role"), image.get("aria-label")) == ("img", 'a "b" < c & d')


def test_a_figure_is_as_wide_as_stored_and_can_shrink_until_it_scrolls():
    root = tree(placed("training_curves"))
    style = root.find(f"{SVG}svg").get("style")
    least, most = (float(re.search(rf"{side}-width: (\d+)px", style)[1]) for side in ("min", "max"))
    assert 1000 < most < 1150
    assert 12 * 110 / 72 * least / most > 9.5  # the smallest letters, in px


def test_the_style_sets_each_colour_light_and_dark():
    style = figures.css("html.night")
    light, dark = style.split("html.night .softmax-figure")
    for name in ("accent", "output", "positive", "negative", "muted", "line"):
        variable = f"--picture-{LIGHT[name][1:]}"
        assert f"{variable}: {LIGHT[name]};" in light
        assert f"{variable}: {DARK[name]};" in dark
    used = set(re.findall(r"var\((--[\w-]+)", "".join(map(placed, CALLS))))
    assert all(f"{variable}: " in light for variable in used)
    assert all(f"{variable}: " in dark for variable in used)


def run(folder, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": notebooks.KERNEL})
    nbformat.write(notebook, folder / "made.ipynb")
    return notebooks.executed(folder / "made.ipynb", drawings=True)


def test_a_run_with_drawings_becomes_part_of_a_page(tmp_path):
    draw = (
        "from softmax_lab import pictures\nax = pictures.before_and_after([0.7, 0.3], [0.6, 0.4])"
    )
    notebook = run(tmp_path, draw, "print('kept')")
    figures.into_page(notebook)
    (shown,), (printed,) = (cell.outputs for cell in notebook.cells)
    assert set(shown.data) == {"text/html", "text/plain"}
    assert 'aria-label="Bars, “before” beside “after”: h₁ falls from 0.7' in shown.data["text/html"]
    assert printed.text == "kept\n"
    again = run(tmp_path, draw)
    figures.into_page(again)
    assert again.cells[0].outputs[0].data == shown.data  # the same bytes each time


def test_a_figure_that_is_none_of_ours_stays_the_image_it_is(tmp_path):
    notebook = run(tmp_path, "import matplotlib.pyplot as plt\nlines = plt.plot([1, 2])")
    figures.into_page(notebook)
    assert set(notebook.cells[0].outputs[0].data) == {"image/png", "text/plain"}
