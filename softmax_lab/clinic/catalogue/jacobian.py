"""What people return as the derivative of softmax: a vector or a matrix."""

import numpy as np

from softmax_lab.clinic.catalogue import common, wrong_softmax
from softmax_lab.clinic.formulas import diagonal, jacobian
from softmax_lab.clinic.mistake import Mistake
from softmax_lab.softmax import softmax


def _outer(h):
    return h[:, :, None] * h[:, None, :]


def _sigmoid_slope(case):
    s = 1 / (1 + np.exp(-case.x))
    return s * (1 - s)


def _of_one_long_row(case):
    h = case.h.reshape(1, -1)
    return jacobian(h)[0]


def _of_one_long_softmax(case):
    return jacobian(softmax(case.z.reshape(1, -1)))[0]


# Matrices that are taken for the Jacobian, here and in backward passes


def sign_lost(case):
    """Diag(h) - h hᵀ with + off the diagonal."""
    return diagonal(case.h - 2 * case.h**2) + _outer(case.h)


TRANSPOSED_IN_VAIN = (
    lambda case: diagonal(case.h) - (case.h**2)[:, None, :],
    lambda case: diagonal(case.h) - (case.h**2).sum(axis=-1)[:, None, None],  # np.dot
)


def index_taken_twice(case):
    """Diag(h) - h_i h_i in each row i."""
    return diagonal(case.h) - (case.h**2)[:, :, None]


WITHOUT_DELTA = (
    lambda case: case.h[:, None, :] - _outer(case.h),
    lambda case: case.h[:, :, None] - _outer(case.h),
)


def doubled(case):
    """Diag(h) - 2 h hᵀ."""
    return diagonal(case.h) - 2 * _outer(case.h)


def _column(k):
    return lambda case: jacobian(case.h)[:, :, k]


def _column_of_the_largest(case):
    return np.take_along_axis(jacobian(case.h), case.h.argmax(-1)[:, None, None], axis=2)[:, :, 0]


