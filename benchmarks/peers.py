"""The libraries that softmax_lab is measured beside, their functions under one set of names.

A function takes arrays of its library, made beforehand by ``array`` and ``labels``, and answers
with arrays of its library, which ``numbers`` turns into NumPy's. One thread each.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

import softmax_lab

OURS = "softmax_lab"

SOFTMAX = "softmax"
LOG_SOFTMAX = "log-softmax"
LOGSUMEXP = "log-sum-exp"
JACOBIAN = "Jacobian"
VJP = "vector-Jacobian product"
CROSS_ENTROPY = "cross-entropy with gradient"
GRADIENT_ALONE = "cross-entropy gradient"
ATTENTION = "attention"
ATTENTION_VJP = "attention, backward"
BLOCKWISE = "attention by blocks"
BLOCKWISE_VJP = "attention by blocks, backward"


@dataclass
class Peer:
    """A library: what it is called, its functions, and how it wants its arrays."""

    name: str
    version: str
    functions: dict
    array: Callable = np.asarray
    labels: Callable = lambda y, dtype: y
    numbers: Callable = np.asarray
    orders: tuple = ("C",)  # memory layouts to choose the faster from
    least_axes: int = 1  # 2 where only a batch is taken

    def has(self, function, z):
        """Whether it has the function, for an array of so many axes."""
        return function in self.functions and z.ndim >= self.least_axes

    def beside(self, function, z, labels, upstream):
        """What the function takes after z."""
        if function in (CROSS_ENTROPY, GRADIENT_ALONE):
            return (self.labels(labels, z.dtype),)
        return (self.array(upstream),) if function == VJP else ()


def ours():
    functions = {
        SOFTMAX: softmax_lab.softmax,
        LOG_SOFTMAX: softmax_lab.log_softmax,
        LOGSUMEXP: softmax_lab.logsumexp,
        JACOBIAN: softmax_lab.softmax_jacobian,
        VJP: softmax_lab.softmax_vjp,
        CROSS_ENTROPY: softmax_lab.cross_entropy_value_and_gradient,
        GRADIENT_ALONE: softmax_lab.cross_entropy_gradient,
        ATTENTION: softmax_lab.attention,
        ATTENTION_VJP: softmax_lab.attention_vjp,
        BLOCKWISE: softmax_lab.attention_blockwise,
        BLOCKWISE_VJP: softmax_lab.attention_blockwise_vjp,
    }
    return Peer(OURS, f"on NumPy {np.__version__}", functions)


def scipy():
    import scipy
    from scipy.special import log_softmax, logsumexp, softmax

    def cross_entropy(z, labels):
        """By hand, with the gradient h - t, for SciPy has none."""
        chosen = np.expand_dims(labels, -1)
        t = np.zeros_like(z)
        np.put_along_axis(t, chosen, 1, axis=-1)
        loss = -np.take_along_axis(log_softmax(z, axis=-1), chosen, axis=-1)
        return loss.mean(), (softmax(z, axis=-1) - t) / loss.size

    functions = {
        SOFTMAX: partial(softmax, axis=-1),
        LOG_SOFTMAX: partial(log_softmax, axis=-1),
        LOGSUMEXP: partial(logsumexp, axis=-1),
        CROSS_ENTROPY: cross_entropy,
    }
    return Peer("SciPy", scipy.__version__, functions)


def scikit_learn():
    import sklearn
    from sklearn._loss import HalfMultinomialLoss
    from sklearn.utils.extmath import softmax

    loss = cache(HalfMultinomialLoss)
    functions = {
        SOFTMAX: softmax,
        CROSS_ENTROPY: lambda z, y: loss(n_classes=z.shape[1]).loss_gradient(y, z),
    }
    return Peer(
        "scikit-learn",
        sklearn.__version__,
        functions,
        labels=lambda y, dtype: y.astype(dtype),
        orders=("C", "F"),
        least_axes=2,
    )


def pytorch():
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.nn.functional import cross_entropy, scaled_dot_product_attention

    torch.set_num_threads(1)

    def vjp(z, upstream):
        z = z.detach().requires_grad_()
        torch.softmax(z, -1).backward(upstream)
        return z.grad

    def value_and_gradient(z, labels):
        z = z.detach().requires_grad_()
        loss = cross_entropy(z, labels)
        loss.backward()
        return loss, z.grad

    def attention(q, k, v, mask=None):
        """By its formula: the fused kernels take no float64, or no such mask."""
        with sdpa_kernel(SDPBackend.MATH):
            return scaled_dot_product_attention(q, k, v, mask)

    def attention_vjp(q, k, v, upstream, mask=None):
        arrays = [x.detach().requires_grad_() for x in (q, k, v)]
        attention(*arrays, mask).backward(upstream)
        return [x.grad for x in arrays]

    functions = {
        SOFTMAX: partial(torch.softmax, dim=-1),
        LOG_SOFTMAX: partial(torch.log_softmax, dim=-1),
        LOGSUMEXP: partial(torch.logsumexp, dim=-1),
        JACOBIAN: torch.func.jacrev(partial(torch.softmax, dim=-1)),
        VJP: vjp,
        CROSS_ENTROPY: value_and_gradient,
        ATTENTION: attention,
        ATTENTION_VJP: attention_vjp,
    }
    return Peer(
        "PyTorch",
        torch.__version__,
        functions,
        array=torch.tensor,
        labels=lambda y, dtype: torch.tensor(y),
        numbers=lambda x: x.detach().numpy(),
    )


def jax():
    os.environ["NPROC"] = "1"  # one thread; the flags of XLA that promise it leave two running
    import jax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_cpu_enable_async_dispatch", False)  # up to three times faster here

    def cross_entropy(z, y):
        """As Optax writes it, which is also the fastest way."""
        chosen = jnp.take_along_axis(z, y[..., None], -1)[..., 0]
        return (jax.nn.logsumexp(z, axis=-1) - chosen).mean()

    def attention(q, k, v, mask=True):
        z = jnp.where(mask, q @ k.mT / np.sqrt(q.shape[-1]).astype(q.dtype), -jnp.inf)
        return jax.nn.softmax(z) @ v

    def attention_vjp(q, k, v, upstream, mask=True):
        return jax.vjp(lambda q, k, v: attention(q, k, v, mask), q, k, v)[1](upstream)

    def finished(function):
        jitted = jax.jit(function)
        return lambda *arguments: jax.block_until_ready(jitted(*arguments))

    functions = {
        SOFTMAX: jax.nn.softmax,
        LOG_SOFTMAX: jax.nn.log_softmax,
        LOGSUMEXP: partial(jax.nn.logsumexp, axis=-1),
        JACOBIAN: jax.jacrev(jax.nn.softmax),
        VJP: lambda z, upstream: jax.vjp(jax.nn.softmax, z)[1](upstream)[0],
        CROSS_ENTROPY: jax.value_and_grad(cross_entropy),
        ATTENTION: attention,
        ATTENTION_VJP: attention_vjp,
    }
    return Peer(
        "JAX",
        jax.__version__,
        {name: finished(function) for name, function in functions.items()},
        array=jnp.asarray,
        labels=lambda y, dtype: jnp.asarray(y),
    )


PEERS = {"SciPy": scipy, "JAX": jax, "PyTorch": pytorch, "scikit-learn": scikit_learn}


def installed():
    """Ours and the peers that are installed, and the names of the others."""
    found, missing = [ours()], []
    for name, make in PEERS.items():
        try:
            found.append(make())
        except ImportError:
            missing.append(name)
    return found, missing
