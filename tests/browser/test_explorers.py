"""The explorers in an exported page: no kernel, nothing from outside, every way of moving them."""

import base64
import itertools
from contextlib import contextmanager

import nbformat
import numpy as np
import pytest

import explorer_pictures
import notebooks
from browser.dom import (
    BOXES,
    assert_sliders_can_be_heard,
    boxes,
    centre,
    contrast,
    drag,
    explorer,
    now,
    numbers,
    opened,
    overlap,
    press,
    slider,
    swipe,
    values,
)
from browser.live import ran
from browser.site import visit
from softmax_lab.explorers import JacobianExplorer, SimplexExplorer
from web.explorer_pages import PAGES

FIRST, VIEW, FIVE, SIMPLEX, EIGHT = range(5)


@pytest.fixture(scope="module", params=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture(scope="module")
def first():
    return JacobianExplorer(z=[2.0, 1.0, 0.1], upstream=[0.9, -1.4, 0.3])


@pytest.fixture(scope="module")
def folder(exported, first):
    """A folder with a page of all explorers; the first one has two views."""
    more = (
        JacobianExplorer(n=5, mode="cross_entropy"),
        SimplexExplorer(),
        JacobianExplorer(n=8, compare=True, stage=2),
    )
    return exported(ran(first, first, *more))


@pytest.fixture(scope="module")
def opened_once(browser, folder):
    with opened(browser, folder, EIGHT + 1) as page:
        yield page


def assert_shows(root, expected):
    """All that the page shows is what the package computes from the state in the page."""
    np.testing.assert_allclose(numbers(root, "h"), expected.h, rtol=1e-12)
    np.testing.assert_allclose(numbers(root, "jacobian"), expected.jacobian, rtol=1e-12, atol=1e-17)
    np.testing.assert_allclose(numbers(root, "result"), expected.result, rtol=1e-11, atol=1e-15)


def as_in_page(root, **more):
    """A Python explorer with the state that the page shows."""
    state = {name: values(root, name) for name in ("z", "upstream", "target")}
    mode = root.get_attribute("data-mode")
    twin = JacobianExplorer(**state, mode=mode, **more)
    np.testing.assert_allclose(values(root, "upstream"), twin.sigma, rtol=1e-12)
    np.testing.assert_allclose(numbers(root, "weighted"), twin.weighted, rtol=1e-12, atol=1e-17)
    return twin


# ---- what is there

# In a kernel, and here: every kind of explorer, one of them twice, and two that are linked.
BEGIN = """import numpy as np
from ipywidgets import jslink
from softmax_lab import measurements
from softmax_lab.explorers import *
FILES = [measurements.file(f"training_{name}.csv") for name in ("runs", "confusion")]
AS_TABLE = {"delimiter": ",", "names": True, "dtype": None, "encoding": "utf-8"}"""
SHOWN = [
    "(first := JacobianExplorer(z=[2.0, 1.0, 0.1], upstream=[0.9, -1.4, 0.3], compare=True))",
    "first",
    "(jslink((first, 'z'), (beam := BalanceExplorer(mode='squared_error'), 'z')), beam)[1]",
    "AttentionExplorer(n=5, scaled=False)",
    "ChartsExplorer(z=-0.5, activation='tanh')",
    "SimplexExplorer()",
    "GradientCheckExplorer(mode='cross_entropy', method='complex')",
    "StabilityExplorer([5, 2, -4], shift=7, dtype='float16')",
    "TrainingExplorer(*(np.genfromtxt(file, **AS_TABLE) for file in FILES), scale='log')",
]


def test_a_notebook_that_a_kernel_ran_gives_the_page_that_the_other_tests_look_at(
    exported, tmp_path
):
    """They make their explorers without a kernel."""
    cells = [nbformat.v4.new_code_cell(source) for source in (BEGIN, *SHOWN)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": notebooks.KERNEL})
    nbformat.write(notebook, tmp_path / "page.ipynb")
    by_kernel = notebooks.executed(tmp_path / "page.ipynb", store_widget_state=True)
    names = {}
    exec(BEGIN, names)
    here = ran(*(eval(source, names) for source in SHOWN))
    for one, other in zip(by_kernel.cells[1:], here.cells, strict=True):
        other.id = one.id  # places are named by their cells
    pages = [(exported(each) / "light.html").read_text() for each in (by_kernel, here)]
    assert pages[0] == pages[1]
    assert pages[0].count('class="softmax-place"') == len(SHOWN)
    assert pages[0].count('class="softmax-links"') == 1
    assert all(f'data-explorer="{kind}"' in pages[0] for kind in PAGES)


def test_every_explorer_of_the_page_is_drawn_and_says_what_it_is(page):
    names = [e.get_attribute("data-explorer") for e in page.locator(".softmax-explorer").all()]
    assert names == ["jacobian", "jacobian", "jacobian", "simplex", "jacobian"]


def test_what_is_shown_at_first_is_what_the_package_computes(page):
    for which in (FIRST, VIEW, EIGHT):
        assert_shows(explorer(page, which), as_in_page(explorer(page, which)))
    assert_shows(explorer(page, SIMPLEX), SimplexExplorer(z=values(explorer(page, SIMPLEX), "z")))


# ---- under a Content-Security-Policy


@pytest.fixture(scope="module")
def guarded(exported, first):
    """A folder whose pages hold pictures of its explorers too, as those of lessons do."""
    return exported(ran(first, first), pictures=True)


@contextmanager
def under(browser, folder, policy):
    html = (folder / "light.html").read_text()
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    (folder / "strict.html").write_text(html.replace("<head>", f"<head>{meta}", 1))
    with visit(browser, folder, "strict.html") as page:
        yield page
        assert page.outside == []


def test_the_picture_is_not_shown_beside_the_live_explorer(browser, guarded):
    with opened(browser, guarded, 2) as page:
        assert page.locator(".softmax-still").count() == 0


def test_a_page_may_refuse_all_scripts_but_those_of_its_own_files(browser, guarded):
    policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'"
    with under(browser, guarded, policy) as page:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.locator(".softmax-explorer").nth(1).wait_for()
        assert page.complaints == []
        assert page.locator(".softmax-still").count() == 0
        slider(page, FIRST, "z", 0).press("PageUp")
        for which in (FIRST, VIEW):
            root = explorer(page, which)
            assert values(root, "z") == [3, 1, 0.1]
            assert_shows(root, as_in_page(root))
        press(explorer(page, FIRST), "reset")
        assert values(explorer(page, VIEW), "z") == [2, 1, 0.1]
        assert explorer(page, FIRST).bounding_box()["height"] <= 560  # the style is there


def test_a_picture_is_the_same_each_time_light_and_of_the_state_it_is_told():
    states = [JacobianExplorer(compare=True).get_state(), SimplexExplorer([9, 0, -1]).get_state()]
    other = JacobianExplorer(compare=False).get_state()
    first = explorer_pictures.pictures(states)
    *second, (moved, _) = explorer_pictures.pictures([*states, other])
    assert first == second
    one, other = (notebooks.pixels(base64.b64encode(png)) for png, _ in first)
    for picture in (one, other):
        assert 900 < picture.shape[1] <= 1150
        assert 150 < picture.mean() < 250
        assert picture[:, 0].min() > 200  # nothing is cut off at the left, nor at the right
        assert picture[:, -1].min() > 200
    assert moved != first[0][0]
    jacobian, simplex = (words for _, words in first)
    assert jacobian.startswith("The Jacobian of softmax")
    assert "Logits 2.00, 1.00, 0.10." in jacobian
    assert "9" in simplex


def test_without_scripts_a_page_shows_the_picture_and_a_sentence(browser, guarded):
    with under(browser, guarded, "script-src 'none'") as page:
        still = page.locator(".softmax-still").first
        assert still.is_visible()
        image = still.locator("img:visible")
        image.scroll_into_view_if_needed()
        page.wait_for_function("image => image.naturalWidth > 0", arg=image.element_handle())
        assert "Jacobian" in image.get_attribute("alt")
        assert "Where the page may run scripts" in still.inner_text()
        assert page.locator(".softmax-explorer").count() == 0


# ---- moving


@pytest.mark.parametrize(
    ("variable", "dx", "dy", "sign"),
    [("z", 0, -30, 1), ("z", 0, 30, -1), ("upstream", 20, 0, 1), ("upstream", -20, 0, -1)],
)
def test_the_mouse_drags_a_bar(page, variable, dx, dy, sign):
    handle = slider(page, FIRST, variable, 1)
    drag(page, handle, dx, dy)
    assert sign * now(handle) > 0.5
    assert_shows(explorer(page, FIRST), as_in_page(explorer(page, FIRST)))


def test_a_drag_beyond_the_picture_ends_at_the_limit(page):
    handle = slider(page, FIRST, "z", 0)
    drag(page, handle, 0, -900)
    assert now(handle) == float(handle.get_attribute("aria-valuemax"))


def test_a_finger_drags_a_bar_and_the_page_stays(browser, folder):
    with opened(browser, folder, EIGHT + 1, has_touch=True) as page:
        handle = slider(page, FIRST, "z", 2)
        handle.scroll_into_view_if_needed()
        before = page.evaluate("scrollY")
        swipe(page, *centre(handle), 0, -40)
        page.wait_for_function(
            "e => Number(e.getAttribute('aria-valuenow')) > 1", arg=handle.element_handle()
        )
        assert page.evaluate("scrollY") == before
        assert_shows(explorer(page, FIRST), as_in_page(explorer(page, FIRST)))


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("ArrowUp", 0.1),
        ("ArrowRight", 0.1),
        ("ArrowDown", -0.1),
        ("ArrowLeft", -0.1),
        ("PageUp", 1),
        ("PageDown", -1),
    ],
)
def test_keys_move_a_bar(page, key, change):
    handle = slider(page, FIRST, "z", 1)
    handle.press(key)
    assert now(handle) == pytest.approx(1 + change, abs=1e-12)
    assert_shows(explorer(page, FIRST), as_in_page(explorer(page, FIRST)))


