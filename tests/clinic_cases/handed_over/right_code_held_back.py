"""Right code in the many ways in which people write it: nobody is to be alarmed."""

import numpy as np

from clinic_cases.handed_over.case import handed_over, layer


def normalized_exponential(a):
    b = np.exp(a - np.max(a))
    return b / np.sum(b)


@handed_over("correct", (), "A comprehension over the rows.", role="softmax", takes="z")
def softmax(data):
    return np.array([normalized_exponential(np.array(row)) for row in data])


@handed_over(
    "correct",
    (),
    "Pure loops, error first, batch.",
    role="backward",
    takes="v z",
)
def backprop(delta, net):
    result = []
    for d, x in zip(delta, net):
        y = normalized_exponential(x)
        row = []
        for j in range(len(x)):
            acc = 0.0
            for i in range(len(x)):
                if i == j:
                    acc += d[i] * y[i] * (1.0 - y[j])
                else:
                    acc -= d[i] * y[i] * y[j]
            row.append(acc)
        result.append(row)
    return np.array(result)


@handed_over(
    "correct",
    (),
    "np.where keeps 0 log 0 out.",
    role="loss",
    takes="t h",
    reduction="mean",
)
def cross_entropy(target, prob):
    logs = np.zeros_like(prob)
    mask = target > 0
    logs[mask] = np.log(prob[mask])
    return -(target * logs).sum(axis=1).mean()


@handed_over(
    "correct",
    (),
    "softmax inside, one-hot target, one sample as a column.",
    role="loss_gradient",
    takes="z t",
    serves="column",
    reduction="sum",
)
def output_error(z, y):
    assert z.shape[1] == 1
    e = np.exp(z - z.max())
    return e / e.sum() - y


@handed_over(
    "correct",
    (),
    "axis in the constructor.",
    role="backward",
    asks=layer(made=(1,)),
)
class Softmax:
    def __init__(self, axis):
        self.axis = axis

    def forward(self, x):
        x = x - x.max(axis=self.axis, keepdims=True)
        np.exp(x, out=x)
        self.y = x / x.sum(axis=self.axis, keepdims=True)
        return self.y

    def backward(self, gy):
        gx = self.y * gy
        gx -= self.y * gx.sum(axis=self.axis, keepdims=True)
        return gx


@handed_over(
    "correct",
    (),
    "einsum from logits, output first is not needed.",
    role="jacobian",
    takes="z",
)
def jacobian_tensor(x):
    p = softmax(x)
    N, K = p.shape
    J = -np.einsum("bi,bj->bij", p, p)
    J[:, np.arange(K), np.arange(K)] += p
    return J


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.p, self.t = softmax(x), t
        return -np.mean(np.log(self.p[np.arange(len(t)), t]))

    def backward(self):
        d = self.p.copy()
        for i, k in enumerate(self.t):
            d[i, k] -= 1
        return d / len(self.t)


handed_over(
    "correct",
    (),
    "A layer object, made already.",
    role="loss_gradient",
    reduction="mean",
    targets="labels",
    asks=lambda f, p: (f.forward(p.z, p.y), f.backward())[1],
    name="SoftmaxWithLoss()",
    undeclared={"correct", "fragile"},
    undeclared_mistakes={"log_of_zero"},
)(SoftmaxWithLoss())


@handed_over(
    "correct",
    (),
    "2 (h − t) / N with np.subtract.",
    role="output_gradient",
    takes="h t",
    loss="squared_error",
    reduction="mean",
)
def d_mse(outputs, targets):
    diff = np.subtract(outputs, targets)
    return np.multiply(diff, 2.0 / outputs.shape[0])


@handed_over(
    "correct",
    (),
    "A row and a column, as for matrices.",
    role="backward",
    takes="h v",
    serves="single",
)
def vjp(y, g):
    assert y.ndim == 1
    y_row, g_col = y.reshape(1, -1), g.reshape(-1, 1)
    inner = np.matmul(y_row, g_col)[0, 0]
    return np.multiply(y_row, g_col.T - inner)[0]


@handed_over(
    "correct",
    (),
    "Unreduced, labels, log-sum-exp.",
    role="loss",
    takes="z y",
    reduction="none",
)
def per_example_loss(logits, label_ids):
    mx = np.max(logits, axis=-1)
    lse = mx + np.log(np.sum(np.exp(logits - mx[:, None]), axis=-1))
    return lse - np.take_along_axis(logits, label_ids[:, None], axis=1)[:, 0]
