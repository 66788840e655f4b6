"""Every entry of the catalogue is told from the truth, and from every other entry of its role."""

from functools import cache
from itertools import combinations, islice, product

import numpy as np
import pytest

from softmax_lab import diagnose
from softmax_lab.clinic import formulas, matching, probes
from softmax_lab.clinic.catalogue import CATALOGUE, entries
from softmax_lab.clinic.mistake import RAISES
from softmax_lab.clinic.reading import agrees
from softmax_lab.clinic.results import Outcome
from softmax_lab.clinic.settings import ALLOWED, Settings
from softmax_lab.clinic.view import plain

pytestmark = pytest.mark.usefixtures("in_this_process")

# The keys of the design, role by role; more may be added, none may get lost.
KEYS = {
    "jacobian": """diagonal_only off_diagonal_sign logits_used_as_output softmax_applied_twice
        one_dimensional_transpose outer_product_doubled delta_lost row_sums returns_output
        one_minus_output returns_ones sigmoid_derivative first_column_only flattened_batch
        wrong_axis missing_keepdims""",
    "backward": """diagonal_only pass_through upstream_ignored elementwise_upstream
        missing_dot_product upstream_minus_output jacobian_times_output first_nonzero_only
        cross_entropy_assumed softmax_of_upstream logits_used_as_output softmax_applied_twice
        batch_sum_leak missing_keepdims""",
    "loss_gradient": """missing_mean mean_twice mean_over_entries sign_flipped softmax_forgotten
        softmax_applied_twice diagonal_only fused_times_diagonal fused_times_jacobian
        binary_cross_entropy binary_through_diagonal soft_target_argmax label_off_by_one
        target_sum_ignored wrong_axis whole_batch_softmax mutates_input""",
    "output_gradient": """missing_factor_two missing_mean mean_over_entries swapped_arguments
        soft_target_argmax binary_cross_entropy binary_sign division_by_zero""",
    "softmax": """no_shift shift_over_batch max_outside_exp wrong_axis sum_over_batch
        missing_keepdims exp_missing_in_sum exp_missing division_missing logits_clipped
        mutates_input integer_truncation""",
    "loss": """missing_minus mean_over_entries log_epsilon_bias clip_bias log_of_zero
        soft_target_argmax""",
}


def all_settings():
    for role in KEYS:
        target = role in ("loss", "loss_gradient", "output_gradient")
        for given, loss, reduction, targets in product(
            ALLOWED["given"] if role not in ("softmax", "output_gradient") else ["logits"],
            ALLOWED["loss"] if target else ["cross_entropy"],
            ALLOWED["reduction"] if target else ["mean"],
            ALLOWED["targets"] if target else ["distribution"],
        ):
            yield Settings(role, given, loss, reduction, targets)


SETTINGS = list(all_settings())
REMEMBERED = [each for each in vars(matching).values() if hasattr(each, "cache_clear")]


def ids(settings):
    return "-".join([settings.role, settings.given, settings.loss, settings.reduction]) + (
        f"-{settings.targets}"
    )


@pytest.fixture(scope="module", params=SETTINGS, ids=ids)
def settings(request):
    """Each setting; what has been computed for it is forgotten when its tests are done."""
    yield request.param
    for known in (telling_variants, *REMEMBERED):
        known.cache_clear()


def cases_for(settings):
    """The probes that a function of batches meets, each with whether it is an extreme one."""
    for kind in ("generic", "extreme", "integer"):
        for case in probes.cases(settings, kind):
            yield case, kind != "generic"


def as_outcome(prediction):
    """What a function that computes this prediction would give."""
    if isinstance(prediction, str):
        return Outcome(problem="raised", detail="ValueError")
    return Outcome(np.asarray(prediction, dtype=float))


@np.errstate(all="ignore")
def answers(variant, settings):
    return [variant(case) for case, _ in cases_for(settings)]


def separating(first, second, settings):
    """The names of the probes on which two lists of answers are told apart."""
    return set(tellers(first, second, settings))


