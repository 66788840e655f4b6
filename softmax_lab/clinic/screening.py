"""Find out what a function is: try all forms on a few inputs, and see which readings fit.

Each form is called once for each way of handing over; what comes back is compared with what is
right under all settings, and with the catalogue, without calling again.
"""

import sys
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from softmax_lab.clinic import names
from softmax_lab.clinic.binding import is_called
from softmax_lab.clinic.calling import part_of, parts_for
from softmax_lab.clinic.catalogue.other_questions import answered_by
from softmax_lab.clinic.matching import explained_by, explained_by_two
from softmax_lab.clinic.probes import cases
from softmax_lab.clinic.readings import Reading, roles_of, settings_for, with_parts
from softmax_lab.clinic.settings import DEFAULTS, Settings
from softmax_lab.clinic.trials import Trial

WAYS = [
    ("batch", "rows"),
    ("single", "rows"),
    ("batch", "columns"),
    ("column", "rows"),
    ("row", "rows"),
]
PATIENCE = 2.0  # seconds for screening
FEW = 2  # forms that a slow function is tried in
CLOSE = 3.0  # how far a mistake's reading may be behind the likeliest one
ONE_HOT_ONLY = 3  # the level of what is right for one-hot targets only
CONTRARY = {"logits": ("z", names.PROBABILITIES), "output": ("h", names.LOGITS)}
ASIDE = 6.0  # the penalty of the loss that comes with a gradient
TRIED = 2  # cases a way


@dataclass
class Seen:
    """What came back from one form: outcomes by (way, layout), each for some cases."""

    form: object
    outcomes: dict
    container: str = "array"


class Candidate:
    """A reading, with the trials of the screening."""

    def __init__(self, reading, seen, aside=False, against=0.0, doubt=""):
        self.reading, self.seen = reading, seen
        self.doubt = doubt  # the setting that a parameter's name, or a docstring, speaks against
        self.aside = aside  # the loss that comes with a gradient
        self.against = against  # how much the function's name speaks against the role
        self.settings = reading.settings
        self.penalty = reading.penalty

    def trials(self, way):
        """The trials of one way; none if it was not tried."""
        layout = self.settings.layout if way == "batch" else "rows"
        outcomes = self.seen.outcomes.get((way, layout), [])
        some = cases(self.settings, "generic", way != "batch")
        return [
            Trial(case, way, part_of(o, self.reading.form))
            for case, o in zip(some, outcomes, strict=False)
        ]

    @cached_property
    def level(self):
        """How right it is: 0 on batches, 1 on samples, 2 on rows or columns; None if nowhere."""
        batch = self.trials("batch")
        if _all_right(batch):
            return 0
        if _all_right(self.trials("single")):
            return 1
        if _all_right(self.trials("row")) or _all_right(self.trials("column")):
            return 2
        hot = [t for t in batch + self.trials("single") if t.case.one_hot]
        if self.settings.with_target and self.settings.targets == "distribution":
            by_way = [t for t in hot if t.way == "batch"], [t for t in hot if t.way == "single"]
            if any(_all_right(some) for some in by_way):
                return ONE_HOT_ONLY
        return None

    def best_trials(self):
        """The trials of each way that returned numbers of a fitting shape, batches first."""
        for way in ("batch", "single", "row", "column"):
            trials = self.trials(way)
            if any(t.returned and np.isfinite(t.outcome.value).any() for t in trials):
                yield trials

    @property
    def likelihood(self):
        """How far from likely it is: names, usual settings, and shapes that fit."""
        fitting = any(t.fits for trials in self.best_trials() for t in trials)
        returned = any(True for _ in self.best_trials())
        return self.penalty + 4 * (not fitting) + 4 * (not returned)


def _all_right(trials):
    return bool(trials) and all(t.right for t in trials)


def screened(patient, forms, declared):
    """All candidates, from calling the forms; what is set aside only if nothing else answers."""
    wanted = [f for f in forms if not f.aside or declared.get("role") in ("softmax", "loss")]
    found = _tried(patient, wanted, declared)
    if not any(True for c in found for _ in c.best_trials()):
        found += _tried(patient, [f for f in forms if f.aside and not f.last.name], declared)
    return found


def _tried(patient, forms, declared):
    before = patient.spent
    found = []
    tried = 0
    for form in forms:
        if patient.given_up or (found and patient.spent - before > PATIENCE):
            break
        if patient.is_slow and tried >= FEW:
            break
        if "role" in declared and not any(settings_for(form, declared, [declared["role"]])):
            continue
        seen = _seen(patient, form)
        tried += 1
        new = _candidates(patient.function, seen, declared)
        found += new
        if any(level == 0 for level, _ in right_ones(new, declared)):
            break  # the names speak less for all that follow
    return found


def _seen(patient, form):
    """What came back from one form; a second screening, of what else it may be, asks no more."""
    for seen in patient.seen:
        if seen.form is form:
            return seen
    patient.seen.append(_called(patient, form))
    return patient.seen[-1]


