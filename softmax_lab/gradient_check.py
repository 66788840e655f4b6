"""Derivatives by numbers alone, and the check of a hand-made gradient against them.

Nothing here knows of softmax: any function of an array can be handed in.
"""

from dataclasses import dataclass
from numbers import Real

import numpy as np

TOLERANCE = 1e-6

# How the check is made of an f that answers in a precision: the step, the tolerance, and the part
# of the largest number below which an entry is not measured by itself. Steps that are powers of 2
# keep x + step exact in the precision of f, too.
PRECISIONS = {
    "float64": (None, TOLERANCE, 1e-4),
    "float32": (2**-7, 1e-3, 0.1),
    "float16": (2**-3, 2e-2, 0.5),
}
SHOWN = 40  # entries; of a larger check only the worst are printed

_EPSILON = np.finfo(np.float64).eps

# The steps that balance the two errors of a difference quotient: cutting off the Taylor series,
# which grows with the step, and rounding f, which grows as the step shrinks. The complex step
# subtracts nothing, so it has only the first, and may be as small as one likes.
DEFAULT_STEPS = {"forward": _EPSILON ** (1 / 2), "central": _EPSILON ** (1 / 3), "complex": 1e-20}


def numerical_gradient(f, x, method="central", step=None):
    r"""The gradient of a function that returns one number, from values of the function alone.

    .. math:: \frac{\partial f}{\partial x_j} \approx
              \frac{f(x + s e_j) - f(x - s e_j)}{2 s} \;\text{(central)}, \quad
              \frac{f(x + s e_j) - f(x)}{s} \;\text{(forward)}, \quad
              \frac{\operatorname{Im} f(x + i s e_j)}{s} \;\text{(complex)}

    Parameters
    ----------
    f : function of an array like x that returns one number
        It is given a fresh float64 (or complex128) copy at each call.
    x : array of numbers, any shape
        Where to differentiate. Integers and float32 are taken to float64 first, so that the
        step is not rounded away.
    method : {"central", "forward", "complex"}
        ``"complex"`` is accurate to the last digits, for an f that is analytic and computed
        with functions that accept complex numbers and keep the imaginary part: ``conj``,
        ``vdot``, ``abs``, ``.real`` and ``astype(float)`` do not.
    step : float, optional
        The step s. By default ε^(1/3) for central, ε^(1/2) for forward, 1e-20 for complex
        (ε = 2.2e-16): absolute, whatever the size of x.

    Returns
    -------
    gradient : float64 array of the shape of x

    Raises
    ------
    ValueError
        For an unknown method, a step that is not positive or vanishes beside x, an x that is
        not numbers, an f that returns more than one number, or a complex step through an f
        that drops the imaginary part, in all or in part: central differences tell.

    Notes
    -----
    Source: P. E. Gill, W. Murray and M. H. Wright, *Practical Optimization*, section 8.6; for
    the complex step, W. Squire and G. Trapp, SIAM Review 40 (1998) 110.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, 2.0]).round(6)
    array([2., 4.])
    """
    gradient = numerical_jacobian(f, x, method, step)
    outputs = gradient.shape[: gradient.ndim - np.ndim(x)]
    if outputs:
        raise ValueError(
            f"f must return one number; received an array of shape {outputs}. "
            f"For a function with several outputs use numerical_jacobian."
        )
    return gradient


def numerical_jacobian(f, x, method="central", step=None):
    r"""The derivative of every output of a function with respect to every entry of its input.

    .. math:: J_{ij} = \frac{\partial f_i}{\partial x_j}

    by the quotients of :func:`numerical_gradient`, one column for each j.

    Parameters
    ----------
    f : function of an array like x that returns an array
    x : array of numbers, any shape
    method : {"central", "forward", "complex"}
    step : float, optional

    Returns
    -------
    J : float64 array of shape f(x).shape + x.shape
        For a vector function of a vector: row i is output i, column j is input j.

    Raises
    ------
    ValueError
        As :func:`numerical_gradient` does, apart from the number of outputs.

    Notes
    -----
    Source: as :func:`numerical_gradient`.

    Examples
    --------
    >>> numerical_jacobian(lambda x: np.array([x[0] * x[1], x[0] + x[1]]), [2.0, 5.0]).round(6)
    array([[5., 2.],
           [1., 1.]])
    """
    x = _point(x)
    quotient = _quotient(method)
    steps = _steps(x, DEFAULT_STEPS[method] if step is None else step, method)
    outputs = _outputs(f, x).shape
    J = np.empty(outputs + x.shape)
    for j in np.ndindex(x.shape):
        J[(..., *j)] = quotient(f, x, _unit(x, j) * steps[j])
    if method == "complex" and steps.max(initial=0) < 1e-6:  # larger ones have errors of their own
        _refuse_a_lost_imaginary_part(f, x, J)
    return J


