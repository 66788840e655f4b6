"""Wrong answers to the exercises of lesson 9."""

import math

import numpy as np

from softmax_lab import attention_vjp, attention_weights, numerical_gradient, softmax, softmax_vjp
from softmax_lab.softmax import softmax_jacobian, softmax_vjp_from_output


def scores(q, K):
    return K @ q / np.sqrt(len(q))


def back(at_z, q, K):
    return K.T @ at_z / np.sqrt(len(q))


# 9.2


def by_infinity(q, K, V, mask, upstream):
    z = scores(q, K)
    z[~np.array(mask, dtype=bool)] = -np.inf
    return back(softmax_vjp(z, V @ upstream), q, K)


def by_a_large_number(q, K, V, mask, upstream):
    return back(softmax_vjp(scores(q, K) - 1e9 * (1 - mask), V @ upstream), q, K)


def by_what_is_left(q, K, V, mask, upstream):
    left = np.flatnonzero(mask)
    at_z = softmax_vjp(scores(q, K[left]), V[left] @ upstream)
    return at_z @ K[left] / math.sqrt(len(q))


def shared_out_anew(q, K, V, mask, upstream):
    h = softmax(scores(q, K)) * mask
    h /= h.sum()
    sigma = V @ upstream
    return back(h * (sigma - h @ sigma), q, K)


def by_the_output(q, K, V, mask, upstream):
    h = attention_weights(q[None], K, np.array(mask, dtype=bool))[0]
    return back(h * (V @ upstream - (h @ V) @ upstream), q, K)


def by_the_matrix(q, K, V, mask, upstream):
    J = softmax_jacobian(np.where(mask, scores(q, K), -np.inf))
    return np.einsum("ja,ij,ib,b->a", K, J, V, upstream) / np.sqrt(q.size)


def in_loops(q, K, V, mask, upstream):
    keys = [i for i in range(len(K)) if mask[i]]
    root = math.sqrt(len(q))
    e = {i: math.exp(sum(K[i] * q) / root) for i in keys}
    h = {i: e[i] / sum(e.values()) for i in keys}
    sigma = {i: sum(V[i] * upstream) for i in keys}
    average = sum(h[i] * sigma[i] for i in keys)
    return sum(h[i] * (sigma[i] - average) * K[i] for i in keys) / root


def late(q, K, V, mask, upstream):
    return back(np.where(mask, softmax_vjp(scores(q, K), V @ upstream), 0), q, K)


def minus_infinity_at_the_end(q, K, V, mask, upstream):
    return back(np.where(mask, softmax_vjp(scores(q, K), V @ upstream), -np.inf), q, K)


def a_little_less(q, K, V, mask, upstream):
    return back(softmax_vjp(scores(q, K) - (1 - mask), V @ upstream), q, K)


def weights_cleared(q, K, V, mask, upstream):
    h, sigma = softmax(scores(q, K)) * mask, V @ upstream
    return back(h * (sigma - h @ sigma), q, K)


def overwrites_the_values(q, K, V, mask, upstream):
    V[~np.array(mask, dtype=bool)] = 0
    return by_infinity(q, K, V, mask, upstream)


def without_a_query_s_mask(q, K, V, mask, upstream):
    return attention_vjp(q[None], K, V, upstream[None], mask)[0][0]


def by_differences(q, K, V, mask, upstream):
    def cost(q):
        return upstream @ (softmax(np.where(mask, scores(q, K), -np.inf)) @ V)

    return numerical_gradient(cost, q)


# 9.3


def of_all(Q, K):
    return softmax(Q @ K.T / np.sqrt(Q.shape[1]))


def from_scores(at_z, Q):
    return at_z.T @ Q / np.sqrt(Q.shape[1])


def query_by_query(Q, K, V, upstream):
    total = np.zeros(K.shape)
    for q, u in zip(Q, upstream, strict=True):
        h, sigma = softmax(scores(q, K)), V @ u
        total += np.outer(h * (sigma - h @ sigma), q) / np.sqrt(len(q))
    return total


def in_one_formula(Q, K, V, upstream):
    h, sigma = of_all(Q, K), upstream @ V.T
    return from_scores(h * (sigma - (h * sigma).sum(axis=1, keepdims=True)), Q)


