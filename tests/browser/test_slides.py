"""Decks in a browser, from files and offline: legible, whole, and with living explorers."""

import re

import pytest

import make_slides
import web_files
from browser import failures
from browser.dom import FRAME
from slides import source
from softmax_lab import palette
from softmax_lab.lessons import LESSONS

NAMES = [*(lesson.name for lesson in LESSONS), *make_slides.LECTURES]
SIZES = ({"width": 1280, "height": 720}, {"width": 1024, "height": 768})
# Of the slide that is shown: what leaves it, its words, and its smallest letters, in pixels of a
# slide. Formulas and explorers have letters of their own; so have exponents.
MEASURE = r"""section => {
    const box = section.getBoundingClientRect();
    const scale = Reveal.getScale();
    const found = { outside: [], words: 0, small: [] };
    const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim();
        const element = walker.currentNode.parentElement;
        if (!text || element.closest("aside, script, .summary, .katex-mathml")) continue;
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        const at = range.getBoundingClientRect();
        if (!at.width) continue;
        const over = Math.max(at.right - box.right, at.bottom - box.bottom, box.left - at.left, box.top - at.top);
        if (over > 1) found.outside.push(text);
        if (!element.closest(".katex, svg, .softmax-explorer")) found.words += text.split(/\s+/).length;
        if (element.closest(".katex, sup")) continue;
        const svg = element.closest("svg")?.getScreenCTM();
        const factor = svg ? Math.hypot(svg.a, svg.b) / scale : (element.currentCSSZoom ?? 1);
        const size = parseFloat(getComputedStyle(element).fontSize) * factor;
        if (size < (element.closest(".softmax-explorer") ? 21.6 : 24) - 0.1) found.small.push([text, size]);
    }
    found.scrolls = section.scrollHeight > section.clientHeight + 1 || section.scrollWidth > section.clientWidth + 1;
    found.pictures = [...section.querySelectorAll("figure")].map(figure => {
        const at = figure.getBoundingClientRect();
        return at.bottom <= box.bottom + 1 && at.right <= box.right + 1 && at.height > 200 * scale;
    });
    return found;
}"""  # noqa: E501


@pytest.fixture(scope="session")
def decks(web_packages, tmp_path_factory):
    """A folder with all that `make slides` makes."""
    folder = tmp_path_factory.mktemp("slides")
    list(make_slides.make(folder))
    return folder


@pytest.fixture(scope="module")
def page(browser):
    """A page without a network, which lists its complaints and what it asks for."""
    context = browser.new_context(viewport=SIZES[0], offline=True)
    page = failures.listen(context.new_page())
    page.set_default_timeout(20_000)
    page.complaints, page.asked = [], []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()


def opened(page, decks, name, query=""):
    page.complaints.clear()
    page.asked.clear()
    page.set_viewport_size(SIZES[0])
    page.goto("about:blank")
    page.goto((decks / f"{name}.html").as_uri() + query)
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    return page


def show(page, number):
    """Slide `number`, with all that a click adds to it."""
    page.evaluate("n => Reveal.slide(n, 0, 99)", number)
    return page.locator("section.present")


def go_to(page, slide):
    page.evaluate("id => Reveal.slide(Reveal.getIndices(document.getElementById(id)).h)", slide)


def name_shown(page):
    return page.evaluate("Reveal.getCurrentSlide().dataset.name")


@pytest.mark.parametrize("name", NAMES)
def test_every_slide_is_whole_and_legible_and_has_few_words(page, decks, name):
    opened(page, decks, name)
    for size in SIZES:
        page.set_viewport_size(size)
        for number in range(page.evaluate("Reveal.getTotalSlides()")):
            found = show(page, number).evaluate(MEASURE)
            shown = name_shown(page)
            assert not found["outside"], shown
            assert not found["scrolls"], shown
            assert not found["small"], shown
            assert found["words"] <= 45, shown
            assert all(found["pictures"]), shown
    assert page.complaints == []
    assert [url for url in page.asked if not re.match("(file|data|blob):", url)] == []
    assert len([url for url in page.asked if url.startswith("file:")]) == 1, "a deck is one file"


@pytest.mark.parametrize("name", NAMES)
def test_a_drag_and_a_key_move_the_explorer_and_not_the_slide(page, decks, name):
    opened(page, decks, name)
    names = page.locator("section.explorer").evaluate_all("all => all.map(s => s.dataset.name)")
    for shown in names:
        go_to(page, shown.replace("/", "-"))
        stage = page.locator("section.present .softmax-explorer")
        slider = stage.locator('[role="slider"]:not([aria-disabled="true"])').first
        before = slider.get_attribute("aria-valuenow")
        slider.focus()
        moved_by_key = None
        for key in ("ArrowRight", "ArrowLeft", "ArrowLeft"):
            page.keyboard.press(key)
            now = slider.get_attribute("aria-valuenow")
            moved_by_key = moved_by_key or now != before
        assert moved_by_key, shown
        assert name_shown(page) == shown
        drag(page, stage, slider)
        assert name_shown(page) == shown
    assert page.complaints == []


def drag(page, stage, slider):
    """Drag by some pixels; what the explorer says of its state has to change."""
    handle = slider.locator(".handle, circle, .knob").first
    at = (handle if handle.count() else slider).bounding_box()
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    sliders = stage.locator('[role="slider"]')
    values = "all => all.map(one => one.getAttribute('aria-valuenow')).join()"
    before = sliders.evaluate_all(values)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 30, steps=4)
    page.mouse.up()
    assert sliders.evaluate_all(values) != before


