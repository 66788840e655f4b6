"""What a slide's source may name: the package's functions, and what makes text of their results."""

import io
import re
from functools import cache

import matplotlib.pyplot as plt
import numpy as np

import softmax_lab
from softmax_lab import explorers, measurements, pictures, softmax, softmax_jacobian, symbolic
from softmax_lab.blind_spots import verdicts
from softmax_lab.clinic.catalogue import entry
from softmax_lab.clinic.probes import Case
from softmax_lab.clinic.settings import Settings
from softmax_lab.digits import load_digits
from softmax_lab.symbolic import latex
from web import figures

EXPRESSION = re.compile(r"\{\{(.*?)\}\}")
PER_INCH = 144  # pixels of a slide: type of 12 points is 24 pixels high
BOUNDS = {"wide": (1180, 540), "half": (640, 540), "low": (1180, 400)}


@cache
def read(file):
    """A stored table of measurements."""
    path = measurements.file(f"{file}.csv")
    return np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8")


def num(value, digits=3, sign=False):
    """A number as text, with a true minus."""
    return f"{value:{'+' if sign else ''}.{digits}f}".replace("-", "−").replace("inf", "∞")


def vec(values, digits=3):
    """Numbers in brackets; one that rounds to 0 has no sign."""
    rounded = np.round(np.asarray(values, dtype=float), digits) + 0.0
    return f"({', '.join(num(value, digits) for value in rounded)})"


def share(value, digits=0):
    """A share as a percentage."""
    return f"{100 * value:.{digits}f} %"


def power(value):
    """A number as a power of ten, 4·10⁻¹⁸."""
    digit, exponent = f"{value:.0e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digit.replace('-', '−')}·10{raised}"


def mistaken(role, key, z, v=None, t=None, **settings):
    """What code with a mistake of the clinic's catalogue computes, for one sample or a batch."""
    z = np.asarray(z, dtype=float)
    rows = [np.zeros_like(z) if x is None else np.asarray(x, dtype=float) for x in (z, v, t)]
    at, error, target = (np.atleast_2d(x) for x in rows)
    declared = Settings(role, **settings)
    case = Case(key, declared, z=at, h=softmax(at), v=error, t=target)
    with np.errstate(all="ignore"):  # a mistake may well divide by 0
        answer = next(iter(entry(declared, key).variants()))(case)
    return answer[0] if z.ndim == 1 else answer


def steps(derivation, *chosen):
    """Lines of a derivation: where it starts, and the chosen steps, by their numbers from 1."""
    every = list(derivation)
    lines = [every[k - 1] for k in chosen] if chosen else every
    return [(latex(derivation.left), ""), *((latex(step.expression), step.did) for step in lines)]


def sigmoid(z):
    """The logistic function, entry by entry."""
    return 1 / (1 + np.exp(-np.asarray(z)))


def names():
    """What every deck's expressions may use."""
    z = np.array([2.0, 1.0, 0.1])
    package = {name: getattr(softmax_lab, name) for name in softmax_lab.__all__}
    drawn = {name: getattr(explorers, name) for name in explorers.__all__}
    tools = (read, num, vec, share, power, mistaken, steps, sigmoid, verdicts, load_digits)
    return {
        **{"np": np, "pictures": pictures, "symbolic": symbolic, **package, **drawn},
        **{tool.__name__: tool for tool in tools},
        **{"z": z, "h": softmax(z), "J": softmax_jacobian(z)},
        "upstream": np.array([0.9, -1.4, 0.3]),
    }


def filled(text, known):
    """A text with its expressions computed."""
    return EXPRESSION.sub(lambda match: str(eval(match[1].strip(), known)), text)


def drawing(expression, known, size="wide"):
    """A picture as HTML, in colours that follow the page, its letters at least 24 pixels high."""
    plt.close("all")
    exec(expression, known)
    figure = plt.gcf()
    width, height = figure.get_size_inches()
    room = [pixels / PER_INCH for pixels in BOUNDS[size]]
    # As large as the room, in nearly its own proportions: what is wide is not made tall.
    figure.set_size_inches(room[0], min(room[1], 1.25 * room[0] * height / width))
    file = io.StringIO()
    with plt.rc_context({"svg.hashsalt": "softmax_lab", "svg.fonttype": "path"}):
        figure.savefig(file, format="svg", metadata={"Date": None})
    drawn = figures.figure(file.getvalue(), pictures.in_words(figure))
    plt.close("all")
    wide = round(PER_INCH * figure.get_size_inches()[0])
    # A style within the picture would hold for the whole page: deck.css says the same.
    drawn = re.sub(r"<style.*?</style>", "", drawn, flags=re.DOTALL)
    return f'<figure style="width: {wide}px">{drawn}</figure>'
