"""Softmax of a few numbers instead of n, with every entry of its matrices written out."""

from dataclasses import dataclass
from functools import cache

from sympy import Add, Eq, MatAdd, MatMul, diag, exp
from sympy import ImmutableMatrix as Matrix

from softmax_lab.symbolic.chain import Derivation, derivation
from softmax_lab.symbolic.gradients import TARGETS_SUM_TO_ONE
from softmax_lab.symbolic.letters import Named, h, loss_slope, sigma, slope, t, z
from softmax_lab.symbolic.writing import latex


def _square(n, diagonal, elsewhere):
    numbers = range(1, n + 1)
    return Matrix([[diagonal(r) if r == c else elsewhere(r, c) for c in numbers] for r in numbers])


# fmt: off


@derivation("The Jacobian, entry by entry")
def _spelled_jacobian(n):
    sum_of_e = Add(*(exp(z[m]) for m in range(1, n + 1)))
    S = Named("S", sum_of_e)
    outputs = Matrix([h(m, n) for m in range(1, n + 1)])
    yield "J"
    yield (_square(n, lambda r: slope(r, r, n), lambda r, c: slope(r, c, n)),
           "Give each derivative its place", "output $i$ has row $i$ and logit $j$ has column $j$")
    yield (_square(n, lambda r: exp(z[r]) * (S - exp(z[r])) / S**2,
                   lambda r, c: -exp(z[r]) * exp(z[c]) / S**2),
           f"Apply the quotient rule, with $S = {latex(sum_of_e)}$",
           "each output is a quotient")
    yield (_square(n, lambda r: h(r, n) * (1 - h(r, n)), lambda r, c: -h(r, n) * h(c, n)),
           "Recognise the outputs", "$h_i$ is $e^{z_i} / S$")
    yield (MatAdd(diag(*outputs), MatMul(-1, outputs, outputs.T)),
           "Split the matrix in two", "every entry contains $-h_i h_j$")


@derivation(r"An error $\sigma$ passed back, entry by entry")
def _spelled_vjp(n):
    numbers = range(1, n + 1)
    h_times_sigma = Add(*(h(m, n) * sigma[m] for m in numbers))
    s = Named("s", h_times_sigma)
    transposed = _square(n, lambda r: slope(r, r, n), lambda r, c: slope(c, r, n))
    in_h = _square(n, lambda r: h(r, n) * (1 - h(r, n)) * sigma[r],
                   lambda r, c: -h(r, n) * h(c, n) * sigma[c])
    yield r"J^{\top} \sigma"
    yield (MatMul(transposed, Matrix([sigma[m] for m in numbers])),
           "Transpose the Jacobian", r"logit $j$ gathers the errors along column $j$ of $J$")
    yield (Matrix([Add(*in_h.row(m - 1)) for m in numbers]),
           "Multiply row by column", "this is how a matrix acts on a vector")
    yield (Matrix([h(m, n) * (sigma[m] - s) for m in numbers]),
           f"Take out $h_j$, with $s = {latex(h_times_sigma)}$",
           r"each row holds $h_j \sigma_j$ and the whole of $-h_j s$")


@derivation("The gradient of cross-entropy, entry by entry")
def _spelled_loss_gradient(n):
    numbers = range(1, n + 1)
    did, because, _ = TARGETS_SUM_TO_ONE
    sum_of_t = Add(*(t[m] for m in numbers))
    yield Matrix([loss_slope(m, n) for m in numbers])
    yield (Matrix([h(m, n) * sum_of_t - t[m] for m in numbers]),
           "Put in the gradient of cross-entropy", "it was derived before")
    yield Matrix([h(m, n) - t[m] for m in numbers]), did, because, Eq(sum_of_t, 1)


# fmt: on


@dataclass(frozen=True)
class SpelledOut:
    """Softmax with each of a few numbers written out: what `spelled_out` gives."""

    z: Matrix  # the logits, a column
    h: Matrix  # e^{z_i} / (e^{z_1} + …), a column
    derivative: Matrix  # of h by z, by SymPy's own .jacobian
    jacobian: Derivation  # from ∂h_i/∂z_j to h_i (1 − h_i) and −h_i h_j, to diag(h) − h hᵀ
    vjp: Derivation  # Jᵀσ
    loss_gradient: Derivation  # ∂C/∂z of cross-entropy

    def _repr_markdown_(self):
        parts = (self.jacobian, self.vjp, self.loss_gradient)
        return "\n\n".join(part._repr_markdown_() for part in parts)

    def __str__(self):
        return "\n\n".join(map(str, (self.jacobian, self.vjp, self.loss_gradient)))


@cache
def spelled_out(n=3):
    """Softmax of n numbers, entry by entry: the Jacobian, Jᵀσ and ∂C/∂z.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(spelled_out(2).jacobian.steps[2].expression))
    [h_1 (1 - h_1), -h_1 h_2; -h_2 h_1, h_2 (1 - h_2)]
    """
    logits = Matrix([z[m] for m in range(1, n + 1)])
    outputs = logits.applyfunc(exp) / sum(logits.applyfunc(exp))
    derivations = (_spelled_jacobian(n), _spelled_vjp(n), _spelled_loss_gradient(n))
    return SpelledOut(logits, outputs, outputs.jacobian(logits), *derivations)
