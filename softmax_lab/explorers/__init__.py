"""Widgets that compute and draw in the browser, and keep their state in Python."""

from softmax_lab.explorers.jacobian import JacobianExplorer
from softmax_lab.explorers.simplex import SimplexExplorer

__all__ = ["JacobianExplorer", "SimplexExplorer"]
