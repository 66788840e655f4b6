"""Ways to compute softmax wrongly: entries for every role in which a function starts from logits.

``outputs`` gives them as mistakes that put another h into the rest of the code, which is right.
"""

import numpy as np

from softmax_lab.clinic import formulas
from softmax_lab.clinic.catalogue.common import from_logits
from softmax_lab.clinic.mistake import Mistake
from softmax_lab.softmax import softmax

# Where people clip; the clinic tries them all.
BOUNDS = (
    *(1, 2, 3, 5, 6, 8, 10, 15, 16, 20, 25, 30, 32, 36, 40, 50, 60, 64, 70, 75, 80, 85, 87, 88),
    *(88.7, 90, 100, 128, 150, 200, 250, 256, 300, 350, 400, 450, 500, 512, 600, 700, 709, 710),
)
# What people add to the sum, against a division by 0.
GUARDS = (*(10.0**-k for k in (6, 7, 8, 9, 10, 12, 15, 16)), float(np.finfo(float).eps))


def divided(e):
    """E / Σ e for each row."""
    return e / e.sum(axis=-1, keepdims=True)


def shifted(z):
    """Z less the largest of each row."""
    return z - z.max(axis=-1, keepdims=True)


def shifted_by_all(z):
    """Softmax with the maximum of the whole batch subtracted."""
    return divided(np.exp(z - z.max()))


def textbook(z):
    """Softmax without the shift."""
    return divided(np.exp(z))


def _guarded(epsilon):
    def softmax_of(z):
        e = np.exp(z)
        return e / (e.sum(axis=-1, keepdims=True) + epsilon)

    return softmax_of


def whole(z):
    """Softmax over all entries of the batch."""
    return softmax(z.reshape(-1)).reshape(z.shape)


def _whole_by_rows_shift(z):
    e = np.exp(shifted(z))
    return e / e.sum()


def _cut(low, high, shift=lambda z: z):
    return lambda z: np.clip(shift(z), low, high)


CUT = (
    *(_cut(-c, c) for c in BOUNDS),
    *(_cut(None, c) for c in BOUNDS),
    *(_cut(-c, None, shifted) for c in BOUNDS),
)
CLIPPED = tuple(lambda z, cut=cut: softmax(cut(z)) for cut in CUT)


def misaligned(softmax_of_square):
    """A softmax whose sums or maxima meet the wrong axis; None where that raises."""
    return lambda z: softmax_of_square(z) if z.shape[0] == z.shape[1] else None


WITHOUT_KEEPDIMS = tuple(
    misaligned(of)
    for of in (
        lambda z: np.exp(z) / np.exp(z).sum(axis=1),
        lambda z: np.exp(shifted(z)) / np.exp(shifted(z)).sum(axis=1),
        lambda z: np.exp(z - z.max(axis=1)) / np.exp(z - z.max(axis=1)).sum(axis=1),
        lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(axis=1),
        # The maximum alone.
        lambda z: divided(np.exp(z - z.max(axis=1))),
    )
)


def put_in(softmax_of):
    """The case in which h comes from another softmax; None where that raises."""

    def replaced(case):
        if not case.settings.from_logits:
            return case  # h is handed over, whoever computed it
        h = softmax_of(case.z)
        return None if h is None else case.change(h=h)

    return replaced


# Losses in which no logarithm of h is taken: from log Σ e^z, or squared errors


def _from_log_sum(log_sum, elementwise):
    """-Σ t (z - log Σ e^z), or log Σ e^z Σ t - Σ t z."""

    def loss(case):
        if case.settings.loss != "cross_entropy":
            return formulas.truth(case)
        z, t = case.z, case.t
        s = log_sum(z)
        if elementwise:
            return case.reduced(-(t * (z - s)).sum(axis=-1))
        return case.reduced(s[:, 0] * t.sum(axis=-1) - (t * z).sum(axis=-1))

    return loss


def _squared(softmax_of):
    def loss(case):
        if case.settings.loss != "squared_error":
            return formulas.truth(case)
        return formulas.value(case.change(h=softmax_of(case.z)))

    return loss


def _log_sum(guard=0.0):
    return lambda z: np.log(np.exp(z).sum(axis=-1, keepdims=True) + guard)


UNSHIFTED_LOSSES = (
    *(_from_log_sum(_log_sum(guard), way) for guard in (0.0, *GUARDS) for way in (True, False)),
    _squared(textbook),
)
SHIFTED_BY_ALL_LOSSES = (
    *(
        _from_log_sum(lambda z: _log_sum()(z - z.max()) + z.max(), elementwise)
        for elementwise in (True, False)
    ),
    _squared(shifted_by_all),
)
CLIPPED_LOSSES = tuple(
    lambda case, cut=cut: formulas.truth(case.change(z=cut(case.z), h=softmax(cut(case.z))))
    for cut in CUT
)


