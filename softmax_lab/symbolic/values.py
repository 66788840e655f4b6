"""Numbers for the letters: what an expression is worth, by exact derivatives and 30 digits."""

from sympy import Integer, N, Rational

from softmax_lab.symbolic.attention import K, V, q, u
from softmax_lab.symbolic.chain import Derivation
from softmax_lab.symbolic.letters import (
    a,
    b,
    d,
    i,
    j,
    k,
    loss_slope,
    n,
    passed_back,
    sigma,
    slope,
    t,
    w,
    x,
    z,
)
from softmax_lab.symbolic.proof import multiplied_out, normal_form, reach
from softmax_lab.symbolic.writing import plain

# The letters that take numbers, and how far their indices run.
LETTERS = {
    "z": (z, (n,)),
    "sigma": (sigma, (n,)),
    "t": (t, (n,)),
    "q": (q, (d,)),
    "K": (K, (n, d)),
    "V": (V, (n, w)),
    "u": (u, (w,)),
}


def evaluate(expression, **numbers):
    """The value of an expression, or of a derivation's result, at z=, sigma=, t=, q=, K=, V=, u=.

    Derivatives are SymPy's, and 30 digits are worked out before rounding to floats. An index that
    is left free gives a list over it: i before j, and both before a and b.

    >>> from softmax_lab.symbolic import delta, h, sigmoid_derivation
    >>> evaluate(delta(i, j) * h(i), z=[0, 0])
    [[0.5, 0.0], [0.0, 0.5]]
    >>> evaluate(sigmoid_derivation(), z=0)
    0.25
    """
    if isinstance(expression, Derivation):
        expression = expression.result
    values, sizes = _exact_values(numbers)
    expression = multiplied_out(expression).xreplace(sizes)
    if expression.is_Matrix:
        rows = expression.applyfunc(normal_form).tolist()
        table = [[_number(entry, values) for entry in row] for row in rows]
        return [row[0] for row in table] if expression.cols == 1 else table
    worked_out = normal_form(expression)
    free = expression.free_symbols | worked_out.free_symbols
    left = [index for index in (i, j, k, a, b) if index in free and reach(index) in sizes]
    return _over(left, sizes, worked_out, values)


def _exact_values(numbers):
    """Every letter with its number, and every size; one number alone is that of a lone z."""
    values, lengths = {}, {}
    for name, given in numbers.items():
        if name not in LETTERS:
            raise ValueError(
                f"there is no letter {name} to give a number; take {', '.join(LETTERS)}"
            )
        letter, axes = LETTERS[name]
        if not hasattr(given, "__len__"):
            values[x] = Rational(float(given))
            continue
        entries = [((), given)]
        for axis in axes:
            lengths.setdefault(axis, set()).update(len(part) for _, part in entries)
            entries = [((*at, m), e) for at, part in entries for m, e in enumerate(part, start=1)]
        values |= {letter[at]: Rational(float(number)) for at, number in entries}
    for found in lengths.values():
        if len(found) > 1 or 0 in found:
            raise ValueError(f"what shares an index must have one length, not {sorted(found)}")
    return values, {axis: Integer(*found) for axis, found in lengths.items()}


def _over(indices, sizes, e, values):
    if not indices:
        return _number(e, values)
    index, *others = indices
    places = (e.xreplace({index: Integer(m)}) for m in range(1, sizes[reach(index)] + 1))
    return [_over(others, sizes, place, values) for place in places]


def _number(e, values):
    value = e.xreplace(values)
    if value.free_symbols:
        raise ValueError(
            f"a number is needed for every letter of {plain(e)}; give {'=, '.join(LETTERS)}="
        )
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
