"""Pictures of attention: what it looks at, how width saturates it, where training ends."""

import numpy as np

from softmax_lab.pictures.style import (
    ACCENT,
    DRAWN_INK,
    INK,
    LINE,
    MUTED,
    OUTPUT,
    POSITIVE,
    new_axes,
    picture,
)
from softmax_lab.pictures.words import against, listed, number, quoted, say


@picture
def attended(image, weights, queries, axes=None):
    """Draw how much of its attention each chosen row of an image gives to every row.

    Row i of ``weights`` holds the weights of query i; ``queries`` chooses the rows, counted from 0,
    one a panel. There the image stands on a ground that is the deeper violet the larger the weight,
    the weights are beside it, and a frame marks the row that asks.
    """
    image, weights = np.asarray(image, dtype=float), np.asarray(weights, dtype=float)
    if axes is None:
        axes = new_axes(len(queries), width=3.3 * len(queries), height=3.7)
    rows, columns = image.shape
    opacity = weights[list(queries)] / weights[list(queries)].max()
    for ax, query, depth in zip(np.ravel(axes), queries, opacity, strict=True):
        for row in np.flatnonzero(np.isfinite(depth)):
            ax.fill_between(
                [-0.5, columns - 0.5], row - 0.5, row + 0.5, color=OUTPUT, alpha=depth[row], lw=0
            )
        ax.imshow(image, cmap=DRAWN_INK, vmin=0, vmax=1, zorder=2)
        for row, weight in enumerate(weights[query]):
            ax.text(columns - 0.2, row, f"{weight:.2f}", va="center")
        frame = ax.fill([-0.5, columns - 0.5, columns - 0.5, -0.5], query + _EDGES, fill=False)[0]
        frame.set(edgecolor=POSITIVE, linewidth=3, clip_on=False, zorder=3)
        ax.set_xlim(-0.5, columns + 1.9)
        ax.set(xticks=[], yticks=range(rows), yticklabels=range(1, rows + 1))
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_title(f"row {query + 1} asks", pad=10)
    say(axes, *_attended_in_words(image, weights, queries))
    return axes


def _attended_in_words(image, weights, queries):
    rows, columns = image.shape
    yield (
        f"An image of {rows} rows of {columns} pixels, once for each row that asks, with the "
        f"weights that it gives to rows 1 to {rows}."
    )
    for query in queries:
        given = [f"{weight:.2f}" for weight in weights[query]]
        largest = f"{np.max(weights[query], initial=0, where=np.isfinite(weights[query])):.2f}"
        most = [str(row) for row, weight in enumerate(given, start=1) if weight == largest]
        where = f"; most, {largest}, goes to row{'s' * (len(most) > 1)} {listed(most)}"
        yield f"Row {query + 1} asks: {', '.join(given)}{where if most else ''}."


_EDGES = np.array([-0.5, -0.5, 0.5, 0.5])


@picture
def gradient_along_width(d, curves, ax=None):
    """Draw what is left of an error, against the numbers in a key: ``curves`` maps labels to it."""
    ax = new_axes(width=8.4, height=3.8) if ax is None else ax
    looks = ((POSITIVE, "o-"), (ACCENT, "s-"))
    for (label, values), (colour, marks) in zip(curves.items(), looks, strict=False):
        ax.loglog(d, values, marks, color=colour, label=label)
    ax.set_xticks(d, [f"{width}" for width in d])
    ax.set_xticks([], minor=True)
    ax.set_xlabel("numbers in a key $d$", size=16)
    ax.set_ylabel(r"length of $J^T\sigma$ / length of $\sigma$")
    ax.grid(color=LINE, lw=0.8)
    ax.legend()
    reach = against("numbers in a key $d$", d)
    say(ax, f"Length of Jᵀσ / length of σ against {reach}, both axes logarithmic.")
    say(ax, *_told(d, curves))
    return ax


def _told(d, curves):
    for n, (label, values) in enumerate(curves.items()):
        points = [
            f"{number(value)} at {number(width)}" for width, value in zip(d, values, strict=True)
        ]
        yield f"{quoted(label)} gives {listed(points)}{'.' if n == len(curves) - 1 else ';'}"


@picture
def ends(titled, last, axes=None):
    """Draw where training ended, a dot for each seed and a line for each backward pass.

    ``titled`` maps titles to runs, and the runs of a title map names, the same ones in the same
    order, to their accuracies and to how many epochs they went on. Where these are less than
    ``last``, the run ended early: a cross.
    """
    axes = new_axes(len(titled), width=10.0, height=4.6, sharey=True) if axes is None else axes
    for ax, (title, runs) in zip(np.ravel(axes), titled.items(), strict=True):
        for line, (accuracies, epochs) in enumerate(runs.values()):
            early = np.asarray(epochs) < last
            colour = POSITIVE if line else INK
            for chosen, mark, size in ((~early, "o", 8), (early, "X", 9)):
                there = np.asarray(accuracies)[chosen]
                ax.plot(there, np.full(len(there), line), mark, color=colour, ms=size, alpha=0.75)
        ax.axvline(0.1, color=MUTED, lw=1.4, ls="--")
        ax.set(xlim=(0, 1), yticks=range(len(runs)), yticklabels=list(runs))
        ax.set_ylim(len(runs) - 0.5, -0.5)
        ax.set_xlabel("held-out accuracy")
        ax.set_title(title)
        ax.grid(color=LINE, lw=0.8)
        ax.set_axisbelow(True)
    say(axes, *_ends_in_words(titled, last))
    return axes


def _ends_in_words(titled, last):
    yield (
        "Held-out accuracy of each run, a dot for each seed, a cross where it ended before "
        f"epoch {last}; a dashed line marks 0.1, guessing."
    )
    for title, runs in titled.items():
        told = []
        for name, (accuracies, epochs) in runs.items():
            early = np.count_nonzero(np.asarray(epochs) < last)
            if len(accuracies) == 0:
                told.append(f"{quoted(name)} has no run")
                continue
            low, high = number(min(accuracies)), number(max(accuracies))
            reach = low if low == high else f"{low} to {high}"
            told.append(f"{quoted(name)} {reach}" + (f" ({early} ended early)" if early else ""))
        yield f"{quoted(title)}: {'; '.join(told)}."
