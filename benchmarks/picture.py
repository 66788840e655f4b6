"""The figures as one picture: above, times of ours over theirs; below, errors of each library."""

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.lines import Line2D

from goals import GRADIENT_AT_TRUE, LOSS
from peers import CROSS_ENTROPY, LOG_SOFTMAX, OURS, PEERS, SOFTMAX, VJP
from report import RESULTS, size
from softmax_lab.pictures.style import ACCENT, INK, LINE, MUTED, NEGATIVE, POSITIVE, picture

PICTURE = RESULTS / "numerics.svg"
FASTER = "#f4f2fc"
MARKS = {
    OURS: {"marker": "o", "color": ACCENT, "markersize": 10},
    "SciPy": {"marker": "s", "color": NEGATIVE, "markersize": 7},
    "PyTorch": {"marker": "^", "color": POSITIVE, "markersize": 8},
    "JAX": {"marker": "D", "color": MUTED, "markersize": 6},
}
GOAL = {"color": INK, "linewidth": 2.5, "solid_capstyle": "butt"}
QUANTITIES = {
    SOFTMAX: "softmax",
    LOG_SOFTMAX: "log-softmax",
    LOSS: "cross-entropy",
    GRADIENT_AT_TRUE: "its gradient at the true class",
}
TWO_LINES = {VJP: "vector-Jacobian\nproduct", CROSS_ENTROPY: "cross-entropy\nwith gradient"}
FEWEST, MOST = 0.25, 1e16  # ulps; fewer, or a result that is no number, is drawn at the end
GAP = 0.7  # between functions, in rows


def write(ratios, errors, machine):
    RESULTS.mkdir(exist_ok=True)
    # Ids and dates would differ from run to run.
    with mpl.rc_context({"svg.hashsalt": "softmax_lab"}):
        draw(ratios, errors, machine).savefig(PICTURE, metadata={"Date": None})


@picture
def draw(ratios, errors, machine):
    """A panel for each peer, then one for each quantity."""
    figure = plt.figure(figsize=(14.5, 16), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=[2.2, 1])
    draw_speed(above, [r for r in ratios if r.logits == "ordinary"])
    draw_exactness(below, [e for e in errors if e.dtype == "float64"])
    (_, processor), _, *versions = machine
    versions = ", ".join(f"{what} {which}" for what, which in versions)
    figure.supxlabel(f"{processor}; {versions}", fontsize=12, color=MUTED)
    return figure


def draw_speed(figure, ratios):
    names = [name for name in PEERS if any(r.peer == name for r in ratios)]
    panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    heights = heights_of_rows((r.function, r.shape) for r in ratios)
    for ax, name in zip(panels, names, strict=True):
        ax.set(xscale="log", xlim=(0.04, 12), title=f"time of ours / {name}")
        ax.set_xticks([0.1, 0.3, 1, 3, 10], ["0.1", "0.3", "1", "3", "10"])
        ax.axvspan(1e-9, 1, color=FASTER, zorder=0)
        for r in ratios:
            if r.peer == name:
                draw_ratio(ax, r, heights[r.function, r.shape])
        tidy(ax)
    ax = panels[0]
    ax.set_yticks(list(heights.values()), [size(shape) for _, shape in heights])
    ax.set_ylim(max(heights.values()) + 0.6, -0.6)
    for function in dict.fromkeys(function for function, _ in heights):
        rows = [y for (f, _), y in heights.items() if f == function]
        # Left of the panel, and of the shapes.
        at = {"x": -0.62, "y": (rows[0] + rows[-1]) / 2, "transform": ax.get_yaxis_transform()}
        label = TWO_LINES.get(function, function)
        ax.text(**at, s=label, ha="right", va="center", weight="bold")
    ax.text(0.045, max(heights.values()) + 0.4, "ours is faster", color=ACCENT, fontsize=12)
    figure.legend(handles=speed_legend(), loc="outside upper center", ncols=4)


def heights_of_rows(keys):
    """One row for each function and shape, with a gap before each function."""
    heights, y, before = {}, -1 - GAP, None
    for function, shape in dict.fromkeys(keys):
        y += 1 + GAP * (function != before)
        heights[function, shape] = y
        before = function
    return heights


def draw_ratio(ax, r, y):
    ax.axhline(y, color=LINE, lw=0.8, zorder=0.5)
    y += 0.18 if r.dtype == "float32" else -0.18
    if r.goal:
        ax.plot([r.goal] * 2, [y - 0.2, y + 0.2], **GOAL)
    ax.plot(r.ratio, y, **dot(POSITIVE if r.met is False else ACCENT, r.dtype))


def draw_exactness(figure, errors):
    families = list(dict.fromkeys(e.family for e in errors))
    names = [name for name in MARKS if any(e.library == name for e in errors)]
    panels = figure.subplots(1, len(QUANTITIES), sharey=True)
    for ax, (quantity, title) in zip(panels, QUANTITIES.items(), strict=True):
        ax.set(xscale="log", xlim=(FEWEST / 2.5, MOST * 6), title=title)
        ax.set_xticks([1, 1e4, 1e8, 1e12, 1e16])
        for y in range(1, len(families)):
            ax.axhline(y - 0.5, color=LINE, lw=0.8, zorder=0.5)
        for e in errors:
            if e.quantity == quantity:
                y = families.index(e.family)
                apart = 0.22 * (names.index(e.library) - (len(names) - 1) / 2)
                ax.plot(min(max(e.ulps, FEWEST), MOST), y + apart, ls="", **MARKS[e.library])
                if e.goal and quantity != SOFTMAX:
                    ax.plot([e.goal] * 2, [y - 0.42, y + 0.42], **GOAL, zorder=1)
        tidy(ax)
    panels[0].set_yticks(range(len(families)), families)
    panels[0].set_ylim(len(families) - 0.45, -0.55)
    figure.supxlabel("worst error in float64, units in the last place", fontsize=13)
    marks = [Line2D([], [], ls="", label=name, **MARKS[name]) for name in names]
    figure.legend(handles=[*marks, goal_mark()], loc="outside upper center", ncols=5)


def tidy(ax):
    ax.minorticks_off()
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def dot(colour, dtype):
    face = colour if dtype == "float64" else "white"
    look = {"color": colour, "markerfacecolor": face, "markersize": 8, "markeredgewidth": 2}
    return {"marker": "o", "linestyle": "", **look}


def goal_mark():
    look = {"color": INK, "markersize": 13, "markeredgewidth": 2.5}
    return Line2D([], [], marker="|", linestyle="", label="goal", **look)


def speed_legend():
    dots = [(ACCENT, "float64"), (ACCENT, "float32"), (POSITIVE, "float64")]
    labels = ["float64", "float32", "goal not met"]
    handles = [Line2D([], [], label=s, **dot(*d)) for s, d in zip(labels, dots, strict=True)]
    return [*handles, goal_mark()]
