"""The mathematics in JavaScript is that of the package, on random and on extreme inputs."""

import json

import numpy as np
import pytest

import softmax_lab
from browser.site import visit
from softmax_lab import explorers
from softmax_lab.explorers import modules

SEED = 20
MODES = ["free", "cross_entropy", "squared_error", "ones"]


@pytest.fixture(scope="module")
def page(browser):
    """A page from which the modules can be imported."""
    with visit(browser, modules.FOLDER / "javascript", path="") as page:
        yield page


def call(page, module, expression, inputs):
    """The values of an expression in the module's names, for each of the inputs x."""
    code = f"""async inputs => {{
        const m = await import("/{module}");
        return JSON.stringify(inputs.map(x => {expression}), (_, v) =>
            typeof v === "number" && !Number.isFinite(v) ? String(v) : v);
    }}"""
    numbers = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}

    def revived(value):
        if isinstance(value, list):
            return np.array([revived(v) for v in value])
        if isinstance(value, dict):
            return {k: revived(v) for k, v in value.items()}
        return numbers.get(value, value) if isinstance(value, str) else value

    return [revived(value) for value in json.loads(page.evaluate(code, inputs))]


def random_vectors(count=300):
    rng = np.random.default_rng(SEED)
    for _ in range(count):
        n = rng.integers(2, 9)
        spread = rng.choice([0.1, 1.0, 5.0, 40.0])
        yield spread * rng.normal(size=n), rng.normal(size=n), rng.dirichlet(np.ones(n))


def assert_close(ours, theirs, what):
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    assert ours.shape == theirs.shape, what
    np.testing.assert_allclose(ours, theirs, rtol=2e-13, atol=1e-300, err_msg=str(what))


