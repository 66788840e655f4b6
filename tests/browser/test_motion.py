"""The reduction in motion: played, scrubbed, stepped; what is stacked, what takes hold of it."""

import itertools

import numpy as np
import pytest

from browser.dom import FRAME, drag, explorer, now, numbers, press, slider, swipe, values
from browser.drawn import set_state
from softmax_lab.explorers import JacobianExplorer, SimplexExplorer

Z, UPSTREAM = [2.0, 1.0, 0.1], [0.9, -1.4, 0.3]
MOMENTS = [0.0, 0.2, 0.5, 1.0, 1.3, 1.5, 1.9, 2.0]


@pytest.fixture
def page(drawn):
    with drawn(JacobianExplorer(Z, UPSTREAM)) as page:
        yield page


def bar(page):
    return slider(page, 0, "progress")


def shown(root, selector):
    """The texts of what is seen."""
    return [each.text_content() for each in root.locator(f"{selector}:visible").all()]


# ---- from the matrix to the vector


def test_it_opens_at_the_beginning_and_gives_nothing_away(page):
    root = explorer(page, 0)
    assert now(bar(page)) == 0
    assert shown(root, ".cell .number") == shown(root, ".cell .number.jacobian")
    assert [text for text in shown(root, ".right > .number") if text] == []
    assert root.locator(".piece:not([display])").count() == 0


@pytest.mark.parametrize("progress", MOMENTS)
def test_every_number_is_in_the_document_at_every_moment(page, progress):
    set_state(page, progress=progress)
    root, twin = explorer(page, 0), JacobianExplorer(Z, UPSTREAM)
    for output in ("h", "jacobian", "weighted", "result"):
        np.testing.assert_allclose(numbers(root, output), getattr(twin, output), atol=1e-15)


@pytest.mark.parametrize(("progress", "rows"), [(0, 0), (1 / 3, 1), (2 / 3, 2), (1, 3)])
def test_rows_are_weighted_one_after_the_other(page, progress, rows):
    set_state(page, progress=progress)
    root = explorer(page, 0)
    assert root.locator(".number.weighted:visible").count() == 3 * rows
    assert root.locator(".number.jacobian:visible").count() == 9 - 3 * rows


@pytest.mark.parametrize(("progress", "rows"), [(1, 0), (4 / 3 + 1e-9, 1), (5 / 3 + 1e-9, 2)])
def test_rows_are_stacked_one_after_the_other(page, progress, rows):
    set_state(page, progress=progress)
    root, twin = explorer(page, 0), JacobianExplorer(Z, UPSTREAM)
    assert root.locator(".piece:not([display])").count() // 3 in (rows, rows + 1)
    sums = twin.weighted[:rows].sum(axis=0)
    texts = [text for text in shown(root, ".right > .number:not(.carried)") if text]
    printed = [float(text.replace("−", "-")) for text in texts]
    np.testing.assert_allclose(printed, sums if rows else [], atol=0.0015)


STACK = """root => [...root.querySelectorAll(".column")].map((column, k) => ({
    ends: [...root.querySelectorAll(`.piece[data-column="${k}"]`)].map(({ classList, x, y, width,
        height }) => [y, height, x, width].map(({ baseVal }) => baseVal.value)
        .concat(classList.contains("negative"))),
    zero: Number(root.querySelector(".right > line.axis:not([x1='44'])").getAttribute("y1")),
    level: Number(root.querySelectorAll(".level")[k].getAttribute("d").match(/ ([\\d.]+)h/)[1]),
}))"""


@pytest.mark.parametrize("mode", ["free", "cross_entropy", "squared_error"])
def test_each_term_begins_where_the_last_one_ended_and_the_last_is_the_result(page, mode):
    set_state(page, mode=mode, progress=2.0)
    root = explorer(page, 0)
    result = numbers(root, "result")
    heights = []
    for stack in root.evaluate(STACK):
        at = stack["zero"]
        for top, height, _, _, negative in stack["ends"]:
            begin, end = (top, top + height) if negative else (top + height, top)
            if height > 1.5:  # smaller ones are drawn that high, to be seen at all
                assert begin == pytest.approx(at, abs=1.6)
                at = end
        assert at == pytest.approx(stack["level"], abs=3)
        strips = [(left, left + width) for _, _, left, width, _ in stack["ends"]]
        assert all(a[1] <= b[0] + 1e-6 for a, b in itertools.pairwise(strips))
        heights.append(stack["zero"] - stack["level"])
    scale = heights[0] / result[0]
    np.testing.assert_allclose(heights, result * scale, atol=1e-6)