MISTAKES = (
    Mistake(
        key="diagonal_only",
        formula=r"h_j (1 - h_j)",
        compute=lambda case: case.h * (1 - case.h),
        explanation=(
            "This is the derivative of each output with respect to its own logit, ∂h_j/∂z_j, and "
            "for that it is right. But the sum in the denominator of softmax makes every output "
            "depend on every logit: ∂h_i/∂z_j = -h_i h_j for i ≠ j is missing. A sigmoid has no "
            "such sum, which is why the same formula is all there is to logistic regression."
        ),
        hint="Raise z_j a little: what happens to the other outputs, h_i with i ≠ j?",
        cure=(
            "Return the whole matrix, np.diag(h) - np.outer(h, h). It does fit into backpropagation"
            ": multiply the error by it, J.T @ upstream, and a vector as long as h comes out; or "
            "without forming J: h * (upstream - np.sum(h * upstream))."
        ),
        lesson=2,
    ),
    Mistake(
        key="off_diagonal_sign",
        formula=r"h_i(\delta_{ij} - h_j) \text{ with } {+h_i h_j} \text{ off the diagonal}",
        compute=sign_lost,
        explanation=(
            "The diagonal is right, and off it the size is right but not the sign. The outputs "
            "share a sum of 1: when one grows, the others must shrink."
        ),
        hint="The outputs always sum to 1. What must each column of the matrix sum to?",
        cure="Off the diagonal, return -h[i] * h[j].",
        lesson=2,
    ),
    Mistake(
        key="logits_used_as_output",
        formula=r"\operatorname{diag}(z) - z z^T",
        replace=lambda case: case.change(h=case.z),
        when=common.from_logits,
        explanation=(
            "The formula diag(a) - a aᵀ is written with the output a = softmax(z), and here it is "
            "fed the logits z. It is always the derivative at z; only the way it is written "
            "contains a, just as sigmoid'(z) = a(1 - a) does."
        ),
        hint="Which quantity do the letters of your formula stand for: z, or softmax(z)?",
        cure="Compute a = softmax(z) first (or keep it from the forward pass), and use a in it.",
        lesson=5,
    ),
    Mistake(
        key="softmax_applied_twice",
        formula=r"J \text{ at } \operatorname{softmax}(h)",
        replace=lambda case: case.change(h=softmax(case.h)),
        explanation=(
            "The function applies softmax to something that is the output of softmax already. The "
            "result is a true Jacobian, but at another point: at h instead of at z."
        ),
        hint="Count how often softmax is applied between the logits and your formula.",
        cure="Pass the logits to a function that applies softmax, or remove softmax inside it.",
        lesson=5,
    ),
    Mistake(
        key="one_dimensional_transpose",
        formula=r"\delta_{ij} h_j - h_j^2, \text{ or } \delta_{ij} h_j - \sum_k h_k^2",
        compute=TRANSPOSED_IN_VAIN,
        explanation=(
            "Transposing a one-dimensional array does nothing: h * h.T is h², a vector, and "
            "np.dot(h, h.T) is a number, Σ h². That is subtracted from diag(h), entry by entry, "
            "where the outer product was meant."
        ),
        hint="Print (h * h.T).shape, or np.dot(h, h.T).",
        cure="Use np.outer(h, h), or make h a column first: h = h.reshape(-1, 1); h @ h.T.",
        lesson=2,
    ),
    Mistake(
        key="index_taken_twice",
        formula=r"h_i (\delta_{ij} - h_i)",
        compute=index_taken_twice,
        explanation=(
            "The same index stands in both factors, where one of the row and one of the column "
            "belong. The diagonal is right; beside it the whole row i holds -h_i² for -h_i h_j."
        ),
        hint="The Jacobian is symmetric. Is yours?",
        cure="Write h[i] * ((i == j) - h[j]).",
        lesson=2,
    ),
    Mistake(
        key="outer_product_doubled",
        formula=r"\operatorname{diag}(h) - 2 h h^T",
        compute=doubled,
        explanation="The outer product is subtracted twice: the diagonal must be h - h².",
        hint="Put in one entry of the diagonal by hand and compare with h_j(1 - h_j).",
        cure="Return np.diag(h) - np.outer(h, h).",
        lesson=2,
    ),
    Mistake(
        key="delta_lost",
        formula=r"h_j - h_i h_j",
        compute=WITHOUT_DELTA,
        explanation=(
            "The Kronecker delta δ_ij is missing: h was broadcast into every row, where only the "
            "diagonal has the term h_j."
        ),
        hint="What is h - np.outer(h, h) off the diagonal, and what should it be there?",
        cure="Write np.diag(h), not h, in front of the outer product.",
        lesson=2,
    ),
    Mistake(
        key="row_sums",
        formula=r"\sum_j J_{ij} = 0",
        compute=lambda case: np.zeros_like(case.h),
        explanation=(
            "Summing the rows (or columns) of the Jacobian gives 0, always: adding one number to "
            "all logits changes no output. The rows have to be weighted with the arriving error "
            "before they are summed."
        ),
        hint="What does J @ np.ones(n) tell about a shift of all logits?",
        cure="Keep the matrix, and in the backward pass return J.T @ upstream.",
        lesson=3,
    ),
    Mistake(
        key="returns_output",
        formula=r"h_j",
        compute=lambda case: case.h,
        explanation="The exponential is its own derivative, but softmax also divides by a sum.",
        hint="Use the quotient rule: the denominator contains z_j, too.",
        cure="Return np.diag(h) - np.outer(h, h).",
        lesson=2,
    ),
    Mistake(
        key="one_minus_output",
        formula=r"1 - h_j",
        compute=lambda case: 1 - case.h,
        explanation=(
            "This is the derivative of log h_j with respect to z_j, the diagonal of it; a factor "
            "h_j and everything off the diagonal is missing."
        ),
        hint="Did you differentiate h, or its logarithm?",
        cure="Return np.diag(h) - np.outer(h, h).",
        lesson=2,
    ),
    Mistake(
        key="returns_ones",
        formula=r"1",
        compute=lambda case: np.ones_like(case.h),
        explanation=(
            "A derivative of 1 leaves the arriving error as it is. That works only together with a "
            "loss whose gradient already is h - t, that is, ∂C/∂z and not ∂C/∂h."
        ),
        hint="If a loss other than cross-entropy were put on top, would this still be right?",
        cure="Return the Jacobian here, or join softmax and loss into one step that gives h - t.",
        lesson=4,
    ),
    Mistake(
        key="sigmoid_derivative",
        formula=r"s(x_j)\bigl(1 - s(x_j)\bigr), \quad s(x) = \frac{1}{1 + e^{-x}}",
        compute=_sigmoid_slope,
        explanation=(
            "This is the derivative of the logistic function of each number by itself. It is not "
            "even unchanged when one number is added to all logits, as softmax is."
        ),
        hint="Where in your formula is the sum over all classes?",
        cure="Return np.diag(h) - np.outer(h, h) with h = softmax(z).",
        lesson=2,
    ),
    Mistake(
        key="first_column_only",
        formula=r"J_{i1} = h_i(\delta_{i1} - h_1)",
        compute=_column(0),
        explanation=(
            "Only one column of the Jacobian is returned, the first: the derivatives with respect "
            "to the first logit. (As J is symmetric, it is the first row as well.)"
        ),
        hint="How many pairs (i, j) are there, and how many numbers do you return?",
        cure="Return all columns: np.diag(h) - np.outer(h, h).",
        lesson=2,
    ),
    Mistake(
        key="last_column_only",
        formula=r"J_{in} = h_i(\delta_{in} - h_n)",
        compute=_column(-1),
        explanation=(
            "Only one column of the Jacobian is left, the last. A loop over i and j that writes to "
            "g[i] does this: each g[i] is overwritten until only the last j is left. (As J is "
            "symmetric, it is the last row as well.)"
        ),
        hint="How many pairs (i, j) are there, and how many places does your loop write to?",
        cure="Write to a matrix, J[i, j], or return np.diag(h) - np.outer(h, h).",
        lesson=2,
    ),
    Mistake(
        key="one_column_only",
        formula=r"J_{ik} = h_i(\delta_{ik} - h_k) \text{ for one } k",
        compute=(_column(1), _column(2), _column(-2), _column_of_the_largest),
        explanation=(
            "Only one column of the Jacobian is returned: the derivatives with respect to one "
            "logit. (As J is symmetric, it may be meant as a row: those of one output.)"
        ),
        hint="How many pairs (i, j) are there, and how many numbers do you return?",
        cure="Return all columns: np.diag(h) - np.outer(h, h).",
        lesson=2,
    ),
    Mistake(
        key="flattened_batch",
        formula=r"\operatorname{diag}(\operatorname{vec} h)"
        r" - \operatorname{vec}(h) \operatorname{vec}(h)^T",
        compute=(_of_one_long_row, _of_one_long_softmax),
        needs_batch=True,
        explanation=(
            "For one sample this is right. A batch is flattened into one long vector, and the "
            "result has derivatives of one sample's output with respect to another's logits: "
            "they should be 0."
        ),
        hint="Compare the shape of the result with (N, n, n) for N samples.",
        cure="Make one matrix a sample: np.einsum('ni,ij->nij', h, np.eye(n)) "
        "- np.einsum('ni,nj->nij', h, h).",
        lesson=3,
    ),
    *wrong_softmax.outputs(),
    common.MUTATES_INPUT,
)
