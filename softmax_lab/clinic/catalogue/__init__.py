"""The catalogue: one file a role, one entry a mistake, in the order in which they are named.

To add a mistake, add an entry to the file of its role; ``Mistake`` says what belongs in it. The
tests then try it on the probes, and complain if it looks like the truth or like another entry.
"""

from functools import cache

from softmax_lab.clinic.catalogue import (
    attention,
    backward,
    jacobian,
    loss,
    loss_gradient,
    output_gradient,
    softmax,
)

CATALOGUE = {
    "softmax": softmax.MISTAKES,
    "jacobian": jacobian.MISTAKES,
    "backward": backward.MISTAKES,
    "loss": loss.MISTAKES,
    "loss_gradient": loss_gradient.MISTAKES,
    "output_gradient": output_gradient.MISTAKES,
    "attention": attention.FORWARD,
    "attention_backward": attention.BACKWARD,
}


@cache
def entries(settings):
    """The mistakes of a role that can be made under these settings."""
    return tuple(m for m in CATALOGUE[settings.role] if m.when(settings))


def entry(settings, key):
    """The entry of a key."""
    return next(m for m in CATALOGUE[settings.role] if m.key == key)