def test_each_strip_says_whose_row_it_is(page):
    set_state(page, progress=2.0)
    assert shown(explorer(page, 0), ".whose") == ["1", "2", "3"] * 3


def test_dragging_keeps_the_moment_and_moves_everything(page):
    root = explorer(page, 0)
    for moment in (0.5, 1.5, 2.0):
        set_state(page, progress=moment, z=Z, upstream=UPSTREAM)
        before = root.locator(".right").inner_html()
        drag(page, slider(page, 0, "z", 1), 0, -20)
        drag(page, slider(page, 0, "upstream", 0), 15, 0)
        assert now(bar(page)) == moment
        assert root.locator(".right").inner_html() != before
        twin = JacobianExplorer(values(root, "z"), values(root, "upstream"))
        np.testing.assert_allclose(numbers(root, "result"), twin.result, atol=1e-14)


# ---- playing and scrubbing


def test_play_goes_to_the_end_and_begins_anew_there(drawn):
    with drawn(JacobianExplorer(Z), timed=True) as page:
        page.evaluate("""() => {
            window.seen = [];
            model.on("change:progress", () => seen.push(model.get("progress")));
        }""")
        for _ in range(2):
            press(explorer(page, 0), "▶ play")
            page.clock.run_for(3900)
            assert 1.8 < page.evaluate("model.get('progress')") < 2
            page.clock.run_for(200)
            assert page.evaluate("model.get('progress')") == 2
        explorer(page, 0).get_by_text("▶ play").wait_for()
        seen = np.array(page.evaluate("seen"))
        assert len(seen) > 8
        turns = np.flatnonzero(np.diff(seen) < 0)
        assert len(turns) == 1
        assert (seen[turns], seen[turns + 1]) == (2, 0)


def test_play_is_paused_and_stops_for_a_hand(page):
    root = explorer(page, 0)
    press(root, "▶ play")
    page.wait_for_function("model.get('progress') > 0.1")
    press(root, "❚❚ pause")
    rested = now(bar(page))
    for _ in range(3):
        page.evaluate(FRAME)
    assert now(bar(page)) == rested < 2
    press(root, "▶ play")
    page.wait_for_function("from => model.get('progress') > from", arg=rested)
    bar(page).press("Home")
    page.evaluate(FRAME)
    root.get_by_text("▶ play").wait_for()
    assert now(bar(page)) == 0


def test_an_explorer_that_is_taken_away_and_put_back_shows_what_has_changed(page):
    root = explorer(page, 0)
    root.locator(".cell").first.hover()
    page.evaluate("() => { window.taken = document.body.firstChild; taken.remove() }")
    page.mouse.move(0, 0)
    set_state(page, z=[0.0, 3.0, 1.0])
    page.evaluate("document.body.append(taken)")
    assert values(root, "z") == [0, 3, 1]
    np.testing.assert_allclose(numbers(root, "h"), JacobianExplorer([0, 3, 1]).h, rtol=1e-12)


def test_keys_go_from_row_to_row_and_from_stage_to_stage(page):
    handle = bar(page)
    steps = [("ArrowRight", 1 / 3), ("ArrowUp", 2 / 3), ("PageUp", 1), ("ArrowRight", 4 / 3)]
    steps += [("ArrowLeft", 1), ("PageUp", 2), ("End", 2), ("PageDown", 1), ("Home", 0)]
    for key, progress in steps:
        handle.press(key)
        assert now(handle) == pytest.approx(progress), key
    assert handle.get_attribute("aria-valuetext") == "J"
    handle.press("ArrowRight")
    assert handle.get_attribute("aria-valuetext") == "1 of 3 rows weighted"


