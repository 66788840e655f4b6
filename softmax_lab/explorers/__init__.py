"""Widgets that compute and draw in the browser, and keep their state in Python."""

from softmax_lab.explorers.gradient_check import GradientCheckExplorer
from softmax_lab.explorers.jacobian import JacobianExplorer
from softmax_lab.explorers.simplex import SimplexExplorer
from softmax_lab.explorers.stability import StabilityExplorer
from softmax_lab.explorers.training import TrainingExplorer

__all__ = [
    "GradientCheckExplorer",
    "JacobianExplorer",
    "SimplexExplorer",
    "StabilityExplorer",
    "TrainingExplorer",
]
