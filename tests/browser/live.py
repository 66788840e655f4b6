"""Pages with explorers as the site has them, made of explorers of this process: no kernel runs."""

import http.server
import threading
from contextlib import contextmanager
from functools import partial

import nbformat
from ipywidgets import Widget

import explorer_pictures
from browser import failures
from web import explorers

STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{policy}{head}
<link rel="icon" href="explorers/icon.svg"></head>
<body><main><p>Before.</p>{body}<p class="after">After.</p></main></body></html>"""


def ran(*shown):
    """A notebook as it is after a run: an output for each explorer that a cell shows."""
    cells = []
    for explorer in shown:
        view = {"model_id": explorer.model_id, "version_major": 2, "version_minor": 0}
        data = {explorer_pictures.VIEW: view, "text/plain": repr(explorer)}
        output = nbformat.v4.new_output("display_data", data=data)
        cells.append(nbformat.v4.new_code_cell("explorer", outputs=[output]))
    state = Widget.get_manager_state()
    return nbformat.v4.new_notebook(
        cells=cells, metadata={"widgets": {explorer_pictures.WIDGETS: state}}
    )


def places(notebook, folder):
    """The HTML of each place, its pictures in the folder."""
    explorers.on_page(notebook, folder / "explorers", "explorers")
    return [cell.outputs[0].data["text/html"] for cell in notebook.cells]


def write_page(folder, name, body, head, policy=None):
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    html = PAGE.format(head=head, body=body, policy=meta)
    (folder / name).write_text(html, encoding="utf-8")


@contextmanager
def served(folder):
    """The address of a plain web server on a folder."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Nothing is to be read of it."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def tabs(browser):
    """A function that opens an address; where nothing else is asked for, all in the same page."""
    kept = []

    @contextmanager
    def page_at(address, *, quiet=True, prepare=None, width=1000, height=800, **context):
        """The page of an address; in the end it has neither complained nor asked elsewhere."""
        plain = not (prepare or context)
        page = kept.pop() if plain and kept else tab(browser, **context)
        page.start = "/".join(address.split("/")[:3])
        for heard in (page.said, page.complaints, page.outside):
            heard.clear()
        try:
            page.set_viewport_size({"width": width, "height": height})
            page.mouse.move(0, 0)
            if prepare:
                prepare(page)
            page.goto(address)
            yield page
            assert page.outside == []
            assert not quiet or page.complaints == []
            if plain:
                page.evaluate("localStorage.clear()")
                page.goto("about:blank")  # nothing of it is heard any more
                kept.append(page)
        except BaseException:
            failures.keep(page)
            raise
        finally:
            if page not in kept:
                page.context.close()

    yield page_at
    for page in kept:
        page.context.close()


def tab(browser, **context):
    """A page that lists what it complains of, and what it asks of elsewhere than its start."""
    page = failures.listen(browser.new_context(**context).new_page())
    page.set_default_timeout(20_000)
    page.complaints, page.outside = [], []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)

    def hear(request):
        if not request.url.startswith((page.start, "data:")):
            page.outside.append(request)

    page.on("request", hear)
    return page
