"""Widgets that compute and draw in the browser, and keep their state in Python.

==================  ===============================================================
explorer            what all share: the state, how it is sent, what a view without widgets gets
state               traits that refuse what cannot be shown
counted             lists of one length, and how many there are
error               z, σ and the target, which the next two share
jacobian            ``JacobianExplorer``: rows of J weighted, columns summed; begin here
balance             ``BalanceExplorer``: classes as weights on a beam, their moments passed back
charts              ``ChartsExplorer``: one slope, read over the input and over the output
attention           ``AttentionExplorer``: a query, its keys and values, and what reaches them
simplex             ``SimplexExplorer``: what J makes of a circle of changes
gradient_check      ``GradientCheckExplorer``: the step of a check against its error
stability           ``StabilityExplorer``: large logits in short float types
training            ``TrainingExplorer``: runs with right and wrong gradients
training_tables     the tables that it is given
modules             the JavaScript as Python hands it to the browser
==================  ===============================================================

``javascript/`` draws (its README is the map), ``loader.js`` links its modules in Jupyter, and
``alone.js`` runs them in a page without Jupyter's widgets.
"""

from softmax_lab.explorers.attention import AttentionExplorer
from softmax_lab.explorers.balance import BalanceExplorer
from softmax_lab.explorers.charts import ChartsExplorer
from softmax_lab.explorers.gradient_check import GradientCheckExplorer
from softmax_lab.explorers.jacobian import JacobianExplorer
from softmax_lab.explorers.simplex import SimplexExplorer
from softmax_lab.explorers.stability import StabilityExplorer
from softmax_lab.explorers.training import TrainingExplorer

__all__ = [
    "AttentionExplorer",
    "BalanceExplorer",
    "ChartsExplorer",
    "GradientCheckExplorer",
    "JacobianExplorer",
    "SimplexExplorer",
    "StabilityExplorer",
    "TrainingExplorer",
]
