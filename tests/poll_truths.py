"""What is so of the polls' options, computed without what the slides compute them with."""

import numpy as np

from slides.computed import num, read, sigmoid, vec
from softmax_lab import (
    check_gradient,
    cross_entropy,
    diagnose,
    naive_softmax,
    numerical_gradient,
    numerical_jacobian,
    one_hot,
    softmax,
    softmax_jacobian,
    softmax_vjp,
    squared_error,
)
from softmax_lab.explorers import AttentionExplorer
from softmax_lab.network import Softmax
from softmax_lab.training import ERRORS

Z, V = np.array([2.0, 1.0, 0.1]), np.array([0.9, -1.4, 0.3])
RAISED = np.array([2.0, 1.01, 0.1])
H, J, T = softmax(Z), numerical_jacobian(softmax, Z, "complex"), one_hot(1, 3)


# ---- options that are numbers: each anew, from definitions and differences


def slope(f, x, method="complex"):
    return numerical_gradient(f, np.asarray(x, dtype=float), method)


def push(loss):
    return abs(slope(loss, [0.0, 8.0])[0])


def entropys_push():
    return push(lambda z: cross_entropy(z, 0))


def squares_push():
    return push(lambda z: squared_error(softmax(z), 0))


def told(mask):
    """What key 4 is told, from differences of the output along its score."""
    explorer = AttentionExplorer(mask=mask)
    values, error = np.array(explorer.v)[mask], np.array(explorer.upstream)
    scores = explorer.scores[mask]
    return num(slope(lambda z: softmax(z) @ values @ error, scores)[-1], 3, True)


NUMBERS = {
    "02/pocket": lambda: {
        2: f"it falls by {num(H[0] - softmax(RAISED)[0], 4)}",
        3: f"it rises by {num(H[0] - softmax(RAISED)[0], 4)}",
    },
    "03/stacks": lambda: {
        0: num(slope(lambda z: V @ softmax(z), Z)[2]),
        1: num(V[2] * J[2, 2]),
        2: num(V[2]),
        3: num(H[2] * V[2]),
    },
    "03/size": lambda: {0: "0.4 MB", 1: "2.5 GB", 2: "20 GB", 3: "0.02 GB"},
    "04/sigma": lambda: {
        0: vec(slope(lambda z: cross_entropy(z, 1), Z), 2),
        1: vec(slope(lambda h: -np.log(h[1]), H), 2),
        2: vec([-np.inf, -H[1], -np.inf], 2),
        3: vec(slope(lambda h: -np.log(h[1]) - np.log(1 - h[0]) - np.log(1 - h[2]), H), 2),
    },
    "04/squared": lambda: {2: f"about {num(entropys_push() / squares_push(), 0)} times"},
    "05/exp": lambda: {
        0: num(slope(lambda z: np.exp(z[0]), [1.2])[0], 2),
        1: num(np.exp(np.exp(1.2)), 2),
        3: num(np.exp(1.2) - np.exp(2.4), 2),
    },
    "05/which-shows": lambda: {
        0: num(slope(lambda z: 1 / (1 + np.exp(-z[0])), [1.2])[0]),
        1: num(slope(lambda z: 1 / (1 + np.exp(-z[0])), [sigmoid(1.2)])[0]),
        2: num(1.2 - 1.2**2, 2),
    },
    "06/twelve": lambda: {
        k: str(max(z for z in range(720) if np.isfinite(overflowing(dtype(z)))))
        for k, dtype in enumerate((np.float16, np.float32, np.float64))
    },
    "06/logs": lambda: {1: num(cross_entropy([0, 800, 0], 0), 0), 3: num(12 * np.log(10), 1)},
    "06/mask": lambda: {0: vec(np.ones(3) / 3, 2)},
    "06/batch": lambda: {0: vec(np.exp([2, 1, 0]) / np.exp([2, 1, 0]).sum(), 2)},
    "09/key-gone": lambda: {2: told([False, True, True, True])},
    "09/root": lambda: {0: "1", 1: "8", 2: "64"},
}


@np.errstate(over="ignore")
def overflowing(z):
    return np.exp(z)


# ---- which options are so


def passes(f, gradient, x=Z):
    return check_gradient(f, gradient, x).passed


def backward_passes(v, z=Z):
    """Which wrong backward passes a check with this error lets through."""
    h = softmax(z)
    wrong = v * h * (1 - h), v, h * v, softmax_jacobian(z).sum(axis=0)
    return [passes(lambda x: v @ softmax(x), answer, z) for answer in wrong]


def ends(run):
    runs = read("training_runs")
    return runs["held_out_accuracy"][runs["run"] == run]


def learns(run):
    accuracy = ends(run)
    return len(accuracy) == 31 and accuracy[-1] > 0.5


def agreeing_entries():
    found = check_gradient(lambda z: V @ softmax(z), V * H * (1 - H), Z)
    return int(np.isclose(found.analytic, found.numeric, rtol=1e-6).sum())


def moved_by(amount):
    return np.sign(np.round(softmax(Z + amount) - H, 12)).tolist()


