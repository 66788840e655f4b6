"""The palette, one size of type and one way to make axes, for every picture."""

from functools import wraps

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap, to_hex, to_rgb, to_rgba

from softmax_lab.palette import GROUND as _GROUND
from softmax_lab.palette import LIGHT as PALETTE
from softmax_lab.palette import PAPER, PICTURES, WRITTEN

# Load the backend now. Loaded inside rc_context, as the first picture would, a notebook's backend
# turns on interactive mode there, and leaving the context turns it off: no later figure is shown.
plt.switch_backend(plt.get_backend())

INK, MUTED, LINE = (PALETTE[name] for name in ("ink", "muted", "line"))
ACCENT, OUTPUT = PALETTE["accent"], PALETTE["output"]
POSITIVE, NEGATIVE = PALETTE["positive"], PALETTE["negative"]
GROUND = _GROUND["light"]


def shades(colour, count=256):
    """From nothing to a colour: what is under it, paper of any kind, shows through."""
    return [(*to_rgb(colour), opacity) for opacity in np.linspace(0, 1, count)]


DIVERGING = ListedColormap([*reversed(shades(NEGATIVE)), *shades(POSITIVE)], "softmax_lab")
DRAWN_INK = ListedColormap(shades(INK), "softmax_lab_ink")
WEIGHT = ListedColormap(shades(OUTPUT), "softmax_lab_weight")

STYLE = {
    "figure.dpi": 110,
    "savefig.dpi": 110,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "font.size": 13,
    "axes.titlesize": 13,
    "axes.labelsize": 13,
    "xtick.labelsize": 13,
    "ytick.labelsize": 13,
    "legend.fontsize": 12,
    "legend.frameon": False,
    "mathtext.fontset": "cm",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 2.2,
}


def picture(draw):
    """Draw in the style of the series, whatever the reader's own settings are."""

    @wraps(draw)
    def styled(*args, **kwargs):
        with plt.rc_context(STYLE):
            return draw(*args, **kwargs)

    return styled


def new_axes(panels=1, width=8.0, height=3.2, **kwargs):
    """A row of panels that together are ``width`` inches wide."""
    _, axes = plt.subplots(1, panels, figsize=(width, height), layout="constrained", **kwargs)
    return axes


def subscripted(letter, count):
    """Tick labels letter_1 … letter_n."""
    return [f"${letter}_{{{k}}}$" for k in range(1, count + 1)]


def cells(ax, values, **kwargs):
    """A coloured cell for each entry, in rows and columns as a matrix is written."""
    rows, columns = np.shape(values)[:2]
    edges = np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5
    mesh = ax.pcolormesh(*edges, values, **kwargs)
    ax.set(xlim=edges[0][[0, -1]], ylim=edges[1][[-1, 0]], aspect="equal")
    return mesh


def legible_on(colour):
    """White or black: whichever contrasts more with the colour, at least 4.5 to 1 (WCAG 2, AA).

    The colour, of which the paper shows what its opacity leaves, is another in a dark page. The
    answer says in its last digit which of the two is legible there (``palette.WRITTEN``).
    """
    in_the_dark = PICTURES.get(to_hex(colour), to_hex(colour))
    light = _black_or_white(to_rgb(colour), to_rgba(colour)[3], to_rgb(PAPER["light"]))
    dark = _black_or_white(to_rgb(in_the_dark), to_rgba(colour)[3], to_rgb(PAPER["dark"]))
    return WRITTEN[light, dark]


def _black_or_white(colour, opacity, paper):
    seen = [opacity * c + (1 - opacity) * p for c, p in zip(colour, paper, strict=True)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in seen]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "white" if luminance < 0.179 else "black"


def signed(number, digits=3):
    """A number with its sign, and with a true minus; 0 and nan have none."""
    text = f"{number:+.{digits}f}".replace("-", "\N{MINUS SIGN}").replace("inf", "\N{INFINITY}")
    return text if any(digit in text for digit in "123456789\N{INFINITY}") else text[1:]
