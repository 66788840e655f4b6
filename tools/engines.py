"""The explorers' behaviour in two more engines: Firefox (WebDriver BiDi) and WebKitGTK (WebDriver).

    python tools/engines.py

runs what can be run here, one line a check. An engine that is not installed is installed where
apt can do that, and is left out elsewhere; never in continuous integration.
"""

import contextlib
import http.server
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.request

import numpy as np
import websocket

import apt
from softmax_lab.explorers import JacobianExplorer, SimplexExplorer, modules

PATIENCE = 30  # seconds that an engine may take for one step
PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/style.css">
<body style="color: #1f2430; background: white"><script>
window.complaints = [];
addEventListener("error", event => complaints.push(event.message));
addEventListener("unhandledrejection", event => complaints.push(String(event.reason)));
</script>"""
DRAW = """async state => {
    const { draw, modelOf } = await import("/alone.js");
    window.model = modelOf(state);
    await draw(window.model, document.body);
}"""
KEYS = {"ArrowRight": "\ue014", "PageUp": "\ue00e", "Home": "\ue011", "End": "\ue010"}


# ---- the pages


class Site(http.server.BaseHTTPRequestHandler):
    """The modules of the explorers, and an empty page to draw one on."""

    def do_GET(self):
        """Answer with a file."""
        name = self.path.lstrip("/")
        texts = {"": PAGE, "alone.js": modules.ALONE.read_text("utf-8")} | modules.sources()
        kinds = {"js": "text/javascript", "css": "text/css"}
        self.send_response(200 if name in texts else 404)
        kind = kinds.get(name.rpartition(".")[2], "text/html")
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(texts.get(name, "").encode())

    def log_message(self, *_):
        """Say nothing of each request."""


@contextlib.contextmanager
def site():
    """The address of the pages while they are served."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


# ---- the engines: each can open an address, evaluate JavaScript and perform actions


