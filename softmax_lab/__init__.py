"""Softmax, its Jacobian and cross-entropy: derived, confirmed, touched.

The mathematics is here. Its witnesses and pictures are modules of their own, loaded when asked
for: ``softmax_lab.symbolic`` (SymPy) and ``softmax_lab.pictures`` (Matplotlib). So is the clinic,
``softmax_lab.diagnose``.
"""

import sys as _sys
from importlib import import_module as _import_module
from importlib.util import find_spec as _find_spec

if _find_spec("numpy") is None:
    _missing = f"softmax_lab needs NumPy, which {_sys.executable} does not have."
    if _sys.argv[:1] == ["-m"]:  # called as a command: no traceback, but how it is called
        # Pythons before 3.10 do not tell which module it was.
        _called = getattr(_sys, "orig_argv", ["-m", "softmax_lab.clinic …"])
        _module = " ".join(_called[_called.index("-m") + 1 :])
        raise SystemExit(
            f"{_missing}\nIn the project's folder, `make lab` or `make test` installs it; then:\n"
            f"    .venv/bin/python -m {_module}"
        )
    raise ModuleNotFoundError(_missing, name="numpy")

from softmax_lab.attention import (
    attention,
    attention_blockwise,
    attention_blockwise_vjp,
    attention_vjp,
    attention_weights,
)
from softmax_lab.cross_entropy import (
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_output_gradient,
    cross_entropy_value_and_gradient,
    kl_divergence,
    one_hot,
    squared_error,
    squared_error_gradient,
    squared_error_output_gradient,
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
    "Diagnosis",
    "GradientCheck",
    "attention",
    "attention_blockwise",
    "attention_blockwise_vjp",
    "attention_vjp",
    "attention_weights",
    "check_gradient",
    "cross_entropy",
    "cross_entropy_gradient",
    "cross_entropy_output_gradient",
    "cross_entropy_value_and_gradient",
    "diagnose",
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
    "squared_error_output_gradient",
]


def __getattr__(name):
    # The clinic is loaded when it is first asked for: the mathematics does not need it.
    if name in ("Diagnosis", "diagnose"):
        return getattr(_import_module("softmax_lab.clinic"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})