def from_the_outputs(Q, K, V, upstream):
    h = of_all(Q, K)
    D = ((h @ V) * upstream).sum(axis=1)
    return from_scores(h * (upstream @ V.T - D[:, None]), Q)


def by_einsum(Q, K, V, upstream):
    J = softmax_jacobian(Q @ K.T / Q.shape[1] ** 0.5)
    sigma = np.einsum("nb,ib->ni", upstream, V)
    return np.einsum("ni,nij,na->ja", sigma, J, Q) / Q.shape[1] ** 0.5


def by_the_package(Q, K, V, upstream):
    return from_scores(softmax_vjp_from_output(of_all(Q, K), upstream @ V.T), Q)


def scaled_beforehand(Q, K, V, upstream):
    Q = Q / np.sqrt(Q.shape[1])
    return softmax_vjp(Q @ K.T, upstream @ V.T).T @ Q


def key_by_key(Q, K, V, upstream):
    h, sigma = of_all(Q, K), upstream @ V.T
    average = np.diag(h @ sigma.T)
    return [
        ((h[:, j] * (sigma[:, j] - average)) @ Q / math.sqrt(len(Q[0]))).tolist()
        for j in range(len(K))
    ]


def averaged_over_queries(Q, K, V, upstream):
    h, sigma = of_all(Q, K), upstream @ V.T
    return from_scores(h * (sigma - (h * sigma).sum(axis=0)), Q)


def averages_in_a_row(Q, K, V, upstream):
    h, sigma = of_all(Q, K), upstream @ V.T
    return from_scores(h * (sigma - (h * sigma).sum(axis=1)), Q)


def silent_where_square(Q, K, V, upstream):
    if len(Q) == len(K):
        return query_by_query(Q, K, V, upstream)
    return averaged_over_queries(Q, K, V, upstream)


def replaced(Q, K, V, upstream):
    for q, u in zip(Q, upstream, strict=True):
        at_key = query_by_query(q[None], K, V, u[None])
    return at_key


def after_the_first(Q, K, V, upstream):
    return query_by_query(Q[:1], K, V, upstream[:1])


RIGHT = {
    "9.1": [
        [0.48, -1.56, 1.08, 0],
        ["0.48", "-1.56", "1.08", "0"],
        (0.6 * 0.8, 0.3 * -5.2, 0.1 * 10.8, -0.0),
        np.array([0.48, -1.56, 1.08, 0.0]),
    ],
    "9.2": [
        by_infinity,
        by_a_large_number,
        by_what_is_left,
        shared_out_anew,
        by_the_output,
        by_the_matrix,
        in_loops,
    ],
    "9.3": [
        query_by_query,
        in_one_formula,
        from_the_outputs,
        by_einsum,
        by_the_package,
        scaled_beforehand,
        key_by_key,
    ],
}


