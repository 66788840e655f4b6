"""What a function can be read as: which question, in which form, and how likely that is.

A reading is a complete set of settings and a form of calling. To add a setting or a value of one,
add it to ``settings.ALLOWED`` and give it words here.
"""

from dataclasses import dataclass, field, replace
from itertools import product

from softmax_lab.clinic import names
from softmax_lab.clinic.form import WORDS, Value
from softmax_lab.clinic.settings import ALLOWED, ATTENTION, DEFAULTS, Settings

REDUCED = {"mean": "mean ", "sum": "summed ", "none": ""}
LOSSES = {"cross_entropy": "cross-entropy", "squared_error": "squared error Σ(h - t)²"}
GIVEN = {"logits": "at the logits", "output": "at the logits, written with the output"}


@dataclass(frozen=True, eq=False)
class Reading:
    """Settings and a form, which of them were declared, and what else fits."""

    settings: Settings
    form: object
    declared: frozenset = frozenset()
    penalty: float = 0.0
    container: str = "array"
    others: list = field(default_factory=list)
    answer: object = None
    adapter: tuple = ()  # its source and role, where one was needed to call the function

    @property
    def data(self):
        """Each setting as (value, "declared" or "found"), and how the function is called."""
        said = {
            name: (getattr(self.settings, name), "declared" if name in self.declared else "found")
            for name in ALLOWED
        }
        called = {
            "arguments": self.form.order,
            "part": self.form.part,
            "method": self.form.last.name,
            "container": self.container,
        }
        return said | called

    @property
    def words(self):
        """The reading in a phrase, to follow "Read as"."""
        parts = [self.answer.words if self.answer else self._what()]
        order = self.form.order
        if self.answer and self.answer.question.x:
            order = [self.answer.question.x if o in ("logits", "output") else o for o in order]
        if len(order) > 1 or self.form.linear:
            parts.append(f"from ({', '.join(order)})")
        elif self.form.order and self.settings.role in ("softmax", "jacobian"):
            parts.append(f"from the {self.form.order[0]}")
        if self.form.last.name:
            parts.append(f"by the method {self.form.last.name!r}")
        if even := [n for n, t in self.form.last.keywords if t == "evenly"]:
            parts.append(f"with {even[0]} of 1")
        if flags := [n for n, t in self.form.last.keywords if t == Value(True)]:
            parts.append(f"with {flags[0]}=True")
        if self.form.part:
            parts.append(
                f"left in the attribute {self.form.part[1:]!r}"
                if self.form.part[0] == "."
                else f"in the part {self.form.part} of the result"
            )
        if self.form.engine:
            parts.append("by the framework's own tape")
        samples = f"samples in {self.settings.layout}"
        if self.settings.role in ATTENTION:
            samples = "queries, keys and values in rows"
        return ", ".join([*parts, samples])

    def _what(self):
        role, s = self.settings.role, self.settings
        where = GIVEN[s.given]
        at_weights = "at the weights, ∂C/∂W = Xᵀ ∂C/∂z" if self.form.linear else f"{where}, ∂C/∂z"
        loss = f"the {REDUCED[s.reduction]}{LOSSES[s.loss]}"
        return {
            "attention": "attention, o = softmax(q kᵀ/√d) v",
            "attention_backward": "the error passed back through attention, (∂C/∂q, ∂C/∂k, ∂C/∂v)",
            "softmax": "softmax of a linear layer" if self.form.linear else "softmax",
            "jacobian": "the derivative of softmax, J = ∂h/∂z",
            "backward": f"the error passed back through softmax, ∂C/∂z = Jᵀσ, {where}",
            "loss": f"{loss}, C"
            if s.reduction != "none"
            else f"the {LOSSES[s.loss]} of each sample",
            "loss_gradient": f"the gradient {at_weights}, of {loss}",
            "output_gradient": f"the gradient at the output, ∂C/∂h, of {loss}",
        }[role]