def _refuse_a_lost_imaginary_part(f, x, J):
    """Compare a derivative by complex steps with central differences along one line."""
    line = np.random.default_rng(0).uniform(0.5, 1, x.shape)
    step = DEFAULT_STEPS["central"] * max(1, np.abs(x).max(initial=0))
    with np.errstate(all="ignore"):
        along = np.tensordot(J, line, axes=x.ndim)
        try:
            near, far = (_central_along(f, x, k * step * line, k * step) for k in (1, 2))
        except (ValueError, ArithmeticError):  # x lies on the border of what f takes
            return
        # What may be the matter with a difference: rounding in f, curvature of f.
        size = max(1, *(np.abs(a).max(initial=0) for a in (x, _outputs(f, x))))
        rounding = 1e3 * np.finfo(_precision(f, x)).eps * size / step
        doubt = rounding + 10 * np.abs(near - far) + 1e-3 * np.abs(near).max(initial=0)
        lost = np.abs(along - near) > doubt  # never so where one of them is nan
    if not lost.any():
        return
    raise ValueError(
        "f must keep the imaginary part for method='complex'; received a derivative that central "
        "differences contradict. conj, vdot, abs, .real and astype(float) drop the imaginary part "
        "or turn its sign: avoid them (x @ x for vdot(x, x)), or use method='central'."
    )


