"""The derivations: every step proven, no false step provable, and every number confirmed."""

import ast
import cmath
import functools
import itertools
import math
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import sympy
from sympy import Derivative, Eq, Integer, Ne, Sum, Symbol, exp, log

from softmax_lab import attention, attention_vjp, symbolic
from softmax_lab.symbolic import (
    BOUND,
    Derivation,
    Named,
    UnprovenStep,
    delta,
    difference,
    evaluate,
    exponentials,
    h,
    i,
    j,
    jacobian_at,
    k,
    latex,
    loss_gradient_at,
    loss_slope,
    n,
    normal_form,
    passed_back,
    plain,
    sigma,
    slope,
    spelled_out,
    t,
    total,
    vjp_at,
    x,
    z,
)
from softmax_lab.symbolic.attention import K, V, error_at_score, output, q, score, u, weight
from softmax_lab.symbolic.letters import a, b, c, d, w

FOLDER = Path(symbolic.__file__).parent
ROOT = FOLDER.parents[1]

DERIVATIONS = [
    symbolic.softmax_jacobian_derivation,
    symbolic.softmax_jacobian_diagonal_derivation,
    symbolic.softmax_jacobian_off_diagonal_derivation,
    symbolic.output_form_derivation,
    symbolic.outer_product_form_derivation,
    symbolic.row_sums_derivation,
    symbolic.symmetry_derivation,
    symbolic.vjp_derivation,
    symbolic.vjp_of_cross_entropy_derivation,
    symbolic.loss_gradient_derivation,
    symbolic.kl_gradient_derivation,
    symbolic.squared_error_gradient_derivation,
    symbolic.error_at_weight_derivation,
    symbolic.average_error_derivation,
    symbolic.error_at_score_derivation,
    symbolic.query_gradient_derivation,
    symbolic.key_gradient_derivation,
    symbolic.value_gradient_derivation,
    symbolic.piece_by_piece_derivation,
    symbolic.sigmoid_derivation,
    symbolic.tanh_derivation,
]
every_derivation = pytest.mark.parametrize("build", DERIVATIONS, ids=lambda build: build.__name__)


def test_the_list_above_names_every_derivation_of_the_module():
    public = [f for name, f in vars(symbolic).items() if name.endswith("_derivation")]
    assert set(public) == set(DERIVATIONS)


# --- an evaluator that shares nothing with the prover --------------------------------------------


@functools.cache
def letters_in(e):
    """Its free symbols, which SymPy looks for anew each time, and slowly."""
    return e.free_symbols


@functools.cache
def meaning_of(e):
    return e.meaning


def value(e, env):
    """`e` in complex floats: sums by a loop, derivatives by the complex step, δ by comparison."""
    if isinstance(e, Named):  # worked out once for each choice of its indices
        key = e, *((letter, env[letter]) for letter in letters_in(e) if letter in env)
        if key not in env["known"]:
            env["known"][key] = value(meaning_of(e), env)
        return env["known"][key]
    if isinstance(e, Sum):
        ((index, low, high),) = e.limits
        places = range(int(value(low, env).real), int(value(high, env).real) + 1)
        return sum((value(e.function, env | {index: m}) for m in places), 0j)
    if isinstance(e, Derivative):
        (variable,) = e.variables
        key = place(variable, env)
        return value(e.expr, env | {key: env[key] + 1e-30j, "known": {}}).imag / 1e-30
    if isinstance(e, sympy.KroneckerDelta):
        left, right = (value(arg, env) for arg in e.args)
        return complex(left == right)
    if isinstance(e, (sympy.Indexed, Symbol)):
        return complex(env[place(e, env)])
    if e.is_number and not e.args:
        return complex(e)
    arguments = [value(arg, env) for arg in e.args]
    if isinstance(e, sympy.Add):
        return sum(arguments)
    if isinstance(e, sympy.Mul):
        return math.prod(arguments)
    if isinstance(e, sympy.Pow):
        return arguments[0] ** arguments[1]
    return getattr(cmath, e.func.__name__)(*arguments)


def place(e, env):
    if isinstance(e, sympy.Indexed):
        return str(e.base.label), *(int(value(index, env).real) for index in e.indices)
    return e


def table(e, env):
    """The numbers of an expression or a matrix, as rows."""
    if isinstance(e, (sympy.MatAdd, sympy.MatMul)):
        combine = added if isinstance(e, sympy.MatAdd) else multiplied
        return functools.reduce(combine, (table(arg, env) for arg in e.args))
    if isinstance(e, sympy.MatrixBase):
        return [[value(entry, env) for entry in row] for row in e.tolist()]
    return [[value(e, env)]]


def added(left, right):
    rows = zip(left, right, strict=True)
    return [[a + b for a, b in zip(*row, strict=True)] for row in rows]


