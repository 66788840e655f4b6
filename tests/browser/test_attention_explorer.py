"""AttentionExplorer in an exported page: every way of moving it, and what it draws and says."""

import itertools

import numpy as np
import pytest

from browser.dom import (
    BOXES,
    boxes,
    centre,
    contrast,
    drag,
    explorer,
    numbers,
    opened,
    overlap,
    press,
    slider,
    swipe,
)
from browser.live import ran
from softmax_lab.explorers import AttentionExplorer

FIRST, FIVE, TWO = range(3)
PRESETS = ["agreeing values", "confident query", "a mask", "query at 0"]


@pytest.fixture(scope="module")
def folder(exported):
    two = {"k": [[1.0, 0.5], [-1.0, -0.5]], "v": [[4.0, 1.0], [0.0, 0.0]]}
    shown = (
        AttentionExplorer(),
        AttentionExplorer(n=5, scaled=False),
        AttentionExplorer(q=[0.33, 0.77], **two),
    )
    return exported(ran(*shown))


@pytest.fixture(scope="module")
def opened_once(browser, folder):
    with opened(browser, folder, 3) as page:
        yield page


POINTS = "all => all.map(({ dataset }) => [Number(dataset.x), Number(dataset.y)])"


def points(root, variable):
    """Where the points of a variable are, in order."""
    return root.locator(f'[data-variable="{variable}"]').evaluate_all(POINTS)


def assert_is_what_python_says(root):
    """All that is shown is computed from what the sliders and controls of the page say."""
    pills = root.locator(".mask input").evaluate_all("all => all.map(e => e.checked)")
    twin = AttentionExplorer(
        points(root, "q")[0],
        points(root, "k"),
        points(root, "v"),
        points(root, "upstream")[0],
        mask=pills,
        scaled=root.locator(".check input").is_checked(),
    )
    for output, ours in (
        ("scores", twin.scores),
        ("h", twin.weights),
        ("sigma", twin.upstream_at_weights),
        ("result", twin.score_gradient),
        ("output", twin.output),
        ("query_gradient", twin.query_gradient),
        ("key_gradient", twin.key_gradient),
        ("value_gradient", twin.value_gradient),
    ):
        np.testing.assert_allclose(numbers(root, output), ours, 1e-11, 1e-13, err_msg=output)
    average = root.locator('[data-output="average"]').get_attribute("data-value")
    assert float(average) == pytest.approx(twin.average_error, abs=1e-13)
    return twin


def words(root):
    return root.locator(".words").inner_text()


# ---- moving


@pytest.mark.parametrize("which", [FIRST, FIVE, TWO])
def test_what_is_shown_at_first_is_what_the_package_computes(page, which):
    assert_is_what_python_says(explorer(page, which))


@pytest.mark.parametrize("variable", ["q", "k", "v", "upstream"])
def test_the_mouse_drags_a_point(page, variable):
    root, handle = explorer(page, FIRST), slider(page, FIRST, variable)
    before = np.array(points(root, variable)[0])
    drag(page, handle, -40, 30)
    moved = np.array(points(root, variable)[0]) - before
    unit = root.locator(".plane").first.bounding_box()["width"] / 6
    np.testing.assert_allclose(moved, [-40 / unit, -30 / unit], atol=0.15)
    np.testing.assert_allclose(10 * (before + moved), np.round(10 * (before + moved)), atol=1e-9)
    assert_is_what_python_says(root)


def test_a_point_that_is_only_pressed_stays_where_it_is(page):
    handle = slider(page, TWO, "q")
    handle.scroll_into_view_if_needed()
    x, y = centre(handle)
    page.mouse.click(x + 8, y - 8)
    assert points(explorer(page, TWO), "q") == [[0.33, 0.77]]


def test_a_drag_beyond_the_picture_ends_at_its_edge(page):
    drag(page, slider(page, FIRST, "k", 1), 0, -900)
    assert points(explorer(page, FIRST), "k")[1] == [-0.6, 1.8]
    drag(page, slider(page, FIRST, "k", 1), -900, 0)
    assert points(explorer(page, FIRST), "k")[1] == [-2.8, 1.8]


