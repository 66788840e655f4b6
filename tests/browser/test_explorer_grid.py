"""The JacobianExplorer over a grid of states, at the widths of phones and of desks.

The page itself goes through the states (grid.js): n, the mode, the temperature, the preset and the
progress. No two numbers overlap, none is clipped, what is printed adds up, the words say what the
picture shows, and the height stays while a logit, the temperature or the progress is dragged.
"""

import itertools
from pathlib import Path

import pytest

from softmax_lab.explorers import JacobianExplorer

GO = Path(__file__).with_name("grid.js").read_text(encoding="utf-8")
PHONE = 844
PRESETS = {
    "as it opens": lambda z: z,
    "uniform": lambda z: [0.0] * len(z),
    "confidently wrong": lambda z: [-2.0, 4.0] + [-1 + 0.5 * (j % 3) for j in range(2, len(z))],
    "saturated": lambda z: [20.0 if j == 1 else -20.0 for j in range(len(z))],
}
MODES = ["free", "cross_entropy", "squared_error", "ones"]


def states(sizes):
    """Every combination; of the progress the two ends, and by turns a moment between."""
    between = itertools.cycle([0.3, 0.5, 1.0, 1.4, 1.7])
    for n, mode in itertools.product(sizes, MODES):
        first = JacobianExplorer(n=n, mode=mode)
        vectors = {name: getattr(first, name) for name in ("upstream", "target")}
        for T, (name, preset) in itertools.product([1.0, 0.2, 5.0], PRESETS.items()):
            for progress in (0.0, next(between), 2.0):
                shown = {"name": name, "z": preset(first.z), "progress": progress}
                yield vectors | shown | {"mode": mode, "temperature": T}


@pytest.mark.parametrize("width", [360, 390, 640, 800, 976, 1280])
def test_every_state_of_the_jacobian_explorer_is_in_order(drawn, width):
    whole = list(states(range(2, 9)))
    some = whole[:: {360: 1, 976: 2}.get(width, 5)]  # 2 and 5 go through all of them by turns
    with drawn(JacobianExplorer(n=2), width, PHONE, has_touch=width < 500) as page:
        found = page.evaluate(f"async states => {{ {GO}; return await goThrough(states); }}", some)
        assert found["wrong"] == []
        if width == 390:
            assert found["highest"] <= 1.3 * PHONE
