"""The truth by differentiation, and what each mistake computes, both written for these cases.

Samples are rows here. The truth never uses a formula for a derivative: it is the complex step on
softmax and on the losses. A mistake is a change to one part of the right formula (which h is
used, which t, what is done with them, what it is multiplied by), so that two mistakes at once
are two changes.
"""

from dataclasses import dataclass, replace

import numpy as np

TINY = 1e-30


# The truth


def softmax(z, axis=-1):
    e = np.exp(z - z.real.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(z):
    shifted = z - z.real.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def complex_step(f, x):
    """∂f/∂x for f of one vector; the last axis of the result belongs to x."""
    steps = 1j * TINY * np.eye(x.size)
    return np.stack([np.imag(f(x + step)) / TINY for step in steps], axis=-1)


def sample_loss(loss, z, t):
    if loss == "squared_error":
        return ((softmax(z) - t) ** 2).sum()
    return -(t * np.where(t == 0, 0, log_softmax(z))).sum()


def output_loss(loss, h, t):
    if loss == "squared_error":
        return ((h - t) ** 2).sum()
    return -(t * np.log(np.where(t == 0, 1, h))).sum()


def binary_loss(h, t):
    return -(t * np.log(h) + (1 - t) * np.log(1 - h)).sum()


def share(reduction, N):
    return 1 / N if reduction == "mean" else 1.0


def truth(case, probe):
    """What a correct function gives: (N, n), for the Jacobian (N, n, n), for the loss a number."""
    z, v, t = probe.z.astype(float), probe.v, probe.t
    loss, reduction = case.setting("loss"), case.setting("reduction")
    rows = range(len(z))
    if case.role == "softmax":
        return softmax(z)
    if case.role == "jacobian":
        return np.array([complex_step(softmax, z[i]) for i in rows])
    if case.role == "backward":
        return np.array([complex_step(lambda x, i=i: v[i] @ softmax(x), z[i]) for i in rows])
    if case.role == "loss":
        losses = np.array([sample_loss(loss, z[i], t[i]) for i in rows])
        return losses if reduction == "none" else losses.sum() * share(reduction, len(z))
    if case.role == "loss_gradient":
        gradient = [complex_step(lambda x, i=i: sample_loss(loss, x, t[i]), z[i]) for i in rows]
    else:
        h = softmax(z)
        gradient = [complex_step(lambda x, i=i: output_loss(loss, x, t[i]), h[i]) for i in rows]
    return np.array(gradient) * share(reduction, len(z))


# The inputs


@dataclass(frozen=True)
class Probe:
    name: str
    z: np.ndarray
    v: np.ndarray
    t: np.ndarray
    ordinary: bool

    @property
    def labels(self):
        return self.t.argmax(axis=1)

    def samples(self):
        """The same numbers as batches of one."""
        for i in range(len(self.z)):
            part = slice(i, i + 1)
            yield Probe(self.name, self.z[part], self.v[part], self.t[part], self.ordinary)


def one_hot(labels, n):
    return np.eye(n)[labels]


def probes(case):
    """Generic inputs first, then those that only careful code survives."""
    rng = np.random.default_rng(7)
    targets = case.setting("targets")

    def make(name, z, t, ordinary):
        if targets == "labels":
            t = one_hot(t.argmax(axis=1), t.shape[1])
        return Probe(name, z, rng.normal(size=z.shape), t, ordinary)

    def generic(name, N, n):
        z = rng.normal(size=(N, n))
        if case.role == "softmax":  # exp_missing divides by Σz
            z += np.sign(z.sum(axis=1, keepdims=True))
        t = rng.dirichlet(np.ones(n), size=N)
        if targets == "any":
            t *= rng.uniform(0.5, 2.5, size=(N, 1))
        return make(name, z, t, True)

    yield generic("soft targets", 5, 4)
    yield generic("more classes than samples", 3, 5)
    yield generic("as many samples as classes", 4, 4)
    hot = one_hot(np.array([2, 0, 3, 1, 0]), 4)
    # -h/t needs every target to be positive.
    if case.role != "output_gradient":
        yield make("one-hot targets", rng.normal(size=(5, 4)), hot, True)
    integers = np.array([[1, 2, 3], [0, -2, 1], [4, 0, 0], [-1, 1, 2]])
    yield make("integer logits", integers, rng.dirichlet(np.ones(3), size=4), False)
    wide = np.array([[0.0, -30.0, 2.0], [35.0, 1.0, 0.0], [2.0, 1.0, -38.0], [0.0, 0.0, 40.0]])
    yield make("small probabilities", wide, one_hot(np.array([1, 2, 2, 0]), 3), False)
    large = np.array([[2500.0, 0.0, -5.0], [0.0, 1.0, 2.0], [-999.0, -1000.0, -998.0]])
    large = np.vstack([large, [3.0, 800.0, 2.0]])
    unlikely = np.array([1, 0, 2, 2])
    fed_h = case.setting("given") == "output"
    yield make("large logits", large, one_hot(large.argmax(1) if fed_h else unlikely, 3), False)


# What each mistake computes


def jacobian(h):
    return h[:, :, None] * (np.eye(h.shape[1]) - h[:, None, :])


def diagonals(x):
    return x[:, :, None] * np.eye(x.shape[1])


def outer(h):
    return h[:, :, None] * h[:, None, :]


def times(J, v):
    return np.einsum("bij,bj->bi", J, v)


def flattened(h):
    flat = h.ravel()
    return np.diag(flat) - np.outer(flat, flat)


def logistic(z):
    return 1 / (1 + np.exp(-z))


def without_keepdims(z):
    e = np.exp(z)
    return e / e.sum(axis=1) if len(z) == z.shape[1] else np.full(z.shape, np.nan)


def first_nonzero(h, v):
    k = (v != 0).argmax(axis=1)
    rows = np.arange(len(v))
    return v[rows, k][:, None] * jacobian(h)[rows, k]


def flat_dot(h, v):
    return (h * v).sum(axis=1) if len(h) == h.shape[1] else np.nan


OTHER_OUTPUTS = {
    "softmax_applied_twice": ("h", lambda z: softmax(softmax(z))),
    "wrong_axis": ("h", lambda z: softmax(z, axis=0)),
    "missing_keepdims": ("h", without_keepdims),
}

JACOBIAN = {
    **OTHER_OUTPUTS,
    "logits_used_as_output": ("h", lambda z: z),
    "diagonal_only": ("form", lambda h: [h * (1 - h), diagonals(h * (1 - h))]),
    "off_diagonal_sign": ("form", lambda h: [diagonals(h) + outer(h) - 2 * diagonals(h * h)]),
    "one_dimensional_transpose": ("form", lambda h: [diagonals(h) - (h * h)[:, None, :]]),
    "outer_product_doubled": ("form", lambda h: [diagonals(h) - 2 * outer(h)]),
    "delta_lost": ("form", lambda h: [h[:, None, :] - outer(h), h[:, :, None] - outer(h)]),
    "row_sums": ("form", lambda h: [jacobian(h).sum(axis=2)]),
    "returns_output": ("form", lambda h: [h]),
    "one_minus_output": ("form", lambda h: [1 - h]),
    "returns_ones": ("form", lambda h: [np.ones_like(h)]),
    "first_column_only": ("form", lambda h: [jacobian(h)[:, :, 0]]),
    "flattened_batch": ("form", lambda h: [flattened(h)]),
    "sigmoid_derivative": ("whole", lambda z: [logistic(z) * logistic(-z)]),
}

BACKWARD = {
    "softmax_applied_twice": OTHER_OUTPUTS["softmax_applied_twice"],
    "logits_used_as_output": ("h", lambda z: z),
    "diagonal_only": ("form", lambda h, v: [v * h * (1 - h)]),
    "off_diagonal_sign": (
        "form",
        lambda h, v: [times(diagonals(h) + outer(h) - 2 * diagonals(h * h), v)],
    ),
    "pass_through": ("form", lambda h, v: [v]),
    "upstream_ignored": ("form", lambda h, v: [jacobian(h), jacobian(h).sum(axis=2)]),
    "elementwise_upstream": ("form", lambda h, v: [v[:, None, :] * jacobian(h)]),
    "missing_dot_product": ("form", lambda h, v: [h * v]),
    "upstream_minus_output": ("form", lambda h, v: [h * (v - h)]),
    "jacobian_times_output": ("form", lambda h, v: [times(jacobian(h), h)]),
    "first_nonzero_only": ("form", lambda h, v: [first_nonzero(h, v)]),
    "cross_entropy_assumed": ("form", lambda h, v: [h - (v != 0)]),
    "softmax_of_upstream": ("form", lambda h, v: [jacobian(softmax(v))]),
    "batch_sum_leak": ("form", lambda h, v: [h * (v - (h * v).sum())]),
    "missing_keepdims": ("form", lambda h, v: [h * (v - flat_dot(h, v))]),
}

FACTORS = {
    "missing_mean": ("mean", lambda N, n: N),
    "mean_twice": ("mean", lambda N, n: 1 / N),
    "mean_over_entries": ("mean", lambda N, n: 1 / n),
    "sign_flipped": ("sign", lambda N, n: -1),
    "missing_minus": ("sign", lambda N, n: -1),
    "missing_factor_two": ("two", lambda N, n: 0.5),
}

OTHER_TARGETS = {
    "soft_target_argmax": ("t", lambda t: one_hot(t.argmax(axis=1), t.shape[1])),
    "label_off_by_one": ("t", lambda t: np.roll(t, -1, axis=1)),
}

LOSS_GRADIENT = {
    **OTHER_OUTPUTS,
    **OTHER_TARGETS,
    **FACTORS,
    "softmax_forgotten": ("h", lambda z: z),
    "whole_batch_softmax": ("h", lambda z: softmax(z.ravel()).reshape(z.shape)),
    "diagonal_only": ("form", lambda h, t: [-t * (1 - h)]),
    "fused_times_diagonal": ("form", lambda h, t: [(h - t) * h * (1 - h)]),
    "fused_times_jacobian": ("form", lambda h, t: [times(jacobian(h), h - t)]),
    "binary_cross_entropy": ("form", lambda h, t: [(h - t) / (h * (1 - h))]),
    "target_sum_ignored": ("form", lambda h, t: [h - t]),
}

OUTPUT_GRADIENT = {
    **FACTORS,
    "soft_target_argmax": OTHER_TARGETS["soft_target_argmax"],
    "swapped_arguments": ("form", lambda h, t: [-h / t]),
    "binary_cross_entropy": ("form", lambda h, t: [-t / h + (1 - t) / (1 - h)]),
    "binary_sign": ("form", lambda h, t: [-t / h - (1 - t) / (1 - h)]),
}

SOFTMAX = {
    "wrong_axis": ("axis", lambda x, how: how(x, axis=0, keepdims=True)),
    "sum_over_batch": ("axis", lambda x, how: how(x, keepdims=True)),
    "missing_keepdims": ("axis", lambda x, how: how(x, axis=1)),
    "max_outside_exp": ("top", lambda z, over: np.exp(z) - over(z, np.max)),
    "exp_missing_in_sum": ("bottom", lambda z, over: over(z, np.sum)),
    "one_added_to_sum": (
        "whole",
        lambda z: [np.exp(z) / (1 + np.exp(z).sum(axis=1, keepdims=True))],
    ),
    "exp_missing": ("whole", lambda z: [z / z.sum(axis=1, keepdims=True)]),
    "division_missing": ("whole", lambda z: [np.exp(z).sum(axis=1)]),
}

LOSS = {
    **FACTORS,
    "soft_target_argmax": OTHER_TARGETS["soft_target_argmax"],
    "binary_cross_entropy": ("sample", lambda z, t: binary_loss(softmax(z), t)),
}

KEYS = {
    "softmax": SOFTMAX,
    "jacobian": JACOBIAN,
    "backward": BACKWARD,
    "loss": LOSS,
    "loss_gradient": LOSS_GRADIENT,
    "output_gradient": OUTPUT_GRADIENT,
}


def right_parts(case):
    """The parts of the right formula, to be changed by mistakes."""
    squared = case.setting("loss") == "squared_error"
    if case.role == "softmax":
        return {
            "axis": lambda x, how: how(x, axis=1, keepdims=True),
            "top": lambda z, over: np.exp(z),
            "bottom": lambda z, over: over(np.exp(z), np.sum),
        }
    if case.role == "jacobian":
        return {"h": softmax, "form": lambda h: [jacobian(h)]}
    if case.role == "backward":
        return {"h": softmax, "form": lambda h, v: [times(jacobian(h), v)]}
    parts = dict.fromkeys(("mean", "sign", "two"), lambda N, n: 1)
    parts |= {"h": softmax, "t": lambda t: t}
    parts["sample"] = lambda z, t: sample_loss(case.setting("loss"), z, t)
    if case.role == "loss_gradient" and squared:
        parts["form"] = lambda h, t: [2 * times(jacobian(h), h - t)]
    elif case.role == "loss_gradient":
        parts["form"] = lambda h, t: [h * t.sum(axis=1, keepdims=True) - t]
    elif squared:
        parts["form"] = lambda h, t: [2 * (h - t)]
    else:
        parts["form"] = lambda h, t: [-t / h]
    return parts


def changed_parts(case, keys):
    """The parts with the mistakes made, or None where both change the same part."""
    parts, changed = right_parts(case), set()
    if "target_sum_ignored" in keys and case.setting("targets") != "any":
        return None
    for key in keys:
        part, change = KEYS[case.role][key]
        if part in changed:
            return None
        if key == "diagonal_only" and case.setting("loss") == "squared_error":
            parts[part] = lambda h, t: [2 * (h - t) * h * (1 - h)]
        else:
            parts[part] = change
        changed.add(part)
    return parts


def mistaken(case, keys, probe):
    """What a function with these mistakes gives: arrays, any of which may be meant."""
    arrays = with_mistakes(case, keys, probe)
    if "missing_keepdims" in keys and case.role in ("softmax", "jacobian"):
        # A sum that meets the wrong row makes a difference of each row's shift.
        shifted = probe.z - probe.z.max(axis=1, keepdims=True)
        arrays = arrays + with_mistakes(case, keys, replace(probe, z=shifted))
    if "label_off_by_one" in keys:
        reverse = replace(probe, t=np.roll(probe.t, 2, axis=1))
        arrays = arrays + with_mistakes(case, keys, reverse)
    return arrays


def with_mistakes(case, keys, probe):
    parts = changed_parts(case, keys)
    z, v, t = probe.z.astype(float), probe.v, probe.t
    if parts is None:
        return []
    with np.errstate(all="ignore"):
        if "whole" in parts:
            return parts["whole"](z)
        if case.role == "softmax":

            def over(x, how):
                return parts["axis"](x, how)

            if len({len(z), z.shape[1], 1}) > 2 and parts["axis"] is SOFTMAX["missing_keepdims"][1]:
                return []
            return [parts["top"](z, over) / parts["bottom"](z, over)]
        h = parts["h"](z)
        if case.role == "jacobian":
            return parts["form"](h)
        if case.role == "backward":
            return parts["form"](h, v)
        N, n = z.shape
        factor = parts["mean"](N, n) * parts["sign"](N, n) * parts["two"](N, n)
        factor *= share(case.setting("reduction"), N)
        t = parts["t"](t)
        if case.role == "loss":
            losses = [parts["sample"](z[i], t[i]) for i in range(N)]
            return [factor * np.sum(losses)]
        return [factor * form for form in parts["form"](h, t)]


def everything_in_the_catalogue(case, probe):
    """(keys, array) for the truth, each mistake, and each pair of them."""
    yield (), truth(case, probe)
    for first in KEYS[case.role]:
        for second in (None, *KEYS[case.role]):
            keys = (first, second) if second else (first,)
            for array in mistaken(case, keys, probe):
                yield keys, np.asarray(array)


# Asking the function


def call(case, probe, single, function=None):
    """What the function gives for the probe; a single sample if ``single``."""
    function = function or case.make()
    z = probe.z.copy() if case.setting("given") == "logits" else softmax(probe.z.astype(float))
    t = probe.labels if case.setting("targets") == "labels" else probe.t.copy()
    v = probe.v.copy()
    if single:
        z, v, t = z[0], v[0], t[0]
    elif case.setting("layout") == "columns":
        z, v, t = z.T.copy(), v.T.copy(), t.T.copy()
    if case.lists:
        z = z.tolist()
    second = {"softmax": (), "jacobian": (), "backward": (v,)}.get(case.role, (t,))
    with np.errstate(all="ignore"):
        if not hasattr(function, "forward"):
            return function(z, *second), (z, *second)
        if case.role == "backward":
            function.forward(z)
            return function.backward(v), (z, v)
        function.forward(z, t)
        return function.backward(), (z, t)


def readings(case, result, single):
    """The result as rows, in each way its shape can be read."""
    x = np.asarray(result, dtype=float)
    yield x
    if single and x.ndim == 2 and 1 in x.shape:
        yield x.ravel()
    if single and x.shape == (1,):
        yield x[0]
    if case.setting("layout") == "columns" and x.ndim > 1:
        yield x.T if x.ndim == 2 else np.moveaxis(x, -1, 0)


def agree(case, result, expected, single, tolerance):
    """Whether the result, read in one way or another, has the expected numbers."""
    expected = np.asarray(expected, dtype=float)
    one_matrix = case.serves == "one" and expected.ndim == 3
    if one_matrix or (single and expected.ndim and expected.shape[0] == 1):
        expected = expected[0]
    return any(
        x.shape == expected.shape and np.allclose(x, expected, rtol=tolerance, atol=tolerance / 100)
        for x in readings(case, result, single)
    )
