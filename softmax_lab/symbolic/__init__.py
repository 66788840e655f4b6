r"""Softmax derived by SymPy, step by step, each step proven equal to the one before.

A `Derivation` is a chain of expressions in the letters of the lessons: logits z_i, outputs
h_i = e^{z_i} / Σ_k e^{z_k}, targets t_i, upstream errors σ_i, indices i, j, k from 1 to n. A step
that cannot be proven for every n raises `UnprovenStep`. The folder uses SymPy alone and nothing
else of the package: it is an independent witness.

>>> print(sigmoid_derivation())
The derivative of the sigmoid
    da/dz
1. Write a out, because this is what the sigmoid is.
  = d/dz 1/(1 + e^(-z))
2. Differentiate the reciprocal, because the two minus signs cancel.
  = e^(-z)/((1 + e^(-z))^2)
3. Split into two factors, because e^(-z) is (1 + e^(-z)) - 1.
  = (1/(1 + e^(-z))) (1 - 1/(1 + e^(-z)))
4. Recognise a twice, because each fraction is the output of the sigmoid.
  = a (1 - a)

One idea a file, each built on those above it:

letters         z, h, t, σ, the indices, and the expressions made of them
writing         an expression as LaTeX, or as text for a terminal
proof           whether two expressions are equal for every n
chain           steps that are proven as they are added: a derivation
jacobian        the derivative of softmax
gradients       errors passed back through softmax, and the losses
attention       errors passed back through attention, and its output piece by piece
one_number      the sigmoid and tanh
entry_by_entry  two or three numbers instead of n, written out
values          what an expression is worth at given numbers
"""

from softmax_lab.symbolic.attention import (
    average_error_derivation,
    error_at_score_derivation,
    error_at_weight_derivation,
    key_gradient_derivation,
    piece_by_piece_derivation,
    query_gradient_derivation,
    value_gradient_derivation,
)
from softmax_lab.symbolic.chain import Derivation, Step, derivation
from softmax_lab.symbolic.entry_by_entry import SpelledOut, spelled_out
from softmax_lab.symbolic.gradients import (
    kl_gradient_derivation,
    loss_gradient_derivation,
    squared_error_gradient_derivation,
    vjp_derivation,
    vjp_of_cross_entropy_derivation,
)
from softmax_lab.symbolic.jacobian import (
    outer_product_form_derivation,
    output_form_derivation,
    row_sums_derivation,
    softmax_jacobian_derivation,
    softmax_jacobian_diagonal_derivation,
    softmax_jacobian_off_diagonal_derivation,
    symmetry_derivation,
)
from softmax_lab.symbolic.letters import (
    Named,
    delta,
    exponentials,
    h,
    i,
    j,
    k,
    loss_slope,
    n,
    passed_back,
    sigma,
    slope,
    t,
    total,
    x,
    z,
)
from softmax_lab.symbolic.one_number import sigmoid_derivation, tanh_derivation
from softmax_lab.symbolic.proof import BOUND, UnprovenStep, difference, normal_form
from softmax_lab.symbolic.values import evaluate, jacobian_at, loss_gradient_at, vjp_at
from softmax_lab.symbolic.writing import latex, plain

__all__ = [
    "BOUND",
    "Derivation",
    "Named",
    "SpelledOut",
    "Step",
    "UnprovenStep",
    "average_error_derivation",
    "delta",
    "derivation",
    "difference",
    "error_at_score_derivation",
    "error_at_weight_derivation",
    "evaluate",
    "exponentials",
    "h",
    "i",
    "j",
    "jacobian_at",
    "k",
    "key_gradient_derivation",
    "kl_gradient_derivation",
    "latex",
    "loss_gradient_at",
    "loss_gradient_derivation",
    "loss_slope",
    "n",
    "normal_form",
    "outer_product_form_derivation",
    "output_form_derivation",
    "passed_back",
    "piece_by_piece_derivation",
    "plain",
    "query_gradient_derivation",
    "row_sums_derivation",
    "sigma",
    "sigmoid_derivation",
    "slope",
    "softmax_jacobian_derivation",
    "softmax_jacobian_diagonal_derivation",
    "softmax_jacobian_off_diagonal_derivation",
    "spelled_out",
    "squared_error_gradient_derivation",
    "symmetry_derivation",
    "t",
    "tanh_derivation",
    "total",
    "value_gradient_derivation",
    "vjp_at",
    "vjp_derivation",
    "vjp_of_cross_entropy_derivation",
    "x",
    "z",
]
