"""A picture of what gradient checks overlook."""

import numpy as np
from matplotlib.colors import ListedColormap

from softmax_lab.pictures.style import INK, MUTED, POSITIVE, legible_on, new_axes, picture

_CAUGHT = "#f8f9fb"


@picture
def let_through(passed, ax=None):
    """Draw which checks, the columns, pass which wrong code, the rows.

    ``passed`` maps the name of each piece of wrong code to a mapping from the names of checks to
    whether it passes them; all with the same checks, in the same order.
    """
    table = np.array([list(verdicts.values()) for verdicts in passed.values()], dtype=bool)
    checks = list(next(iter(passed.values())))
    ax = new_axes(width=9.8, height=1 + 0.55 * len(table)) if ax is None else ax
    ax.imshow(table, cmap=ListedColormap([_CAUGHT, POSITIVE]), vmin=0, vmax=1, aspect="auto")
    for (row, column), through in np.ndenumerate(table):
        word = ax.text(column, row, "passes" if through else "fails", ha="center", va="center")
        word.set_color(legible_on(POSITIVE) if through else MUTED)
        word.set_weight("bold" if through else "normal")
    ax.set_xticks(range(len(checks)), checks, color=INK)
    ax.set_yticks(range(len(table)), list(passed), color=INK)
    # White lines between the cells.
    ax.set_xticks(np.arange(len(checks) - 1) + 0.5, minor=True)
    ax.set_yticks(np.arange(len(table) - 1) + 0.5, minor=True)
    ax.grid(which="minor", color="white", lw=4)
    ax.tick_params(which="both", length=0, top=False, bottom=False, left=False)
    ax.tick_params(labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    return ax
