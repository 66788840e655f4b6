"""A picture of numbers as such: what is infinite, zero or no number stands out."""

import numpy as np

from softmax_lab.pictures.style import INK, LINE, MUTED, NEGATIVE, POSITIVE, new_axes, picture


@picture
def number_table(rows, columns, digits=6, ax=None):
    """Write rows of numbers below the headings ``columns``.

    ``rows`` maps labels to rows; None leaves a gap instead of numbers. inf, nan and 0 are framed.
    """
    ax = new_axes(width=9.4, height=0.4 * (len(rows) + 1)) if ax is None else ax
    ax.set(xlim=(0, len(columns) + 1.2), ylim=(len(rows) + 0.4, -0.6))
    ax.axis("off")
    for k, heading in enumerate(columns):
        ax.text(k + 1.2, 0, heading, va="center", color=MUTED)
    for line, (label, numbers) in enumerate(rows.items(), start=1):
        ax.text(0, line, label, va="center", weight="bold" if numbers is None else "normal")
        for k, number in enumerate([] if numbers is None else numbers):
            _write(ax, k + 1.2, line, number, digits)
        ax.axhline(line + 0.5, color=LINE, lw=0.8)
    return ax


def _write(ax, x, y, number, digits):
    ordinary = np.isfinite(number) and number != 0
    colour = INK if ordinary or np.isnan(number) else NEGATIVE if number == 0 else POSITIVE
    frame = None if ordinary else {"boxstyle": "round,pad=0.25", "fc": "white", "ec": colour}
    ax.text(x, y, _written(number, digits), va="center", color=colour, bbox=frame)


def _written(number, digits):
    """With so many digits, and a power of ten where decimals would be too many."""
    text = f"{abs(number):#.{digits}g}".rstrip(".") if number and np.isfinite(number) else "0"
    if not np.isfinite(number):
        text = "nan" if np.isnan(number) else "inf"
    factor, _, power = text.partition("e")
    sign = "\N{MINUS SIGN}" if number < 0 else ""
    return sign + (rf"{factor}$\cdot 10^{{{int(power)}}}$" if power else factor)
