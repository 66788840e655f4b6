"""Pictures of distributions: their bars, the entries of a derivative, the triangle for n = 3."""

import numpy as np

from softmax_lab.pictures.style import (
    ACCENT,
    GROUND,
    INK,
    LINE,
    MUTED,
    OUTPUT,
    POSITIVE,
    new_axes,
    picture,
    signed,
    subscripted,
)
from softmax_lab.pictures.words import listed, number, plain, quoted, say, subscripts

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
            color=INK,
            weight="bold",
        )
    ax.set_xticks(x, subscripted("h", len(before)), size=16)
    ax.tick_params(axis="x", length=0)
    ax.set_ylabel("output")
    ax.margins(y=0.15)
    ax.legend()
    names = subscripts("h", len(before))
    told = [_change(*each) for each in zip(names, before, after, strict=True)]
    say(ax, f"Bars, {quoted(labels[0])} beside {quoted(labels[1])}: {'; '.join(told)}.")
    return ax


def _change(name, was, now):
    if number(was) == number(now):
        return f"{name} stays at {number(was)}"
    verb = "rises" if now > was else "falls"
    return f"{name} {verb} from {number(was)} to {number(now)} ({signed(now - was)})"


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
    ax.set_ylabel("derivative")
    ax.spines["bottom"].set_visible(False)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    say(ax, *_entries_in_words(np.asarray(claimed), np.asarray(numeric), map(quoted, labels)))
    return ax


def _entries_in_words(claimed, numeric, labels):
    left, right = labels
    n = len(numeric)
    yield (
        f"Pairs of bars for the {n * n} entries ∂h/∂z, the {n} of the diagonal on grey: "
        f"{left}, beside {right}."
    )
    same, other = [], []
    for (i, j), value in np.ndenumerate(numeric):
        name = f"∂{plain(f'$h_{i + 1}$')}/∂{plain(f'$z_{j + 1}$')}"
        if signed(value) == signed(claimed[i, j]):
            same.append(f"{name} ({signed(value)})")
        else:
            other.append(f"{name} ({signed(claimed[i, j])} beside {signed(value)})")
    yield f"Equally high are {len(same)}: {listed(same)}." if same else "None is equally high."
    yield (
        f"Of different height are {len(other)}: {listed(other)}."
        if other
        else ("None is of different height.")
    )


@picture
def simplex(points=(), curves=(), arrows=(), ax=None):
    """Draw the triangle of all distributions over three classes, and what lies in it.

    ``points`` are distributions, or a mapping from labels to them; ``curves`` are arrays of
    distributions, one a row, joined up; ``arrows`` are tuples (start, change, label) of a
    distribution and a change of it.
    """
    ax = new_axes(width=5.6, height=4.9) if ax is None else ax
    ax.fill(*_CORNERS.T, facecolor=GROUND, edgecolor=MUTED, lw=1.5)
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
    say(ax, *_simplex_in_words(zip(labels, distributions, strict=True), curves, arrows))
    return ax


def _simplex_in_words(points, curves, arrows):
    yield (
        "The triangle of all distributions over three classes, with the corners h₁ = 1 at the "
        "lower left, h₂ = 1 at the lower right and h₃ = 1 on top."
    )
    places = [f"{plain(label)} {_place(at)}".strip() for label, at in points]
    if places:
        yield f"{'Points' if len(places) > 1 else 'A point'} at h = {listed(places)}."
    moved = {}
    for start, change, label in arrows:
        told = f"{plain(label)} changes h by ({', '.join(map(signed, change))})"
        moved.setdefault(_place(start), []).append(told)
    for start, told in moved.items():
        yield f"From {start} {'arrows' if len(told) > 1 else 'an arrow'}: {'; '.join(told)}."
    around = [_curve_in_words(np.asarray(curve)) for curve in curves]
    if around:
        yield f"Curves, by length and width in sides of the triangle: {'; '.join(around)}."


def _place(distribution):
    return f"({', '.join(map(number, distribution))})"


def _curve_in_words(curve):
    if not np.allclose(curve[0], curve[-1]):
        return f"one from {_place(curve[0])} to {_place(curve[-1])}"
    middle = (curve.max(axis=0) + curve.min(axis=0)) / 2
    away = np.linalg.norm((curve - middle) @ _CORNERS, axis=1)
    return f"around {_place(middle)} {number(2 * away.max())} by {number(2 * away.min())}"
