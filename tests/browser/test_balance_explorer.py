"""BalanceExplorer in an exported page: every way of moving it, and what it draws and says."""

import itertools

import numpy as np
import pytest
from ipywidgets import jslink

from browser.dom import (
    BOXES,
    boxes,
    centre,
    contrast,
    drag,
    explorer,
    now,
    numbers,
    opened,
    overlap,
    press,
    slider,
    swipe,
    values,
)
from browser.live import ran
from softmax_lab.explorers import BalanceExplorer, JacobianExplorer

FIRST, EIGHT, LEFT, RIGHT = range(4)


@pytest.fixture(scope="module")
def folder(exported):
    first = BalanceExplorer(z=[2.0, 1.0, 0.1], upstream=[0.9, -1.4, 0.3])
    left, right = JacobianExplorer(n=4), BalanceExplorer(n=4)
    for name in ("z", "upstream"):
        jslink((left, name), (right, name))
    return exported(ran(first, BalanceExplorer(n=8, compare=True), left, right))


@pytest.fixture(scope="module")
def opened_once(browser, folder):
    with opened(browser, folder, 4) as page:
        yield page


def average(root):
    return float(root.locator('[data-output="average"]').get_attribute("data-value"))


def assert_is_what_python_says(root, mode="free"):
    state = {name: values(root, name) for name in ("z", "upstream", "target")}
    finite = np.nan_to_num(state["upstream"], neginf=-1)
    twin = BalanceExplorer(**state | {"upstream": finite}, mode=mode)
    np.testing.assert_allclose(numbers(root, "h"), twin.h, rtol=1e-12)
    np.testing.assert_allclose(numbers(root, "result"), twin.result, rtol=1e-11, atol=1e-14)
    assert average(root) == pytest.approx(twin.average, abs=1e-12)
    return twin


def test_a_weight_is_dragged_along_the_beam(page):
    before = average(explorer(page, FIRST))
    drag(page, slider(page, FIRST, "upstream", 0), 60, 0)
    assert now(slider(page, FIRST, "upstream", 0)) > 1.2
    assert average(explorer(page, FIRST)) > before
    assert_is_what_python_says(explorer(page, FIRST))


def test_a_weight_is_dragged_by_a_finger(browser, folder):
    with opened(browser, folder, 4, has_touch=True) as page:
        handle = slider(page, FIRST, "upstream", 0)
        handle.scroll_into_view_if_needed()
        swipe(page, *centre(handle), -80, 0)
        page.wait_for_function(
            "e => Number(e.getAttribute('aria-valuenow')) < 0.5", arg=handle.element_handle()
        )
        assert_is_what_python_says(explorer(page, FIRST))


def test_a_weight_is_moved_by_keys(page):
    slider(page, FIRST, "upstream", 1).press("ArrowRight")
    slider(page, FIRST, "upstream", 2).press("PageDown")
    assert values(explorer(page, FIRST), "upstream") == [0.9, -1.3, -0.2]
    assert_is_what_python_says(explorer(page, FIRST))


def test_a_logit_moved_by_a_key_walks_the_fulcrum_towards_its_weight(page):
    root = explorer(page, FIRST)
    triangle = root.locator(".fulcrum")
    before, place = average(root), triangle.bounding_box()["x"]
    slider(page, FIRST, "z", 1).press("PageUp")  # class 2 stands on the left
    assert average(root) < before
    assert triangle.bounding_box()["x"] < place
    assert_is_what_python_says(root)


def test_all_ones_leave_nothing_to_turn(page):
    root = explorer(page, EIGHT)
    press(root, "nothing to turn")
    assert abs(numbers(root, "result")).max() == 0
    words = root.locator(".words").inner_text()
    assert "All weights stand at one spot, +1.000: nothing to turn." in words


def test_a_confident_softmax_holds_the_fulcrum(page):
    root = explorer(page, FIRST)
    press(root, "confident")
    twin = assert_is_what_python_says(root)
    assert abs(twin.result).max() < 5e-4
    assert "holds the fulcrum at +0.900" in root.locator(".words").inner_text()


def test_cross_entropy_balances_at_minus_one_whatever_z_is(page):
    root = explorer(page, EIGHT)
    press(root, "far out")
    rng = np.random.default_rng(14)
    place = root.locator(".fulcrum").bounding_box()["x"]
    for _ in range(12):
        key = rng.choice(["PageUp", "PageDown", "Home", "End"])
        slider(page, EIGHT, "z", int(rng.integers(8))).press(key)
        assert average(root) == pytest.approx(-1, abs=1e-12)
        assert root.locator(".fulcrum").bounding_box()["x"] == place
        twin = assert_is_what_python_says(root, "cross_entropy")
        np.testing.assert_allclose(numbers(root, "result"), twin.h - twin.target, atol=1e-12)


