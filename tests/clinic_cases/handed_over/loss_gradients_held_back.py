"""The gradient of a loss at the logits, from logits or from the output."""

import numpy as np

from clinic_cases.handed_over.case import handed_over

epsilon = 1e-12


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "softmax(h) − t, distributions.",
    role="loss_gradient",
    takes="h t",
    reduction="mean",
    undeclared={"wrong", "correct"},
    undeclared_mistakes={"softmax_applied_twice"},
)
def loss_backward(predictions, targets):
    # predictions come out of the softmax layer
    return (softmax(predictions) - targets) / predictions.shape[0]


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "Two softmax layers in a row, passed back consistently.",
    role="loss_gradient",
    takes="z t",
    reduction="sum",
    serves="single",
    or_none=True,
)
def backprop(scores, label):
    a1 = softmax(scores)
    a2 = softmax(a1)
    delta2 = a2 - label
    J = np.diagflat(a1) - np.outer(a1, a1)
    delta1 = J @ delta2
    return delta1


@handed_over(
    ("correct", "fragile"),
    {"~batch", "~keepdims"},
    "Right for one sample and an integer label; a square batch is silently wrong.",
    or_none=True,
    role="loss_gradient",
    takes="z y",
    reduction="sum",
    serves="single",
)
def grad_logits(logits, label):
    probs = softmax(np.asarray(logits))
    idx = np.arange(probs.shape[-1])
    return np.where(idx == label, probs - 1.0, probs)


@handed_over(
    ("correct", "fragile"),
    {"~batch", "~keepdims", "~dot"},
    "Right for one sample; np.dot of a square batch is another product.",
    or_none=True,
    role="loss_gradient",
    takes="z t",
    loss="squared_error",
    reduction="sum",
    serves="single",
)
def mse_softmax_grad(z, y):
    a = softmax(z)
    dE_da = 2 * (a - y)
    return a * (dE_da - np.dot(a, dE_da))


@handed_over(
    "wrong",
    {"diagonal_only"},
    "−t/h times the diagonal: −t (1 − h).",
    role="loss_gradient",
    takes="h t",
    reduction="sum",
    serves="both",
    undeclared_mistakes={"diagonal_only"},
)
def d_cost_d_z(a, y):
    d_cost_d_a = -y / (a + epsilon)
    d_a_d_z = a * (1 - a)
    return d_cost_d_a * d_a_d_z


@handed_over(
    "wrong",
    {"diagonal_only"},
    "Squared error, then the diagonal only.",
    role="loss_gradient",
    takes="h t",
    loss="squared_error",
    reduction="sum",
    serves="both",
    undeclared_mistakes={"diagonal_only", "fused_times_diagonal"},
)
def softmax_mse_delta(outputs, expected):
    return 2 * (outputs - expected) * (outputs * (1.0 - outputs))


@handed_over(
    "fragile",
    {"whole_batch_softmax", "sum_over_batch"},
    "exp / sum of the whole array; right for one sample.",
    role="loss_gradient",
    takes="z t",
    reduction="sum",
    serves="single",
    breaks="batch",
)
def cost_gradient(z, y):
    """y is one-hot"""
    expz = np.exp(z - np.max(z))
    return expz / np.sum(expz) - y


@handed_over(
    "wrong",
    {"wrong_axis"},
    "Samples are rows, the sum runs down the columns.",
    layout="rows",
    role="loss_gradient",
    takes="z t",
    reduction="mean",
    undeclared={"wrong"},
    undeclared_mistakes={"wrong_axis", "missing_mean", "mean_over_entries"},
)
def grad_wrt_scores(Z, Y):
    E = np.exp(Z - Z.max(axis=0))
    P = E / E.sum(axis=0)
    return (P - Y) / Z.shape[0]


@handed_over(
    "fragile",
    {"soft_target_argmax"},
    "Turns the target into a label: right for one-hot ones.",
    undeclared={"fragile", "correct"},
    role="loss_gradient",
    takes="h t",
    reduction="mean",
    right_on="one-hot targets",
    breaks="soft targets",
)
def combined_backward(dvalues, y_true):
    classes = y_true.argmax(axis=1) if y_true.ndim > 1 else y_true
    result = np.array(dvalues, dtype=float)
    for sample, k in enumerate(classes):
        result[sample, k] = result[sample, k] - 1
    return result / len(result)


@handed_over(
    ("fragile", "correct"),
    {"binary_through_diagonal"},
    "Two errors that cancel until h is 0 or 1.",
    role="loss_gradient",
    takes="h t",
    reduction="sum",
    serves="both",
    breaks="large logits",
    or_none=True,
)
def last_layer_delta(A, Y):
    dA = -(np.divide(Y, A) - np.divide(1 - Y, 1 - A))
    return dA * A * (1 - A)


@handed_over(
    ("wrong", "fragile"),
    {"no_shift", "missing_mean"},
    "No shift, and no division by N though the loss is np.mean.",
    role="loss_gradient",
    takes="z y",
    reduction="mean",
    undeclared={"fragile"},
    undeclared_mistakes={"no_shift"},
)
def grad_crossentropy_of_scores(logits, answers):
    weights = np.exp(logits)
    probs = weights / weights.sum(axis=-1)[:, np.newaxis]
    is_answer = np.arange(logits.shape[-1]) == np.asarray(answers)[:, np.newaxis]
    return probs - is_answer
