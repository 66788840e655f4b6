"""Every complaint of the mathematical core: the rule, what was received, the remedy."""

import ast
import traceback
from pathlib import Path

import numpy as np
import pytest

from softmax_lab import (
    _validate,
    attention,
    attention_blockwise,
    attention_blockwise_vjp,
    attention_vjp,
    attention_weights,
    check_gradient,
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_output_gradient,
    cross_entropy_value_and_gradient,
    gradient_check,
    kl_divergence,
    log_softmax,
    logsumexp,
    naive_softmax,
    numerical_gradient,
    numerical_jacobian,
    one_hot,
    softmax,
    softmax_jacobian,
    softmax_jacobian_from_output,
    softmax_vjp,
    softmax_vjp_from_output,
    squared_error,
    squared_error_output_gradient,
)

INF, NAN = np.inf, np.nan
Z = [2.0, 1.0, 0.1]
H = [0.5, 0.25, 0.25]
RAGGED = [[1.0, 2.0], [1.0]]

OF_SOFTMAX = [softmax, log_softmax, logsumexp, softmax_jacobian, lambda z: softmax_vjp(z, z)]
OF_LOGITS = [
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_value_and_gradient,
    kl_divergence,
]
SQUARED = [squared_error, squared_error_output_gradient]
OF_OUTPUT = [softmax_jacobian_from_output, lambda h: softmax_vjp_from_output(h, h)]
WITH_TARGET = [*OF_LOGITS, *SQUARED, cross_entropy_output_gradient]
WITH_UPSTREAM = [softmax_vjp, softmax_vjp_from_output]
OF_VALUES = [
    attention,
    attention_blockwise,
    lambda q, k, v, *mask: attention_vjp(q, k, v, np.zeros((2, 2)), *mask),
    lambda q, k, v, *mask: attention_blockwise_vjp(q, k, v, np.zeros((2, 2)), *mask),
]
OF_KEYS = [*OF_VALUES, lambda q, k, v, *mask: attention_weights(q, k, *mask)]
WITH_ERROR_AT_O = [attention_vjp, attention_blockwise_vjp]
DERIVATIVES = [numerical_gradient, numerical_jacobian]


MASKED = np.ma.array(H, mask=[False, True, False])


