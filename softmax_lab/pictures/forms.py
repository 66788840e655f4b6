"""A picture of one derivative in two forms: the digits that each of them loses."""

from softmax_lab.pictures.style import ACCENT, LINE, MUTED, NEGATIVE, POSITIVE, new_axes, picture
from softmax_lab.pictures.words import against, loss_of_digits, quoted, say


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
    told = [f"{quoted(label)} {loss_of_digits(gap, values)}" for label, values in errors.items()]
    say(ax, f"Relative errors, on a logarithmic axis, against {against('$z_1 - z_2$', gap)}.")
    say(ax, f"{'; '.join(told)}. At 1 no digit is left.")
    return ax
