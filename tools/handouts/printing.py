"""Two A4 pages a lesson, as HTML that Chromium prints: questions with room to write, or answers."""

import re
from contextlib import contextmanager
from functools import cache
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from playwright.sync_api import sync_playwright

import chromium
import explorer_pictures
import web_files
from web import formulas

STYLE = Path(__file__).with_name("paper.css")
DRAW = """async ([state, empty, aside]) => {
    const { draw, modelOf } = await import("/alone.js");
    const place = document.querySelector(".explorer");
    await draw(modelOf(state), place);
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    const unmatched = [];
    const mark = (selectors, how) => {
        for (const selector of selectors ? selectors.split(/,(?![^()]*\\))/) : []) {
            const found = place.querySelectorAll(selector);
            for (const each of found) each.dataset.paper = how;
            if (!found.length) unmatched.push(selector.trim());
        }
    };
    // Nothing can be dragged on paper.
    for (const title of place.querySelectorAll("text.title")) {
        for (const text of title.childNodes) {
            if (text.nodeType !== Node.TEXT_NODE) continue;
            text.data = text.data.replace(/ \\(drag\\)/, "");
        }
    }
    mark(empty, "fill");
    mark(aside, "aside");
    await document.fonts.ready;
    return unmatched;
}"""
# What is asked of the pages once they are laid out: by how many pixels each is too full.
TOO_FULL = """() => [...document.querySelectorAll(".sheet")].map(
    ({ scrollHeight, clientHeight, scrollWidth, clientWidth }) =>
        Math.max(scrollHeight - clientHeight, scrollWidth - clientWidth)
)"""


class NotPrinted(Exception):
    """A sheet is not as it should be."""


def html(lesson, page, questions, solved):
    """The two sheets of a lesson."""
    texts = (page.task, page.answer, *(t for q in questions for t in (q.asks, q.answer)))
    task, answer, *rest = _set(texts)
    asked = list(zip(questions, rest[::2], rest[1::2], strict=True))
    first = _sheet(lesson, _figure(task, answer, solved) + _asked(asked[:1], solved), solved)
    second = _sheet(lesson, _asked(asked[1:], solved), solved)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{escape(lesson.title)}</title>"
        '<link rel="stylesheet" href="style.css"><link rel="stylesheet" href="katex/katex.min.css">'
        f"<style>{STYLE.read_text(encoding='utf-8')}</style>{first}{second}"
    )


def _sheet(lesson, body, solved):
    whose = "with solutions" if solved else "name:"
    return (
        f'<section class="sheet"><header><b>{lesson.number} · {escape(lesson.title)}</b>'
        f"<span>{whose}</span></header>{body}</section>"
    )


def _figure(task, answer, solved):
    below = f'<div class="answer">{answer}</div>' if solved else ""
    return f'<article><h2>Fill in</h2>{task}<div class="explorer"></div>{below}</article>'


def _asked(questions, solved):
    parts = []
    for question, asks, answer in questions:
        code = f"<pre>{escape(question.code)}</pre>" if question.code else ""
        below = (
            f'<div class="answer">{answer}</div>' if solved else f'{code}<div class="room"></div>'
        )
        parts.append(
            f'<article class="asks"><h2>{escape(question.title)}</h2>{asks}{below}</article>'
        )
    return "".join(parts)


@cache
def _set(texts):
    """Markdown as HTML, all formulas set in one go: those to fill in and the solved at once."""
    found = []

    def keep(tex, options):
        found.append(formulas.Formula(tex.strip(), options["display_mode"], "a handout"))
        return f"\0{len(found) - 1}\0"

    markdown = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, renderer=keep)
    pages = [re.sub(r"<a [^>]*>(.*?)</a>", r"\1", markdown.render(text)) for text in texts]
    set_ones = formulas.rendered(found)
    return [re.sub("\0(\\d+)\0", lambda m: set_ones[int(m[1])], page) for page in pages]


@contextmanager
def press():
    """A function that prints HTML with an explorer in a state, and gives PDF, and a look at it.

    It raises NotPrinted where something does not fit, or is not there that should be left empty.
    """
    text = {}

    def answer(route):
        name = route.request.url.removeprefix(explorer_pictures.ORIGIN)
        if name == "":
            route.fulfill(body=text["page"], content_type="text/html; charset=utf-8")
        elif name.startswith("katex/"):
            route.fulfill(path=web_files.path("katex", "dist") / name.removeprefix("katex/"))
        else:
            explorer_pictures.answer(route)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium.options())
        page = browser.new_page(viewport={"width": 794, "height": 2246}, color_scheme="light")
        page.route("**/*", answer)

        def printed(given, explorer, empty, aside, look=None):
            text["page"] = given
            page.goto(explorer_pictures.ORIGIN)
            if unmatched := page.evaluate(DRAW, [explorer, empty, aside]):
                raise NotPrinted(
                    f"the explorer has nothing like {unmatched}: correct the selector."
                )
            full = page.evaluate(TOO_FULL)
            if look:
                page.screenshot(path=look, full_page=True)
            if max(full) > 0:
                raise NotPrinted(
                    f"the sheets are too full by {full} pixels: shorten what they ask."
                )
            return page.pdf(prefer_css_page_size=True, print_background=True)

        yield printed
        browser.close()