def integer_check():
    """A checker that nudges the entries of an integer array in place."""
    x, found = np.array([1, 2, 3]), []
    for k in range(3):
        x[k] += 1e-5
        above = softmax(x)[0]
        x[k] -= 2e-5
        found.append((above - softmax(x)[0]) / 2e-5)
        x[k] += 1e-5
    return np.abs(found)


def digits_of_central_difference(step):
    truth = slope(lambda z: cross_entropy(z, 1), Z)
    found = numerical_gradient(lambda z: cross_entropy(z, 1), Z, "central", step)
    return -np.log10(np.abs(found / truth - 1).max())


@np.errstate(all="ignore")
def in_code(z, reason):
    h = softmax(np.array(z))
    clipped = softmax_jacobian(np.array(z)) @ (-one_hot(0, 3) / np.maximum(h, 1e-12))
    plain = softmax_jacobian(np.array(z)) @ (-one_hot(0, 3) / h)
    return {"plain": plain, "clipped": clipped}[reason]


@np.errstate(all="ignore")
def over_one_maximum():
    batch = np.array([[0.0, 800, 0], [-1, -2, -3]])
    return naive_softmax(batch - batch.max())[1]


def two_class_ratio():
    z, t = np.array([0.7, -0.4]), np.array([0.3, 0.7])
    h = softmax(z)
    return slope(lambda x: squared_error(softmax(x), t), z) / (2 * (h - t) * h * (1 - h))


def mask_passes_back():
    return softmax_vjp(np.array([2.0, 1.0, -np.inf]), V)[2]


def claims(*values):
    return list(map(bool, values))


def animals():
    t = np.array([1.0, 1.0, 0.0])
    answers = H - t, 2 * H - t, H - t / 2, (H - t) / 2
    return [passes(lambda z: cross_entropy(z, t), answer) for answer in answers]


def dense():
    W = np.array([[0.5, -1.0, 2.0], [1.5, 0.3, -0.7], [-0.2, 0.8, 1.1]])
    x = np.array([1.0, -2.0, 0.5])
    by_row, by_column = (passes(lambda x: V @ (W @ x), answer, x) for answer in (W @ V, W.T @ V))
    return [by_row, by_column, by_row and by_column, False]


def after_h_minus_t():
    answers = H - T, (H - T) * H * (1 - H), J @ (H - T)
    return [passes(lambda z: cross_entropy(z, 1), answer) for answer in answers]


def forgotten_mean():
    z, t = np.array([Z, -Z, 2 * Z, V]), np.array([0, 1, 2, 1])
    fails = []
    for n in (1, 4):
        unshared = softmax(z[:n]) - one_hot(t[:n], 3)
        fails.append(not passes(lambda x, n=n: cross_entropy(x, t[:n]), unshared, z[:n]))
    return [*fails, not learns("missing_mean")]


def of_logits(fed):
    wrong = np.diag(fed) - np.outer(fed, fed)
    return [not np.allclose(wrong, wrong.T), not np.allclose(wrong.sum(axis=1), 0), False]


def right_after_overwriting():
    layer, z = Softmax(), np.array([Z, V])
    layer.forward(z)
    expected, z[:] = softmax_vjp(z, np.array([V, Z])), np.nan
    return np.allclose(layer.backward(np.array([V, Z])), expected)


def at_zero():
    z = np.zeros(3)
    third = softmax(z)
    twice, alone = softmax_jacobian(third), np.diag(third * (1 - third))
    wrong = twice, alone, 2 * softmax_jacobian(z), -softmax_jacobian(z)
    return [passes(softmax, matrix, z) for matrix in wrong]


def rising():
    runs = read("training_runs")
    run = runs[runs["run"] == "softmax_applied_twice"][13:]
    grows = run["loss"][-1] > run["loss"][0] and run["accuracy"][-1] > run["accuracy"][0]
    surer = run["largest_logit"][-1] > 2 * run["largest_logit"][0]
    right = runs["loss"][runs["run"] == "right"]
    return [False, grows and surer, False, right[-1] > right[13]]  # the loss is of training digits


def told_to_others():
    error = ERRORS["diagonal_only"](H[None], T[None])[0]
    others = error[T == 0]
    return claims((others > 0).all(), (others == 0).all(), (others < 0).all())


def attention_has_a_target():
    explorer = AttentionExplorer()
    weights, passed = explorer.weights, explorer.score_gradient
    target = weights - passed  # what t would have to be, were it h - t
    no_target = target.min() < 0 or target.max() > 1
    return [not np.isclose(weights.sum(), 1), no_target, False, False]


def random_scores():
    rng = np.random.default_rng(0)
    size = (rng.normal(size=(4000, 64)) * rng.normal(size=(4000, 64))).sum(axis=1).std()
    return [abs(size / guess - 1) < 0.1 for guess in (1, 8, 64)]


def colleague():
    z, t = np.array([Z, V]), np.array([[0.2, 0.7, 0.1], [0.5, 0.2, 0.3]])
    h = softmax(z)
    answer = (-t / h + (1 - t) / (1 - h)) * h * (1 - h) / 2
    good = passes(lambda x: cross_entropy(x, t), answer, z)
    return [good, not good, False]