@pytest.mark.parametrize("variable", ["z", "upstream"])
def test_home_and_end_go_to_the_ends(page, variable):
    handle = slider(page, FIRST, variable)
    for key, end in (("End", "aria-valuemax"), ("Home", "aria-valuemin")):
        handle.press(key)
        assert now(handle) == float(handle.get_attribute(end))


def test_a_slide_deck_around_gets_no_key_that_moves_a_bar(page):
    page.evaluate(
        "() => { window.heard = []; document.addEventListener('keydown', e => heard.push(e.key)) }"
    )
    for key in ("ArrowLeft", "ArrowRight", "PageDown", "Home", "n"):
        slider(page, FIRST, "z").press(key)
    explorer(page, FIRST).locator(".column").first.focus()
    explorer(page, FIRST).locator("input[type=radio]:checked").first.press("ArrowRight")
    assert page.evaluate("heard") == ["n"]


def test_whatever_takes_keys_tells_jupyter_to_leave_them_alone(page):
    focusable = page.locator(".softmax-explorer :is([tabindex], input, button)")
    assert focusable.count() > 100
    missing = focusable.evaluate_all(
        "all => all.filter(e => e.dataset.lmSuppressShortcuts !== 'true').length"
    )
    assert missing == 0


def test_two_views_of_one_explorer_move_together_and_no_other_moves(page):
    others = [values(explorer(page, which), "z") for which in (FIVE, SIMPLEX, EIGHT)]
    slider(page, VIEW, "z", 0).press("PageUp")
    assert values(explorer(page, FIRST), "z") == values(explorer(page, VIEW), "z") == [3, 1, 0.1]
    assert [values(explorer(page, which), "z") for which in (FIVE, SIMPLEX, EIGHT)] == others


