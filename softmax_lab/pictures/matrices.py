"""Pictures of matrices: one as a heatmap, several side by side, and the reduction to a vector."""

import numpy as np

from softmax_lab.pictures.style import (
    ACCENT,
    DIVERGING,
    INK,
    LINE,
    MUTED,
    NEGATIVE,
    POSITIVE,
    legible_on,
    new_axes,
    picture,
    signed,
    subscripted,
)


@picture
def heatmap(matrix, ax=None, title="", rows="h", columns="z", limit=None, digits=3):
    """Draw a matrix as coloured cells with its numbers written in them.

    ``rows`` and ``columns`` are the letters that label them; ``limit`` is the absolute value at
    which the colour is full, by default the largest in the matrix; ``digits=None`` leaves the
    numbers out.
    """
    matrix = np.asarray(matrix, dtype=float)
    ax = new_axes(width=1.6 + matrix.shape[1], height=1.1 + matrix.shape[0]) if ax is None else ax
    limit = limit or np.abs(matrix).max() or 1.0
    image = ax.imshow(matrix, cmap=DIVERGING, vmin=-limit, vmax=limit)
    for (i, j), number in np.ndenumerate(matrix if digits else []):
        colour = legible_on(image.to_rgba(number)) if np.isfinite(number) else INK
        ax.text(j, i, signed(number, digits), ha="center", va="center", color=colour)
    ax.set_yticks(range(matrix.shape[0]), subscripted(rows, matrix.shape[0]), size=16)
    ax.set_xticks(range(matrix.shape[1]), subscripted(columns, matrix.shape[1]), size=16)
    ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    ax.spines[:].set(visible=True, color=LINE)
    ax.set_title(title, pad=10)
    return ax


@picture
def matrices(titled, axes=None, rows="h", columns="z", digits=3):
    """Draw several matrices side by side on one colour scale: ``titled`` maps titles to them."""
    axes = new_axes(len(titled), width=9.0, height=3.5) if axes is None else axes
    limit = max(np.abs(matrix).max() for matrix in titled.values())
    for ax, (title, matrix) in zip(axes, titled.items(), strict=True):
        heatmap(matrix, ax, title, rows, columns, limit, digits)
    return axes


@picture
def reduction(jacobian, upstream, weighted, result, compare=None, axes=None, limit=None):
    """Draw how a matrix and an upstream error become a vector again, in three stages.

    Left J, its rows waiting for their weights; in the middle the rows weighted by σ; on the right
    each column summed into one number. ``compare`` adds a second result as dashed lines, given as
    (label, vector). ``limit`` is an entry of J that counts as large: what is small beside it looks
    small. More than four classes are shown by colour alone.
    """
    axes = new_axes(3, width=10.0, height=3.9, width_ratios=[1, 1, 1.05]) if axes is None else axes
    n = len(result)
    digits = 3 if n < 4 else 2 if n < 5 else None
    most = max(limit or 0, np.abs(weighted[np.isfinite(weighted)]).max(initial=0))
    heatmap(jacobian, axes[0], "$J$", limit=limit, digits=digits)
    heatmap(weighted, axes[1], r"rows weighted: $\sigma_i J_{ij}$", limit=most, digits=digits)
    weights = [rf"$\sigma_{{{i}}}={signed(s, 1)}$" for i, s in enumerate(upstream, start=1)]
    axes[1].set_yticks(range(n), weights, color=ACCENT, size=15)
    for j in range(n):
        axes[1].annotate(
            "",
            (j, n - 0.22),
            (j, n - 0.5),
            annotation_clip=False,
            arrowprops={"arrowstyle": "->", "color": MUTED, "lw": 1.6},
        )
    _signed_bars(axes[2], result, limit or 0, digits or 2)
    if compare is not None:
        label, other = compare
        axes[2].hlines(
            other, np.arange(n) - 0.42, np.arange(n) + 0.42, INK, "dashed", lw=2, label=label
        )
        axes[2].legend(loc="upper center", bbox_to_anchor=(0.5, -0.02))
    axes[2].set_title(r"columns summed: $\sum_i \sigma_i J_{ij}$", pad=10)
    axes[2].set_xticks(range(n), subscripted("z", n), size=16)
    axes[2].tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    return axes


def _signed_bars(ax, numbers, limit, digits):
    """Bars up and down from zero, each with its number beyond its end; the scale spans a limit."""
    colours = [POSITIVE if number >= 0 else NEGATIVE for number in numbers]
    ax.bar(range(len(numbers)), numbers, color=colours, width=0.62)
    for j, number in enumerate(numbers):
        ax.annotate(
            signed(number, digits),
            (j, number),
            (0, 5 if number >= 0 else -5),
            textcoords="offset points",
            ha="center",
            va="bottom" if number >= 0 else "top",
            weight="bold",
            size=13 if len(numbers) < 6 else 10,
        )
    ax.axhline(0, color=MUTED, lw=1)
    ax.update_datalim([(0, -limit), (0, limit)])
    ax.margins(y=0.22)
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