def multiplied(left, right):
    if len(left) == len(left[0]) == 1:
        return [[left[0][0] * b for b in row] for row in right]
    columns = list(zip(*right, strict=True))
    return [[sum(a * b for a, b in zip(r, c, strict=True)) for c in columns] for r in left]


def random_numbers(size, seed, targets_sum_to_one):
    rng = random.Random(seed)
    env = {n: size, x: rng.uniform(-1, 1), "known": {}}
    targets = [rng.uniform(0.1, 2) for _ in range(size)]
    scale = sum(targets) if targets_sum_to_one else 1
    for m in range(1, size + 1):
        env["z", m] = rng.uniform(-2, 2)
        env["sigma", m] = rng.uniform(-2, 2)
        env["t", m] = targets[m - 1] / scale
    return env | numbers_of_attention(size, rng)


def numbers_of_attention(size, rng):
    """A query, keys, values, weights and errors; p keys gone over so far; and two shifts."""
    width = {d: size + 1, w: size - 1}
    sizes = {"q": (d,), "K": (n, d), "V": (n, w), "u": (w,), "h": (n,)}
    env = width | {n: size, Symbol("p", integer=True, positive=True): rng.randint(1, size)}
    env |= {Symbol(shift, real=True): rng.uniform(-2, 2) for shift in ("m", "m'")}
    for letter, axes in sizes.items():
        for place in itertools.product(*(range(1, env[axis] + 1) for axis in axes)):
            env[letter, *place] = rng.uniform(-2, 2)
    return env


ROW_AND_COLUMN = {i, a}, {j, b}  # indices left to choose; a spelled-out matrix has none