def tellers(first, second, settings):
    answered = list(zip(first, second, cases_for(settings), strict=True))
    for a, b, (case, extreme) in answered[::-1]:  # extreme ones first: they tell the most
        if not (
            agrees(as_outcome(a), b, case, "batch", extreme)
            or agrees(as_outcome(b), a, case, "batch", extreme)
        ):
            yield case.name


@cache
def telling_variants(mistake, settings):
    """The answers of those variants that differ from the truth somewhere."""
    truth = answers(formulas.truth, settings)
    made = [answers(variant, settings) for variant in mistake.variants()]
    return [each for each in made if separating(each, truth, settings)]


def separations(settings, keys=None, enough=2):
    """For each two entries of a role, the probes that tell them apart, variant by variant.

    Of those that tell, no more than ``enough`` are looked for, unless keys are named. And left out
    are variants for which enough probes differ in the sum alone: what agrees entry by entry agrees
    in the sum. That spares millions of comparisons.
    """
    some = [m for m in entries(settings) if keys is None or m.key in keys]
    known = {m: list(telling_variants(m, settings)) for m in some}
    known = {m: answers for m, answers in known.items() if answers}
    sums = {m: sums_and_slack(answers) for m, answers in known.items()}
    for first, second in combinations(known, 2):
        (s, near), (o, near_too) = sums[first], sums[second]
        with np.errstate(invalid="ignore"):
            differ = np.abs(s[:, None] - o) > near[:, None] + near_too
        if keys:
            differ[:] = False
        for i, j in np.argwhere(differ.sum(axis=-1) < enough):
            names = tellers(known[first][i], known[second][j], settings)
            yield first, second, set(names if keys else islice(names, enough))


@np.errstate(all="ignore")
def sums_and_slack(answers):
    """The sum of each answer to each probe, nan where it does not tell, and how far it may lie."""
    sums = np.full((len(answers), len(answers[0])), np.nan)
    slack = np.zeros_like(sums)
    for i, answer in enumerate(answers):
        for k, value in enumerate(answer):
            if not isinstance(value, str) and (np.size(value) == 1 or np.ptp(value) > 1e-12):
                sums[i, k] = np.sum(value)
                slack[i, k] = 2e-6 * np.size(value) * max(np.abs(value).max(), 1)
    return sums, slack


@pytest.mark.parametrize("role", KEYS)
def test_no_key_of_the_design_is_missing_or_there_twice(role):
    keys = [mistake.key for mistake in CATALOGUE[role]]
    assert set(KEYS[role].split()) <= set(keys)
    assert len(keys) == len(set(keys))


def test_every_entry_is_told_from_the_truth(settings):
    hidden = [
        m.key
        for m in entries(settings)
        if m.key != "mutates_input" and not telling_variants(m, settings)
    ]
    assert hidden == []


def test_every_entry_is_told_from_every_other_of_its_role(settings):
    alike = {
        (first.key, second.key)
        for first, second, probes_that_tell in separations(settings, enough=1)
        if not probes_that_tell and second.key not in first.same_as
    }
    assert alike == set()


@pytest.mark.parametrize(
    ("role", "options", "needed"),
    [
        # Take one of these probes away, and two entries look alike, or one looks right.
        ("softmax", {}, {"integer logits", "two large logits"}),
        ("loss", {}, {"saturated logits", "confident logits"}),
        ("loss", {"given": "output"}, {"confident logits"}),
        ("loss_gradient", {"targets": "any"}, {"targets that do not sum to 1, N = 4, n = 3"}),
    ],
)
def test_a_probe_that_alone_tells_two_apart_is_needed(role, options, needed):
    settings = Settings(role, **options)
    truth = answers(formulas.truth, settings)
    sets = [tell for _, _, tell in separations(settings)]
    for mistake in entries(settings):
        sets += [separating(a, truth, settings) for a in telling_variants(mistake, settings)]
    only = {name for tell in sets if len(tell) == 1 for name in tell}
    assert only >= needed, only


def test_as_many_samples_as_classes_hide_the_mean_over_entries_and_show_missing_keepdims():
    tell = {
        (first.key, second.key): names
        for first, second, names in separations(
            Settings("loss_gradient"), keys=("mean_twice", "mean_over_entries")
        )
    }
    names = tell["mean_twice", "mean_over_entries"]
    assert names
    assert not any("N = n" in name for name in names)
    missing = next(m for m in CATALOGUE["backward"] if m.key == "missing_keepdims")
    for case, _ in cases_for(Settings("backward")):
        for variant in missing.variants():
            assert isinstance(variant(case), str) == (case.n != case.N)


