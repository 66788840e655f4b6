"""Explorers on pages: the place of each, with its state and a picture until it is made.

``on_page`` changes the outputs of a notebook that was run with the state of its widgets into such
places; ``write_files`` writes the script and the style that a page needs, named by ``HEAD``. It is
one plain script, without eval and without modules: a page may refuse all scripts but those of its
own site, and it may lie on a stick.
"""

import base64
import hashlib
import io
import itertools
import json
import shutil
from html import escape

from PIL import Image

import chromium
import explorer_pictures
from softmax_lab.explorers import modules
from web import bundle, stills
from web.stills import state_of

SCRIPT, STYLE = "explorers.js", "explorers.css"
PHONE = 600  # px: a page that is no wider shows the narrow pictures
SENTENCE = (
    "This is a picture of an explorer. Where the page may run scripts, the explorer itself takes "
    "its place, and you can drag it."
)


def head(url):
    """What a page with explorers has in its head; ``url`` leads to the folder of the files."""
    style = f'<link rel="stylesheet" href="{url}/{STYLE}">'
    return f'{style}\n<script defer src="{url}/{SCRIPT}"></script>'


def write_files(folder):
    """The script and the style of all explorers."""
    folder.mkdir(parents=True, exist_ok=True)
    places = (bundle.STATIC / "explorers" / "places.css").read_text(encoding="utf-8")
    (folder / SCRIPT).write_text(bundle.script("explorers/main.js"), encoding="utf-8")
    style = bundle.style(modules.sources()["style.css"] + places)
    (folder / STYLE).write_text(style, encoding="utf-8")


def on_page(notebook, folder, url):
    """Make each output that is an explorer the HTML of its place, and return how many there are.

    The pictures are written into ``folder``, to which ``url`` leads from the page.
    """
    widgets = notebook.metadata.pop("widgets", {}).get(explorer_pictures.WIDGETS, {})
    models = widgets.get("state", {})
    shown = list(_outputs(notebook, models))
    names = {}
    for name, _, model in shown:
        names.setdefault(model, name)
    first = {model: output for _, output, model in reversed(shown)}
    states = [models[model]["state"] for model in first]
    taken = dict(zip(first, stills_of(states, folder, first.values()), strict=True))
    links = _links(models, names)
    for name, output, model in shown:
        state = models[model]["state"]
        told = state_of(state) if names[model] == name else None
        kind = state["_module"].removesuffix(".js")
        html = place(kind, names[model], taken[model], url, told, links)
        links = []
        output.data = {"text/html": html, "text/plain": output.data["text/plain"]}
        output.metadata = {}
    return len(shown)


def _outputs(notebook, models):
    """Each output that shows an explorer, with a name for it and the id of its model."""
    for cell in notebook.cells:
        for k, output in enumerate(cell.get("outputs", [])):
            view = output.get("data", {}).get(explorer_pictures.VIEW)
            if view and "_module" in models[view["model_id"]]["state"]:
                yield f"{cell.id}-{k}", output, view["model_id"]


def _links(models, names):
    """The ends of each link between two explorers, as the script expects them."""
    links = []
    for model in models.values():
        if model["model_name"] == "LinkModel":
            ends = [model["state"][end] for end in ("source", "target")]
            ends = [[names.get(id.removeprefix("IPY_MODEL_")), trait] for id, trait in ends]
            links += [ends] if all(name for name, _ in ends) else []
    return links


def stills_of(states, folder, outputs=()):
    """The pictures of explorers, written into the folder; without Chromium those of the outputs."""
    folder.mkdir(parents=True, exist_ok=True)
    if not chromium.find():
        stored = [_stored(output, folder) for output in outputs]
        return stored or [stills.Still("An explorer", {}, [])] * len(states)
    taken = stills.of(states)
    for file, *_ in itertools.chain(*(files for each in taken for files in each.pictures.values())):
        shutil.copy(stills.CACHE / file, folder)
    return taken


def _stored(output, folder):
    alt = output.data["text/plain"].splitlines()[0]
    if "image/png" not in output.data:
        return stills.Still(alt, {}, [])
    png = base64.b64decode(output.data["image/png"])
    file = f"{hashlib.sha256(png).hexdigest()[:10]}.png"
    (folder / file).write_bytes(png)
    return stills.Still(alt, {"light": [[file, *Image.open(io.BytesIO(png)).size]]}, [])


def place(kind, model, still, url, state=None, links=()):
    """The place of an explorer; ``state`` is told once of each model, ``links`` once a page."""
    told = ""
    if state is not None:
        told += data(f'class="softmax-model" data-model="{model}"', state)
    if links:
        told += data('class="softmax-links"', links)
    return (
        f'<div class="softmax-place" data-explorer="{kind}" data-model="{model}" '
        f'data-heights="{json.dumps(still.heights)}">{told}<div class="softmax-still">'
        f"{pictures_html(still, url)}<p>{SENTENCE}</p></div></div>"
    )


def data(attributes, value):
    """A script element that holds data: no policy refuses it."""
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" {attributes}>{text}</script>'


def pictures_html(still, url):
    """The pictures of an explorer, of which the page's theme and width choose one."""
    return "".join(
        _picture(theme, files, url, still.alt) for theme, files in still.pictures.items()
    )


def height_of(still, width):
    """How high an explorer is that is as wide, to the next larger width that was measured."""
    return round(next((h for w, h in still.heights if w >= width), 600))


def _picture(theme, files, url, alt):
    """A picture for one theme, narrow on a phone; its room is known before it has come."""
    *narrow, (file, width, height) = files
    sources = "".join(
        f'<source media="(max-width: {PHONE}px)" srcset="{url}/{name}" width="{w}" height="{h}">'
        for name, w, h in narrow
    )
    return (
        f'<picture class="softmax-{theme}">{sources}<img src="{url}/{file}" width="{width}" '
        f'height="{height}" loading="lazy" decoding="async" alt="{escape(alt)}"></picture>'
    )