def test_the_error_is_dragged_from_the_output_and_can_be_nothing(page):
    root, handle = explorer(page, FIRST), slider(page, FIRST, "upstream")
    handle.scroll_into_view_if_needed()
    at = root.locator(".mean").bounding_box()
    x, y = centre(handle)
    drag(page, handle, at["x"] + at["width"] / 2 - x, at["y"] + at["height"] / 2 - y)
    assert points(root, "upstream") == [[0, 0]]
    assert words(root).startswith("No error arrives at the output, and nothing comes back.\n")
    assert (numbers(root, "result") == 0).all()
    assert_is_what_python_says(root)
    drag(page, handle, 60, 0)
    assert points(root, "upstream")[0][0] > 0.3
    assert points(root, "upstream")[0][1] == 0


def test_a_finger_on_a_point_drags_it_and_beside_it_scrolls_the_page(browser, folder):
    phone = {"has_touch": True, "is_mobile": True}
    with opened(browser, folder, 3, width=390, height=600, **phone) as page:
        root, handle = explorer(page, FIRST), slider(page, FIRST, "k", 2)
        handle.scroll_into_view_if_needed()
        before, place = points(root, "k")[2], page.evaluate("scrollY")
        swipe(page, *centre(handle), 60, -40)
        page.wait_for_function("e => Number(e.dataset.x) > -1.6", arg=handle.element_handle())
        moved = points(root, "k")[2]
        assert moved[1] > before[1] + 0.3
        assert page.evaluate("scrollY") == place
        assert_is_what_python_says(root)
        state = points(root, "k")
        plane = root.locator(".plane").first.bounding_box()
        at = plane["x"] + 0.06 * plane["width"], plane["y"] + 0.8 * plane["height"]
        swipe(page, *at, 0, -60)
        page.wait_for_function("before => scrollY > before + 20", arg=place)
        assert points(root, "k") == state


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("ArrowLeft", (-0.1, 0)),
        ("ArrowRight", (0.1, 0)),
        ("ArrowUp", (0, 0.1)),
        ("ArrowDown", (0, -0.1)),
        ("PageUp", (0, 0.5)),
        ("PageDown", (0, -0.5)),
    ],
)
def test_keys_move_a_point_both_ways(page, key, change):
    root = explorer(page, FIRST)
    for variable, index in (("q", 0), ("k", 1), ("v", 3), ("upstream", 0)):
        before = np.array(points(root, variable)[index])
        slider(page, FIRST, variable, index).press(key)
        after = points(root, variable)[index]
        expected = np.clip(before + change, [-2.8, -1.8], [2.8, 1.8])
        np.testing.assert_allclose(after, expected, atol=1e-12)
    assert_is_what_python_says(root)


def test_home_and_end_go_to_the_edges_and_aria_says_where(page):
    handle = slider(page, FIRST, "v", 1)
    for key, end in (("End", "aria-valuemax"), ("Home", "aria-valuemin")):
        handle.press(key)
        assert handle.get_attribute("aria-valuenow") == handle.get_attribute(end)
    assert handle.get_attribute("aria-valuetext") == "−2.80 across, +1.20 up"
    assert handle.get_attribute("aria-label") == "value v 2"


def test_every_point_is_a_slider_that_keeps_its_keys(page):
    page.evaluate(
        "() => { window.heard = []; document.addEventListener('keydown', e => heard.push(e.key)) }"
    )
    root = explorer(page, FIRST)
    assert root.locator('[role="slider"]').count() == 1 + 4 + 4 + 1
    for key in ("ArrowLeft", "ArrowUp", "PageDown", "Home", "n"):
        slider(page, FIRST, "q").press(key)
    root.locator(".mask input").first.press("ArrowRight")
    root.locator(".range input").first.press("ArrowLeft")
    assert page.evaluate("heard") == ["n"]
    missing = root.locator(":is([tabindex], input, button)").evaluate_all(
        "all => all.filter(e => e.dataset.lmSuppressShortcuts !== 'true').length"
    )
    assert missing == 0


# ---- masks, the number of keys, √d, the length of the query


