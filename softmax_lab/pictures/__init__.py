"""The pictures of the lessons: numbers in, Matplotlib axes out, no mathematics.

Every picture takes ``ax=None`` (or ``axes=None`` when it has several panels), draws in one
palette and one size of type, and returns the axes for whoever wants to add to them. What it shows
it also says, from the numbers drawn: ``in_words(axes)``, and the description of the figure in a
notebook.
"""

from softmax_lab.pictures.attention import attended, ends, gradient_along_width
from softmax_lab.pictures.checks import let_through
from softmax_lab.pictures.curves import cost_and_memory, gradient_along_gap, gradient_fields
from softmax_lab.pictures.distributions import before_and_after, entry_by_entry, simplex
from softmax_lab.pictures.forms import error_along_gap
from softmax_lab.pictures.matrices import heatmap, matrices
from softmax_lab.pictures.stability import (
    error_along_shift,
    error_along_step,
    error_at_true_class,
)
from softmax_lab.pictures.training import confusion, digits, training_curves
from softmax_lab.pictures.wires import wires
from softmax_lab.pictures.words import in_words

__all__ = [
    "attended",
    "before_and_after",
    "confusion",
    "cost_and_memory",
    "digits",
    "ends",
    "entry_by_entry",
    "error_along_gap",
    "error_along_shift",
    "error_along_step",
    "error_at_true_class",
    "gradient_along_gap",
    "gradient_along_width",
    "gradient_fields",
    "heatmap",
    "in_words",
    "let_through",
    "matrices",
    "simplex",
    "training_curves",
    "wires",
]
