"""Functions as people write them, to judge the clinic by."""

from clinic_cases import (
    backward,
    hostile,
    jacobian,
    loss,
    loss_gradient,
    output_gradient,
    softmax,
)
from clinic_cases.case import Case

MODULES = (softmax, jacobian, backward, loss, loss_gradient, output_gradient, hostile)

CASES = [
    thing.case
    for module in MODULES
    for thing in vars(module).values()
    if isinstance(getattr(thing, "case", None), Case)
]