def test_a_masked_key_has_weight_and_gradients_zero(page):
    root = explorer(page, FIRST)
    root.get_by_label("key 3 may be attended to").press("Space")
    twin = assert_is_what_python_says(root)
    assert twin.mask == [True, True, False, True]
    assert (numbers(root, "h")[2], numbers(root, "scores")[2]) == (0, -np.inf)
    for output in ("key_gradient", "value_gradient"):
        assert (numbers(root, output)[2] == 0).all()
    assert words(root).startswith("Key 3 is masked: score −∞, and weight and gradients are exactly")


def test_the_last_key_in_use_cannot_be_masked(page):
    root = explorer(page, FIRST)
    for key in (1, 2, 4):
        root.locator(".mask").get_by_text(str(key), exact=True).click()
    assert numbers(root, "h").tolist() == [0, 0, 1, 0]
    assert (numbers(root, "query_gradient") == 0).all()
    assert words(root).startswith("One key is left.")
    assert root.get_by_label("key 3 may be attended to").is_disabled()
    root.locator(".mask").get_by_text("3", exact=True).click(force=True)
    assert numbers(root, "h").tolist() == [0, 0, 1, 0]
    root.locator(".mask").get_by_text("2", exact=True).click()
    assert not root.get_by_label("key 3 may be attended to").is_disabled()
    assert_is_what_python_says(root)


def test_the_number_of_keys_changes_and_what_was_dragged_stays(page):
    root = explorer(page, FIRST)
    slider(page, FIRST, "k", 0).press("ArrowDown")
    size = root.locator(".range input").first
    for n, key in ((3, "ArrowLeft"), (2, "ArrowLeft"), (3, "ArrowRight"), (5, "End")):
        size.press(key)
        assert len(points(root, "k")) == len(points(root, "v")) == n
        assert points(root, "k")[0] == [1.9, 1.1]
        assert root.locator(".mask input").count() == n
        assert_is_what_python_says(root)
    assert size.evaluate("e => e === document.activeElement")
    press(root, "query at 0")
    assert len(points(root, "k")) == 5  # a preset keeps the number of keys


def test_a_longer_query_keeps_its_direction_and_can_be_dragged_back(page):
    root = explorer(page, FIRST)
    root.get_by_label("length of q").fill("10")
    (x, y), *_ = points(root, "q")
    assert np.hypot(x, y) == pytest.approx(10, abs=1e-5)
    assert x / y == pytest.approx(1.0 / 0.4, rel=1e-5)
    assert root.get_by_text("beyond the edge: q").is_visible()
    assert_is_what_python_says(root)
    drag(page, slider(page, FIRST, "q"), -100, 0)
    assert points(root, "q")[0][0] < 2
    assert root.get_by_text("beyond the edge").count() == 0


def test_a_query_that_was_shortened_to_nothing_grows_again_where_it_pointed(page):
    root = explorer(page, FIRST)
    for length in ("0", "2.7"):
        root.get_by_label("length of q").fill(length)
    (x, y), *_ = points(root, "q")
    assert np.hypot(x, y) == pytest.approx(2.7, abs=1e-5)
    assert x / y == pytest.approx(1.0 / 0.4, rel=1e-5)


def test_a_point_beyond_the_edge_is_drawn_at_it(page):
    root = explorer(page, TWO)
    assert root.get_by_text("beyond the edge: v₁").is_visible()
    plane = root.locator(".plane").nth(1).bounding_box()
    mark = slider(page, TWO, "v", 0).locator(".mark").bounding_box()
    assert plane["x"] < mark["x"]
    assert mark["x"] + mark["width"] <= plane["x"] + plane["width"] + 2  # half of its line


def test_without_the_root_of_d_scores_grow(page):
    root = explorer(page, FIRST)
    before = numbers(root, "scores")
    root.get_by_label("divide by √d").uncheck()
    np.testing.assert_allclose(numbers(root, "scores"), np.sqrt(2) * before)
    assert root.get_by_text("z = K q, h = softmax(z)").is_visible()
    assert_is_what_python_says(root)


# ---- presets, and what is said


