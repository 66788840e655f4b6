"""A folder as a site of its own, and nothing else in the world."""

import mimetypes
from contextlib import contextmanager

from browser import failures

ORIGIN = "http://softmax.test"


@contextmanager
def visit(browser, folder, path="page.html", width=1000, height=700, **context):
    """A page of the folder. What it asks of elsewhere is refused, and listed in page.outside.

    Whatever the page complains of is listed in page.complaints.
    """
    settings = browser.new_context(viewport={"width": width, "height": height}, **context)
    page = failures.listen(settings.new_page())
    page.set_default_timeout(20_000)
    page.outside, page.complaints = [], []

    def answer(route):
        url = route.request.url
        if not url.startswith(ORIGIN):
            page.outside.append(url)
            route.abort()
            return
        file = folder / url.removeprefix(ORIGIN).lstrip("/").split("?")[0]
        if file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "text/html"
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            route.fulfill(status=200 if file == folder else 404, body="", content_type="text/html")

    page.route("**/*", answer)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    page.goto(f"{ORIGIN}/{path}")
    try:
        yield page
    except BaseException:
        failures.keep(page)
        raise
    finally:
        settings.close()
