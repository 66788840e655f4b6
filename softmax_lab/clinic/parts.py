"""The parts of what a function returns, and of its forward pass, beside the one that is judged."""

from dataclasses import dataclass, field, replace

import numpy as np

from softmax_lab.clinic.binding import bindings
from softmax_lab.clinic.calling import part_of, parts_for
from softmax_lab.clinic.form import Form
from softmax_lab.clinic.layers import FORWARDS, bound, layer_methods
from softmax_lab.clinic.probes import cases
from softmax_lab.clinic.trials import Trial


@dataclass
class Beside:
    """What was seen beside the part that is judged."""

    notes: list = field(default_factory=list)  # sentences, the most telling first
    fault: str = ""  # what is wrong there, to follow "wrong: "
    of_gradient: bool = False  # whether that is a part of the gradient
    reading: object = None  # of the part at fault, by which it can be judged itself
    right: str = ""  # what was found right, where the part at fault is judged instead
    loss: tuple = ()  # a loss that is right on ordinary inputs, and its settings
    belongs: object = None  # the settings of the gradient that belongs to the loss beside it

    def judge(self, reading, found):
        """Have the part at fault judged itself."""
        self.reading = reading
        place = Other(found.reading.form, (), found.way, False).place
        what = "Its backward pass" if found.reading.settings.role == "backward" else "The gradient"
        but = "" if found.verdict == "correct" else " on ordinary inputs"
        self.right = f"{what}{place}{',' * bool(place)} is right{but}."


@dataclass(frozen=True)
class Other:
    """Another part of what is returned, and what came back on each ordinary input."""

    form: object
    outcomes: tuple
    way: str
    forward: bool

    @property
    def place(self):
        """Where it is found, in words."""
        part, name = self.form.part, self.form.last.name
        by = f" by the method {name!r}" if name else ""
        if part.startswith("."):
            return f", left in the attribute {part[1:]!r}{by}"
        return f", in the part {part} of the result{by}" if part else by and f",{by}"

    def trials(self, settings):
        """The trials as what settings say, apart from what gave no numbers."""
        some = cases(settings, "generic", self.way != "batch")
        made = [
            Trial(case, self.way, part_of(o, self.form))
            for case, o in zip(some, self.outcomes, strict=False)
        ]
        return [t for t in made if t.returned]

    @property
    def values(self):
        """What came back on each ordinary input."""
        return [part_of(o, self.form).value for o in self.outcomes]

    @property
    def shape(self):
        """The shape on the first ordinary input, without lengths of 1; None if none came back."""
        value = self.values[0]
        return None if value is None else tuple(length for length in value.shape if length != 1)

    @property
    def is_zero(self):
        """Whether it is 0 on every ordinary input."""
        return all(v is not None and np.abs(v).max(initial=0) < 1e-12 for v in self.values)

    @property
    def name(self):
        """The name of the part, if it has one."""
        return self.form.part.strip("[].'\"")

    def reading(self, settings, like):
        """The part as a reading of its own."""
        return replace(like, settings=settings, form=self.form, others=[], answer=None)


def others_of(patient, found):
    """Each part beside the judged one, those of the same call first."""
    form, read = found.reading.form, found.reading
    some = cases(read.settings, "generic", found.way != "batch")
    calls = [(form, False)]
    if len(form.calls) > 1:
        calls.append((replace(form, calls=form.calls[:1], part=""), True))
    elif form.last.name:
        calls += [(first, True) for first in _forward_passes(patient, read)]
    for called, forward in calls:
        asked = [patient.ask(called, parts_for(c, found.way), read.container) for c in some]
        outcomes = tuple(asked)
        parts = [part for part, o in outcomes[0].items() if o.problem is None]
        for part in parts:
            if not forward and (part in ("", form.part) or (part[0] == "[" and not form.part)):
                continue  # also what the judged result consists of
            yield Other(replace(called, part=part), outcomes, found.way, forward)


def _forward_passes(patient, read):
    """The forward pass of a layer whose backward pass was called by itself, as it may be called."""
    found = layer_methods(patient.function)
    if not found or not found[0] or read.form.last.name not in found[1]:
        return
    target = read.form.kinds & {"t", "y"}
    given = {"z"} if read.form.kinds & {"z", "h"} == {"z"} else {"z", "h"}
    for call, _ in bindings(bound(patient.function, found[0]), FORWARDS):
        first = Form((replace(call, name=found[0]),), read.form.made)
        if first.kinds & given and first.kinds & {"t", "y"} == target:
            yield first
            return