def test_agreeing_values_pass_nothing_on(page):
    root = explorer(page, FIVE)
    press(root, "agreeing values")
    twin = assert_is_what_python_says(root)
    assert len(set(twin.upstream_at_weights)) == 1
    for output in ("result", "query_gradient", "key_gradient"):
        assert (numbers(root, output) == 0).all()
    assert words(root) == (
        "The values agree, each σ is −0.80: nothing passes on to q and K.\n"
        "Passed on to z: exactly 0."
    )


def test_a_confident_query_passes_hardly_anything_on(page):
    root = explorer(page, FIRST)
    press(root, "confident query")
    twin = assert_is_what_python_says(root)
    assert twin.weights.max() > 0.9999
    assert abs(twin.score_gradient).max() < 1e-5
    np.testing.assert_allclose(twin.value_gradient[0], twin.upstream, rtol=1e-4)
    assert words(root).startswith(
        "Key 1 has nearly all the weight: the largest entry of J is 2e−6."
    )


def test_the_preset_of_a_mask_takes_out_the_key_with_most_weight(page):
    root = explorer(page, FIRST)
    before = numbers(root, "h")
    press(root, "a mask")
    after = assert_is_what_python_says(root).weights
    assert after[before.argmax()] == 0
    rest = np.arange(4) != before.argmax()
    np.testing.assert_allclose(after[rest], before[rest] / before[rest].sum())


def test_of_a_query_at_zero_no_key_hears(page):
    root = explorer(page, FIRST)
    press(root, "query at 0")
    assert_is_what_python_says(root)
    assert (numbers(root, "h") == 0.25).all()
    assert (numbers(root, "key_gradient") == 0).all()
    assert abs(numbers(root, "query_gradient")).max() > 0.1
    assert words(root).startswith("A query at 0: all weights are alike")


@pytest.mark.parametrize("which", [FIRST, FIVE])
@pytest.mark.parametrize("preset", ["reset", "a mask", "query at 0"])
def test_printed_terms_cancel_to_the_last_printed_digit(page, preset, which):
    root = explorer(page, which)
    press(root, preset)
    line = words(root).split("Passed on to z: ")[1].strip()
    terms = line.removesuffix(" = 0").replace("−", "-").replace("- ", "-").replace("+ ", "+")
    assert round(sum(map(float, terms.split())), 9) == 0
    rows = root.locator('[data-output="result"]').all_text_contents()
    assert [float(each.replace("−", "-")) for each in rows] == list(map(float, terms.split()))


def test_the_dashed_line_parts_the_values_as_the_signs_say(page):
    """It goes through o, and o's picture; on the arrow's side σ is above the average."""
    root = explorer(page, FIRST)
    place = (
        "e => { const b = e.getBoundingClientRect(); return [b.x + b.width/2, b.y + b.height/2] }"
    )
    o = np.array(root.locator(".mean .mark").evaluate(place))
    upstream = np.array(points(root, "upstream")[0]) * [1, -1]
    for i, sign in enumerate(np.sign(numbers(root, "result"))):
        mark = slider(page, FIRST, "v", i).locator(".mark")
        assert np.sign((np.array(mark.evaluate(place)) - o) @ upstream) == sign
        kind = {1.0: "positive", -1.0: "negative"}[sign]
        assert kind in slider(page, FIRST, "v", i).get_attribute("class")
    ends = root.locator(".across").evaluate(
        "e => [0, e.getTotalLength()].map(s => { const p = e.getPointAtLength(s)"
        ".matrixTransform(e.getScreenCTM()); return [p.x, p.y] })"
    )
    for end in np.array(ends):
        assert abs((end - o) @ upstream) < 0.02 * np.linalg.norm(end - o)


# ---- how it looks


@pytest.mark.parametrize("preset", ["reset", *PRESETS])
def test_no_two_numbers_of_the_rows_overlap(page, preset):
    for which, width in itertools.product((FIRST, FIVE), (360, 700, 1000)):
        page.set_viewport_size({"width": width, "height": 700})
        root = explorer(page, which)
        press(root, preset)
        for one, other in itertools.combinations(boxes(root, ".weighings text"), 2):
            across, down = overlap(one, other)
            assert across <= 1 or down <= 5, (which, width, one, other)