def test_the_stages_are_places_of_the_bar(page):
    root = explorer(page, 0)
    for stage, progress in (("3 · columns summed", 2), ("2 · rows × σ", 1), ("1 · J", 0)):
        press(root, stage)
        assert now(bar(page)) == progress
        assert root.locator("fieldset[aria-label=stage] input:checked + span").inner_text() == stage


def test_whoever_wants_no_motion_is_shown_the_same_stages_in_steps(drawn):
    with drawn(JacobianExplorer(Z), reduced_motion="reduce", timed=True) as page:
        root = explorer(page, 0)
        for progress, weighted in ((0.3, 0), (0.34, 3), (0.99, 6), (1.2, 9)):
            page.evaluate("progress => model.set({ progress })", progress)
            assert root.locator(".number.weighted:visible").count() == weighted
            assert root.locator(".factor:visible, .carried:visible").count() == 0
        page.evaluate("""() => {
            window.pictures = new Set();
            const picture = document.querySelector(".right");
            const look = () => pictures.add(picture.innerHTML);
            new MutationObserver(look).observe(picture, { attributes: true, subtree: true });
        }""")
        page.evaluate("model.set({ progress: 0 })")
        press(root, "▶ play")
        page.clock.run_for(4100)
        assert page.evaluate("model.get('progress')") == 2
        assert page.evaluate("pictures.size") == 7  # the beginning, and a row at a time


# ---- symbols and picture


@pytest.mark.parametrize(
    ("symbol", "lit"),
    [("sigma", ".slot.lit"), ("jacobian", ".cell.lit"), ("result", ".column.lit")],
)
def test_a_symbol_of_the_formula_lights_what_it_is(page, symbol, lit):
    root = explorer(page, 0)
    root.locator(f'[data-symbol="{symbol}"]').hover()
    assert root.locator(lit).count() == (9 if symbol == "jacobian" else 3)
    assert root.locator(".lit:is(.slot, .cell, .column)").count() == root.locator(lit).count()
    page.mouse.move(0, 0)
    assert root.locator(".lit").count() == 0
    root.locator(f'[data-symbol="{symbol}"]').focus()
    assert root.locator(lit).count() > 0


@pytest.mark.parametrize(
    ("place", "symbol", "text"),
    [
        ('.lying[data-index="1"]', "sigma", "σ₂"),
        ('.cell:has([data-row="0"][data-column="2"])', "jacobian", "J₁₃"),
        ('.column[data-index="2"]', "result", "∂C/∂z₃"),
    ],
)
def test_a_place_of_the_picture_lights_its_symbol(page, place, symbol, text):
    set_state(page, progress=2.0)
    root = explorer(page, 0)
    root.locator(place).first.hover()
    lit = root.locator(".symbol.lit")
    assert lit.count() == 1
    assert (lit.get_attribute("data-symbol"), lit.text_content()) == (symbol, text)


# ---- fingers


@pytest.fixture(scope="module")
def phone(drawn):
    with drawn(JacobianExplorer(n=5), 390, 844, has_touch=True) as page:
        page.evaluate("document.body.style.padding = '900px 0'")
        yield page


