"""Pictures of rounding errors, on logarithmic axes, against what makes them grow."""

import numpy as np

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
from softmax_lab.pictures.words import (
    against,
    finite,
    listed,
    loss_of_digits,
    number,
    plain,
    power,
    quoted,
    say,
    size,
)

_COLOURS = (POSITIVE, NEGATIVE, ACCENT)
_MARKS = ("o", "s", "^", "D", "v")
_DASHED = {"ls": (0, (4, 3)), "lw": 1.4}
_ONE_ROUNDING = 1e-16  # a smaller error, 0 too, is chance, and drawn as this one


@picture
def error_along_shift(shift, errors, steady=None, ax=None):
    """Draw errors against a number added to all logits; a cross is the last value before nan.

    ``errors`` maps labels to values; ``steady`` maps the same labels to the errors of a formula
    that a shift does not harm, drawn dashed in the same colours.
    """
    ax = new_axes(width=9.4, height=4.2) if ax is None else ax
    for (label, values), colour in zip(errors.items(), _COLOURS, strict=False):
        _curve(ax, shift, values, colour, label=label)
        ends = np.flatnonzero(np.isfinite(values))[[0, -1]]
        _curve(ax, np.take(shift, ends), np.take(values, ends), colour, marker="X", ms=9, ls="")
        if steady is not None:
            _curve(ax, shift, steady[label], colour, **_DASHED)
    if steady is not None:
        ax.plot([], color=MUTED, label="shifted where needed", **_DASHED)
    ax.set_xscale("symlog", linthresh=20, linscale=0.8)
    ticks = [-700, -100, -10, 0, 10, 100, 700]
    ax.set_xticks(ticks, [str(tick).replace("-", "\N{MINUS SIGN}") for tick in ticks])
    ax.set_xticks([], minor=True)
    ax.set_xlabel("number $c$ added to every logit")
    _no_digit_right(ax, beside="right")
    _error_axis(ax, "relative error")
    say(ax, *_shift_in_words(np.asarray(shift), errors, steady))
    return ax


def _shift_in_words(shift, errors, steady):
    yield (
        "Relative errors, on a logarithmic axis, against the "
        f"{against('number c added to every logit', shift)}; a cross is the last answer before nan."
    )
    for label, values in errors.items():
        there, error = finite(shift, values)
        ends = f"{size(error[0])} at the first, {size(error[-1])} at the last"
        told = (
            f"{quoted(label)} has answers from c = {number(there[0])} to {number(there[-1])}, "
            f"with an error {size(np.median(error))} in general, {ends}"
        )
        _, shifted = finite(shift, steady[label] if steady else [])
        if len(shifted):
            told += f"; shifted where needed it is {size(shifted.max())} at most"
        yield f"{told}."


@picture
def error_at_true_class(gap, errors, measured=None, ax=None):
    """Draw errors of a derivative against the lead of the true class over the next one.

    ``errors`` maps labels to values along ``gap``; ``measured`` maps further labels to pairs
    (gaps, values), drawn as marks.
    """
    ax = new_axes(width=9.4, height=4.2) if ax is None else ax
    for (label, values), colour in zip(errors.items(), _COLOURS, strict=False):
        _curve(ax, gap, values, colour, label=label)
    for (label, pair), mark in zip((measured or {}).items(), _MARKS, strict=False):
        _curve(ax, *pair, INK, label=label, ls="", marker=mark, ms=7, mfc="none", mew=1.4)
    ax.set_xlabel(r"$z_{\mathrm{true}} - z_{\mathrm{next}}$", size=16)
    _no_digit_right(ax)
    _error_axis(ax, "relative error at the true class")
    along = {label: (gap, values) for label, values in errors.items()} | (measured or {})
    told = [f"{quoted(label)} {loss_of_digits(*pair)}" for label, pair in along.items()]
    reach = against(r"$z_{\mathrm{true}} - z_{\mathrm{next}}$", gap)
    say(ax, f"Relative errors at the true class, on a logarithmic axis, against {reach}.")
    say(ax, f"{'; '.join(told)}. At 1 no digit is right.")
    return ax


