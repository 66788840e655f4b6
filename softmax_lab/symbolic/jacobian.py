"""The derivative of softmax in its several forms, and what follows for rows and columns."""

from sympy import Derivative, Integer, Ne, exp

from softmax_lab.symbolic.chain import derivation
from softmax_lab.symbolic.letters import Named, delta, exponentials, h, i, j, k, slope, total, z

# fmt: off


@derivation("The derivative of softmax")
def softmax_jacobian_derivation():
    """∂h_i/∂z_j = h_i (δ_ij − h_j), for every i and j at once.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(softmax_jacobian_derivation().result))
    h_i (δ_ij - h_j)
    """
    S = exponentials()
    yield slope(i, j)
    yield (Derivative(exp(z[i]) / S, z[j]),
           "Write $h_i$ out", "this is what softmax is")
    yield ((delta(i, j) * exp(z[i]) * S - exp(z[i]) * total(delta(j, k) * exp(z[k]), k)) / S**2,
           "Apply the quotient rule",
           r"$e^{z_k}$ has the derivative $\delta_{jk} e^{z_k}$: itself if $k = j$, else 0")
    yield ((delta(i, j) * exp(z[i]) * S - exp(z[i]) * exp(z[j])) / S**2,
           "Keep one term of the inner sum", r"$\delta_{jk}$ is 1 at $k = j$ and 0 elsewhere")
    yield (delta(i, j) * (exp(z[i]) / S) - (exp(z[i]) / S) * (exp(z[j]) / S),
           "Split the fraction in two", "both parts of the numerator share the denominator")
    yield (delta(i, j) * h(i) - h(i) * h(j),
           "Recognise $h_i$ and $h_j$", "each fraction left is an output of softmax")
    yield (h(i) * (delta(i, j) - h(j)),
           "Take out $h_i$", "both terms contain it")


@derivation("The derivative of softmax where $i = j$")
def softmax_jacobian_diagonal_derivation():
    """∂h_i/∂z_i = h_i (1 − h_i).

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(softmax_jacobian_diagonal_derivation().result))
    h_i (1 - h_i)
    """
    S = exponentials()
    yield slope(i, i)
    yield (Derivative(exp(z[i]) / S, z[i]),
           "Write $h_i$ out", "this is what softmax is")
    yield ((exp(z[i]) * S - exp(z[i]) * exp(z[i])) / S**2,
           "Apply the quotient rule", "$z_i$ is in the numerator and in one term of the sum")
    yield ((exp(z[i]) / S) * ((S - exp(z[i])) / S),
           "Take out $e^{z_i}$", "both parts of the numerator contain it")
    yield (h(i) * (1 - h(i)),
           "Recognise $h_i$ twice", "the sum divided by itself is 1")


@derivation(r"The derivative of softmax where $i \neq j$")
def softmax_jacobian_off_diagonal_derivation():
    """∂h_i/∂z_j = −h_i h_j where i ≠ j.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(softmax_jacobian_off_diagonal_derivation().result))
    -h_i h_j
    """
    S = exponentials()
    yield slope(i, j)
    yield (Derivative(exp(z[i]) / S, z[j]),
           "Write $h_i$ out", "this is what softmax is")
    yield ((0 * S - exp(z[i]) * exp(z[j])) / S**2,
           "Apply the quotient rule", "$z_j$ is not in the numerator, only in one term of the sum",
           Ne(i, j))
    yield (-(exp(z[i]) / S) * (exp(z[j]) / S),
           "Split into two fractions", "the denominator is a square")
    yield (-h(i) * h(j),
           "Recognise $h_i$ and $h_j$", "each fraction is an output of softmax")


@derivation("The same derivative, from inputs to outputs")
def output_form_derivation():
    """e^{z_i} (δ_ij Σ − e^{z_j}) / Σ², written with z, is h_i (δ_ij − h_j), written with h.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(output_form_derivation().result))
    h_i (δ_ij - h_j)
    """
    S = exponentials()
    yield slope(i, j)
    yield (exp(z[i]) * (delta(i, j) * S - exp(z[j])) / S**2,
           "Differentiate and take out $e^{z_i}$", "this is the quotient rule, in terms of $z$")
    yield ((exp(z[i]) / S) * ((delta(i, j) * S - exp(z[j])) / S),
           "Split into two fractions", "the denominator is a square")
    yield ((exp(z[i]) / S) * (delta(i, j) - exp(z[j]) / S),
           "Divide term by term", "the sum divided by itself is 1")
    yield (h(i) * (delta(i, j) - h(j)),
           "Recognise $h_i$ and $h_j$", "each fraction is an output of softmax, and no $z$ is left")


@derivation("The second thread's matrix formula (its $a$ is our $h$)")
def outer_product_form_derivation():
    """[h eᵀ ∘ (I − e hᵀ)]_ij = h_i (δ_ij − h_j) = [diag(h) − h hᵀ]_ij, e the vector of ones.

    The second thread writes a for h; ∘ multiplies entry by entry.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(outer_product_form_derivation().result))
    ∂h_i/∂z_j
    """
    e_i, e_j = Named("e", 1, i), Named("e", 1, j)
    yield r"\left[h e^{\top} \circ \left(I - e h^{\top}\right)\right]_{ij}"
    yield (h(i) * e_j * (delta(i, j) - e_i * h(j)),
           "Read off the entry", r"$\circ$ multiplies entry by entry, and $I_{ij} = \delta_{ij}$")
    yield (h(i) * (delta(i, j) - h(j)),
           "Drop the ones", "every entry of $e$ is 1")
    yield (delta(i, j) * h(i) - h(i) * h(j),
           "Multiply out", r"this gives the two terms of diag$(h) - h h^{\top}$")
    yield (slope(i, j),
           "Compare with the Jacobian", "this is its entry, as derived before")


@derivation("Each row of the Jacobian sums to 0")
def row_sums_derivation():
    """Σ_j ∂h_i/∂z_j = 0: raising all logits alike changes nothing.

    >>> row_sums_derivation().result
    0
    """
    yield total(slope(i, j), j)
    yield (total(h(i) * (delta(i, j) - h(j)), j),
           "Put in the derivative of softmax", "it holds for every $j$")
    yield (h(i) - h(i) * total(h(j), j),
           "Sum the two terms apart", r"$\delta_{ij}$ keeps the one term $j = i$")
    yield (h(i) * (1 - total(h(j), j)),
           "Take out $h_i$", "both terms contain it")
    yield (Integer(0),
           "Put 1 for the sum of the outputs", "they are shares of one whole")


@derivation("The Jacobian is symmetric")
def symmetry_derivation():
    """∂h_i/∂z_j − ∂h_j/∂z_i = 0: J is its own transpose.

    >>> symmetry_derivation().result
    0
    """
    yield slope(i, j) - slope(j, i)
    yield (h(i) * (delta(i, j) - h(j)) - h(j) * (delta(j, i) - h(i)),
           "Put in the derivative of softmax twice", "the second has $i$ and $j$ swapped")
    yield (delta(i, j) * (h(i) - h(j)),
           "Cancel $h_i h_j$", r"it is there with both signs, and $\delta_{ji} = \delta_{ij}$")
    yield (Integer(0),
           "See that one factor is 0", r"if $i = j$ the bracket is, and if not $\delta_{ij}$ is")
