"""Pictures of matrices: one as a heatmap, several side by side."""

import numpy as np

from softmax_lab.pictures.style import (
    DIVERGING,
    INK,
    LINE,
    cells,
    legible_on,
    new_axes,
    picture,
    signed,
    subscripted,
)
from softmax_lab.pictures.words import counted, number, plain, quoted, say, subscripts


@picture
def heatmap(matrix, ax=None, title="", rows="h", columns="z", limit=None, digits=3):
    """Draw a matrix as coloured cells with its numbers written in them.

    ``rows`` and ``columns`` are the letters that label them; ``limit`` is the absolute value at
    which the colour is full, by default the largest in the matrix; ``digits=None`` leaves the
    numbers out.
    """
    matrix = np.asarray(matrix, dtype=float)
    ax = new_axes(width=1.6 + matrix.shape[1], height=1.1 + matrix.shape[0]) if ax is None else ax
    _cells(ax, matrix, title, rows, columns, limit, digits)
    say(ax, f"{_ground(rows, columns)}: {_numbers(matrix, rows, digits)}.")
    return ax


@picture
def matrices(titled, axes=None, rows="h", columns="z", digits=3):
    """Draw several matrices side by side on one colour scale: ``titled`` maps titles to them."""
    axes = new_axes(len(titled), width=9.0, height=3.5) if axes is None else axes
    limit = max(np.abs(matrix).max() for matrix in titled.values())
    for ax, (title, matrix) in zip(np.ravel(axes), titled.items(), strict=True):
        _cells(ax, matrix, title, rows, columns, limit, digits)
    say(axes, *_matrices_in_words(titled, rows, columns, digits))
    return axes


def _cells(ax, matrix, title, rows, columns, limit, digits):
    limit = limit or np.abs(matrix).max() or 1.0
    mesh = cells(ax, matrix, cmap=DIVERGING, vmin=-limit, vmax=limit)
    for (i, j), entry in np.ndenumerate(matrix if digits else []):
        colour = legible_on(mesh.to_rgba(entry)) if np.isfinite(entry) else INK
        ax.text(j, i, signed(entry, digits), ha="center", va="center", color=colour)
    ax.set_yticks(range(matrix.shape[0]), subscripted(rows, matrix.shape[0]), size=16)
    ax.set_xticks(range(matrix.shape[1]), subscripted(columns, matrix.shape[1]), size=16)
    ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    ax.spines[:].set(visible=True, color=LINE)
    ax.set_title(title, pad=10)


def _matrices_in_words(titled, rows, columns, digits):
    yield f"{counted(len(titled), 'panel')}. {_ground(rows, columns)}."
    told = {}
    for title, matrix in titled.items():
        numbers = _numbers(np.asarray(matrix, dtype=float), rows, digits)
        before = next((quoted(other) for other, said in told.items() if said == numbers), None)
        told[title] = numbers
        yield f"{quoted(title)}: {f'the same numbers as {before}' if before else numbers}."


def _ground(rows, columns):
    return (
        f"A matrix with a row for each {plain(f'${rows}$')} and a column for each "
        f"{plain(f'${columns}$')}, positive numbers on orange and negative ones on blue"
    )


def _numbers(matrix, rows, digits):
    """The rows as they are written in the cells; if they are not, how far they reach."""
    if not digits:
        there = matrix[np.isfinite(matrix)]
        if there.size == 0:
            return "no number"
        return f"numbers from {number(there.min())} to {number(there.max())}"
    written = [[signed(entry, digits) for entry in row] for row in matrix]
    if len({entry for row in written for entry in row}) == 1:
        return f"{written[0][0]} everywhere"
    names = subscripts(rows, len(matrix))
    return "; ".join(f"{name}: {', '.join(row)}" for name, row in zip(names, written, strict=True))
