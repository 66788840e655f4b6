"""The whole site, as those meet it who are sent its address, or a stick with its folder."""

import re
import time
from contextlib import contextmanager
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

import make_site
import web_files
from browser import failures
from browser.site import ORIGIN, visit
from softmax_lab.lessons import LESSONS

DOCUMENTS = ("index", "questions", "threads", "clinic", "your-own-book", "licences", "search")
PAGES = [*DOCUMENTS, *(lesson.name for lesson in LESSONS)]
EXPLORERS = [lesson.name for lesson in LESSONS if lesson.number in (2, 3, 9)]
WIDTHS = (390, 768, 1280)
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"
SETTLED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)))"
AXE = """() => axe.run(document, { resultTypes: ["violations"] }).then(found => found.violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(node => node.html).join(" ; ")}`))"""
# Boxes of code and formulas whose end cannot be reached.
OUT_OF_REACH = """() => [...document.querySelectorAll("main pre, main .katex-display")]
    .filter(box => box.clientWidth > 0)
    .filter(box => {
        const fits = box.scrollWidth <= box.clientWidth + 1;
        const { right } = box.getBoundingClientRect();
        const scrolls = ["auto", "scroll"].includes(getComputedStyle(box).overflowX)
            && box.tabIndex === 0 && box.ariaLabel;
        return right > innerWidth + 1 || !(fits || scrolls);
    })
    .map(box => [box.textContent.slice(0, 80), box.clientWidth, box.scrollWidth, box.tabIndex,
        box.ariaLabel, box.getBoundingClientRect().right, innerWidth].join(" | "))"""
CUT_ON_PAPER = """() => [...document.querySelectorAll("main pre, main .katex-display")]
    .filter(box => box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1)
    .map(box => box.textContent.slice(0, 80))"""
SHOWN = """root => [...root.querySelectorAll("[aria-valuenow], [data-value]")]
    .map(e => e.ariaValueNow ?? e.dataset.value).join()"""
LINE_LENGTHS = """() => [...document.querySelectorAll("article p")]
    .filter(p => p.textContent.length > 250 && p.clientWidth && !p.closest(".softmax-place"))
    .map(p => {
        const lines = p.getBoundingClientRect().height / parseFloat(getComputedStyle(p).lineHeight);
        return p.innerText.replace(/\\s+/g, " ").length / Math.round(lines);
    })"""


@pytest.fixture(scope="module")
def folder(site):
    return site


@contextmanager
def from_disk(browser, folder, name, **context):
    """A page opened as a file; what it asks of the network is refused and listed."""
    settings = browser.new_context(viewport={"width": 1000, "height": 700}, **context)
    page = failures.listen(settings.new_page())
    page.outside, page.complaints = [], []

    def refuse(route):
        page.outside.append(route.request.url)
        route.abort()

    page.route(re.compile(r"^(?!file:)"), refuse)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    page.goto((folder / name).as_uri())
    yield page
    settings.close()


def reading(page, place):
    """A function that opens one page of the site after the other, which keeps nothing of the last.

    A tab of its own for each page would take twice the time.
    """

    def opened(name, width=1000, scheme="light"):
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.set_viewport_size({"width": width, "height": 700})
        page.emulate_media(media="screen", color_scheme=scheme)
        page.mouse.move(0, 0)
        page.outside.clear()
        page.complaints.clear()
        page.goto(f"{place}/{name}.html")
        return page

    return opened


@pytest.fixture(scope="module")
def on_server(browser, folder):
    with visit(browser, folder, "index.html") as page:
        yield reading(page, ORIGIN)


@pytest.fixture(scope="module")
def on_stick(browser, folder):
    with from_disk(browser, folder, "index.html") as page:
        yield reading(page, folder.as_uri())


def assert_sound(page):
    assert page.complaints == []
    assert page.outside == []


