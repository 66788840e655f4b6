"""Every mistake of the clinic's catalogue as an answer to the exercises whose role it fits.

A new entry of the catalogue is tried by itself: nothing here has to be told of it.
"""

import numpy as np

from softmax_lab import softmax
from softmax_lab.clinic.catalogue import CATALOGUE, entries
from softmax_lab.clinic.matching import is_hidden
from softmax_lab.clinic.mistake import RAISES
from softmax_lab.clinic.probes import Case, cases
from softmax_lab.clinic.settings import Settings

SQUARES = {"loss": "squared_error"}
# What is wrong at large logits only: lesson 6 is about that.
FAR_OUT = {mistake.key for mistake in CATALOGUE["softmax"] if mistake.fragile}
FAR_OUT |= {"log_epsilon_bias", "clip_bias", "division_by_zero"}
ONE_SAMPLE = (
    "1.2",
    "2.3",
    "3.2",
    "3.3",
    "4.3",
    "9.2",
)  # what only a batch can show is no mistake there

# How a mistake f is made in each exercise: the settings under which it is one, and the answer.
# Where an exercise leads through softmax somewhere, it is made there, and the rest is right.
MADE_IN = {
    "1.2": (Settings("jacobian"), lambda f: lambda z: f(z)),
    "2.2": (Settings("jacobian", given="output"), lambda f: lambda h: f(np.log(h))),
    "2.3": (Settings("jacobian"), lambda f: lambda z, T: f(z / T) / T),
    "3.2": (Settings("backward"), lambda f: lambda z, upstream: f(z, v=upstream)),
    "3.3": (
        Settings("backward"),
        lambda f: lambda q, K, V, upstream: K.T @ f(K @ q, v=V @ upstream),
    ),
    "4.2": (Settings("loss_gradient", **SQUARES), lambda f: lambda z, t: f(z, t=t)),
    "4.3": (
        Settings("loss_gradient", reduction="sum", targets="any"),
        lambda f: lambda z, t, w: f(z, t=w * t),
    ),
    "5.2": (Settings("loss_gradient", **SQUARES), lambda f: lambda z, t: f(z, t=t)),
    "6.2": (Settings("loss"), lambda f: lambda z, t: f(z, t=t)),
    "8.3": (
        Settings("loss", given="output", **SQUARES),
        lambda f: lambda h, t: f(np.log(h), t=t) / 2,
    ),
    "9.2": (
        Settings("backward"),
        lambda f: (
            lambda q, K, V, mask, upstream: _at_query(f(_masked(q, K, mask), v=V @ upstream), q, K)
        ),
    ),
    "9.3": (
        Settings("backward"),
        lambda f: (
            lambda Q, K, V, upstream: _at_keys(
                f(Q @ K.T / np.sqrt(Q.shape[1]), v=upstream @ V.T), Q
            )
        ),
    ),
}


def _jacobian(h):
    return np.diag(h) - np.outer(h, h)


def _vjp(h, upstream):
    return h * (upstream - (h * upstream).sum(axis=-1, keepdims=True))


def _masked(q, K, mask):
    return np.where(mask, K @ q / np.sqrt(len(q)), -np.inf)


def _at_query(at_z, q, K):
    return K.T @ at_z / np.sqrt(len(q))


def _at_keys(at_z, Q):
    return at_z.T @ Q / np.sqrt(Q.shape[1])


# And mistakes in h itself, in answers that are right from there on.
H_MADE_IN = {
    "2.3": lambda f: lambda z, T: _jacobian(f(z / T)) / T,
    "3.2": lambda f: lambda z, upstream: _vjp(f(z), upstream),
    "3.3": lambda f: lambda q, K, V, upstream: K.T @ _vjp(f(K @ q), V @ upstream),
    "4.2": lambda f: lambda z, t: _vjp(f(z), 2 / len(z) * (f(z) - t)),
    "4.3": lambda f: lambda z, t, w: f(z) * (w @ t) - w * t,
    "5.2": lambda f: lambda z, t: _vjp(f(z), 2 / len(z) * (f(z) - t)),
    "9.2": lambda f: (
        lambda q, K, V, mask, upstream: _at_query(_vjp(f(_masked(q, K, mask)), V @ upstream), q, K)
    ),
    "9.3": lambda f: (
        lambda Q, K, V, upstream: _at_keys(
            _vjp(f(Q @ K.T / np.sqrt(Q.shape[1])), upstream @ V.T), Q
        )
    ),
}


def mistaken(variant, settings, z, v=None, t=None):
    """What code with this mistake returns, for one sample or for a batch."""
    z, v, t = (np.ones((1, 3)) if a is None else np.asarray(a) for a in (z, v, t))
    rows = [np.atleast_2d(a) for a in (z, v, t)]
    case = Case("an answer", settings, rows[0], softmax(rows[0]), *rows[1:], single=z.ndim == 1)
    with np.errstate(all="ignore"):
        value = variant(case)
    if value is RAISES:
        raise ValueError("the shapes do not fit")
    value = np.asarray(value, dtype=np.float64)
    return value[0] if z.ndim == 1 and value.ndim else value


def _answers():
    made = [(number, *pair) for number, pair in MADE_IN.items()]
    made += [(number, Settings("softmax"), within) for number, within in H_MADE_IN.items()]
    for number, settings, within in made:
        for entry in entries(settings):
            beside_the_point = entry.key in FAR_OUT and number != "6.2"
            if beside_the_point or (entry.needs_batch and number in ONE_SAMPLE):
                continue
            # A variant that only another loss has is the truth under this one.
            variants = [v for v in entry.variants() if not _is_true(v, settings)]
            for k in range(0, len(variants), 1 + len(variants) // 20):
                variant = variants[k]
                yield f"{number}-{settings.role}-{entry.key}-{k}", number, within, variant, settings


@np.errstate(all="ignore")
def _is_true(variant, settings):
    some = [case for kind in ("generic", "extreme", "integer") for case in cases(settings, kind)]
    return is_hidden(settings, variant, tuple(some))


def _made(within, variant, settings):
    return within(lambda z, **others: mistaken(variant, settings, z, **others))


ANSWERS = [(name, number, _made(*rest)) for name, number, *rest in _answers()]