class Tensor:
    """Answers as a PyTorch tensor that requires its gradient does."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")


def total(x):
    return x.sum()


def each(functions, *arguments, **options):
    """Calls of several functions that must complain in the same words."""
    return [lambda f=f: f(*arguments, **options) for f in functions]


RAGGED_TEXT = (
    "{} must be a rectangular array of numbers; received rows of different lengths. "
    "Make every row the same length."
)
NUMBERS_TEXT = (
    "{0} must hold numbers of a dtype that NumPy computes in; received {1}. "
    "Convert it first, for example with np.asarray({0}, dtype=float)."
)
CLASS_AXIS_TEXT = (
    "{} must have a class axis; received the single number {}. "
    "Pass a vector of one number per class."
)
NO_CLASS_TEXT = (
    "{} must have at least one class along axis {}; received shape {}. "
    "Check the slice or the axis that produced it."
)
AXIS_TEXT = (
    "axis must be an integer from {} to {} for {} of shape {}; received {}. "
    "Use axis=-1 when the classes are in the last axis."
)
LOGITS_TEXT = "logits must be finite, or -inf for an impossible class; received {}. {}."
NAN_TEXT = LOGITS_TEXT.format(
    "nan", "Find the operation that made it: often 0/0, inf - inf or log(-1)"
)
INF_TEXT = LOGITS_TEXT.format("+inf", "Give a certain class a large finite logit instead")
MINUS_INF_TEXT = LOGITS_TEXT.format(
    "a row of nothing but -inf",
    "Leave at least one class possible: a row whose mask leaves none has no softmax, so leave out "
    "the row, or set its output to 0 afterwards",
)
FINITE_TEXT = "{} must be finite; received nan or inf. Find the operation that made it."
UPSTREAM_SHAPE_TEXT = (
    "upstream must have the shape of the softmax output, one number per output; "
    "received shape {} for an output of shape {}. Pass ∂C/∂h, one row a sample."
)
REAL_BESIDE_TEXT = "{0} must be real beside real numbers; received dtype complex128. Pass {0}.real."
UPSTREAM_FINITE_TEXT = (
    "upstream must be finite in {}; received nan or inf. "
    "If it is -t/h with an h of 0, use cross_entropy_gradient(z, t): it never divides."
)
OUTPUT_RANGE_TEXT = (
    "h must be an output of softmax, each entry from 0 to 1; received values from {} to {}. "
    "If these are logits, pass softmax(z), or use the function that takes z."
)
OUTPUT_SUM_TEXT = (
    "h must be an output of softmax, summing to 1 along axis {}; received sums from {} to {}. "
    "Normalise it, or name the axis of the classes."
)
LABEL_DTYPE_TEXT = (
    "{0} must be integers, one class index a sample; received dtype {1}. "
    "Convert whole numbers with .astype(int)."
)
LABEL_RANGE_TEXT = (
    "{} must be from 0 to {} for {} classes; received values from {} to {}. Count classes from 0."
)
IGNORED_TEXT = (
    "{0} must be from 0 to {1} for {2} classes; received values from {3} to {4}. Count classes "
    "from 0. If {5} marks samples to be ignored, leave them out: keep = y != {5}, then z[keep] and "
    "y[keep]."
)
ONE_CLASS_TEXT = (
    "target labels must be from 0 to 0 for 1 class; received values from 0 to 1. One class has "
    "always probability 1: for two, give two logits a sample, or use a sigmoid."
)
MASKED_TEXT = (
    "{0} must be a plain array; received a masked array, whose mask would be lost. Fill it first: "
    "{0}.filled(-np.inf) makes masked logits impossible classes, {0}.filled(0) gives masked "
    "targets and errors no weight."
)
TENSOR_TEXT = (
    "{0} must be an array that NumPy can read; received Tensor, which says: Can't call numpy() on "
    "Tensor that requires grad.. Of a PyTorch tensor pass {0}.detach().cpu().numpy(), with "
    ".float() before .numpy() if it is bfloat16."
)
TARGET_SHAPE_TEXT = (
    "target must be labels of shape {} or distributions of shape {}; received shape {}. "
    "Give one label, or one row, for each sample."
)
TARGET_ENTRY_TEXT = (
    "target must be finite, with no negative entry; received values from {} to {}. "
    "A target is a distribution over the classes."
)
REDUCTION_TEXT = (
    "reduction must be one of 'mean', 'sum', 'none'; received {}. "
    "Use 'none' to keep one loss a sample."
)
CLASS_COUNT_TEXT = (
    "n must be a whole number of classes, at least 1; received {}. "
    "Use labels.max() + 1 if every class occurs."
)
ONE_NUMBER_TEXT = (
    "f must return one number; received an array of shape {}. "
    "For a function with several outputs use numerical_jacobian."
)
IMAGINARY_TEXT = (
    "f must keep the imaginary part for method='complex'; received a real result. "
    "abs, .real, astype(float) and comparisons drop it: avoid them, or use method='central'."
)
CONTRADICTED_TEXT = (
    "f must keep the imaginary part for method='complex'; received a derivative that central "
    "differences contradict. conj, vdot, abs, .real and astype(float) drop the imaginary part or "
    "turn its sign: avoid them (x @ x for vdot(x, x)), or use method='central'."
)
MASKED_CLASS_TEXT = (
    "x must be finite; received -inf. -inf is a masked class: hand over the finite logits, and put "
    "-inf in inside f, for example with np.where(mask, z, -np.inf)."
)
METHOD_TEXT = (
    "method must be one of 'central', 'forward', 'complex'; received {}. "
    "Use 'central' unless f accepts complex numbers."
)
STEP_TEXT = (
    "step must be a positive number; received {}. "
    "Leave it out to use the one that suits the method."
)
VANISHING_TEXT = (
    "step must not vanish beside x; received step {} for an x as large as {}. "
    "Give a larger step, or scale x."
)
RETURN_TEXT = (
    "f must return a number or an array of numbers; received {} ({}). "
    "Does it end in a return statement?"
)
REAL_TEXT = (
    "{0} must be an array of real numbers; received {1}. "
    "Convert it first, for example with np.asarray({0}, dtype=float)."
)

ROWS_TEXT = (
    "{0} must have the shape (..., {1}); received shape {2}. For a single row pass {0}[None, :]."
)
QUERIES_TEXT = (
    "q and k must have the shapes (..., queries, d) and (..., keys, d), with one d and the same "
    "axes before; received {} and {}. Turn what lies on its side with .swapaxes(-1, -2); repeat "
    "what all samples share with np.broadcast_to."
)
NO_KEY_TEXT = (
    "k must have at least one key, of at least one number; received shape {}. "
    "Check the slice that produced it."
)
VALUES_TEXT = (
    "v must have one row for each key, shape (..., keys, values); received shape {} for keys of "
    "shape {}. Turn what lies on its side with .swapaxes(-1, -2)."
)
MASK_DTYPE_TEXT = (
    "mask must hold booleans, True where a query may attend to a key; received dtype {}. "
    "Pass mask == 1 for one of 1 and 0, mask == 0 for one of 0 and -inf."
)
MASK_SHAPE_TEXT = (
    "mask must broadcast to the shape of the scores, (..., queries, keys); received shape {} for "
    "scores of shape {}. Give one boolean a key, or a row of them a query."
)
MASK_ROW_TEXT = (
    "mask must leave every query at least one key; received a row of nothing but False. "
    "Let that query attend to itself, or leave it out."
)
ERROR_AT_O_TEXT = (
    "upstream must have the shape of the output, (..., queries, values); received shape {} for an "
    "output of shape {}. Pass ∂C/∂o, one row a query."
)
PRODUCT_TEXT = (
    "{} must fit into {}; received larger numbers, from factors that do. "
    "Scale a factor down, or pass a wider dtype."
)
BLOCK_TEXT = (
    "block must be a whole number, at least 1; received {}. "
    "Leave it out to take what suits most machines."
)
TWO = np.array([[1.0, 2.0], [3.0, 4.0]])
THREE = np.ones((3, 2))

TABLE = [
    # Arrays of numbers
    (each([*OF_SOFTMAX, naive_softmax], RAGGED), RAGGED_TEXT.format("z")),
    (each(OF_LOGITS, RAGGED, [0, 0]), RAGGED_TEXT.format("z")),
    (each(OF_OUTPUT, RAGGED), RAGGED_TEXT.format("h")),
    (each(WITH_UPSTREAM, [H, H], RAGGED), RAGGED_TEXT.format("upstream")),
    (each(WITH_TARGET, [H, H], RAGGED), RAGGED_TEXT.format("target")),
    (each([one_hot], [[0], [1, 2]], 3), RAGGED_TEXT.format("labels")),
    (each([*OF_SOFTMAX, naive_softmax], ["a", "b"]), NUMBERS_TEXT.format("z", "<U1")),
    (each([*OF_SOFTMAX, naive_softmax], [None, 1.0]), NUMBERS_TEXT.format("z", "object")),
    (each(OF_LOGITS, ["a", "b"], 0), NUMBERS_TEXT.format("z", "<U1")),
    (each(WITH_UPSTREAM, H, ["a", "b", "c"]), NUMBERS_TEXT.format("upstream", "<U1")),
    (each(WITH_TARGET, H, ["a", "b", "c"]), NUMBERS_TEXT.format("target", "<U1")),
    (each(OF_OUTPUT, ["a", "b"]), NUMBERS_TEXT.format("h", "<U1")),
    # The class axis
    (each([*OF_SOFTMAX, naive_softmax], 3.0), CLASS_AXIS_TEXT.format("z", 3.0)),
    (each(OF_LOGITS, 3.0, 0), CLASS_AXIS_TEXT.format("z", 3.0)),
    (each(OF_OUTPUT, 1.0), CLASS_AXIS_TEXT.format("h", 1.0)),
    (each([squared_error], 1.0, 0), CLASS_AXIS_TEXT.format("h", 1.0)),
    (each([*OF_SOFTMAX, naive_softmax], []), NO_CLASS_TEXT.format("z", -1, (0,))),
    (each([softmax, logsumexp], np.zeros((0, 3)), axis=0), NO_CLASS_TEXT.format("z", 0, (0, 3))),
    (each(OF_LOGITS, np.zeros((2, 0)), [0, 0]), NO_CLASS_TEXT.format("z", -1, (2, 0))),
    (each([squared_error], np.zeros((2, 0)), [0, 0]), NO_CLASS_TEXT.format("h", -1, (2, 0))),
    (each(OF_OUTPUT, np.zeros((2, 0))), NO_CLASS_TEXT.format("h", -1, (2, 0))),
    (
        each([softmax, naive_softmax, log_softmax, logsumexp], Z, axis=1),
        AXIS_TEXT.format(-1, 0, "z", (3,), 1),
    ),
    (each([softmax], [Z], axis=-3), AXIS_TEXT.format(-2, 1, "z", (1, 3), -3)),
    (each([softmax], [Z], axis=0.0), AXIS_TEXT.format(-2, 1, "z", (1, 3), 0.0)),
    (each([softmax], [Z], axis=True), AXIS_TEXT.format(-2, 1, "z", (1, 3), True)),
    (each([softmax], [Z], axis=None), AXIS_TEXT.format(-2, 1, "z", (1, 3), None)),
    (each([softmax_vjp], Z, Z, axis=2), AXIS_TEXT.format(-1, 0, "z", (3,), 2)),
    (each([softmax_vjp_from_output], H, H, axis=2), AXIS_TEXT.format(-1, 0, "h", (3,), 2)),
    # Logits
    (each(OF_SOFTMAX, [0.0, NAN]), NAN_TEXT),
    (each(OF_SOFTMAX, [[0.0, 1.0], [-INF, NAN]]), NAN_TEXT),
    (each(OF_SOFTMAX, [INF, NAN]), NAN_TEXT),
    (each([softmax, log_softmax], np.array([0.0, complex(0, NAN)])), NAN_TEXT),
    (each(OF_LOGITS, [0.0, NAN], 0), NAN_TEXT),
    (each(OF_SOFTMAX, [0.0, INF]), INF_TEXT),
    (each(OF_SOFTMAX, [-INF, INF]), INF_TEXT),
    (each([softmax, log_softmax], np.array([0.0, complex(0, INF)])), INF_TEXT),
    (each(OF_LOGITS, [0.0, INF], 0), INF_TEXT),
    (each(OF_SOFTMAX, [-INF, -INF]), MINUS_INF_TEXT),
    (each(OF_SOFTMAX, [[0.0, -INF], [-INF, -INF]]), MINUS_INF_TEXT),
    (each([softmax, logsumexp], [[0.0, -INF], [0.0, -INF]], axis=0), MINUS_INF_TEXT),
    (each(OF_LOGITS, [-INF, -INF], 0), MINUS_INF_TEXT),
    # Outputs
    (each([squared_error, squared_error_output_gradient], [0.0, NAN], 0), FINITE_TEXT.format("h")),
    (each([squared_error, squared_error_output_gradient], [0.0, -INF], 0), FINITE_TEXT.format("h")),
    (each(OF_OUTPUT, Z), OUTPUT_RANGE_TEXT.format("0.1", 2)),
    (each(OF_OUTPUT, [1.5, -0.5]), OUTPUT_RANGE_TEXT.format("-0.5", "1.5")),
    (each(OF_OUTPUT, [NAN, 1.0]), OUTPUT_RANGE_TEXT.format("nan", "nan")),
    (each(OF_OUTPUT, [[0.5, 0.5], [0.5, 0.25]]), OUTPUT_SUM_TEXT.format(-1, "0.75", "1")),
    (
        each([softmax_vjp_from_output], [H, H], [H, H], axis=0),
        OUTPUT_SUM_TEXT.format(0, "0.5", "1"),
    ),
    # Upstream
    (each(WITH_UPSTREAM, H, [1.0, 2.0]), UPSTREAM_SHAPE_TEXT.format((2,), (3,))),
    (each(WITH_UPSTREAM, [H, H], H), UPSTREAM_SHAPE_TEXT.format((3,), (2, 3))),
    (each(WITH_UPSTREAM, H, 1.0), UPSTREAM_SHAPE_TEXT.format((), (3,))),
    (each(WITH_UPSTREAM, H, [0.0, NAN, 0.0]), UPSTREAM_FINITE_TEXT.format("float64")),
    (each(WITH_UPSTREAM, H, [0.0, -INF, 0.0]), UPSTREAM_FINITE_TEXT.format("float64")),
    (
        each(WITH_UPSTREAM, np.float32(H), [0.0, 1e300, 0.0]),
        UPSTREAM_FINITE_TEXT.format("float32"),
    ),
    (each(WITH_UPSTREAM, H, [1j, 0, 0]), REAL_BESIDE_TEXT.format("upstream")),
    # Targets
    (each(WITH_TARGET, H, [1j, 0, 0]), REAL_BESIDE_TEXT.format("target")),
    (each(OF_LOGITS, np.float32(H), [0.0, 1e300, 0.0]), TARGET_ENTRY_TEXT.format("0", "inf")),
    (each([one_hot], [0.0, 1.0], 3), LABEL_DTYPE_TEXT.format("labels", "float64")),
    (each([one_hot], ["a"], 3), LABEL_DTYPE_TEXT.format("labels", "<U1")),
    (each([one_hot], [True, False], 3), LABEL_DTYPE_TEXT.format("labels", "bool")),
    (each(WITH_TARGET, H, 1.0), LABEL_DTYPE_TEXT.format("target labels", "float64")),
    (each([one_hot], [0, 3], 3), LABEL_RANGE_TEXT.format("labels", 2, 3, 0, 3)),
    (each([one_hot], [-1, 2], 3), IGNORED_TEXT.format("labels", 2, 3, -1, 2, -1)),
    (each(WITH_TARGET, [H, H], [1, 3]), LABEL_RANGE_TEXT.format("target labels", 2, 3, 1, 3)),
    (each(WITH_TARGET, [H, H], [-1, 0]), IGNORED_TEXT.format("target labels", 2, 3, -1, 0, -1)),
    (
        each(WITH_TARGET, [H, H], [2, -100]),
        IGNORED_TEXT.format("target labels", 2, 3, -100, 2, -100),
    ),
    (
        each(WITH_TARGET, [H, H], np.uint8([255, 0])),
        IGNORED_TEXT.format("target labels", 2, 3, 0, 255, 255),
    ),
    (each([one_hot], [-2, 0], 3), LABEL_RANGE_TEXT.format("labels", 2, 3, -2, 0)),
    (each(OF_LOGITS, [[3.0], [1.0]], [0, 1]), ONE_CLASS_TEXT),
    # Arrays of other kinds
    (each([*OF_SOFTMAX[:-1], naive_softmax], MASKED), MASKED_TEXT.format("z")),
    (each(OF_LOGITS, MASKED, 0), MASKED_TEXT.format("z")),
    (each(OF_OUTPUT[:1], MASKED), MASKED_TEXT.format("h")),
    (each(WITH_UPSTREAM, H, MASKED), MASKED_TEXT.format("upstream")),
    (each(WITH_TARGET, H, MASKED), MASKED_TEXT.format("target")),
    (each([one_hot], np.ma.array([0, 1]), 3), MASKED_TEXT.format("labels")),
    (each(OF_SOFTMAX[:-1], Tensor()), TENSOR_TEXT.format("z")),
    (each(WITH_TARGET, H, Tensor()), TENSOR_TEXT.format("target")),
    (each(WITH_TARGET, [H, H], [0, 1, 2]), TARGET_SHAPE_TEXT.format((2,), (2, 3), (3,))),
    (each(WITH_TARGET, [H, H], [H]), TARGET_SHAPE_TEXT.format((2,), (2, 3), (1, 3))),
    (each(WITH_TARGET, H, [0.5, 0.5]), TARGET_SHAPE_TEXT.format((), (3,), (2,))),
    (each(WITH_TARGET, [H], 0), TARGET_SHAPE_TEXT.format((1,), (1, 3), ())),
    (each(OF_LOGITS, H, [-0.5, 0.5, 1.0]), TARGET_ENTRY_TEXT.format("-0.5", "1")),
    (each(OF_LOGITS, H, [0.0, NAN, 1.0]), TARGET_ENTRY_TEXT.format("nan", "nan")),
    (each(OF_LOGITS, H, [0.0, INF, 1.0]), TARGET_ENTRY_TEXT.format("0", "inf")),
    *[(each(SQUARED, H, [0.0, bad, 1.0]), FINITE_TEXT.format("target")) for bad in (NAN, INF)],
    (each(SQUARED, np.float32(H), [0.0, 1e300, 0.0]), FINITE_TEXT.format("target")),
    # Options
    (each(WITH_TARGET, H, 0, "average"), REDUCTION_TEXT.format("'average'")),
    (each(WITH_TARGET, H, 0, None), REDUCTION_TEXT.format(None)),
    (each([one_hot], [], 0), CLASS_COUNT_TEXT.format(0)),
    (each([one_hot], [0], 2.0), CLASS_COUNT_TEXT.format(2.0)),
    (each([one_hot], [0], True), CLASS_COUNT_TEXT.format(True)),
    (each([one_hot], [0], None), CLASS_COUNT_TEXT.format(None)),
    # Attention
    (each(OF_KEYS, RAGGED, TWO, TWO), RAGGED_TEXT.format("q")),
    (each(OF_KEYS, TWO, [["a", "b"]], TWO), NUMBERS_TEXT.format("k", "<U1")),
    (each(OF_VALUES, TWO, TWO, [[None, 1.0]]), NUMBERS_TEXT.format("v", "object")),
    (each(OF_KEYS, TWO[0], TWO, TWO), ROWS_TEXT.format("q", "queries, d", "(2,)")),
    (each(OF_KEYS, TWO, TWO[0], TWO), ROWS_TEXT.format("k", "keys, d", "(2,)")),
    (each(OF_VALUES, TWO, TWO, 1.0), ROWS_TEXT.format("v", "keys, values", "()")),
    (each(OF_KEYS, [[NAN, 1.0]], TWO, TWO), FINITE_TEXT.format("q")),
    (each(OF_KEYS, TWO, [[-INF, 1.0]], TWO), FINITE_TEXT.format("k")),
    (each(OF_VALUES, TWO, TWO, [[0.0, INF]]), FINITE_TEXT.format("v")),
    (each(OF_KEYS, TWO, THREE.T, TWO), QUERIES_TEXT.format((2, 2), (2, 3))),
    (each(OF_KEYS, TWO, [TWO], [TWO]), QUERIES_TEXT.format((2, 2), (1, 2, 2))),
    (each(OF_KEYS, TWO, TWO[:0], TWO[:0]), NO_KEY_TEXT.format((0, 2))),
    (each(OF_KEYS, TWO[:, :0], TWO[:, :0], TWO), NO_KEY_TEXT.format((2, 0))),
    (each(OF_VALUES, TWO, TWO, THREE), VALUES_TEXT.format((3, 2), (2, 2))),
    (each(OF_VALUES, TWO, TWO, [TWO]), VALUES_TEXT.format((1, 2, 2), (2, 2))),
    (each(OF_KEYS, TWO, TWO, TWO, RAGGED), RAGGED_TEXT.format("mask")),
    (each(OF_KEYS, TWO, TWO, TWO, [1, 0]), MASK_DTYPE_TEXT.format("int64")),
    (each(OF_KEYS, TWO, TWO, TWO, [0.0, -INF]), MASK_DTYPE_TEXT.format("float64")),
    (each(OF_KEYS, TWO, TWO, TWO, [True] * 3), MASK_SHAPE_TEXT.format((3,), (2, 2))),
    (each(OF_KEYS, TWO, TWO, TWO, [[[True]]]), MASK_SHAPE_TEXT.format((1, 1, 1), (2, 2))),
    (each(OF_KEYS, TWO, TWO, TWO, [[True, False], [False, False]]), MASK_ROW_TEXT),
    (each(OF_KEYS, TWO, TWO, TWO, False), MASK_ROW_TEXT),
    (each(OF_KEYS, 1e200 * TWO, 1e200 * TWO, TWO), PRODUCT_TEXT.format("q kᵀ", "float64")),
    (
        each(OF_KEYS, *[np.float32(1e30 * TWO)] * 2, np.float32(TWO)),
        PRODUCT_TEXT.format("q kᵀ", "float32"),
    ),
    (
        each(WITH_ERROR_AT_O, TWO, TWO, 1e200 * TWO, 1e200 * TWO),
        PRODUCT_TEXT.format("upstream vᵀ", "float64"),
    ),
    (each(WITH_ERROR_AT_O, TWO, TWO, TWO, THREE), ERROR_AT_O_TEXT.format((3, 2), (2, 2))),
    (each(WITH_ERROR_AT_O, TWO, TWO, TWO, 1.0), ERROR_AT_O_TEXT.format((), (2, 2))),
    (each(WITH_ERROR_AT_O, TWO, TWO, TWO, RAGGED), RAGGED_TEXT.format("upstream")),
    (each(WITH_ERROR_AT_O, TWO, TWO, TWO, 1j * TWO), REAL_BESIDE_TEXT.format("upstream")),
    (each(WITH_ERROR_AT_O, TWO, TWO, TWO, TWO - INF), FINITE_TEXT.format("upstream in float64")),
    (
        each(WITH_ERROR_AT_O, *[np.float32(TWO)] * 3, 1e300 * TWO),
        FINITE_TEXT.format("upstream in float32"),
    ),
    *[
        (each([attention_blockwise], TWO, TWO, TWO, block=block), BLOCK_TEXT.format(repr(block)))
        for block in [0, -3, 2.0, None, True]
    ],
    (each([attention_blockwise_vjp], TWO, TWO, TWO, TWO, block=0), BLOCK_TEXT.format(0)),
    # Numerical derivatives
    (each([numerical_gradient], softmax, Z), ONE_NUMBER_TEXT.format((3,))),
    (each([numerical_gradient], lambda x: x[:1], Z), ONE_NUMBER_TEXT.format((1,))),
    (each([numerical_gradient], softmax, [Z, Z]), ONE_NUMBER_TEXT.format((2, 3))),
    (each(DERIVATIVES, lambda x: abs(x).sum(), Z, "complex"), IMAGINARY_TEXT),
    (each(DERIVATIVES, lambda x: x.real.sum(), Z, "complex"), IMAGINARY_TEXT),
    (each(DERIVATIVES, total, Z, "backward"), METHOD_TEXT.format("'backward'")),
    (each(DERIVATIVES, total, Z, None), METHOD_TEXT.format(None)),
    (each(DERIVATIVES, total, Z, ["central"]), METHOD_TEXT.format(["central"])),
    *[
        (each(DERIVATIVES, total, Z, method, step), STEP_TEXT.format(repr(step)))
        for method in ["central", "forward", "complex"]
        for step in [0, -1e-6, NAN, INF, "a", [1e-6], 1e-6 + 0j]
    ],
    (each(DERIVATIVES, total, [1e12]), VANISHING_TEXT.format("6.05545e-06", "1e+12")),
    (each(DERIVATIVES, total, [1.0, -3.0], "forward", 1e-20), VANISHING_TEXT.format("1e-20", "3")),
    (each([check_gradient], total, [1.0], [1e12]), VANISHING_TEXT.format("6.05545e-06", "1e+12")),
    (
        each(DERIVATIVES, lambda x: None, Z),
        RETURN_TEXT.format("object", "array(None, dtype=object)"),
    ),
    (each(DERIVATIVES, lambda x: "a", Z), RETURN_TEXT.format("<U1", "array('a', dtype='<U1')")),
    (
        each([check_gradient], lambda x: None, Z, Z),
        RETURN_TEXT.format("object", "array(None, dtype=object)"),
    ),
    (each(DERIVATIVES, total, ["a"]), REAL_TEXT.format("x", "['a']")),
    (each(DERIVATIVES, total, RAGGED), REAL_TEXT.format("x", RAGGED)),
    (each(DERIVATIVES, total, [1j]), REAL_TEXT.format("x", "[1j]")),
    (each(DERIVATIVES, total, np.array([1j])), REAL_TEXT.format("x", "array([0.+1.j])")),
    (each(DERIVATIVES, total, None), REAL_TEXT.format("x", None)),
    *[(each(DERIVATIVES, total, [1.0, bad]), FINITE_TEXT.format("x")) for bad in [NAN, INF]],
    (each(DERIVATIVES, total, [-INF, NAN]), FINITE_TEXT.format("x")),
    (each(DERIVATIVES, total, [1.0, -INF]), MASKED_CLASS_TEXT),
    (each([check_gradient], total, total, [1.0, -INF]), MASKED_CLASS_TEXT),
    (each(DERIVATIVES, lambda x: np.vdot(x, x), Z, "complex"), CONTRADICTED_TEXT),
    (each(DERIVATIVES, lambda x: x.conj() @ x, Z, "complex"), CONTRADICTED_TEXT),
    (each(DERIVATIVES, lambda x: abs(x).sum() + 0j, Z, "complex"), CONTRADICTED_TEXT),
    (each(DERIVATIVES, lambda x: x.real.sum() + 0 * x[0], Z, "complex"), CONTRADICTED_TEXT),
    (each([check_gradient], total, total, ["a"]), REAL_TEXT.format("x", "['a']")),
    (each([check_gradient], total, lambda x: "a", Z), REAL_TEXT.format("gradient", "'a'")),
    (each([check_gradient], total, lambda x: None, Z), REAL_TEXT.format("gradient", None)),
    (each([check_gradient], total, lambda x: None, 1.0), REAL_TEXT.format("gradient", None)),
    (
        each([check_gradient], total, np.array([2, 2j, 2]), Z),
        REAL_TEXT.format("gradient", "array([2.+0.j, 0.+2.j, 2.+0.j])"),
    ),
]
CASES = [pytest.param(call, text, id=text[:60]) for calls, text in TABLE for call in calls]


@pytest.mark.parametrize(("call", "text"), CASES)
def test_the_rule_what_was_received_and_the_remedy_are_told(call, text):
    with pytest.raises(ValueError, match="must") as error:
        call()
    assert type(error.value) is ValueError
    assert str(error.value) == text


def test_naive_softmax_does_not_look_at_values():
    assert np.isnan(naive_softmax([0.0, NAN])).all()
    assert np.isnan(naive_softmax([0.0, INF]))[1]


def raise_statements(module):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    return {
        (Path(module.__file__).name, node.lineno, node.end_lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
    }


def lines_that_raised():
    for calls, _ in TABLE:
        for call in calls:
            try:
                call()
            except Exception as raised:
                error = raised
                while error:
                    last = traceback.extract_tb(error.__traceback__)[-1]
                    yield Path(last.filename).name, last.lineno
                    error = error.__cause__


@pytest.mark.filterwarnings("ignore")
def test_every_raise_statement_is_reached():
    reached = set(lines_that_raised())
    for file, first, last in raise_statements(_validate) | raise_statements(gradient_check):
        assert any((file, line) in reached for line in range(first, last + 1)), (file, first)


@pytest.mark.parametrize("name", ["softmax.py", "cross_entropy.py", "rows.py", "attention.py"])
def test_the_core_leaves_every_complaint_to_one_place(name):
    source = (Path(_validate.__file__).parent / name).read_text(encoding="utf-8")
    statements = {type(node) for node in ast.walk(ast.parse(source))}
    assert not statements & {ast.Raise, ast.Assert}
