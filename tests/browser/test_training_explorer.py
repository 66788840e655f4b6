"""TrainingExplorer in an exported page: every epoch of every run, and every way to get there."""

import re

import numpy as np
import pytest

from browser.dom import contrast, explorer, opened
from browser.live import ran
from softmax_lab import measurements
from softmax_lab.explorers import TrainingExplorer

FILES = [str(measurements.file(f"training_{name}.csv")) for name in ("runs", "confusion")]
AS_TABLE = {"delimiter": ",", "names": True, "dtype": None, "encoding": "utf-8"}
RUNS, CONFUSIONS = (np.genfromtxt(file, **AS_TABLE) for file in FILES)
FIRST, VIEW, OTHER = range(3)
NAMES = list(dict.fromkeys(RUNS["run"].tolist()))
LAST = 30
NUMBERS = ["loss", "held_out_loss", "accuracy", "held_out_accuracy"]


@pytest.fixture(scope="module", params=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture(scope="module")
def folder(exported):
    tables = RUNS, CONFUSIONS
    first = TrainingExplorer(*tables, run="softmax_applied_twice", epoch=20)  # it has two views
    more = {"others": ["missing_mean"], "scale": "log"}
    other = TrainingExplorer(*tables, run="pass_through", epoch=0, **more)
    return exported(ran(first, first, other))


@pytest.fixture(scope="module")
def opened_once(browser, folder):
    with opened(browser, folder, OTHER + 1) as page:
        yield page


def cursor(page, which):
    return explorer(page, which).locator('[data-variable="epoch"]')


def epoch(page, which):
    return float(cursor(page, which).get_attribute("aria-valuenow"))


def rows(table, run, epoch):
    return table[(table["run"] == run) & (table["epoch"] == epoch)]


# Goes through all epochs of a run, by keys, and reads what the page shows at each.
WALK = """async (root, name) => {
    const cursor = root.querySelector('[data-variable="epoch"]');
    const press = async key => {
        cursor.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        await new Promise(requestAnimationFrame);
    };
    root.querySelector(`input[value="${name}"]`).click();
    await press("Home");
    const walk = [];
    for (;;) {
        const outputs = [...root.querySelectorAll("[data-output]")].map(e => [
            e.closest("[data-run]").dataset.run, e.dataset.output,
            e.dataset.row ?? e.dataset.index ?? null, e.dataset.column ?? null, e.dataset.value]);
        walk.push({ epoch: Number(cursor.getAttribute("aria-valuenow")), outputs,
                    words: root.querySelector(".words").textContent,
                    height: root.getBoundingClientRect().height });
        if (cursor.getAttribute("aria-valuenow") === cursor.getAttribute("aria-valuemax"))
            return walk;
        await press("ArrowRight");
    }
}"""


def expected_outputs(name, epoch):
    run, counts = rows(RUNS, name, epoch), rows(CONFUSIONS, name, epoch)
    nan = run.size == 0
    for row in range(10):
        for column in range(10):
            count = 0 if nan else counts[f"answered_{column}"][row]
            yield (name, "confusion", str(row), str(column)), count
    for number in NUMBERS:
        yield (name, number, None, None), np.nan if nan else run[number][0]
    for index, norm in enumerate(("norm_hidden", "norm_output")):
        yield (name, "gradient_norm", str(index), None), np.nan if nan else run[norm][0]


def test_every_number_at_every_epoch_of_every_run_is_the_table_s(page):
    root = explorer(page, FIRST)
    page.set_viewport_size({"width": 976, "height": 700})  # the explorer is 960 wide
    for name in NAMES[1:]:
        walk = root.evaluate(WALK, name)
        assert [now["epoch"] for now in walk] == list(range(LAST + 1))
        for now in walk:
            shown = {tuple(key): float(value) for *key, value in now["outputs"]}
            expected = dict(expected_outputs("right", now["epoch"]))
            expected |= dict(expected_outputs(name, now["epoch"]))
            assert shown.keys() == expected.keys()
            np.testing.assert_array_equal([shown[key] for key in expected], [*expected.values()])
            assert now["height"] <= 560
            assert_words_follow_the_numbers(name, now["epoch"], now["words"])


def assert_words_follow_the_numbers(name, epoch, words):
    """A sign is named if, and only if, the numbers of the run show it."""
    assert words.startswith(name.replace("_", " ").capitalize())
    run = RUNS[RUNS["run"] == name][: epoch + 1]
    if len(run) <= epoch:
        assert f"left the numbers in epoch {len(run)}" in words
        return
    now, best = run[-1], run[run["loss"].argmin()]
    rises = now["loss"] - best["loss"] >= 0.01 * run["loss"][0]
    rises &= now["accuracy"] >= best["accuracy"]
    assert ("training loss has grown" in words) == (epoch > 0 and rises)
    if rises and epoch:
        assert f"{best['loss']:.3f} to {now['loss']:.3f}, together with its accuracy" in words
        assert f"{best['accuracy']:.1%} to {now['accuracy']:.1%}" in words
    guesses = now["accuracy"] <= 0.2 and rows(RUNS, "right", epoch)["accuracy"][0] >= 0.4
    assert ("still guesses" in words) == guesses
    fades = epoch > 0 and run["norm_hidden"][0] / now["norm_hidden"] >= 2
    fades &= run["norm_output"][0] / now["norm_output"] <= 1.1
    assert ("times shorter than at the start" in words) == fades
    assert ("20 times the length" in words) == (name == "missing_mean" and epoch > 0)


def test_the_cursor_is_dragged_and_moved_by_keys_and_both_views_follow(page):
    handle, other = cursor(page, FIRST), epoch(page, OTHER)
    handle.scroll_into_view_if_needed()
    box = handle.locator(".grip").bounding_box()
    margin = box["width"] * 8 / 386  # the grip is a little wider than the axis

    def across(wanted):
        return box["x"] + margin + (box["width"] - 2 * margin) * wanted / LAST

    page.mouse.move(across(20), box["y"] + 40)
    page.mouse.down()
    for wanted in (17, 11, 7):
        page.mouse.move(across(wanted) + 1, box["y"] + 60)
        assert epoch(page, FIRST) == epoch(page, VIEW) == wanted
    page.mouse.move(box["x"] - 300, box["y"] + 60)
    assert epoch(page, FIRST) == 0
    page.mouse.move(box["x"] + 2000, box["y"] + 60)
    page.mouse.up()
    assert epoch(page, VIEW) == LAST
    for key, reached in (("Home", 0), ("ArrowUp", 1), ("PageUp", 6), ("ArrowLeft", 5)):
        handle.press(key)
        assert epoch(page, FIRST) == epoch(page, VIEW) == reached
    for key, reached in (("ArrowDown", 4), ("PageDown", 0), ("ArrowLeft", 0), ("End", LAST)):
        handle.press(key)
        assert epoch(page, FIRST) == reached
    assert handle.get_attribute("aria-valuetext") == "epoch 30 of 30"
    assert explorer(page, VIEW).locator(".where").inner_text() == "epoch 30 of 30"
    assert epoch(page, OTHER) == other == 0


def test_it_plays_when_told_to_until_the_end_or_until_somebody_moves_it(page):
    play = explorer(page, FIRST).locator(".play")
    page.wait_for_timeout(400)
    assert epoch(page, FIRST) == 20  # it never begins by itself
    play.click()
    assert play.inner_text().endswith("pause")
    reached = "([e, n]) => Number(e.getAttribute('aria-valuenow')) >= n"
    handle = cursor(page, FIRST).element_handle()
    page.wait_for_function(reached, arg=[handle, 22])
    cursor(page, VIEW).press("Home")  # somebody else
    page.wait_for_timeout(400)
    assert epoch(page, FIRST) == 0
    assert play.inner_text().endswith("play")
    cursor(page, FIRST).press("End")
    cursor(page, FIRST).press("ArrowLeft")
    play.click()
    page.wait_for_function(reached, arg=[handle, LAST])
    page.wait_for_timeout(400)
    assert epoch(page, FIRST) == LAST
    assert play.inner_text().endswith("play")
    play.click()  # at the end it begins anew
    assert epoch(page, FIRST) < 5
    play.click()
    stopped = epoch(page, FIRST)
    page.wait_for_timeout(400)
    assert epoch(page, FIRST) == stopped


def test_a_cell_is_told_in_words_to_the_mouse_and_to_the_keys(page):
    root = explorer(page, FIRST)
    cursor(page, FIRST).press("End")
    words, matrix = root.locator(".words"), root.locator(".matrix").nth(1)
    matrix.locator(".cell").nth(93).hover()
    told = "9 read as 3  right: once in 58  ·  softmax applied twice: 21 times in 58"
    assert words.inner_text().replace("\xa0", " ") == told
    assert root.locator(".cell.lit").count() == 2
    matrix.locator(".cell").first.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert words.inner_text().startswith("1 read as 2  right: never in 61")
    focused = matrix.locator('.cell[tabindex="0"]')
    assert focused.get_attribute("aria-label") == "softmax applied twice: 1 read as 2, never"
    assert focused.get_attribute("aria-describedby") == words.get_attribute("id")
    assert words.get_attribute("id") != explorer(page, VIEW).locator(".words").get_attribute("id")


def test_curves_are_chosen_and_a_run_that_left_the_numbers_is_marked(page):
    root = explorer(page, OTHER)

    def drawn():
        paths = root.locator(".plot > .curve").evaluate_all("all => all.map(e => e.outerHTML)")
        return sorted({re.search(r"run-\d", p)[0] for p in paths if ' d=""' not in p})

    assert drawn() == ["run-0", "run-3", "run-4"]
    assert root.locator(".cross:not([display])").count() == 2
    assert root.locator(".ended:not([display])").count() == 0
    ticks = root.locator(".plot").first.locator(".tick")
    assert "10⁻²" in ticks.all_text_contents()
    root.get_by_label("logarithmic").uncheck()
    assert "10⁻²" not in ticks.all_text_contents()
    root.get_by_role("checkbox", name="missing mean").uncheck()
    assert drawn() == ["run-0", "run-4"]
    cursor(page, OTHER).press("ArrowRight")
    assert root.locator(".ended:not([display])").count() == 1
    assert root.locator('.card [data-output="loss"]').last.get_attribute("data-value") == "NaN"
    for label in ("gradient", "saturated", "largest logit", "cosine", "accuracy"):
        root.get_by_text(label, exact=True).first.click()
        assert label in root.locator(".plot").nth(1).locator("text.letter").last.text_content()
    root.get_by_text("reset", exact=True).click()
    assert drawn() == ["run-0", "run-3", "run-4"]
    assert epoch(page, OTHER) == 0


def test_texts_counts_and_curves_are_seen_on_what_is_behind_them(browser, folder, theme):
    with opened(browser, folder, OTHER + 1, theme) as page:
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        root = explorer(page, OTHER)
        assert root.get_attribute("data-theme") == theme
        for where in ("Home", "PageUp"):
            cursor(page, FIRST).press(where)
            pairs = explorer(page, FIRST).evaluate(
                "root => [...root.querySelectorAll('.cell')].map(cell =>"
                " ['text', 'rect'].map(part => getComputedStyle(cell.querySelector(part)).fill))"
            )
            assert len(pairs) == 200
            assert all(contrast(*pair) >= 4.5 for pair in pairs)
        looks = root.evaluate(
            "root => Object.fromEntries(['.letter', '.value', '.tick', '.side', '.title', '.words',"
            " '.facts', '.where', '.also'].map(kind => { const e = root.querySelector(kind);"
            " const s = getComputedStyle(e); return [kind, e.closest('svg') ? s.fill : s.color] }))"
        )
        assert {k: c for k, c in looks.items() if contrast(c, ground) < 4.5} == {}
        strokes = root.locator(".plot .curve, .card .curve").evaluate_all(
            "all => [...new Set(all.map(e => getComputedStyle(e).stroke))]"
        )
        assert len(strokes) == 5
        assert all(contrast(stroke, ground) >= 3 for stroke in strokes)


def test_nothing_sticks_out_or_overlaps_at_any_width(page):
    overlaps = """root => {
        const texts = [...root.querySelectorAll("svg text")].filter(e => e.textContent.trim()
            && e.getClientRects().length).map(e => [e.textContent, e.getBoundingClientRect()]);
        const found = [];
        texts.forEach(([one, a], k) => texts.slice(k + 1).forEach(([other, b]) => {
            const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (across > 1 && down > a.height / 3) found.push([one, other]);
        }));
        return found;
    }"""
    for width in (360, 400, 640, 800, 1000):
        page.set_viewport_size({"width": width, "height": 700})
        for root in (explorer(page, FIRST), explorer(page, OTHER)):
            assert root.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), width
            left, right, low = root.evaluate(
                "root => { const box = root.getBoundingClientRect();"
                " const all = [...root.querySelectorAll('svg text')]"
                "  .filter(e => e.textContent.trim() && e.getClientRects().length)"
                "  .map(e => e.getBoundingClientRect());"
                " return [Math.min(...all.map(b => b.left)) - box.left,"
                "  box.right - Math.max(...all.map(b => b.right)),"
                "  Math.min(...all.map(b => Math.max(b.height, b.width)))] }"
            )
            assert left >= -1, width
            assert right >= -2, width
            assert low >= 9, width
            assert root.evaluate(overlaps) == [], width


