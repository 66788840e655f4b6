"""What is right, by central differences in extended precision, and the inputs to ask about.

Nothing here is taken from the package: softmax and the losses are written down once more, and
no formula for a derivative is used.
"""

from dataclasses import dataclass, replace

import numpy as np

LONG = np.longdouble
STEP = LONG(1e-6)


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(z):
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def differences(f, x, step=STEP):
    """∂f/∂x for f of one vector; the last axis of the result belongs to x."""
    x = np.asarray(x, dtype=LONG)
    columns = []
    for k, width in enumerate(np.broadcast_to(step, x.shape)):
        change = np.zeros_like(x)
        change[k] = width
        columns.append((np.asarray(f(x + change)) - np.asarray(f(x - change))) / (2 * width))
    return np.stack(columns, axis=-1)


def by_sample(f, *arrays):
    """f of each sample, as an array of float64."""
    samples = zip(*(np.asarray(a, LONG) for a in arrays), strict=True)
    return np.array([f(*sample) for sample in samples], dtype=float)


def sample_loss(loss, z, t):
    if loss == "squared_error":
        return ((softmax(z) - t) ** 2).sum()
    return -np.where(t == 0, 0, t * log_softmax(z)).sum()


def output_loss(loss, h, t):
    if loss == "squared_error":
        return ((h - t) ** 2).sum()
    return -np.where(t == 0, 0, t * np.log(np.where(t == 0, 1, h))).sum()


def truth(case, p):
    """What the declared reading asks for, samples as rows; the loss of a batch is a number."""
    loss, reduction = case.setting("loss"), case.setting("reduction")
    share = 1 / len(p.z) if reduction == "mean" else 1.0
    if case.role == "softmax":
        return by_sample(softmax, p.z)
    if case.role == "jacobian":
        return by_sample(lambda z: differences(softmax, z), p.z)
    if case.role == "backward":
        return by_sample(lambda z, v: differences(lambda x: v @ softmax(x), z), p.z, p.v)
    if case.role == "loss":
        losses = by_sample(lambda z, t: sample_loss(loss, z, t), p.z, p.t)
        return losses if reduction == "none" else losses.sum() * share
    if case.role == "loss_gradient":
        gradient = by_sample(
            lambda z, t: differences(lambda x: sample_loss(loss, x, t), z), p.z, p.t
        )
        return gradient * share
    gradient = by_sample(
        lambda h, t: differences(
            lambda x: output_loss(loss, x, t), h, STEP * np.where(h == 0, LONG(1), h)
        ),
        p.h,
        p.t,
    )
    return gradient * share


# The inputs


@dataclass(frozen=True)
class Probe:
    """Samples as rows, with everything that a function may be given."""

    name: str
    z: np.ndarray
    v: np.ndarray
    t: np.ndarray

    @property
    def h(self):
        return softmax(self.z.astype(float))

    @property
    def y(self):
        return self.t.argmax(axis=-1)

    @property
    def N(self):
        return len(self.z)

    @property
    def n(self):
        return self.z.shape[1]

    def samples(self):
        for k in range(self.N):
            part = slice(k, k + 1)
            yield replace(self, z=self.z[part], v=self.v[part], t=self.t[part])


@dataclass
class Handed:
    """The same as the function wants it: one vector, a column, a row, or samples in columns."""

    z: np.ndarray
    h: np.ndarray
    v: np.ndarray
    t: np.ndarray
    y: object
    N: int
    n: int


def hand(p, serves, layout, lists=False):
    def laid_out(a):
        if serves in ("single", "column", "row"):
            a = a[0].reshape({"single": (-1,), "column": (-1, 1), "row": (1, -1)}[serves])
        elif layout == "columns":
            a = np.ascontiguousarray(a.T)
        return a.tolist() if lists else a.copy()

    y = int(p.y[0]) if serves in ("single", "column") else p.y.copy()
    y = y.tolist() if lists and hasattr(y, "tolist") else y
    return Handed(*map(laid_out, (p.z, p.h, p.v, p.t)), y, p.N, p.n)


def one_hot(labels, n):
    return np.eye(n)[np.asarray(labels)]


def _generic():
    rng = np.random.default_rng(20)
    for name, N, n in [("5 × 3", 5, 3), ("3 × 4", 3, 4), ("4 × 4", 4, 4), ("6 × 4", 6, 4)]:
        z, v = rng.normal(size=(N, n)) * 1.3, rng.normal(size=(N, n))
        yield Probe(f"soft targets, {name}", z, v, rng.dirichlet(np.ones(n), size=N))
    for name, N, n in [("5 × 4", 5, 4), ("4 × 4 again", 4, 4)]:
        z, v = rng.normal(size=(N, n)) * 1.3, rng.normal(size=(N, n))
        yield Probe(f"one-hot targets, {name}", z, v, one_hot(rng.integers(0, n, size=N), n))


def _extreme():
    rng = np.random.default_rng(21)

    def probe(name, z, labels):
        z = np.array(z)
        return Probe(name, z, rng.normal(size=z.shape), one_hot(labels, z.shape[1]))

    yield probe("large logits", [[0.5, 900.0, -2.0], [1.0, 0.2, -0.4]], [1, 0])
    yield probe("large and missed", [[0.5, 900.0, -2.0], [1.0, 0.2, -0.4]], [0, 0])
    yield probe("two large logits", [[901.5, 900.0, 0.3], [1.0, 0.2, -0.4]], [0, 0])
    yield probe(
        "very negative logits", [[-910.0, -901.5, -905.0], [-912.0, -911.0, -910.5]], [1, 2]
    )
    yield probe("a row far below", [[-900.0, -901.5, -900.7], [3.1, 2.2, 1.4]], [0, 1])
    yield probe("confident", [[32.0, 0.5, -8.0], [-9.0, -14.0, 30.0]], [0, 2])
    yield probe("very unlikely classes", [[32.0, 0.5, -8.0], [-9.0, -14.0, 30.0]], [2, 1])
    yield probe("unlikely classes", [[32.0, 0.5, -8.0], [-9.0, -14.0, 30.0]], [1, 0])


def ordinary(case):
    """The probes that any function of the role gets right."""
    for p in _generic():
        if case.setting("targets") == "labels":
            p = replace(p, t=one_hot(p.y, p.n))
        if case.right_on == "one-hot targets" and not p.name.startswith("one-hot"):
            continue
        if case.right_on == "positive logits":
            p = replace(p, z=abs(p.z) + 0.5)
        yield p


def extremes():
    return {p.name: p for p in _extreme()}


def integers():
    rng = np.random.default_rng(22)
    z = np.array([[1, 2, 3, 0], [4, 2, 1, 3], [0, 2, -1, 1]])
    return Probe("integer logits", z, rng.normal(size=z.shape), one_hot([1, 0, 2], 4))
