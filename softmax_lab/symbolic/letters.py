"""The letters of the lessons, and the expressions that are written with them again and again."""

from sympy import (
    Derivative,
    Expr,
    IndexedBase,
    KroneckerDelta,
    Sum,
    Symbol,
    exp,
    log,
    symbols,
    sympify,
)
from sympy import evaluate as evaluating
from sympy.core.symbol import Str

n = Symbol("n", integer=True, positive=True)
i, j, k = symbols("i j k", integer=True, positive=True)
z, t, sigma = (IndexedBase(letter, real=True) for letter in ("z", "t", "sigma"))
d, w = symbols("d w", integer=True, positive=True)  # numbers in a key, and in a value
a, b, c = symbols("a b c", integer=True, positive=True)
REACH = {a: d, b: w}  # how far an index runs; one that is not listed runs to n
x = Symbol("z", real=True)  # a lone z, for functions of one number
delta = KroneckerDelta


class Named(Expr):
    """A letter that stands for an expression, as h_i stands for e^{z_i} / Σ_k e^{z_k}."""

    is_commutative = True

    def __new__(cls, letter, meaning, *index):
        """Write `letter`, with `index` below it, for `meaning`."""
        return super().__new__(cls, Str(str(letter)), sympify(meaning), *map(sympify, index))

    letter = property(lambda self: str(self.args[0]), doc="As it is written, without index.")
    meaning = property(lambda self: self.args[1], doc="What it stands for.")
    index = property(lambda self: self.args[2:], doc="Its indices, none or more.")

    def _latex(self, printer):
        index = "".join(map(printer._print, self.index))
        return f"{self.letter}_{{{index}}}" if index else self.letter

    def _sympystr(self, printer):
        index = "".join(map(printer._print, self.index))
        return f"{self.letter}_{index}" if index else self.letter

    def _eval_derivative(self, variable):
        return self.meaning.diff(variable)


def total(body, index, n=n, start=1):
    """Σ of `body` over `index` from `start` to n."""
    with evaluating(True):
        return Sum(body, (index, start, n))


def exponentials(n=n):
    """Σ_k e^{z_k}."""
    return total(exp(z[k]), k, n)


def h(i, n=n):
    """h_i = e^{z_i} / Σ_k e^{z_k}, the i-th output of softmax."""
    return Named("h", exp(z[i]) / exponentials(n), i)


def slope(i, j, n=n):
    """∂h_i/∂z_j, not yet worked out."""
    return Derivative(h(i, n), z[j])


def passed_back(j, n=n):
    """Σ_i σ_i ∂h_i/∂z_j, entry j of Jᵀσ, not yet worked out."""
    return total(sigma[i] * slope(i, j, n), i, n)


def loss_slope(j, n=n):
    """∂C/∂z_j of the cross-entropy C = −Σ_k t_k log h_k, not yet worked out."""
    return Derivative(Named("C", -total(t[k] * log(h(k, n)), k, n)), z[j])