def by_differences(z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(z[..., None, :] - z[..., :, None]).sum(axis=-1)


def verdict(function, role):
    found = diagnose(function, role).verdict
    return [found == name for name in ("correct", "fragile", "wrong")]


def symptom():
    answer = H * (V - np.mean(H * V))
    off = (answer - softmax_vjp(Z, V)) / H
    return [False, False, np.ptp(off) < 1e-12]


SO = {
    "01/how-many": lambda: [agreeing_entries() == k for k in (3, 2, 1, 0)],
    "01/raise-one": lambda: [
        moved_by([0, 0.5, 0]) == signs for signs in ([0, 1, 0], [-1, 1, -1], [1, 1, 1], [-1, 1, 0])
    ],
    "01/home-made": lambda: [
        np.allclose(np.diag(J), H * (1 - H)),
        not np.isclose(np.diag(J), H * (1 - H)).any(),
        np.isclose(np.diag(J), H * (1 - H)).sum() == 2,
    ],
    "02/trap": lambda: [
        np.allclose(np.diag(H) - H * H.T, J),
        False,
        np.allclose(np.diag(H) - H * H.T, np.diag(H) - np.tile(H**2, (3, 1))),
        np.allclose(np.diag(H) - H * H.T, np.diag(np.diag(J))),
    ],
    "02/shift": lambda: [
        np.allclose(softmax(Z + 5), H) and np.allclose(J @ np.ones(3), answer)
        for answer in (0, H)
    ] + [(softmax(Z + 5) > H + 1e-9).all(), softmax(Z + 5)[0] > H[0] + 1e-9],
    "03/paths": lambda: [(J[:, 1] != 0).sum() == k for k in (1, 2, 3, 9)],
    "03/sum-rows": lambda: [
        np.allclose(J.sum(axis=0), 1), np.allclose(J.sum(axis=0), H),
        np.allclose([numerical_jacobian(softmax, z, "complex").sum(axis=0) for z in (Z, V)], 0),
        False,
    ],
    "03/transpose": dense,
    "04/two-animals": animals,
    "04/what-next": after_h_minus_t,
    "04/mean": forgotten_mean,
    "05/laws": lambda: of_logits(Z),
    "05/overwritten": lambda: claims(
        not right_after_overwriting(), right_after_overwriting(), not right_after_overwriting()
    ),
    "06/overflow": lambda: [
        np.array_equal(naive_softmax([0.0, 800, 0]), answer, equal_nan=True)
        for answer in ([0, 1, 0], [0, np.nan, 0], [np.nan] * 3)
    ] + [False],
    "06/gradient": lambda: claims(
        np.allclose(in_code([0.0, 800, 0], "plain"), [-1, 1, 0]),
        np.isnan(in_code([0.0, 800, 0], "plain")).all(),
        not in_code([0.0, 800, 0], "plain").any(),
    ),
    "06/right": lambda: [False, False, softmax([40.0, 0, -1])[0] - 1 == 0],
    "07/step": lambda: [
        round(digits_of_central_difference(1e-13)) in range(*reach)
        for reach in ((12, 20), (9, 12), (2, 5), (-5, 1))
    ],
    "07/integers": lambda: claims(
        np.allclose(integer_check(), abs(J[0])), not integer_check().any(),
        (integer_check() > 100).all(), False,
    ),
    "07/zero": at_zero,
    "07/ones": lambda: backward_passes(np.ones(3)),
    "07/two-classes": lambda: claims(
        np.allclose(two_class_ratio(), 1), np.allclose(two_class_ratio(), 2), False
    ),
    "08/who-learns": lambda: [
        sum(learns(run) for run in ERRORS if run != "right") == k for k in (0, 1, 2, 4)
    ],
    "08/batch": lambda: claims(
        late()["missing_mean"] > late()["right"], False, late()["missing_mean"] < 0.15
    ),
    "08/rising": rising,
    "08/blind": told_to_others,
    "09/no-target": attention_has_a_target,
    "09/mask": lambda: claims(mask_passes_back() == 0, np.isnan(mask_passes_back()), False),
    "10/one-poll": lambda: claims(
        False, np.allclose(np.diag(J), H * (1 - H)), False
    ),
    "10/two": lambda: [
        False, False,
        not np.allclose(of_x(Z).sum(axis=1), 0) and np.allclose(of_x(H).sum(axis=1), 0),
        np.allclose(of_x(Z).sum(axis=1), 0),
    ],
    "10/three": colleague,
    "10/four": lambda: verdict(by_differences, "softmax"),
    "10/symptom": symptom,
}  # fmt: skip
BY_NUMBER = {
    "06/logs": 1,
    "06/batch": 1,
    "06/mask": 0,
    "06/twelve": 0,
    "03/size": 2,
    "09/root": 1,
    "09/key-gone": 2,
    "02/pocket": 2,
    "03/stacks": 0,
    "04/sigma": 1,
    "04/squared": 2,
    "05/exp": 0,
    "05/which-shows": 2,
}


def of_x(x):
    return np.diag(x) - np.outer(x, x)


def late():
    table = read("training_batches")
    return table[table["batch"] == 400][0]