def assert_numbers_agree(before, after, given, size):
    for seed in range(3):
        env = random_numbers(size, seed, targets_sum_to_one=isinstance(given, Eq))
        free = letters_in(before) | letters_in(after)
        rows, columns = (
            range(1, 1 + (size if free & letters else 1)) for letters in ROW_AND_COLUMN
        )
        for row in rows:
            for column in columns:
                if isinstance(given, Ne) and row == column:
                    continue
                here = env | {i: row, j: column, a: row, b: min(column, env[w])}
                left, right = table(before, here), table(after, here)
                for numbers, expected in zip(left, right, strict=True):
                    assert numbers == pytest.approx(expected, rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("size", [3, 5])
@every_derivation
def test_every_step_has_the_same_numbers_as_the_one_before(build, size):
    derivation = build()
    before = derivation.left
    for step in derivation:
        if not isinstance(before, str):
            # Once i ≠ j has been used, the steps after it need not hold at i = j.
            used = [s.given for s in derivation if isinstance(s.given, Ne)]
            given = step.given if step.given is not None else next(iter(used), None)
            assert_numbers_agree(before, step.expression, given, size)
        before = step.expression


@pytest.mark.parametrize("part", ["jacobian", "vjp", "loss_gradient"])
@pytest.mark.parametrize("size", [2, 3, 5])
def test_every_spelled_out_step_has_the_same_numbers_as_the_one_before(part, size):
    derivation = getattr(spelled_out(size), part)
    before = derivation.left
    for step in derivation:
        if not isinstance(before, str):
            assert_numbers_agree(before, step.expression, step.given, size)
        before = step.expression


# --- what is proven ------------------------------------------------------------------------------


@every_derivation
def test_every_step_is_proven_equal_to_the_one_before(build):
    derivation = build()
    before = derivation.left
    for step in derivation:
        if not isinstance(before, str):
            assert difference(before, step.expression, step.given) == 0
        before = step.expression


@every_derivation
def test_a_derivation_says_what_was_done_and_why_at_every_step(build):
    derivation = build()
    assert len(derivation) == len(list(derivation)) >= 3
    assert derivation.start == derivation.steps[0].expression
    assert derivation.result == derivation.steps[-1].expression
    for step in derivation:
        assert step.did[0].isupper()
        assert step.because
        assert step.sentence().count("$") % 2 == 0


S = exponentials()
p = Symbol("p", integer=True, positive=True)
sum_of_t = total(t[k], k)
RESULTS = {
    "softmax_jacobian": h(i) * (delta(i, j) - h(j)),
    "softmax_jacobian_diagonal": h(i) * (1 - h(i)),
    "softmax_jacobian_off_diagonal": -h(i) * h(j),
    "output_form": h(i) * (delta(i, j) - h(j)),
    "outer_product_form": h(i) * (delta(i, j) - h(j)),
    "row_sums": Integer(0),
    "symmetry": Integer(0),
    "vjp": h(j) * (sigma[j] - total(h(i) * sigma[i], i)),
    "vjp_of_cross_entropy": h(j) - t[j],
    "loss_gradient": h(j) - t[j],
    "kl_gradient": h(j) - t[j],
    "squared_error_gradient": 2 * h(j) * (h(j) - t[j] - total(h(i) * (h(i) - t[i]), i)),
    "error_at_weight": total(V[i, b] * u[b], b, w),
    "average_error": total(u[b] * total(h(k) * V[k, b], k), b, w),
    "error_at_score": h(j)
    * (total(V[j, b] * u[b], b, w) - total(u[b] * total(h(k) * V[k, b], k), b, w)),
    "query_gradient": total(error_at_score(j) * K[j, a], j) / sympy.sqrt(d),
    "key_gradient": error_at_score(j) * q[a] / sympy.sqrt(d),
    "value_gradient": weight(j) * u[b],
    "piece_by_piece": total(h(k) * V[k, b], k),
    "sigmoid": 1 / (1 + exp(-x)) - 1 / (1 + exp(-x)) ** 2,
    "tanh": 1 - sympy.tanh(x) ** 2,
}


@pytest.mark.parametrize("name", RESULTS)
def test_a_derivation_ends_in_the_closed_form(name):
    result = getattr(symbolic, f"{name}_derivation")().result
    assert difference(result, RESULTS[name]) == 0


def test_without_the_condition_the_gradient_is_h_times_the_sum_of_t_minus_t():
    for build in (
        symbolic.loss_gradient_derivation,
        symbolic.kl_gradient_derivation,
        symbolic.vjp_of_cross_entropy_derivation,
    ):
        *before, last = build()
        assert last.given == Eq(sum_of_t, 1)
        assert all(step.given is None for step in before)
        assert difference(before[-1].expression, h(j) * sum_of_t - t[j]) == 0


def test_the_outer_product_entry_is_the_one_sympy_reads_off_its_own_matrices():
    a = sympy.MatrixSymbol("a", n, 1)
    e = sympy.OneMatrix(n, 1)
    formula = sympy.HadamardProduct(a * e.T, sympy.Identity(n) - e * a.T)
    # SymPy counts from 0 and says so in its delta; ours counts from 1.
    entry = formula[i, j].replace(sympy.KroneckerDelta, lambda row, column, _: delta(row, column))
    in_h = entry.xreplace({a[i, 0]: h(i), a[j, 0]: h(j)})
    assert difference(symbolic.outer_product_form_derivation().start, in_h) == 0


# --- what must not be provable -------------------------------------------------------------------

FALSE_EQUALITIES = {
    "the delta dropped": (slope(i, j), h(i) * (1 - h(j))),
    "only the diagonal": (slope(i, j), delta(i, j) * h(i) * (1 - h(i))),
    "only off the diagonal": (slope(i, j), -h(i) * h(j)),
    "a sign": (slope(i, j), h(i) * (delta(i, j) + h(j))),
    "the other sign": (slope(i, j), h(i) * (h(j) - delta(i, j))),
    "i for j": (slope(i, j), h(i) * (delta(i, j) - h(i))),
    "a third index": (slope(i, j), h(i) * (delta(i, j) - h(k))),
    "a delta of other indices": (slope(i, j), h(i) * (delta(i, k) - h(j))),
    "a lost square": (slope(i, j), (delta(i, j) * exp(z[i]) * S - exp(z[i]) * exp(z[j])) / S),
    "a lost factor": (Derivative(total(h(k) ** 2, k), z[j]), total(h(k) * slope(k, j), k)),
    "a sum that keeps its delta": (total(delta(j, k) * t[k], k), sum_of_t),
    "the wrong term kept": (total(delta(j, k) * t[k], k), t[i]),
    "a sum from 0": (Sum(exp(z[k]), (k, 0, n)), S),
    "a sum to n - 1": (Sum(exp(z[k]), (k, 1, n - 1)), S),
    "a delta that may miss a shorter sum": (Sum(delta(j, k) * t[k], (k, 1, n - 1)), t[j]),
    "a delta summed to another number": (Sum(delta(j, k) * t[k], (k, 1, Symbol("m"))), t[j]),
    "a delta summed to j alone": (Sum(delta(i, k) * t[k], (k, 1, j)), t[i]),
    "a product of sums as a sum": (total(t[k], k) * total(z[k], k), total(t[k] * z[k], k)),
    "a square of a sum": (sum_of_t**2, total(t[k] ** 2, k)),
    "a captured index": (total(t[k] * total(z[k], k), k), total(t[k] * z[k], k)),
    "a dependent factor outside": (total(h(k) * t[k], k), h(k) * sum_of_t),
    "n ones": (total(Integer(1), k), Integer(1)),
    "the targets sum to 1": (sum_of_t, Integer(1)),
    "the upstream sums to 0": (total(sigma[k], k), Integer(0)),
    "the row weighted by sigma": (passed_back(j), Integer(0)),
    "the transpose read as the sum of rows": (passed_back(j), total(slope(i, j), i)),
    "the loss gradient unconditionally": (loss_slope(j), h(j) - t[j]),
    "the loss gradient with its sign lost": (loss_slope(j), t[j] - h(j) * sum_of_t),
    "the loss gradient at another index": (loss_slope(j), h(i) * sum_of_t - t[i]),
    "log of a sum": (log(S), total(z[k], k)),
    "two different letters": (t[i], sigma[i]),
    "two different numbers": (Integer(1), Integer(2)),
    "a numeric coincidence": (sympy.sqrt(2), sympy.Rational(14142135623730951, 10**16)),
    "infinity": (1 / Integer(0), 1 / Integer(0)),
    "a delta summed to another size": (total(delta(a, k) * t[k], k), t[a]),
    "a delta summed to another size, the other way": (total(delta(j, c) * q[c], c, d), q[j]),
    "a delta of two sums of two sizes": (
        total(total(delta(c, k) * t[k], k), c, d),
        total(t[k], k),
    ),
    "as many values as keys": (total(Integer(1), b, w), n),
    "sums of two sizes as one": (total(u[b], b, w), total(u[k], k)),
    "a sum over the rest as the whole": (total(t[k], k, start=p + 1), total(t[k], k)),
    "a sum that counts key p twice": (total(t[k], k, p) + total(t[k], k, start=p), sum_of_t),
    "sums traded with their factor": (
        total(t[k] * total(V[k, b], b, w), k),
        total(t[k], k) * total(total(V[k, b], k), b, w),
    ),
    "sums traded where one runs to the other": (
        total(total(V[k, c], c, k), k),
        total(total(V[k, c], k), c, w),
    ),
    "sums traded where one begins at the other": (
        total(total(V[i, c], c, w, start=i), i),
        total(total(V[i, c], i), c, w, start=i),
    ),
    "a rest of more terms than there are": (
        total(q[c], c, d, start=i + 1) + total(q[c], c, i),
        total(q[c], c, d),
    ),
    "a value for its transpose": (total(V[i, b] * u[b], b, w), total(V[b, i] * u[b], b, w)),
    "the weights forgotten in the average": (
        total(output(b) * u[b], b, w),
        total(total(V[i, b] * u[b], b, w), i),
    ),
    "the root of d forgotten": (Derivative(score(j), q[a]), K[j, a]),
    "the score of another key": (Derivative(score(i), K[j, a]), q[a] / sympy.sqrt(d)),
    "a shift of the sum alone": (exp(-x) * total(exp(z[k]), k), total(exp(z[k]), k)),
}


@pytest.mark.parametrize("name", FALSE_EQUALITIES)
def test_a_false_step_is_refused(name):
    before, after = FALSE_EQUALITIES[name]
    with pytest.raises(UnprovenStep):
        Derivation("False", before).then(after, "Claim it", "it would be handy")


@pytest.mark.parametrize(
    ("before", "after", "given"),
    [
        (loss_slope(j), h(j) - t[j], Eq(sum_of_t, 2)),
        (loss_slope(j), h(j) - t[j], Eq(total(sigma[k], k), 1)),
        (loss_slope(j), h(j) - t[j], Eq(t[j], 1)),
        (loss_slope(j), h(j) - t[j], Ne(i, j)),
        (slope(i, j), -h(i) * h(j), Ne(i, k)),
        (slope(i, j), -h(i) * h(j), Eq(i, j)),
        (slope(i, j), h(i) * (1 - h(i)), Ne(i, j)),
    ],
    ids=lambda e: plain(e),
)
def test_a_condition_proves_no_more_than_it_says(before, after, given):
    with pytest.raises(UnprovenStep):
        Derivation("False", before).then(after, "Claim it", "it would be handy", given)


@pytest.mark.parametrize(
    ("before", "after", "given"),
    [
        (loss_slope(j), h(j) - t[j], Eq(sum_of_t, 1)),
        (loss_slope(j), 2 * h(j) - t[j], Eq(sum_of_t, 2)),
        (slope(i, j), -h(i) * h(j), Ne(i, j)),
        (slope(i, j), -h(i) * h(j), Ne(j, i)),
        (slope(i, j), h(i) * (1 - h(i)), Eq(i, j)),
        (t[1] + t[2] - 1, Integer(0), Eq(t[1] + t[2], 1)),
    ],
    ids=lambda e: plain(e),
)
def test_a_condition_proves_what_follows_from_it(before, after, given):
    assert difference(before, after, given) == 0
    assert difference(before, after) != 0


def test_a_condition_that_is_no_equation_is_refused():
    with pytest.raises(ValueError, match="an Eq or a Ne"):
        difference(t[i], t[i], given=t[i] > 0)


def test_an_index_out_of_range_is_not_assumed_to_be_in_range():
    assert difference(total(delta(k, j + 1) * t[k], k), t[j + 1]) != 0


def test_a_delta_with_a_range_of_its_own_is_not_taken_for_a_plain_one():
    ranged = sympy.KroneckerDelta(i, j, (2, n))
    assert difference(ranged, delta(i, j)) != 0
    assert difference(total(sympy.KroneckerDelta(k, j, (2, n)) * t[k], k), t[j]) != 0


def test_nested_sums_over_one_letter_do_not_mix():
    twice = total(t[k] * total(z[k], k), k)
    assert difference(twice, sum_of_t * total(z[i], i)) == 0


def test_sums_are_the_same_whatever_their_index_is_called():
    assert normal_form(total(t[k] * z[k], k)) == normal_form(total(z[i] * t[i], i))
    pairs = total(total((z[i] + t[k]) ** 3, i), k)
    renamed = total(total((z[k] + t[j]) ** 3, k), j)
    assert difference(pairs, renamed) == 0
    assert difference(Sum(z[i] * t[k], (i, 1, n), (k, 1, n)), sum_of_t * total(z[k], k)) == 0
    across = total(t[k] * total(V[k, b] * u[b], b, w), k)
    assert difference(across, total(u[b] * total(V[k, b] * t[k], k), b, w)) == 0
    assert difference(across, total(u[c] * total(V[i, c] * t[i], i), c, w)) == 0
    assert difference(across**2, total(u[b] * total(V[k, b] * t[k], k), b, w) ** 2) == 0
    assert not normal_form(pairs).free_symbols & set(BOUND)


def test_a_sum_is_its_first_terms_and_the_rest():
    assert difference(total(t[k], k, p) + total(t[i], i, start=p + 1), sum_of_t) == 0
    assert difference(total(t[k], k, p) + total(t[i], i, start=p), sum_of_t + t[p]) != 0


def test_a_delta_keeps_one_term_of_a_sum_of_its_own_size():
    assert difference(total(delta(a, c) * q[c], c, d), q[a]) == 0
    assert difference(total(total(delta(a, c) * K[j, c], c, d), a, d), total(K[j, a], a, d)) == 0


def test_the_error_names_the_step_and_shows_both_sides_and_what_is_left():
    derivation = Derivation("Half a Jacobian", slope(i, j))
    with sympy.evaluate(False):
        right, wrong = h(i) * (delta(i, j) - h(j)), h(i) * (1 - h(j))
    derivation = derivation.then(right, "Differentiate", "it is known")
    with pytest.raises(UnprovenStep) as caught:
        derivation.then(wrong, r"Drop $\delta_{ij}$", "it looks like a 1")
    message = str(caught.value)
    assert "step 2 of 'Half a Jacobian' (Drop δ_ij)" in message
    assert "before: h_i (δ_ij - h_j)" in message
    assert "after:  h_i (1 - h_j)" in message
    assert "leaves: -e^(z_i)/(Σ_k e^(z_k))" in message
    assert len(derivation) == 1


def test_matrices_are_compared_entry_by_entry_and_only_in_one_shape():
    row = sympy.ImmutableMatrix([[h(1), h(2)]])
    assert difference(row, row) == sympy.zeros(1, 2)
    with pytest.raises(UnprovenStep, match="one shape"):
        Derivation("Turned", row).then(row.T, "Turn", "why not")
    with pytest.raises(UnprovenStep, match="step 1"):
        Derivation("One entry off", row).then(
            sympy.ImmutableMatrix([[h(1), h(1)]]), "Repeat", "why not"
        )


# --- how it reads --------------------------------------------------------------------------------

NOT_MATHS = ["Kronecker", "Tuple", "Indexed", "Derivative(", "Named", "Matrix(", "Dummy", "**2"]


@pytest.fixture(scope="module")
def renderings():
    objects = [build() for build in DERIVATIONS] + [spelled_out(3), spelled_out(2)]
    return [(o._repr_markdown_(), str(o)) for o in objects]


def test_a_rendering_is_free_of_python(renderings):
    for markdown, text in renderings:
        for name in NOT_MATHS:
            assert name not in markdown.replace("**2.**", "").replace("**The", "")
            assert name not in text
        assert "\\" not in text
        assert "$" not in text
        assert "{" not in text


def test_markdown_numbers_each_step_and_gives_it_a_line_of_maths(renderings):
    for build in DERIVATIONS:
        derivation = build()
        blocks = derivation._repr_markdown_().split("\n\n")
        assert blocks[0] == f"**{derivation.title}**"
        assert blocks[1] == f"$${latex(derivation.left)}$$"
        assert len(blocks) == 2 + 2 * len(derivation)
        for number, step in enumerate(derivation, start=1):
            assert blocks[2 * number].startswith(f"**{number}.** {step.did}")
            assert blocks[2 * number + 1] == f"$$= {latex(step.expression)}$$"
            assert "\n" not in blocks[2 * number + 1]


def test_a_condition_is_shown_where_it_is_used():
    markdown = symbolic.loss_gradient_derivation()._repr_markdown_()
    assert markdown.count(r"(given $\sum_{k=1}^{n} t_{k} = 1$)") == 1
    off_diagonal = symbolic.softmax_jacobian_off_diagonal_derivation()._repr_markdown_()
    assert off_diagonal.count(r"(given $i \neq j$)") == 1


def test_letters_are_written_as_in_the_lessons_and_in_the_order_of_the_lessons():
    steps = [latex(step.expression) for step in symbolic.softmax_jacobian_derivation()]
    e_sum = r"\sum_{k=1}^{n} e^{z_{k}}"
    assert steps[2] == (
        rf"\frac{{\delta_{{ij}} e^{{z_{{i}}}} {e_sum} - e^{{z_{{i}}}} e^{{z_{{j}}}}}}"
        rf"{{\left({e_sum}\right)^{{2}}}}"
    )
    assert steps[-1] == r"h_{i} \left(\delta_{ij} - h_{j}\right)"
    in_z = symbolic.output_form_derivation().start
    assert latex(in_z).startswith(
        rf"\frac{{e^{{z_{{i}}}} \left(\delta_{{ij}} {e_sum} - e^{{z_{{j}}}}"
    )
    assert latex(slope(i, j)) == r"\frac{\partial h_{i}}{\partial z_{j}}"
    assert latex(symbolic.tanh_derivation().left) == r"\frac{da}{dz}"
    assert plain(symbolic.vjp_derivation().result) == "h_j (σ_j - Σ_i h_i σ_i)"
    squared_error = symbolic.squared_error_gradient_derivation().result
    assert plain(squared_error) == "2 h_j ((h_j - t_j) - Σ_i h_i (h_i - t_i))"


@pytest.mark.parametrize(
    ("write", "text"),
    [
        (lambda: -(t[1] - t[2]), r"-\left(t_{1} - t_{2}\right)"),
        (lambda: z[1] - (t[1] + t[2]), r"z_{1} - \left(t_{1} + t_{2}\right)"),
        (lambda: -(t[1] - t[2]) + z[1], r"-\left(t_{1} - t_{2}\right) + z_{1}"),
        (lambda: sum_of_t * z[1], r"\left(\sum_{k=1}^{n} t_{k}\right) z_{1}"),
        (lambda: z[1] * -t[1], r"z_{1} \left(-t_{1}\right)"),
        (lambda: -z[1] * t[1], "-z_{1} t_{1}"),
        (lambda: t[2] - t[1], "t_{2} - t_{1}"),
        (lambda: t[2] * t[1], "t_{2} t_{1}"),
        (lambda: total(t[k] + z[k], k), r"\sum_{k=1}^{n} \left(t_{k} + z_{k}\right)"),
        (lambda: log(t[1] / t[2]), r"\log \left(\frac{t_{1}}{t_{2}}\right)"),
        (lambda: t[1] / t[2] * z[1], r"\frac{t_{1}}{t_{2}} z_{1}"),
        (lambda: z[1] * sum_of_t / t[2], r"\frac{z_{1} \sum_{k=1}^{n} t_{k}}{t_{2}}"),
        (lambda: Integer(1) / t[1] ** 2, r"\frac{1}{t_{1}^{2}}"),
        (lambda: (t[1] - z[1]) ** 1 - t[2], r"\left(t_{1} - z_{1}\right) - t_{2}"),
        (lambda: t[2] * (t[1] - z[1]) ** 1, r"t_{2} \left(t_{1} - z_{1}\right)"),
        (lambda: (t[1] - z[1]) ** 2, r"\left(t_{1} - z_{1}\right)^{2}"),
        (lambda: Integer(-3), "-3"),
    ],
)
def test_brackets_stand_where_the_meaning_needs_them(write, text):
    with sympy.evaluate(False):
        assert latex(write()) == text


def test_a_sum_of_a_part_says_which():
    assert plain(total(t[k], k, p)) == "Σ_(k=1…p) t_k"
    assert plain(total(t[k], k, start=p + 1)) == "Σ_(k=1 + p…n) t_k"
    assert plain(symbolic.query_gradient_derivation().result) == "Σ_j g_j K_ja/√d"


def test_a_double_sum_shows_both_sums():
    assert latex(Sum(t[i], (i, 1, n), (k, 1, n))) == r"\sum_{k=1}^{n} \sum_{i=1}^{n} t_{i}"


RENDER_ALL = """
from softmax_lab import symbolic
for name in sorted(vars(symbolic)):
    if name.endswith("_derivation"):
        print(getattr(symbolic, name)()._repr_markdown_(), getattr(symbolic, name)())
print(symbolic.spelled_out(3)._repr_markdown_(), symbolic.spelled_out(3))
print(symbolic.plain(symbolic.difference(symbolic.loss_slope(symbolic.j), 0)))
"""


def test_a_rendering_is_the_same_under_every_hash_seed():
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", RENDER_ALL],
            env=os.environ | {"PYTHONHASHSEED": str(seed), "PYTHONIOENCODING": "utf-8"},
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        for seed in range(3)  # all at once, for each takes a second or two
    ]
    outputs = {run.communicate()[0] for run in runs}
    assert all(run.returncode == 0 for run in runs)
    assert len(outputs) == 1
    assert rb"\delta_{ij}" in outputs.pop()


