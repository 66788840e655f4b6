"""Pictures of training: digits, curves over epochs, and which digit is taken for which."""

import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgba

from softmax_lab.pictures.style import (
    ACCENT,
    INK,
    LINE,
    MUTED,
    NEGATIVE,
    OUTPUT,
    POSITIVE,
    legible_on,
    new_axes,
    picture,
)

_PAPER = LinearSegmentedColormap.from_list("softmax_lab_paper", ["#ffffff", INK])
_MISTAKEN = LinearSegmentedColormap.from_list("softmax_lab_mistaken", ["#ffffff", POSITIVE])

FEW = 12  # points, up to which each gets a mark

# One look for each curve, told apart by colour and by line.
_LOOKS = (
    {"color": INK, "ls": "-", "lw": 3},
    {"color": POSITIVE, "ls": "-"},
    {"color": NEGATIVE, "ls": (0, (6, 1.5))},
    {"color": ACCENT, "ls": (0, (2.5, 1.2))},
    {"color": MUTED, "ls": ":"},
)


@picture
def digits(images, labels, axes=None):
    """Draw square images of handwritten digits, ten a row, each with its label above it."""
    if axes is None:
        columns = min(len(images), 10)
        rows = math.ceil(len(images) / columns)
        _, axes = plt.subplots(
            rows, columns, figsize=(columns, 1.4 * rows), layout="constrained", squeeze=False
        )
    places = np.ravel(axes)
    for ax, image, label in zip(places, images, labels, strict=False):
        side = math.isqrt(np.size(image))
        ax.imshow(np.reshape(image, (side, side)), cmap=_PAPER, vmin=0, vmax=1)
        ax.set_title(label, size=15)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color=LINE)
    for ax in places[len(images) :]:
        ax.set_axis_off()
    return axes


@picture
def training_curves(
    x, panels, axes=None, xlabel="epoch", xscale="linear", yscale="linear", looks=range(5)
):
    """Draw the same runs in several panels: ``panels`` maps a label of the y axis to its curves.

    The curves of a panel map names to numbers, up to five of them. One that has fewer numbers than
    ``x`` ended early: a cross marks where. ``looks`` are numbers from 0 to 4, one a curve: with
    them a run keeps its look in a picture that leaves others out.
    """
    axes = new_axes(len(panels), width=10.0, height=4.3) if axes is None else axes
    for ax, (ylabel, named) in zip(np.ravel(axes), panels.items(), strict=True):
        for (name, values), look in zip(named.items(), looks, strict=False):
            marks = {"marker": "o", "ms": 7} if len(x) <= FEW else {}
            if len(values) < len(x):
                marks = {"marker": "X", "ms": 11, "markevery": [-1]}
            ax.plot(x[: len(values)], values, label=name, **_LOOKS[look], **marks)
        ax.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale)
        for axis, scale in ((ax.xaxis, xscale), (ax.yaxis, yscale)):
            if scale == "log":
                axis.set_major_formatter("{x:g}")
        ax.grid(color=LINE, lw=0.8)
        ax.set_axisbelow(True)
    first = np.ravel(axes)[0]
    handles, names = first.get_legend_handles_labels()
    first.figure.legend(
        handles,
        names,
        loc="outside upper center" if first.figure.get_layout_engine() else "upper center",
        ncols=len(names),
        handlelength=2.2,
        columnspacing=1.4,
    )
    return axes


@picture
def confusion(titled, axes=None):
    """Draw how often each digit, a row, was answered with each digit, a column.

    ``titled`` maps titles to tables of counts. Right answers lie on the violet diagonal; the
    more often a mistake was made, the deeper its orange, on one scale for all tables.
    """
    if axes is None:
        axes = new_axes(len(titled), width=5.1 * len(titled), height=5.4)
    tables = {title: np.asarray(counts) for title, counts in titled.items()}
    wrong = {title: np.where(np.eye(len(c)) > 0, 0, c) for title, c in tables.items()}
    most = max(1, *(mistaken.max() for mistaken in wrong.values()))
    for ax, (title, counts) in zip(np.ravel(axes), tables.items(), strict=True):
        colours = _MISTAKEN(wrong[title] / most)
        colours[np.diag_indices(len(counts))] = to_rgba(OUTPUT)
        ax.imshow(colours)
        for (i, j), count in np.ndenumerate(counts):
            if count:
                ax.text(j, i, count, ha="center", va="center", color=legible_on(colours[i, j]))
        every = range(len(counts))
        ax.set(xticks=every, yticks=every, xlabel="answered", ylabel="written")
        ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
        ax.xaxis.set_label_position("top")
        ax.spines[:].set(visible=True, color=LINE)
        ax.set_title(title, pad=12)
    return axes