class Firefox:
    """Spoken to over WebDriver BiDi, which it has itself."""

    name, package, commands = "Firefox", "firefox-esr", ("firefox-esr", "firefox")

    def __init__(self, binary, folder):
        command = [binary, "--headless", "--remote-debugging-port=0", "--profile", folder]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        address = next(
            found[0]
            for line in self.process.stderr
            if (found := re.search(r"ws://127\.0\.0\.1:\d+", line))
        )
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.numbers = itertools.count()
        self.socket = websocket.create_connection(
            f"{address}/session", timeout=PATIENCE, suppress_origin=True
        )
        self.send("session.new", {"capabilities": {}})
        self.context = self.send("browsingContext.getTree", {})["contexts"][0]["context"]

    def send(self, method, parameters):
        """A command; what it answers with."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (answer := json.loads(self.socket.recv())).get("id") != number:
            pass
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['message']}")
        return answer["result"]

    def open(self, url):
        """Go to an address."""
        self.send(
            "browsingContext.navigate", {"context": self.context, "url": url, "wait": "complete"}
        )

    def evaluate(self, function, *arguments):
        """What an async function of JavaScript answers with."""
        call = f"(async () => JSON.stringify(await ({function})(...{json.dumps(arguments)})))()"
        target = {"context": self.context}
        options = {"expression": call, "target": target, "awaitPromise": True}
        answer = self.send("script.evaluate", options)
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"].get("value") or "null")

    def perform(self, actions):
        """Press keys and move the pointer."""
        self.send("input.performActions", {"context": self.context, "actions": actions})

    def close(self):
        """End it."""
        self.socket.close()
        self.process.terminate()
        self.process.wait(PATIENCE)


class WebKit:
    """Spoken to through its WebDriver, in the display that xvfb-run makes."""

    name, package, commands = "WebKitGTK", "webkit2gtk-driver", ("WebKitWebDriver",)

    def __init__(self, binary, folder):
        with http.server.HTTPServer(("127.0.0.1", 0), Site) as free:
            port = free.server_port
        where = {"HOME": folder, "XDG_RUNTIME_DIR": folder}
        self.process = subprocess.Popen(
            ["xvfb-run", "-a", binary, f"--port={port}"],
            env=os.environ | where,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.base = f"http://127.0.0.1:{port}"
        until = time.monotonic() + PATIENCE
        while True:
            try:
                session = self.send("/session", {"capabilities": {"alwaysMatch": {}}})
                break
            except ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
        self.base += f"/session/{session['sessionId']}"

    def send(self, path, body, method="POST"):
        """A command; what it answers with."""
        data = json.dumps(body).encode() if method == "POST" else None
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.read().decode()}") from error
        except urllib.error.URLError as error:
            raise ConnectionError(str(error)) from error

    def open(self, url):
        """Go to an address."""
        self.send("/url", {"url": url})

    def evaluate(self, function, *arguments):
        """What an async function of JavaScript answers with."""
        script = f"""const [done] = [...arguments].slice(-1);
            ({function})(...[...arguments].slice(0, -1))
                .then(value => done({{ value }}), error => done({{ error: String(error) }}));"""
        answer = self.send("/execute/async", {"script": script, "args": list(arguments)})
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")

    def perform(self, actions):
        """Press keys and move the pointer."""
        self.send("/actions", {"actions": actions})

    def close(self):
        """End it, and the display with it."""
        self.send("", None, "DELETE")
        os.killpg(self.process.pid, 15)
        self.process.wait(PATIENCE)


# ---- what is done with an explorer


class Page:
    """An explorer in an engine."""

    def __init__(self, engine, address, explorer):
        self.engine = engine
        engine.open(address)
        engine.evaluate(DRAW, explorer.get_state())
        engine.evaluate("async () => { await document.fonts.ready }")

    def ask(self, function, *arguments):
        """Evaluate a function of the root element and more."""
        root = 'document.querySelector(".softmax-explorer")'
        return self.engine.evaluate(f"async (...more) => ({function})({root}, ...more)", *arguments)

    def values(self, selector, name):
        """An attribute of all elements that a selector names, as numbers."""
        read = "(root, s, a) => [...root.querySelectorAll(s)].map(e => Number(e.getAttribute(a)))"
        return self.ask(read, selector, name)

    def press(self, selector, *keys):
        """Focus an element and press keys."""
        self.ask("(root, s) => { root.querySelector(s).focus() }", selector)
        for key in keys:
            strokes = [{"type": kind, "value": KEYS[key]} for kind in ("keyDown", "keyUp")]
            self.engine.perform([{"type": "key", "id": "keys", "actions": strokes}])
        self.frame()

    def drag(self, selector, dx, dy):
        """Drag an element with the mouse, by its middle."""
        middle = """(root, s) => {
            const element = root.querySelector(s);
            element.scrollIntoView({ block: "center" });
            const { x, y, width, height } = element.getBoundingClientRect();
            return [Math.round(x + width / 2), Math.round(y + height / 2)];
        }"""
        x, y = self.ask(middle, selector)
        move = {"type": "pointerMove", "duration": 0, "origin": "viewport"}
        steps = [{**move, "x": x, "y": y}, {"type": "pointerDown", "button": 0}]
        steps += [{**move, "x": x + dx * k // 4, "y": y + dy * k // 4} for k in (1, 2, 3, 4)]
        steps += [{"type": "pointerUp", "button": 0}]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        self.engine.perform([mouse | {"actions": steps}])
        self.frame()

    def frame(self):
        """Wait until what was changed is drawn."""
        self.ask("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")

    def agrees(self, explorer):
        """Hold the page's result against the package's."""
        result = self.values('[data-output="result"][data-index]', "data-value")
        np.testing.assert_allclose(result, explorer.result, atol=1e-12)


def keys_and_mouse(page):
    """Keys step a logit, the mouse drags one, to a tenth."""
    page.press('[data-variable="z"]', "PageUp")
    page.drag('[data-variable="z"][data-index="1"] .handle', 0, -17)
    page.drag('[data-variable="upstream"][data-index="0"] .handle', 15, 0)
    z, upstream = (
        page.values(f'[data-variable="{name}"]', "aria-valuenow") for name in ("z", "upstream")
    )
    assert z[0] == 3
    assert z[1] > 1.2
    assert upstream[0] > 1
    np.testing.assert_allclose(np.round([*z, *upstream], 1), [*z, *upstream], atol=1e-9)
    page.agrees(JacobianExplorer(z, upstream))


def the_reduction(page):
    """Keys go from row to row, and play goes to the end."""
    page.press('[data-variable="progress"]', "ArrowRight")
    shown = "root => [...root.querySelectorAll('.number.weighted:not([display])')].length"
    assert page.ask(shown) == 3
    page.press('[data-variable="progress"]', "PageUp", "End", "Home")
    assert page.values('[data-variable="progress"]', "aria-valuenow") == [0]
    page.ask("root => { root.querySelector('.play').click() }")
    page.ask("""() => new Promise((done, failed) => {
        const end = () => model.get("progress") === 2 && done();
        model.on("change:progress", end);
        setTimeout(() => failed("it did not come to the end"), 20000);
    })""")
    page.frame()
    assert page.ask("root => root.querySelectorAll('.piece:not([display])').length") == 9
    page.agrees(JacobianExplorer())


def the_tab_order(page):
    """What is not seen cannot be reached."""
    hidden = "root => [...root.querySelectorAll('[data-variable=target]')].map(e => e.tabIndex)"
    assert page.ask(hidden) == [-1, -1, -1]


def the_room_of_the_words(page):
    """The height stays, whatever is said and wherever the logits are."""
    height = "root => root.getBoundingClientRect().height"
    before = page.ask(height)
    for progress, z in ((0.5, [2, 1, 0]), (1.5, [20, -20, -20]), (2, [0, 0, 0])):
        page.ask("(_, values) => { model.set(values) }", {"progress": progress, "z": z})
        page.frame()
        assert abs(page.ask(height) - before) <= 1


def rows_of_buttons(page):
    """Buttons that stand in one row stand at one height."""
    tops = """root => [...root.querySelectorAll(".presets, fieldset")].map(row =>
        [...row.children].map(e => e.getBoundingClientRect()).filter(box => box.height)
            .map(box => (box.top + box.bottom) / 2))"""
    for row in page.ask(tops):
        assert not row or max(row) - min(row) <= 1


def the_ellipse(page):
    """The dot on it is dragged."""
    before = page.values('[data-variable="image"]', "aria-valuenow")
    page.drag('[data-variable="image"] .tip', 40, 20)
    (direction,) = page.values('[data-variable="image"]', "aria-valuenow")
    assert [direction] != before
    page.agrees(SimplexExplorer(direction=direction))


CHECKS = [
    (JacobianExplorer, keys_and_mouse),
    (JacobianExplorer, the_reduction),
    (JacobianExplorer, the_tab_order),
    (JacobianExplorer, the_room_of_the_words),
    (JacobianExplorer, rows_of_buttons),
    (SimplexExplorer, the_ellipse),
]


def found(engine):
    """The path of an engine, or None; installed if that is possible."""
    find = lambda: next(filter(None, map(shutil.which, engine.commands)), None)  # noqa: E731
    needed = [engine.package] + ["xvfb"] * (engine is WebKit and not shutil.which("xvfb-run"))
    if apt.can_install() and (not find() or len(needed) > 1):
        for package in needed:
            apt.install(package, "the checks in other engines")
    return find()


def failures(engine, binary):
    """How many checks an engine fails; each is told on a line."""
    failed = 0
    with site() as address, tempfile.TemporaryDirectory() as folder:
        browser = engine(binary, folder)
        try:
            for explorer, check in CHECKS:
                page = Page(browser, address, explorer())
                try:
                    check(page)
                    assert browser.evaluate("async () => complaints") == []
                except (AssertionError, RuntimeError):
                    failed += 1
                    print(f"{engine.name}: {check.__doc__} FAILED\n{traceback.format_exc()}")
                else:
                    print(f"{engine.name}: {check.__doc__}", flush=True)
        finally:
            browser.close()
    return failed


def main():
    failed = 0
    for engine in (Firefox, WebKit):
        binary = found(engine)
        if binary:
            failed += failures(engine, binary)
            continue
        print(f"softmax_lab: {engine.name} was not found, and is left out.")
        failed += bool(os.environ.get("CI"))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
