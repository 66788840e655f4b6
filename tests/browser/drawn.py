"""Explorers drawn without a kernel and without an export: quick to set up.

``window.model`` is the model of the explorer that is there; to set something in it redraws.
"""

from contextlib import contextmanager

import explorer_pictures
from browser import failures

DRAW = """async state => {
    const { draw, modelOf } = await import("/alone.js");
    window.leave?.();
    document.body.replaceChildren();
    document.body.removeAttribute("style");
    scrollTo(0, 0);
    window.model = modelOf(state);
    window.leave = await draw(window.model, document.body);
    await document.fonts.ready;
}"""
SET = """async values => {
    model.set(values);
    await new Promise(requestAnimationFrame);
}"""


@contextmanager
def easel(browser):
    """A function that draws an explorer, and gives its page.

    A page that has loaded the modules is kept: whoever asks for the same kind of browser has the
    next explorer drawn there, in place of the last one.
    """
    kept = {}

    @contextmanager
    def drawn(explorer, width=976, height=844, **context):
        """The page with the explorer; at the end it had nothing to complain of."""
        kind = tuple(sorted(context.items()))
        page = kept.pop(kind, None) or opened(browser, **context)
        page.said.clear()
        try:
            page.set_viewport_size({"width": width, "height": height})
            page.mouse.move(0, 0)
            page.evaluate(DRAW, explorer.get_state())
            yield page
            assert [line for line in page.said if line.startswith(("error", "warning"))] == []
        except BaseException:
            failures.keep(page)
            page.context.close()
            raise
        if page.flung:
            page.context.close()  # it may go on scrolling for a while
        else:
            kept[kind] = page

    yield drawn
    for page in kept.values():
        page.context.close()


def opened(browser, timed=False, **context):
    """A page that can draw explorers. A timed one stands still until its clock is run."""
    page = failures.listen(browser.new_context(**context).new_page())
    page.set_default_timeout(20_000)
    page.flung = False
    page.route("**/*", explorer_pictures.answer)
    if timed:
        page.clock.install(time=0)
    page.goto(explorer_pictures.ORIGIN)
    if timed:
        page.clock.pause_at(1000)
    return page


def set_state(page, **values):
    """Change traits, as Python would."""
    page.evaluate(SET, values)