def middle(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


GRIPS = [*(("upstream", k) for k in range(5)), *(("z", k) for k in range(5))]


@pytest.mark.parametrize(("variable", "index"), GRIPS)
def test_a_vertical_swipe_scrolls_the_page_and_changes_nothing(phone, variable, index):
    handle = slider(phone, 0, variable, index)
    handle.evaluate("e => e.scrollIntoView({ block: 'center' })")
    x, y = middle(handle.locator(".grip").bounding_box())
    if variable == "z":  # beside the handle, in its slot
        knob = handle.locator(".handle").bounding_box()
        y = knob["y"] + (30 if now(handle) > 0 else -30)
    before = [values(explorer(phone, 0), name) for name in ("z", "upstream")]
    top = phone.evaluate("scrollY")
    swipe(phone, x, y, 3, -150)
    phone.wait_for_function("top => scrollY > top + 50", arg=top)
    assert [values(explorer(phone, 0), name) for name in ("z", "upstream")] == before


@pytest.mark.parametrize(("variable", "dx", "dy"), [("upstream", 20, 2), ("z", 2, -20)])
def test_a_finger_drags_a_bar_sideways_and_a_handle_up(drawn, variable, dx, dy):
    with drawn(JacobianExplorer(n=5), 390, 600, has_touch=True) as page:
        handle = slider(page, 0, variable, 2)
        handle.evaluate("e => e.scrollIntoView({ block: 'center' })")
        before, top = now(handle), page.evaluate("scrollY")
        swipe(page, *middle(handle.locator(".handle").bounding_box()), dx, dy)
        page.wait_for_function(
            "([e, before]) => Number(e.getAttribute('aria-valuenow')) > before",
            arg=[handle.element_handle(), before],
        )
        assert page.evaluate("scrollY") == top


def test_what_is_pressed_is_large_enough_for_a_finger(phone):
    pressed = ":is(button, fieldset span, .check, input[type=range]):visible"
    for box in (e.bounding_box() for e in explorer(phone, 0).locator(pressed).all()):
        assert box["height"] >= 44
        assert box["width"] >= 40


def test_what_is_dragged_stops_at_tenths_and_keys_keep_their_steps(page):
    for variable, dx, dy in (("z", 0, -17), ("upstream", 13, 0)):
        handle = slider(page, 0, variable, 1)
        drag(page, handle, dx, dy)
        assert now(handle) == pytest.approx(round(now(handle), 1), abs=1e-9)
    set_state(page, z=[0.25, 1, 0])
    slider(page, 0, "z", 0).press("ArrowUp")
    assert now(slider(page, 0, "z", 0)) == pytest.approx(0.35)


def test_the_sentence_about_a_number_is_next_to_the_picture(phone):
    root = explorer(phone, 0)
    words, picture = (root.locator(s).bounding_box() for s in (".words", "svg.right"))
    assert 0 <= words["y"] - (picture["y"] + picture["height"]) < 30


# ---- everybody


def test_sliders_that_are_not_seen_are_not_in_the_tab_order(page):
    hidden = explorer(page, 0).locator('[data-variable="target"]')
    assert hidden.count() == 3
    assert [e.get_attribute("tabindex") for e in hidden.all()] == [None] * 3
    set_state(page, mode="cross_entropy")
    assert [e.get_attribute("tabindex") for e in hidden.all()] == ["0"] * 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_high_contrast_has_the_system_s_colours(drawn, scheme):
    options = {"forced_colors": "active", "color_scheme": scheme}
    with drawn(JacobianExplorer(progress=2.0, mode="cross_entropy"), **options) as page:
        page.evaluate("document.body.style.background = 'Canvas'")
        colour = """name => {
            document.body.append(Object.assign(document.createElement("i"), { id: "probe" }));
            const probe = document.querySelector("#probe");
            probe.style.color = name;
            const found = getComputedStyle(probe).color;
            probe.remove();
            return found;
        }"""
        text, chosen = (page.evaluate(colour, name) for name in ("CanvasText", "Highlight"))
        root = explorer(page, 0)
        fills = root.locator("svg text:visible").evaluate_all(
            "all => [...new Set(all.map(e => getComputedStyle(e).fill))]"
        )
        assert fills == [text]
        pill = root.locator("input:checked + span").first
        assert pill.evaluate("e => getComputedStyle(e).backgroundColor") == chosen
        strokes = root.locator(".axis, .level").evaluate_all(
            "all => [...new Set(all.map(e => getComputedStyle(e).stroke))]"
        )
        assert strokes == [text]


def test_the_dot_on_the_ellipse_is_dragged_to_where_the_image_points(drawn):
    with drawn(SimplexExplorer()) as page:
        h, image = slider(page, 0, "h"), slider(page, 0, "image")
        x, y = middle(image.bounding_box())
        cx, cy = middle(h.bounding_box())
        page.mouse.move(x, y)
        page.mouse.down()
        for dx, dy in ((60, 30), (100, -30)):
            page.mouse.move(cx + dx, cy + dy)
        page.mouse.up()
        x, y = middle(image.bounding_box())
        assert np.arctan2(y - cy, x - cx) == pytest.approx(np.arctan2(-30, 100), abs=0.05)
        twin = SimplexExplorer(direction=now(image))
        np.testing.assert_allclose(numbers(explorer(page, 0), "result"), twin.result, atol=1e-12)