# --- a few numbers instead of n ------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_the_spelled_out_jacobian_is_the_one_sympy_differentiates(size):
    softmax = spelled_out(size)
    in_h = sympy.Matrix(size, size, lambda r, c: h(r + 1, size) * (delta(r, c) - h(c + 1, size)))
    logits = [z[m] for m in range(1, size + 1)]
    quotients = sympy.Matrix([exp(v) / sympy.Add(*map(exp, logits)) for v in logits])
    assert list(softmax.z) == logits
    assert softmax.h == quotients
    assert softmax.derivative == quotients.jacobian(logits)
    for step in softmax.jacobian:
        assert difference(softmax.derivative, step.expression) == sympy.zeros(size, size)
    for expected, entry in zip(in_h, softmax.jacobian.steps[2].expression, strict=True):
        assert difference(expected, entry) == 0


def test_three_numbers_spelled_out_read_as_on_paper():
    softmax = spelled_out(3)
    assert plain(softmax.jacobian.steps[2].expression) == (
        "[h_1 (1 - h_1), -h_1 h_2, -h_1 h_3; "
        "-h_2 h_1, h_2 (1 - h_2), -h_2 h_3; "
        "-h_3 h_1, -h_3 h_2, h_3 (1 - h_3)]"
    )
    assert plain(softmax.jacobian.result) == (
        "[h_1, 0, 0; 0, h_2, 0; 0, 0, h_3] - [h_1; h_2; h_3] [h_1, h_2, h_3]"
    )
    assert plain(softmax.vjp.result) == "[h_1 (σ_1 - s); h_2 (σ_2 - s); h_3 (σ_3 - s)]"
    assert plain(softmax.loss_gradient.result) == "[h_1 - t_1; h_2 - t_2; h_3 - t_3]"


