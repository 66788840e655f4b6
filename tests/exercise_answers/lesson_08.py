"""Wrong answers to the exercises of lesson 8."""

import numpy as np

from softmax_lab import numerical_jacobian

OBEYS = [
    [False, True, True],
    [True, False, True],
    [True, True, False],
    [False, False, True],
]


def but(row, law):
    """The right table, with one entry turned over."""
    table = [list(entries) for entries in OBEYS]
    table[row][law] = not table[row][law]
    return table


class Around:
    def __init__(self, inner):
        self.inner = inner


class RightWay(Around):
    def forward(self, x):
        return x + self.inner.forward(x)

    def backward(self, upstream):
        return upstream + self.inner.backward(upstream)


class InnerForwardOnly(RightWay):
    def forward(self, x):
        return self.inner.forward(x)


class InPlaceForward(RightWay):
    def forward(self, x):
        x += self.inner.forward(x)
        return x


class ProductForward(RightWay):
    def forward(self, x):
        return x * self.inner.forward(x)


class ThroughOnly(RightWay):
    def backward(self, upstream):
        return self.inner.backward(upstream)


class AroundOnly(RightWay):
    def backward(self, upstream):
        return upstream


class Multiplied(RightWay):
    def backward(self, upstream):
        return upstream * self.inner.backward(upstream)


class AddsTheInput(RightWay):
    def forward(self, x):
        self.x = x
        return super().forward(x)

    def backward(self, upstream):
        return self.x + self.inner.backward(upstream)


class AddsTheOutput(RightWay):
    def forward(self, x):
        self.f = self.inner.forward(x)
        return x + self.f

    def backward(self, upstream):
        return upstream + self.f


class ForwardAgain(RightWay):
    def backward(self, upstream):
        return upstream + self.inner.forward(upstream)


class InPlaceBackward(RightWay):
    def backward(self, upstream):
        upstream += self.inner.backward(upstream)
        return upstream


class Halved(RightWay):
    def backward(self, upstream):
        return super().backward(upstream) / 2


class SentTheSum(RightWay):
    def backward(self, upstream):
        through = self.inner.backward(upstream)
        self.inner.backward(upstream + through)
        return upstream + through


class Measured(RightWay):
    def forward(self, x):
        self.x = x
        return super().forward(x)

    def backward(self, upstream):
        J = numerical_jacobian(self.forward, self.x, method="complex")
        return np.tensordot(upstream, J, axes=2)


class NothingKept(RightWay):
    def backward(self, upstream):
        return upstream * self.h


def cross_entropy_of_output(h, t):
    return -(t * np.log(h)).sum() / len(h)


def squares(h, t):
    return ((h - t) ** 2).sum() / len(h)


class OfACopy(RightWay):
    def forward(self, x):
        y = x.copy()
        y += self.inner.forward(x)
        return y

    def backward(self, upstream):
        error = upstream.copy()
        error += self.inner.backward(upstream)
        return error


class OfAnotherCopy(RightWay):
    def forward(self, x):
        y = np.array(self.inner.forward(x))
        y += x
        return y

    def backward(self, upstream):
        error = np.array(self.inner.backward(upstream))
        error += upstream
        return error


class RowByRow(RightWay):
    def forward(self, x):
        return np.array([a + b for a, b in zip(x, self.inner.forward(x), strict=True)])


class ByEinsum(RightWay):
    def forward(self, x):
        return np.einsum("ij,kij->ij", np.ones_like(x), [x, self.inner.forward(x)])


class InFloat32(RightWay):
    def forward(self, x):
        return super().forward(x).astype(np.float32)

    def backward(self, upstream):
        return super().backward(upstream).astype(np.float32)


class InLists(RightWay):
    def forward(self, x):
        return super().forward(x).tolist()

    def backward(self, upstream):
        return super().backward(upstream).tolist()


class WithAKeyword(RightWay):
    def __init__(self, inner, scale=1.0):
        super().__init__(inner)
        self.scale = scale

    def forward(self, x, training=True):
        return x + self.scale * self.inner.forward(x)


class IntoTheInnerOutput(RightWay):
    def forward(self, x):
        y = self.inner.forward(x)
        y += x
        return y


def squares_in_a_loop(h, t):
    total = 0.0
    for a, b in zip(h, t, strict=True):
        total += sum((a - b) ** 2)
    return total / 2 / len(h)


