"""Pictures of one derivative in two forms: read from the input, and read from the output."""

from softmax_lab.pictures.style import (
    ACCENT,
    INK,
    LINE,
    MUTED,
    NEGATIVE,
    POSITIVE,
    new_axes,
    picture,
)


@picture
def two_readings(by_input, by_output, right, wrong=(), reach=(0, 1), axes=None):
    """Draw a slope against the input on the left, and against the output on the right.

    ``by_input`` and ``by_output`` are curves (x, slope). ``right`` and ``wrong`` hold two points
    (x, slope), one a curve: where it was fed its own number, and where the other's. ``reach`` is
    the range that outputs can have.
    """
    axes = new_axes(2, width=9.4, height=3.9, sharey=True) if axes is None else axes
    labels = ("input $z$", "output $a$")
    misfed = wrong or (None, None)
    for ax, curve, own, other, label in zip(
        axes, (by_input, by_output), right, misfed, labels, strict=True
    ):
        ax.axhline(0, color=MUTED, lw=1)
        ax.axhline(own[1], color=INK, lw=1.4, ls="--", zorder=1)
        ax.plot(*curve, color=ACCENT, zorder=2)
        ax.plot(*own, "o", color=INK, ms=9, ls="", label="fed its own number", zorder=3)
        if other is not None:
            ax.plot(*other, "X", color=POSITIVE, ms=11, ls="", label="fed the other's", zorder=3)
        ax.set_xlabel(label, size=16)
    axes[1].axvspan(*reach, color=LINE, alpha=0.6, lw=0, zorder=0, label="what outputs can be")
    axes[0].set_ylabel("slope $da/dz$")
    axes[0].legend(*axes[1].get_legend_handles_labels(), loc="lower left")
    return axes


@picture
def error_along_gap(gap, errors, ax=None):
    """Draw relative errors against the gap between two logits: ``errors`` maps labels to them."""
    ax = new_axes(width=8.4, height=4.0) if ax is None else ax
    styles = zip((POSITIVE, NEGATIVE, ACCENT), ("-", "--", "-"), strict=True)
    for (label, values), (colour, dashes) in zip(errors.items(), styles, strict=False):
        ax.semilogy(gap, values, color=colour, ls=dashes, label=label)
    ax.axhline(1, color=MUTED, lw=1.2, ls=":")
    ax.annotate(
        "no digit left", (gap[0], 1), (0, 5), textcoords="offset points", color=MUTED, va="bottom"
    )
    ax.set_ylim(3e-17, 60)
    ax.set_xlabel("$z_1 - z_2$", size=16)
    ax.set_ylabel("relative error")
    ax.grid(axis="y", color=LINE, lw=0.8)
    ax.legend(loc="upper left", bbox_to_anchor=(0, 0.9))
    return ax