# --- numbers -------------------------------------------------------------------------------------

LOGITS, UPSTREAM, TARGETS = [2.0, 1.0, 0.1], [0.3, -1.2, 0.7], [0.2, 0.5, 0.3]


def softmax_of(logits):
    top = max(logits)
    exponentials_of = [math.exp(v - top) for v in logits]
    return [e / math.fsum(exponentials_of) for e in exponentials_of]


def jacobian_of(logits):
    out = softmax_of(logits)
    return [[a * ((r == c) - b) for c, b in enumerate(out)] for r, a in enumerate(out)]


def test_the_jacobian_at_numbers_is_the_closed_form():
    for logits in (LOGITS, [0.5], [1, 2], [-3, 0.25, 4, 1e-3, -0.5]):
        for found, expected in zip(jacobian_at(logits), jacobian_of(logits), strict=True):
            assert found == pytest.approx(expected, rel=1e-13, abs=1e-300)


def test_the_error_passed_back_at_numbers_is_the_transpose_times_sigma():
    J = jacobian_of(LOGITS)
    expected = [sum(UPSTREAM[r] * J[r][c] for r in range(3)) for c in range(3)]
    assert vjp_at(LOGITS, UPSTREAM) == pytest.approx(expected, rel=1e-13)
    assert evaluate(symbolic.vjp_derivation(), z=LOGITS, sigma=UPSTREAM) == pytest.approx(expected)
    assert evaluate(spelled_out(3).vjp, z=LOGITS, sigma=UPSTREAM) == pytest.approx(expected)


