"""The pictures of the lessons: numbers in, Matplotlib axes out, no mathematics.

Every picture takes ``ax=None`` (or ``axes=None`` when it has several panels), draws in one
palette and one size of type, and returns the axes for whoever wants to add to them.
"""

from softmax_lab.pictures.curves import cost_and_memory, gradient_along_gap, gradient_fields
from softmax_lab.pictures.distributions import before_and_after, entry_by_entry, simplex
from softmax_lab.pictures.matrices import heatmap, matrices, reduction

__all__ = [
    "before_and_after",
    "cost_and_memory",
    "entry_by_entry",
    "gradient_along_gap",
    "gradient_fields",
    "heatmap",
    "matrices",
    "reduction",
    "simplex",
]
