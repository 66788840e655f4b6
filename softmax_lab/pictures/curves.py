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
    return axes


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
    return ax


@picture
def gradient_fields(x, y, fields, axes=None, labels=("$z_1$", "$z_2$")):
    """Draw fields of arrows side by side, on a ground that is darker where they are longer.

    ``fields`` maps titles to (u, v), the components of the arrows at the points of the grid x, y.
    """
    axes = new_axes(len(fields), width=10.0, height=4.9, sharey=True) if axes is None else axes
    longest = max(np.hypot(u, v).max() for u, v in fields.values())
    for ax, (title, (u, v)) in zip(axes, fields.items(), strict=True):
        length = np.hypot(u, v)
        image = ax.pcolormesh(x, y, length, cmap=WEIGHT, vmin=0, vmax=longest, shading="gouraud")
        ax.quiver(
            *(a[1::2, 1::2] for a in (x, y, u, v)), color=INK, scale=16, width=0.007, pivot="mid"
        )
        ax.set_title(title)
        ax.set_xlabel(labels[0], size=16)
        ax.set_aspect("equal")
    axes[0].set_ylabel(labels[1], size=16)
    ax.figure.colorbar(image, ax=axes, label="length of the gradient", shrink=0.9)
    return axes
