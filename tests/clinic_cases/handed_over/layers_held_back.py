"""Layers with forward and backward, in the arities that people give them."""

import numpy as np

from clinic_cases.handed_over.case import handed_over, layer


def stable(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@handed_over(
    "correct",
    (),
    "A matrix for each sample of the batch.",
    role="backward",
    asks=layer(),
)
class Softmax:
    def __init__(self):
        self.A = None

    def forward(self, Z):
        self.A = stable(Z)
        return self.A

    def backward(self, dLdA):
        N, C = dLdA.shape
        dLdZ = np.zeros((N, C))
        for i in range(N):
            J = np.zeros((C, C))
            for m in range(C):
                for n in range(C):
                    J[m, n] = self.A[i, m] * ((m == n) - self.A[i, n])
            dLdZ[i, :] = dLdA[i, :] @ J
        return dLdZ


@handed_over(
    "fragile",
    {"missing_keepdims"},
    "The sum lost its axis: raises, but for a square batch.",
    role="backward",
    serves="single",
    asks=layer(),
    breaks="batch",
)
class SoftmaxBlock:
    def forward(self, x):
        self.y = stable(x)
        return self.y

    def backward(self, grad_y):
        # see the derivation in my notes
        return self.y * (grad_y - (grad_y * self.y).sum(axis=-1))


@handed_over(
    "wrong",
    {"mutates_input"},
    "backward subtracts in the caller's error.",
    role="backward",
    asks=layer(),
)
class InplaceSoftmax:
    def forward(self, x):
        self.y = stable(x)
        return self.y

    def backward(self, dy):
        dy -= np.sum(dy * self.y, axis=-1, keepdims=True)
        return dy * self.y


@handed_over(
    "correct",
    (),
    "Loss layer given labels; backward(dout).",
    role="loss_gradient",
    reduction="mean",
    targets="labels",
    asks=lambda f, p: _loss_layer(f, p),
    undeclared={"correct", "fragile"},
    undeclared_mistakes={"log_of_zero"},
)
class CrossEntropyWithLogits:
    def forward(self, X, y):
        self.probs, self.y = stable(X), y
        picked = self.probs[np.arange(X.shape[0]), y]
        return float(-np.log(picked).mean())

    def backward(self, dout):
        m = self.probs.shape[0]
        dx = self.probs.copy()
        dx[np.arange(m), self.y] -= 1
        return dout * dx / m


def _loss_layer(f, p):
    one = f()
    one.forward(p.z, p.y)
    return one.backward(1.0)


@handed_over(
    "wrong",
    {"diagonal_only"},
    "self.out * (1 - self.out), as in the sigmoid layer above it.",
    role="backward",
    asks=layer(),
)
class SoftmaxUnit:
    def forward(self, x):
        self.out = stable(x)
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out


@handed_over(
    "fragile",
    {"no_shift"},
    "Right product, unshifted forward.",
    role="backward",
    asks=layer(),
    breaks="large logits",
)
class SoftmaxNode:
    def forward(self, x):
        exp_matrix = np.exp(x)
        self.S = exp_matrix / np.sum(exp_matrix, axis=1, keepdims=True)
        return self.S

    def backward(self, upstream):
        row_dot = np.einsum("ij,ij->i", self.S, upstream)
        return self.S * (upstream - row_dot[:, None])


@handed_over(
    "wrong",
    {"upstream_minus_output"},
    "h (σ − h): the sum over the classes is lost.",
    role="backward",
    asks=layer(),
)
class SoftmaxLayer:
    def __init__(self, name="softmax"):
        self.name = name

    def forward(self, inp):
        self.inp = inp
        self.res = stable(inp)
        return self.res

    def backward(self, err):
        return self.res * (err - self.res)


@handed_over(
    "wrong",
    {"upstream_ignored", "~column"},
    "backward(z, upstream) forgets the error.",
    role="backward",
    serves="single",
    asks=layer("z", "z v"),
    or_none=True,
)
class Activation_softmax:
    def forward(self, z):
        return stable(z)

    def backward(self, z, dA):
        s = stable(z)
        return np.diag(s) - np.outer(s, s)


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "backward applies softmax to the stored output.",
    role="backward",
    asks=layer(),
)
class SoftmaxCached:
    def forward(self, x):
        self.cache = stable(x)
        return self.cache

    def backward(self, dout):
        p = stable(self.cache)
        return p * (dout - np.sum(dout * p, axis=1, keepdims=True))