# ---- the upstream error


def test_all_ones_give_zero_whatever_the_logits(page):
    root = explorer(page, FIRST)
    press(root, "all ones")
    slider(page, FIRST, "z", 2).press("PageUp")
    assert values(root, "upstream") == [1, 1, 1]
    assert (numbers(root, "result") == 0).all()
    assert_shows(root, as_in_page(root))


def test_cross_entropy_lands_on_h_minus_t_and_follows_the_true_class(page):
    root = explorer(page, FIVE)
    press(root, "3 · columns summed")
    for true_class in (3, 1):
        root.locator("fieldset", has_text="True class").get_by_text(str(true_class)).click()
        t = np.eye(5)[true_class - 1]
        assert values(root, "target") == t.tolist()
        np.testing.assert_allclose(numbers(root, "result"), numbers(root, "h") - t, atol=1e-15)
        assert_shows(root, as_in_page(root))
    assert root.locator(".landing:visible").count() == 5


def test_a_soft_target_is_dragged_and_keeps_its_sum(page):
    root = explorer(page, FIVE)
    handle = slider(page, FIVE, "target", 0)
    for _ in range(8):
        handle.press("ArrowUp")
    drag(page, slider(page, FIVE, "target", 3), 0, 10)
    target = values(root, "target")
    assert 0 < target[0] < 1
    assert sum(target) == pytest.approx(1, abs=1e-5)
    assert_shows(root, as_in_page(root))


