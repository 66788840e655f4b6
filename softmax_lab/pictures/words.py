"""What a picture shows, in words that are made of the numbers drawn, for whoever cannot see it.

A picture ends with ``say(axes, ...)``. A notebook then stores the words beside the figure, as its
alternative text and in place of ``<Figure size …>``; ``in_words`` gives them anywhere.
"""

import re
from functools import partial

import numpy as np

_SIGNS = {
    r"\sigma": "σ", r"\varepsilon": "ε", r"\delta": "δ", r"\circ": "∘", r"\cdot": "·",
    r"\langle": "⟨", r"\rangle": "⟩", "^T": "ᵀ", "-": "\N{MINUS SIGN}", r"\,": " ",
}  # fmt: skip
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_ABOVE = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

NOISE = 1e-14  # a relative error below this is rounding, and differs from machine to machine


def say(axes, *sentences):
    """Add sentences to the description of the figure that the axes belong to."""
    ax = np.ravel(axes)[0]
    # What was said of axes holds as long as what was drawn first is there: until they are cleared.
    ax.said = [*_still_true(ax), (ax.get_children()[0], " ".join(filter(None, sentences)))]
    figure = ax.figure.canvas.figure  # the whole one, where the axes are in a part of it
    figure._repr_mimebundle_ = partial(_mimebundle, figure)


def in_words(axes):
    """What the pictures in a figure show, in words; of the figure that axes belong to, or itself.

    >>> from softmax_lab import pictures
    >>> pictures.in_words(pictures.before_and_after([0.7, 0.3], [0.6, 0.4]))
    'Bars, “before” beside “after”: h₁ falls from 0.7 to 0.6 (−0.100); h₂ rises from 0.3 to 0.4 (+0.100).'
    """  # noqa: E501
    figure = np.ravel(axes)[0].figure.canvas.figure
    return " ".join(words for ax in figure.axes for _, words in _still_true(ax) if words)


def _still_true(ax):
    return [(mark, words) for mark, words in getattr(ax, "said", ()) if mark in ax.get_children()]


def _mimebundle(figure, include=None, exclude=None):
    """What IPython puts into a notebook beside the image."""
    words = in_words(figure)
    return ({"text/plain": words}, {"image/png": {"alt": words}}) if words else ({}, {})


def plain(label):
    r"""A label without the marks of TeX.

    >>> plain(r"$h_{2}(1-h_2)$, and $z_{\mathrm{true}}/\sqrt{d}$")
    'h₂(1−h₂), and z_true/√d'
    """

    def formula(match):
        tex = re.sub(r"\\(mathrm|operatorname)\{([^}]*)\}", r"\2", match[1])
        tex = re.sub(r"\\sqrt\{([^}]*)\}", r"√\1", tex)
        tex = re.sub(r"\^\{([\d/]+)\}", r" to the power \1", tex)
        for mark, sign in _SIGNS.items():
            tex = tex.replace(mark, sign)
        tex = re.sub(r"_\{?(\d+)\}?", lambda index: index[1].translate(_BELOW), tex)
        return re.sub(r"[{}\\]", "", tex)

    return re.sub(r"\$([^$]*)\$", formula, label)


def quoted(label):
    """The name of a curve, a panel or a row, told from the words around it.

    >>> quoted("$q$, $k$")
    '“q, k”'
    """
    return f"“{plain(label)}”"


def subscripts(letter, count):
    """The names letter₁ … letterₙ; of a whole word, word 1 … word n."""
    name = plain(f"${letter}$")
    numbers = range(1, count + 1)
    return [f"{name} {k}" if len(name) > 1 else plain(f"${letter}_{k}$") for k in numbers]


def number(x):
    """A number with three digits, as one reads it.

    >>> number(0.22451), number(-2), number(31622.8), number(1.23e-5), number(float("nan"))
    ('0.225', '−2', '31,600', '1.23·10⁻⁵', 'no number')
    """
    x = float(x)
    if not np.isfinite(x):
        return "no number" if np.isnan(x) else ("∞" if x > 0 else "\N{MINUS SIGN}∞")
    if abs(x) < NOISE:
        return "0"
    if x == round(x) and abs(x) < 1e6:
        return f"{x:,.0f}".replace("-", "\N{MINUS SIGN}")
    digits, exponent = f"{x:.2e}".split("e")
    if -4 < int(exponent) < 6:
        rounded = float(f"{digits}e{exponent}")
        text = f"{rounded:,.{max(0, 2 - int(exponent))}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        digits = digits.rstrip("0").rstrip(".")
        text = f"{digits}·10{str(int(exponent)).translate(_ABOVE)}".removeprefix("1·")
    return text.replace("-", "\N{MINUS SIGN}")


def power(x):
    """The power of ten that is nearest to a positive number.

    >>> power(3e-8), power(1)
    ('10⁻⁸', '1')
    """
    exponent = round(np.log10(x))
    return f"10{str(exponent).translate(_ABOVE)}" if exponent else "1"