def wait_until_none(page, found):
    """Until there are none of what a function finds: the page marks boxes a moment later.

    Boxes are watched, and sidebars slide, from frame to frame; on a busy machine Chromium may draw
    none for seconds, unless a picture is asked for.
    """
    end = time.monotonic() + 5
    while page.evaluate(found) and time.monotonic() < end:
        page.screenshot(clip={"x": 0, "y": 0, "width": 1, "height": 1})
    assert page.evaluate(found) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_outside_and_complains_of_nothing(on_server, on_stick, name):
    for opened in (on_server, on_stick):
        page = opened(name)
        page.evaluate(SETTLED)
        broken = "all => all.filter(e => e.complete && e.naturalWidth === 0).map(e => e.src)"
        assert page.locator("img:visible").evaluate_all(broken) == []
        assert page.title().endswith("softmax_lab")
        assert_sound(page)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_page_and_no_code_is_out_of_reach(browser, folder, name):
    with visit(browser, folder, f"{name}.html") as page:
        page.evaluate(OPEN_ALL)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(SETTLED)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            wait_until_none(page, OUT_OF_REACH)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 700, "height": 1000})  # of an A4 sheet
        assert page.evaluate(CUT_ON_PAPER) == []


@pytest.fixture(scope="module")
def without_scripts(browser, folder):
    with visit(browser, folder, "index.html", java_script_enabled=False) as page:
        yield page


@pytest.mark.parametrize("name", [lesson.name for lesson in LESSONS])
def test_formulas_are_set_before_any_script_runs(without_scripts, folder, name):
    html = (folder / f"{name}.html").read_text(encoding="utf-8")
    assert html.count('class="katex"') > 20
    assert "<set-formula" not in html
    without_scripts.goto(f"{ORIGIN}/{name}.html")
    texts = without_scripts.locator("article :is(p, li, td, h2, h3, summary)").all_inner_texts()
    text = re.sub(r"`[^`]*`", "", "\n".join(texts))
    assert re.findall(r"\$[^$\n]{1,40}\$|\\frac|\\sum", text) == []


