"""Functions that do not play the game. None is right, and none may take the notebook down."""

import itertools
import sys
import time
from dataclasses import replace

import numpy as np

from clinic_cases.case import case


def soft(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def hostile(role, *names, verdict="wrong", **settings):
    def mark(thing):
        case(role, verdict, set(names) or (), **settings)(thing)
        thing.case = replace(thing.case, hostile=True)
        return thing

    return mark


@hostile("jacobian")
def raises_always(z):
    raise RuntimeError("not implemented yet")


@hostile("backward")
def divides_integers_by_zero(z, v):
    return [1 // 0 for _ in z]


@hostile("softmax")
def returns_none(z):
    soft(z)


@hostile("loss_gradient")
def returns_text(z, t):
    return "h - t"


@hostile("jacobian")
def returns_ragged_lists(z):
    return [[0.0] * (k + 1) for k in range(len(z))]


@hostile("backward")
def returns_the_wrong_shape(z, v):
    return np.zeros(17)


@hostile("output_gradient")
def returns_objects(h, t):
    return np.array([object()] * len(h), dtype=object)


@hostile("softmax")
def random_numbers(z):
    return soft(z + np.random.default_rng().normal(size=np.shape(z)))


@hostile("jacobian")
def recursion_without_end(z):
    return recursion_without_end(z)


@hostile("loss_gradient", verdict="not judged")
def never_returns(z, t):
    for _ in itertools.count():
        time.sleep(0.01)


@hostile("loss", verdict="not judged")
def computes_forever(z, t):
    while True:
        z = z * 1.0


@hostile("softmax")
def ends_the_interpreter(z):
    sys.exit(3)


@hostile("backward")
def wants_three_arguments(z, upstream, learning_rate):
    return soft(z) * upstream * learning_rate


@hostile("output_gradient")
def fills_its_arguments_with_zeros(h, t):
    h[...] = 0
    t[...] = 0
    return h


@hostile("backward")
class LayerWithoutBackward:
    def forward(self, z):
        return soft(z)


@hostile("loss")
def prints_and_returns_nothing(z, t):
    print("loss:", -np.sum(t * np.log(soft(z))))


@hostile("softmax")
def gives_a_generator(z):
    return (value for value in "softmax")


@hostile("jacobian")
def complex_numbers(z):
    h = soft(z)
    return 1j * (h[..., :, None] * (np.eye(h.shape[-1]) - h[..., None, :]))


@hostile("backward", "missing_dot_product")
def returns_a_dictionary(z, v):
    return {"dz": soft(z) * v}


@hostile("jacobian")
def returns_itself(z):
    return returns_itself


@hostile("softmax")
def always_nan(z):
    return np.full(np.shape(z), np.nan)


@hostile("jacobian")
def shape_of_an_enormous_array(z):
    return np.broadcast_to(0.0, (10**6, 10**6))


@hostile("loss_gradient")
def keeps_its_first_answer(z, t, kept=[]):  # noqa: B006
    if not kept:
        kept.append(soft(z) - t)
    return kept[0]


class Unreadable:
    def __array__(self, *args, **kwargs):
        raise ValueError("not to be read")


@hostile("output_gradient")
def returns_what_cannot_be_read(h, t):
    return Unreadable()


class OwnInterrupt(BaseException):
    pass


@hostile("loss")
def raises_what_is_no_exception(z, t):
    raise OwnInterrupt


@hostile("backward")
class LayerThatForgets:
    def forward(self, z):
        soft(z)

    def backward(self, upstream):
        return self.h * upstream