@pytest.mark.parametrize("targets", [TARGETS, [0, 1, 0], [0.2, 0.9, 1.4]])
def test_the_loss_gradient_at_numbers_holds_for_targets_of_any_sum(targets):
    out = softmax_of(LOGITS)
    expected = [a * math.fsum(targets) - b for a, b in zip(out, targets, strict=True)]
    assert loss_gradient_at(LOGITS, targets) == pytest.approx(expected, rel=1e-12)


def test_numbers_survive_where_floats_lose_every_digit():
    gradient = loss_gradient_at([0, 100, 0], [0, 1, 0])
    assert gradient == pytest.approx([math.exp(-100), -2 * math.exp(-100), math.exp(-100)])
    assert jacobian_at([0, 100])[1][1] == pytest.approx(math.exp(-100), rel=1e-13)
    assert jacobian_at([0, 800, 0])[1] == [0.0, 0.0, 0.0]


def test_an_expression_evaluates_to_the_shape_of_its_free_indices():
    assert evaluate(h(i), z=LOGITS) == pytest.approx(softmax_of(LOGITS))
    assert evaluate(total(h(i), i), z=LOGITS) == 1.0
    assert evaluate(spelled_out(3).h, z=LOGITS) == pytest.approx(softmax_of(LOGITS))
    for source in (slope(i, j), spelled_out(3).derivative, spelled_out(3).jacobian):
        for found, expected in zip(evaluate(source, z=LOGITS), jacobian_of(LOGITS), strict=True):
            assert found == pytest.approx(expected)
    rows_sum = evaluate(symbolic.row_sums_derivation().left, z=LOGITS)
    assert rows_sum == [0.0, 0.0, 0.0]
    a = 1 / (1 + math.exp(-0.3))
    assert evaluate(symbolic.sigmoid_derivation(), z=0.3) == pytest.approx(a * (1 - a))
    assert evaluate(symbolic.tanh_derivation().start, z=0.3) == pytest.approx(
        1 - math.tanh(0.3) ** 2
    )


