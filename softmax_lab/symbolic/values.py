"""Numbers for the letters: what an expression is worth, by exact derivatives and 30 digits."""

from sympy import Integer, N, Rational

from softmax_lab.symbolic.chain import Derivation
from softmax_lab.symbolic.letters import i, j, k, loss_slope, n, passed_back, sigma, slope, t, x, z
from softmax_lab.symbolic.proof import multiplied_out, normal_form
from softmax_lab.symbolic.writing import plain


def evaluate(expression, *, z=None, sigma=None, t=None):
    """The value of an expression, or of a derivation's result, at z=, sigma= and t=.

    Derivatives are SymPy's, and 30 digits are worked out before rounding to floats. An index that
    is left free gives a list over it, i before j.

    >>> from softmax_lab.symbolic import delta, h, sigmoid_derivation
    >>> evaluate(delta(i, j) * h(i), z=[0, 0])
    [[0.5, 0.0], [0.0, 0.5]]
    >>> evaluate(sigmoid_derivation(), z=0)
    0.25
    """
    if isinstance(expression, Derivation):
        expression = expression.result
    values, size = _exact_values(z=z, sigma=sigma, t=t)
    expression = multiplied_out(expression).xreplace({n: Integer(size)} if size else {})
    if expression.is_Matrix:
        rows = expression.applyfunc(normal_form).tolist()
        table = [[_number(entry, values) for entry in row] for row in rows]
        return [row[0] for row in table] if expression.cols == 1 else table
    worked_out = normal_form(expression)
    free = expression.free_symbols | worked_out.free_symbols
    return _over([index for index in (i, j, k) if index in free], size, worked_out, values)


def _exact_values(**numbers):
    values, sizes = {}, set()
    for name, given in numbers.items():
        if hasattr(given, "__len__"):
            letter = {"z": z, "sigma": sigma, "t": t}[name]
            sizes.add(len(given))
            values |= {letter[m]: Rational(float(v)) for m, v in enumerate(given, start=1)}
        elif given is not None:
            values[x] = Rational(float(given))
    if len(sizes) > 1 or 0 in sizes:
        raise ValueError(f"z, sigma and t must have one length, not {sorted(sizes)}; pad or cut")
    return values, max(sizes, default=0)


def _over(indices, size, e, values):
    if not indices or not size:
        return _number(e, values)
    index, *others = indices
    places = (e.xreplace({index: Integer(m)}) for m in range(1, size + 1))
    return [_over(others, size, place, values) for place in places]


def _number(e, values):
    value = e.xreplace(values)
    if value.free_symbols:
        raise ValueError(f"a number is needed for every letter of {plain(e)}; give z=, sigma=, t=")
    # 1000 working digits, for differences such as 1 − h_i where h_i is nearly 1.
    return float(N(value, 30, maxn=1000)) + 0.0  # −0.0 becomes 0.0


def jacobian_at(z):
    """J_ij = ∂h_i/∂z_j at the numbers z, by SymPy's derivative of e^{z_i} / Σ_k e^{z_k}.

    >>> jacobian_at([0, 0])
    [[0.25, -0.25], [-0.25, 0.25]]
    """
    return evaluate(slope(i, j), z=z)


def vjp_at(z, sigma):
    """Σ_i σ_i ∂h_i/∂z_j at the numbers z and sigma, by SymPy's derivative.

    >>> vjp_at([0, 0], [1, 0])
    [0.25, -0.25]
    """
    return evaluate(passed_back(j), z=z, sigma=sigma)


def loss_gradient_at(z, t):
    """∂C/∂z_j of C = −Σ_k t_k log h_k at the numbers z and t, by SymPy's derivative.

    >>> loss_gradient_at([0, 0], [1, 0])
    [-0.5, 0.5]
    """
    return evaluate(loss_slope(j), z=z, t=t)
