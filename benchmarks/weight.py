"""What the pages of the site weigh, and how soon they are there on a slow phone, beside the goals.

    python benchmarks/weight.py [NAME ...]      all pages of build/site, or some

A page comes from a server that packs what can be packed (gzip), to a Chromium as wide as a phone,
over what its developer tools call Fast 3G, with a processor four times slower. As soon as the page
is read, its first explorer is brought into view; then the whole page is scrolled through.
"""

import argparse
import gzip
import http.server
import mimetypes
import sys
import threading
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import chromium  # noqa: E402

SITE = ROOT / "build" / "site"
FAST_3G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.6 * 1024**2 / 8 * 0.9,
    "uploadThroughput": 0.75 * 1024**2 / 8 * 0.9,
}
SLOWER = 4
PHONE = {"width": 390, "height": 844}
PACKED = (".html", ".css", ".js", ".svg", ".json", ".txt")


class Weighed(NamedTuple):
    """A page: its kilobytes on the way, requests, seconds until it is there, and its jumps."""

    page: str
    kilobytes: float
    requests: int
    first_paint: float
    explorer: float | None
    shift: float


# At most; a page without explorers has none to wait for.
GOALS = Weighed("the goals", 600, 30, 3.5, 5.0, 0.1)
HEADINGS = Weighed("page", "kB", "requests", "first paint, s", "explorer alive, s", "layout shift")

LISTEN = """() => {
    globalThis.shift = 0;
    new PerformanceObserver(list => {
        for (const each of list.getEntries()) if (!each.hadRecentInput) shift += each.value;
    }).observe({ type: "layout-shift", buffered: true });
    const place = () => document.querySelector(".softmax-place");
    const afterPaint = call => requestAnimationFrame(() => requestAnimationFrame(call));
    const toExplorer = () => place()?.scrollIntoView({ block: "center" });
    addEventListener("DOMContentLoaded", () => afterPaint(toExplorer));
    new MutationObserver((_, observer) => {
        if (!document.querySelector(".softmax-explorer")) return;
        globalThis.alive = performance.now();
        observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
}"""
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
SCROLL = """async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 600) {
        scrollTo(0, y);
        await new Promise(done => setTimeout(done, 60));
    }
}"""


class Packing(http.server.BaseHTTPRequestHandler):
    """The files of the site, packed once each."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """Answer with a file."""
        file = SITE / self.path.partition("?")[0].lstrip("/")
        found = file.is_file()
        body, packed = packed_file(file) if found else (b"", False)
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", mimetypes.guess_type(file.name)[0] or "text/plain")
        self.send_header("Content-Length", str(len(body)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing of each request."""


@cache
def packed_file(file):
    body = file.read_bytes()
    packed = file.suffix in PACKED
    return (gzip.compress(body, 9) if packed else body), packed


@contextmanager
def served():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Packing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def weigh(browser, address, name):
    """Open a page as on a slow phone, with nothing kept from the page before."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", FAST_3G)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    arrived = []
    tools.on("Network.loadingFinished", lambda event: arrived.append(event["encodedDataLength"]))
    page.add_init_script(f"({LISTEN})()")
    page.goto(f"{address}/{name}.html", timeout=120_000)
    alive = None
    if page.locator(".softmax-place").count():
        page.wait_for_function("globalThis.alive > 0", timeout=60_000)
        alive = page.evaluate("alive") / 1000
    paint = page.evaluate(FIRST_PAINT) / 1000
    page.evaluate(SCROLL)
    page.wait_for_load_state("networkidle")
    time.sleep(0.3)
    shift = page.evaluate("shift")
    context.close()
    return Weighed(name, sum(arrived) / 1000, len(arrived), paint, alive, shift)


def row(weighed):
    def text(value):
        return "" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)

    return f"{weighed.page:32}" + "".join(f"{text(value):>20}" for value in weighed[1:])


def missed(weighed):
    """The figures that are beyond their goals."""
    pairs = zip(weighed[1:], GOALS[1:], HEADINGS[1:], strict=True)
    return [heading for value, goal, heading in pairs if value is not None and value > goal]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="pages; all by default")
    names = parser.parse_args().names or sorted(path.stem for path in SITE.glob("*.html"))
    if not (SITE / "index.html").exists():
        sys.exit("softmax_lab: there is no site yet. Make it first: make site")
    print(row(HEADINGS))
    print(row(GOALS))
    over = {}
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium.options())
        for name in names:
            weighed = weigh(browser, address, name)
            print(row(weighed), flush=True)
            if missed(weighed):
                over[name] = missed(weighed)
        browser.close()
    for name, what in over.items():
        print(f"{name}: more than the goal: {', '.join(what)}")


if __name__ == "__main__":
    main()