def test_what_passes_back_through_attention_is_what_the_package_computes():
    rng = np.random.default_rng(0)
    query, keys = rng.normal(size=(1, 3)), rng.normal(size=(4, 3))
    values, error = rng.normal(size=(4, 2)), rng.normal(size=(1, 2))
    numbers = {"q": query[0], "K": keys, "V": values, "u": error[0]}
    at_query, at_keys, at_values = attention_vjp(query, keys, values, error)
    for name, gradient in (("query", at_query[0]), ("key", at_keys), ("value", at_values)):
        found = getattr(symbolic, f"{name}_gradient_derivation")()
        for expression in (found.left, found.result):
            assert np.allclose(evaluate(expression, **numbers), gradient, rtol=1e-12, atol=1e-15)
    out = evaluate(output(b), q=query[0], K=keys, V=values)
    assert np.allclose(out, attention(query, keys, values)[0], rtol=1e-12)


def test_numbers_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="one length"):
        vjp_at(LOGITS, [1.0, 2.0])
    with pytest.raises(ValueError, match="one length"):
        jacobian_at([])
    with pytest.raises(ValueError, match="one length"):
        evaluate(score(i), q=[1.0, 2.0], K=[[1.0, 2.0], [3.0]])
    with pytest.raises(ValueError, match="one length"):
        evaluate(output(b), q=[1.0], K=[[1.0], [2.0]], V=[[1.0]])
    with pytest.raises(ValueError, match="a number is needed"):
        evaluate(passed_back(j), z=LOGITS)
    with pytest.raises(ValueError, match="no letter y"):
        evaluate(passed_back(j), y=LOGITS)
    with pytest.raises(ValueError, match="a number is needed"):
        evaluate(h(i))