def _called(patient, form):
    """The outcomes of one form in every way of handing over, in the first container that works."""
    first = None
    for container in containers(patient.function):
        outcomes = {}
        for way, layout in WAYS if not patient.is_slow else WAYS[:2]:
            if form.linear and way == "single":
                continue
            outcomes[way, layout] = _outcomes(patient, form, way, layout, container)
        seen = Seen(form, outcomes, container)
        if patient.given_up or (_answers(seen) and not _only_harms(seen, patient.function)):
            return seen
        first = first or seen
    return first  # nothing works; what it raised for the likeliest tells most


def _outcomes(patient, form, way, layout, container):
    settings = Settings(
        "loss_gradient", targets="labels" if "y" in form.kinds else "distribution", layout=layout
    )
    count = 1 if patient.is_slow else TRIED
    some = cases(settings, "generic", way != "batch")[:count]
    outcomes = []
    for case in some:
        outcomes.append(patient.ask(form, parts_for(case, way), container))
        if patient.is_slow:
            break
    if _refused(outcomes[-1]) and not _refused(outcomes[0]):
        return outcomes[:1]  # perhaps it takes three classes only
    return outcomes


def _refused(outcomes):
    return all(o.problem == "raised" for o in outcomes.values())


def _answers(seen):
    return any(
        o.problem is None or o.problem in ("never", "ended")
        for outcomes in seen.outcomes.values()
        for parts in outcomes
        for o in parts.values()
    )


def _only_harms(seen, function):
    """Whether a function written for lists writes to the arrays that it is given."""
    changed = any(
        o.changed for some in seen.outcomes.values() for parts in some for o in parts.values()
    )
    return changed and seen.container != "list" and _speaks_of_lists(function)


def _speaks_of_lists(function):
    annotations = getattr(function, "__annotations__", {})
    return any("list" in str(a).lower() or "List" in str(a) for a in annotations.values())


def containers(function):
    """The containers to try, the likeliest first."""
    some = ["array", "list"]
    if _speaks_of_lists(function):
        some.reverse()
    torch = sys.modules.get("torch")
    if hasattr(torch, "from_numpy"):
        tensors = ["tensor", "tensor32"] if hasattr(torch, "float32") else ["tensor"]
        some = tensors + some if _mentions(function, "torch") else some + tensors
    if "jax" in sys.modules:
        some = ["jax", *some] if _mentions(function, "jax") else [*some, "jax"]
    return some


def _mentions(function, module):
    """Whether the code of a function, or of a class's methods, refers to a module."""
    codes = [function, *vars(type(function)).values()]
    codes += vars(function).values() if isinstance(function, type) else []
    for one in codes:
        one = getattr(one, "__func__", one)
        code, known = getattr(one, "__code__", None), getattr(one, "__globals__", {})
        for name in getattr(code, "co_names", ()):
            of = known.get(name)
            if name == module or str(getattr(of, "__name__", "")).startswith(module):
                return True
    bases = type(function).__mro__ + (function.__mro__ if isinstance(function, type) else ())
    return any(base.__module__.startswith(module) for base in bases)


def _candidates(function, seen, declared):
    merged = {}
    for some in seen.outcomes.values():
        for outcomes in some:
            for part, outcome in outcomes.items():
                if part not in merged or merged[part].problem:
                    merged[part] = outcome
    made = []
    forms = with_parts(seen.form, merged)
    gradients = _gradient_parts(forms, merged)
    parts = [form.part for form in forms if form.part]
    derived = any(form.derived for form in forms)
    told = names.layout_told(_documentation(function, seen.form))
    for form in forms:
        roles = roles_of(function, form, declared)
        for settings, penalty in settings_for(form, declared, roles):
            if derived and bool(form.derived) == (settings.role in ("softmax", "loss")):
                continue  # a derivative is handed out beside what it is the derivative of
            aside = 0.0
            if "role" not in declared and gradients and form.part not in gradients:
                aside = ASIDE
            if form.part in parts:  # an output comes before its derivative
                k = parts.index(form.part)
                early = settings.role in ("softmax", "loss")
                aside += 0.4 * (k if early else len(parts) - 1 - k)
            doubt = _doubt(function, form, settings, told, declared)
            total = form.penalty + roles[settings.role] + penalty + aside + (doubt == "layout")
            reading = Reading(settings, form, frozenset(declared), total, container=seen.container)
            against = roles[settings.role]
            made.append(Candidate(reading, seen, aside >= ASIDE, against, doubt))
    return made


def _documentation(function, form):
    """What stands in the docstrings of a function, or of a class and the methods called."""
    documented = [function, *(getattr(function, call.name, None) for call in form.calls)]
    return "\n".join(str(getattr(one, "__doc__", "") or "") for one in documented)


