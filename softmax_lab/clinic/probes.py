"""The inputs that functions are tried on: fixed, and generic so that no mistake hides.

Generic means: at least three classes, logits that are not small, upstream errors dense and
unsymmetric, soft and one-hot targets, N ≠ n and one N = n. Two of them have the same shape, so
that a function that remembers its last answer is caught.
"""

from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np

from softmax_lab.clinic.settings import Settings
from softmax_lab.cross_entropy import one_hot
from softmax_lab.softmax import softmax

FAR_BELOW = "a row far below another"  # whole, or it is no such probe


@dataclass(frozen=True, eq=False)
class Case:
    """One input: samples as rows, however the function itself wants them."""

    name: str
    settings: Settings
    z: np.ndarray
    h: np.ndarray
    v: np.ndarray
    t: np.ndarray
    single: bool = False
    integer: bool = False

    @property
    def N(self):
        """The number of samples."""
        return len(self.z)

    @property
    def n(self):
        """The number of classes."""
        return self.z.shape[1]

    @cached_property
    def labels(self):
        """The largest class of each target."""
        return self.t.argmax(axis=-1)

    @cached_property
    def one_hot(self):
        """Whether every target has a single non-zero entry."""
        return bool(((self.t != 0).sum(axis=-1) == 1).all())

    @cached_property
    def total(self):
        """Σt of each sample, exactly 1 where it is 1 apart from rounding."""
        total = self.t.sum(axis=-1, keepdims=True)
        return np.where(np.isclose(total, 1), 1.0, total)

    @property
    def x(self):
        """What the function is given first: z or h."""
        return self.z if self.settings.from_logits else self.h

    @property
    def share(self):
        """What the reduction multiplies the gradient of one sample by."""
        return 1 / self.N if self.settings.reduction == "mean" else 1.0

    def shared(self, gradient):
        """The gradients of the samples, as the reduction leaves them."""
        return gradient * self.share

    def reduced(self, losses):
        """The losses of the samples, reduced."""
        return losses if self.settings.reduction == "none" else losses.sum() * self.share

    def change(self, **changes):
        """The same case with another z, h, v or t."""
        return replace(self, **changes)

    def transposed(self):
        """The case in which samples and classes have changed places."""
        z, v, t = self.z.T, self.v.T, self.t.T
        return self.change(z=z, h=softmax(z), v=v, t=t)

    def of_classes(self, n):
        """The case with its first n classes only; the target must be on those."""
        z, v, t = (a[:, :n] for a in (self.z, self.v, self.t))
        return self.change(z=z, h=softmax(z), v=v, t=t)

    def row(self, k):
        """Sample k alone."""
        one = slice(k, k + 1)
        parts = {name: getattr(self, name)[one] for name in "zhvt"}
        return self.change(name=f"{self.name}, one sample", single=True, **parts)


def one_by_one(some):
    """Each sample of some cases alone."""
    return [case.row(k) for case in some for k in range(case.N)]


def _generic(settings):
    soft = [[0.55, 0.3, 0.15], [0.1, 0.25, 0.65], [0.2, 0.7, 0.1], [0.45, 0.5, 0.05]]
    soft4 = [[0.4, 0.3, 0.2, 0.1], [0.05, 0.15, 0.25, 0.55], [0.1, 0.6, 0.12, 0.18]]
    yield _case(
        settings,
        "soft targets, N = 5, n = 3",
        [[0.7, -1.2, 0.4], [1.9, 0.3, -0.8], [-0.6, 0.9, 1.3], [0.2, 1.1, -1.7], [-0.4, -1.1, 0.5]],
        [[0.9, -1.4, 2.1], [-0.7, 1.6, 0.3], [1.2, 0.8, -0.5], [0.6, -2.2, 1.1], [-1.3, 0.4, 0.7]],
        [*soft, [0.35, 0.4, 0.25]],
        labels=[0, 1, 1, 0, 1],
    )
    yield _case(
        settings,
        "one-hot targets, N = 3, n = 4",
        [[1.4, -0.3, 0.6, -1.1], [0.1, 1.7, -0.9, 0.8], [-0.7, 0.5, 1.2, 2.1]],
        [[-0.8, 1.5, 0.4, -1.9], [1.1, 0.2, -0.6, 2.3], [0.7, -1.2, 1.8, -0.3]],
        labels=[2, 0, 3],
    )
    yield _case(
        settings,
        "soft targets, N = n = 4",
        [
            [0.3, 1.6, -0.7, 0.9],
            [-1.3, 0.2, 1.1, 0.6],
            [2.2, 0.4, -0.2, -1.5],
            [0.8, -0.9, 0.1, 1.4],
        ],
        [
            [1.3, -0.4, 0.9, 2.2],
            [-1.7, 0.6, 1.4, -0.3],
            [0.5, -2.1, 0.7, 1.9],
            [2.4, 0.3, -0.8, 1.2],
        ],
        [*soft4, [0.22, 0.08, 0.41, 0.29]],
        labels=[2, 1, 0, 2],
    )
    yield _case(
        settings,
        "one-hot targets, N = 5, n = 3",
        [[-0.9, 0.5, 1.5], [0.6, 2.3, -0.1], [1.2, -0.7, 0.3], [-1.4, -0.2, 0.9], [0.4, 1.3, -0.5]],
        [[0.4, 1.7, -0.9], [1.9, -0.6, 0.8], [-1.1, 0.5, 2.3], [0.3, 1.4, -1.6], [2.1, -0.2, 0.9]],
        labels=[1, 2, 0, 0, 1],
    )


