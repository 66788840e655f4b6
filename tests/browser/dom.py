"""What the tests of the explorers do with a page: look, drag, press, measure."""

import re
from contextlib import contextmanager

import numpy as np

from browser.site import visit

FRAME = "() => new Promise(requestAnimationFrame)"
RESET = """async () => {
    for (const button of document.querySelectorAll(".softmax-explorer .reset")) button.click();
    document.activeElement.blur();
    scrollTo(0, 0);
    await new Promise(requestAnimationFrame);
}"""


@contextmanager
def opened(browser, folder, explorers, theme="light", **context):
    """A page on which so many explorers are drawn; at the end it had nothing to complain of."""
    with visit(browser, folder, f"{theme}.html", **context) as page:
        if explorers:
            # They are made as they come near the view, and all of them for paper.
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
            page.locator(".softmax-explorer").nth(explorers - 1).wait_for()
        yield page
        assert page.complaints == []
        assert page.outside == []


def as_at_first(page, width=1000, height=700):
    """A page that another test has used as it opened: every explorer reset, nothing pointed at."""
    page.set_viewport_size({"width": width, "height": height})
    page.mouse.move(0, 0)
    page.evaluate(RESET)
    return page


def explorer(page, which):
    return page.locator(".softmax-explorer").nth(which)


def slider(page, which, variable, index=0):
    return explorer(page, which).locator(f'[data-variable="{variable}"][data-index="{index}"]')


def now(handle):
    return float(handle.get_attribute("aria-valuenow"))


ARIA = """all => all.map(e => Object.fromEntries(
    ["min", "now", "max", "text"].map(name => [name, e.getAttribute(`aria-value${name}`)])
        .concat([["label", e.getAttribute("aria-label")]])))"""


def assert_sliders_can_be_heard(page):
    """Every slider says where it is between which ends, in words too, and what it moves."""
    sliders = page.locator('[role="slider"]').evaluate_all(ARIA)
    assert sliders
    for said in sliders:
        assert float(said["min"]) <= float(said["now"]) <= float(said["max"]), said
        assert said["label"], said
        assert said["text"], said


def values(root, variable):
    """What the sliders of a variable say, in order."""
    read = "all => all.map(e => Number(e.getAttribute('aria-valuenow')))"
    return root.locator(f'[data-variable="{variable}"]').evaluate_all(read)


READ = """all => all.map(({ dataset }) => [
    ["index", "row", "column"].filter(name => name in dataset).map(name => Number(dataset[name])),
    dataset.value,
])"""


def numbers(root, output):
    """Every data-value of an output, by its place."""
    found = root.locator(f'[data-output="{output}"]').evaluate_all(READ)
    array = np.full(np.max([place for place, _ in found], axis=0) + 1, None)
    for place, value in found:
        array[tuple(place)] = float(value)
    assert len(found) == array.size
    return array.astype(float)


def centre(handle):
    box = handle.locator(".grip").first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, handle, dx, dy):
    """Press in the middle of a slider and move by so many pixels."""
    handle.scroll_into_view_if_needed()
    x, y = centre(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + dx * step / 5, y + dy * step / 5)
    page.mouse.up()


def swipe(page, x, y, dx, dy):
    """A finger goes down, moves in ten steps and leaves."""
    touch = page.context.new_cdp_session(page)

    def send(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", {"x": x, "y": y})
    for step in range(1, 11):
        send("touchMove", {"x": x + dx * step / 10, "y": y + dy * step / 10})
    send("touchEnd")
    page.flung = True
    page.evaluate(FRAME)


def press(root, label):
    root.get_by_text(label, exact=True).click()


def overlap(one, other):
    """How far two boxes overlap, across and down."""
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    ends = [box["top"] + box["height"] for box in (one, other)]
    return across, min(ends) - max(one["top"], other["top"])


def colour(text):
    """The red, green and blue of a CSS colour."""
    return [float(c) for c in re.findall(r"[\d.]+", text)[:3]]


def luminance(rgb):
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in np.divide(rgb, 255)
    ]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


def contrast(one, other):
    """How far two CSS colours are apart, from 1 to 21 (WCAG 2)."""
    light, dark = sorted([luminance(colour(one)), luminance(colour(other))], reverse=True)
    return (light + 0.05) / (dark + 0.05)


BOXES = """all => all.map(e => e.checkVisibility() ? e.getBoundingClientRect() : new DOMRect())
    .filter(box => box.height > 0)
    .map(({ left, right, top, height }) => ({ left, right, top, height }))"""


def boxes(root, selector):
    """Where the visible elements are that a selector names."""
    return root.locator(selector).evaluate_all(BOXES)
