"""Errors passed back through softmax: from any upstream error, and from three losses."""

from sympy import Derivative, Eq, log

from softmax_lab.symbolic.chain import derivation
from softmax_lab.symbolic.letters import (
    Named,
    delta,
    h,
    i,
    j,
    k,
    loss_slope,
    passed_back,
    sigma,
    slope,
    t,
    total,
    z,
)

TARGETS_SUM_TO_ONE = (
    "Replace the sum of the targets by 1",
    "the targets are a distribution; without this the step is false",
    Eq(total(t[k], k), 1),
)

# fmt: off


@derivation(r"An error $\sigma$ passed back through softmax, $J^{\top} \sigma$")
def vjp_derivation():
    """∂C/∂z_j = Σ_i σ_i ∂h_i/∂z_j = h_j (σ_j − Σ_i h_i σ_i), where σ_i = ∂C/∂h_i.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(vjp_derivation().result))
    h_j (σ_j - Σ_i h_i σ_i)
    """
    yield passed_back(j)
    yield (total(sigma[i] * h(i) * (delta(i, j) - h(j)), i),
           "Put in the derivative of softmax", "it holds for every $i$")
    yield (total(delta(i, j) * h(i) * sigma[i], i) - h(j) * total(h(i) * sigma[i], i),
           "Split the sum in two", "$h_j$ does not depend on $i$, so it leaves the sum")
    yield (h(j) * sigma[j] - h(j) * total(h(i) * sigma[i], i),
           "Keep one term of the first sum", r"$\delta_{ij}$ is 1 at $i = j$ and 0 elsewhere")
    yield (h(j) * (sigma[j] - total(h(i) * sigma[i], i)),
           "Take out $h_j$", "both terms contain it")


@derivation(r"$J^{\top} \sigma$ for cross-entropy, where $\sigma_i = -t_i / h_i$")
def vjp_of_cross_entropy_derivation():
    """With σ_i = −t_i / h_i, Jᵀσ is h_j Σ_k t_k − t_j, and h_j − t_j if Σ_k t_k = 1.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(vjp_of_cross_entropy_derivation().result))
    h_j - t_j
    """
    yield total(-(t[i] / h(i)) * slope(i, j), i)
    yield (h(j) * (-(t[j] / h(j)) + total(h(i) * (t[i] / h(i)), i)),
           r"Put $\sigma_i = -t_i / h_i$ in $h_j (\sigma_j - \sum_i h_i \sigma_i)$",
           r"this is $J^{\top} \sigma$, as derived before")
    yield (h(j) * (-(t[j] / h(j)) + total(t[k], k)),
           "Cancel $h_i$ in the sum", "it is multiplied and divided by, and is never 0")
    yield (h(j) * total(t[k], k) - t[j],
           "Multiply out", "$h_j$ cancels in the first term")
    yield h(j) - t[j], *TARGETS_SUM_TO_ONE


@derivation("The gradient of cross-entropy")
def loss_gradient_derivation():
    """C = −Σ_k t_k log h_k gives ∂C/∂z_j = h_j Σ_k t_k − t_j, and h_j − t_j if Σ_k t_k = 1.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(loss_gradient_derivation().steps[-2].expression))
    h_j Σ_k t_k - t_j
    """
    yield loss_slope(j)
    yield (Derivative(-total(t[k] * log(h(k)), k), z[j]),
           "Write $C$ out", "this is what cross-entropy is")
    yield (-total((t[k] / h(k)) * slope(k, j), k),
           "Apply the chain rule to each logarithm", r"$\log u$ has the derivative $1 / u$")
    yield (-total((t[k] / h(k)) * (h(k) * (delta(j, k) - h(j))), k),
           "Put in the derivative of softmax", "it holds for every $k$")
    yield (-total(t[k] * (delta(j, k) - h(j)), k),
           "Cancel $h_k$", "it is multiplied and divided by, and is never 0")
    yield (h(j) * total(t[k], k) - total(delta(j, k) * t[k], k),
           "Split the sum in two", "$h_j$ does not depend on $k$, so it leaves the sum")
    yield (h(j) * total(t[k], k) - t[j],
           "Keep one term of the second sum", r"$\delta_{jk}$ is 1 at $k = j$ and 0 elsewhere")
    yield h(j) - t[j], *TARGETS_SUM_TO_ONE


@derivation("The gradient of the Kullback–Leibler divergence")
def kl_gradient_derivation():
    """D = Σ_k t_k log(t_k / h_k) has the gradient of cross-entropy: the targets are constant.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(kl_gradient_derivation().result))
    h_j - t_j
    """
    D = total(t[k] * log(t[k] / h(k)), k)
    yield Derivative(Named("D", D), z[j])
    yield (Derivative(D, z[j]),
           "Write $D$ out", "this is what the divergence is")
    yield (Derivative(total(t[k] * log(t[k]), k), z[j])
           + Derivative(-total(t[k] * log(h(k)), k), z[j]),
           "Split the logarithm", "the log of a quotient is a difference of logs")
    yield (0 + loss_slope(j),
           "Drop the first derivative", "no $t_k$ depends on $z_j$; what is left is cross-entropy")
    yield (h(j) * total(t[k], k) - t[j],
           "Put in the gradient of cross-entropy", "it was derived before")
    yield h(j) - t[j], *TARGETS_SUM_TO_ONE


@derivation("The gradient of squared error")
def squared_error_gradient_derivation():
    """C = Σ_k (h_k − t_k)² gives ∂C/∂z_j = 2 h_j ((h_j − t_j) − Σ_i h_i (h_i − t_i)).

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(squared_error_gradient_derivation().result))
    2 h_j ((h_j - t_j) - Σ_i h_i (h_i - t_i))
    """
    C = total((h(k) - t[k]) ** 2, k)
    yield Derivative(Named("C", C), z[j])
    yield (Derivative(C, z[j]),
           "Write $C$ out", "this is what squared error is")
    yield (total(2 * (h(k) - t[k]) * slope(k, j), k),
           "Differentiate each square", r"this is the chain rule: $\sigma_k = 2 (h_k - t_k)$")
    yield (total(2 * (h(k) - t[k]) * h(k) * (delta(j, k) - h(j)), k),
           "Put in the derivative of softmax", "it holds for every $k$")
    yield (2 * h(j) * (h(j) - t[j]) - 2 * h(j) * total(h(i) * (h(i) - t[i]), i),
           "Sum the two terms apart", r"$\delta_{jk}$ keeps the one term $k = j$")
    # The power 1 keeps the brackets around h_j − t_j in print.
    yield (2 * h(j) * ((h(j) - t[j]) ** 1 - total(h(i) * (h(i) - t[i]), i)),
           "Take out $2 h_j$", "both terms contain it")
