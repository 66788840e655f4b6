"""Explorers in their places on pages: alive from a server, from a file, under a strict policy.

Each is moved by a pointer and by a key, and then shows what the package computes from the state
that its page says it is in.
"""

import json
import re
import shutil
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from ipywidgets import jslink

from browser.dom import FRAME, drag, explorer, numbers, slider, values
from browser.live import STRICT, places, ran, served, write_page
from softmax_lab.explorers import BalanceExplorer, JacobianExplorer, SimplexExplorer
from web import explorer_pages, explorers
from web.explorer_pages import PAGES, explorer_of, parameters_of

# Of each explorer: what is dragged, how far, and what it shows, as Python computes it.
MOVED = {
    "simplex": ("z", 0, (0, -25), {"h": "h", "jacobian": "jacobian", "result": "result"}),
    "jacobian": ("z", 1, (0, -25), {"h": "h", "jacobian": "jacobian", "result": "result"}),
    "balance": ("upstream", 0, (25, 0), {"result": "result", "average": "average"}),
    "charts": ("z", 0, (25, 0), {"slope": ("slope", "slope_from_output")}),
    "stability": ("z", 1, (25, 0), {"naive": "naive", "shifted_softmax": "shifted_softmax"}),
    "gradient_check": ("step", 0, (40, 0), {"result": "result", "numeric": "numeric"}),
    "training": ("epoch", 0, (-60, 0), {"held_out_loss": ("right_loss", "held_out_loss")}),
    "attention": ("q", 0, (20, -10), {"h": "weights", "average": "average_error"}),
}
DATA = "all => all.map(e => e.dataset.value)"
SHIFT = """() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages of single explorers, with their list, and a page with several in their places."""
    folder = tmp_path_factory.mktemp("live")
    explorer_pages.write_pages(folder / "explorers", "files", lessons="..")
    explorers.write_files(folder / "explorers")
    first, beam, triangle = JacobianExplorer(), BalanceExplorer(), SimplexExplorer()
    jslink((first, "z"), (beam, "z"))
    one, other, again, last = places(ran(first, beam, first, triangle), folder)
    far = '<div class="far"></div>'
    body = f"{one}{other}{again}{far}{last}"
    head = '<link rel="stylesheet" href="page.css">' + explorers.head("explorers")
    (folder / "page.css").write_text(
        "body { max-width: 720px; margin: 0 auto } .far { height: 3000px }"
        "html[data-theme=dark] body { background: #14181e; color: #dfe2e8 }"
    )
    write_page(folder, "page.html", body, head)
    shutil.copy(folder / "explorers" / "files" / "icon.svg", folder / "explorers")
    write_page(folder, "strict.html", body, head, STRICT)
    no_script = STRICT.replace("script-src 'self'", "script-src 'none'")
    write_page(folder, "refused.html", body, head, no_script)
    return folder


def handle_of(page, variable, index):
    return explorer(page, 0).locator(f'[data-variable="{variable}"]').nth(index)


def state_said(page):
    """The state that a page says in its address, as Python would be given it."""
    search = urlsplit(page.locator("input.address").input_value()).query
    return {name: text for name, text in parse_qsl(search) if name != "theme"}


def as_in_python(kind, said):
    """A fresh explorer in the state of an address."""
    rules = parameters_of(kind)
    given = {name: read(text, rules[name]["kind"]) for name, text in said.items()}
    explorer = explorer_of(kind)
    kept = {name: getattr(explorer, name) for name in explorer.parameters}
    more = {"runs": TRAINING[0], "confusions": TRAINING[1]} if kind == "training" else {}
    return type(explorer)(**more, **kept | given)


def in_python(explorer, names):
    """Properties as a flat list of numbers."""
    names = names if isinstance(names, tuple) else (names,)
    return np.concatenate([np.ravel(computed(explorer, name)).astype(float) for name in names])


def computed(explorer, name):
    if name == "right_loss":  # of the run that stands beside the one in question
        return explorer._column("held_out_loss", "right")[explorer.epoch]
    return getattr(explorer, name)


TRAINING = [explorer_pages._table(f"training_{name}.csv") for name in ("runs", "confusion")]


def read(text, kind):
    return {
        "number": lambda: int(text) if re.fullmatch(r"-?\d+", text) else float(text),
        "numbers": lambda: [float(x) for x in text.split(",") if text],
        "point": lambda: [float(x) for x in text.split(",")],
        "points": lambda: [[float(x) for x in point.split(",")] for point in text.split(";")],
        "flag": lambda: text == "1",
        "flags": lambda: [x == "1" for x in text.split(",")],
        "name": lambda: text,
        "names": lambda: text.split(",") if text else [],
    }[kind]()


