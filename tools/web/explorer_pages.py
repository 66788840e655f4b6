"""Each explorer as a page of its own, for a frame in a course or on a slide; and a list of them.

The state stands in the address, jacobian.html?z=2,1,0.1&mode=ones, and theme=dark or light.
"""

import inspect
import shutil
from dataclasses import dataclass
from html import escape

import numpy as np
from ipywidgets import Widget
from traitlets import Bool

from softmax_lab import explorers as package
from softmax_lab import measurements
from softmax_lab.explorers.attention import FARTHEST, Mask, Points
from softmax_lab.explorers.state import Number, OneOf, Vector
from softmax_lab.lessons import named
from web import bundle, explorers, stills

SCRIPTS = {"theme.js": "explorers/theme.js", "frames.js": "explorers/frames.js"}
STYLE = "page.css"
AROUND = 150  # px: what stands below an explorer on its page
FRAMED = 760  # px: how wide a frame is taken to be


@dataclass(frozen=True)
class Page:
    """An explorer's page: its title, the lessons that use it, and what its lists keep to."""

    explorer: type
    title: str
    lessons: tuple
    rules: dict

    @property
    def about(self):
        """A sentence on it: the first one of its docstring."""
        return inspect.getdoc(self.explorer).partition("\n")[0]


OF_CLASSES = {
    "z": {"least": 2, "most": 8},
    "upstream": {"as": "z"},
    "target": {"as": "z", "low": 0, "share": True},
}
OF_KEYS = {"k": {"least": 2, "most": 5}, "v": {"as": "k"}, "mask": {"as": "k"}}
PAGES = {
    "simplex": Page(package.SimplexExplorer, "The triangle of distributions", (2,), {}),
    "jacobian": Page(
        package.JacobianExplorer, "The Jacobian, weighted and summed", (3, 4), OF_CLASSES
    ),
    "balance": Page(package.BalanceExplorer, "Classes on a beam", (3, 4), OF_CLASSES),
    "charts": Page(package.ChartsExplorer, "One slope, two charts", (5,), {}),
    "stability": Page(
        package.StabilityExplorer, "Where digits go", (6,), {"z": {"low": -1000, "high": 1000}}
    ),
    "gradient_check": Page(package.GradientCheckExplorer, "The step of a gradient check", (7,), {}),
    "training": Page(package.TrainingExplorer, "Right and wrong gradients in training", (8,), {}),
    "attention": Page(package.AttentionExplorer, "Softmax in the middle", (9,), OF_KEYS),
}
HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · softmax_lab</title>
<meta name="description" content="{about}">
<link rel="icon" href="{url}/icon.svg">
<script src="{url}/theme.js"></script>
<link rel="stylesheet" href="{url}/page.css">
{head}
</head>
"""
PAGE = """<body class="one">
<main>
<h1>{title}</h1>
<div class="complaints" role="alert" hidden></div>
{place}
{parameters}
<p class="to-copy" hidden><label>This state <input class="address" readonly></label>
<button type="button" class="copy">Copy the address</button>
<span class="copied" role="status"></span></p>
</main>
<footer><a href="index.html" target="_top">All explorers</a> · {lessons}</footer>
</body>
</html>
"""
LIST = """<body class="list">
<main>
<h1>Explorers</h1>
<p>Each of these is a page of its own that needs no server but one for files. It fits into a frame
of a course page or a slide: copy the line below it. What is set in an explorer stands in its
address, as in <a href="jacobian.html?z=3,1,0&amp;mode=cross_entropy"
>jacobian.html?z=3,1,0&amp;mode=cross_entropy</a>; open one, drag, and copy the address that it
shows. <code>theme=dark</code> or <code>theme=light</code> chooses the colours, which otherwise
follow the reader's system.</p>
<p>A frame is as high as you make it. A page that wants to fit it can listen: each explorer tells
the page around it <code>{{ softmaxLab: "height", height: 640 }}</code> by
<code>postMessage</code> whenever its height changes.</p>
<div class="all">
{items}
</div>
</main>
<footer><a href="{lessons}/index.html">softmax_lab</a></footer>
<script defer src="{url}/frames.js"></script>
</body>
</html>
"""
ITEM = """<article>
<h2><a href="{kind}.html">{title}</a></h2>
<p>{about} {lessons}</p>
<a class="picture" href="{kind}.html" tabindex="-1">{pictures}</a>
<label>A frame with it, to copy <textarea class="frame" data-page="{kind}.html" rows="3" readonly
>{frame}</textarea></label>
<button type="button" class="copy-frame">Copy</button> <span class="copied" role="status"></span>
</article>"""


def write_pages(folder, url, lessons=".."):
    """Write the pages; ``url`` leads to what explorers need, ``lessons`` to the lessons' pages.

    The folder that ``url`` names gets the scripts, styles and pictures of these pages as well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / url
    explorers.write_files(files)
    for name, entry in SCRIPTS.items():
        (files / name).write_text(bundle.script(entry), encoding="utf-8")
    shutil.copy(bundle.STATIC / "explorers" / "icon.svg", files)
    style = (bundle.STATIC / "explorers" / STYLE).read_text(encoding="utf-8")
    (files / STYLE).write_text(bundle.style(style), encoding="utf-8")
    states = {kind: state_of(kind) for kind in PAGES}
    taken = explorers.stills_of(list(states.values()), files)
    items = []
    for (kind, state), still in zip(states.items(), taken, strict=True):
        page = page_html(kind, state, still, url, lessons)
        (folder / f"{kind}.html").write_text(page, encoding="utf-8")
        items.append(item_html(kind, still, url, lessons))
    about = "Widgets on the gradient of softmax, each a page of its own."
    head = HEAD.format(title="Explorers", about=about, url=url, head="")
    text = head + LIST.format(items="\n".join(items), url=url, lessons=lessons)
    (folder / "index.html").write_text(text, encoding="utf-8")


