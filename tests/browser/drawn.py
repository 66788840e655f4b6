"""One explorer on a page of its own, without a kernel and without an export: quick to set up.

``window.model`` is its model; to set something in it redraws.
"""

from contextlib import contextmanager

import explorer_pictures
from browser import failures

DRAW = """async state => {
    const { draw, modelOf } = await import("/alone.js");
    document.body.replaceChildren();
    window.model = modelOf(state);
    await draw(window.model, document.body);
    await document.fonts.ready;
}"""
SET = """async values => {
    model.set(values);
    await new Promise(requestAnimationFrame);
}"""


@contextmanager
def drawn(browser, explorer, width=976, height=844, **context):
    """The page with the explorer; at the end it had nothing to complain of."""
    settings = browser.new_context(viewport={"width": width, "height": height}, **context)
    page = failures.listen(settings.new_page())
    page.set_default_timeout(20_000)
    page.route("**/*", explorer_pictures.answer)
    try:
        page.goto(explorer_pictures.ORIGIN)
        page.evaluate(DRAW, explorer.get_state())
        yield page
        assert [line for line in page.said if line.startswith(("error", "warning"))] == []
    except BaseException:
        failures.keep(page)
        raise
    finally:
        settings.close()


def set_state(page, **values):
    """Change traits, as Python would."""
    page.evaluate(SET, values)
