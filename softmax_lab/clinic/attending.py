"""The consultation on attention: find the order of queries, keys and values, try it, judge it.

An answer of several gradients is read as one vector, one part behind the other; for the rest,
trials, catalogue and report are those of all roles.
"""

import inspect
from dataclasses import replace
from itertools import combinations, permutations, product

import numpy as np

from softmax_lab.clinic import attention_cases as probes
from softmax_lab.clinic import evidence, names
from softmax_lab.clinic.binding import guessed, parameters
from softmax_lab.clinic.calling import part_of
from softmax_lab.clinic.catalogue import entries
from softmax_lab.clinic.form import Call, Form, Value
from softmax_lab.clinic.forms import is_custom
from softmax_lab.clinic.layers import bound, constructor, is_framework_function, layer_methods
from softmax_lab.clinic.matching import explained_by
from softmax_lab.clinic.readings import Reading
from softmax_lab.clinic.report import Diagnosis
from softmax_lab.clinic.results import Outcome
from softmax_lab.clinic.screening import containers
from softmax_lab.clinic.settings import Settings
from softmax_lab.clinic.symptoms import RANDOM, ended, quoted
from softmax_lab.clinic.trials import Trial

HOLDS = {
    "q": r"q|qs|quer(y|ies)|q_?(mat|matrix|proj|in)",
    "k": r"k|ks|keys?|k_?(mat|matrix|proj|in)",
    "values": r"v|vs|vals?|values?|v_?(mat|matrix|proj|in)",
    "mask": r".*mask.*",
    "d": r"d|d_?k|d_?model|d_?head|head_?dim|dim|depth",
    "scale": r"scale|scaling",
}
CAUSAL = r"causal|masked|autoregressive|decoder|look_?ahead"
FLAG = r"(is_?)?causal|use_?mask|masked|autoregressive"
PLAIN = next(iter(probes.MASKS))
ANY_SHAPE = "It takes as many queries as keys only: on others {}"


def forms_of(thing, role):
    """Each way to hand over queries, keys and values, and the error at the output if it is taken.

    Undeclared, only names that say so make a function one of attention.
    """
    if is_framework_function(thing) or is_custom(thing):
        return _framework_forms(thing, role)
    methods = layer_methods(thing)
    if methods is None:
        return [Form((call,)) for call in _calls(thing, role)] if callable(thing) else []
    forward, derivatives = methods
    if not forward:
        return []
    made = constructor(thing)
    found = []
    for first in _calls(bound(thing, forward), "attention" if role else None):
        first = replace(first, name=forward)
        for name in derivatives if role != "attention" else ():
            known = [p for p in parameters(bound(thing, name)) or [] if p.required]
            if len(known) == 1:
                found.append(Form((first, Call(name, ("g",))), made))
        if role != "attention_backward" and not found:
            found.append(Form((first,), made))
    return found


def _framework_forms(thing, role):
    """A function of a framework that was given a backward pass, called by its tape."""
    custom = is_custom(thing)
    known = [p for p in parameters(thing if custom else thing.forward) or [] if p.required]
    tokens = [_token(p) for p in known if p.name != "ctx"]
    if tokens != ["q", "k", "values"] or role == "attention":
        return []
    name, engine = ("", "jax") if custom else ("apply", "torch")
    return [Form((Call(name, ("q", "k", "values")),), engine=engine)]


def _calls(function, role):
    known = parameters(function) or []
    tokens = [_token(p) for p in known]
    if "g" in tokens and any(names.matches(names.CACHE, p.name) for p in known):
        speaks = names.speaks_of("attention|attn", getattr(function, "__name__", ""))
        return [*_from_kept(known, tokens)] if role or speaks else []
    if {"q", "k", "values"} <= set(tokens):
        filled = [
            token or guessed(p) or Value(None)
            for p, token in zip(known, tokens, strict=True)
            if p.required
        ]
        call = Call("", tuple(filled))
        masks = [
            p.name for p, t in zip(known, tokens, strict=True) if t == "mask" and not p.required
        ]
        return [*(replace(call, keywords=((name, "mask"),)) for name in masks[:1]), call]
    count = sum(p.required for p in known)
    if role is None or count < len(_wanted(role)):
        return []
    rest = tuple(guessed(p) or Value(None) for p in known if p.required)[len(_wanted(role)) :]
    return [Call("", (*order, *rest)) for order in _orders(role)]


