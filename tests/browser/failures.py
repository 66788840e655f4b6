"""What is kept of a test that failed: a picture of each page, what its console said, server logs.

In build/test-failures, which continuous integration offers for download.
"""

import os
import re
import shutil
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "build" / "test-failures"


def listen(page):
    """Remember what a page says in its console."""
    page.said = []
    page.on("console", lambda message: page.said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: page.said.append(f"error: {error.stack}"))
    return page


def folder():
    """The folder of the test that runs now, made when it is asked for."""
    test = os.environ["PYTEST_CURRENT_TEST"].split(" ")[0].split("/")[-1]
    place = FOLDER / re.sub(r"[^\w.-]+", "-", test).strip("-")
    place.mkdir(parents=True, exist_ok=True)
    return place


def keep(page):
    """Write the picture of a page and its console; a page that is closed has neither."""
    if page.is_closed():
        return
    place = folder()
    number = len(list(place.glob("page-*.png")))
    page.screenshot(path=place / f"page-{number}.png")
    (place / f"page-{number}.txt").write_text("\n".join(getattr(page, "said", [])), "utf-8")


def keep_log(server):
    """Copy the log of a server."""
    shutil.copy(server.runtime.parent / "log", folder() / f"{server.app}.log")
