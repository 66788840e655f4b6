"""What people return as attention, and as the error passed back through it.

Both are written once, with every step that goes wrong as an option; an entry names the options.
Two entries with different options are two mistakes at once.
"""

from functools import partial

import numpy as np

from softmax_lab.clinic.attention_cases import flat
from softmax_lab.clinic.mistake import RAISES, Mistake


def _softmax(z, axis=-1, shift="row"):
    shifts = {"row": z.max(axis=axis, keepdims=True), "all": z.max(), "none": 0.0}
    e = np.exp(z - shifts[shift])
    return e / e.sum(axis=axis, keepdims=True)


def _scores(case, power):
    return case.q @ np.swapaxes(case.k, -1, -2) / case.d**power


def _weights(case, power=0.5, axis=-1, shift="row", mask="before"):
    z = _scores(case, power)
    if case.mask is None or mask == "ignored":
        return _softmax(z, axis, shift)
    if mask == "after":
        return _softmax(z, axis, shift) * case.mask
    hidden = {"before": -np.inf, "zero": 0.0}[mask]
    return _softmax(np.where(case.mask, z, hidden), axis, shift)


def forward(case, weights="softmax", turned=False, **options):
    """Attention, with a mistake."""
    h = _weights(case, **options)
    if weights == "scores":
        h = _scores(case, options.get("power", 0.5))
    if weights == "returned":
        return flat([h])
    if turned:
        if h.shape[-2] != h.shape[-1]:
            return RAISES
        h = np.swapaxes(h, -1, -2)
    return flat([h @ case.v])


def _passed(h, s, rule):
    """What is taken for the error at the scores, given that at the weights."""
    product = h * s
    return {
        "right": lambda: product - h * product.sum(axis=-1, keepdims=True),
        "diagonal": lambda: product * (1 - h),
        "average kept": lambda: product,
        "passed through": lambda: s,
        "minus weights": lambda: h * (s - h),
        "summed down": lambda: product - h * product.sum(axis=-2, keepdims=True),
        "summed over all": lambda: product - h * product.sum(),
    }[rule]()


def backward(case, rule="right", of_q=0.5, of_k=0.5, turned="", swapped=False, **options):
    """The error passed back, with a mistake."""
    h = _weights(case, **options)
    s = case.g @ np.swapaxes(case.v, -1, -2)
    at_z = _passed(h, s, rule)
    if turned and h.shape[-2] != h.shape[-1]:
        return RAISES

    def across(a, name):
        return a if name in turned else np.swapaxes(a, -1, -2)

    at_q = (np.swapaxes(at_z, -1, -2) if "q" in turned else at_z) @ case.k / case.d**of_q
    at_k = across(at_z, "k") @ case.q / case.d**of_k
    at_v = across(h, "v") @ case.g
    return flat([at_k, at_q, at_v] if swapped else [at_q, at_k, at_v])


def _forward(*options):
    return tuple(partial(forward, **o) for o in options)


def _backward(*options):
    return tuple(partial(backward, **o) for o in options)


WRONG_AXIS = {
    "formula": r"\operatorname{softmax} \text{ over the queries, } \textstyle\sum_i h_{ij} = 1",
    "explanation": (
        "Softmax runs down the queries, so that each key's weights sum to 1. Each query asks all "
        "keys: it is its weights, a row of h, that must sum to 1."
    ),
    "hint": "Sum your weights along each axis. Whose weights sum to 1, a query's or a key's?",
    "cure": "Take the softmax of q @ k.T along the last axis: axis=-1, keepdims=True.",
}
NO_SHIFT = {
    "formula": r"h_{ij} = \frac{e^{z_{ij}}}{\sum_l e^{z_{il}}}",
    "explanation": "The exponential of a large score overflows, and inf/inf is nan.",
    "hint": "What is np.exp(710.0), and what if all scores of a query fall by 700?",
    "cure": "Subtract each query's maximum first: np.exp(z - z.max(axis=-1, keepdims=True)).",
}
SHIFT_OVER_ALL = {
    "formula": r"\frac{e^{z_{ij} - \max z}}{\sum_l e^{z_{il} - \max z}}",
    "explanation": (
        "The maximum of all scores is subtracted, not that of each query. The exponentials of a "
        "query whose scores all lie far below it round to 0, and 0/0 is nan."
    ),
    "hint": "What is left of a query whose largest score is 800 below the largest of all?",
    "cure": "Subtract each query's own maximum: z.max(axis=-1, keepdims=True).",
}
MASK_AFTER = {
    "formula": r"h \circ m \text{ with } h = \operatorname{softmax}(z)",
    "explanation": (
        "The mask is applied to the weights, after softmax. What is hidden has taken its share of "
        "the sum by then, so that the weights that are left do not sum to 1."
    ),
    "hint": "Sum the weights of a query of which one key is masked.",
    "cure": "Set the masked scores to -inf before softmax: np.where(mask, z, -np.inf).",
}
MASK_ZERO = {
    "formula": r"z_{ij} = 0 \text{ where masked}",
    "explanation": (
        "A masked score is set to 0, and e⁰ is 1: the key still gets a weight, perhaps a large one."
    ),
    "hint": "Which score has the exponential 0?",
    "cure": "Set the masked scores to -inf before softmax: np.where(mask, z, -np.inf).",
}
MASK_IGNORED = {
    "formula": r"h = \operatorname{softmax}(z)\text{, whatever the mask}",
    "explanation": "The mask changes nothing: it is not used, or in vain.",
    "hint": "Call your function with two different masks.",
    "cure": "Set the masked scores to -inf before softmax: np.where(mask, z, -np.inf).",
}


