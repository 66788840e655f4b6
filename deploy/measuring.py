"""How a class that comes all at once fares, and what it takes: seconds, memory, processor time."""

import asyncio
import os
import platform
from pathlib import Path
from statistics import median

from students import Student, browser

LESSON = "03-from-matrix-back-to-vector.ipynb"
TICK = os.sysconf("SC_CLK_TCK")
MB = 1e6


async def measure(hub, count):
    """Let students come at once, each open lesson 3, run it and drag; print what it took."""
    quiet = memory(tree(hub.process.pid))
    async with browser() as chrome:
        class_ = [await Student.arriving(f"student{k}", hub, chrome) for k in range(1, count + 1)]
        rows = await asyncio.gather(*map(lesson_of, class_))
    report(rows, quiet, hub)
    if wrong := [row["name"] for row in rows if row["errors"]]:
        raise SystemExit(f"a cell raised an error for {', '.join(wrong)}")


async def lesson_of(student):
    """One student's way through the lesson, in numbers."""
    row = {"name": student.name, "log in": await student.log_in()}
    row["open"] = await student.open(LESSON)
    row["run all"] = await student.run_all()
    *_, row["a key, ms"] = await student.drag()
    row["errors"] = await student.errors()
    server = server_of(student)
    row["memory, MB"] = memory(tree(server)) / MB
    row["processor, s"] = sum(map(processor_seconds, tree(server)))
    await student.page.context.close()
    return row


def report(rows, quiet, hub):
    """Print each figure's median and its worst."""
    print(f"{len(rows)} students at once, {os.cpu_count()} processors, Python", end=" ")
    print(platform.python_version())
    print(f"{'':16}{'median':>10}{'worst':>10}")
    for figure in ("log in", "open", "run all", "a key, ms", "memory, MB", "processor, s"):
        values = [row[figure] for row in rows]
        print(f"{figure:16}{median(values):10.1f}{max(values):10.1f}")
    print(f"hub and proxy, before anybody came: {quiet / MB:.0f} MB")


def server_of(student):
    """The process of a student's server, which knows whose it is."""
    mark = f"JUPYTERHUB_USER={student.name}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0") and (
                b"jupyterhub-singleuser" in (folder / "cmdline").read_bytes()
            ):
                return int(folder.name)
        except (PermissionError, FileNotFoundError, ProcessLookupError):  # not ours, or gone
            continue
    raise RuntimeError(f"{student.name} has no server")


def tree(pid):
    """A process and all below it."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def memory(pids):
    """The bytes that processes take, with what they share counted by halves, thirds and so on."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += 1024 * int(line.split()[1])
    return total


def processor_seconds(pid):
    """The processor time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK
