"""Whether a linear classifier's gradient is that of its own loss, the penalty on W included."""

from dataclasses import replace

import numpy as np

from softmax_lab.clinic.calling import parts_for
from softmax_lab.clinic.form import Value, arguments_of
from softmax_lab.clinic.probes import cases

OFF, ON = Value(0.0), Value(1.0)


def complaint(patient, reading):
    """What is wrong with the gradient of the penalty, as a sentence; or nothing."""
    form = reading.form
    if not form.linear or OFF not in arguments_of(form.last) or not form.part:
        return ""
    parts = parts_for(cases(reading.settings, "generic")[0], "batch")
    tokens = tuple(ON if token == OFF else token for token in form.last.tokens)
    keywords = tuple((name, ON if t == OFF else t) for name, t in form.last.keywords)
    call = replace(form.last, tokens=tokens, keywords=keywords)
    with_penalty = replace(form, calls=(call,))
    loss, gradient = (
        after - before
        for after, before in zip(
            _loss_and_gradient(patient, with_penalty, parts, reading),
            _loss_and_gradient(patient, form, parts, reading),
            strict=True,
        )
    )
    W = parts["z"]
    factor = loss / (W * W).sum()  # the penalty is this times the sum of the squares
    if gradient.shape != W.shape or np.allclose(gradient, 2 * factor * W, rtol=1e-5, atol=1e-9):
        return ""
    adds = (gradient * W).sum() / (W * W).sum()
    by_N = " It is divided by N, as the mean is." if np.isclose(adds * len(W), 2 * factor) else ""
    return (
        f"The loss adds {factor:.3g} · reg · Σ W², whose derivative is {2 * factor:.3g} · reg · W; "
        f"the gradient adds {adds:.3g} · reg · W.{by_N}"
    )


def _loss_and_gradient(patient, form, parts, reading):
    """The numbers of both parts; nan for what did not come."""
    outcomes = patient.ask(form, parts, reading.container)
    values = [o.value for part, o in outcomes.items() if part and o.value is not None]
    loss = next((float(v.reshape(())) for v in values if v.size == 1), np.nan)
    outcome = outcomes.get(form.part)
    gradient = np.array(np.nan) if outcome is None or outcome.value is None else outcome.value
    return loss, gradient
