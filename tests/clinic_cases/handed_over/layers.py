"""Layers with forward and backward, in the arities that people give them."""

import numpy as np

from clinic_cases.handed_over.case import handed_over, layer


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@handed_over(
    "correct",
    (),
    "forward(z), backward(upstream), rows.",
    role="backward",
    asks=layer(),
)
class SoftmaxLayer:
    def __init__(self):
        self.params, self.grads = [], []
        self.out = None

    def forward(self, x):
        self.out = softmax(x)
        return self.out

    def backward(self, dout):
        mean_error = (self.out * dout).sum(axis=1).reshape(-1, 1)
        return self.out * dout - self.out * mean_error


@handed_over(
    "fragile",
    {"wrong_axis", "missing_keepdims", "batch_sum_leak"},
    "sum(axis=0) in backward: right for one vector, silently wrong on batches.",
    role="backward",
    serves="single",
    asks=layer(),
    breaks="batch",
)
class Softmax:
    def __init__(self):
        self.axis = -1

    def forward(self, x):
        self.y = softmax(x)
        return self.y

    def backward(self, grad_y):
        return self.y * (grad_y - (grad_y * self.y).sum(axis=0))


@handed_over(
    "correct",
    (),
    "The loss layer: forward(x, t), backward(dout=1).",
    role="loss_gradient",
    reduction="mean",
    asks=layer("z t", ""),
    undeclared={"correct", "fragile"},
    undeclared_mistakes={"log_epsilon_bias"},
)
class SoftmaxWithLoss:
    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        self.loss = -np.sum(t * np.log(self.y + 1e-7)) / x.shape[0]
        return self.loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        return dout * (self.y - self.t) / batch_size


@handed_over(
    ("wrong", "fragile"),
    {"missing_mean"},
    "forward is a mean, backward is not.",
    undeclared={"wrong", "fragile", "correct"},
    role="loss_gradient",
    reduction="mean",
    asks=layer("z t", ""),
)
class SoftmaxCrossEntropy:
    def forward(self, logits, labels):
        self.labels = labels
        self.probs = softmax(logits)
        loss = -np.mean(np.sum(labels * np.log(self.probs + 1e-15), axis=1))
        return loss

    def backward(self):
        return self.probs - self.labels


@handed_over(
    "correct",
    (),
    "backward() hands out the matrix of one sample.",
    role="jacobian",
    serves="single",
    asks=layer("z", ""),
)
class SoftmaxActivation(object):
    def forward(self, z):
        self.a = softmax(z)
        return self.a

    def backward(self):
        return np.diag(self.a) - np.outer(self.a, self.a)


@handed_over(
    "fragile",
    {"no_shift", "one_dimensional_transpose"},
    "Columns (n, 1), a learning rate; unshifted.",
    role="backward",
    serves="column",
    breaks="large logits",
    asks=lambda f, p: (lambda one: (one.forward(p.z), one.backward(p.v, 0.1))[1])(f()),
)
class SoftmaxColumn:
    def forward(self, input):
        powers = np.exp(input)
        self.output = powers / powers.sum()
        return self.output

    def backward(self, output_gradient, learning_rate):
        J = self.output * (np.eye(len(self.output)) - self.output.T)
        return J.dot(output_gradient)


@handed_over(
    "wrong",
    {"first_nonzero_only"},
    "Takes the first non-zero error and leaves.",
    role="backward",
    serves="single",
    asks=layer(),
)
class SoftmaxOutput:
    def forward(self, x):
        self.last_totals = x
        e = np.exp(x - np.max(x))
        return e / np.sum(e, axis=0)

    def backward(self, d_L_d_out):
        weights = np.exp(self.last_totals - self.last_totals.max())
        norm = weights.sum()
        for k, g in enumerate(d_L_d_out):
            if not g:
                continue  # only the correct class has an error
            slope = -weights * weights[k] / norm**2
            slope[k] += weights[k] / norm
            return g * slope


@handed_over(
    "correct",
    (),
    "backward(z, upstream): nothing is remembered.",
    role="backward",
    asks=layer("z", "z v"),
)
class StatelessSoftmax:
    def forward(self, z):
        return softmax(z)

    def backward(self, z, grad):
        s = self.forward(z)
        J = s[:, :, None] * (np.eye(s.shape[1]) - s[:, None, :])
        return np.einsum("nij,ni->nj", J, grad)


@handed_over(
    "wrong",
    {"pass_through"},
    "The layer hands the error through.",
    role="backward",
    asks=layer(),
)
class SoftmaxOut:
    """Softmax for the last layer; use it with CategoricalCrossEntropy only."""

    def forward(self, inputs):
        exps = np.exp(inputs - np.max(inputs, axis=1, keepdims=True))
        return exps / np.sum(exps, axis=1, keepdims=True)

    def backward(self, delta):
        return delta