def size(error):
    """How large an error is, to a power of ten; what is rounding is only called small.

    >>> size(0), size(3e-8), size(1)
    ('below 10⁻¹⁴', 'about 10⁻⁸', '1')
    """
    if error < NOISE:
        return f"below {power(NOISE)}"
    near = power(error)
    return near if near == "1" else f"about {near}"


def counted(count, noun):
    """How many there are of something.

    >>> counted(1, "panel"), counted(3, "panel")
    ('1 panel', '3 panels')
    """
    return f"{count} {noun}{'s' * (count != 1)}"


def listed(items):
    """Items joined as in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    items = list(items)
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else "none"


def against(label, x):
    """What lies along an axis, and how far it reaches.

    >>> against("step $s$", [0.1, 0.5, 1])
    'step s (0.1 to 1)'
    """
    return f"{plain(label)} ({number(np.min(x))} to {number(np.max(x))})"


def finite(x, *curves):
    """The places at which all curves are finite, and what they are there."""
    curves = [np.asarray(curve, dtype=float)[: len(x)] for curve in curves]
    count = min(map(len, curves))
    x, curves = np.asarray(x)[:count], [curve[:count] for curve in curves]
    there = np.all(np.isfinite(curves), axis=0)
    return x[there], *(curve[there] for curve in curves)


def course(x, y, scale=None, logarithmic=False):
    """How a curve runs: where it begins and ends, what it passes, and if it ends early.

    ``scale`` is how far the axis reaches: what moves by less than a tenth of it stays.

    >>> course([0, 1, 2, 3], [3, 1, 0.5, 2])
    'goes from 3 to its lowest, 0.5, at 2, and to 2 at the end'
    """
    there, values = finite(x, y)
    if len(values) < 2:
        return f"is {number(values[0])}" if len(values) else "has no number"
    seen = np.log10(np.maximum(values, NOISE)) if logarithmic else values
    span = np.ptp(seen)
    first, last = number(values[0]), number(values[-1])
    low, high = np.argmin(seen), np.argmax(seen)
    if number(values[low]) == number(values[high]):
        return f"stays at {first}"
    if scale and span < scale / 10:
        return f"stays between {number(values[low])} and {number(values[high])}"
    if abs(seen[-1] - seen[0]) > 0.9 * span:
        verb = "rises" if seen[-1] > seen[0] else "falls"
        middle = (seen[0] + seen[-1]) / 2
        half = there[np.argmax((seen >= middle) if verb == "rises" else (seen <= middle))]
        return f"{verb} from {first} to {last}, half of the way by {number(half)}"
    turns = sorted({k for k in (low, high) if min(abs(seen[k] - seen[[0, -1]])) > span / 10})
    names = {low: "lowest", high: "highest"}
    passed = [f"to its {names[k]}, {number(values[k])}, at {number(there[k])}," for k in turns]
    return " ".join([f"goes from {first}", *passed, f"{'and ' * bool(turns)}to {last} at the end"])


def compared(x, named):
    """Where the first of two curves is above the other, and where they run together."""
    if len(named) != 2:
        return ""
    name, other = map(quoted, named)
    x, a, b = finite(x, *named.values())
    if len(x) == 0:
        return ""
    difference = a - b
    together = 0.02 * np.ptp(np.concatenate([a, b]))
    signs = np.where(abs(difference) <= together, 0, np.sign(difference))
    starts = [0, *np.flatnonzero(np.diff(signs)) + 1]
    if len(starts) > 4:
        return ""
    words = {0: "the two run together", 1: f"{name} is higher", -1: f"{other} is higher"}
    parts = [
        f"{words[int(signs[start])]} {_stretch(x[start], x[end - 1])}"
        for start, end in zip(starts, [*starts[1:], len(x)], strict=True)
    ]
    return f"Compared: {listed(parts)}."


def _stretch(start, end):
    return f"at {number(start)}" if start == end else f"from {number(start)} to {number(end)}"


def extent(*curves, logarithmic=False):
    """How far an axis reaches that holds all these numbers."""
    values = np.concatenate([np.ravel(np.asarray(curve, dtype=float)) for curve in curves])
    values = values[np.isfinite(values)]
    return np.ptp(np.log10(np.maximum(values, NOISE)) if logarithmic else values)


def loss_of_digits(x, errors):
    """How a relative error grows along x, and from where on it is as large as the number itself."""
    x, errors = finite(x, errors)
    if len(x) == 0:
        return "has no number"
    right = np.flatnonzero(errors < 0.5)
    if len(right) == 0:
        return "is 1 throughout"
    if errors.max() < 10 * NOISE:
        return "stays below 10⁻¹³"
    few = max(1, len(x) // 20)  # of rounding errors one alone is chance
    first, last = size(np.median(errors[:few])), size(np.median(errors[-few:]))
    if right[-1] < len(x) - 1:
        return f"goes from {first} to 1, which it is from {number(x[right[-1] + 1])} on"
    return f"is {first} at both ends" if first == last else f"goes from {first} to {last}"