@picture
def error_along_step(step, errors, expected=None, best=None, ax=None):
    """Draw errors of numerical derivatives against their step.

    ``expected`` maps labels of ``errors`` to what a model predicts, drawn dashed; ``best`` maps
    texts to steps, drawn as vertical lines.
    """
    ax = new_axes(width=9.4, height=4.6) if ax is None else ax
    for n, ((label, values), colour) in enumerate(zip(errors.items(), _COLOURS, strict=False)):
        # Where curves coincide the later ones show on both sides of the earlier.
        _curve(ax, step, values, colour, label=label, lw=2 + 1.2 * n, zorder=2.9 - n / 10)
        if expected is not None and label in expected:
            _curve(ax, step, expected[label], colour, **_DASHED)
    if expected is not None:
        ax.plot([], color=MUTED, label="expected", **_DASHED)
    for text, place in (best or {}).items():
        ax.axvline(place, color=MUTED, lw=1.2, ls=":", zorder=0)
        ax.annotate(text, (place, 1), (4, 0), ("data", "axes fraction"), "offset points", size=15)
    ax.set_xscale("log")
    ax.set_xlabel("step $s$", size=16)
    _error_axis(ax, "error of the derivative")
    say(ax, *_step_in_words(np.asarray(step), errors, expected or {}, best or {}))
    return ax


def _step_in_words(step, errors, expected, best):
    reach = f"from {power(step.min())} to {power(step.max())}"
    yield f"Errors of the derivative against the step s {reach}, both axes logarithmic."
    for label, values in errors.items():
        s, e = finite(step, values)
        if len(s) == 0:
            yield f"{quoted(label)} has no number."
            continue
        e = np.maximum(e, _ONE_ROUNDING)
        low = e < 10 * e.min()  # one value and its place are chance, those near it are not
        least = f"least, {size(np.median(e[low]))}, {_where(s[low])}"
        told = f"{size(e[0])} at the shortest step; {least}; {size(e[-1])} at the longest"
        dashed = "; a dashed line is what was expected" if label in expected else ""
        yield f"{quoted(label)}: {told}{dashed}."
    marks = [f"{plain(text)} = {number(place)}" for text, place in best.items()]
    if marks:
        yield f"Vertical lines mark {listed(marks)}."


def _where(steps):
    """Where the error is least, coarsely."""
    low, high = np.log10(steps[[0, -1]])
    if high - low > 3:
        return f"from s = {power(steps[0])} to {power(steps[-1])}"
    middle = (low + high) / 2
    if abs(middle - round(middle)) < 0.15:
        return f"near s = {power(10**middle)}"
    return f"between s = {power(10 ** np.floor(middle))} and {power(10 ** np.ceil(middle))}"


def _curve(ax, x, y, colour, **kwargs):
    values = np.maximum(np.asarray(y, dtype=float), _ONE_ROUNDING)
    ax.plot(x, values, color=colour, **kwargs)


def _error_axis(ax, label):
    ax.set_yscale("log")
    ax.set_ylim(2e-17, 30)
    ax.set_yticks([10.0**k for k in range(-16, 1, 4)])
    ax.set_yticks([], minor=True)
    ax.set_ylabel(label)
    ax.grid(color=LINE, lw=0.8)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 0.9))


def _no_digit_right(ax, beside="left"):
    """A line where the error is as large as the number itself."""
    ax.axhline(1, color=MUTED, lw=1.2, ls=":", zorder=1)
    place, units = ({"left": 0.02, "right": 0.99}[beside], 1), ("axes fraction", "data")
    text = ax.annotate("no digit is right", place, (0, 5), units, "offset points", ha=beside)
    text.set_color(MUTED)
