"""Right answers to another question than softmax with cross-entropy: not mistakes."""

import numpy as np

from clinic_cases.handed_over import truth
from clinic_cases.handed_over.case import handed_over, layer

NOT_MINE = {"correct", "wrong", "fragile"}


def log_softmax_vjp(p):
    return truth.by_sample(
        lambda z, v: truth.differences(lambda x: v @ truth.log_softmax(x), z), p.z, p.v
    )


def smoothed(p, by=0.1):
    t = (1 - by) * p.t + by / p.n
    gradient = truth.by_sample(
        lambda z, t: truth.differences(lambda x: truth.sample_loss("cross_entropy", x, t), z),
        p.z,
        t,
    )
    return gradient / p.N


def softened(p, T=2.0):
    return truth.by_sample(
        lambda z, t: truth.differences(lambda x: truth.sample_loss("cross_entropy", x / T, t), z),
        p.z,
        p.t,
    )


@handed_over(
    NOT_MINE,
    {"~log_softmax"},
    "log-softmax, and right as that.",
    role="softmax",
    takes="z",
    or_none=True,
    says=("log-softmax", "log softmax", "log_softmax"),
    really=lambda p: truth.by_sample(truth.log_softmax, p.z),
)
def log_softmax(x):
    x_off = x - np.max(x, axis=1, keepdims=True)
    return x_off - np.log(np.exp(x_off).sum(axis=1, keepdims=True))


@handed_over(
    NOT_MINE,
    {"~log_softmax"},
    "The backward pass of log-softmax, and right as that.",
    role="backward",
    asks=layer(),
    or_none=True,
    really=log_softmax_vjp,
    says=("log-softmax", "log softmax", "log_softmax"),
)
class LogSoftmax:
    def forward(self, x):
        shifted = x - x.max(axis=1, keepdims=True)
        self.output = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
        return self.output

    def backward(self, grad_output):
        probs = np.exp(self.output)
        return grad_output - probs * grad_output.sum(axis=1, keepdims=True)


@handed_over(
    NOT_MINE,
    {"~kl|kullback"},
    "Kullback–Leibler: the same gradient, another number.",
    role="loss",
    takes="z t",
    reduction="mean",
    or_none=True,
    says=("kullback", "kl_divergence", "does not depend on z", "kl "),
    really=lambda p: truth.by_sample(
        lambda z, t: (
            truth.sample_loss("cross_entropy", z, t)
            + np.where(t > 0, t * np.log(np.where(t > 0, t, 1)), 0).sum()
        ),
        p.z,
        p.t,
    ).mean(),
)
def kl_loss(student_logits, teacher_probs):
    s = student_logits - student_logits.max(axis=1, keepdims=True)
    log_q = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    safe = np.where(teacher_probs > 0, teacher_probs, 1.0)
    kl = np.sum(teacher_probs * (np.log(safe) - log_q), axis=1)
    return kl.mean()


@handed_over(
    NOT_MINE,
    {"~smooth"},
    "h − t for smoothed labels.",
    role="loss_gradient",
    takes="z y",
    reduction="mean",
    or_none=True,
    says=("smooth",),
    really=smoothed,
)
def smooth_ce_backward(logits, y, smoothing=0.1):
    N, K = logits.shape
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    q = np.full((N, K), smoothing / K)
    q[np.arange(N), y] += 1 - smoothing
    return (p - q) / N


@handed_over(
    NOT_MINE,
    {"~temperature"},
    "The gradient at a temperature of 2.",
    role="loss_gradient",
    takes="z t",
    reduction="sum",
    or_none=True,
    says=("temperature",),
    really=softened,
)
def distillation_grad(student, teacher, T=2.0):
    z = student / T
    z = z - z.max(axis=-1, keepdims=True)
    p = np.exp(z)
    p = p / p.sum(axis=-1, keepdims=True)
    return (p - teacher) / T


@handed_over(
    NOT_MINE,
    {"missing_factor_two", "~half"},
    "The gradient of ½ Σ (h − t)².",
    role="output_gradient",
    takes="h t",
    loss="squared_error",
    reduction="sum",
    or_none=True,
    really=lambda p: truth.truth(_squared, p) / 2,
    undeclared={"correct", "wrong", "fragile"},
)
def squared_error_prime(output, target):
    """Derivative of 0.5 * sum((output - target) ** 2) with respect to the output."""
    return output - target


@handed_over(
    NOT_MINE,
    {"sign_flipped"},
    "The gradient of a log-probability, as policies want it: uphill on purpose.",
    role="loss_gradient",
    takes="h y",
    serves="single",
    reduction="sum",
    or_none=True,
    really=lambda p: (
        -truth.by_sample(
            lambda z, t: truth.differences(lambda x: truth.sample_loss("cross_entropy", x, t), z),
            p.z,
            p.t,
        )
    ),
)
def grad_log_policy(pi, action):
    """d log pi(action) / d preferences"""
    g = -np.asarray(pi)
    g[action] = 1 - pi[action]
    return g


class _Squared:
    role = "output_gradient"

    @staticmethod
    def setting(key):
        return {"loss": "squared_error", "reduction": "sum"}[key]


_squared = _Squared()
