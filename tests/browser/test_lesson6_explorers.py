"""The explorers of lesson 6: their arithmetic beside NumPy's, and in an exported page."""

from itertools import pairwise

import numpy as np
import pytest

from browser.dom import (
    assert_sliders_can_be_heard,
    contrast,
    drag,
    explorer,
    now,
    numbers,
    opened,
    press,
    values,
)
from browser.live import ran
from browser.site import visit
from browser.test_maths import call, state_of
from softmax_lab import cross_entropy_gradient, naive_softmax, softmax
from softmax_lab.explorers import GradientCheckExplorer, StabilityExplorer, modules

SEED = 60
DTYPES = ["float16", "float32", "float64"]
METHODS = ["forward", "central", "complex"]
EPS = {dtype: float(np.finfo(dtype).eps) for dtype in DTYPES}
LEAST = {dtype: float(np.finfo(dtype).smallest_subnormal) for dtype in DTYPES}


# ---- the arithmetic of the float types


@pytest.fixture(scope="module")
def maths(browser):
    """A page from which the modules can be imported."""
    with visit(browser, modules.FOLDER / "javascript", path="") as page:
        yield page


def test_rounding_to_float16_is_that_of_numpy(maths):
    rng = np.random.default_rng(SEED)
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16).astype(float)
    halves = halves[np.isfinite(halves)]
    positive = np.unique(abs(halves))
    between = (positive[1:] + positive[:-1]) / 2  # the even neighbour
    beside = np.concatenate([np.nextafter(between, 0), np.nextafter(between, 1e9)])
    some = rng.choice([-1, 1], 20000) * 10 ** rng.uniform(-12, 7, 20000)
    edges = [65504, 65519.99, 65520, 1e300, 5e-324, np.inf, -np.inf, np.nan]
    x = np.concatenate([halves, between, -between, beside, some, edges])
    with np.errstate(over="ignore"):
        expected = x.astype(np.float16).astype(float)
    code = "x.split(' ').map(text => m.float16(Number(text))).join(' ')"
    text = " ".join(map(str, x.tolist())).replace("inf", "Infinity")  # quicker than a list
    (rounded,) = call(maths, "floats.js", code, [text])
    np.testing.assert_array_equal([float(v) for v in rounded.split()], expected)


def cases(dtype, count=400):
    """Logits over all of the type's range and beyond it, and true classes."""
    rng = np.random.default_rng(SEED + 1)
    reach = {"float16": 20, "float32": 120, "float64": 900}[dtype]
    for k in range(count):
        spread, shift = rng.choice([0.5, 3.0, 20.0]), rng.uniform(-reach, reach) * (k % 4 > 0)
        yield (spread * rng.normal(size=3) + shift).astype(dtype), int(rng.integers(3))