# --- an independent witness ----------------------------------------------------------------------


# Each file imports only from those before it.
FILES = [
    "letters",
    "writing",
    "proof",
    "chain",
    "jacobian",
    "gradients",
    "attention",
    "one_number",
    "entry_by_entry",
    "values",
    "__init__",
]


def imported(name):
    """The modules that a file of the folder imports."""
    modules = set()
    for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            modules.add(node.module)
    return modules


def test_the_list_above_names_every_file_of_the_folder_and_so_does_its_docstring():
    assert {path.stem for path in FOLDER.glob("*.py")} == set(FILES)
    listed = re.findall(r"^(\w+)  +\w", symbolic.__doc__, re.MULTILINE)
    assert listed == FILES[:-1]


@pytest.mark.parametrize("name", FILES)
def test_a_file_imports_sympy_the_standard_library_and_the_files_before_it_only(name):
    before = {f"softmax_lab.symbolic.{file}" for file in FILES[: FILES.index(name)]}
    before.add("softmax_lab._plain")  # LaTeX in plain characters: no mathematics
    tops = {module.split(".")[0] for module in imported(name) - before}
    assert tops - {"sympy"} <= sys.stdlib_module_names


def test_sympy_is_imported():
    assert any(module.split(".")[0] == "sympy" for name in FILES for module in imported(name))


def test_the_public_names_are_sorted_and_complete():
    public = {
        name
        for name, thing in vars(symbolic).items()
        if not name.startswith("_") and not isinstance(thing, ModuleType)
    }
    assert symbolic.__all__ == sorted(public)


def test_importing_the_module_builds_no_derivation():
    code = (
        "from softmax_lab import symbolic\n"
        "built = [f for name, f in vars(symbolic).items() if name.endswith('_derivation')]\n"
        "assert built and not any(f.cache_info().currsize for f in built)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_derivation_is_built_once_and_cannot_be_changed_by_a_later_step():
    first = symbolic.vjp_derivation()
    longer = first.then(passed_back(j), "Go back", "the chain proves it")
    assert symbolic.vjp_derivation() is first
    assert len(longer) == len(first) + 1