@pytest.mark.parametrize("name", ["01-the-failing-check", "questions"])
def test_lines_are_as_long_as_one_likes_to_read(on_server, name):
    lengths = sorted(on_server(name, width=1280).evaluate(LINE_LENGTHS))
    assert 60 <= lengths[len(lengths) // 2] <= 80


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_of_a_lesson_answers_a_key(on_server, on_stick, name):
    for opened in (on_server, on_stick):
        page = opened(name)
        places = page.locator(".softmax-place")
        assert places.count() >= 1
        for which in range(places.count()):
            place = places.nth(which)
            place.scroll_into_view_if_needed()
            root = place.locator(".softmax-explorer")
            root.wait_for()
            before = root.evaluate(SHOWN)
            for key in ("ArrowUp", "ArrowRight", "ArrowUp"):
                root.locator("[role=slider]:visible").first.press(key)
            arguments = [root.element_handle(), before]
            page.wait_for_function(f"([e, before]) => ({SHOWN})(e) !== before", arg=arguments)
        assert_sound(page)


def test_the_search_finds_kronecker_from_a_server_and_from_a_stick(browser, folder):
    for opened in (visit, from_disk):
        with opened(browser, folder, "index.html") as page:
            page.keyboard.press("Control+k")
            page.keyboard.type("Kronecker")
            page.keyboard.press("Enter")
            found = page.locator("#search-results a")
            found.first.wait_for()
            titles = " ".join(found.all_text_contents())
            assert "The whole Jacobian" in titles
            assert "Questions people ask" in titles
            found.get_by_text("The whole Jacobian").first.click()
            page.get_by_role("heading", name="The whole Jacobian").wait_for()
            assert_sound(page)


class Links(HTMLParser):
    """What a page links to and loads, and the places in it that a link may lead to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.places = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.places.add(given.get("id"))
        self.links += [given[name] for name in ("href", "src", "srcset") if given.get(name)]


def test_every_link_leads_to_something(folder):
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in folder.glob("*.html")}
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link.split()[0])
            if parts.scheme or link.startswith("data:"):
                continue
            target = path.parent / unquote(parts.path) if parts.path else path
            place = unquote(parts.fragment)
            known = not place or target not in pages or place in pages[target].places
            if not target.exists() or not known:
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_notebooks_and_documents_are_not_linked_as_files_but_as_pages(folder):
    for path in folder.glob("*.html"):
        links = Links(path.read_text(encoding="utf-8")).links
        files = [link for link in links if re.search(r"\.(ipynb|md)(#|$)", link)]
        assert all(link == f"notebooks/{path.stem}.ipynb" for link in files)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*DOCUMENTS, "01-the-failing-check", "10-the-gradient-clinic"])
def test_axe_finds_no_serious_fault(on_server, name, scheme):
    page = on_server(name, width=1280, scheme=scheme)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    page.evaluate(SETTLED)
    page.evaluate(web_files.path("axe-core", "axe.min.js").read_text(encoding="utf-8"))
    assert page.evaluate(AXE) == []


def test_the_colours_chosen_are_kept(browser, folder):
    with visit(browser, folder, "index.html", color_scheme="light") as page:
        page.get_by_role("button", name="Dark colours").click()
        background = "getComputedStyle(document.body).backgroundColor"
        dark = page.evaluate(background)
        page.locator(".lessons a").first.click()
        page.get_by_role("heading", name="The failing check").wait_for()
        assert page.evaluate(background) == dark
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert_sound(page)


def test_paper_is_light_and_has_the_title(browser, folder):
    with visit(browser, folder, "01-the-failing-check.html", color_scheme="dark") as page:
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        red, green, blue = page.evaluate(
            "getComputedStyle(document.querySelector('article p')).color.match(/\\d+/g).map(Number)"
        )
        assert max(red, green, blue) < 80
        assert page.locator("article h1").is_visible()
        assert page.locator(".bd-header-article, nav.bd-links, .prev-next-area").count() == 3
        for part in page.locator(".bd-header-article, nav.bd-links, .prev-next-area").all():
            assert not part.is_visible()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_keyboard_comes_to_the_text_at_once_and_to_an_explorer_soon(browser, folder):
    with visit(browser, folder, "03-from-matrix-back-to-vector.html") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
        page.keyboard.press("Enter")
        stops = 0
        while not page.evaluate("Boolean(document.activeElement.closest('.softmax-explorer'))"):
            page.keyboard.press("Tab")
            stops += 1
            assert stops <= 30
        assert_sound(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_pressed_is_large_enough_for_a_finger(on_server, width):
    small = """all => all.map(e => [e.textContent.trim() || e.ariaLabel, e.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.height < 44 || box.width < 24))
        .map(([name, box]) => `${name}: ${box.width} × ${box.height}`)"""
    page = on_server("01-the-failing-check", width=width)
    pressed = page.locator("button, summary, nav.bd-links a, .page-button, .prev-next-area a")
    assert pressed.evaluate_all(small) == []


def test_a_lesson_leads_to_the_next_and_says_how_long_it_takes(browser, folder):
    with visit(browser, folder, f"{LESSONS[0].name}.html", width=1280) as page:
        for lesson in LESSONS:
            assert f"About {lesson.minutes} minutes" in page.locator("article").inner_text()
            entry = page.locator("nav.bd-links a", has_text=lesson.title)
            assert f"{lesson.minutes} min" in entry.inner_text()
            page.locator("a.right-next").click()
            page.wait_for_load_state()
        assert page.get_by_role("heading", level=1).inner_text() == "Questions people ask"


@pytest.fixture(scope="module")
def taught(session_folder, site, tmp_path_factory):
    """A site as an instructor makes it: no solutions, a notebook of their own, a button more."""
    folder = tmp_path_factory.mktemp("taught")
    cells = [
        nbformat.v4.new_markdown_cell(
            "# My own page\n\nSee [lesson 1](01-the-failing-check.ipynb)."
        ),
        nbformat.v4.new_code_cell("from softmax_lab.explorers import SimplexExplorer"),
        nbformat.v4.new_code_cell("SimplexExplorer([1, 0, -1])"),
        nbformat.v4.new_code_cell("import matplotlib.pyplot as plt\nlines = plt.plot([1, 2])"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "own.ipynb")
    before = (folder / "own.ipynb").read_bytes()
    make_site.build(
        folder / "site",
        folder / "work",
        lessons=LESSONS[:1],
        own=[folder / "own.ipynb"],
        solutions=False,
        open_in={"Our hub": "https://hub.example.org/user-redirect/lab/tree/{file}"},
        kept=session_folder / "runs",
    )
    assert (folder / "own.ipynb").read_bytes() == before
    return folder / "site"


def test_a_notebook_of_one_s_own_is_a_page_with_a_living_explorer(browser, taught):
    with visit(browser, taught, "own.html", width=1280) as page:
        page.locator(".softmax-place").scroll_into_view_if_needed()
        page.locator(".softmax-explorer").wait_for()
        assert page.locator("div.cell_output img").evaluate("image => image.naturalWidth") > 200
        page.locator("nav.bd-links a", has_text="My own page").wait_for()
        page.locator("article a", has_text="lesson 1").click()
        page.get_by_role("heading", name="The failing check").wait_for()
        assert_sound(page)


def test_a_site_without_solutions_holds_none(taught):
    html = (taught / f"{LESSONS[0].name}.html").read_text(encoding="utf-8")
    notebook = (taught / "notebooks" / f"{LESSONS[0].name}.ipynb").read_text(encoding="utf-8")
    index = (taught / "searchindex.js").read_text(encoding="utf-8")
    for held in (html, notebook, index):
        assert "slips_through = np.zeros" not in re.sub(r"<[^>]*>", "", held)
        assert "The fault is in the line with" not in held
    assert "Exercise 1.3" in html
    assert 'check(\\"1.3\\", slips_through)' in notebook


def test_a_lesson_opens_elsewhere_where_an_address_is_given_and_nowhere_else(taught, site):
    button = 'href="https://hub.example.org/user-redirect/lab/tree/01-the-failing-check.ipynb"'
    name = f"{LESSONS[0].name}.html"
    assert button in (taught / name).read_text(encoding="utf-8")
    bar = re.compile(r'class="article-header-buttons">(.*?)<button', re.DOTALL)
    assert bar.search((site / name).read_text(encoding="utf-8"))[1].count("<a ") == 1


def test_a_strict_policy_lets_the_site_live(browser, folder):
    policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'"
    with under(
        browser, folder, f"{LESSONS[1].name}.html", f"{policy}; img-src 'self' data:"
    ) as page:
        page.locator(".softmax-place").first.scroll_into_view_if_needed()
        page.locator(".softmax-explorer").first.wait_for()
        page.get_by_role("button", name="Dark colours").click()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert_sound(page)


def test_without_scripts_there_are_pictures_and_nothing_that_does_not_work(browser, folder):
    with visit(
        browser, folder, f"{LESSONS[1].name}.html", width=1280, java_script_enabled=False
    ) as page:
        still = page.locator(".softmax-still").first
        assert still.locator("img:visible").count() == 1
        assert "This is a picture of an explorer" in still.inner_text()
        assert page.locator("button:visible").count() == 0
        assert page.locator("nav.bd-links a:visible").count() >= len(LESSONS)


@contextmanager
def under(browser, folder, name, policy):
    """A page with a Content-Security-Policy."""
    html = (folder / name).read_text(encoding="utf-8")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    (folder / "strict.html").write_text(
        html.replace("<head>", f"<head>{meta}", 1), encoding="utf-8"
    )
    try:
        with visit(browser, folder, "strict.html") as page:
            yield page
    finally:
        (folder / "strict.html").unlink()