def test_squared_error_fades_where_softmax_is_confident(page):
    root = explorer(page, FIVE)
    press(root, "squared error")
    assert_shows(root, as_in_page(root))
    press(root, "saturated")
    assert abs(numbers(root, "result")).max() < 1e-15
    press(root, "confidently wrong")
    by_squares = abs(numbers(root, "result")).max()
    press(root, "cross-entropy")
    assert abs(numbers(root, "result")).max() > 10 * by_squares


def test_an_error_that_follows_from_the_loss_is_not_dragged(page):
    root = explorer(page, FIVE)
    handle = slider(page, FIVE, "upstream", 1)
    before = values(root, "upstream")
    assert handle.get_attribute("aria-disabled") == "true"
    handle.press("ArrowUp")
    drag(page, handle, 20, 0)
    assert values(root, "upstream") == before
    press(root, "free")
    handle.press("ArrowUp")
    assert now(handle) == pytest.approx(-1.3)


# ---- sizes, presets, stages, the comparison


def test_n_goes_from_two_to_eight_and_back_without_losing_the_logits(page):
    root = explorer(page, FIRST)
    slider(page, FIRST, "z", 0).press("ArrowUp")
    size = root.locator(".range", has_text="n").first.locator("input")
    size.focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")  # the slider keeps its focus while all around is remade
    assert len(values(root, "z")) == 8
    assert values(root, "z")[:3] == [2.1, 1, 0.1]
    assert_shows(root, as_in_page(root))
    for _ in range(7):
        size.press("ArrowLeft")
    assert values(root, "z") == [2.1, 1]
    assert_shows(root, as_in_page(root))
    press(root, "reset")
    assert values(root, "z") == [2, 1, 0.1]


@pytest.mark.parametrize("preset", ["uniform", "confident", "confidently wrong", "saturated"])
def test_a_preset_sets_the_logits(page, preset):
    root = explorer(page, EIGHT)
    press(root, preset)
    h = numbers(root, "h")
    assert {
        "uniform": np.ptp(h) == 0,
        "confident": h[1] > 0.9,
        "confidently wrong": h[2] > 0.9,
        "saturated": h[1] == 1,
    }[preset]
    assert_shows(root, as_in_page(root))


def test_the_stages_show_j_or_the_weighted_rows(page):
    root = explorer(page, FIRST)
    for stage, shown in (("2 · rows × σ", "weighted"), ("1 · J", "jacobian")):
        press(root, stage)
        assert root.locator(f".number.{shown}:visible").count() == 9
        assert root.locator(".cell .number:visible").count() == 9


def test_the_diagonal_alone_is_drawn_when_asked_for(page):
    root = explorer(page, FIRST)
    assert root.locator(".diagonal:not([display])").count() == 0
    root.get_by_label("diagonal alone").check()
    assert root.locator(".diagonal:not([display])").count() == 3
    twin = as_in_page(root)
    np.testing.assert_allclose(numbers(root, "diagonal"), twin.diagonal_only, rtol=1e-12)


def test_temperature_flattens_and_is_in_the_derivative(page):
    root = explorer(page, FIRST)
    root.locator(".range", has_text="temperature").locator("input").fill("2")
    twin = as_in_page(root, temperature=2.0)
    assert_shows(root, twin)


