"""The palette, one size of type and one way to make axes, for every picture."""

from functools import wraps

import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from softmax_lab.palette import LIGHT as PALETTE

# Load the backend now. Loaded inside rc_context, as the first picture would, a notebook's backend
# turns on interactive mode there, and leaving the context turns it off: no later figure is shown.
plt.switch_backend(plt.get_backend())

INK, MUTED, LINE = (PALETTE[name] for name in ("ink", "muted", "line"))
ACCENT, OUTPUT = PALETTE["accent"], PALETTE["output"]
POSITIVE, NEGATIVE = PALETTE["positive"], PALETTE["negative"]

DIVERGING = LinearSegmentedColormap.from_list("softmax_lab", [NEGATIVE, "#ffffff", POSITIVE])
WEIGHT = LinearSegmentedColormap.from_list("softmax_lab_weight", ["#ffffff", OUTPUT])

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


def legible_on(colour):
    """White or black: whichever contrasts more with the colour, at least 4.5 to 1 (WCAG 2, AA)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "white" if luminance < 0.179 else "black"


def signed(number, digits=3):
    """A number with its sign, and with a true minus; 0 and nan have none."""
    text = f"{number:+.{digits}f}".replace("-", "\N{MINUS SIGN}").replace("inf", "\N{INFINITY}")
    return text if any(digit in text for digit in "123456789\N{INFINITY}") else text[1:]
