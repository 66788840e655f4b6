"""Right answers to another question: what looks wrong as declared, and is no mistake.

Each entry is a truth of its own: log-softmax, the Kullback-Leibler divergence, label smoothing, a
temperature, class weights, … What a function was given as ε, T, γ, λ or w is found from its
numbers: ``answered_by`` fits it to one probe and holds it against all the others.
"""

import numpy as np

from softmax_lab.clinic import formulas
from softmax_lab.clinic.catalogue.common import cross_entropy, from_logits
from softmax_lab.clinic.catalogue.question import CLOSE, Answer, Question, number_of, weights_of
from softmax_lab.clinic.formulas import diagonal, ratio, vjp
from softmax_lab.softmax import log_softmax, softmax


def answered_by(trials, settings):
    """The questions that all trials answer rightly, as a list of Answers; usually of none or one.

    The trials are generic ones, all handed over in one way, and ``settings`` those of their cases.
    """
    trials = list(trials)
    found = []
    if all(t.right for t in trials):  # as one-hot targets make many questions one
        return found
    for question in QUESTIONS:
        variants = question.truth.get(settings.role, ())
        if not question.when(settings):
            continue
        for variant in variants if isinstance(variants, tuple) else (variants,):
            answer = _answer(question, variant, trials, settings)
            if answer:
                found.append(answer)
                break
    return found


@np.errstate(all="ignore")
def _answer(question, variant, trials, settings):
    parameter = None
    if question.find is weights_of:  # fixed weights belong to one number of classes
        trials = [t for t in trials if t.returned]
    if not trials or not all(t.returned for t in trials):
        return None
    if question.parameter:
        parameter = question.find(variant, trials)
        if parameter is None or not _unusual(question, parameter):
            return None
    answer = Answer(question, settings.role, variant, parameter)
    return answer if all(t.agrees(answer.truth(t.case)) for t in trials) else None


def _unusual(question, parameter):
    if isinstance(parameter, dict):
        # Weights that are all alike are no weights, but a constant factor.
        return any(np.ptp(w) > CLOSE * w.max() for w in parameter.values())
    return abs(parameter - question.usual) > CLOSE and 0 < parameter <= question.largest


# What is right as an answer to each question


def _losses(case, t):
    """-Σ t log h for each sample, without ever taking log of an h that has rounded to 0."""
    return -(t * np.where(t == 0, 0, _log(case))).sum(axis=-1)


def _log(case):
    return log_softmax(case.z) if case.settings.from_logits else np.log(case.h)


def _gradient(case, t):
    return case.h * t.sum(axis=-1, keepdims=True) - t


def _smoothed(t, epsilon):
    return (1 - epsilon) * t + epsilon / t.shape[-1]


def _smoothed_beside(t, epsilon):
    """A variant: ε is shared among the other classes only."""
    return (1 - epsilon) * t + epsilon * (1 - t) / (t.shape[-1] - 1)


SMOOTHINGS = (_smoothed, _smoothed_beside)


def _hessian(case):
    return formulas.jacobian(case.h) * case.total[:, :, None]


def _entropies(case):
    return -formulas.xlogy(case.h, case.h)


def _entropy_mean(case):
    return _entropies(case).mean()


def _entropy_sum(case):
    return _entropies(case).sum()


def _entropy_slope(case):
    log_h = np.log(np.where(case.h == 0, 1, case.h))
    return -case.h * (log_h + _entropies(case)[:, None])


def _divergence(case):
    t = case.t
    return case.reduced(_losses(case, t) + formulas.xlogy(t, np.where(t == 0, 1, t)))


def _divergence_reversed(case):
    h, t = case.h, case.t
    return case.reduced(-formulas.xlogy(h, t) + formulas.xlogy(h, h))


def _sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def _binary(case):
    """-Σ t log s - Σ (1 - t) log(1 - s) for s = sigmoid(z)."""
    z, t = case.z, case.t
    return case.reduced((np.logaddexp(0, z) - t * z).sum(axis=-1))


def _half(case):
    return case.reduced(((case.h - case.t) ** 2).sum(axis=-1) / 2)


def _focal(case, gamma):
    log_h = _log(case)
    return case.reduced(-(case.t * (1 - case.h) ** gamma * np.where(case.t == 0, 0, log_h)).sum(-1))


