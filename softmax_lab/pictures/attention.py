"""Pictures of attention: what it looks at, how width saturates it, where training ends."""

import numpy as np
from matplotlib.colors import to_rgb

from softmax_lab.pictures.style import (
    ACCENT,
    INK,
    LINE,
    MUTED,
    POSITIVE,
    WEIGHT,
    new_axes,
    picture,
)


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
    deepest = weights[list(queries)].max()
    for ax, query in zip(np.ravel(axes), queries, strict=True):
        ground = WEIGHT(weights[query] / deepest)[:, None, :3]
        ink = image[..., None]
        ax.imshow(ground * (1 - ink) + np.array(to_rgb(INK)) * ink)
        for row, weight in enumerate(weights[query]):
            ax.text(columns - 0.2, row, f"{weight:.2f}", va="center")
        frame = ax.fill([-0.5, columns - 0.5, columns - 0.5, -0.5], query + _EDGES, fill=False)[0]
        frame.set(edgecolor=POSITIVE, linewidth=3, clip_on=False, zorder=3)
        ax.set_xlim(-0.5, columns + 1.9)
        ax.set(xticks=[], yticks=range(rows), yticklabels=range(1, rows + 1))
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_title(f"row {query + 1} asks", pad=10)
    return axes


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
    return ax


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
    return axes
