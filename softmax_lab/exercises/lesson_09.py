"""Lesson 9: what reaches four scores, a mask that comes too late, the keys of many queries."""

import numpy as np

from softmax_lab.exercises.comparison import as_numbers, close
from softmax_lab.exercises.exercise import MEASURING, Exercise
from softmax_lab.exercises.judges import function, numbers
from softmax_lab.softmax import softmax, softmax_vjp, softmax_vjp_from_output

# 9.1, predict: the errors at four scores, one of them masked

WEIGHTS = np.array([0.6, 0.3, 0.1, 0.0])
VALUES = np.array([2.0, -1.0, 7.0, 100.0])
ARRIVING = 2.0
ERRORS = VALUES * ARRIVING
AT_SCORES = softmax_vjp_from_output(WEIGHTS, ERRORS)
ASKED = WEIGHTS > 0

at_scores = numbers(
    AT_SCORES,
    foreseen=[
        (
            softmax_vjp_from_output(WEIGHTS, VALUES),
            "the values take the place of the errors here. What is σ, when the error at the output "
            "is 2?",
        ),
        (
            WEIGHTS * ERRORS,
            "each error is weighted, and that is all. What has to be subtracted from each before?",
        ),
        (
            WEIGHTS * (1 - WEIGHTS) * ERRORS,
            "this is the diagonal of the Jacobian alone. But every weight depends on every score.",
        ),
        (
            WEIGHTS * (ERRORS - ERRORS.mean()),
            "an average is subtracted, but the plain one of all four. The key that is masked "
            "should have no say, and the others not the same one.",
        ),
        (
            WEIGHTS * (ERRORS - ERRORS[ASKED].mean()),
            "an average is subtracted, but the plain one of the three. Each error counts with its "
            "own weight.",
        ),
        (
            WEIGHTS * (ERRORS - WEIGHTS @ VALUES),
            "you subtract the output where the average error belongs. The lesson says of which two "
            "things that is the product.",
        ),
        (ERRORS, "this is σ, what arrives at the weights. It has not been through softmax yet."),
        (
            ASKED * ERRORS,
            "this is σ, what arrives at the weights. It has not been through softmax yet.",
        ),
        (
            WEIGHTS * ARRIVING,
            "this is what reaches the values. The scores lie on the other path, behind softmax.",
        ),
    ],
)


def predicts_the_errors(answer):
    """Three entries that are right beside a wrong one at the masked key are worth a word."""
    said = as_numbers(answer)
    if said.shape == AT_SCORES.shape and close(said[ASKED], AT_SCORES[ASKED]):
        if close(said, AT_SCORES):
            return None
        return (
            "the first three are right. At the fourth, its own weight stands in front, and what "
            "is that? How large its error may be plays no part."
        )
    return at_scores(answer)


# 9.2, fault: a mask that is applied to the error when the average has been taken