FUNCTIONS = {
    "softmax": ("m.softmax(x[0])", lambda z, v, t: softmax_lab.softmax(z)),
    "logSoftmax": ("m.logSoftmax(x[0])", lambda z, v, t: softmax_lab.log_softmax(z)),
    "jacobian": ("m.jacobian(m.softmax(x[0]))", lambda z, v, t: softmax_lab.softmax_jacobian(z)),
    "crossEntropy": ("m.crossEntropy(x[0], x[2])", lambda z, v, t: softmax_lab.cross_entropy(z, t)),
    "squaredError": (
        "m.squaredError(m.softmax(x[0]), x[2])",
        lambda z, v, t: softmax_lab.squared_error(softmax_lab.softmax(z), t),
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_gives_what_the_package_gives(page, name):
    expression, ours = FUNCTIONS[name]
    cases = list(random_vectors())
    inputs = [[x.tolist() for x in case] for case in cases]
    for case, theirs in zip(cases, call(page, "maths.js", expression, inputs), strict=True):
        assert_close(ours(*case), theirs, case)


@pytest.mark.parametrize(
    ("expression", "ours", "terms"),
    [
        (
            "m.vjp(m.softmax(x[0]), x[1])",
            lambda z, v, t: softmax_lab.softmax_vjp(z, v),
            lambda h, v, t: h * (1 + abs(v).max()),
        ),
        (
            "m.crossEntropyGradient(m.softmax(x[0]), x[2])",
            lambda z, v, t: softmax_lab.cross_entropy_gradient(z, t),
            lambda h, v, t: h + t,
        ),
        (
            "m.diagonalOnly(m.softmax(x[0]), x[1])",
            lambda z, v, t: v * np.diag(softmax_lab.softmax_jacobian(z)),
            lambda h, v, t: h * abs(v),
        ),
    ],
)
def test_a_sum_that_may_cancel_agrees_to_the_size_of_its_terms(page, expression, ours, terms):
    cases = list(random_vectors())
    inputs = [[x.tolist() for x in case] for case in cases]
    for case, theirs in zip(cases, call(page, "maths.js", expression, inputs), strict=True):
        size = terms(softmax_lab.softmax(case[0]), *case[1:])
        assert (abs(ours(*case) - theirs) <= 1e-14 * size + 1e-300).all(), case


def jacobian_states(count=200):
    rng = np.random.default_rng(SEED + 1)
    for k in range(count):
        n = int(rng.integers(2, 9))
        target = rng.dirichlet(np.ones(n)) if k % 3 else np.eye(n)[rng.integers(n)]
        yield explorers.JacobianExplorer(
            z=rng.normal(size=n) * rng.choice([0.5, 3.0]),
            upstream=rng.normal(size=n),
            target=target * rng.choice([1.0, 1.0, 2.0]),
            mode=MODES[k % 4],
            temperature=float(rng.choice([1.0, 0.5, 3.0])),
        )


def state_of(explorer):
    return {name: getattr(explorer, name) for name in explorer.parameters}


def test_everything_the_jacobian_explorer_shows_is_what_python_says(page):
    all_explorers = list(jacobian_states())
    shown = call(page, "jacobian.js", "m.computed(x)", list(map(state_of, all_explorers)))
    for explorer, now in zip(all_explorers, shown, strict=True):
        J, size = explorer.jacobian, 1 + abs(explorer.sigma).max()
        assert_close(explorer.h, now["h"], explorer)
        assert_close(J, now["J"], explorer)
        assert_close(explorer.sigma, now["sigma"], explorer)
        assert_close(explorer.weighted, now["weighted"], explorer)
        for ours, name in ((explorer.result, "result"), (explorer.diagonal_only, "diagonal")):
            np.testing.assert_allclose(now[name], ours, rtol=1e-12, atol=1e-14 * size)
        assert now["jacobianError"] < 1e-8 / explorer.temperature**2
        assert now["resultError"] < 1e-7 * size / explorer.temperature
        assert explorer.check().passed
        if explorer.mode == "cross_entropy":
            np.testing.assert_allclose(now["landing"], explorer.result, atol=1e-13)


def test_everything_the_balance_explorer_shows_is_what_python_says(page):
    balances = [
        explorers.BalanceExplorer(each.z, each.upstream, target=each.target, mode=each.mode)
        for each in jacobian_states()
    ]
    shown = call(page, "balance.js", "m.computed(x)", list(map(state_of, balances)))
    for balance, now in zip(balances, shown, strict=True):
        size = 1 + abs(balance.sigma).max()
        assert_close(balance.h, now["h"], balance)
        assert_close(balance.sigma, now["sigma"], balance)
        assert now["average"] == pytest.approx(balance.average, abs=1e-14 * size)
        for ours, name in ((balance.result, "result"), (balance.diagonal_only, "diagonal")):
            np.testing.assert_allclose(now[name], ours, rtol=1e-12, atol=1e-14 * size)
        assert abs(now["shown"] - balance.result).max() <= 0.001
        assert sum(round(1000 * value) for value in now["shown"]) == 0


def test_weights_never_cover_each_other_and_their_stack_stays_in_the_picture(page):
    rng = np.random.default_rng(SEED + 3)
    cases = []
    for k in range(300):
        n = int(rng.integers(2, 9))
        h = rng.dirichlet(np.full(n, rng.choice([0.1, 1.0, 50.0])))
        xs = 270 + rng.normal(size=n) * (0 if k % 3 == 0 else 60)
        cases.append([h.tolist(), xs.tolist()])
    stacks = call(page, "balance_drawing.js", "m.stacked(x[0], x[1])", cases)
    for boxes in stacks:
        assert min(box["top"] for box in boxes) >= 20
        for k, one in enumerate(boxes):
            for other in boxes[:k]:
                beside = one["left"] >= other["right"] or other["left"] >= one["right"]
                assert beside or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]


def test_everything_the_simplex_explorer_shows_is_what_python_says(page):
    rng = np.random.default_rng(SEED + 2)
    all_explorers = [
        explorers.SimplexExplorer(
            z=3 * rng.normal(size=3), radius=rng.uniform(0.05, 2), direction=rng.uniform(0, 360)
        )
        for _ in range(100)
    ]
    shown = call(page, "simplex.js", "m.computed(x)", list(map(state_of, all_explorers)))
    for explorer, now in zip(all_explorers, shown, strict=True):
        assert_close(explorer.h, now["h"], explorer)
        assert_close(explorer.jacobian, now["J"], explorer)
        np.testing.assert_allclose(now["change"], explorer.change, atol=1e-14)
        np.testing.assert_allclose(now["result"], explorer.result, atol=1e-14)
        values = np.linalg.eigvalsh(explorer.jacobian)[::-1]
        np.testing.assert_allclose([*now["eigenvalues"], 0], values, atol=1e-14)


def attention_explorers(count=200):
    rng = np.random.default_rng(SEED + 4)
    for k in range(count):
        n = int(rng.integers(2, 6))
        mask = rng.random(n) < 0.7
        mask[rng.integers(n)] = True
        yield explorers.AttentionExplorer(
            q=rng.normal(size=2) * (0.0 if k % 20 == 0 else rng.choice([0.5, 2.0, 9.0])),
            k=rng.normal(size=(n, 2)),
            v=rng.normal(size=(n, 2)),
            upstream=rng.normal(size=2),
            mask=mask,
            scaled=bool(k % 2),
        )


def test_everything_the_attention_explorer_shows_is_what_python_says(page):
    all_explorers = list(attention_explorers())
    shown = call(page, "attention.js", "m.computed(x)", list(map(state_of, all_explorers)))
    for explorer, now in zip(all_explorers, shown, strict=True):
        size = 1 + abs(np.array(explorer.v)).max() * abs(np.array(explorer.upstream)).max()
        size *= 1 + abs(np.array([explorer.q, *explorer.k])).max()
        assert_close(explorer.weights, now["h"], explorer)
        for ours, name in (
            (explorer.scores, "z"),
            (explorer.output, "output"),
            (explorer.upstream_at_weights, "sigma"),
            (explorer.average_error, "average"),
            (explorer.score_gradient, "result"),
            (explorer.query_gradient, "query_gradient"),
            (explorer.key_gradient, "key_gradient"),
            (explorer.value_gradient, "value_gradient"),
        ):
            np.testing.assert_allclose(now[name], ours, rtol=1e-12, atol=1e-14 * size, err_msg=name)
        masked = ~np.array(explorer.mask)
        for name in ("h", "result", "key_gradient", "value_gradient"):
            assert (now[name][masked] == 0).all()
        assert now["error"] < 1e-8 * size
        assert abs(now["shown"] - explorer.score_gradient).max() <= 0.001
        assert sum(round(1000 * value) for value in now["shown"]) == 0
        assert explorer.check().passed


@pytest.mark.parametrize("z", [[40.0, 0.0, -3.0], [0.0, 800.0, 0.0], [-1e300, 1e300]])
def test_confident_logits_keep_their_digits_in_the_page_too(page, z):
    t = np.eye(len(z))[0].tolist()
    values = "({J: m.jacobian(m.softmax(x[0])), g: m.crossEntropyGradient(m.softmax(x[0]), x[1])})"
    (now,) = call(page, "maths.js", values, [[z, t]])
    assert_close(softmax_lab.softmax_jacobian(z), now["J"], z)
    assert_close(softmax_lab.cross_entropy_gradient(z, 0), now["g"], z)


def test_where_h_is_zero_cross_entropy_still_has_its_gradient(page):
    state = state_of(
        explorers.JacobianExplorer([0, 800, 0], mode="cross_entropy", target=[1, 0, 0])
    )
    (now,) = call(page, "jacobian.js", "m.computed(x)", [state])
    assert now["sigma"][0] == -np.inf
    assert_close(now["result"], [-1, 1, 0], "h - t")