def _any(settings):
    yield _case(
        settings,
        "targets that do not sum to 1, N = 4, n = 3",
        [[0.8, -0.6, 1.1], [-1.2, 0.7, 0.3], [1.6, 0.2, -0.9], [0.5, 1.4, -0.3]],
        [[1.4, -0.8, 0.6], [0.3, 1.9, -1.2], [-0.7, 0.9, 2.0], [1.1, -1.5, 0.4]],
        [[0.9, 0.5, 1.3], [0.2, 0.1, 0.3], [1.7, 0.0, 0.6], [0.4, 2.2, 0.8]],
    )


def _extreme(settings):
    """Logits that overflow, underflow or saturate."""
    upstream = [[0.9, -1.4, 2.1], [-0.7, 1.6, 0.3]]
    plain, soft = [1.2, 0.3, -0.8], [0.2, 0.5, 0.3]
    # -log h is infinite where h has rounded to 0 and t has not: no one is blamed for that.
    from_output = not settings.from_logits and settings.role in ("loss", "output_gradient")
    missed = [0.0, 1.0, 0.0] if from_output else [0.0, 0.0, 1.0]
    for name, z, t in [
        ("saturated logits", [[0.4, 800.0, -0.3], plain], [missed, soft]),
        ("right and saturated", [[0.7, 3000.0, -0.2], plain], [[0.0, 1.0, 0.0], soft]),
        ("two large logits", [[801.5, 800.0, 0.25], plain], [[0.6, 0.4, 0.0], soft]),
        (
            "very negative logits",
            [[-810.0, -800.5, -803.0], [-811.5, -809.0, -812.0]],
            [[0.3, 0.6, 0.1], soft],
        ),
        (FAR_BELOW, [[-900.0, -901.5, -900.7], [3.1, 2.2, 1.4]], [soft, missed]),
        ("confident logits", [[30.0, 0.5, -8.0], [-14.6, -9.1, 31.0]], [soft, [0.1, 0.6, 0.3]]),
        ("unlikely classes", [[6.5, -5.0, 0.2], [-7.3, 1.1, 13.0]], [soft, [0.6, 0.1, 0.3]]),
        ("confident and right", [[35.0, 0.5, -1.0], plain], [[1.0, 0.0, 0.0], soft]),
    ]:
        yield _case(settings, name, z, upstream, t, labels=np.argmax(t, axis=-1))


def _integer(settings):
    if settings.from_logits:
        z = [[1.0, 2.0, 3.0, 0.0], [4.0, 2.0, 1.0, 3.0], [0.0, 2.0, -1.0, 1.0]]
        upstream = [[-0.8, 1.5, 0.4, -1.9], [1.1, 0.2, -0.6, 2.3], [0.7, -1.2, 1.8, -0.3]]
        case = _case(settings, "integer logits", z, upstream, labels=[1, 0, 2])
        yield case.change(integer=True)


def _case(settings, name, z, upstream, t=None, labels=None):
    z, v = np.array(z), np.array(upstream)
    if not settings.with_target:
        name = name.rpartition("targets, ")[2]
    elif settings.targets == "labels":
        name = name.replace("soft targets", "labels").replace("one-hot targets", "labels")
    if t is None or settings.targets == "labels":
        t = one_hot(labels, z.shape[1])
    return Case(name, settings, z, softmax(z), v, np.array(t))


def _small_ones(settings):
    """The second samples of those cases whose small probabilities are what matters."""
    names = ("confident logits", "unlikely classes")
    return [case.row(1) for case in _extreme(settings) if case.name in names]


@cache
def cases(settings, kind, single=False):
    """The probes of one kind: "generic", "extreme" or "integer", as batches or one by one."""
    made = {"generic": _generic, "extreme": _extreme, "integer": _integer}[kind](settings)
    made = list(made)
    if kind == "generic" and settings.targets == "any":
        made += _any(settings)
    if single:
        made = [
            case.row(0 if kind == "extreme" else (k + 1) % case.N) for k, case in enumerate(made)
        ]
        if kind == "extreme":
            made += _small_ones(settings)
            made = [case for case in made if case.name != FAR_BELOW]
    return tuple(made)