def test_keys_and_screen_readers_get_what_they_need(browser, folder):
    with opened(browser, folder, OTHER + 1, reduced_motion="reduce") as page:
        focusable = page.locator(".softmax-explorer :is([tabindex], input, button)")
        assert focusable.count() > 600
        missing = "all => all.filter(e => e.dataset.lmSuppressShortcuts !== 'true').length"
        assert focusable.evaluate_all(missing) == 0
        handle = cursor(page, FIRST)
        assert handle.get_attribute("role") == "slider"
        assert handle.get_attribute("aria-label") == "epoch"
        limits = [handle.get_attribute(f"aria-value{end}") for end in ("min", "max")]
        assert limits == ["0", "30"]
        page.evaluate("() => { window.heard = 0; document.onkeydown = () => heard++ }")
        handle.press("PageDown")
        explorer(page, FIRST).locator(".cell").nth(0).press("ArrowDown")
        assert page.evaluate("heard") == 0
        summary = explorer(page, FIRST).locator(".summary")
        page.wait_for_function(
            "e => e.textContent.startsWith('Epoch 15. Right: loss 0.453, accuracy 94.5%')",
            arg=summary.element_handle(),
        )
        # Nothing that moves by itself is offered to whoever asked for that.
        assert page.locator(".play:visible").count() == 0