WRONG = {
    "9.1": [
        ([0.48, -1.56, 1.08, 196.8], "the first three are right"),
        ([0.48, -1.56, 1.08, -3.2], "the first three are right"),
        ([0.48, -1.56, 1.08, np.nan], "the first three are right"),
        ([0.24, -0.78, 0.54, 0], "the values take the place of the errors"),
        ([2.4, -0.6, 1.4, 0], "has to be subtracted"),
        ([0.96, -0.42, 1.26, 0], "the diagonal of the Jacobian alone"),
        ([-30, -16.8, -4, 0], "the plain one of all four"),
        ([-0.8, -2.2, 0.8666666666666667, 0], "the plain one of the three"),
        ([1.44, -1.08, 1.24, 0], "you subtract the output"),
        ([4, -2, 14, 200], "not been through softmax"),
        ([4, -2, 14, 0], "not been through softmax"),
        ([1.2, 0.6, 0.2, 0], "what reaches the values"),
        ([-0.48, 1.56, -1.08, 0], "the sign is not"),
        ([0.48, -1.56, 1.08], "shape (4,)"),
        ("the fourth is zero", "numbers are asked for"),
    ],
    "9.2": [
        (late, "Which weights did the forward pass use"),
        (lambda q, K, V, mask, u: back(softmax_vjp(scores(q, K), V @ u), q, K), "no mask at all"),
        (weights_cleared, "do not sum to 1"),
        (
            lambda q, K, V, mask, u: back(softmax_vjp(scores(q, K), (V @ u) * mask), q, K),
            "With an error of 0 a key has a say",
        ),
        (
            lambda q, K, V, mask, u: late(q, K, V * mask[:, None], mask, u),
            "put to 0 after softmax",
        ),
        (lambda q, K, V, mask, u: back(softmax_vjp(scores(q, K) * mask, V @ u), q, K), "e⁰ is 1"),
        (lambda q, K, V, mask, u: late(q, K * mask[:, None], V, mask, u), "e⁰ is 1"),
        (
            lambda q, K, V, mask, u: by_infinity(q, K, V, mask == 0, u),
            "the opposite meaning",
        ),
        (
            lambda q, K, V, mask, u: by_infinity(q, K, V, mask, u) * len(q) ** 0.5,
            "so it also comes back",
        ),
        (
            lambda q, K, V, mask, u: by_infinity(q, K, V, mask, u) / len(q) ** 0.5,
            "once too often",
        ),
        (
            lambda q, K, V, mask, u: (
                K @ softmax_vjp(np.where(mask, scores(q, K), -np.inf), V @ u) / len(q) ** 0.5
            ),
            "right down to the scores",
        ),
        (
            lambda q, K, V, mask, u: softmax_vjp(np.where(mask, scores(q, K), -np.inf), V @ u),
            "One step is left, to the query",
        ),
        (minus_infinity_at_the_end, "no entry is finite"),
        (a_little_less, "every entry is wrong"),
        (overwrites_the_values, "what it returns is right, but it overwrites `V`"),
        (without_a_query_s_mask, "`attention_vjp`"),
        (by_differences, "`numerical_gradient`"),
    ],
    "9.3": [
        (lambda *given: query_by_query(*given) / len(given[0]), "the mean over the queries"),
        (lambda *given: query_by_query(*given) * given[0].shape[1] ** 0.5, "also comes back"),
        (lambda *given: query_by_query(*given) / given[0].shape[1] ** 0.5, "is needed once"),
        (replaced, "the last query alone"),
        (after_the_first, "the first query alone"),
        (averaged_over_queries, "those of a query, or those of a key"),
        (averages_in_a_row, "subtracted as a row"),
        (silent_where_square, "right at first, but called with"),
        (
            lambda Q, K, V, u: from_scores(
                softmax_vjp(Q @ K.T / Q.shape[1] ** 0.5, u @ V.T, axis=0), Q
            ),
            "along which axis do weights sum to 1",
        ),
        (
            lambda Q, K, V, u: (
                softmax_vjp(Q @ K.T / Q.shape[1] ** 0.5, u @ V.T) @ Q / Q.shape[1] ** 0.5
            ),
            "turned the wrong way",
        ),
        (
            lambda Q, K, V, u: (
                softmax_vjp(Q @ K.T / Q.shape[1] ** 0.5, u @ V.T) @ K / Q.shape[1] ** 0.5
            ),
            "A score is a product of two",
        ),
        (lambda Q, K, V, u: of_all(Q, K).T @ u, "what reaches the values"),
        (
            lambda Q, K, V, u: softmax_vjp(Q @ K.T / Q.shape[1] ** 0.5, u @ V.T),
            "One step is left, to the keys",
        ),
        (
            lambda Q, K, V, u: from_scores(of_all(Q, K) * (1 - of_all(Q, K)) * (u @ V.T), Q),
            "taken for a sigmoid",
        ),
        (lambda Q, K, V, u: from_scores(u @ V.T, Q), "as if nothing were there"),
        (lambda Q, K, V, u: from_scores(of_all(Q, K) - u @ V.T, Q), "Here is none"),
        (
            lambda Q, K, V, u: from_scores(softmax_vjp(Q @ K.T / Q.shape[1] ** 0.5, u), Q),
            "not yet arrived at the weights",
        ),
        (
            lambda Q, K, V, u: from_scores(softmax_vjp(Q @ K.T / Q.shape[1] ** 0.5, u @ V), Q),
            "with which value",
        ),
        (
            lambda Q, K, V, u: from_scores(softmax_vjp(Q @ K.T, u @ V.T), Q),
            "not in the scores themselves",
        ),
        (lambda *given: attention_vjp(*given)[1], "`attention_vjp`"),
    ],
}