def _from_kept(known, tokens):
    """The arriving error, and what the forward pass has kept, as a tuple."""
    for kept in ("kept:4", "kept:3"):
        yield Call(
            "",
            tuple(
                "g" if token == "g" else kept if names.matches(names.CACHE, p.name)
                else guessed(p) or Value(None)
                for p, token in zip(known, tokens, strict=True) if p.required
            ),
        )  # fmt: skip


def _wanted(role):
    return ("q", "k", "values") if role == "attention" else ("q", "k", "values", "g")


def _orders(role):
    """The usual order first, the error before or behind it, and then all others."""
    if role == "attention":
        return list(permutations(_wanted(role)))
    inner = list(permutations(("q", "k", "values")))
    return [*((*o, "g") for o in inner), *(("g", *o) for o in inner)]


def _token(parameter):
    name = parameter.name.strip("_").lower()
    for token, pattern in HOLDS.items():
        if names.matches(pattern, name):
            return token
    return "g" if names.holds(parameter.name).get("v", 0) >= 4 or name in ("do", "g_o") else None


class Attendance:
    """What came back from one form in one role."""

    def __init__(self, patient, form, settings, container, kind, causal=False, axes=0):
        self.patient, self.form, self.settings = patient, form, settings
        self.container = container
        self.kind = kind  # of mask
        self.causal = causal  # whether it makes a mask of its own
        self.axes = axes  # in front of those of the samples and of their numbers
        self.changed = {}

    def tried(self, cases, extreme=False, form=None):
        """A trial of each case."""
        cases = [case.causal() if self.causal else case for case in cases]
        return [self._trial(case.lifted(self.axes), extreme, form or self.form) for case in cases]

    def _trial(self, case, extreme, form):
        outcomes = self.patient.ask(form, case.parts(self.kind), self.container)
        for outcome in outcomes.values():
            self.changed.update(dict.fromkeys(outcome.changed))
        return Trial(case, "batch", _answer(outcomes, case, form), extreme)

    def ask_all(self):
        """Trials of all ordinary inputs, without a mask and, where it takes one, with."""
        generic = probes.generic(self.settings)
        self.plain = self.tried(generic)
        masks = probes.masked(self.settings) if _takes_mask(self.form) else []
        masked = self.tried(masks)
        if flagged := _with_flag(self.patient.function, self.form):
            masked += self.tried([case.causal() for case in generic], form=flagged)
        self.masked = [t for t in masked if t.returned]

    @property
    def unsteady(self):
        """Whether the same question gets another answer."""
        first = next((t for t in self.plain if t.returned), None)
        if first is None:
            return False
        again = self._trial(first.case, False, self.form).outcome.value
        return not np.array_equal(again, first.outcome.value, equal_nan=True)

    @property
    def level(self):
        """How good it is: an answer of a fitting size, then with a mask, then a right one."""
        returned = [t for t in self.plain if t.returned]
        fits = any(t.outcome.value.size == t.case.truth.size for t in returned)
        right = fits and all(t.right for t in returned)
        right_with_mask = right and all(t.right for t in self.masked)
        return not fits, not _takes_mask(self.form), not right_with_mask, not right


def _with_flag(function, form):
    """The form with the flag for a causal mask set, if the function has one that is not."""
    if len(form.calls) > 1 or form.engine or not callable(function):
        return None
    known = [p for p in parameters(function) or [] if not p.required]
    flag = next((p.name for p in known if names.matches(FLAG, p.name)), None)
    if flag is None or inspect.signature(function).parameters[flag].default is not False:
        return None
    call = replace(form.last, keywords=(*form.last.keywords, (flag, Value(True))))
    return replace(form, calls=(call,))


def _takes_mask(form):
    first = form.calls[0]
    return "mask" in {*first.tokens, *(token for _, token in first.keywords)}


