r"""Errors passed back through attention, for one query and any number of keys.

Scores z_i = Σ_a K_ia q_a / √d, weights h = softmax(z), output o_b = Σ_i h_i V_ib, and the error
arriving there, u_b = ∂C/∂o_b. A key and the query have d numbers, a value has w, and there are n
keys. The errors of several queries add up at the keys and at the values.
"""

from sympy import Derivative, IndexedBase, Symbol, exp, sqrt

from softmax_lab.symbolic.chain import derivation
from softmax_lab.symbolic.letters import (
    Named,
    a,
    b,
    c,
    d,
    delta,
    exponentials,
    h,
    i,
    j,
    k,
    slope,
    total,
    w,
    z,
)

q, K, V, u = (IndexedBase(letter, real=True) for letter in ("q", "K", "V", "u"))
_weights = IndexedBase("h", real=True)  # as letters of their own, to differentiate with respect to
_seen = Symbol("p", integer=True, positive=True)  # keys gone over so far, from 1 to n
_m, _m_new = Symbol("m", real=True), Symbol("m'", real=True)


def score(i):
    """z_i = Σ_a K_ia q_a / √d, how well key i fits the query."""
    return Named("z", total(K[i, a] * q[a], a, d) / sqrt(d), i)


def weight(i):
    """h_i = e^{z_i} / Σ_k e^{z_k}, of these scores."""
    return Named("h", exp(score(i)) / total(exp(score(k)), k), i)


def error_at_weight(i):
    """σ_i = Σ_b V_ib u_b, entry i of σ = V ∂C/∂o."""
    return Named(r"\sigma", total(V[i, b] * u[b], b, w), i)


def output(b, weight=weight):
    """o_b = Σ_i h_i V_ib, the mean of the values."""
    return Named("o", total(weight(i) * V[i, b], i), b)


def error_at_score(j, weight=weight):
    """g_j = h_j (σ_j − Σ_b o_b u_b), entry j of ∂C/∂z."""
    average = total(output(b, weight) * u[b], b, w)
    return Named("g", weight(j) * (error_at_weight(j) - average), j)


def _cost():
    """C = Σ_b o_b u_b: the part of any cost that changes with o, to first order."""
    return Named("C", total(output(b) * u[b], b, w))


# fmt: off


@derivation("What arrives at a weight")
def error_at_weight_derivation():
    """Σ_b u_b ∂o_b/∂h_i = Σ_b V_ib u_b, entry i of σ = V ∂C/∂o.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(error_at_weight_derivation().result))
    Σ_b V_ib u_b
    """
    mean = total(_weights[k] * V[k, b], k)
    yield total(u[b] * Derivative(Named("o", mean, b), _weights[i]), b, w)
    yield (total(u[b] * Derivative(mean, _weights[i]), b, w),
           "Write $o_b$ out", "this is what the output is: a weighted mean of the values")
    yield (total(u[b] * total(delta(i, k) * V[k, b], k), b, w),
           "Differentiate term by term", r"$h_k$ has the derivative $\delta_{ik}$")
    yield (total(V[i, b] * u[b], b, w),
           "Keep one term of the inner sum", r"$\delta_{ik}$ is 1 at $k = i$ and 0 elsewhere")


@derivation("The average error is the output times the error arriving there")
def average_error_derivation():
    r"""Σ_i h_i σ_i = Σ_b o_b u_b, that is ⟨h, σ⟩ = ⟨o, ∂C/∂o⟩: no weight is needed for it.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(average_error_derivation().result))
    Σ_b o_b u_b
    """
    yield total(h(i) * error_at_weight(i), i)
    yield (total(h(i) * total(V[i, b] * u[b], b, w), i),
           r"Write $\sigma_i$ out", "this is what arrives at weight $i$, as derived before")
    yield (total(total(h(i) * V[i, b], i) * u[b], b, w),
           "Sum over the keys first", "both sums are finite, and $u_b$ does not depend on $i$")
    yield (total(output(b, h) * u[b], b, w),
           "Recognise $o_b$", "the inner sum is the mean of the values")


@derivation("What arrives at a score")
def error_at_score_derivation():
    """Σ_b u_b ∂o_b/∂z_j = h_j (σ_j − Σ_b o_b u_b): Jᵀσ, with the average error from the output.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(error_at_score_derivation().result))
    h_j (σ_j - Σ_b o_b u_b)
    """
    yield total(u[b] * Derivative(output(b, h), z[j]), b, w)
    yield (total(u[b] * total(V[i, b] * slope(i, j), i), b, w),
           "Differentiate the mean", "the values do not depend on the scores")
    yield (total(error_at_weight(i) * slope(i, j), i),
           "Sum over $b$ first", r"$\sum_b V_{ib} u_b$ is $\sigma_i$, what arrives at weight $i$")
    yield (h(j) * (error_at_weight(j) - total(h(i) * error_at_weight(i), i)),
           r"Pass $\sigma$ back through softmax", r"this is $J^{\top} \sigma$, as derived before")
    yield (h(j) * (error_at_weight(j) - total(output(b, h) * u[b], b, w)),
           "Take the average error from the output", "both are equal, as derived before")