def test_pointing_at_a_result_spells_out_its_sum(page):
    root = explorer(page, FIRST)
    root.locator('[data-output="result"][data-index="0"]').hover()
    words = root.locator(".words").inner_text()
    assert words.startswith("∂C/∂z₁ = σ₁J₁₁ + σ₂J₂₁ + σ₃J₃₁")
    assert "+0.202 + 0.224 − 0.020  = +0.406" in words
    assert words.rstrip().endswith("= +0.406")
    assert root.locator(".cell.lit").count() == 3


def test_arrow_keys_walk_over_the_matrix_and_say_each_entry(page):
    root = explorer(page, FIRST)
    root.locator(".cell").first.focus()
    page.keyboard.press("ArrowRight")
    words = root.locator(".words").inner_text()
    assert words.startswith("J₁₂ = ∂h₁/∂z₂ = −h₁h₂ = −0.659 · 0.242 = −0.160")
    assert root.locator('.cell[tabindex="0"]').count() == 1


# ---- the triangle


def test_the_point_is_dragged_through_the_triangle(page):
    root = explorer(page, SIMPLEX)
    shift = sum(values(root, "z"))
    drag(page, slider(page, SIMPLEX, "h"), 90, -60)
    twin = SimplexExplorer(z=values(root, "z"))
    assert sum(values(root, "z")) == pytest.approx(shift, abs=1e-5)
    assert twin.h[1] > 0.35
    assert_shows(root, twin)


def test_the_point_dragged_outside_stays_in_the_triangle(page):
    root = explorer(page, SIMPLEX)
    drag(page, slider(page, SIMPLEX, "h"), 20, 300)
    assert (numbers(root, "h") > 0.0009).all()


def test_all_logits_together_move_nothing_but_themselves(page):
    root = explorer(page, SIMPLEX)
    before, z = numbers(root, "h"), values(root, "z")
    slider(page, SIMPLEX, "shift").press("PageUp")
    np.testing.assert_allclose(values(root, "z"), np.add(z, 1), atol=2e-6)
    np.testing.assert_allclose(numbers(root, "h"), before, atol=1e-6)


def test_the_change_is_turned_and_its_image_with_it(page):
    root = explorer(page, SIMPLEX)
    drag(page, slider(page, SIMPLEX, "direction"), 40, 0)
    direction = now(slider(page, SIMPLEX, "direction"))
    assert direction == pytest.approx(0, abs=1)
    twin = SimplexExplorer(z=values(root, "z"), direction=direction)
    np.testing.assert_allclose(numbers(root, "result"), twin.result, atol=1e-12)


def test_the_ellipse_collapses_in_a_corner(page):
    root = explorer(page, SIMPLEX)
    width = "e => e.getBBox().width"
    middle = root.locator(".ellipse").evaluate(width)
    press(root, "in the corner")
    assert root.locator(".ellipse").evaluate(width) < middle / 50
    assert "vanishing gradient" in root.locator(".words").inner_text()


# ---- for everybody


def test_every_slider_has_what_a_screen_reader_needs(page):
    assert_sliders_can_be_heard(page)


def test_the_summary_tells_a_screen_reader_what_changed(page):
    root = explorer(page, FIRST)
    summary = root.locator(".summary")
    assert summary.get_attribute("aria-live") == "polite"
    slider(page, FIRST, "z", 0).press("PageUp")
    page.wait_for_function(
        "e => e.textContent.startsWith('Output 0.840')", arg=summary.element_handle()
    )
    assert "Logits" not in summary.text_content()  # which the slider itself has said