def _doubt(function, form, settings, told, declared):
    """The setting that was found and is not what words say, or nothing."""
    if told and "layout" not in declared and settings.layout != told:
        return "layout"
    if {"role", "given"} & {*declared} or settings.role in ("softmax", "output_gradient"):
        return ""
    if is_called(function, form, *CONTRARY[settings.given]):
        return "given"
    return ""


def _gradient_parts(forms, merged):
    """Of several parts, those that are as large as a gradient, or called so, if others are not."""
    if derived := [form.part for form in forms if form.derived]:
        return derived
    parts = [form.part for form in forms if form.part]
    if len(parts) < 2:
        return []
    sizes = {part: merged[part].value.size for part in parts if merged[part].value is not None}
    if len(set(sizes.values())) < 2:
        return []
    return [part for part, size in sizes.items() if size == max(sizes.values())]


def right_ones(candidates, declared=()):
    """The candidates that are right on what was tried, the best first."""
    found = []
    prefer_rows = "role" in declared and "layout" not in declared
    for candidate in candidates:
        if "role" in declared and "given" not in declared and _called_logits(candidate):
            continue
        if candidate.aside or candidate.against >= CLOSE:
            continue
        if _is_turned_tensor(candidate):
            continue
        level = candidate.level
        if level is None or (level in (1, 2) and _cannot_be_told(candidate.settings, declared)):
            continue
        found.append((level, candidate))
    if prefer_rows and any(level == 1 and c.settings.layout == "rows" for level, c in found):
        # What is right on one sample, and on no batch but in columns, is perhaps meant for rows.
        found = [
            (level, c)
            for level, c in found
            if c.settings.layout == "rows" or c.seen.form.names_columns
        ]
    open_targets = "role" in declared and "targets" not in declared
    if open_targets and any(c.settings.targets == "distribution" for _, c in found):
        # Where targets may be either, they are distributions unless something else is declared.
        found = [(level, c) for level, c in found if c.settings.targets != "labels"]
    found.sort(key=lambda pair: (pair[0], pair[1].penalty))
    return found


def _is_turned_tensor(candidate):
    """Whether samples would lie in columns, which nobody does who uses a framework."""
    turned = candidate.settings.layout == "columns" and "layout" not in candidate.reading.declared
    tensors = candidate.seen.container in ("tensor", "tensor32", "jax")
    return turned and tensors and not candidate.seen.form.names_columns


def _cannot_be_told(settings, declared):
    """Whether one sample, which shows neither layout nor reduction, is read as the unusual one."""
    return any(
        name not in declared and getattr(settings, name) != DEFAULTS[name]
        for name in ("layout", "reduction")
    )


def _called_logits(candidate):
    """Whether what would be right as the output is called like logits, or inputs."""
    output = candidate.settings.role != "output_gradient" and candidate.settings.given == "output"
    return output and candidate.seen.form.penalty > 0.5


def other_answers(candidates):
    """Candidates that answer another question rightly, with the answer."""
    for candidate in _likely(candidates):
        for trials in candidate.best_trials():
            telling = all(t.returned and _tells(t.outcome.value) for t in trials)
            answers = answered_by(trials, candidate.settings) if telling else []
            if answers := [a for a in answers if _is_usual(a.parameter)]:
                yield candidate, answers[0]
                break


def _tells(value):
    """Whether numbers say anything: zeros are the limit of many a question."""
    return np.isfinite(value).all() and np.abs(value).max(initial=0) > 1e-6


def _is_usual(parameter):
    """Whether a number is one that somebody would choose."""
    return parameter is None or isinstance(parameter, dict) or 0.001 <= parameter <= 100


def _likely(candidates, close=CLOSE):
    ranked = sorted(((c.likelihood, k, c) for k, c in enumerate(candidates)), key=lambda r: r[:2])
    if not ranked:
        return []
    best = ranked[0][0]
    return [c for likelihood, _, c in ranked if likelihood <= best + close]


def mistaken_ones(candidates):
    """Candidates that one mistake of the catalogue explains, or else two, the likeliest first."""
    likely = _likely(candidates)
    for candidate in likely:
        for trials in candidate.best_trials():
            if explained_by(trials, candidate.settings):
                yield candidate
                break
            if any(t.fits for t in trials):
                break  # one sample hides a missing 1/N, and much else
    for candidate in [c for c in likely if _is_plain(c)][:6]:
        trials = next(candidate.best_trials(), None)
        if trials and explained_by_two(trials, candidate.settings):
            yield candidate
    for candidate in likely:  # what is written for one sample may run on a batch, to no purpose
        if (trials := candidate.trials("single")) and explained_by(trials, candidate.settings):
            yield candidate


def _is_plain(candidate):
    """Whether nothing unusual had to be assumed, to which two mistakes would be too much."""
    known = "layout" in candidate.reading.declared or candidate.seen.form.names_columns
    return known or candidate.settings.layout == "rows"


def likeliest(candidates):
    """The candidate that the names speak for."""
    return min(candidates, key=lambda c: c.likelihood)
