"""Functions that claim to be the loss."""

import math

import numpy as np

from clinic_cases.case import case, correct, fragile, pair, wrong

NOTHING = ()


def soft(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_soft(z):
    shifted = z - np.max(z, axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


# Correct


@correct("loss")
def from_log_softmax(z, t):
    return -(t * log_soft(z)).sum() / len(z)


@correct("loss", serves="single")
def log_sum_exp_in_scalars(z, t):
    top = max(z)
    lse = top + math.log(sum(math.exp(x - top) for x in z))
    return sum(t_k * (lse - z_k) for t_k, z_k in zip(t, z, strict=True))


@correct("loss", targets="labels")
def label_logit_below_log_sum_exp(z, y):
    top = z.max(axis=1)
    lse = top + np.log(np.exp(z - top[:, None]).sum(axis=1))
    return np.mean(lse - z[np.arange(len(y)), y])


@correct("loss", layout="columns", reduction="sum")
def columns_summed(Z, T):
    shifted = Z - Z.max(axis=0)
    return -np.sum(T * (shifted - np.log(np.sum(np.exp(shifted), axis=0))))


@correct("loss", reduction="none")
def one_number_a_sample(z, t):
    return -np.einsum("ij,ij->i", t, log_soft(z))


@correct("loss", given="output", reduction="sum")
def only_classes_with_weight(h, t):
    total = 0.0
    for h_row, t_row in zip(h, t, strict=True):
        for h_k, t_k in zip(h_row, t_row, strict=True):
            if t_k > 0:
                total -= t_k * np.log(h_k)
    return total


@correct("loss", given="output", loss="squared_error")
def squared_distance_averaged(h, t):
    return ((h - t) ** 2).sum(axis=1).mean()


@correct("loss", loss="squared_error", reduction="sum", serves="single")
def squared_distance_from_logits(z, t):
    h = soft(z)
    return sum((h[k] - t[k]) ** 2 for k in range(len(z)))


# Right until something unusual comes


@fragile("loss", "log_of_zero", given="output")
def plain_logarithm(h, t):
    return -np.sum(t * np.log(h)) / h.shape[0]


@fragile("loss", "log_of_zero")
def logarithm_of_softmax(z, t):
    return np.mean(-np.sum(t * np.log(soft(z)), axis=1))


@fragile("loss", "log_of_zero", targets="labels")
def logarithm_of_the_label(z, y):
    p = soft(z)
    return -np.log(p[range(len(y)), y]).mean()


@fragile("loss", "log_epsilon_bias", given="output")
def epsilon_in_the_logarithm(h, t):
    return -np.sum(t * np.log(h + 1e-8)) / len(h)


@fragile("loss", "log_epsilon_bias")
def epsilon_after_softmax(z, t):
    return np.mean(np.sum(-t * np.log(soft(z) + 1e-10), axis=1))


@fragile("loss", "clip_bias", given="output")
def clipped_output(h, t):
    h = np.clip(h, 1e-7, 1 - 1e-7)
    return -np.sum(t * np.log(h)) / h.shape[0]


@fragile("loss", "clip_bias", targets="labels")
def clipped_label_probability(z, y):
    confidence = np.clip(soft(z), 1e-12, 1.0)[np.arange(len(z)), y]
    return np.mean(-np.log(confidence))


@fragile("loss", "soft_target_argmax")
def label_read_off_the_target(z, t):
    return -log_soft(z)[np.arange(len(z)), t.argmax(axis=1)].mean()


@fragile("loss", "soft_target_argmax", serves="single")
def label_read_off_one_target(z, t):
    return -log_soft(z)[int(np.argmax(t))]


# Wrong, with a name


@wrong("loss", "missing_minus")
def minus_forgotten(z, t):
    return np.sum(t * log_soft(z)) / z.shape[0]


@wrong("loss", "missing_minus", serves="single", given="output")
def minus_forgotten_in_scalars(h, t):
    total = 0
    for h_k, t_k in zip(h, t, strict=True):
        if t_k:
            total += t_k * math.log(h_k)
    return total


@wrong("loss", "mean_over_entries")
def mean_of_everything(z, t):
    assert z.ndim == 2
    return np.mean(-t * log_soft(z))


@wrong("loss", "mean_over_entries", given="output", loss="squared_error")
def mean_squared_over_entries(h, t):
    N, n = h.shape
    return np.sum((h - t) ** 2) / (N * n)


@pair("loss", "missing_minus", "mean_over_entries")
def minus_forgotten_and_mean_of_everything(z, t):
    samples, classes = z.shape
    return (t * log_soft(z)).sum() / samples / classes


# Wrong, and in no catalogue


@wrong("loss")
def logarithm_to_base_two_of_squares(z, t):
    return -np.sum(t * log_soft(z) ** 2) / len(z)


@wrong("loss")
def entropy_of_the_output(z, t):
    return -np.sum(soft(z) * log_soft(z)) / len(z)


@wrong("loss", loss="squared_error", given="output")
def absolute_error(h, t):
    return np.abs(h - t).sum(axis=1).mean()


@case("loss", "wrong", [NOTHING, {"missing_mean"}])
def summed_where_the_mean_is_declared(z, t):
    N, _ = z.shape
    return -sum(t[i] @ log_soft(z)[i] for i in range(N))


@wrong("loss")
def perplexity(z, t):
    return np.exp(-np.sum(t * log_soft(z)) / len(z))


@wrong("loss", "binary_cross_entropy", serves="single")
def binary_loss(z, t):
    h = soft(z)
    return -np.sum(t * np.log(h) + (1 - t) * np.log(1 - h))


# The same number as the cross-entropy where the target is one-hot.
@case("loss", ("wrong", "fragile"), NOTHING)
def divergence_instead(z, t):
    log_t = np.log(np.where(t > 0, t, 1))
    return np.sum(t * (log_t - log_soft(z))) / len(z)


@wrong("loss")
def target_without_the_sum(z, t):
    return -log_soft(z)[:, 0].mean()


@wrong("loss", multiple=True)
def halved(z, t):
    return -0.5 * np.sum(t * log_soft(z)) / len(z)


@correct("loss", targets="labels", layout="columns")
def columns_with_labels(Z, y):
    top = Z.max(axis=0)
    lse = top + np.log(np.exp(Z - top).sum(axis=0))
    return (lse - Z[y, np.arange(Z.shape[1])]).sum() / y.size


@correct("loss", serves="single", targets="labels")
def one_label_in_an_array_of_one(z, y):
    top = z.max()
    return np.array([np.log(np.sum(np.exp(z - top))) + top - z[int(y)]])


@fragile("loss", "clip_bias", serves="single")
def guarded_by_maximum(z, t):
    h = np.maximum(soft(z), 1e-9)
    return -np.sum(t * np.log(h))


@fragile("loss", "log_of_zero", serves="single", given="output")
def plain_logarithm_and_dot(h, t):
    return -np.dot(t, np.log(h))