def outputs(without=(), losses=False):
    """The entries for a role; ``without`` some keys that the role puts in its own words.

    In a loss, what is fragile in softmax is named together with what is fragile behind it, the
    logarithm; alone only where no logarithm of h is taken.
    """
    where = "beneath" if losses else "replace"
    made = (
        Mistake(
            key="no_shift",
            formula=r"h_j = \frac{e^{z_j}}{\sum_k e^{z_k}} \text{ as it stands}",
            **{where: tuple(put_in(f) for f in (textbook, *map(_guarded, GUARDS)))},
            compute=UNSHIFTED_LOSSES if losses else (),
            when=from_logits,
            fragile=True,
            explanation=(
                "The textbook formula of softmax is right on paper, and overflows in floating "
                "point: e^z is infinite above 709, and inf / inf is nan; far below 0 all "
                "exponentials vanish, and 0 / 0 is nan as well."
            ),
            hint="Try [0, 800, 0]. What may you subtract from all logits without changing softmax?",
            cure="Subtract the maximum first: e = np.exp(z - z.max(axis=-1, keepdims=True)).",
            lesson=6,
        ),
        Mistake(
            key="shift_over_batch",
            formula=r"h_{nj} = \frac{e^{z_{nj} - M}}{\sum_k e^{z_{nk} - M}}, \;"
            r" M = \max_{m,k} z_{mk}",
            **{where: put_in(shifted_by_all)},
            compute=SHIFTED_BY_ALL_LOSSES if losses else (),
            when=from_logits,
            fragile=True,
            needs_batch=True,
            explanation=(
                "The maximum of the whole batch is subtracted. A sample that lies far below "
                "another one then has exponentials of 0 only, and 0 / 0 is nan."
            ),
            hint="np.max without an axis looks at all samples. What if one lies 900 below another?",
            cure="Subtract each row's own maximum: z.max(axis=-1, keepdims=True).",
            lesson=6,
        ),
        Mistake(
            key="shift_along_wrong_axis",
            formula=r"h_{nk} = \frac{e^{z_{nk} - M_k}}{\sum_j e^{z_{nj} - M_j}}, \;"
            r" M_k = \max_m z_{mk}",
            replace=put_in(lambda z: divided(np.exp(z - z.max(axis=0)))),
            when=from_logits,
            needs_batch=True,
            explanation=(
                "The maximum is taken over the samples, so that each class is shifted by another "
                "number. Softmax is unchanged only when all logits of a sample are shifted alike."
            ),
            hint="Print the maximum that you subtract: is it one number a sample, or one a class?",
            cure="Subtract each row's own maximum: z.max(axis=-1, keepdims=True).",
            lesson=6,
        ),
        Mistake(
            key="logits_clipped",
            formula=r"h = \operatorname{softmax}(\operatorname{clip}(z, -c, c))",
            **{where: tuple(map(put_in, CLIPPED))},
            compute=CLIPPED_LOSSES if losses else (),
            when=from_logits,
            fragile=True,
            explanation=(
                "Logits beyond a bound are cut off before the exponential. That avoids the "
                "overflow, but two large logits become equal: the classes can no longer be told "
                "apart, and the gradient there is 0."
            ),
            hint="Compare the results for [801, 800, 0] and [800, 801, 0].",
            cure="Subtract the maximum instead: no exponential overflows, and nothing is lost.",
            lesson=6,
        ),
        Mistake(
            key="whole_batch_softmax",
            formula=r"h_{nk} = \frac{e^{z_{nk}}}{\sum_{m,j} e^{z_{mj}}}",
            replace=(put_in(whole), put_in(_whole_by_rows_shift)),
            when=from_logits,
            needs_batch=True,
            explanation=(
                "For one sample this is right. In a batch, softmax is normalised over all entries, "
                "so that the whole batch sums to 1, and not each sample."
            ),
            hint="np.sum without an axis sums over everything. What does each row of h sum to?",
            cure="Write e / e.sum(axis=-1, keepdims=True).",
            lesson=4,
        ),
        Mistake(
            key="wrong_axis",
            formula=r"h_{nk} = \frac{e^{z_{nk}}}{\sum_m e^{z_{mk}}}",
            replace=put_in(lambda z: softmax(z, axis=0)),
            when=from_logits,
            needs_batch=True,
            explanation=(
                "Softmax is normalised over the samples of the batch, not over the classes."
            ),
            hint="Which axis of h sums to 1?",
            cure="Sum over the axis of the classes: axis=-1 for samples in rows.",
            lesson=4,
        ),
        Mistake(
            key="missing_keepdims",
            formula=r"h_{nk} = \frac{e^{z_{nk}}}{S_k}, \; S_m = \sum_j e^{z_{mj}}",
            replace=tuple(map(put_in, WITHOUT_KEEPDIMS)),
            when=from_logits,
            needs_batch=True,
            explanation=(
                "Without keepdims=True the sums (or the maxima) of the samples line up with the "
                "classes. With N ≠ n that raises; with N = n it takes those of other samples, "
                "silently."
            ),
            hint="Print the shape of the sum that you divide by, and of the maximum.",
            cure="Write e / e.sum(axis=-1, keepdims=True), and z.max(axis=-1, keepdims=True).",
            lesson=4,
        ),
    )
    return tuple(m for m in made if m.key not in without)
