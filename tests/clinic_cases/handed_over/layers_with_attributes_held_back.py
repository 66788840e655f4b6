"""Layers whose results are left in attributes, or whose methods have other names."""

import numpy as np

from clinic_cases.handed_over.case import handed_over, layer


@handed_over(
    "fragile",
    {"no_shift"},
    ".output and .dinput; exponentials are not shifted.",
    role="backward",
    asks=layer(read="dinput"),
    breaks="large logits",
)
class SoftmaxActivationLayer:
    def forward(self, inputs):
        e = np.exp(inputs)
        self.output = e / np.sum(e, axis=1, keepdims=True)

    def backward(self, dvalues):
        s = self.output
        self.dinput = s * dvalues - s * np.sum(s * dvalues, axis=1, keepdims=True)


@handed_over(
    ("correct", "fragile"),
    {"one_dimensional_transpose", "sum_over_batch", "~transpose|dot|column"},
    "backprop(), column vectors, the matrix times the error.",
    or_none=True,
    role="backward",
    serves="column",
    asks=layer(names=("forward", "backprop")),
)
class SoftMax:
    def forward(self, z):
        e = np.exp(z - np.max(z))
        self.activation = e / np.sum(e)
        return self.activation

    def backprop(self, dC_da):
        a = self.activation
        n = a.shape[0]
        da_dz = a * np.eye(n) - a @ a.T
        return da_dz.T @ dC_da


@handed_over(
    "wrong",
    {"softmax_forgotten"},
    "Stores the logits, and subtracts the target from them.",
    role="loss_gradient",
    reduction="mean",
    asks=layer("z t", "", read="dx"),
    undeclared={"wrong", "correct", "fragile"},
    undeclared_mistakes={"softmax_forgotten", "log_of_zero"},
)
class SoftmaxLoss:
    def forward(self, x, t):
        self.x, self.t = x, t
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return -np.sum(t * np.log(e / e.sum(axis=1, keepdims=True))) / len(x)

    def backward(self):
        self.dx = (self.x - self.t) / len(self.x)


@handed_over(
    "wrong",
    {"missing_dot_product"},
    "update_grad_input leaves h σ in .gradInput.",
    role="backward",
    asks=lambda f, p: _module(f, p),
)
class SoftMaxModule:
    def update_output(self, input):
        out = np.subtract(input, input.max(axis=1, keepdims=True))
        out = np.exp(out)
        self.output = out / out.sum(axis=1, keepdims=True)
        return self.output

    def update_grad_input(self, input, grad_output):
        self.gradInput = self.output * grad_output
        return self.gradInput


def _module(f, p):
    one = f()
    one.update_output(p.z)
    return one.update_grad_input(p.z, p.v)


@handed_over(
    ("wrong", "fragile"),
    {"mean_over_entries"},
    "np.mean's 1/(N n) carried into .grad.",
    role="loss_gradient",
    given="output",
    reduction="mean",
    asks=layer("h t", "", read="grad"),
    undeclared_mistakes={"mean_over_entries", "log_epsilon_bias"},
)
class CategoricalCrossEntropy:
    def forward(self, y_pred, y_true):
        self.y_pred, self.y_true = y_pred, y_true
        return -np.mean(y_true * np.log(y_pred + 1e-12))

    def backward(self):
        # softmax included
        self.grad = (self.y_pred - self.y_true) / self.y_true.size


@handed_over(
    "wrong",
    {"diagonal_only"},
    "__call__ and gradient(): p (1 − p).",
    role="jacobian",
    asks=lambda f, p: f().gradient(p.z),
)
class SoftmaxFunction:
    def __call__(self, x):
        e_x = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return e_x / np.sum(e_x, axis=-1, keepdims=True)

    def gradient(self, x):
        p = self.__call__(x)
        return p * (1 - p)


@handed_over(
    "correct",
    (),
    "A property hands out the matrices of the last forward pass.",
    role="jacobian",
    asks=lambda f, p: (lambda one: (one.forward(p.z), one.jacobian)[1])(f()),
    undeclared={"correct"},
)
class SoftmaxLayerWithProperty:
    def forward(self, X):
        E = np.exp(X - X.max(axis=1, keepdims=True))
        self.S = E / E.sum(axis=1, keepdims=True)
        return self.S

    @property
    def jacobian(self):
        n = self.S.shape[1]
        return self.S[:, :, None] * np.eye(n) - self.S[:, :, None] * self.S[:, None, :]
