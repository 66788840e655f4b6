"""Phrases that no native reader would write, and that came back after they had been replaced."""

import re
import subprocess
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
# What one may differentiate with respect to, where "by" stands before it.
VARIABLE = (
    r"(\$|`|(its|their|each|every|them|it|the (own |other )?(logit|output|input|weight|bias|"
    r"parameter)s?|[b-z](_\w+|[₀-₉ⱼᵢₖ])?)(?!\w))"
)
# What is wrong, as an expression in which a blank stands for any white space, and what is right.
PHRASES = {
    rf"\b(derivative|gradient|slope)s?( of [^.,;]{{1,30}})? by {VARIABLE}": "with respect to",
    rf"\bdifferentiat\w+( [^.,;]{{1,30}})? by {VARIABLE}": "with respect to",
    r"\bbut for (?!a moment|the moment|example|now)": "apart from, or except for",
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\bdearer\b": "more expensive",
    r"\bfore(tell|tells|told)\b": "predict",
    r"all entries are not\b": "every entry is wrong, or not all entries are",
    r"\b(is|are) to be had\b": "can be found",
    r"\bin other clothes\b": "in disguise",
    r"\bthe likes? of (it|them)\b": "such",
    r"\bmakes? an end of\b": "put an end to",
    r"\brules chance\b": "chance rules",
    r"\bleaves? (the others|it|them) lying\b": "ignore",
    r"\b(is|are) content with\b": "takes",
    r"\bshall be (right|wrong)\b": "must be",
    r"\bnowhere in particular\b": "with no special structure",
    r"\bwhere a reader comes in\b": "readers arrive with",
    r"\bbrings? [^.,;]{1,20} digits along\b": "comes with",
    r"\bevery second (digit|one) (is )?(right|read)\b": "half of them",
}
SAYING = ("*.md", "notebooks/*.ipynb", "softmax_lab/*.py", "softmax_lab/*.js")


def files():
    listed = subprocess.run(
        ["git", "ls-files", *SAYING], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.splitlines()


def said(text):
    """A text with what its line breaks cut apart in one piece: strings, comments, paragraphs."""
    text = re.sub(r"(['\"`])\s*\n\s*f?\1", "", text)
    return re.sub(r"\s*\n\s*(#|//|\*)?\s*", " ", text)


def read(name):
    if not name.endswith(".ipynb"):
        return (ROOT / name).read_text(encoding="utf-8")
    cells = nbformat.read(ROOT / name, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells)


def found(text):
    """The phrases of a text that should be others, each with what stands around it."""
    text = said(text)
    return [
        f"{text[max(0, hit.start() - 30) : hit.end() + 20]!r}: {better}"
        for phrase, better in PHRASES.items()
        for hit in re.finditer(phrase.replace(" ", r"\s+"), text, flags=re.IGNORECASE)
    ]


@pytest.mark.parametrize("name", files())
def test_no_phrase_of_the_list_is_back(name):
    assert found(read(name)) == []


@pytest.mark.parametrize(
    "text",
    [
        "the derivative of h_i by z_j",
        "the derivative\nby z",
        '"right, but "\n    "for a constant"',
        "# the mended\n# function",
        "Differentiate h_i by z_j.",
        "the derivatives of C by them",
        'ylabel(r"derivative by $z_{true}$")',
    ],
)
def test_a_phrase_is_found_over_the_end_of_a_line(text):
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "the derivative, by hand",
        "differentiated by SymPy",
        "Differentiate log(1 - h) by the chain rule",
        "differentiated operation by operation",
        "softmax and its gradient by all their formulas",
        "but for example",
        "recommended",
        "the derivative with respect to z",
    ],
)
def test_what_only_looks_like_it_is_let_through(text):
    assert found(text) == []