@dataclass(frozen=True, eq=False)
class GradientCheck:
    r"""What :func:`check_gradient` found; print it to see both gradients side by side.

    .. math:: \text{passed} \iff \max_j \text{relative error}_j \le 10^{-6}

    Attributes
    ----------
    analytic, numeric : float64 arrays
        The gradient that was checked, and central differences.
    relative_error : float64 array
        One error an entry, as :func:`check_gradient` defines it; inf where one of the two is not
        finite, or for a wrong shape.
    tolerance : float
        The largest error that passes: 1e-6, and more for a function that answers in float32 or
        float16.
    precision : str
        The dtype that the function answers in: ``"float64"``, ``"float32"`` or ``"float16"``.

    Notes
    -----
    Source: as :func:`check_gradient`.

    Examples
    --------
    >>> check = check_gradient(lambda x: (x**2).sum(), [2.0, 4.0], [1.0, 2.0])
    >>> check.passed, check.max_relative_error < 1e-9
    (True, True)
    """

    analytic: np.ndarray
    numeric: np.ndarray
    relative_error: np.ndarray
    tolerance: float = TOLERANCE
    precision: str = "float64"

    @property
    def max_relative_error(self):
        """The largest of the relative errors."""
        return float(self.relative_error.max(initial=0))

    @property
    def passed(self):
        """Whether none of them exceeds the tolerance."""
        return self.max_relative_error <= self.tolerance

    def __str__(self):
        if self.analytic.shape != self.numeric.shape:
            return (
                f"gradient check FAILED: the gradient has shape {self.analytic.shape}, "
                f"the numerical derivative shape {self.numeric.shape}"
            )
        if self.passed:
            headline = f"gradient check passed: relative error at most {self.tolerance:.0e}"
        else:
            headline = (
                f"gradient check FAILED: relative error up to {self.max_relative_error:.2g}, "
                f"at most {self.tolerance:.0e} allowed"
            )
        return "\n".join([". ".join([headline, *self._hints()]), *self._table()])

    __repr__ = __str__

    def _table(self):
        """Both gradients entry by entry; of a large one, the worst entries and a count."""
        yield f"{'entry':>8} {'analytic':>14} {'numeric':>14}"
        scale = max(np.abs(a[np.isfinite(a)]).max(initial=0) for a in (self.analytic, self.numeric))
        indices = list(np.ndindex(self.numeric.shape))
        if len(indices) > SHOWN:
            worst_first = np.argsort(-self.relative_error, axis=None, kind="stable")
            indices = sorted(indices[k] for k in worst_first[: SHOWN // 4])
        for index in indices:
            entry = ", ".join(map(str, index))
            a, b = (_shown(x[index], scale) for x in (self.analytic, self.numeric))
            mark = "   <-- differs" if self.relative_error[index] > self.tolerance else ""
            yield f"{entry:>8} {a:>14} {b:>14}{mark}"
        if len(indices) < self.numeric.size:
            differing = np.count_nonzero(self.relative_error > self.tolerance)
            yield (
                f"The worst {len(indices)} of {self.numeric.size} entries are shown, of which "
                f"{differing} in all {'differs' if differing == 1 else 'differ'}."
            )

    def _hints(self):
        """What the numbers say of the mistake, where they say it plainly."""
        if self.precision != "float64":
            yield (
                f"f answers in {self.precision}, which resolves only a few digits of a derivative: "
                f"step and tolerance are widened to that. For a sharper check compute in float64"
            )
        if self.passed:
            return
        if not self.numeric.any():
            yield (
                "The numerical gradient is 0 in every entry: f does not depend on x here. Does it "
                "use the x that it is given, and not round, compare or saturate it?"
            )
        elif not self.analytic.any():
            yield "Yours is 0 in every entry, and the numerical gradient is not"
        elif factor := self._common_factor():
            yield _factor_in_words(factor, 10 * self.tolerance)

    def _common_factor(self):
        """The numerical gradient over the analytic one, if that is one number everywhere."""
        a, b = self.analytic.ravel(), self.numeric.ravel()
        if a.size < 2 or not (np.isfinite(a).all() and np.isfinite(b).all()):
            return None
        a_max, b_max = np.abs(a).max(), np.abs(b).max()  # by which squares do not overflow
        factor = float((a / a_max) @ (b / b_max) / ((a / a_max) @ (a / a_max)) * (b_max / a_max))
        errors = relative_error(factor * a, b, floor=1e-4 * b_max)
        # A factor near 1 has to explain the error, and not only be as good.
        enough = min(10 * self.tolerance, self.max_relative_error / 10)
        return factor if errors.max() <= enough else None


def _factor_in_words(factor, tolerance):
    if abs(factor + 1) <= tolerance:
        return "The numerical gradient is -1 times yours in every entry: a sign lost?"
    larger = factor if abs(factor) > 1 else 1 / factor
    # Only a whole number can be a count of classes or samples.
    whole = (
        abs(larger - round(larger)) <= tolerance * abs(larger) and 1 < round(abs(larger)) <= 1000
    )
    if abs(factor) > 1:
        guess = ": a factor n or N lost, or a 2?" if whole else ""
        return f"The numerical gradient is {_times(larger)} times yours in every entry{guess}"
    guess = ": a mean without its 1/n or 1/N, or a 2 too many?" if whole else ""
    return f"Yours is {_times(larger)} times the numerical gradient in every entry{guess}"


def _times(factor):
    """A factor in as many digits as tell it from 1."""
    return f"{factor:.3f}" if 1.01 < abs(factor) < 1000 else f"{factor:.7g}"


def check_gradient(f, gradient, x):
    r"""Compare a gradient made by hand with central differences, entry by entry.

    .. math:: \max_j \frac{|a_j - b_j|}{\max(|a_j|, |b_j|, 10^{-4} s)} \le 10^{-6}

    with a the analytic and b the numerical derivative, and s the largest absolute value in b and
    in f(x). This fraction is the relative error of entry j. An entry far below s is measured
    against 10⁻⁴ s: central differences cannot resolve it any better.

    Of a function that answers in float32 or float16, differences resolve fewer digits; the step
    and the tolerance are then as large as that precision needs, and the answer says so.

    Parameters
    ----------
    f : function of an array like x
        Returns one number, or an array: then ``gradient`` is its Jacobian.
    gradient : function of an array like x, or an array
        What is to be checked.
    x : array of numbers
        Where to check. Take a generic point: zeros and equal entries hide mistakes.

    Returns
    -------
    GradientCheck
        With ``passed``, ``max_relative_error``, ``analytic`` and ``numeric``. A gradient of the
        wrong shape does not raise: it fails, with an infinite error. So does one with nan or inf.

    Raises
    ------
    ValueError
        As :func:`numerical_jacobian` does, or when the gradient is not numbers.

    Notes
    -----
    Source: the relative error of A. Karpathy's CS231n notes, "Gradient checks", with a floor.

    Examples
    --------
    >>> check_gradient(lambda x: (x**3).sum(), lambda x: 3 * x**2, [1.0, 2.0]).passed
    True
    >>> print(check_gradient(lambda x: (x**2).sum(), lambda x: x**2, [1.0, 2.0]))
    gradient check FAILED: relative error up to 0.5, at most 1e-06 allowed
       entry       analytic        numeric
           0     1.00000000     2.00000000   <-- differs
           1     4.00000000     4.00000000
    """
    x = _point(x)
    analytic = _floats(gradient(x.copy()) if callable(gradient) else gradient, "gradient")
    precision = _precision(f, x)
    step, tolerance, floor = PRECISIONS[precision]
    if step:
        x = x.astype(precision).astype(np.float64)
        step = max(step, 16 * float(np.spacing(np.abs(x).max(initial=0).astype(precision))))
    numeric = numerical_jacobian(f, x, step=step)
    if analytic.shape != numeric.shape:
        return GradientCheck(analytic, numeric, np.array(np.inf), tolerance, precision)
    scale = max(np.abs(numeric).max(initial=0), np.abs(_outputs(f, x)).max(initial=0))
    errors = relative_error(analytic, numeric, floor=floor * scale)
    return GradientCheck(analytic, numeric, errors, tolerance, precision)


def _precision(f, x):
    """The dtype that f answers in, as far as a check has to know it."""
    name = np.asarray(f(x.copy())).dtype.name
    return name if name in PRECISIONS else "float64"


def relative_error(a, b, floor):
    """|a - b| / max(|a|, |b|, floor): 0 where both are 0, inf where either is not finite."""
    with np.errstate(invalid="ignore", over="ignore"):
        error = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return np.where(a == b, 0.0, np.where(np.isnan(error), np.inf, error))


def _central(f, x, s):
    return (_outputs(f, x + s) - _outputs(f, x - s)) / (2 * s.sum())


def _central_along(f, x, line, step):
    return (_outputs(f, x + line) - _outputs(f, x - line)) / (2 * step)


def _forward(f, x, s):
    return (_outputs(f, x + s) - _outputs(f, x)) / s.sum()


def _complex(f, x, s):
    y = _outputs(f, x + 1j * s)
    if not np.iscomplexobj(y):
        raise ValueError(
            "f must keep the imaginary part for method='complex'; received a real result. "
            "abs, .real, astype(float) and comparisons drop it: avoid them, or use "
            "method='central'."
        )
    return y.imag / s.sum()


def _quotient(method):
    quotients = {"central": _central, "forward": _forward, "complex": _complex}
    if method not in tuple(quotients):
        raise ValueError(
            f"method must be one of {', '.join(map(repr, quotients))}; received {method!r}. "
            f"Use 'central' unless f accepts complex numbers."
        )
    return quotients[method]


def _steps(x, step, method):
    """The step at each entry of x, rounded so that x + step is exact."""
    if not (isinstance(step, Real) and np.isfinite(step) and step > 0):
        raise ValueError(
            f"step must be a positive number; received {step!r}. "
            f"Leave it out to use the one that suits the method."
        )
    if method == "complex":
        return np.full(x.shape, float(step))
    steps = (x + step) - x
    if not (steps > 0).all():
        raise ValueError(
            f"step must not vanish beside x; received step {step:g} for an x as large as "
            f"{np.abs(x).max():g}. Give a larger step, or scale x."
        )
    return steps


def _unit(x, j):
    e = np.zeros(x.shape)
    e[j] = 1
    return e


def _outputs(f, x):
    """The values of f at a copy of x, so that an f that writes to its argument does no harm."""
    y = np.asarray(f(x.copy()))
    if y.dtype.kind not in "fciub":
        raise ValueError(
            f"f must return a number or an array of numbers; received {y.dtype} ({y!r:.40}). "
            f"Does it end in a return statement?"
        )
    return y if y.dtype.kind == "c" else y.astype(np.float64)


def _point(x):
    """A copy of x in float64, to step away from."""
    x = _floats(x, "x")
    if np.isneginf(x).any() and not (np.isnan(x) | np.isposinf(x)).any():
        raise ValueError(
            "x must be finite; received -inf. -inf is a masked class: hand over the finite logits, "
            "and put -inf in inside f, for example with np.where(mask, z, -np.inf)."
        )
    if not np.isfinite(x).all():
        raise ValueError("x must be finite; received nan or inf. Find the operation that made it.")
    return x


def _floats(x, name):
    """A copy of an array of real numbers, in float64."""
    try:
        if x is None or np.iscomplexobj(x):
            raise TypeError
        return np.array(x, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must be an array of real numbers; received {x!r:.60}. "
            f"Convert it first, for example with np.asarray({name}, dtype=float)."
        ) from error


def _shown(number, scale):
    """A number rounded where central differences end, eight decimals below the largest."""
    if scale == 0 or 1e-3 <= scale < 1e4:
        return f"{np.round(number, 8) + 0.0:.8f}"  # + 0.0 takes the sign off a zero
    return f"{np.round(number / scale, 8) * scale + 0.0:.7e}"