def explorer_of(kind):
    """A new explorer as a page opens; the runs of training are those of lesson 8."""
    if kind != "training":
        return PAGES[kind].explorer()
    runs, confusions = (_table(f"training_{name}.csv") for name in ("runs", "confusion"))
    return PAGES[kind].explorer(runs, confusions, run="softmax_applied_twice")


def _table(name):
    return np.genfromtxt(
        measurements.file(name), delimiter=",", names=True, dtype=None, encoding="utf-8"
    )


def state_of(kind):
    """The state that a page opens with, as a widget's."""
    explorer = explorer_of(kind)
    return Widget.get_manager_state(widgets=[explorer])["state"][explorer.model_id]["state"]


def parameters_of(kind):
    """What an address may set: of each trait its kind, and what it has to keep to."""
    explorer, rules = explorer_of(kind), PAGES[kind].rules
    return {
        name: _kind_of(explorer, name, explorer.traits()[name]) | rules.get(name, {})
        for name in explorer.parameters
    }


def _kind_of(explorer, name, trait):
    if isinstance(trait, Bool):
        return {"kind": "flag"}
    if isinstance(trait, Mask):
        return {"kind": "flags"}
    if isinstance(trait, OneOf):
        return {"kind": "name", "names": trait.names}
    if isinstance(trait, Vector):
        return {"kind": "numbers", "least": 3, "most": 3}
    if isinstance(trait, Points):
        kind = "points" if trait.many else "point"
        return {"kind": kind, "low": -FARTHEST, "high": FARTHEST}
    if isinstance(trait, Number):
        high = explorer.epoch if name == "epoch" else trait.high  # it opens at the last one
        whole = isinstance(trait.low, int)
        return {"kind": "number", "whole": whole, "low": trait.low, "high": high}
    names = [run["name"] for run in explorer._runs]  # the first is the right one, always shown
    if name == "run":
        return {"kind": "name", "names": names[1:]}
    return {"kind": "names", "names": names}


def page_html(kind, state, still, url, lessons):
    """The page of an explorer."""
    page, told = PAGES[kind], stills.state_of(state)
    parameters = parameters_of(kind)
    own = {name: told[name] for name in parameters}
    words = {"title": escape(page.title), "about": escape(page.about), "url": url}
    return HEAD.format(**words, head=explorers.head(url)) + PAGE.format(
        **words,
        place=explorers.place(kind, "explorer", still, url, told),
        parameters=explorers.data(
            'class="softmax-parameters"', {"parameters": parameters, "own": own}
        ),
        lessons=_lessons_of(page, lessons),
    )


def item_html(kind, still, url, lessons):
    """An explorer in the list of all."""
    page = PAGES[kind]
    height = explorers.height_of(still, FRAMED) + AROUND
    frame = (
        f'<iframe src="{kind}.html" title="{page.title}" width="100%" height="{height}" '
        f'loading="lazy" style="border: 0"></iframe>'
    )
    return ITEM.format(
        **{"kind": kind, "title": escape(page.title), "about": escape(page.about)},
        **{"frame": escape(frame), "lessons": _lessons_of(page, lessons)},
        pictures=explorers.pictures_html(still, url),
    )


def _lessons_of(page, folder):
    links = [
        f'<a href="{folder}/{lesson.name}.html" target="_top">{lesson.number}, {lesson.title}</a>'
        for lesson in map(named, page.lessons)
    ]
    return f"Lesson {' and lesson '.join(links)}"