@derivation("What arrives at the query")
def query_gradient_derivation():
    r"""∂C/∂q_a = Σ_j g_j K_ja / √d, where g_j = ∂C/∂z_j: Kᵀg/√d.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(query_gradient_derivation().result))
    Σ_j g_j K_ja/√d
    """
    yield Derivative(_cost(), q[a])
    yield (total(error_at_score(j) * Derivative(score(j), q[a]), j),
           "Go by way of every score", "$g_j$ is what arrives at score $j$, as derived before")
    yield (total(error_at_score(j) * (total(delta(a, c) * K[j, c], c, d) / sqrt(d)), j),
           "Differentiate the scores", r"$q_c$ has the derivative $\delta_{ac}$")
    yield (total(error_at_score(j) * (K[j, a] / sqrt(d)), j),
           "Keep one term of the inner sum", r"$\delta_{ac}$ is 1 at $c = a$ and 0 elsewhere")


@derivation("What arrives at a key")
def key_gradient_derivation():
    r"""∂C/∂K_ja = g_j q_a / √d, where g_j = ∂C/∂z_j: g qᵀ/√d.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(key_gradient_derivation().result))
    g_j q_a/√d
    """
    yield Derivative(_cost(), K[j, a])
    yield (total(error_at_score(k) * Derivative(score(k), K[j, a]), k),
           "Go by way of every score", "$g_k$ is what arrives at score $k$, as derived before")
    yield (total(error_at_score(k) * (total(delta(j, k) * delta(a, c) * q[c], c, d) / sqrt(d)), k),
           "Differentiate the scores", r"$K_{kc}$ has the derivative $\delta_{jk} \delta_{ac}$")
    yield (total(error_at_score(k) * (delta(j, k) * (q[a] / sqrt(d))), k),
           "Keep one term of the inner sum", r"$\delta_{ac}$ is 1 at $c = a$ and 0 elsewhere")
    yield (error_at_score(j) * (q[a] / sqrt(d)),
           "Keep one term of the sum", "key $j$ is in score $j$ alone")


@derivation("What arrives at a value")
def value_gradient_derivation():
    r"""∂C/∂V_jb = h_j u_b: h (∂C/∂o)ᵀ.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(value_gradient_derivation().result))
    h_j u_b
    """
    yield Derivative(_cost(), V[j, b])
    yield (total(Derivative(output(c), V[j, b]) * u[c], c, w),
           "Differentiate $C$", "no $u_c$ depends on the values")
    yield (total(total(weight(i) * (delta(i, j) * delta(b, c)), i) * u[c], c, w),
           "Differentiate the mean", r"$V_{ic}$ has the derivative $\delta_{ij} \delta_{bc}$")
    yield (total(weight(j) * delta(b, c) * u[c], c, w),
           "Keep one term of the inner sum", r"$\delta_{ij}$ is 1 at $i = j$ and 0 elsewhere")
    yield (weight(j) * u[b],
           "Keep one term of the sum", r"$\delta_{bc}$ is 1 at $c = b$ and 0 elsewhere")


@derivation("Attention piece by piece")
def piece_by_piece_derivation():
    r"""Sum and output over p keys, put on a new maximum m' and joined with those of the rest.

    With s = Σ_{k ≤ p} e^{z_k − m} and o_b = Σ_{k ≤ p} e^{z_k − m} V_kb carried on, dividing at the
    last key gives Σ_k h_k V_kb, whatever the numbers m and m'.

    >>> from softmax_lab.symbolic import plain
    >>> print(plain(piece_by_piece_derivation().result))
    Σ_k h_k V_kb
    """
    def term(k, shift):
        return exp(z[k] - shift)

    def so_far(body):
        return total(body, k, _seen)

    def rest(body):
        return total(body, k, start=_seen + 1)

    def joined(above, below):
        return ((above + rest(term(k, _m_new) * V[k, b])) / (below + rest(term(k, _m_new))))

    o = Named("o", so_far(term(k, _m) * V[k, b]), b)
    s = Named("s", so_far(term(k, _m)))
    shrink = exp(_m - _m_new)
    yield joined(shrink * o, shrink * s)
    yield (joined(shrink * so_far(term(k, _m) * V[k, b]), shrink * so_far(term(k, _m))),
           "Write $o_b$ and $s$ out", "this is what was carried from key to key")
    yield (joined(so_far(term(k, _m_new) * V[k, b]), so_far(term(k, _m_new))),
           "Multiply into the sums", "exponents add up: $(m - m') + (z_k - m) = z_k - m'$")
    yield (total(term(k, _m_new) * V[k, b], k) / total(term(k, _m_new), k),
           "Join the sums", "the first $p$ keys and the rest are all keys")
    yield (total(exp(z[k]) * V[k, b], k) / exponentials(),
           "Cancel $e^{-m'}$", "every term above and below contains it")
    yield (total(h(k) * V[k, b], k),
           "Recognise $h_k$", "each exponential over the sum of all is a weight")