def _focal_slope(case, gamma):
    h, t = case.h, case.t
    log_h = np.where(t == 0, 0, _log(case))
    # (1 - h)^(γ - 1) h log h vanishes with h; the product with h is what is passed back.
    inner = t * (gamma * (1 - h) ** (gamma - 1) * h * log_h - (1 - h) ** gamma)
    return case.shared(inner - h * inner.sum(axis=-1, keepdims=True))


def _focal_at_output(case, gamma):
    h, t = case.h, case.t
    log_h = np.log(np.where(t == 0, 1, h))
    inner = gamma * (1 - h) ** (gamma - 1) * log_h * t
    return case.shared(inner - (1 - h) ** gamma * ratio(t, h))


def _cooled(case, T):
    return softmax(case.z / T)


def _cooled_losses(case, T):
    return case.reduced(-(case.t * np.where(case.t == 0, 0, log_softmax(case.z / T))).sum(-1))


def _cooled_gradient(case, T):
    return case.shared(_gradient(case.change(h=_cooled(case, T)), case.t)) / T


def _weighted(formula, divided):
    """The truth with class weights: by N, or by the sum of the weights that occur."""

    def truth(case, weights, whole=True):
        value = formula(case, weights[case.n] * case.t)
        if not truth.divided or case.settings.reduction != "mean":
            return case.reduced(value) if case.settings.role == "loss" else case.shared(value)
        total = value.sum() if case.settings.role == "loss" else value
        return total / (case.t @ weights[case.n]).sum() if whole else total

    truth.divided = divided
    return truth


def _both(formula):
    return tuple(_weighted(formula, divided) for divided in (False, True))