def squares_by_einsum(h, t):
    return np.einsum("nk,nk->", h - t, h - t) / (2 * len(h))


def squares_on_a_copy(h, t):
    d = h.copy()
    d -= t
    d *= d
    return 0.5 * d.sum(axis=1).mean()


def in_float32(h, t):
    return np.float32(0.5) * ((np.float32(h) - np.float32(t)) ** 2).sum() / np.float32(len(h))


def with_a_constant(h, t):
    return squares(h, t) / 2 + 17


def by_the_norm(h, t):
    return np.linalg.norm(h - t) ** 2 / (2 * len(h))


def overwrites_the_output(h, t):
    h -= t
    return (h**2).sum() / (2 * len(h))


RIGHT = {
    "8.2": [OfACopy, OfAnotherCopy, RowByRow, ByEinsum, InFloat32, InLists, WithAKeyword],
    "8.3": [
        squares_in_a_loop,
        squares_by_einsum,
        squares_on_a_copy,
        in_float32,
        with_a_constant,
        by_the_norm,
    ],
}


WRONG = {
    "8.1": [
        (but(0, 0), "`diagonal_only` and law 1 again: t is one-hot"),
        (but(0, 1), "what becomes of 1 - h"),
        (but(1, 0), "what do its outputs sum to"),
        (but(1, 1), "is that (1, 0, …, 0) again"),
        (but(2, 0), "does a missing factor turn a sum of zero"),
        (but(2, 1), "h - t when h = t"),
        (but(2, 2), "`missing_mean` and law 3 again: where does the number of samples occur"),
        (but(3, 0), "`pass_through` and law 1 again: t is one-hot. How many entries"),
        (but(3, 1), "What is -t/h?"),
        ([[not entry for entry in row] for row in OBEYS], "the other way round"),
        ([[True] * 3] * 4, "Not right yet: 5 of 12"),
        ([[np.nan] * 3] * 4, "Not right yet: 12 of 12"),
        (np.transpose(OBEYS), "an array of shape (4, 3) is asked for"),
        ("three laws", "numbers are asked for"),
    ],
    "8.2": [
        (IntoTheInnerOutput, "finds x + f(x) in it"),
        (InnerForwardOnly, "f(x) alone"),
        (InPlaceForward, "kept that very array"),
        (ProductForward, "`forward`: every entry is wrong."),
        (ThroughOnly, "`backward`: the error comes back through f only"),
        (AroundOnly, "around f only"),
        (Multiplied, "side by side"),
        (AddsTheInput, "the input is added"),
        (AddsTheOutput, "f(x) is added, which is no error"),
        (ForwardAgain, "sent forward through f"),
        (InPlaceBackward, "belongs to the layer above"),
        (Halved, "`backward`: a common factor is wrong: everything is 2 times too small"),
        (SentTheSum, "gradients of the inner layers are not"),
        (Measured, "gradients of the inner layers are not"),
        (NothingKept, "no attribute 'h'"),
        (RightWay(None), "the class is asked for"),
    ],
    "8.3": [
        (overwrites_the_output, "it overwrites `h`"),
        (lambda h, t: 0.5, "does not follow the gradient of this one"),
        (cross_entropy_of_output, "that is the cost that is printed"),
        (lambda h, t: -(t * np.log(h)).sum(), "that is the cost that is printed"),
        (squares, "its gradient is twice the one that is followed"),
        (lambda h, t: ((h - t) ** 2).sum() / 2, "h - t is divided by N up there"),
        (lambda h, t: ((h - t) ** 2).sum(), "the sum over the samples, and a 2 as well"),
        (
            lambda h, t: ((h - t) ** 2).mean(),
            "its gradient has the right direction, and is 0.667 times",
        ),
        (lambda h, t: -squares(h, t) / 2, "goes downhill"),
        (
            lambda h, t: ((h - t) ** 2).sum(axis=1) / 2,
            "one number for the whole batch, and this has shape (4,).",
        ),
        (lambda h, t: (h - t).sum(), "treated as, the derivative with respect to h"),
        (lambda h, t: np.abs(h - t).sum(), "treated as, the derivative with respect to h"),
        (lambda h, t: np.sqrt(-squares(h, t)), "not finite"),
        (lambda h: h.sum(), "raised TypeError"),
        (0.25, "without calling it"),
    ],
}