@pytest.mark.parametrize("kind", PAGES)
def test_a_drag_and_a_key_show_what_the_package_computes(page_at, site, kind):
    variable, index, way, outputs = MOVED[kind]
    address = f"{(site / 'explorers' / kind).as_uri()}.html"
    with page_at(address) as page:
        handle = handle_of(page, variable, index)
        handle.wait_for()
        assert state_said(page) == {}
        drag(page, handle, *way)
        dragged = state_said(page)
        assert variable in dragged
        handle.press("ArrowLeft")
        handle.press("ArrowDown")
        page.evaluate(FRAME)
        said = state_said(page)
        assert said != dragged
        same = as_in_python(kind, said)
        root = explorer(page, 0)
        for output, name in outputs.items():
            shown = root.locator(f'[data-output="{output}"]').evaluate_all(DATA)
            right = in_python(same, name)
            assert np.allclose([*map(float, shown)], right, atol=1e-9, equal_nan=True), output


@pytest.mark.parametrize("kind", PAGES)
def test_a_copied_address_opens_the_same_state(page_at, site, kind):
    variable, index, way, _ = MOVED[kind]
    with page_at(f"{(site / 'explorers' / kind).as_uri()}.html?theme=dark") as page:
        drag(page, handle_of(page, variable, index), *way)
        copied = page.locator("input.address").input_value()
        shown = page.locator("[data-value]").evaluate_all(DATA)
        page.goto(copied)
        assert page.locator("html").get_attribute("data-theme") == "dark"
        page.locator(".softmax-explorer[data-theme=dark]").wait_for()
        assert page.locator("input.address").input_value() == copied
        assert page.locator(".complaints").is_hidden()
        again = page.locator("[data-value]").evaluate_all(DATA)
        assert again == shown


def test_an_address_that_cannot_be_shown_is_told_so(page_at, site):
    address = (site / "explorers" / "jacobian.html").as_uri()
    with page_at(f"{address}?z=3,oops&upstream=1,2&mode=ones&colour=red&theme=blue") as page:
        said = page.locator(".complaints p").all_text_contents()
        assert said == [
            "In the address, colour is nothing that this explorer has: it has z, upstream, "
            "target, mode, progress, compare, temperature. It was left out.",
            "In the address, z must be 2 to 8 numbers, as in z=2,1,0.1; received “3,oops”. It was "
            "left out.",
            "In the address, upstream must be as many numbers as z, as in "
            "upstream=0.9,-1.4,0.3; received “1,2”. It was left out.",
            "In the address, theme must be light or dark; received “blue”.",
        ]
        root = explorer(page, 0)
        assert values(root, "z") == [2, 1, 0.1]
        assert root.get_attribute("data-mode") == "ones"
        slider(page, 0, "z").press("PageUp")
        root.get_by_text("reset", exact=True).click()  # to what the address said
        assert state_said(page) == {"mode": "ones"}


def test_more_logits_than_the_explorer_has_go_on_as_in_python(page_at, site):
    z = [1.0, 0.5, -1.0, 2.0, 0.25]
    address = (site / "explorers" / "jacobian.html").as_uri()
    with page_at(f"{address}?z={','.join(map(str, z))}&progress=2") as page:
        root, same = explorer(page, 0), JacobianExplorer(z)
        assert values(root, "upstream") == same.upstream
        assert np.allclose(numbers(root, "result"), same.result, atol=1e-9)


def test_the_button_says_what_it_has_done(page_at, site):
    with served(site) as start:
        allowed = {"permissions": ["clipboard-read", "clipboard-write"]}
        with page_at(f"{start}/explorers/charts.html", **allowed) as page:
            slider(page, 0, "z").press("ArrowRight")
            page.get_by_role("button", name="Copy the address").click()
            page.get_by_text("Copied.").wait_for()
            copied = page.evaluate("navigator.clipboard.readText()")
            assert copied == f"{start}/explorers/charts.html?z=1.3"
            slider(page, 0, "z").press("ArrowRight")
            assert page.locator(".copied").text_content() == ""


def test_the_list_has_each_explorer_and_a_frame_of_it_that_works(page_at, site):
    with served(site) as start, page_at(f"{start}/explorers/index.html") as page:
        assert page.locator("article").count() == len(PAGES)
        frames = page.locator("textarea.frame").evaluate_all("all => all.map(e => e.value)")
        heights = []
        for kind, frame in zip(PAGES, frames, strict=True):
            assert f'src="{start}/explorers/{kind}.html"' in frame
            heights.append(int(re.search(r'height="(\d+)"', frame)[1]))
        tell = "addEventListener('message', ({ data }) => (window.told = data))"
        page.evaluate(f"html => {{ {tell}; document.body.innerHTML = html }}", frames[3])
        framed = page.frame_locator("iframe")
        framed.locator(".softmax-explorer").wait_for()
        assert framed.locator("html.framed").count() == 1
        told = page.wait_for_function("window.told?.softmaxLab && window.told").json_value()
        assert told["softmaxLab"] == "height"
        assert 0 <= heights[3] - told["height"] <= 60