def _answer(outcomes, case, form):
    """The parts that are asked for, one behind the other, as one outcome."""
    whole = part_of(outcomes, replace(form, part=""))
    if whole.problem in ("raised", "never", "ended"):
        return whole
    parts = [o for part, o in outcomes.items() if part]
    if case.settings.role == "attention":
        fitting = [
            o for o in [whole, *parts] if o.value is not None and o.value.shape == case.g.shape
        ]
        found = fitting[:1] or [o for o in [whole, *parts] if o.value is not None][:1]
    else:
        found = [o for o in parts if o.value is not None][: len(case.shapes)]
        if not found and whole.value is not None:  # three of one shape make one array
            found = [Outcome(a) for a in whole.value] if whole.value.ndim else [whole]
    if not found:
        return whole
    return Outcome(probes.flat([o.value for o in found]), changed=whole.changed)


def consultation(patient, forms, declared):
    """The diagnosis as attention; None where it is none, and none is declared."""
    best = min(_attendances(patient, forms, declared), key=lambda tried: tried.level)
    fits_nowhere = best.level[0]
    if fits_nowhere and "role" not in declared:
        return None
    return _judged(best, frozenset(declared))


def _attendances(patient, forms, declared):
    """What comes back from each form, with each kind of mask, until it is right throughout."""
    for form in forms:
        kinds = probes.MASKS if _takes_mask(form) else [PLAIN]
        settings = Settings(role=declared.get("role") or _role(form))
        own_masks = [False] if _takes_mask(form) else [False, True]
        if len(own_masks) > 1 and _speaks_of_causality(patient.function):
            own_masks.reverse()
        for container, kind in product(containers(patient.function), kinds):
            for axes, causal in product((0, 1, 2), own_masks):
                tried = Attendance(patient, form, settings, container, kind, causal, axes)
                tried.ask_all()
                yield tried
                if patient.given_up or not tried.level[2]:
                    return
                if causal == own_masks[-1] and any(t.returned for t in tried.plain):
                    break  # it needs no further axes


def _speaks_of_causality(function):
    """Whether names, or the code, speak of a mask that hides what comes later."""
    said = [getattr(function, "__name__", ""), str(getattr(function, "__doc__", "") or "")]
    methods = vars(function).values() if inspect.isclass(function) else [function]
    codes = [getattr(m, "__code__", None) for m in methods]
    inside = {name for code in codes for name in getattr(code, "co_names", ())}
    return names.speaks_of(CAUSAL, " ".join(said)) or bool(inside & {"tril", "triu", "tri"})


def _role(form):
    tokens = {token for call in form.calls for token in call.tokens}
    return "attention_backward" if "g" in tokens or form.engine else "attention"


def _judged(tried, declared):
    settings, trials, masked = tried.settings, tried.plain, tried.masked
    returned = [t for t in trials if t.returned]
    square = bool(returned) and not trials[0].returned  # it takes as many queries as keys only
    far = tried.tried(probes.extreme(settings, square)) if returned else []
    stacked = tried.tried(probes.batches(settings)) if returned and not tried.axes else []
    all_returned = [*returned, *masked]
    mistakes, together = [], False
    if not returned:
        silent = all(t.outcome.problem in ("never", "ended") for t in trials)
        verdict = "not judged" if silent else "wrong"
    elif all(t.right for t in all_returned):
        broken = [t for t in far if not t.right]
        leaks = [t for t in stacked if t.returned and not t.right]
        verdict = "fragile" if broken or leaks else "correct"
        mistakes = explained_by(all_returned, settings, far) if broken else []
    else:
        verdict = "wrong"
        mistakes = explained_by(all_returned, settings) or _two(all_returned, settings)
        together = len(mistakes) == 2 and not explained_by(all_returned, settings)
    unsteady = tried.unsteady
    if tried.changed or unsteady:
        verdict, mistakes = "wrong", [] if unsteady else mistakes
    others = ["Its mask is causal: no query attends to a later key."] if tried.causal else []
    if tried.axes:
        others.append(f"It takes arrays of {2 + tried.axes} axes: samples or heads come first.")
    reading = Reading(settings, tried.form, declared, container=tried.container, others=others)
    told = _symptoms(tried, trials, masked, far, stacked, verdict)
    shown = evidence.most_telling([*trials, *masked, *far, *stacked])
    told = [*([RANDOM] if unsteady else ()), *told]
    return Diagnosis(verdict, mistakes, told, settings, shown, together, reading, None)