FORWARD = (
    Mistake(
        key="missing_scale",
        formula=r"\operatorname{softmax}(q k^T)\, v",
        compute=_forward({"power": 0.0}),
        explanation=(
            "The scores are not divided by √d. A product of d numbers grows with √d, and softmax "
            "of larger scores is nearly one-hot: it passes almost no gradient on."
        ),
        hint="How large is q · k for d = 64, if every number is about 1?",
        cure="Divide the scores by the root of the length of a query: / np.sqrt(q.shape[-1]).",
        lesson=9,
    ),
    Mistake(
        key="scale_of_d",
        formula=r"\operatorname{softmax}(q k^T / d)\, v",
        compute=_forward({"power": 1.0}),
        explanation="The scores are divided by d, not by its root.",
        hint="The sum of d random numbers grows like √d.",
        cure="Divide the scores by np.sqrt(q.shape[-1]).",
        lesson=9,
    ),
    Mistake(key="wrong_axis", compute=_forward({"axis": -2}), lesson=9, **WRONG_AXIS),
    Mistake(
        key="weights_transposed",
        formula=r"h^T v",
        compute=_forward({"turned": True}),
        explanation=(
            "The weights are transposed before they meet the values. A row of h belongs to a "
            "query. With as many queries as keys nothing complains."
        ),
        hint="Try it with more keys than queries.",
        cure="Return h @ v.",
        lesson=9,
    ),
    Mistake(
        key="softmax_forgotten",
        formula=r"\frac{q k^T}{\sqrt{d}}\, v",
        compute=_forward({"weights": "scores"}),
        explanation="The values are weighted with the scores themselves: softmax is missing.",
        hint="Do your weights sum to 1?",
        cure="Take the softmax of the scores along the last axis before the product with v.",
        lesson=9,
    ),
    Mistake(
        key="returns_weights",
        formula=r"\operatorname{softmax}(q k^T / \sqrt{d})",
        compute=_forward({"weights": "returned"}),
        explanation="The weights are returned, not the mean of the values.",
        hint="Where does v occur in your function?",
        cure="Return h @ v.",
        lesson=9,
    ),
    Mistake(key="mask_after_softmax", compute=_forward({"mask": "after"}), lesson=9, **MASK_AFTER),
    Mistake(key="mask_of_zero", compute=_forward({"mask": "zero"}), lesson=9, **MASK_ZERO),
    Mistake(key="mask_ignored", compute=_forward({"mask": "ignored"}), lesson=9, **MASK_IGNORED),
    Mistake(
        key="no_shift", compute=_forward({"shift": "none"}), lesson=9, fragile=True, **NO_SHIFT
    ),
    Mistake(
        key="shift_over_batch",
        compute=_forward({"shift": "all"}),
        lesson=9,
        fragile=True,
        **SHIFT_OVER_ALL,
    ),
)

