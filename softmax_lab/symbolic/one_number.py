"""The sigmoid and tanh, functions of one number: their derivatives, written with their outputs."""

from sympy import Derivative, Mul, cosh, exp, sinh, tanh

from softmax_lab.symbolic.chain import derivation
from softmax_lab.symbolic.letters import Named, x

# fmt: off


@derivation("The derivative of the sigmoid")
def sigmoid_derivation():
    """The sigmoid a = 1 / (1 + e^{−z}) has da/dz = a (1 − a): taken at z, written with a.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(sigmoid_derivation().result))
    a (1 - a)
    """
    fraction = Mul(1, 1 / (1 + exp(-x)))
    a = Named("a", fraction)
    yield Derivative(a, x)
    yield Derivative(1 / (1 + exp(-x)), x), "Write $a$ out", "this is what the sigmoid is"
    yield (exp(-x) / (1 + exp(-x)) ** 2,
           "Differentiate the reciprocal", "the two minus signs cancel")
    yield (fraction * (1 - fraction),
           "Split into two factors", "$e^{-z}$ is $(1 + e^{-z}) - 1$")
    yield a * (1 - a), "Recognise $a$ twice", "each fraction is the output of the sigmoid"


@derivation(r"The derivative of $\tanh$")
def tanh_derivation():
    """The output a = tanh z has da/dz = 1 − a²: taken at z, written with a.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(tanh_derivation().result))
    1 - a^2
    """
    a = Named("a", tanh(x))
    yield Derivative(a, x)
    yield Derivative(sinh(x) / cosh(x), x), "Write $a$ out", r"this is what $\tanh z$ is"
    yield ((cosh(x) ** 2 - sinh(x) ** 2) / cosh(x) ** 2,
           "Apply the quotient rule", r"$\sinh$ and $\cosh$ are each other's derivative")
    yield (1 - (sinh(x) / cosh(x)) ** 2,
           "Split the fraction in two", r"$\cosh^2 z$ divided by itself is 1")
    yield 1 - a**2, "Recognise $a$", "the fraction is the output"
