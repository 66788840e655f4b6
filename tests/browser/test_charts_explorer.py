"""ChartsExplorer in an exported page: moved by hand and by key, it shows what Python computes."""

import pytest

from browser.dom import (
    boxes,
    drag,
    explorer,
    now,
    numbers,
    opened,
    overlap,
    press,
    slider,
)
from browser.live import ran
from softmax_lab.explorers import ChartsExplorer


@pytest.fixture(scope="module")
def opened_once(browser, exported):
    shown = ChartsExplorer(z=1.2), ChartsExplorer(z=-0.5, activation="tanh")
    with opened(browser, exported(ran(*shown)), 2) as page:
        yield page


def assert_shows(root, z, activation="sigmoid"):
    twin = ChartsExplorer(z=z, activation=activation)
    assert numbers(root, "slope") == pytest.approx([twin.slope, twin.slope_from_output], rel=1e-9)
    wrong = [twin.input_form_at_output, twin.output_form_at_input]
    assert numbers(root, "wrong") == pytest.approx(wrong, rel=1e-9, abs=1e-12)


def test_it_shows_both_readings_and_both_crosses(page):
    assert_shows(explorer(page, 0), 1.2)
    assert_shows(explorer(page, 1), -0.5, "tanh")
    assert "both read 0.178" in explorer(page, 0).locator(".words").inner_text()
    assert "negative" in explorer(page, 0).locator(".facts").inner_text()
    assert "looks like a slope" in explorer(page, 1).locator(".facts").inner_text()


def test_the_input_is_dragged_and_moved_by_keys(page):
    handle = slider(page, 0, "z")
    before = now(handle)
    drag(page, handle, -80, 0)
    assert now(handle) < before
    assert_shows(explorer(page, 0), now(handle))
    at = now(handle)
    handle.press("ArrowRight")
    assert now(handle) == pytest.approx(at + 0.1)
    handle.press("Home")
    assert now(handle) == -4
    assert_shows(explorer(page, 0), -4.0)


def test_the_other_activation_has_other_charts(page):
    press(explorer(page, 0), "tanh")
    assert_shows(explorer(page, 0), 1.2, "tanh")
    press(explorer(page, 0), "z = 0")
    assert_shows(explorer(page, 0), 0.0, "tanh")
    assert "one number" in explorer(page, 0).locator(".facts").inner_text()


@pytest.mark.parametrize("width", [360, 960])
def test_it_fits_and_no_text_lies_on_another(page, width):
    page.set_viewport_size({"width": width, "height": 700})
    root = explorer(page, 0)
    edge = root.bounding_box()
    for chart in root.locator("svg").all():
        box = chart.bounding_box()
        assert box["x"] + box["width"] <= edge["x"] + edge["width"] + 1
    texts = boxes(root, "svg text:not(.tick)")
    pairs = [(a, b) for k, a in enumerate(texts) for b in texts[:k]]
    assert not any(min(overlap(a, b)) > 1 for a, b in pairs)
