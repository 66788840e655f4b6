"""Wrong answers to the exercises of lesson 7."""

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


WRONG = {
    "7.1": [
        (but(0, 0), "`diagonal_only` and law 1 again: t is one-hot"),
        (but(0, 1), "what becomes of 1 - h"),
        (but(1, 0), "what do its outputs sum to"),
        (but(1, 1), "is that (1, 0, …, 0) again"),
        (but(2, 0), "does a missing factor turn a sum of zero"),
        (but(2, 1), "h - t when h = t"),
        (but(2, 2), "`missing_mean` and law 3 again: where does the number of samples occur"),
        (but(3, 0), "`pass_through` and law 1"),
        (but(3, 1), "What is -t/h?"),
        ([[not entry for entry in row] for row in OBEYS], "the other way round"),
        ([[True] * 3] * 4, "Not right yet: 5 of 12"),
        ([[np.nan] * 3] * 4, "Not right yet: 12 of 12"),
        (np.transpose(OBEYS), "an array of shape (4, 3) is asked for"),
        ("three laws", "numbers are asked for"),
    ],
    "7.2": [
        (InnerForwardOnly, "f(x) alone"),
        (InPlaceForward, "kept that very array"),
        (ProductForward, "`forward`: all entries are not right"),
        (ThroughOnly, "through f only"),
        (AroundOnly, "around f only"),
        (Multiplied, "side by side"),
        (AddsTheInput, "the input is added"),
        (AddsTheOutput, "f(x) is added, which is no error"),
        (ForwardAgain, "sent forward through f"),
        (InPlaceBackward, "belongs to the layer above"),
        (Halved, "2 times too small"),
        (SentTheSum, "gradients of the inner layers are not"),
        (Measured, "gradients of the inner layers are not"),
        (NothingKept, "no attribute 'h'"),
        (RightWay(None), "the class is asked for"),
    ],
    "7.3": [
        (cross_entropy_of_output, "that is the cost that is printed"),
        (lambda h, t: -(t * np.log(h)).sum(), "that is the cost that is printed"),
        (squares, "its gradient is twice the one that is followed"),
        (lambda h, t: ((h - t) ** 2).sum() / 2, "h - t is divided by N up there"),
        (lambda h, t: ((h - t) ** 2).sum(), "the sum over the samples, and a 2 as well"),
        (lambda h, t: ((h - t) ** 2).mean(), "0.667 times"),
        (lambda h, t: -squares(h, t) / 2, "goes downhill"),
        (lambda h, t: ((h - t) ** 2).sum(axis=1) / 2, "this has shape (4,)"),
        (lambda h, t: (h - t).sum(), "treated as, the derivative by h"),
        (lambda h, t: np.abs(h - t).sum(), "treated as, the derivative by h"),
        (lambda h, t: np.sqrt(-squares(h, t)), "not finite"),
        (lambda h: h.sum(), "raised TypeError"),
        (0.25, "without calling it"),
    ],
}