def test_an_entrys_own_function_is_diagnosed_by_its_key(settings):
    wrong = {}
    for mistake in entries(settings):
        if mistake.key == "mutates_input":
            continue
        truth = answers(formulas.truth, settings)
        variants = list(mistake.variants())
        step = max(7, len(variants) // 5)
        for k, variant in enumerate(variants):
            if k % step == 0 and separating(answers(variant, settings), truth, settings):
                given = diagnose(written(variant, settings), **vars(settings))
                if given.mistakes[:1] != [mistake.key] or given.verdict == "correct":
                    wrong[mistake.key, k] = (given.verdict, given.mistakes)
    assert wrong == {}


def written(variant, settings):
    """A function of batches that computes what a variant of a mistake computes."""

    @np.errstate(all="ignore")
    def answer(x, second=None):
        if np.ndim(x) == 1:
            raise ValueError("batches only")
        z = np.asarray(x, dtype=float)
        if not settings.from_logits:
            z = np.log(np.where(z == 0, 1e-300, z))
        given = {"v": second} if settings.role == "backward" else {"t": second}
        if settings.targets == "labels" and settings.with_target:
            given = {"t": np.eye(z.shape[1])[second]}
        plain = probes.cases(settings, "generic")[0]
        h = probes.softmax(z) if settings.from_logits else np.asarray(x)
        parts = {"v": np.zeros_like(z), "t": np.zeros_like(z), **given}
        if parts["v"] is None or parts["t"] is None:
            parts = {"v": np.zeros_like(z), "t": np.zeros_like(z)}
        integer = np.asarray(x).dtype.kind == "i"
        value = variant(plain.change(z=z, h=h, integer=integer, **parts))
        if isinstance(value, str):
            raise ValueError(RAISES)
        return value

    # The names say which argument is which: exchanged, they would make other functions right.
    if settings.role in ("softmax", "jacobian"):
        return lambda x: answer(x)
    if settings.role == "backward":
        return lambda x, upstream: answer(x, upstream)
    if settings.from_logits:
        return lambda logits, target: answer(logits, target)
    return lambda probs, target: answer(probs, target)


@pytest.mark.parametrize(
    "mistake", [m for role in CATALOGUE.values() for m in role], ids=lambda m: m.key
)
def test_an_entry_is_complete_and_its_formula_readable_without_latex(mistake):
    for words in (mistake.explanation, mistake.hint, mistake.cure):
        assert len(words) > 10
        assert "  " not in words
    assert 1 <= mistake.lesson <= 10
    assert "\\" not in plain(mistake.formula)
    assert not set("{}") & set(plain(mistake.formula))


def test_the_probes_are_generic(settings):
    cases = probes.cases(settings, "generic")
    assert all(case.n >= 3 for case in cases)
    assert any(case.n == case.N for case in cases)
    assert sum(case.n != case.N for case in cases) >= 2
    for case in cases:
        assert (case.v != 0).all()
        assert len(np.unique(np.abs(case.v))) > case.n
    shapes = [case.z.shape for case in cases]
    assert len(shapes) > len(set(shapes)), "a function that remembers its last answer is not seen"
    if settings.targets == "distribution" and settings.with_target:
        assert {case.one_hot for case in cases} == {True, False}
    if settings.targets == "any":
        assert any(not np.isclose(case.total, 1).all() for case in cases)


# As people write them


def soft(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def soft_sum(z):
    return np.exp(z - z.max(axis=-1, keepdims=True)).sum(axis=-1)


def naive(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def count(z):
    return 1 if z.ndim == 1 else len(z)


def matrix(h):
    return h[..., :, None] * (np.eye(h.shape[-1]) - h[..., None, :])


def passed(h, v):
    return h * (v - (h * v).sum(axis=-1, keepdims=True))


def overwritten_entries(z):
    h, g = soft(z), np.zeros(len(z))
    for i in range(len(z)):
        for j in range(len(z)):
            g[i] = h[i] * (1 - h[i]) if i == j else -h[i] * h[j]
    return g


def into_an_array_of_integers(z):
    result = np.zeros_like(z)
    result[...] = naive(z)
    return result


def shift_along_samples(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=1)[:, np.newaxis]


def maximum_without_keepdims(z):
    e = np.exp(z - z.max(axis=-1))
    return e / e.sum(axis=-1, keepdims=True)


def whole(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def clipped(z):
    return naive(np.clip(z, -50, 50))


def twice(z):
    return soft(soft(z))


H, SUM, NONE = {"given": "output"}, {"reduction": "sum"}, {"reduction": "none"}
WRITTEN = {
    # In every role that starts from logits
    ("jacobian", "no_shift"): (lambda z: matrix(naive(z)), {}, "fragile"),
    ("backward", "no_shift"): (lambda z, v: passed(naive(z), v), {}, "fragile"),
    ("loss_gradient", "no_shift"): (lambda z, t: (naive(z) - t) / count(z), {}, "fragile"),
    ("loss", "no_shift"): (
        lambda z, t: np.log(np.exp(z).sum(-1)) - (t * z).sum(-1),
        NONE,
        "fragile",
    ),
    ("jacobian", "shift_along_wrong_axis"): (
        lambda z: matrix(shift_along_samples(z)),
        {},
        "wrong",
    ),
    ("backward", "shift_along_wrong_axis"): (
        lambda z, v: passed(shift_along_samples(z), v),
        {},
        "wrong",
    ),
    ("loss_gradient", "shift_along_wrong_axis"): (
        lambda z, t: shift_along_samples(z) - t,
        SUM,
        "wrong",
    ),
    ("softmax", "shift_along_wrong_axis"): (shift_along_samples, {}, "wrong"),
    ("softmax", "missing_keepdims"): (maximum_without_keepdims, {}, "fragile"),
    ("backward", "missing_keepdims"): (
        lambda z, v: passed(maximum_without_keepdims(z), v),
        {},
        "fragile",
    ),
    ("backward", "logits_clipped"): (lambda z, v: passed(clipped(z), v), {}, "fragile"),
    ("loss_gradient", "logits_clipped"): (lambda z, t: clipped(z) - t, SUM, "fragile"),
    ("loss", "logits_clipped"): (
        lambda z, t: -(t * np.log(clipped(z))).sum(),
        SUM,
        "fragile",
    ),
    ("backward", "whole_batch_softmax"): (lambda z, v: passed(whole(z), v), {}, "fragile"),
    # Backward passes
    ("backward", "wrong_axis"): (lambda h, v: h * (v - (h * v).sum(axis=0)), H, "fragile"),
    ("backward", "swapped_arguments"): (lambda h, v: passed(v, h), H, "wrong"),
    ("backward", "one_dimensional_transpose"): (
        lambda h, v: (h * (np.eye(len(h)) - h)).T @ v,
        H,
        "wrong",
    ),
    ("backward", "one_dimensional_transpose", "np.dot"): (
        lambda h, v: (np.diagflat(h) - np.dot(h, h.T)) @ v,
        H,
        "fragile",  # right for columns
    ),
    ("backward", "elementwise_upstream", "one_dimensional_transpose"): (
        lambda h, v: v * (h * (np.eye(h.shape[-1]) - h)),
        H,
        "wrong",
    ),
    # Jacobians
    ("jacobian", "one_dimensional_transpose"): (
        lambda h: np.diagflat(h[:]) - np.dot(h, h.T) if h.ndim == 1 else None,
        H,
        "wrong",
    ),
    ("jacobian", "last_column_only"): (overwritten_entries, {}, "wrong"),
    ("jacobian", "one_column_only"): (lambda z: matrix(soft(z))[..., 1], {}, "wrong"),
    # Losses and their gradients
    ("loss", "softmax_applied_twice"): (
        lambda z, t: -(t * np.log(twice(z))).sum() / count(z),
        {},
        "wrong",
    ),
    ("loss_gradient", "softmax_applied_twice"): (
        lambda z, t: passed(soft(z), twice(z) - t),
        SUM,
        "wrong",
    ),
    ("loss", "binary_cross_entropy"): (
        lambda h, t: -(t * np.log(h) + (1 - t) * np.log(1 - h)).sum(),
        {**SUM, **H},
        "wrong",
    ),
    ("loss", "log_of_sum"): (
        lambda h, t: -np.log(np.sum(np.clip(h, 1e-7, 1 - 1e-7) * t, axis=-1)),
        {**NONE, **H},
        "fragile",
    ),
    ("loss", "shift_on_one_side"): (
        lambda z, t: np.sum(np.log(soft_sum(z)) - (t * z).sum(axis=-1)),
        SUM,
        "wrong",
    ),
    ("loss", "log_base_ten"): (lambda h, t: -(t * np.log10(h)).sum(), {**SUM, **H}, "wrong"),
    ("loss", "log_forgotten"): (lambda h, t: -(t * h).sum(), {**SUM, **H}, "wrong"),
    ("loss_gradient", "division_by_zero"): (
        lambda z, t: passed(soft(z), -t / soft(z)),
        SUM,
        "fragile",
    ),
    ("loss_gradient", "log_epsilon_bias"): (
        lambda z, t: passed(soft(z), -t / (soft(z) + 1e-8)),
        SUM,
        "fragile",
    ),
    ("loss_gradient", "clip_bias"): (
        lambda z, t: passed(soft(z), -t / np.clip(soft(z), 1e-12, 1 - 1e-12)),
        SUM,
        "fragile",
    ),
    ("output_gradient", "clip_bias"): (
        lambda h, t: -t / np.clip(h, 1e-12, 1 - 1e-12),
        SUM,
        "fragile",
    ),
    ("output_gradient", "log_epsilon_bias"): (lambda h, t: -t / (h + 1e-9), SUM, "fragile"),
    ("output_gradient", "swapped_arguments"): (
        lambda output, target: np.where(target, -output / np.where(target, target, 1), 0.0),
        SUM,
        "wrong",
    ),
    # Softmax
    ("softmax", "division_inside_exp"): (
        lambda y: np.exp(y / np.sum(np.exp(y), axis=-1, keepdims=True)),
        {},
        "wrong",
    ),
    ("softmax", "one_added_to_sum"): (
        lambda z: np.exp(z) / (1 + np.exp(z).sum(axis=-1, keepdims=True)),
        {},
        "wrong",
    ),
    # Two fragilities at once
    ("softmax", "no_shift", "integer_truncation"): (into_an_array_of_integers, {}, "fragile"),
    ("loss", "no_shift", "any other way"): (
        lambda z, t: -(t * np.log(naive(z))).sum(),
        SUM,
        "fragile",
    ),
    ("loss", "no_shift", "clip_bias"): (
        lambda z, t: -(t * np.log(np.clip(naive(z), 1e-12, 1))).sum(),
        SUM,
        "fragile",
    ),
    ("loss_gradient", "no_shift", "log_epsilon_bias"): (
        lambda z, t: passed(naive(z), -t / (naive(z) + 1e-8)),
        SUM,
        "fragile",
    ),
}


@pytest.mark.parametrize(
    ("names", "written"), WRITTEN.items(), ids=["-".join(names) for names in WRITTEN]
)
def test_what_people_write_gets_its_name(names, written):
    role, *mistakes = names
    function, options, verdict = written
    diagnosis = diagnose(function, role, **options)
    assert diagnosis.verdict == verdict, str(diagnosis)
    assert diagnosis.mistakes == [key for key in mistakes if "_" in key]


def test_a_factor_that_undoes_another_is_not_named_as_two_mistakes():
    gradient = lambda h, t: (h - t) / t.shape[1]  # noqa: E731
    diagnosis = diagnose(gradient, "loss_gradient", given="output", layout="rows")
    assert diagnosis.mistakes == ["mean_over_classes"]


@pytest.mark.parametrize("role", CATALOGUE)
def test_a_formula_reads_well_in_plain_characters(role):
    for mistake in CATALOGUE[role]:
        words = plain(mistake.formula)
        assert " ," not in words, mistake.key
        assert "sqrt" not in words, mistake.key
