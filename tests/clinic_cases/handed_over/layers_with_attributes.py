"""Layers whose results are left in attributes, or whose methods have other names."""

import numpy as np

from clinic_cases.handed_over.case import handed_over, layer


@handed_over(
    "correct",
    (),
    ".output and .dinputs, a matrix a sample.",
    role="backward",
    asks=layer(read="dinputs"),
)
class Activation_Softmax:
    def forward(self, inputs, training=True):
        self.inputs = inputs
        exp_values = np.exp(inputs - np.max(inputs, axis=1, keepdims=True))
        self.output = exp_values / np.sum(exp_values, axis=1, keepdims=True)

    def backward(self, dvalues):
        self.dinputs = np.empty_like(dvalues)
        for i in range(len(dvalues)):
            p = self.output[i].reshape(-1, 1)
            J = np.diagflat(p) - p @ p.T
            self.dinputs[i] = J @ dvalues[i]


@handed_over(
    "fragile",
    {"soft_target_argmax"},
    "backward(dvalues, y_true) is given the output; one-hot targets become labels.",
    role="loss_gradient",
    given="output",
    reduction="mean",
    asks=lambda f, p: (lambda one: (one.backward(p.h, p.t), one.dinputs)[1])(f()),
    right_on="one-hot targets",
    breaks="soft targets",
    undeclared={"fragile", "correct"},
    undeclared_mistakes={"soft_target_argmax"},
)
class Softmax_CategoricalCrossentropy:
    # combined, for a faster backward step
    def backward(self, dvalues, y_true):
        one_hot = y_true.ndim == 2
        classes = y_true.argmax(axis=1) if one_hot else y_true
        n_samples = dvalues.shape[0]
        hits = np.eye(dvalues.shape[1])[classes]
        self.dinputs = (dvalues - hits) / n_samples


@handed_over(
    "fragile",
    {"division_by_zero"},
    "−t/h/N in .dinputs.",
    role="output_gradient",
    reduction="mean",
    breaks="large logits",
    asks=lambda f, p: (lambda one: (one.backward(p.h, p.t), one.dinputs)[1])(f()),
)
class Loss_CategoricalCrossentropy:
    def backward(self, dvalues, y_true):
        n_samples, n_labels = dvalues.shape
        if y_true.ndim < 2:
            y_true = np.eye(n_labels)[y_true]
        self.dinputs = np.divide(y_true, -dvalues) / n_samples


@handed_over(
    "wrong",
    {"diagonal_only"},
    "back() leaves v h(1 − h) in .grad.",
    role="backward",
    asks=layer(names=("forward", "back"), read="grad"),
)
class SoftmaxModule:
    def __init__(self):
        self.grad = None

    def forward(self, x):
        ex = np.exp(x - x.max(axis=-1, keepdims=True))
        self.out = ex / ex.sum(axis=-1, keepdims=True)
        return self.out

    def back(self, upstream):
        self.grad = upstream * self.out * (1 - self.out)


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "The criterion gets the output of the softmax layer, and applies softmax.",
    role="loss_gradient",
    given="output",
    reduction="mean",
    targets="labels",
    asks=layer("h y", "", read="dZ"),
    undeclared={"wrong", "correct", "fragile"},
    undeclared_mistakes={"softmax_applied_twice", "log_of_zero"},
)
class Criterion:
    """Expects the predictions of the network (after softmax)."""

    def forward(self, predictions, labels):
        e = np.exp(predictions - predictions.max(axis=1, keepdims=True))
        self.p = e / e.sum(axis=1, keepdims=True)
        self.labels = labels
        return -np.log(self.p[np.arange(len(labels)), labels]).mean()

    def backward(self):
        self.dZ = self.p.copy()
        self.dZ[np.arange(len(self.labels)), self.labels] -= 1
        self.dZ /= len(self.labels)


@handed_over(
    "correct",
    (),
    "__call__ and gradient(): the gradient method is the loss's, at the logits.",
    role="loss_gradient",
    reduction="sum",
    asks=lambda f, p: f().gradient(p.t, p.z),
    undeclared={"correct"},
)
class CrossEntropyOnLogits:
    def __call__(self, y, logits):
        m = logits.max(axis=-1, keepdims=True)
        lse = m + np.log(np.exp(logits - m).sum(axis=-1, keepdims=True))
        return np.sum(y * (lse - logits))

    def gradient(self, y, logits):
        ez = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return ez / ez.sum(axis=-1, keepdims=True) - y


@handed_over(
    "wrong",
    {"sign_flipped"},
    "delta = target − output, and the update subtracts it.",
    role="loss_gradient",
    reduction="sum",
    asks=layer("z", "t", read="delta"),
)
class OutputLayer:
    def forward(self, z):
        self.z = z
        t = np.exp(z - z.max(axis=1)[:, np.newaxis])
        self.a = t / t.sum(axis=1)[:, np.newaxis]
        return self.a

    def backward(self, y):
        """y: one-hot labels; leaves dC/dz in self.delta"""
        self.delta = y - self.a
