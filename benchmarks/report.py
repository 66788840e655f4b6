"""The figures as tables on the terminal and as CSV files, and the machine that they are of."""

import csv
import platform
import subprocess
from pathlib import Path

import numpy as np

from peers import OURS

RESULTS = Path(__file__).resolve().parent / "results"


def processor():
    """The processor's own name; not that of the machine."""
    if platform.system() == "Linux":
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        return names[0] if names else platform.machine()
    if platform.system() == "Darwin":
        asked = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(asked, capture_output=True, text=True).stdout.strip()
    return platform.processor() or platform.machine()


def machine(peers):
    """(what, which) pairs: all that the figures depend on."""
    return [
        ("processor", f"{processor()}, one thread"),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("Python", platform.python_version()),
        ("NumPy", np.__version__),
        *((peer.name, peer.version) for peer in peers if peer.name != OURS),
    ]


def write_csv(name, rows):
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows[0]._fields)
        writer.writerows([as_text(value) for value in row] for row in rows)


def as_text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}"
    return "x".join(map(str, value)) if isinstance(value, tuple) else value


def size(shape):
    return " × ".join("10⁶" if n == 10**6 else str(n) for n in shape)


def duration(seconds):
    """Three digits, in the unit that suits them."""
    for unit, factor in [("s", 1), ("ms", 1e3)]:
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def figure(value):
    """A few digits of an error that may be anything."""
    return f"{value:.2g}" if value < 99.5 else f"{value:.0e}".replace("e+0", "e").replace("e+", "e")


def verdict(value, goal, met, digits=figure):
    """A figure, its goal and whether it is met: 0.62 ≤ 0.7 ✓, or 0.81 > 0.7 ✗."""
    if goal is None:
        return digits(value)
    return f"{digits(value)} {'≤' if met else '>'} {digits(goal)} {'✓' if met else '✗'}"


def show(title, header, rows):
    """Print a table, its columns as wide as they need to be."""
    print(f"\n{title}\n")
    columns = zip(header, *rows, strict=True)
    widths = [max(map(len, column)) for column in columns]
    for row in [header, ["-" * width for width in widths], *rows]:
        print("  ".join(map(str.ljust, row, widths)).rstrip())


def pivot(figures, of_row, of_column, cell):
    """One line for all figures of the same ``of_row``; a column for each ``of_column``."""
    columns = list(dict.fromkeys(map(of_column, figures)))
    lines = {}
    for each in figures:
        lines.setdefault(of_row(each), {})[of_column(each)] = cell(each)
    rows = [[*row, *(cells.get(name, "") for name in columns)] for row, cells in lines.items()]
    return columns, rows


def show_speed(ratios):
    def of_row(r):
        logits = [] if r.logits == "ordinary" else [r.logits]
        return (r.function, *logits, size(r.shape), r.dtype, duration(r.ours_seconds))

    def cell(r):
        layout = f" ({r.layout})" if r.layout == "F" else ""
        return verdict(r.ratio, r.goal, r.met, "{:.2f}".format) + layout

    titles = {
        True: "Speed: time of ours over theirs, and the goal. (F): they got Fortran order.",
        False: "Speed on unusual logits.",
    }
    for usual, title in titles.items():
        chosen = [r for r in ratios if (r.logits == "ordinary") == usual]
        columns, rows = pivot(chosen, of_row, lambda r: r.peer, cell)
        header = ["function", *([] if usual else ["logits"]), "shape", "dtype", "ours"]
        show(title, [*header, *columns], rows)


def show_exactness(errors):
    columns, rows = pivot(
        errors,
        lambda e: (e.dtype, e.quantity, e.family),
        lambda e: e.library,
        lambda e: verdict(e.ulps, e.goal, e.met),
    )
    title = "Exactness: the worst error, in units in the last place of the dtype, and the goal."
    show(title, ["dtype", "quantity", "logits", *columns], rows)


def show_memory(peaks):
    columns, rows = pivot(
        peaks,
        lambda p: (p.function, size(p.shape)),
        lambda p: p.library,
        lambda p: verdict(p.arrays, p.goal, p.met, "{:.2f}".format),
    )
    title = "Memory: the peak of a call, result included, in arrays of the size of z (float64)."
    show(title, ["function", "shape", *columns], rows)


def show_attention(figures):
    for quantity in dict.fromkeys(f.quantity for f in figures):
        chosen = [f for f in figures if f.quantity == quantity]
        columns, rows = pivot(
            chosen,
            lambda f: (f.function, f.case, f.dtype),
            lambda f: f.library,
            lambda f: verdict(f.figure, f.goal, f.met),
        )
        show(f"Attention: {quantity}.", ["function", "case", "dtype", *columns], rows)


def show_goals(figures):
    """How many goals are met, table by table."""
    print()
    for name, rows in figures.items():
        verdicts = [row.met for row in rows if row.met is not None]
        print(f"{name}: {sum(verdicts)} of {len(verdicts)} goals are met")
