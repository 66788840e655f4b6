"""Pictures of distributions: their bars, the entries of a derivative, the triangle for n = 3."""

import numpy as np

from softmax_lab.pictures.style import (
    ACCENT,
    INK,
    LINE,
    MUTED,
    NEGATIVE,
    OUTPUT,
    POSITIVE,
    new_axes,
    picture,
    signed,
    subscripted,
)

_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])


@picture
def before_and_after(before, after, ax=None, labels=("before", "after")):
    """Draw an output before and after a change, with the change of each entry above it."""
    ax = new_axes(width=6.4, height=3.2) if ax is None else ax
    x = np.arange(len(before))
    ax.bar(x - 0.19, before, width=0.36, color=OUTPUT, label=labels[0])
    ax.bar(x + 0.19, after, width=0.36, color=ACCENT, label=labels[1])
    for k, (was, now) in enumerate(zip(before, after, strict=True)):
        ax.annotate(
            signed(now - was),
            (k, max(was, now)),
            (0, 5),
            textcoords="offset points",
            ha="center",
            color=POSITIVE if now > was else NEGATIVE,
            weight="bold",
        )
    ax.set_xticks(x, subscripted("h", len(before)), size=16)
    ax.tick_params(axis="x", length=0)
    ax.margins(y=0.15)
    ax.legend()
    return ax


@picture
def entry_by_entry(claimed, numeric, ax=None, labels=("claimed", "numerical")):
    """Draw every entry of two matrices as a pair of bars, the diagonal entries on grey."""
    ax = new_axes(width=9.0, height=3.6) if ax is None else ax
    n = len(numeric)
    x = np.arange(n * n)
    for k in range(n):
        ax.axvspan(k * (n + 1) - 0.5, k * (n + 1) + 0.5, color=LINE, alpha=0.6, lw=0)
    ax.bar(x - 0.19, np.ravel(claimed), width=0.36, color=ACCENT, label=labels[0])
    ax.bar(x + 0.19, np.ravel(numeric), width=0.36, color=POSITIVE, label=labels[1])
    ax.axhline(0, color=MUTED, lw=1)
    entries = [
        rf"$\frac{{\partial h_{i}}}{{\partial z_{j}}}$"
        for i in range(1, n + 1)
        for j in range(1, n + 1)
    ]
    ax.set_xticks(x, entries, size=19)
    ax.tick_params(axis="x", length=0, pad=8)
    ax.spines["bottom"].set_visible(False)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    return ax


@picture
def simplex(points=(), curves=(), arrows=(), ax=None):
    """Draw the triangle of all distributions over three classes, and what lies in it.

    ``points`` are distributions, or a mapping from labels to them; ``curves`` are arrays of
    distributions, one a row, joined up; ``arrows`` are tuples (start, change, label) of a
    distribution and a change of it.
    """
    ax = new_axes(width=5.6, height=4.9) if ax is None else ax
    ax.fill(*_CORNERS.T, facecolor="#f6f7fa", edgecolor=MUTED, lw=1.5)
    offsets = [(-4, -8, "right", "top"), (4, -8, "left", "top"), (0, 8, "center", "bottom")]
    for k, (dx, dy, ha, va) in enumerate(offsets):
        label = f"$h_{k + 1} = 1$"
        ax.annotate(label, _CORNERS[k], (dx, dy), textcoords="offset points", ha=ha, va=va, size=15)
    for curve in curves:
        ax.plot(*(np.asarray(curve) @ _CORNERS).T, color=ACCENT, lw=2)
    for start, change, label in arrows:
        tail = np.asarray(start) @ _CORNERS
        head = tail + np.asarray(change) @ _CORNERS
        style = {"arrowstyle": "-|>", "color": POSITIVE, "lw": 2.2, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", head, tail, arrowprops=style)
        ax.annotate(
            label,
            head,
            12 * (head - tail) / np.linalg.norm(head - tail),
            textcoords="offset points",
            ha="center",
            va="center",
            color=POSITIVE,
            size=15,
        )
    labels = list(points) if isinstance(points, dict) else [""] * len(points)
    distributions = points.values() if isinstance(points, dict) else points
    for label, distribution in zip(labels, distributions, strict=True):
        point = np.asarray(distribution) @ _CORNERS
        ax.plot(*point, "o", color=INK, ms=5)
        ax.annotate(label, point, (8, 5), textcoords="offset points")
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.margins(0.14)
    return ax
