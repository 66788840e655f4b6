"""Layers as wires: which input reaches which output, and along which paths the cost."""

import numpy as np

from softmax_lab.pictures.style import ACCENT, INK, LINE, OUTPUT, legible_on, new_axes, picture
from softmax_lab.pictures.words import listed, quoted, say, subscripts

LEFT, MIDDLE, RIGHT = 0.0, 1.0, 2.0  # where z, h and C stand


@picture
def wires(layers, lit=None, axes=None):
    """Draw layers from logits to outputs to the cost, a wire wherever one reaches the other.

    ``layers`` maps titles to Jacobians: output i gets a wire from logit j where entry (i, j) is
    not 0. The paths from logit ``lit``, counted from 0, to the cost are drawn in colour.
    """
    axes = new_axes(len(layers), width=9.0, height=3.4) if axes is None else axes
    for ax, (title, J) in zip(np.ravel(axes), layers.items(), strict=True):
        _layer(ax, np.asarray(J), lit)
        ax.set_title(title, pad=12)
    say(axes, *_in_words(layers, lit))
    return axes


def _in_words(layers, lit):
    yield "Wires from logits to outputs, and from each output to the cost C."
    for title, J in layers.items():
        J = np.asarray(J)
        outputs, inputs = subscripts("h", J.shape[0]), subscripts("z", J.shape[1])
        told = [
            f"{name} has wires from {listed(np.array(inputs)[row != 0])}"
            for name, row in zip(outputs, J, strict=True)
        ]
        if J.all():
            told = [f"each of {listed(outputs)} has wires from each of {listed(inputs)}"]
        if lit is not None:
            through = listed(np.array(outputs)[J[:, lit] != 0])
            told.append(f"the paths from {inputs[lit]} to C, in colour, lead through {through}")
        yield f"{quoted(title)}: {'; '.join(told)}."


def _layer(ax, J, lit):
    n_out, n_in = J.shape
    outputs, inputs = _heights(n_out), _heights(n_in)
    reached = {i for i in range(n_out) if lit is not None and J[i, lit] != 0}
    for i in range(n_out):
        for j in range(n_in):
            if J[i, j] != 0:
                _wire(ax, (LEFT, inputs[j]), (MIDDLE, outputs[i]), j == lit)
        _wire(ax, (MIDDLE, outputs[i]), (RIGHT, 0), i in reached)
    for j, y in enumerate(inputs):
        _node(ax, LEFT, y, f"$z_{{{j + 1}}}$", ACCENT)
    for i, y in enumerate(outputs):
        _node(ax, MIDDLE, y, f"$h_{{{i + 1}}}$", OUTPUT)
    _node(ax, RIGHT, 0, "$C$", INK)
    ax.set(xlim=(-0.25, 2.25), ylim=(-1.35, 1.35))
    ax.set_axis_off()


def _heights(count):
    return np.linspace(1, -1, count) if count > 1 else np.zeros(1)


def _wire(ax, start, end, lit):
    style = (
        {"color": ACCENT, "lw": 3, "zorder": 2} if lit else {"color": LINE, "lw": 2, "zorder": 1}
    )
    ax.plot(*zip(start, end, strict=True), **style)


def _node(ax, x, y, text, colour):
    ax.plot(x, y, "o", color=colour, ms=30, zorder=3)
    ax.text(x, y, text, color=legible_on(colour), ha="center", va="center", size=15, zorder=4)