def test_a_weight_far_out_stands_beyond_a_break_and_the_words_say_where(page):
    root = explorer(page, FIRST)
    press(root, "far out")
    sigma = values(root, "upstream")[0]
    assert sigma < -100
    beam = root.locator(".beam").bounding_box()
    assert root.locator(".weight .mass").first.bounding_box()["x"] > beam["x"]
    assert f"beyond the break: σ₁ = −{-sigma:.1f}" in root.locator(".facts").inner_text()


def test_clicking_another_true_class_moves_its_weight(page):
    root = explorer(page, FIRST)
    press(root, "cross-entropy")
    root.locator(".truths").get_by_text("3", exact=True).click()
    assert [value < 0 for value in values(root, "upstream")] == [False, False, True]
    assert_is_what_python_says(root, "cross_entropy")
    root.get_by_text("squared error", exact=True).first.click()
    assert_is_what_python_says(root, "squared_error")


def test_the_diagonal_alone_is_drawn_when_asked_for(page):
    root = explorer(page, FIRST)
    assert root.locator(".own:visible").count() == 0
    root.get_by_label("diagonal alone").check()
    assert root.locator(".own:visible").count() == 3
    twin = assert_is_what_python_says(root)
    np.testing.assert_allclose(numbers(root, "diagonal"), twin.diagonal_only, rtol=1e-12)


def test_printed_moments_cancel_to_the_last_printed_digit(page):
    for which in (FIRST, EIGHT):
        words = explorer(page, which).locator(".words").inner_text()
        line = words.split("The moments cancel: ")[1].strip()
        terms = line.removesuffix(" = 0").replace("−", "-").replace("- ", "-").replace("+ ", "+")
        assert round(sum(map(float, terms.split())), 9) == 0


def test_linked_explorers_have_as_many_classes(page):
    left, right = explorer(page, LEFT), explorer(page, RIGHT)
    size = right.locator(".range input")
    size.press("ArrowRight")
    size.press("ArrowRight")
    for name in ("z", "upstream"):
        assert len(values(left, name)) == 6
        assert values(left, name) == values(right, name)


def assert_each_follows_the_other(page):
    left, right = explorer(page, LEFT), explorer(page, RIGHT)
    slider(page, RIGHT, "upstream", 0).press("PageUp")
    slider(page, LEFT, "z", 1).press("PageUp")
    for name in ("z", "upstream"):
        assert values(left, name) == values(right, name)
    assert (values(right, "upstream")[0], values(right, "z")[1]) == (1.4, 2)
    np.testing.assert_array_equal(numbers(left, "result"), numbers(right, "result"))


def test_two_linked_explorers_follow_each_other_without_a_kernel(page):
    assert_each_follows_the_other(page)


@pytest.mark.parametrize("width", [360, 1000])
@pytest.mark.parametrize("which", [FIRST, EIGHT])
@pytest.mark.parametrize("preset", [None, "nothing to turn", "confident", "far out"])
def test_no_two_numbers_of_the_beam_overlap(page, preset, which, width):
    page.set_viewport_size({"width": width, "height": 700})
    root = explorer(page, which)
    if preset:
        press(root, preset)
    placed = boxes(root, ".balance text")
    for one, other in itertools.combinations(placed, 2):
        across, down = overlap(one, other)
        assert across <= 1 or down <= 5, (one, other)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_and_can_be_read(browser, folder, theme):
    with opened(browser, folder, 4, theme) as page:
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert_fits_and_can_be_read(page, width)


def assert_fits_and_can_be_read(page, width):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    root = explorer(page, EIGHT)
    frame = root.bounding_box()
    assert frame["width"] <= width
    for box in root.locator("text").evaluate_all(BOXES):
        assert box["height"] >= 9
        assert box["left"] >= frame["x"] - 1
        assert box["right"] <= frame["x"] + frame["width"] + 1
    style = "(e, name) => getComputedStyle(e)[name]"
    mass = root.locator(".mass").first.evaluate(style, "fill")
    ink = root.locator(".weight .class").first.evaluate(style, "fill")
    assert contrast(mass, ink) >= 4.5


@pytest.mark.parametrize("preset", [None, "far out", "squared error"])
def test_it_is_no_taller_than_a_slide(page, preset):
    root = explorer(page, EIGHT)
    if preset:
        root.locator(".presets").get_by_text(preset, exact=True).click()
    assert root.bounding_box()["height"] <= 560