AT_Z = "dz = h * (s - (h * s).sum(axis=-1, keepdims=True)), with s = upstream @ v.T"
BACKWARD = (
    Mistake(
        key="diagonal_only",
        formula=r"\frac{\partial C}{\partial z} = \sigma \circ h \circ (1 - h)",
        compute=_backward({"rule": "diagonal"}),
        explanation=(
            "Through softmax the error is multiplied elementwise with h(1 - h), as one does for a "
            "sigmoid. A score changes all weights of its query: the terms beside the diagonal of "
            "the Jacobian are missing."
        ),
        hint="Raise one score a little: which weights of that query change?",
        cure=f"Use {AT_Z}.",
        lesson=9,
    ),
    Mistake(
        key="missing_dot_product",
        formula=r"\frac{\partial C}{\partial z} = h \circ \sigma",
        compute=_backward({"rule": "average kept"}),
        explanation=(
            "The average error ⟨h, σ⟩ of each query is not subtracted: only the first half of the "
            "Jacobian, diag(h), is there."
        ),
        hint="If σ is the same for all keys of a query, what must come back to its scores?",
        cure=f"Use {AT_Z}.",
        lesson=9,
    ),
    Mistake(
        key="pass_through",
        formula=r"\frac{\partial C}{\partial z} = \sigma",
        compute=_backward({"rule": "passed through"}),
        explanation=(
            "The error at the weights is taken for that at the scores: softmax is left out. There "
            "is no target here, so that no loss has dealt with softmax already."
        ),
        hint="Between scores and weights stands softmax. Where is its derivative?",
        cure=f"Use {AT_Z}.",
        lesson=9,
    ),
    Mistake(
        key="upstream_minus_output",
        formula=r"\frac{\partial C}{\partial z} = h \circ (\sigma - h)",
        compute=_backward({"rule": "minus weights"}),
        explanation="The weights are subtracted where the average error ⟨h, σ⟩ belongs.",
        hint="Write out Σ_i σ_i h_i (δ_ij - h_j): what stands behind the minus sign?",
        cure=f"Use {AT_Z}.",
        lesson=9,
    ),
    Mistake(
        key="missing_scale",
        formula=r"\frac{\partial C}{\partial q} = \frac{\partial C}{\partial z}\, k"
        r"\text{, without } 1/\sqrt{d}",
        compute=_backward(
            {"of_q": 0.0, "of_k": 0.0},
            {"of_q": 0.0},
            {"of_k": 0.0},
            {"power": 0.0},
            {"power": 0.0, "of_q": 0.0, "of_k": 0.0},
        ),
        explanation=(
            "A factor 1/√d is lost: in the scores, in the gradients of q and k, or in one of them. "
            "What divides the scores divides both gradients."
        ),
        hint="Where does √d stand in z, and what does the chain rule do to a constant factor?",
        cure="Divide q @ k.T by np.sqrt(d), and the error at the scores, too: the gradients of q "
        "and k are both made from it.",
        lesson=9,
    ),
    Mistake(
        key="swapped_gradients",
        formula=r"\Bigl(\frac{\partial C}{\partial k}, \frac{\partial C}{\partial q},"
        r" \frac{\partial C}{\partial v}\Bigr)",
        compute=_backward({"swapped": True}),
        explanation="The gradients of queries and keys have changed places.",
        hint="Which of your gradients has as many rows as there are queries?",
        cure="With dz, the error at the scores: return dz @ k for q, dz.T @ q for k, each divided "
        "by np.sqrt(d).",
        lesson=9,
    ),
    Mistake(
        key="weights_transposed",
        formula=r"\frac{\partial C}{\partial v} = h\, \frac{\partial C}{\partial o}"
        r"\text{, or } z \text{ and } z^T \text{ exchanged}",
        compute=_backward(
            {"turned": "v"}, {"turned": "k"}, {"turned": "q"}, {"turned": "qk"}, {"turned": "qkv"}
        ),
        explanation=(
            "A matrix is not transposed, or one too many is. What goes forward from keys to "
            "queries comes back by the transpose. As many queries as keys hide it."
        ),
        hint="Try it with more keys than queries: which product still fits?",
        cure="With dz, the error at the scores: use dz @ k for q, dz.T @ q for k, and h.T @ "
        "upstream for v.",
        lesson=9,
    ),
    Mistake(
        key="wrong_axis",
        compute=_backward(
            {"axis": -2}, {"rule": "summed down"}, {"axis": -2, "rule": "summed down"}
        ),
        lesson=9,
        **WRONG_AXIS,
    ),
    Mistake(
        key="batch_sum_leak",
        formula=r"\frac{\partial C}{\partial z} = h \circ"
        r" \Bigl(\sigma - \textstyle\sum_{i,j} h_{ij} \sigma_{ij}\Bigr)",
        compute=_backward({"rule": "summed over all"}),
        explanation="The average error is summed over all queries; each has one of its own.",
        hint="np.sum without an axis sums over everything.",
        cure=f"Use {AT_Z}.",
        lesson=9,
    ),
    Mistake(key="mask_after_softmax", compute=_backward({"mask": "after"}), lesson=9, **MASK_AFTER),
    Mistake(key="mask_of_zero", compute=_backward({"mask": "zero"}), lesson=9, **MASK_ZERO),
    Mistake(key="mask_ignored", compute=_backward({"mask": "ignored"}), lesson=9, **MASK_IGNORED),
    Mistake(
        key="no_shift", compute=_backward({"shift": "none"}), lesson=9, fragile=True, **NO_SHIFT
    ),
    Mistake(
        key="shift_over_batch",
        compute=_backward({"shift": "all"}),
        lesson=9,
        fragile=True,
        **SHIFT_OVER_ALL,
    ),
)
