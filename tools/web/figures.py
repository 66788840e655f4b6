"""The figures of a lesson as part of a page: sharp, described, and in the page's own colours.

Of a notebook that ``notebooks.executed(path, drawings=True)`` has run, ``into_page`` makes every
figure HTML that holds its SVG, on no ground of its own, with colours that ``css()`` sets for
light and dark pages, and with its description for whoever cannot see it.
"""

import base64
import hashlib
import html
import io
import re

from PIL import Image

from softmax_lab.palette import PAPER, PICTURES

READABLE = 0.54  # of its full size: a figure is made no smaller, its letters are 11 px then
PIXELS_A_POINT = 110 / 72  # as in the stored pictures


def into_page(notebook):
    """Make HTML of every figure of ours in the outputs of a notebook, in place of its images.

    Of a figure that no picture of ours has drawn the PNG stays: its colours are not ours to set.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            svg = data.pop("image/svg+xml", None)
            words = output.get("metadata", {}).get("image/png", {}).get("alt")
            if svg and words:
                del data["image/png"], output.metadata["image/png"]
                data["text/html"] = figure(svg, words)


def figure(svg, words):
    """A figure as HTML: an image that is called by its description, in a box that can scroll."""
    width, height = (float(x) for x in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
    wide = width * PIXELS_A_POINT
    label = html.escape(words)
    opening = (
        f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{label}" '
        f'style="width: 100%; min-width: {READABLE * wide:.0f}px; max-width: {wide:.0f}px">'
    )
    return f'<div class="softmax-figure">{opening}{_drawn(svg)}</svg></div>'


def css(dark_page='html[data-theme="dark"]'):
    """The style of all figures; ``dark_page`` selects what a page is while it is dark.

    On paper every figure is light.
    """
    light = "".join(f"{_variable(colour)}: {colour}; " for colour in PICTURES)
    dark = "".join(f"{_variable(colour)}: {other}; " for colour, other in PICTURES.items())
    return f"""\
.softmax-figure {{ {light}overflow-x: auto; }}
.softmax-figure svg {{ display: block; height: auto; }}
@media screen {{ {dark_page} .softmax-figure {{ {dark}}} }}
"""


def _drawn(svg):
    """What is inside the SVG element, with names of its own and colours that a page can set."""
    inside = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)[1]
    inside = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", inside, flags=re.DOTALL)
    inside = re.sub(r"<image [^>]*?/>", _masked, inside, flags=re.DOTALL)
    inside = re.sub(r"#[0-9a-f]{6}\b", _coloured, inside)
    inside = re.sub(r"-?\d+\.\d{3,}(?=[ \n\"])", lambda x: f"{float(x[0]):.2f}", inside)
    return _renamed(re.sub(r"\s*\n\s*", "\n", inside).strip())


def _renamed(inside):
    """The names of elements by number, not by chance, behind one that no other figure has."""
    ids = re.findall(r'\bid="([^"]+)"', inside)
    numbers = {name: f"-{k}" for k, name in enumerate(ids)}
    name = r'(?<=\bid=")[^"]+|(?<=href="#)[^"]+|(?<=url\(#)[^)]+'
    inside = re.sub(name, lambda used: numbers[used[0]], inside)
    own = "f" + hashlib.sha256(inside.encode()).hexdigest()[:6]
    return re.sub(r'(?<=\bid=")(?=-)|(?<=href="#)(?=-)|(?<=url\(#)(?=-)', own, inside)


def _variable(colour):
    return f"--picture-{colour[1:]}"


def _coloured(match):
    """A colour of the pictures as a variable; paper as nothing, since the page is the paper."""
    colour = match[0]
    if colour == PAPER["light"]:
        return "none"
    return f"var({_variable(colour)}, {colour})" if colour in PICTURES else colour


def _masked(match):
    """An image of one colour, more or less opaque, as that colour behind a mask."""
    element = match[0]
    data = re.search(r'xlink:href="data:image/png;base64,\s*([^"]*)"', element)[1]
    image = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA")
    colours = image.getcolors(image.width * image.height)
    colour = "#{:02x}{:02x}{:02x}".format(*max(colours)[1][:3])
    written = io.BytesIO()
    image.getchannel("A").save(written, "PNG", optimize=True)
    mask = base64.b64encode(written.getvalue()).decode()
    name = "m" + hashlib.sha256(element.encode()).hexdigest()[:6]
    place = " ".join(re.findall(r'\b(?:x|y|width|height)="[^"]*"', element))
    turned = re.search(r'transform="[^"]*"|$', element)[0]  # of the rectangle, and so of its mask
    return (
        f'<mask id="{name}" maskUnits="userSpaceOnUse" {place}>'
        f'<image {place} xlink:href="data:image/png;base64,{mask}"/></mask>'
        f'<rect {place} {turned} style="fill: {colour}" mask="url(#{name})"/>'
    )