def test_a_bar_stays_under_the_pointer_at_every_scale(page, decks):
    opened(page, decks, "03-from-matrix-back-to-vector", "#/03-touch")
    for size in (*SIZES, {"width": 640, "height": 360}, {"width": 1920, "height": 1080}):
        page.set_viewport_size(size)
        for _ in range(2):  # in which the slide and what is on it find their size
            page.evaluate(FRAME)
        handle = page.locator('section.present [data-variable="z"] .handle').first
        at = handle.bounding_box()
        x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
        move = at["height"] * 1.5
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y + move, steps=3)
        now = handle.bounding_box()
        page.mouse.up()
        assert now["y"] + now["height"] / 2 == pytest.approx(y + move, abs=at["height"] / 4)


def test_a_clicker_turns_slides_whatever_has_the_focus(page, decks):
    opened(page, decks, "03-from-matrix-back-to-vector", "#/03-touch")
    bar = page.locator('section.present [data-variable="z"]').first
    bar.focus()
    value = bar.get_attribute("aria-valuenow")
    page.keyboard.press("PageDown")
    assert name_shown(page) == "03/sum-rows"
    page.keyboard.press("PageUp")
    assert name_shown(page) == "03/touch"
    assert bar.get_attribute("aria-valuenow") == value


def test_escape_gives_the_keys_back_to_the_slides(page, decks):
    opened(page, decks, "03-from-matrix-back-to-vector", "#/03-touch")
    page.locator('section.present [data-variable="z"]').first.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert name_shown(page) == "03/sum-rows"
    assert not page.evaluate("Reveal.isOverview()")


@pytest.mark.parametrize("name", [lesson.name for lesson in LESSONS if lesson.number != 10])
def test_e_goes_to_the_next_preset(page, decks, name):
    opened(page, decks, name)
    ids = page.locator("section.explorer").evaluate_all("all => all.map(s => s.id)")
    for slide in ids:
        go_to(page, slide)
        stage = page.locator("section.present .softmax-explorer")
        state = "root => root.querySelector('.panels, .attention').innerHTML"
        seen = [stage.evaluate(state)]
        for _ in range(3):
            page.keyboard.press("e")
            page.evaluate(FRAME)
            seen.append(stage.evaluate(state))
        assert len(set(seen)) >= 3, slide


def test_a_poll_hides_its_answer_until_the_next_click(page, decks):
    opened(page, decks, "01-the-failing-check", "#/01-how-many")
    slide = page.locator("section.present")
    right = slide.locator(".options .right")
    border = "one => getComputedStyle(one).borderColor"
    hidden = right.evaluate(border)
    assert hidden == slide.locator(".options .wrong").first.evaluate(border)
    assert slide.locator(".reveals.visible").count() == 0
    page.keyboard.press("PageDown")
    assert name_shown(page) == "01/how-many"
    assert slide.locator(".reveals.visible").count() == 1
    assert right.evaluate(border) != hidden


def test_d_changes_the_colours_of_slides_and_explorers(page, decks):
    opened(page, decks, "03-from-matrix-back-to-vector", "#/03-touch")
    explorer = page.locator("section.present .softmax-explorer")
    assert explorer.get_attribute("data-theme") == "light"
    page.keyboard.press("d")
    page.wait_for_function(
        "document.querySelector('section.present .softmax-explorer').dataset.theme === 'dark'"
    )
    opened(page, decks, "03-from-matrix-back-to-vector", "?theme=dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb({}, {}, {})".format(*bytes.fromhex(palette.PAPER["dark"][1:]))


# The other slides are taken out: axe reads the whole page for each, and finds the same in one.
ALONE = """number => {
    window.all ??= [...document.querySelectorAll(".slides > section")];
    document.querySelector(".slides").replaceChildren(all[number]);
    Reveal.sync();
    Reveal.slide(0);
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_slide_of_a_lecture(page, decks, theme):
    opened(page, decks, "lecture-50", f"?theme={theme}")
    page.add_script_tag(path=web_files.path("axe-core", "axe.min.js"))
    slides = page.locator("section").evaluate_all("all => all.map(s => s.dataset.name)")
    for number, name in enumerate(slides):
        page.evaluate(ALONE, number)
        found = page.evaluate("axe.run('section.present').then(found => found.violations)")
        assert name_shown(page) == name
        assert [(name, each["id"]) for each in found] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_slide_has_notes_with_a_time(page, decks, name):
    opened(page, decks, name)
    notes = page.locator("section").evaluate_all(
        "all => all.map(s => [s.querySelector('aside.notes').textContent, +s.dataset.timing])"
    )
    for text, seconds in notes:
        assert "min" in text
        assert "Say:" in text
        assert seconds > 0
    if name in make_slides.LECTURES:
        assert notes[0][0].startswith("0:00")
        assert sum(seconds for _, seconds in notes) == 60 * int(name[-2:])


def test_s_opens_the_notes_with_a_clock(page, decks):
    opened(page, decks, "lecture-15", "#/03-touch")
    with page.expect_popup() as found:
        page.keyboard.press("s")
    speaker = found.value
    speaker.wait_for_load_state()
    speaker.locator(".speaker-controls-notes .value", has_text="Press play").wait_for()
    assert speaker.locator(".clock-value, .timer").count() >= 1
    speaker.close()


def test_it_prints_a_page_a_slide(page, decks):
    opened(page, decks, "lecture-15", "?print-pdf")
    page.locator(".pdf-page").last.wait_for()
    slides = len(source.lecture("lecture-15").parts)
    assert page.locator(".pdf-page").count() == slides
    for number in range(slides):
        found = page.locator(".pdf-page > section").nth(number).evaluate(MEASURE)
        assert not found["outside"]
        assert not found["small"]
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == slides
