"""Pictures of cost and of gradients: curves and fields."""

import numpy as np

from softmax_lab.pictures.style import (
    ACCENT,
    INK,
    LINE,
    MUTED,
    NEGATIVE,
    POSITIVE,
    WEIGHT,
    new_axes,
    picture,
)
from softmax_lab.pictures.words import (
    against,
    compared,
    course,
    extent,
    finite,
    listed,
    number,
    plain,
    quoted,
    say,
)


@picture
def cost_and_memory(
    n,
    seconds,
    seconds_without,
    memory,
    memory_without,
    axes=None,
    limits=(),
    names=("forming $J$", "without $J$"),
    xlabel="number of classes $n$",
):
    """Draw time and memory of the product with J and without it, against the number of classes.

    ``seconds`` may end in nan where J no longer fitted; ``limits`` are (label, bytes) lines.
    ``names`` and ``xlabel`` say so of any other large array that one may form or not.
    """
    axes = new_axes(2, width=10.0, height=4.1) if axes is None else axes
    pairs = [(seconds, seconds_without, "seconds"), (memory, memory_without, "bytes")]
    for ax, (with_j, without_j, unit) in zip(axes, pairs, strict=True):
        ax.loglog(n, with_j, "o-", color=POSITIVE, label=names[0])
        ax.loglog(n, without_j, "s-", color=ACCENT, label=names[1])
        ax.set_xlabel(xlabel)
        ax.set_ylabel(unit)
        ax.grid(color=LINE, lw=0.8)
    axes[0].legend(loc="upper left")
    for label, size in limits:
        axes[1].axhline(size, color=MUTED, lw=1.4, ls="--")
        axes[1].annotate(
            label, (n[0], size), (0, 4), textcoords="offset points", color=MUTED, va="bottom"
        )
    told = [_with_and_without(n, names, *pair) for pair in pairs]
    say(axes, f"Two panels against {against(xlabel, n)}, all axes logarithmic.", *told)
    for label, size in limits:
        say(axes, _limit_in_words(n, names, memory, memory_without, label, size))
    return axes


def _with_and_without(n, names, with_j, without_j, unit):
    named = dict(zip(map(quoted, names), (with_j, without_j), strict=True))
    ends = []
    for name, values in named.items():
        there, sizes = finite(n, values)
        if len(there) == 0:
            ends.append(f"{name} has no number")
            continue
        early = f", at {number(there[-1])}, where it ends" if there[-1] != n[-1] else ""
        ends.append(f"{name} goes from {number(sizes[0])} to {number(sizes[-1])}{early}")
    there, *both = finite(n, with_j, without_j)
    if len(there):
        ratio = number(both[0][-1] / both[1][-1])
        ends.append(f"at {number(there[-1])} the first is {ratio} times the second")
    return f"{unit.capitalize()}: {'; '.join(ends)}."


def _limit_in_words(n, names, with_j, without_j, label, size):
    over = []
    for name, values in zip(map(quoted, names), (with_j, without_j), strict=True):
        beyond = np.flatnonzero(np.asarray(values) > size)
        where = f"is above it from {number(n[beyond[0]])}" if len(beyond) else "stays below it"
        over.append(f"{name} {where}")
    return f"A dashed line at {number(size)} bytes is {plain(label)}: {listed(over)}."


@picture
def gradient_along_gap(gap, curves, ax=None):
    """Draw gradients against the gap between two logits: ``curves`` maps labels to values."""
    ax = new_axes(width=8.0, height=3.8) if ax is None else ax
    for (label, values), colour in zip(curves.items(), (POSITIVE, NEGATIVE, ACCENT), strict=False):
        ax.plot(gap, values, color=colour, label=label)
    ax.axhline(0, color=MUTED, lw=1)
    ax.axvline(0, color=LINE, lw=1.2, zorder=0)
    ax.set_xlabel(r"$z_{\mathrm{true}} - z_{\mathrm{other}}$", size=16)
    ax.set_ylabel(r"derivative with respect to $z_{\mathrm{true}}$")
    ax.legend()
    scale = extent(*curves.values())
    told = [f"{quoted(label)} {course(gap, y, scale)}" for label, y in curves.items()]
    xlabel = against(r"$z_{\mathrm{true}} - z_{\mathrm{other}}$", gap)
    say(ax, f"The derivative with respect to z_true, against {xlabel}: {'; '.join(told)}.")
    say(ax, compared(gap, curves))
    return ax


@picture
def gradient_fields(x, y, fields, axes=None, labels=("$z_1$", "$z_2$")):
    """Draw fields of arrows side by side, on a ground that is the deeper the longer they are.

    ``fields`` maps titles to (u, v), the components of the arrows at the points of the grid x, y.
    """
    axes = new_axes(len(fields), width=10.0, height=4.9, sharey=True) if axes is None else axes
    longest = max(np.hypot(u, v).max() for u, v in fields.values())
    reach = (np.min(x), np.max(x), np.min(y), np.max(y))
    smooth = {"extent": reach, "origin": "lower", "interpolation": "bilinear"}
    for ax, (title, (u, v)) in zip(np.ravel(axes), fields.items(), strict=True):
        length = np.hypot(u, v)
        image = ax.imshow(length, cmap=WEIGHT, vmin=0, vmax=longest, **smooth)
        ax.quiver(
            *(a[1::2, 1::2] for a in (x, y, u, v)), color=INK, scale=16, width=0.007, pivot="mid"
        )
        ax.set_title(title)
        ax.set_xlabel(labels[0], size=16)
        ax.set_aspect("equal")
    np.ravel(axes)[0].set_ylabel(labels[1], size=16)
    ax.figure.colorbar(image, ax=axes, label="length of the arrow", shrink=0.9)
    say(axes, *_fields_in_words(x, y, fields, labels))
    return axes


def _fields_in_words(x, y, fields, labels):
    names = [plain(label) for label in labels]
    reach = f"{against(names[0], x)} and {against(names[1], y)}"
    yield f"Arrows over {reach}, on a ground that is the deeper violet the longer they are."
    rows, columns = np.shape(x)
    places = {
        "in the middle": (rows // 2, columns // 2),
        **{f"at ({number(x[i, j])}, {number(y[i, j])})": (i, j) for i in (-1, 0) for j in (0, -1)},
    }
    for title, (u, v) in fields.items():
        told = [f"{place} {_arrow(u[at], v[at])}" for place, at in places.items()]
        yield f"{quoted(title)}: {'; '.join(told)}."


def _arrow(u, v):
    """The length of an arrow and, if it has one worth the word, its direction."""
    length = np.hypot(u, v)
    ways = [("right", u), ("left", -u), ("up", v), ("down", -v)]
    along = " and ".join(way for way, share in ways if share > 0.2 * length)
    return f"{number(round(length, 3))}" + (f" pointing {along}" if length > 5e-4 else "")
