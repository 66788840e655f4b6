"""From a key or a move of the pointer to the new numbers in JupyterLab, three ways to draw them.

    python benchmarks/latency.py

opens a notebook in a JupyterLab of its own, in a headless Chromium, takes about three minutes,
prints a table and writes it to benchmarks/results/latency.csv. The same weighted matrix, with
its numbers and its column sums, is drawn

- by the JacobianExplorer: the browser computes and draws; moved by keys, and dragged;
- by ipywidgets.interact and Matplotlib under a FloatSlider: Python sends a PNG;
- by an observer of a FloatSlider that writes an SVG into an ipywidgets.HTML.

All stand in one notebook, in the window while their turn lasts, and they take turns, so that what
slows the machine slows all of them. Keys (ArrowUp and ArrowDown; the slider's handle is told to
keep them, as the explorer's does) come about six a second, as from a hand that taps; a pointer's
moves in a stream, one every 35 ms. The intervals are random, no event is sent before the last one
was painted, so none waits in a queue, and a turn begins when JupyterLab has come to rest from the
change: kinder to the slow ones than a hand is.

What is measured, in milliseconds since the ``timeStamp`` of the event, which is when the browser
received it, by the page's own clock:

changed
    a MutationObserver sees the new numbers in the document: the explorer's result has another
    ``data-value``, the SVG other markup, the output another <img>. No frame is waited for.
painted
    the first frame with them has been laid out, painted and handed to the compositor: a task of
    the highest priority, posted from ``requestAnimationFrame``, itself asked for at the change
    (an <img> is loaded and decoded first), runs. What the compositor then does is not included:
    some 3 ms here, the same for all.
worked
    painted, less the wait for a frame: at most 16.7 ms, which no program can avoid. A page that
    rests begins a frame at once if it still can in the present sixtieth of a second; for some
    90 ms after a change it is not at rest, and waits for half a frame on average, whatever is
    drawn. Keys mostly meet a page at rest, moves in a stream never. Nothing here keeps frames
    coming, as polling in every frame would. A move waits before it is handled: Chromium hands it
    over when a frame begins.

p50 and p95 are times that were measured: the least that so many in a hundred did not exceed.
"""

import math
import os
import platform
from importlib.metadata import version
from typing import NamedTuple

import report

SIZES = [5, 8]
ROUNDS, TURN, WARM_UP = 3, 34, 6  # the last two in events; warming up is not counted
TITLE = "From an event to the frame that shows it, in ms; ratios of painted to the explorer's keys."


class Contestant(NamedTuple):
    """A way to draw, the event that it is sent, and where its numbers are."""

    name: str
    event: str
    cell: str  # a function of in_lab/contestants.py
    handle: str
    numbers: str
    kind: str  # of what changes there: see in_lab/stopwatch.js


EXPLORER = ("explorer", '[data-variable="z"]', '[data-output="result"]', "value")
OURS = Contestant("explorer", "keydown", *EXPLORER)
MATPLOTLIB = Contestant(
    *("interact, Matplotlib", "keydown", "interact_with_matplotlib"),
    *(".noUi-handle", ".jp-OutputArea", "image"),
)
CONTESTANTS = [
    OURS,
    Contestant("explorer", "pointermove", *EXPLORER),
    MATPLOTLIB,
    Contestant(
        *("SVG from Python", "keydown", "svg_from_python"),
        *(".noUi-handle", ".widget-html-content", "markup"),
    ),
]


class Goal(NamedTuple):
    """What a figure should be: at most, or at least, so much."""

    figure: str
    sign: str
    limit: float

    def __str__(self):
        return f"{self.figure} {self.sign} {self.limit:.3g}"

    def met(self, figures):
        """Whether the figures reach it."""
        value = figures[self.figure]
        return value <= self.limit if self.sign == "≤" else value >= self.limit


GOALS = {
    (5, OURS): Goal("painted_p95", "≤", 1000 / 60),  # one frame
    (5, MATPLOTLIB): Goal("ratio_p95", "≥", 20),
}


class Latency(NamedTuple):
    """One row: times in ms; ratios of painted to that of the explorer moved by keys."""

    n: int
    drawn_by: str
    event: str
    events: int
    painted_p50: float
    painted_p95: float
    changed_p50: float
    changed_p95: float
    worked_p50: float
    worked_p95: float
    ratio_p50: float
    ratio_p95: float
    goal: str
    met: bool | None
    machine: str


# ---- the arithmetic


def percentile(times, percent):
    """The least of the times that this many percent of them do not exceed."""
    return sorted(times)[math.ceil(len(times) * percent / 100) - 1]


def percentiles(times):
    """The p50 and p95 of each moment, from what the stopwatch said of each event."""
    return {
        f"{moment}_p{percent}": percentile([t[moment] for t in times], percent)
        for moment in ("painted", "changed", "worked")
        for percent in (50, 95)
    }


def summary(samples, machine):
    """The rows; ``samples`` holds the times of each (n, contestant)."""
    for (n, contestant), times in samples.items():
        figures, ours = percentiles(times), percentiles(samples[n, OURS])
        for p in ("p50", "p95"):
            figures[f"ratio_{p}"] = figures[f"painted_{p}"] / ours[f"painted_{p}"]
        goal = GOALS.get((n, contestant))
        yield Latency(
            *(n, contestant.name, contestant.event, len(times)),
            **figures,
            goal=str(goal or ""),
            met=goal.met(figures) if goal else None,
            machine=machine,
        )


def table(rows):
    """A header and lines for ``report.show``."""
    marks = {True: " ✓", False: " ✗", None: ""}
    figures = Latency._fields[4:12]
    lines = [
        [
            *(str(r.n), r.drawn_by, r.event, str(r.events)),
            *(f"{getattr(r, figure):.1f}" for figure in figures),
            words(r.goal) + marks[r.met],
        ]
        for r in rows
    ]
    return ["n", "drawn by", "event", "events", *map(words, figures), "goal"], lines


def words(name):
    return name.replace("_", " ")


# ---- the measuring


def measure(page, places):
    """For each (n, contestant), what the stopwatch said of each event, all taken in turn."""
    from in_lab.page import take_turn

    samples = {(n, contestant): [] for n in SIZES for contestant in CONTESTANTS}
    for events, counts in [(WARM_UP, False)] + [(TURN, True)] * ROUNDS:
        for (n, contestant), times in samples.items():
            place = places.index((n, contestant.cell))
            taken = take_turn(page, place, contestant, events)
            times += taken if counts else []
    return samples


def machine(chromium):
    """All that the figures depend on."""
    packages = ["jupyterlab", "ipywidgets", "anywidget", "matplotlib", "numpy"]
    return [
        ("processor", f"{report.processor()}, {os.cpu_count()} threads"),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("Python", platform.python_version()),
        *((name, version(name)) for name in packages),
        ("Chromium", f"{chromium}, headless"),
    ]


def main():
    from in_lab.page import opened

    names = dict.fromkeys(contestant.cell for contestant in CONTESTANTS)
    places = [(n, name) for n in SIZES for name in names]
    with opened(places) as page:
        about = machine(page.context.browser.version)
        for what, which in about:
            print(f"{what:14}{which}")
        samples = measure(page, places)
    rows = list(summary(samples, "; ".join(f"{what} {which}" for what, which in about)))
    report.show(TITLE, *table(rows))
    report.write_csv("latency", rows)


if __name__ == "__main__":
    main()