def _two(trials, settings):
    """The keys of two mistakes that together give the numbers, or none."""
    variants = [(m.key, v) for m in entries(settings) if not m.fragile for v in m.variants()]
    for (first, a), (second, b) in combinations(variants, 2):
        if first == second or a.keywords.keys() & b.keywords.keys():
            continue
        both = {**a.keywords, **b.keywords}
        if all(t.agrees(a.func(t.case, **both)) for t in trials):
            return [first, second]
    return []


def _symptoms(tried, trials, masked, far, stacked, verdict):
    for name in tried.changed:
        yield f"It overwrites its argument {name}: the caller's array is not the same afterwards."
    if tried.patient.printed:
        yield f"It prints, first: {tried.patient.printed.strip().splitlines()[0][:60]!r}."
    refused = [t for t in trials if not t.returned]
    square = [t for t in trials if t.returned and t.case.q.shape == t.case.k.shape]
    if refused and square:
        yield ended(ANY_SHAPE.format(_told(refused[0])))
    elif refused:
        yield ended(f"On {quoted(refused[0].case)} {_told(refused[0])}")
    wrong = [t for t in trials if t.returned and not t.right]
    if wrong:
        yield from _on_numbers(wrong)
    if masked and all(t.right for t in trials if t.returned):
        if all(t.right for t in masked):
            yield f"Its mask is of {tried.kind}."
        else:
            yield "It is right without a mask, and wrong with one."
    if stacked and any(t.returned and not t.right for t in stacked):
        yield "On one sample it is right; on a batch it is wrong without a complaint."
    elif stacked and not stacked[0].returned and verdict != "wrong":
        yield ended(f"It takes one sample at a time: on a batch {_told(stacked[0])}")
    if verdict == "fragile":
        for trial in far:
            if not trial.right:
                nan = trial.returned and not np.isfinite(trial.outcome.value).all()
                yield ended(
                    f"It {'gives nan or inf' if nan else 'is wrong'} at {quoted(trial.case)}"
                )


def _told(trial):
    outcome = trial.outcome
    return f"it raised {outcome.detail}" if outcome.problem == "raised" else outcome.detail


def _on_numbers(wrong):
    """Which parts are right, and the constant factor of those that are not."""
    parts = probes.PARTS[wrong[0].case.settings.role]
    sizes = [t.outcome.value.size == t.case.truth.size for t in wrong]
    if not all(sizes):
        trial = wrong[sizes.index(False)]
        shapes = " and ".join(map(str, trial.case.shapes))
        yield (
            f"On {quoted(trial.case)} it returned {trial.outcome.value.size} numbers; expected: "
            f"{' and '.join(parts)} of shape {shapes}."
        )
        return
    right = []
    for number, part in enumerate(parts):
        pairs = [(t.case.split(t.outcome.value)[number], t.case.split(t.case.truth)[number], t.case)
                 for t in wrong]  # fmt: skip
        if all(np.allclose(a, b, rtol=1e-5, atol=1e-7) for a, b, _ in pairs):
            right.append(part)
        elif unit := _unit(pairs):
            yield f"{part} is {unit} times the right answer: a constant factor."
    if right and len(parts) > 1:
        verb = "is" if len(right) == 1 else "are"
        yield f"Of the three gradients only {' and '.join(right)} {verb} right."


UNITS = {
    "√d": lambda case: np.sqrt(case.d),
    "1/√d": lambda case: 1 / np.sqrt(case.d),
    "d": lambda case: case.d,
    "-1": lambda case: -1.0,
    "2": lambda case: 2.0,
    "½": lambda case: 0.5,
}


def _unit(pairs):
    for unit, of in UNITS.items():
        if all(np.allclose(a, of(case) * b, rtol=1e-5, atol=1e-8) for a, b, case in pairs):
            return unit
    return ""


def refusal(thing, role):
    """Why something cannot be attention, and what to do."""
    wants = ", ".join(("q", "k", "v", "upstream")[: len(_wanted(role))])
    try:
        takes = str(inspect.signature(thing))
    except (TypeError, ValueError):
        takes = type(thing).__name__
    return (
        f"a function of role {role!r} must take ({wants}); received one that takes {takes}. "
        f"Adapt it: diagnose(lambda {wants}: …, {role!r})."
    )
