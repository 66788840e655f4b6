"""Three ways to put the same weighted matrix and its column sums under a slider, in a notebook.

``latency.py`` copies this beside a notebook, each cell of which calls one of the first three
functions. Each is as lean as its way allows, and shows the numbers that the others show.
"""

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from ipywidgets import HTML, FloatSlider, VBox, interact

from softmax_lab import softmax_jacobian
from softmax_lab.explorers import JacobianExplorer

BLUE, ORANGE = "#2166ac", "#c2571a"
LOGITS = [2.0, 1.0, 0.1, -0.8, 0.5, -1.5, 1.2, -0.3]
UPSTREAM = [0.9, -1.4, 0.3, 0.6, -0.7, 1.1, -0.2, 0.8]


def explorer(n):
    """The browser computes and draws."""
    display(JacobianExplorer(z=LOGITS[:n], upstream=UPSTREAM[:n], stage=3))


def interact_with_matplotlib(n):
    """Python computes, Matplotlib draws, the browser is sent a PNG."""
    interact(lambda z1: draw(*reduction(n, z1)), z1=slider())


def svg_from_python(n):
    """Python computes and writes an SVG, which the browser is sent."""
    control, picture = slider(), HTML()

    def show(_):
        picture.value = as_svg(*reduction(n, control.value))

    show(None)
    control.observe(show, "value")
    display(VBox([control, picture]))


def slider():
    return FloatSlider(value=LOGITS[0], min=-4.0, max=4.0, step=0.1)


def reduction(n, z1):
    """The rows of J weighted by σ, and the sums of their columns."""
    weighted = np.array(UPSTREAM[:n])[:, None] * softmax_jacobian([z1, *LOGITS[1:n]])
    return weighted, weighted.sum(axis=0)


def draw(weighted, result):
    """A heatmap with its numbers, and below it bars with theirs."""
    n = len(result)
    _, (above, below) = plt.subplots(2, 1, figsize=(6.4, 6.4), height_ratios=[3, 1])
    limit = np.abs(weighted).max()
    above.imshow(weighted, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto")
    for (i, k), value in np.ndenumerate(weighted):
        above.text(k, i, f"{value:+.3f}", ha="center", va="center")
    above.set_xticks(range(n), names("z", n))
    above.set_yticks(range(n), [f"{sigma:+.1f}" for sigma in UPSTREAM[:n]])
    below.bar(range(n), result, color=np.where(result < 0, BLUE, ORANGE))
    for k, value in enumerate(result):
        below.text(k, value, f"{value:+.3f}", ha="center")
    below.set(xlim=above.get_xlim(), xticks=[], yticks=[])
    plt.show()


def as_svg(weighted, result):
    """The same picture as text."""
    n = len(result)
    limit, longest = np.abs(weighted).max(), np.abs(result).max()
    marks = [text(70 * k + 85, 20, name) for k, name in enumerate(names("z", n))]
    marks += [text(25, 44 * i + 57, f"{sigma:+.1f}") for i, sigma in enumerate(UPSTREAM[:n])]
    for (i, k), value in np.ndenumerate(weighted):
        cell = {"x": 70 * k + 50, "y": 44 * i + 30, "width": 68, "height": 42}
        marks.append(rectangle(value, fill_opacity=f"{abs(value) / limit:.3f}", **cell))
        marks.append(text(70 * k + 85, 44 * i + 57, f"{value:+.3f}"))
    zero = 44 * n + 80
    for k, value in enumerate(result):
        height = abs(value) / longest * 40
        top = zero - height * (value > 0)
        marks.append(rectangle(value, x=70 * k + 67, y=top, width=36, height=height))
        marks.append(text(70 * k + 85, zero + 64, f"{value:+.3f}"))
    return f'<svg width="{70 * n + 50}" height="{zero + 76}">{"".join(marks)}</svg>'


def rectangle(value, **attributes):
    colour = BLUE if value < 0 else ORANGE
    rest = " ".join(f'{name.replace("_", "-")}="{what}"' for name, what in attributes.items())
    return f'<rect fill="{colour}" {rest}/>'


def text(x, y, words):
    return f'<text x="{x}" y="{y}" text-anchor="middle">{words}</text>'


def names(letter, n):
    return [letter + "₁₂₃₄₅₆₇₈"[k] for k in range(n)]