def assert_near(theirs, ours, dtype, ulps=4, err_msg=""):
    """Equal but for the last places, which the exponential of NumPy and of JavaScript differ in."""
    np.testing.assert_allclose(
        np.array(theirs, float),
        np.array(ours, float),
        rtol=ulps * EPS[dtype],
        atol=ulps * LEAST[dtype],
        err_msg=str(err_msg),
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_in_a_float_type_is_that_of_numpy(maths, dtype):
    all_cases = list(cases(dtype))
    inputs = [[z.astype(float).tolist(), label] for z, label in all_cases]
    code = f"""({{
        naive: m.naiveSoftmax(x[0], m.TYPES.{dtype}),
        shifted: m.shiftedSoftmax(x[0], m.TYPES.{dtype}),
        h: m.softmax(x[0], m.TYPES.{dtype}),
        gradient: m.crossEntropyGradient(x[0], x[1], m.TYPES.{dtype}),
    }})"""
    seen = set()
    for (z, label), got in zip(all_cases, call(maths, "floats.js", code, inputs), strict=True):
        with np.errstate(all="ignore"):
            e = np.exp(z)
            faint = 0 < e.sum() < np.finfo(dtype).tiny
        assert_near(got["naive"]["e"], e, dtype, err_msg=z)
        # A sum of subnormal numbers has few digits, and one step of it is a large share.
        assert_near(got["naive"]["h"], naive_softmax(z), dtype, 1e4 if faint else 6, z)
        twin = StabilityExplorer(z, dtype=dtype)
        assert_near(got["shifted"]["h"], twin.shifted_softmax, dtype, 6, z)
        assert_near(got["h"], softmax(z), dtype, 6, z)
        assert_near(got["gradient"], cross_entropy_gradient(z, label), dtype, 8, z)
        seen |= {"inf"} if np.isinf(e).any() else {"0"} if (e == 0).any() else {"fits"}
    assert seen == {"inf", "0", "fits"}


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_gradient_by_h_is_that_of_numpy_to_the_last_bit(maths, dtype):
    rng = np.random.default_rng(SEED + 2)
    all_z = [(rng.choice([0.5, 4, 15]) * rng.normal(size=3)).astype(dtype) for _ in range(300)]
    twins = [StabilityExplorer(z, dtype=dtype, label=int(rng.integers(3))) for z in all_z]
    inputs = [[twin.h.astype(float).tolist(), np.eye(3)[twin.label].tolist()] for twin in twins]
    code = (
        f"[m.longWay(x[0], x[1], m.TYPES.{dtype}).result, m.hMinusT(x[0], x[1], m.TYPES.{dtype})]"
    )
    for twin, got in zip(twins, call(maths, "floats.js", code, inputs), strict=True):
        np.testing.assert_array_equal(got[0], twin.long_way.astype(float), str(twin))
        np.testing.assert_array_equal(got[1], twin.h_minus_t.astype(float), str(twin))


def test_the_limits_of_the_exponential_are_those_of_numpy(maths):
    code = "({lowest: m.TYPES[x].lowest, faint: m.TYPES[x].faint, highest: m.TYPES[x].highest})"
    limits = call(maths, "floats.js", code, DTYPES)
    assert call(maths, "floats.js", "m.TYPES[x].epsilon", DTYPES) == list(EPS.values())
    whole = np.arange(-800, 801)
    for dtype, limit in zip(DTYPES, limits, strict=True):
        with np.errstate(all="ignore"):
            e = np.exp(whole.astype(dtype))
        assert limit["lowest"] == whole[e > 0].min()
        assert limit["faint"] == whole[e >= np.finfo(dtype).tiny].min()
        assert limit["highest"] == whole[np.isfinite(e)].max()


def check_explorers(count=200):
    rng = np.random.default_rng(SEED + 3)
    for k in range(count):
        yield GradientCheckExplorer(
            rng.choice([0.5, 2.0]) * rng.normal(size=3),
            rng.normal(size=3),
            mode=["free", "cross_entropy"][k % 2],
            label=int(rng.integers(3)),
            checked=["right", "diagonal_only", "doubled"][k % 3],
            dtype=["float64", "float32"][k // 2 % 2],
            step=10 ** rng.uniform(-19, 0),
        )


def noise(explorer, method, step):
    """What the rounding of C can do to a quotient."""
    eps, size = EPS[explorer.dtype], 1 + abs(explorer.cost(explorer.z))
    return 20 * eps * size / (1 if method == "complex" else min(step, 1))


def assert_same_check(explorer, method, numeric, error):
    """A quotient of the page is that of Python, but for rounding."""
    ours = explorer.numeric_by(method)
    dust = noise(explorer, method, explorer.step)
    np.testing.assert_allclose(numeric, ours, rtol=1e-12, atol=dust, err_msg=repr(explorer))
    if np.isnan(ours).any():
        assert np.isnan(error)
        return
    floor = 1e-4 * max(abs(ours).max(), abs(explorer.cost(explorer.z)))
    scale = np.maximum(np.maximum(abs(explorer.result), abs(ours)), floor)
    assert abs(error - explorer.error_by(method)) <= 4 * (dust / scale).max() + 1e-12, explorer


def test_everything_the_check_shows_is_what_python_says(maths):
    all_explorers = list(check_explorers())
    shown = call(maths, "gradient_check.js", "m.computed(x)", list(map(state_of, all_explorers)))
    for expected, got in zip(all_explorers, shown, strict=True):
        np.testing.assert_allclose(got["h"], expected.h, rtol=1e-13)
        np.testing.assert_allclose(got["sigma"], expected.sigma, rtol=1e-13)
        np.testing.assert_allclose(got["result"], expected.result, rtol=1e-12, atol=1e-14)
        for method in METHODS:
            numeric = [quotient["value"] for quotient in got["quotients"][method]]
            assert_same_check(expected, method, numeric, max(got["errors"][method]))


def test_the_complex_step_keeps_the_digits_of_a_confident_class(maths):
    at = {"mode": "cross_entropy", "label": 0, "step": 1e-19}
    sure = [GradientCheckExplorer([lead, 0, -1], **at) for lead in (12, 30)]
    for expected, got in zip(
        sure,
        call(maths, "gradient_check.js", "m.computed(x)", list(map(state_of, sure))),
        strict=True,
    ):
        numeric = [quotient["value"] for quotient in got["quotients"]["complex"]]
        np.testing.assert_allclose(numeric, expected.numeric_by("complex"), rtol=2e-15)
        np.testing.assert_allclose(numeric, expected.result, rtol=2e-15)


def test_the_curves_are_those_of_python(maths):
    explorer = GradientCheckExplorer(mode="cross_entropy")
    (got,) = call(maths, "gradient_check.js", "m.curves(x)", [state_of(explorer)])
    for method, curve in zip(METHODS, got, strict=True):
        for step, error in curve[::8]:
            explorer.step = step
            ours = explorer.error_by(method)
            if np.isnan(ours):
                assert np.isnan(error)
            else:
                assert error == pytest.approx(ours, rel=1e-6, abs=9 * noise(explorer, method, step))


# ---- in an exported page

CHECK, VIEW, STABLE, HALF = range(4)


@pytest.fixture(scope="module")
def folder(exported):
    check = GradientCheckExplorer()  # it has two views
    half = StabilityExplorer([5, 2, -4], shift=7, dtype="float16")
    return exported(ran(check, check, StabilityExplorer(), half))


@pytest.fixture(scope="module")
def opened_once(browser, folder):
    with opened(browser, folder, HALF + 1) as page:
        yield page


def slider(root, variable, index=0):
    return root.locator(f'[data-variable="{variable}"][data-index="{index}"]')


def chosen(root, title):
    return root.locator("fieldset", has_text=title).locator("input:checked").get_attribute("value")


def assert_check_shows(root):
    """All that the page shows is what the package computes from the state in the page."""
    twin = GradientCheckExplorer(
        values(root, "z"),
        values(root, "upstream") if root.get_attribute("data-mode") == "free" else [0, 0, 0],
        mode=root.get_attribute("data-mode"),
        label=int(chosen(root, "true class")),
        checked=root.get_attribute("data-checked"),
        method=root.get_attribute("data-method"),
        dtype=chosen(root, "C in"),
        step=10 ** now(slider(root, "step")),
    )
    np.testing.assert_allclose(values(root, "upstream"), twin.sigma, rtol=1e-12)
    np.testing.assert_allclose(numbers(root, "h"), twin.h, rtol=1e-12)
    np.testing.assert_allclose(numbers(root, "result"), twin.result, rtol=1e-12, atol=1e-15)
    errors = numbers(root, "error")
    assert_same_check(
        twin, twin.method, numbers(root, "numeric"), errors[METHODS.index(twin.method)]
    )
    return twin


def assert_stability_shows(root):
    twin = StabilityExplorer(
        values(root, "z"),
        shift=now(slider(root, "shift")),
        dtype=chosen(root, "float"),
        label=int(chosen(root, "true class")),
    )
    np.testing.assert_array_equal(numbers(root, "stored"), twin.stored.astype(float))
    expected = {
        "exponential": twin.exponentials,
        "naive": twin.naive,
        "shifted_softmax": twin.shifted_softmax,
        "long_way": twin.long_way,
        "result": twin.result,
    }
    for output, ours in expected.items():
        assert_near(numbers(root, output), ours, twin.dtype, 16, output)
    atol = 4 * EPS[twin.dtype]  # h - t keeps the rounding of h, however small it is itself
    np.testing.assert_allclose(numbers(root, "h_minus_t"), twin.h_minus_t.astype(float), atol=atol)
    np.testing.assert_allclose(numbers(root, "exact"), twin.exact, rtol=1e-14)
    return twin


def test_what_is_shown_at_first_is_what_the_package_computes(page):
    names = [e.get_attribute("data-explorer") for e in page.locator(".softmax-explorer").all()]
    assert names == ["gradient_check", "gradient_check", "stability", "stability"]
    for which in (CHECK, VIEW):
        assert_check_shows(explorer(page, which))
    for which in (STABLE, HALF):
        assert_stability_shows(explorer(page, which))


def test_every_slider_and_control_has_what_it_needs(page):
    assert_sliders_can_be_heard(page)
    focusable = page.locator(".softmax-explorer :is([tabindex], input, button)")
    missing = focusable.evaluate_all(
        "all => all.filter(e => e.dataset.lmSuppressShortcuts !== 'true').length"
    )
    assert (focusable.count() > 60, missing) == (True, 0)


def test_the_step_is_dragged_along_the_curves_and_moved_by_keys(page):
    root = explorer(page, CHECK)
    step = slider(root, "step")
    grip = step.locator(".grip").bounding_box()
    drag(page, step, 0, 0)  # pressed in the middle of the axes, the cursor comes there
    assert now(step) == pytest.approx(-10, abs=0.3)
    drag(page, step, -grip["width"] / 4, 30)
    assert now(step) == pytest.approx(-15, abs=0.6)
    assert_check_shows(root)
    for key, expected in (("End", 0), ("PageDown", -1), ("ArrowLeft", -1.25), ("ArrowUp", -1)):
        step.press(key)
        assert now(step) == pytest.approx(expected, abs=1e-9)
    assert step.get_attribute("aria-valuetext") == "s = 0.10"
    assert_check_shows(root)
    assert now(slider(explorer(page, VIEW), "step")) == now(step)
    step.press("Home")
    assert np.isnan(numbers(root, "numeric")).all()
    assert "no quotient" in root.inner_text()
    root.locator("fieldset", has_text="method").get_by_text("complex").click()
    twin = assert_check_shows(root)
    assert twin.error < 1e-13


def test_the_bars_the_cost_the_gradient_and_the_float_type_change_the_check(page):
    root = explorer(page, CHECK)
    curve = root.locator(".curve.second").first
    drawn = {curve.get_attribute("d")}
    drag(page, slider(root, "z", 1), 0, 20)
    drag(page, slider(root, "upstream", 2), 0, -20)
    slider(root, "upstream", 0).press("ArrowDown")
    assert_check_shows(root)
    drawn.add(curve.get_attribute("d"))
    press(root, "float32")
    slider(root, "step").press("PageDown")
    assert_check_shows(root)
    drawn.add(curve.get_attribute("d"))
    press(root, "cross-entropy")
    root.locator("fieldset", has_text="true class").get_by_text("3").click()
    assert slider(root, "upstream", 0).get_attribute("aria-disabled") == "true"
    press(root, "float64")
    twin = assert_check_shows(root)
    assert twin.error < 1e-5
    assert "chord" in root.locator(".words").inner_text()
    drawn.add(curve.get_attribute("d"))
    press(root, "diagonal alone")
    twin = assert_check_shows(root)
    assert twin.error > 0.5
    assert "no step hides it" in root.locator(".words").inner_text()
    drawn.add(curve.get_attribute("d"))
    assert len(drawn) == 5
    others = [values(explorer(page, which), "z") for which in (STABLE, HALF)]
    press(root, "reset")
    assert [values(explorer(page, which), "z") for which in (STABLE, HALF)] == others
    assert repr(assert_check_shows(root)) == repr(GradientCheckExplorer())


def test_logits_are_dragged_out_of_the_range_of_their_type(page):
    root = explorer(page, STABLE)
    drag(page, slider(root, "z", 0), 0, 0)
    assert abs(now(slider(root, "z", 0))) <= 5
    drag(page, slider(root, "z", 0), 130, 0)
    twin = assert_stability_shows(root)
    assert twin.z[0] > 709
    assert numbers(root, "exponential")[0] == np.inf
    assert np.isnan(numbers(root, "naive")[0])
    assert root.locator('td[data-output="naive"] .nan').inner_text() == "nan"
    assert "inf / inf is nan" in root.locator(".words").inner_text()
    press(root, "reset")
    slider(root, "shift").press("Home")
    twin = assert_stability_shows(root)
    assert (twin.shift, twin.exponentials.tolist()) == (-1000, [0, 0, 0])
    slider(root, "shift").press("End")
    slider(root, "z", 2).press("PageDown")
    assert_stability_shows(root)
    drag(page, slider(explorer(page, HALF), "shift"), 20, 0)
    for key in ("ArrowUp", "PageDown", "ArrowRight"):
        slider(explorer(page, HALF), "z", 1).press(key)
    assert_stability_shows(explorer(page, HALF))


def test_presets_go_to_where_it_breaks_in_each_type(page):
    root = explorer(page, STABLE)
    for bits in ("16", "32", "64"):
        root.locator("fieldset", has_text="float").get_by_text(bits).click()
        press(root, "at the limit")
        assert np.isfinite(assert_stability_shows(root).exponentials).all()
        slider(root, "z", 0).press("ArrowRight")
        assert np.isinf(assert_stability_shows(root).exponentials[0])
        press(root, "underflow")
        assert np.isnan(assert_stability_shows(root).naive).all()
        press(root, "overflow")
        twin = assert_stability_shows(root)
        assert np.isnan(twin.long_way).any()
        press(root, "confident")
        twin = assert_stability_shows(root)
        assert twin.h_minus_t[0] == 0
        counts = root.locator(
            'td[data-index="0"]:is([data-output="h_minus_t"], [data-output="result"]) .count'
        )
        none, every = counts.all_inner_texts()
        assert none.startswith("0 of")
        assert every.startswith("all") or bits == "16"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_are_legible_on_whatever_is_behind_them(browser, folder, theme):
    with opened(browser, folder, HALF + 1, theme) as page:
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        press(explorer(page, STABLE), "overflow")
        assert explorer(page, CHECK).get_attribute("data-theme") == theme
        fills = page.locator(".softmax-explorer :is(text, tspan)").evaluate_all(
            "all => [...new Set(all.map(e => getComputedStyle(e).fill))]"
        )
        colours = page.locator(
            ".softmax-explorer :is(td, td *, th, caption, caption *, p, .legend)"
        )
        pairs = colours.evaluate_all("""all => [...new Set(all.filter(e =>
            [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
            const nan = e.closest('.nan');
            const behind = nan ? getComputedStyle(nan).backgroundColor : '';
            return getComputedStyle(e).color + '|' + behind;
        }))]""")
        assert len(fills) >= 3
        assert any(pair.endswith(")") for pair in pairs)
        for text in fills:
            assert contrast(text, ground) >= 4.5, text
        for pair in pairs:
            ink, behind = pair.split("|")
            assert contrast(ink, behind if behind else ground) >= 4.5, pair
        strokes = page.locator(".curve").evaluate_all(
            "all => all.map(e => getComputedStyle(e).stroke)"
        )
        assert all(contrast(stroke, ground) >= 3 for stroke in strokes)
        dashes = page.locator(".entry .curve").evaluate_all(
            "all => [...new Set(all.map(e => getComputedStyle(e).strokeDasharray))]"
        )
        assert len(dashes) == 3


# Where the numbers of each row of a table are.
ROWS = """all => all.map(row => [...row.querySelectorAll("td > span")]
    .filter(e => e.checkVisibility({ visibilityProperty: true }))
    .map(e => e.getBoundingClientRect())
    .filter(({ width, height }) => width > 0 && height > 0)
    .map(({ left, right, top, bottom }) => ({ left, right, top, bottom })))"""


@pytest.mark.parametrize("width", [360, 640, 1000])
def test_nothing_sticks_out_and_it_fits_its_place(page, width):
    page.set_viewport_size({"width": width, "height": 700})
    press(explorer(page, STABLE), "confident")
    press(explorer(page, CHECK), "confident")
    for which in (CHECK, VIEW, STABLE, HALF):
        root = explorer(page, which)
        box = root.bounding_box()
        assert box["width"] <= 960
        assert width < 1000 or box["height"] <= 560
        assert root.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
        ends = root.locator("svg text:visible, td > span:visible").evaluate_all("""all =>
            all.filter(e => e.textContent).map(e => {
                const { left, right, height } = e.getBoundingClientRect();
                return { left, right, height, text: e.textContent };
            })""")
        for end in ends:
            assert end["left"] >= box["x"] - 1, end
            assert end["right"] <= box["x"] + box["width"] + 2, end
            assert end["height"] >= 9, end
        rows = root.locator("tr").evaluate_all(ROWS)
        assert (max(map(len, rows), default=0) > 1) == (which in (STABLE, HALF))
        for one, other in (pair for row in rows for pair in pairwise(row)):
            assert one["right"] <= other["left"] + 1 or one["bottom"] <= other["top"] + 4