def settings_for(form, declared, roles):
    """All settings that a form can have, with how far each is from what is usual."""
    kinds = form.kinds
    with_target = bool(kinds & {"t", "y"})
    for role in roles:
        if with_target != (role in ("loss", "loss_gradient", "output_gradient")):
            continue
        if ("v" in kinds) != (role == "backward") or (role == "softmax" and "z" not in kinds):
            continue
        if role == "output_gradient" and "h" not in kinds:
            continue
        yield from _of_role(form, role, declared, kinds, with_target)


def _of_role(form, role, declared, kinds, with_target):
    given = declared.get("given", form.given)
    if role in ("softmax", "output_gradient"):
        given = declared.get("given", DEFAULTS["given"])
    elif given != form.given and not {"z", "h"} <= kinds:
        return
    targets = "labels" if "y" in kinds else "distribution"
    if declared.get("targets") == "any" and targets == "distribution":
        targets = "any"
    if with_target and declared.get("targets", targets) != targets:
        return
    if not with_target:
        targets = declared.get("targets", "distribution")
    choices = {"loss": ALLOWED["loss"], "reduction": ("mean", "sum", "none")}
    if not with_target:
        choices = {"loss": ("cross_entropy",), "reduction": ("mean",)}
    elif role != "loss":
        choices["reduction"] = ("mean", "sum")  # each sample's gradient is that of the sum
    choices["layout"] = ALLOWED["layout"]
    choices |= {name: (declared[name],) for name in choices if name in declared}
    for loss, reduction, layout in product(*choices.values()):
        penalty = (
            0.6 * (loss != "cross_entropy") + 0.2 * (reduction != "mean") + 0.3 * (layout != "rows")
        )
        yield Settings(role, given, loss, reduction, targets, layout), penalty


def roles_of(thing, form, declared):
    """The roles that are possible for a form, each with its penalty."""
    if "role" in declared:
        return {declared["role"]: 0.0}
    own = form.derived or (form.last.name if form.last.name not in ("", "__call__") else "")
    name = own or getattr(thing, "__name__", None) or type(thing).__name__
    name = getattr(getattr(thing, "func", None), "__name__", name) if not own else name
    if form.engine:
        name = "backward"
    flags = [n for n, t in form.last.keywords if t == Value(True)]
    name = "_".join([name, *flags])
    text = str(getattr(thing, "__doc__", "") or "")
    roles = names.likely_roles(name, text, form.kinds)
    if form.linear:
        roles = {"loss_gradient": 0.0, "loss": 3.0} if form.kinds & {"t", "y"} else {"softmax": 0.0}
    return roles


def difference(settings, declared):
    """Which declarations would have to be others, as {name: value}."""
    return {
        name: getattr(settings, name)
        for name, value in declared.items()
        if getattr(settings, name) != value and not _same(name, value, settings)
    }


def _same(name, value, settings):
    if name == "given" and settings.role in ("softmax", "output_gradient"):
        return True
    if name == "targets":
        return not settings.with_target or value == "any"
    if name in ("loss", "reduction") and not settings.with_target:
        return True
    gradient = settings.role in ("loss_gradient", "output_gradient")
    return name == "reduction" and gradient and {value, settings.reduction} == {"sum", "none"}


def with_parts(form, outcomes):
    """The form, once for each part of the result that holds numbers."""
    whole = outcomes.get("")
    found = [part for part, outcome in outcomes.items() if part and outcome.problem is None]
    if whole is not None and whole.problem is None and names.is_backward(form.last.name):
        found = [part for part in found if not part.startswith(".")]  # such as dW, beside dX
    if whole is not None and (whole.problem is None or not found):
        found.insert(0, "")
    return [replace(form, part=part) for part in found]


def in_words(order):
    """An order of arguments, as "(target, output)"."""
    return f"({', '.join(WORDS.get(token, token) for token in order)})"