def test_texts_and_numbers_are_legible_on_whatever_is_behind_them(browser, folder, theme):
    with opened(browser, folder, EIGHT + 1, theme) as page:
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        root = explorer(page, EIGHT)
        assert root.get_attribute("data-theme") == theme
        fill = "e => getComputedStyle(e).fill"
        pairs = page.locator(".cell").evaluate_all("""cells => cells.map(cell =>
            [".number:not([display])", "rect"].map(part =>
                getComputedStyle(cell.querySelector(part)).fill))""")
        assert len(pairs) > 100
        assert min(contrast(*pair) for pair in pairs) >= 4.5
        for kind in (".title", ".letter", ".lying .number"):
            inks = root.locator(kind).first.evaluate(fill)
            assert contrast(inks, ground) >= 4.5, kind
        for kind in (".words", ".facts", ".legend"):
            inks = root.locator(kind).evaluate_all("es => getComputedStyle(es[0]).color")
            assert contrast(inks, ground) >= 4.5, kind
        press(root, "3 · columns summed")  # so that there are pieces
        for kind in (".bar.z", ".bar.sigma", ".piece.positive", ".piece.negative", ".bar.h"):
            fills = page.locator(kind).evaluate_all(f"all => all.map({fill})")
            assert fills, kind
            assert all(contrast(f, ground) >= 2.3 for f in fills), kind
        pressed = root.locator("input:checked + span").first
        inks = pressed.evaluate(
            "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
        )
        assert contrast(*inks) >= 4.5


def test_nothing_sticks_out_at_any_width(page):
    for width in (360, 400, 640, 800, 1000):
        page.set_viewport_size({"width": width, "height": 700})
        for root in page.locator(".softmax-explorer").all():
            assert root.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), width
            (frame,) = root.evaluate_all(BOXES)
            for box in boxes(root, "svg, svg text"):
                assert box["left"] >= frame["left"] - 1, width
                assert box["right"] <= frame["right"] + 2, width
            assert min(box["height"] for box in boxes(root, "svg text")) >= 9, width


@pytest.mark.parametrize("which", [FIRST, SIMPLEX, EIGHT])
def test_neighbouring_numbers_do_not_run_into_each_other(page, which):
    for kind in (".cell .number", ".column .number", ".left .number", ".logits .slot .number"):
        for one, other in itertools.combinations(boxes(explorer(page, which), kind), 2):
            across, down = overlap(one, other)
            assert across <= 0 or down <= one["height"] / 3, kind


@pytest.mark.parametrize("which", [FIRST, FIVE, SIMPLEX, EIGHT])
def test_it_fits_its_place_in_a_lecture(page, which):
    page.set_viewport_size({"width": 1100, "height": 800})
    box = explorer(page, which).bounding_box()
    assert box["width"] == 960
    assert box["height"] <= 560


def test_an_explorer_in_a_hidden_slide_with_huge_fonts_is_the_same_once_shown(page):
    root = explorer(page, FIRST)
    before = root.bounding_box()
    parent = root.evaluate_handle("e => e.parentElement")
    parent.evaluate(
        "e => { e.style.display = 'none'; e.style.fontSize = '64px'; e.style.lineHeight = '2' }"
    )
    slider(page, VIEW, "z", 0).press("ArrowUp")
    parent.evaluate("e => { e.style = '' }")
    assert root.bounding_box()["height"] == pytest.approx(before["height"], abs=1)
    assert values(root, "z") == [2.1, 1, 0.1]


def test_nothing_moves_by_itself_for_whoever_asked_for_that(browser, folder):
    with opened(browser, folder, EIGHT + 1, reduced_motion="reduce") as page:
        durations = page.locator(".softmax-explorer *").evaluate_all(
            "all => [...new Set(all.map(e => getComputedStyle(e).transitionDuration))]"
        )
        assert durations == ["0s"]


def test_the_focus_is_seen(page):
    page.locator("body").click(position={"x": 1, "y": 1})
    handle = slider(page, FIRST, "z", 0)
    handle.focus()
    page.keyboard.press("ArrowUp")  # the browser shows a focus that keys are used with
    stroke = "e => getComputedStyle(e).strokeWidth"
    assert float(handle.locator(".grip").evaluate(stroke).removesuffix("px")) > 2


def test_a_change_of_theme_is_followed(page):
    root = explorer(page, FIRST)
    assert root.get_attribute("data-theme") == "light"
    page.evaluate("document.body.style.setProperty('--jp-content-font-color1', '#eeeeee')")
    page.wait_for_function("e => e.dataset.theme === 'dark'", arg=root.element_handle())
    page.evaluate("document.body.style.removeProperty('--jp-content-font-color1')")
    page.wait_for_function("e => e.dataset.theme === 'light'", arg=root.element_handle())