# A file has no origin of its own, so under a strict policy, where 'self' is nothing, none is tried.
@pytest.mark.parametrize(
    ("start", "name"),
    [("file", "page.html"), ("server", "page.html"), ("server", "strict.html")],
)
def test_views_of_one_model_and_linked_models_move_together(page_at, site, start, name):
    with served(site) as address:
        begin = site.as_uri() if start == "file" else address
        with page_at(f"{begin}/{name}") as page:
            page.locator(".softmax-explorer").nth(1).wait_for()
            slider(page, 0, "z").press("PageUp")
            page.locator(".softmax-place").nth(2).scroll_into_view_if_needed()
            page.locator(".softmax-explorer").nth(2).wait_for()
            for which in range(3):
                root = explorer(page, which)
                assert values(root, "z") == [3, 1, 0.1]
                assert np.allclose(
                    numbers(root, "h"), JacobianExplorer([3.0, 1.0, 0.1]).h, atol=1e-12
                )
            slider(page, 1, "z", 2).press("PageDown")
            assert values(explorer(page, 0), "z") == values(explorer(page, 2), "z")


def test_an_explorer_is_made_when_it_comes_near_without_a_shift(page_at, site):
    with page_at(f"{site.as_uri()}/page.html") as page:
        page.evaluate(SHIFT)
        page.locator(".softmax-explorer").nth(1).wait_for()
        last = page.locator(".softmax-place").nth(3)
        assert last.locator(".softmax-explorer").count() == 0
        reserved = last.bounding_box()["height"]
        last.scroll_into_view_if_needed()
        last.locator(".softmax-explorer").wait_for()
        assert abs(last.bounding_box()["height"] - reserved) <= 24
        assert last.locator(".softmax-still").count() == 0
        assert page.evaluate("window.shifted") < 0.1


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_the_room_kept_for_an_explorer_is_what_it_takes(page_at, site, width):
    with page_at(f"{site.as_uri()}/page.html", width=width) as page:
        page.locator(".softmax-explorer").first.wait_for()
        place = page.locator(".softmax-place").first
        measured = json.loads(place.get_attribute("data-heights"))
        wide = place.bounding_box()["width"]
        kept = np.interp(wide, *np.transpose(measured))
        assert abs(explorer(page, 0).bounding_box()["height"] - kept) <= 24
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def shown_pictures(page):
    """The visible pictures, each with whether it has come and what it says."""
    look = "all => all.filter(e => e.checkVisibility()).map(e => [e.naturalWidth > 0, e.alt])"
    images = page.locator(".softmax-still img")
    images.evaluate_all("all => all.forEach(e => (e.loading = 'eager'))")
    page.wait_for_function(
        "() => [...document.images].every(e => !e.checkVisibility() || e.complete)"
    )
    return images.evaluate_all(look)


STILL = {
    "without scripts": ("page.html", {"java_script_enabled": False}, None),
    "scripts refused": ("refused.html", {}, None),
    "script not found": ("page.html", {}, "**/explorers.js"),
    "script broken": ("page.html", {}, "broken"),
}


@pytest.mark.parametrize("case", STILL)
def test_where_scripts_cannot_run_the_picture_and_a_sentence_stand(page_at, site, case):
    name, context, blocked = STILL[case]

    def prepare(page):
        if blocked == "broken":
            page.route("**/explorers.js", lambda route: route.fulfill(body="this is not script"))
        elif blocked:
            page.route(blocked, lambda route: route.abort())

    with (
        served(site) as start,
        page_at(f"{start}/{name}", quiet=False, prepare=prepare, width=390, **context) as page,
    ):
        assert_pictures_stand(page, 390, context.get("java_script_enabled", True))
        page.set_viewport_size({"width": 1000, "height": 800})
        page.reload()
        assert_pictures_stand(page, 1000, context.get("java_script_enabled", True))


def assert_pictures_stand(page, width, scripts):
    assert page.locator(".softmax-explorer").count() == 0
    still = page.locator(".softmax-still")
    assert still.count() == 4
    assert still.get_by_text("This is a picture of an explorer").first.is_visible()
    box = page.locator(".softmax-still img:visible").first.bounding_box()
    assert box["height"] > 300
    assert box["width"] <= width
    if scripts:
        pictures = shown_pictures(page)
        assert len(pictures) == 4
        assert all(come for come, _ in pictures)
        assert pictures[0][1].startswith("The Jacobian of softmax")


def test_pictures_and_explorers_follow_the_colours_of_the_page(page_at, site):
    with page_at(f"{site.as_uri()}/page.html") as page:
        explorer(page, 0).wait_for()
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.locator('.softmax-explorer[data-theme="dark"]').first.wait_for()
        still = page.locator(".softmax-still").last
        assert still.locator(".softmax-dark").is_visible()
        assert still.locator(".softmax-light").is_hidden()
