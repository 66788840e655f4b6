"""Students in browsers: they log in, open a lesson, run all of it, and drag a bar."""

import asyncio
import json
import re
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Page, async_playwright

import chromium

PATIENCE = 600_000  # milliseconds, for many at once on a small machine
BAR = '[data-variable="upstream"][data-index="0"]'


@asynccontextmanager
async def browser():
    """A Chromium for all of them; each gets a window of their own, with cookies of their own."""
    async with async_playwright() as playwright:
        chrome = await playwright.chromium.launch(**chromium.options())
        try:
            yield chrome
        finally:
            await chrome.close()


def saved(answer):
    """Whether the server says that it has written a file."""
    return answer.request.method == "PUT" and "/api/contents/" in answer.url


@dataclass
class Student:
    """One student, and the page that they look at."""

    name: str
    hub: object
    page: Page

    @classmethod
    async def arriving(cls, name, hub, chrome):
        """A student with an empty page."""
        context = await chrome.new_context(viewport={"width": 1280, "height": 900})
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        return cls(name, hub, page)

    async def log_in(self, password=None):
        """Until the first lesson is there, or the hub says no; give the seconds it took."""
        began = time.monotonic()
        await self.page.goto(f"{self.hub.url}/hub/login")
        await self.page.fill("#username_input", self.name)
        await self.page.fill("#password_input", password or self.hub.password)
        await self.page.click("#login_submit")
        await self.page.locator(".jp-Notebook, .login_error").first.wait_for()
        return time.monotonic() - began

    async def open(self, file):
        """Open a lesson of their own, and wait for its kernel; give the seconds it took."""
        began = time.monotonic()
        await self.page.goto(
            f"{self.hub.url}/user/{self.name}/lab/tree/softmax_lab/my-notebooks/{file}?reset"
        )
        await self.page.locator(".jp-Notebook:visible").wait_for()
        await self.idle()
        return time.monotonic() - began

    async def idle(self):
        """Until the kernel has nothing to do."""
        await self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()

    async def idle_for(self, seconds):
        """Until it has had nothing to do for some seconds: between two cells it is idle, too."""
        since = None
        while since is None or time.monotonic() - since < seconds:
            if not await self.page.get_by_text("Python 3 (ipykernel) | Idle").count():
                await self.idle()
                since = None
            since = since or time.monotonic()
            await asyncio.sleep(0.1)

    async def run_all(self):
        """Run all cells; give the seconds it took."""
        began = time.monotonic()
        await self.page.get_by_role("menuitem", name="Run", exact=True).click()
        await self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        await self.page.get_by_text("Python 3 (ipykernel) | Busy").wait_for()
        await self.idle_for(2)
        took = time.monotonic() - began - 2
        if unrun := sum(cell["execution_count"] is None for cell in await self.code()):
            raise RuntimeError(f"{self.name}: {unrun} cells were not run")
        return took

    async def drag(self):
        """Bring the first explorer into view, and move a bar by a hand and by a key.

        Gives what the bar said before and after, and the milliseconds of the key.
        """
        explorer = self.page.locator(".softmax-explorer").first
        await self.scroll_to(explorer)
        bar = explorer.locator(BAR)
        await bar.scroll_into_view_if_needed()
        before = float(await bar.get_attribute("aria-valuenow"))
        box = await self.resting_box(bar)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await self.page.mouse.move(x, y)
        await self.page.mouse.down()
        await self.page.mouse.move(x, y + 20, steps=5)
        await self.page.mouse.up()
        dragged = await self.changed(bar, before)
        await bar.focus()
        began = time.monotonic()
        await self.page.keyboard.press("ArrowDown")
        await self.changed(bar, dragged)
        return before, dragged, 1000 * (time.monotonic() - began)

    async def changed(self, bar, was):
        """What a bar says once it says something else than it did: it is drawn with a frame."""
        await self.page.wait_for_function(
            "([bar, was]) => Number(bar.getAttribute('aria-valuenow')) !== was",
            arg=[await bar.element_handle(), was],
            timeout=30_000,
        )
        return float(await bar.get_attribute("aria-valuenow"))

    async def resting_box(self, thing):
        """Where a thing is once it stays there: what is drawn above it pushes it down."""
        before, box = None, await thing.bounding_box()
        while box != before:
            await asyncio.sleep(0.5)
            before, box = box, await thing.bounding_box()
        return box

    async def scroll_to(self, thing):
        """JupyterLab draws what is near the window: turn the wheel until a thing is there."""
        await self.page.locator(".jp-Notebook:visible").first.hover(position={"x": 400, "y": 300})
        for _ in range(200):
            if await thing.count():
                return
            await self.page.mouse.wheel(0, 1500)
            await asyncio.sleep(0.1)
        raise RuntimeError(f"{self.name} did not find {thing}")

    async def save(self):
        """Save the lesson that is open, and give its file."""
        async with self.page.expect_response(saved):
            await self.page.locator("[data-command='docmanager:save']:visible").first.click()
        return self.hub.lessons(self.name) / re.search(r"[\w-]+\.ipynb", self.page.url)[0]

    async def code(self):
        """Save the lesson, and give its cells of code; JupyterLab numbers those that were run."""
        cells = json.loads((await self.save()).read_text(encoding="utf-8"))["cells"]
        return [cell for cell in cells if cell["cell_type"] == "code"]

    async def errors(self):
        """Save the lesson, and give the names of the errors in it."""
        outputs = [output for cell in await self.code() for output in cell["outputs"]]
        return [output["ename"] for output in outputs if output["output_type"] == "error"]
