"""The clinic on functions of JAX; collected only where JAX is installed.

JAX does not survive that a process is copied, so it is loaded in a process of its own.
"""

import subprocess
import sys

FUNCTIONS = """
import jax
import jax.numpy as jnp
from softmax_lab import diagnose

def softmax(x):
    e = jnp.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)

right = jax.custom_vjp(softmax)
right.defvjp(lambda x: (right(x), right(x)),
             lambda h, g: (h * (g - (h * g).sum(-1, keepdims=True)),))
elementwise = jax.custom_vjp(softmax)
elementwise.defvjp(lambda x: (elementwise(x), elementwise(x)), lambda h, g: (g * h * (1 - h),))

@jax.custom_vjp
def mean_loss(logits, target):
    return -(target * jax.nn.log_softmax(logits)).sum(-1).mean()

mean_loss.defvjp(
    lambda z, t: (mean_loss(z, t), (z, t)),
    lambda kept, g: (g * (softmax(kept[0]) - kept[1]), jnp.zeros_like(kept[1])),
)

@jax.jit
def jitted(x):
    return softmax(x)

@jax.jit
def jitted_backward(x, g):
    return jax.vjp(jax.nn.softmax, x)[1](g)[0]

@jax.jit
def jitted_diagonal(x, g):
    h = softmax(x)
    return h * (1 - h) * g

for thing in (right, elementwise, mean_loss, jitted, jitted_backward, jitted_diagonal):
    diagnosis = diagnose(thing)
    print(diagnosis.settings.role, diagnosis.verdict, *diagnosis.mistakes)
"""


def test_custom_and_jitted_functions_are_judged_on_what_they_are():
    run = subprocess.run(
        [sys.executable, "-c", FUNCTIONS], capture_output=True, text=True, timeout=600, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [
        "backward correct",
        "backward wrong diagonal_only",
        "loss_gradient fragile missing_mean",
        "softmax correct",
        "backward correct",
        "backward wrong diagonal_only",
    ]
