"""Pictures of training: digits, curves over epochs, and which digit is taken for which."""

import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap, to_rgba

from softmax_lab.pictures.style import (
    ACCENT,
    DRAWN_INK,
    INK,
    LINE,
    MUTED,
    NEGATIVE,
    OUTPUT,
    POSITIVE,
    cells,
    legible_on,
    new_axes,
    picture,
    shades,
)
from softmax_lab.pictures.words import (
    against,
    compared,
    counted,
    course,
    extent,
    listed,
    number,
    quoted,
    say,
)

_MISTAKEN = ListedColormap(shades(POSITIVE), "softmax_lab_mistaken")

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
        ax.imshow(np.reshape(image, (side, side)), cmap=DRAWN_INK, vmin=0, vmax=1)
        ax.set_title(label, size=15)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color=LINE)
    for ax in places[len(images) :]:
        ax.set_axis_off()
    say(axes, *_digits_in_words(images, labels))
    return axes


def _digits_in_words(images, labels):
    side = math.isqrt(np.size(images[0]))
    ink = np.array([np.mean(image) for image in images])
    most, least = (labels[k] for k in (ink.argmax(), ink.argmin()))
    yield (
        f"{counted(len(ink), 'handwritten digit')} of {side} × {side} pixels, ink on paper, ten a "
        f"row, with their labels: {', '.join(map(str, labels))}."
    )
    yield (
        f"Least ink, {number(ink.min())} of the square, has a {least}, most, "
        f"{number(ink.max())}, has a {most}."
    )


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
    say(axes, *_training_in_words(np.asarray(x), panels, xlabel, xscale, yscale))
    return axes


def _training_in_words(x, panels, xlabel, xscale, yscale):
    count = f"{len(panels)} panels" if len(panels) > 1 else "A panel"
    logarithmic = {
        ("log", "log"): ", both axes logarithmic",
        ("log", "linear"): ", which is logarithmic",
        ("linear", "log"): ", with a logarithmic axis upwards",
    }.get((xscale, yscale), "")
    yield f"{count} of curves against {against(xlabel, x)}{logarithmic}."
    for ylabel, named in panels.items():
        scale = extent(*named.values(), logarithmic=yscale == "log")
        told = [
            f"{quoted(name)} {_run_in_words(x, values, scale, yscale == 'log')}"
            for name, values in named.items()
        ]
        yield f"{quoted(ylabel)}: {'; '.join(told)}."
        yield compared(x, named)


def _run_in_words(x, values, scale, logarithmic):
    end = number(x[len(values) - 1])
    if len(values) == 1 < len(x):
        return f"ends at {end} already, a cross at {number(values[0])}"
    early = f", and ends early, at {end}" if len(values) < len(x) else ""
    return course(x, values, scale, logarithmic) + early


@picture
def confusion(titled, axes=None):
    """Draw how often each digit, a row, was answered with each digit, a column.

    ``titled`` maps titles to tables of counts. Right answers lie on the violet diagonal; the
    more often a mistake was made, the deeper its orange, on one scale for all tables.
    """
    if axes is None:
        axes = new_axes(len(titled), width=5.1 * len(titled), height=5.4)
        # Constrained alone, square panels find their place at the second drawing only.
        np.ravel(axes)[0].figure.set_layout_engine("compressed")
    tables = {title: np.asarray(counts) for title, counts in titled.items()}
    wrong = {title: np.where(np.eye(len(c)) > 0, 0, c) for title, c in tables.items()}
    most = max(1, *(mistaken.max() for mistaken in wrong.values()))
    for ax, (title, counts) in zip(np.ravel(axes), tables.items(), strict=True):
        colours = _MISTAKEN(wrong[title] / most)
        colours[np.diag_indices(len(counts))] = to_rgba(OUTPUT)
        cells(ax, colours)
        for (i, j), count in np.ndenumerate(counts):
            if count:
                ax.text(j, i, count, ha="center", va="center", color=legible_on(colours[i, j]))
        every = range(len(counts))
        ax.set(xticks=every, yticks=every, xlabel="answered", ylabel="written")
        ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
        ax.xaxis.set_label_position("top")
        ax.spines[:].set(visible=True, color=LINE)
        ax.set_title(title, pad=12)
    say(axes, *_confusion_in_words(tables, wrong))
    return axes


def _confusion_in_words(tables, wrong):
    yield "Tables of counts, a row for the digit written and a column for the one answered."
    for title, counts in tables.items():
        right = [
            f"{k}: {n} of {all_of_it}"
            for k, (n, all_of_it) in enumerate(
                zip(np.diag(counts), counts.sum(axis=1), strict=True)
            )
        ]
        mistakes = wrong[title]
        commonest = np.argsort(mistakes, axis=None, kind="stable")[::-1][:3]
        places = [np.unravel_index(k, mistakes.shape) for k in commonest]
        often = [f"{i} read as {j} ({mistakes[i, j]} of them)" for i, j in places if mistakes[i, j]]
        yield (
            f"{quoted(title)}: right are {np.trace(counts)} of {counts.sum()}, digit "
            f"by digit {', '.join(right)}; the commonest mistakes are {listed(often)}."
        )
