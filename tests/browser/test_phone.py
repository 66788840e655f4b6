"""Every explorer on a phone, and what each of them says of itself."""

import re

import numpy as np
import pytest

from browser.dom import explorer, now, slider, swipe
from browser.drawn import set_state
from browser.test_motion import middle
from softmax_lab import measurements
from softmax_lab.explorers import (
    AttentionExplorer,
    BalanceExplorer,
    ChartsExplorer,
    GradientCheckExplorer,
    JacobianExplorer,
    SimplexExplorer,
    StabilityExplorer,
    TrainingExplorer,
)

FILES = [measurements.file(f"training_{name}.csv") for name in ("runs", "confusion")]
AS_TABLE = {"delimiter": ",", "names": True, "dtype": None, "encoding": "utf-8"}
PHONE = {"width": 390, "height": 844, "has_touch": True}


def training():
    return TrainingExplorer(*(np.genfromtxt(file, **AS_TABLE) for file in FILES), epoch=20)


EXPLORERS = {
    "jacobian, 2": lambda: JacobianExplorer(n=2, mode="cross_entropy", compare=True),
    "jacobian, 5": lambda: JacobianExplorer(n=5, mode="cross_entropy", compare=True),
    "jacobian, 8": lambda: JacobianExplorer(n=8, mode="cross_entropy", compare=True),
    "balance": lambda: BalanceExplorer(n=8, mode="cross_entropy", compare=True),
    "attention": lambda: AttentionExplorer(n=5, mask=[True, False, True, True, False]),
    "charts": ChartsExplorer,
    "simplex": SimplexExplorer,
    "gradient check": GradientCheckExplorer,
    "stability": StabilityExplorer,
    "training": training,
}


@pytest.mark.parametrize("make", EXPLORERS.values(), ids=EXPLORERS)
def test_it_is_no_taller_than_a_screen_and_a_third(drawn, make):
    with drawn(make(), **PHONE) as page:
        root = explorer(page, 0)
        assert root.bounding_box()["height"] <= 1.3 * PHONE["height"]
        assert root.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
        pressed = root.locator(":is(button, fieldset span, .check, input[type=range]):visible")
        heights = pressed.evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
        assert min(heights) >= 44


@pytest.mark.parametrize(("make", "variable"), [(AttentionExplorer, "k"), (SimplexExplorer, "h")])
def test_a_finger_drags_a_point_straight_up(drawn, make, variable):
    with drawn(make(), 390, 500, has_touch=True) as page:
        handle = slider(page, 0, variable)
        handle.evaluate("e => e.scrollIntoView({ block: 'center' })")
        top, before = page.evaluate("scrollY"), handle.bounding_box()
        x, y = middle(handle.locator(".grip").first.bounding_box())
        swipe(page, x, y, 0, -30)
        page.wait_for_function(
            "([e, y]) => e.getBoundingClientRect().y < y - 15",
            arg=[handle.element_handle(), before["y"]],
        )
        assert page.evaluate("scrollY") == top


@pytest.mark.parametrize("width", [390, 976])
def test_the_triangle_says_whatever_it_says_in_the_same_room(drawn, width):
    with drawn(SimplexExplorer(), width) as page:
        heights = set()
        for z in ([0, 0, 0], [1.5, 1.5, -2], [3.5, 0, -0.5], [9, 0, -1], [2, 1, 0.1]):
            set_state(page, z=z)
            heights.add(round(explorer(page, 0).bounding_box()["height"]))
        assert max(heights) - min(heights) <= 1


def test_as_many_digits_are_said_to_agree_as_are_printed_alike(drawn):
    with drawn(GradientCheckExplorer()) as page:
        for step in (1e-2, 1e-4, 1e-6, 1e-9):
            set_state(page, step=step)
            root = explorer(page, 0)
            said = [int(text.split()[0]) for text in texts(root, ".letter", " agree")]
            printed = [
                [texts(root, f'[data-output="{name}"][data-index="{k}"]')[0] for k in range(3)]
                for name in ("result", "numeric")
            ]
            assert said == [alike(*pair) for pair in zip(*printed, strict=True)]


def texts(root, selector, part=""):
    return [text for text in root.locator(selector).all_text_contents() if part in text]


def alike(one, other):
    """How many digits two written numbers have in common, from the first that is not 0."""
    one, other = (re.sub(r"\D", "", text.split("·")[0]).lstrip("0") for text in (one, other))
    different = (k for k, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) == 2)
    return min(next(different, 15), 15)


def test_the_confusions_have_no_colour_that_is_a_run_s(drawn):
    with drawn(training()) as page:
        root = explorer(page, 0)
        fills = root.locator(".cell > rect").evaluate_all(
            "all => [...new Set(all.map(e => getComputedStyle(e).fill))]"
        )
        hue = [np.ptp([int(c) for c in re.findall(r"\d+", fill)]) for fill in fills]
        assert max(hue) <= 24  # all of them are greys
        assert len(fills) > 10


def test_the_triangle_does_not_multiply_zero_by_a_change(drawn):
    with drawn(SimplexExplorer()) as page:
        assert "0  ·  Δz" not in explorer(page, 0).locator(".facts").text_content()


def test_a_slider_does_not_say_twice_what_it_says(drawn):
    with drawn(SimplexExplorer()) as page:
        slider(page, 0, "z").press("PageUp")
        said = page.locator(".summary")
        page.wait_for_function(
            "e => e.textContent.startsWith('Output 0.8')", arg=said.element_handle()
        )
        assert now(slider(page, 0, "z")) == 3
        assert "Logits" not in said.text_content()
