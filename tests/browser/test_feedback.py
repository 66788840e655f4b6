"""The feedback sets its formulas by itself: nothing is asked of the network."""

from jinja2 import Environment, FileSystemLoader

import homework
from softmax_lab.lessons import LESSONS

TEMPLATE = """{% from "mathjax.html.j2" import mathjax %}<!doctype html><meta charset="utf-8">
<body><p id="a">so $h_j(1 - h_j)$ and $h - t$, or</p><p id="b">$$\\frac{a}{b}$$</p>
<pre id="c">cost = "$5 and $6"</pre><p id="d">only $5</p>{{ mathjax() }}"""


def test_formulas_are_set_and_nothing_else_is(browser, tmp_path):
    list(homework.write_course(tmp_path, LESSONS[:1], "autumn"))
    folder = tmp_path / homework.TEMPLATES / "feedback"
    html = Environment(loader=FileSystemLoader(folder)).from_string(TEMPLATE).render()
    (tmp_path / "feedback.html").write_text(html, encoding="utf-8")
    page = browser.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((tmp_path / "feedback.html").as_uri())
    page.locator("math").first.wait_for(state="attached")
    assert page.locator("#a math").count() == 2
    assert page.locator("#a").inner_text().startswith("so")
    assert page.locator("#b math[display=block]").count() == 1
    assert page.locator("#c, #d").all_inner_texts() == ['cost = "$5 and $6"', "only $5"]
    assert not errors
    assert asked == [(tmp_path / "feedback.html").as_uri()]
    page.close()