@pytest.mark.parametrize("which", [FIRST, FIVE])
def test_points_can_be_told_apart_at_first(page, which):
    for one, other in itertools.combinations(boxes(explorer(page, which), ".point .mark"), 2):
        across, down = overlap(one, other)
        assert across <= 0 or down <= 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_and_can_be_read(browser, folder, theme):
    with opened(browser, folder, 3, theme) as page:
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert_fits_and_can_be_read(page, width)


def assert_fits_and_can_be_read(page, width):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    style = "(e, name) => getComputedStyle(e)[name]"
    for which in (FIRST, FIVE):
        root = explorer(page, which)
        press(root, "confident query")
        frame = root.bounding_box()
        assert frame["width"] <= width
        for box in root.locator("svg text").evaluate_all(BOXES):
            assert box["height"] >= 12
            assert box["left"] >= frame["x"] - 1
            assert box["right"] <= frame["x"] + frame["width"] + 1
        for kind in (".query", ".key", ".value", ".mean"):
            mark, ink = (
                root.locator(f"{kind} {part}").first.evaluate(style, "fill")
                for part in (".mark", ".inside")
            )
            assert contrast(mark, ink) >= 4.5, kind


@pytest.mark.parametrize("which", [FIRST, FIVE])
@pytest.mark.parametrize(("width", "most"), [(1000, 560), (390, 1.3 * 844)])
def test_it_is_no_taller_than_a_slide_and_its_height_is_steady(page, which, width, most):
    page.set_viewport_size({"width": width, "height": 844})
    root = explorer(page, which)
    heights = []
    for preset in ["reset", *PRESETS]:
        press(root, preset)
        heights.append(root.bounding_box()["height"])
        for variable in ("q", "k", "v", "upstream"):
            slider(page, which, variable).focus()
            heights.append(root.bounding_box()["height"])
        root.locator(".weighing").first.hover()
        heights.append(root.bounding_box()["height"])
    assert max(heights) <= most
    assert max(heights) - min(heights) < 1


@pytest.mark.parametrize("width", [390, 1000])
def test_a_point_is_as_large_as_a_finger(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    for box in explorer(page, FIRST).locator(".point .grip").evaluate_all(BOXES):
        assert box["right"] - box["left"] >= 44
        assert box["height"] >= 44


def test_in_forced_colours_it_can_be_read(browser, folder):
    with opened(browser, folder, 3, forced_colors="active") as page:
        colours = (
            explorer(page, FIRST)
            .locator("svg text")
            .evaluate_all(
                """all => {
                const probe = document.body.appendChild(document.createElement("i"));
                probe.style.color = "CanvasText";
                const ink = getComputedStyle(probe).color;
                return all.map(e => [getComputedStyle(e).fill, ink]);
            }"""
            )
        )
        assert len(colours) > 20
        assert all(fill == ink for fill, ink in colours)


# ---- pointing


def test_a_row_its_key_and_its_value_light_up_together(page):
    root = explorer(page, FIRST)
    lit = root.locator(".lit")
    assert lit.count() == 0
    root.locator(".weighing").nth(1).hover()
    assert lit.count() == 3
    said = words(root).split("\n")[1]
    assert said.startswith("∂C/∂z₂ = h₂(σ₂ − ⟨h, σ⟩) = 0.1")
    shown = root.locator('[data-output="result"]').nth(1).text_content()
    assert said.endswith(f" = {shown}")
    page.mouse.move(0, 0)
    assert lit.count() == 0


def test_a_point_that_is_focused_spells_its_gradient_out(page):
    root = explorer(page, FIRST)
    for variable, index, start in (
        ("q", 0, "∂C/∂q = Σᵢ ∂C/∂zᵢ kᵢ/√d = (−0.618 k₁ + 0.3"),
        ("k", 3, "∂C/∂k₄ = ∂C/∂z₄ q/√d = +0.17"),
        ("v", 2, "∂C/∂v₃ = h₃ ∂C/∂o = 0.0"),
        ("upstream", 0, "⟨o, ∂C/∂o⟩ = (−1.0"),
    ):
        slider(page, FIRST, variable, index).focus()
        first, second = words(root).split("\n")
        assert first.startswith("On the side")
        assert second.startswith(start)
    root.locator(".range input").first.focus()
    assert words(root).split("\n")[1].startswith("Passed on to z: ")
