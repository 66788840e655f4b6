"""A picture of what gradient checks overlook."""

import numpy as np

from softmax_lab.pictures.style import GROUND, INK, MUTED, POSITIVE, legible_on, new_axes, picture
from softmax_lab.pictures.words import counted, listed, quoted, say


@picture
def let_through(passed, ax=None):
    """Draw which checks, the columns, pass which wrong code, the rows.

    ``passed`` maps the name of each piece of wrong code to a mapping from the names of checks to
    whether it passes them; all with the same checks, in the same order.
    """
    table = np.array([list(verdicts.values()) for verdicts in passed.values()], dtype=bool)
    checks = list(next(iter(passed.values())))
    ax = new_axes(width=9.8, height=1 + 0.55 * len(table)) if ax is None else ax
    for (row, column), through in np.ndenumerate(table):
        colour = POSITIVE if through else GROUND
        ax.barh(row, 0.94, 0.88, column - 0.47, color=colour)
        word = ax.text(column, row, "passes" if through else "fails", ha="center", va="center")
        word.set_color(legible_on(POSITIVE) if through else MUTED)
        word.set_weight("bold" if through else "normal")
    ax.set_xticks(range(len(checks)), checks, color=INK)
    ax.set_yticks(range(len(table)), list(passed), color=INK)
    ax.set(xlim=(-0.5, len(checks) - 0.5), ylim=(len(table) - 0.5, -0.5))
    ax.tick_params(length=0, top=False, bottom=False, left=False)
    ax.tick_params(labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    say(ax, *_in_words(passed, checks))
    return ax


def _in_words(passed, checks):
    names = [quoted(check) for check in checks]
    how_many = counted(len(checks), "check")
    yield f"A table: which of {how_many}, {listed(names)}, pass which wrong code."
    told = [
        f"{quoted(code)} passes {listed(quoted(c) for c, through in verdicts.items() if through)}"
        for code, verdicts in passed.items()
    ]
    yield f"{'; '.join(told)}."
    strict = [quoted(c) for c in checks if not any(verdicts[c] for verdicts in passed.values())]
    yield (f"No code passes {listed(strict)}." if strict else ("No check fails every code."))