QUESTIONS = (
    Question(
        key="log_softmax",
        truth={
            "softmax": lambda case: log_softmax(case.z),
            "jacobian": lambda case: np.eye(case.n) - case.h[:, None, :],
            "backward": lambda case: case.v - case.h * case.v.sum(axis=-1, keepdims=True),
        },
        words={
            "softmax": "log-softmax, log h",
            "jacobian": "the Jacobian of log-softmax, δ_ij - h_j",
            "backward": "the backward pass of log-softmax, σ - h Σσ",
        },
        lesson=6,
    ),
    Question(
        key="log_softmax_from_output",
        truth={"backward": lambda case: case.v - np.exp(case.x) * case.v.sum(-1, keepdims=True)},
        words={"backward": "the backward pass of log-softmax written with its own output, log h"},
        x="log h",
        lesson=6,
    ),
    Question(
        key="entropy",
        truth=dict.fromkeys(("softmax", "jacobian"), (_entropies, _entropy_mean, _entropy_sum)),
        words=dict.fromkeys(("softmax", "jacobian"), "the entropy of softmax, -Σ h log h"),
    ),
    Question(
        key="entropy_gradient",
        truth=dict.fromkeys(
            ("softmax", "jacobian"),
            (_entropy_slope, lambda case: _entropy_slope(case) / case.N),
        ),
        words=dict.fromkeys(
            ("softmax", "jacobian"), "the gradient of the entropy of softmax, -h (log h + H)"
        ),
    ),
    Question(
        key="hessian",
        truth={"loss_gradient": (_hessian, lambda case: _hessian(case) / case.N)},
        words={"loss_gradient": "the Hessian of the cross-entropy, diag(h) - h hᵀ"},
        when=cross_entropy,
    ),
    Question(
        key="kl_divergence",
        truth={"loss": _divergence},
        words={"loss": "the Kullback-Leibler divergence, Σ t log(t/h)"},
        when=cross_entropy,
    ),
    Question(
        key="kl_divergence_reversed",
        truth={"loss": _divergence_reversed},
        words={"loss": "the Kullback-Leibler divergence from t to h, Σ h log(h/t)"},
        when=cross_entropy,
    ),
    Question(
        key="half_squared_error",
        truth={
            "loss": _half,
            "loss_gradient": lambda case: case.shared(vjp(case.h, case.h - case.t)),
            "output_gradient": lambda case: case.shared(case.h - case.t),
        },
        words={
            "loss": "half the squared error, ½ Σ(h - t)²",
            "loss_gradient": "the gradient of half the squared error, ½ Σ(h - t)²",
            "output_gradient": "the gradient at the output of half the squared error, ½ Σ(h - t)²",
        },
    ),
    Question(
        key="sigmoid",
        truth={
            "softmax": lambda case: _sigmoid(case.z),
            "jacobian": lambda case: diagonal(_sigmoid(case.z) * _sigmoid(-case.z)),
            "backward": lambda case: case.v * _sigmoid(case.z) * _sigmoid(-case.z),
            "loss": _binary,
            "loss_gradient": lambda case: case.shared(_sigmoid(case.z) - case.t),
        },
        words={
            "softmax": "the sigmoid of each number",
            "jacobian": "the derivative of the sigmoid",
            "backward": "the backward pass of the sigmoid",
            "loss": "the binary cross-entropy of sigmoids, for targets of several classes",
            "loss_gradient": "the gradient of the binary cross-entropy behind sigmoids",
        },
        when=from_logits,
    ),
    Question(
        key="label_smoothing",
        truth={
            "loss": tuple(
                lambda case, p, smooth=smooth: case.reduced(_losses(case, smooth(case.t, p)))
                for smooth in SMOOTHINGS
            ),
            "loss_gradient": tuple(
                lambda case, p, smooth=smooth: case.shared(_gradient(case, smooth(case.t, p)))
                for smooth in SMOOTHINGS
            ),
            "output_gradient": tuple(
                lambda case, p, smooth=smooth: case.shared(-ratio(smooth(case.t, p), case.h))
                for smooth in SMOOTHINGS
            ),
        },
        words={
            "loss": "the cross-entropy with smoothed labels",
            "loss_gradient": "the gradient of the cross-entropy with smoothed labels",
            "output_gradient": "the gradient of the cross-entropy with smoothed labels",
        },
        parameter="ε",
        usual=0.0,
        largest=1.0,
        find=number_of,
        when=cross_entropy,
    ),
    Question(
        key="temperature",
        truth={
            "softmax": _cooled,
            "jacobian": lambda case, T: formulas.jacobian(_cooled(case, T)) / T,
            "backward": lambda case, T: vjp(_cooled(case, T), case.v) / T,
            "loss": _cooled_losses,
            "loss_gradient": _cooled_gradient,
        },
        words={
            "softmax": "softmax at a temperature",
            "jacobian": "the Jacobian of softmax at a temperature",
            "backward": "the backward pass of softmax at a temperature",
            "loss": "the cross-entropy at a temperature",
            "loss_gradient": "the gradient of the cross-entropy at a temperature",
        },
        parameter="T",
        usual=1.0,
        find=number_of,
        when=lambda settings: from_logits(settings) and cross_entropy(settings),
    ),
    Question(
        key="distillation",
        truth={
            "loss": lambda case, T: T**2 * _cooled_losses(case, T),
            "loss_gradient": lambda case, T: T**2 * _cooled_gradient(case, T),
        },
        words={
            "loss": "the cross-entropy at a temperature times T², as in distillation",
            "loss_gradient": "the gradient of the cross-entropy at a temperature times T², as in "
            "distillation",
        },
        parameter="T",
        usual=1.0,
        find=number_of,
        when=lambda settings: from_logits(settings) and cross_entropy(settings),
    ),
    Question(
        key="class_weights",
        truth={
            "loss": _both(_losses),
            "loss_gradient": _both(_gradient),
            "output_gradient": _both(lambda case, t: -ratio(t, case.h)),
        },
        words={
            "loss": "the cross-entropy with weighted classes",
            "loss_gradient": "the gradient of the cross-entropy with weighted classes",
            "output_gradient": "the gradient of the cross-entropy with weighted classes",
        },
        parameter="w",
        find=weights_of,
        when=cross_entropy,
    ),
    Question(
        key="regularised",
        truth={
            "loss": lambda case, p: formulas.truth(case) + p / 2 * (case.z**2).sum(),
            "loss_gradient": lambda case, p: formulas.truth(case) + p * case.z,
        },
        words={
            "loss": "the loss and a penalty on the size of the logits, ½ λ Σ z²",
            "loss_gradient": "the gradient of the loss and of a penalty on the logits, ½ λ Σ z²",
        },
        parameter="λ",
        usual=0.0,
        find=number_of,
        when=lambda settings: from_logits(settings) and settings.reduction != "none",
    ),
    Question(
        key="focal",
        truth={
            "loss": _focal,
            "loss_gradient": _focal_slope,
            "output_gradient": _focal_at_output,
        },
        words={
            "loss": "the focal loss, -Σ t (1 - h)^γ log h",
            "loss_gradient": "the gradient of the focal loss, -Σ t (1 - h)^γ log h",
            "output_gradient": "the gradient of the focal loss, -Σ t (1 - h)^γ log h",
        },
        parameter="γ",
        usual=0.0,
        find=number_of,
        when=cross_entropy,
    ),
)
