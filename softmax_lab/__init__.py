"""Softmax, its Jacobian and cross-entropy: derived, confirmed, touched.

The mathematics is here. Its witnesses and pictures are modules of their own, loaded when asked
for: ``softmax_lab.symbolic`` (SymPy) and ``softmax_lab.pictures`` (Matplotlib).
"""

from softmax_lab.cross_entropy import (
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_value_and_gradient,
    kl_divergence,
    one_hot,
    squared_error,
    squared_error_gradient,
)
from softmax_lab.gradient_check import (
    GradientCheck,
    check_gradient,
    numerical_gradient,
    numerical_jacobian,
)
from softmax_lab.softmax import (
    log_softmax,
    logsumexp,
    naive_softmax,
    softmax,
    softmax_jacobian,
    softmax_jacobian_from_output,
    softmax_vjp,
    softmax_vjp_from_output,
)

__all__ = [
    "GradientCheck",
    "check_gradient",
    "cross_entropy",
    "cross_entropy_gradient",
    "cross_entropy_value_and_gradient",
    "kl_divergence",
    "log_softmax",
    "logsumexp",
    "naive_softmax",
    "numerical_gradient",
    "numerical_jacobian",
    "one_hot",
    "softmax",
    "softmax_jacobian",
    "softmax_jacobian_from_output",
    "softmax_vjp",
    "softmax_vjp_from_output",
    "squared_error",
    "squared_error_gradient",
]
