"""Pictures of matrices: one as a heatmap, several side by side."""

import numpy as np

from softmax_lab.pictures.style import (
    DIVERGING,
    INK,
    LINE,
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