def _drawn(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def one_query(seed, mask, d, values):
    """Query, keys, values, mask, and an error that arrives."""
    q, K, V, u = _drawn(seed, d, (len(mask), d), (len(mask), values), values)
    return q, K, V, np.array(mask, dtype=bool), u


def _scores(q, K):
    return K @ q / np.sqrt(len(q))


def _to_the_query(at_z, q, K):
    return K.T @ at_z / np.sqrt(len(q))


def masked_backward(q, K, V, mask, upstream):
    """The error at the query, of the keys that the mask leaves."""
    z = np.where(mask, _scores(q, K), -np.inf)
    return _to_the_query(softmax_vjp(z, V @ upstream), q, K)


def _by_weights(h, sigma):
    return h * (sigma - h @ sigma)


fixes_the_mask = function(
    masked_backward,
    [
        one_query(1, [1, 0, 1], d=3, values=3),
        one_query(2, [1, 1, 0, 1, 0], d=2, values=3),
        one_query(3, [1, 1, 1], d=4, values=1),
        one_query(4, [0, 0, 1, 1], d=4, values=2),
    ],
    foreseen=[
        (
            lambda q, K, V, mask, u: _to_the_query(mask * softmax_vjp(_scores(q, K), V @ u), q, K),
            "this is what there was. The masked entries are 0, as they should be. Are the others? "
            "Which weights did the forward pass use, and which does this one?",
        ),
        (
            lambda q, K, V, mask, u: _to_the_query(softmax_vjp(_scores(q, K), V @ u), q, K),
            "now there is no mask at all: an error goes to keys that the query never saw.",
        ),
        (
            lambda q, K, V, mask, u: _to_the_query(
                _by_weights(mask * softmax(_scores(q, K)), V @ u), q, K
            ),
            "as if the masked weights had been put to 0 after softmax: the others do not sum to 1. "
            "In the forward pass they do: what has to know of the mask there?",
        ),
        (
            lambda q, K, V, mask, u: _to_the_query(
                softmax_vjp(_scores(q, K), mask * (V @ u)), q, K
            ),
            "you mask what arrives at the weights, and softmax still shares its 1 among all keys. "
            "With an error of 0 a key has a say in the average all the same.",
        ),
        (
            lambda q, K, V, mask, u: _to_the_query(softmax_vjp(mask * _scores(q, K), V @ u), q, K),
            "you give masked keys the score 0. But e⁰ is 1: such a key is attended to. Which score "
            "has an exponential of 0?",
        ),
        (
            lambda q, K, V, mask, u: _to_the_query(
                mask * softmax_vjp(mask * _scores(q, K), V @ u), q, K
            ),
            "you give masked keys the score 0. But e⁰ is 1: such a key is attended to. Which score "
            "has an exponential of 0?",
        ),
        (
            lambda q, K, V, mask, u: masked_backward(q, K, V, ~mask, u),
            "right, had the mask the opposite meaning: here True means that the query may attend.",
        ),
        (
            lambda q, K, V, mask, u: masked_backward(q, K, V, mask, u) * np.sqrt(len(q)),
            "the mask is where it belongs. But 1/√d stands in the scores, so it also comes back.",
        ),
        (
            lambda q, K, V, mask, u: masked_backward(q, K, V, mask, u) / np.sqrt(len(q)),
            "the mask is where it belongs. But 1/√d is in it once too often on the way back.",
        ),
        (
            lambda q, K, V, mask, u: K @ masked_scores(q, K, V, mask, u) / np.sqrt(len(q)),
            "right down to the scores. The step from q to z has the Jacobian K/√d: what does such "
            "a step pass back?",
        ),
        (
            lambda q, K, V, mask, u: masked_scores(q, K, V, mask, u),
            "this is what arrives at the scores, and it is right. One step is left, to the query.",
        ),
    ],
)


def masked_scores(q, K, V, mask, upstream):
    """What arrives at the scores of the keys that the mask leaves."""
    return softmax_vjp(np.where(mask, _scores(q, K), -np.inf), V @ upstream)


# 9.3, code: the errors of many queries, at the keys


def many_queries(seed, queries, keys, d, values):
    """Queries, keys and values in rows, and an error that arrives at each output."""
    return _drawn(seed, (queries, d), (keys, d), (keys, values), (queries, values))


def _all_scores(Q, K):
    return Q @ K.T / np.sqrt(Q.shape[1])


def at_keys(Q, K, V, upstream):
    """The errors at the keys, those of all queries added up."""
    return _to_the_keys(softmax_vjp(_all_scores(Q, K), upstream @ V.T), Q)


def _to_the_keys(at_z, Q):
    return at_z.T @ Q / np.sqrt(Q.shape[1])


def _balanced(h, sigma, axis):
    return h * (sigma - (h * sigma).sum(axis=axis, keepdims=True))


def _without_keepdims(h, sigma):
    return h * (sigma - (h * sigma).sum(axis=1))


SQUARE = many_queries(5, 3, 3, 3, 3)

adds_up_at_the_keys = function(
    at_keys,
    [SQUARE, many_queries(6, 2, 4, 3, 2), many_queries(7, 5, 3, 4, 1), many_queries(8, 1, 2, 2, 3)],
    foreseen=[
        (
            lambda Q, K, V, u: at_keys(Q, K, V, u) / len(Q),
            "you took the mean over the queries. Move one key, and the outputs of all queries "
            "move at once: what does the chain rule do with several paths?",
        ),
        (
            lambda Q, K, V, u: at_keys(Q, K, V, u) * np.sqrt(Q.shape[1]),
            "√d times too large: the factor of the scores also comes back.",
        ),
        (
            lambda Q, K, V, u: at_keys(Q, K, V, u) / np.sqrt(Q.shape[1]),
            "√d times too small: on the way back the factor of the scores is needed once.",
        ),
        (
            lambda Q, K, V, u: at_keys(Q[-1:], K, V, u[-1:]),
            "the last query alone is in it. Each query has its say at every key.",
        ),
        (
            lambda Q, K, V, u: at_keys(Q[:1], K, V, u[:1]),
            "the first query alone is in it. Each query has its say at every key.",
        ),
        (
            lambda Q, K, V, u: _to_the_keys(
                _balanced(softmax(_all_scores(Q, K)), u @ V.T, axis=0), Q
            ),
            "the average error is taken over the queries, key by key. Whose weights sum to 1: "
            "those of a query, or those of a key?",
        ),
        (
            lambda Q, K, V, u: _to_the_keys(
                _without_keepdims(softmax(_all_scores(Q, K)), u @ V.T), Q
            ),
            "the averages, one a query, are subtracted as a row, one from each key. A column is "
            "needed there. (With as many queries as keys NumPy does not complain.)",
        ),
        (
            lambda Q, K, V, u: _to_the_keys(softmax_vjp(_all_scores(Q, K), u @ V.T, axis=0), Q),
            "softmax is taken over the queries, for each key. Each query shares its attention "
            "among the keys: along which axis do weights sum to 1?",
        ),
        (
            lambda Q, K, V, u: _to_the_keys(softmax_vjp(_all_scores(Q, K), u @ V.T).T, Q),
            "right down to the scores, and then the matrix is turned the wrong way: at key j the "
            "queries are summed, so which index of ∂C/∂z_ij has to go? (Where there are more keys "
            "than queries, your product does not even fit.)",
        ),
        (
            lambda Q, K, V, u: softmax_vjp(_all_scores(Q, K), u @ V.T) @ K / np.sqrt(Q.shape[1]),
            "this is what reaches the queries. A score is a product of two: where does the other "
            "path lead?",
        ),
        (
            lambda Q, K, V, u: softmax(_all_scores(Q, K)).T @ u,
            "this is what reaches the values. The keys lie on the other path, behind softmax.",
        ),
        (
            lambda Q, K, V, u: softmax_vjp(_all_scores(Q, K), u @ V.T),
            "this is what arrives at the scores, and it is right. One step is left, to the keys.",
        ),
        (
            lambda Q, K, V, u: _to_the_keys(
                (h := softmax(_all_scores(Q, K))) * (1 - h) * (u @ V.T), Q
            ),
            "softmax was taken for a sigmoid: h(1 - h) is only the diagonal of its Jacobian.",
        ),
        (
            lambda Q, K, V, u: _to_the_keys(u @ V.T, Q),
            "the error goes through softmax as if nothing were there.",
        ),
        (
            lambda Q, K, V, u: _to_the_keys(softmax(_all_scores(Q, K)) - u @ V.T, Q),
            "h minus what arrives: that is for softmax under cross-entropy, with a target. Here "
            "is none.",
        ),
        (
            lambda Q, K, V, u: _to_the_keys(softmax_vjp(_all_scores(Q, K), u), Q),
            "what arrives at the outputs has not yet arrived at the weights. Which step lies "
            "between?",
        ),
        (
            lambda Q, K, V, u: _to_the_keys(softmax_vjp(_all_scores(Q, K), u @ V), Q),
            "the first step back is wrong, that from the outputs to the weights. σ_ij is the "
            "product of what arrives at output i with which value?",
        ),
        (
            lambda Q, K, V, u: _to_the_keys(softmax_vjp(Q @ K.T, u @ V.T), Q),
            "the factor is there on the way back, but not in the scores themselves.",
        ),
    ],
)

EXERCISES = (
    Exercise(
        "9.1",
        "predict",
        predicts_the_errors,
        think=(
            "the four entries sum to zero. Which change of all scores at once can the query not "
            "notice, then, and which change of all keys makes it?"
        ),
    ),
    Exercise(
        "9.2",
        "fault",
        fixes_the_mask,
        think=(
            "without a mask the two agree to the last digit, and most tests are written without "
            "one. Check with a mask, and with a masked key whose score is large."
        ),
        without=("attention_vjp", "attention_blockwise_vjp", *MEASURING),
    ),
    Exercise(
        "9.3",
        "code",
        adds_up_at_the_keys,
        think=(
            "each batch of queries adds its share. So keys can be learned from queries that come "
            "one block after the other, and nobody has to hold all of the weights at once."
        ),
        without=("attention_vjp", "attention_blockwise_vjp", *MEASURING),
    ),
)
