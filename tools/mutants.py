"""Make every small mistake in the mathematics and the judges, one at a time: do tests fail?

    python tools/mutants.py [--again] [--list] [GROUP ...]

Each mutant runs in a copy of this process, in which the changed module takes the place of its file,
against the test files of its group, until one fails. What survives has to stand in
tests/mutants.txt, with the reason why it is the same program. With --again only those run that
survived the last time and do not stand there.
"""

import argparse
import contextlib
import gc
import importlib.util
import os
import signal
import sys
import time
from collections import Counter
from importlib.abc import Loader, MetaPathFinder
from pathlib import Path

import mutating

ROOT = Path(__file__).resolve().parent.parent
REASONS = ROOT / "tests" / "mutants.txt"
SURVIVORS = ROOT / "build" / "mutants"
ENOUGH = 0.95  # of a group's mutants, killed; those that are the same program do not count

MATHS = ("test_softmax", "test_cross_entropy", "test_blocks", "test_edges", "test_errors")
GROUPS = {  # modules, and the files that test them, the likeliest to fail first
    "softmax": (["softmax"], MATHS),
    "rows": (["rows"], ["test_blocks", *MATHS, "test_attention"]),
    "cross_entropy": (["cross_entropy"], ["test_cross_entropy", *MATHS]),
    "gradient_check": (["gradient_check"], ["test_gradient_check", "test_errors"]),
    "attention": (["attention"], ["test_attention", "test_blocks", "test_edges", "test_errors"]),
    "exercises": (
        ["exercises.judges", "exercises.answers", "exercises.comparison"],
        ["test_judges", "test_judges_limits", "test_exercises", "test_progress"],
    ),
    "clinic": (
        ["clinic.judging", "clinic.matching", "clinic.mistake"],
        [
            *("test_clinic_judging", "test_clinic_matching", "test_clinic", "test_clinic_report"),
            "test_clinic_cases",
        ],
    ),
    "reading": (
        ["clinic.reading"],
        ["test_clinic_reading", "test_clinic_trials", "test_clinic_judging", "test_clinic"],
    ),
    "trials": (
        ["clinic.trials"],
        ["test_clinic_trials", "test_clinic_judging", "test_clinic_matching", "test_clinic"],
    ),
}
# What tests load before they come to the package: loaded once, and not by every mutant.
LIBRARIES = (
    *("anywidget", "hypothesis.extra.numpy", "matplotlib.pyplot", "mpmath", "nbclient", "nbformat"),
    *("playwright.sync_api", "pytest", "scipy", "sympy"),
    *("anyio.pytest_plugin", "nbval.plugin", "xdist.plugin"),
)
PASSED = 0
PATIENCE = 20  # seconds on the clock for each of the processor's


class Replaced(MetaPathFinder, Loader):
    """Loads one module from code instead of from its file."""

    def __init__(self, name, path, code):
        self.name, self.path, self.code = name, path, code

    def find_spec(self, name, path, target=None):  # noqa: D102
        if name == self.name:
            return importlib.util.spec_from_file_location(name, self.path, loader=self)
        return None

    def exec_module(self, module):  # noqa: D102
        exec(self.code, vars(module))


class Order:
    """What falls at once comes first; and of what has fallen no smaller example is looked for."""

    def pytest_configure(self):  # noqa: D102
        from hypothesis import Phase, settings

        settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate])
        settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items):  # noqa: D102
        from hypothesis import is_hypothesis_test

        items.sort(key=lambda item: is_hypothesis_test(getattr(item, "obj", None)))


def run(files, module, path, code):
    """What pytest's exit code is for a module of this code."""
    import pytest

    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.meta_path.insert(0, Replaced(module, str(path), code))
    options = ["-x", "--assert=plain", "-p", "no:cacheprovider", "-o", "addopts="]
    codes = (pytest.main([*options, file], plugins=[Order()]) for file in files)
    return next(filter(None, codes), PASSED)


def outcome(seconds, *arguments):
    """The exit code of a run in a copy of this process; None if it takes longer than it may.

    The seconds are the processor's, so that a busy machine lets no mutant look killed; whoever
    waits for something that does not come is ended too.
    """
    pid = os.fork()
    if pid == 0:
        os.setsid()
        signal.setitimer(signal.ITIMER_PROF, seconds)  # which ends it
        code = 70
        try:
            code = run(*arguments)
        finally:
            os._exit(code)
    end = time.monotonic() + PATIENCE * seconds
    status = 0, 0
    while status[0] == 0 and time.monotonic() < end:
        time.sleep(0.02)
        status = os.waitpid(pid, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError):  # what it has started itself, too
        os.killpg(pid, signal.SIGKILL)
    if status[0] == 0:
        os.waitpid(pid, 0)
        return None
    return os.waitstatus_to_exitcode(status[1])


def reasons():
    """The mutants that are known to be the same program, each with the reason."""
    known = {}
    for paragraph in REASONS.read_text(encoding="utf-8").split("\n\n"):
        *names, reason = [x for x in paragraph.splitlines() if x and x[0] != "#"] or [""]
        known |= {name: reason.strip() for name in names}
    return known


def of_group(group, with_code=True):
    """(name, module, path, code) of each mutant of a group."""
    seen = Counter()
    for part in GROUPS[group][0]:
        path = ROOT / "softmax_lab" / f"{part.replace('.', '/')}.py"
        source = path.read_text(encoding="utf-8")
        for mutant in mutating.mutants(source, str(path), with_code):
            name = f"{part} {mutant.name}"
            seen[name] += 1  # one statement may stand in a function twice
            numbered = f"{name}  ({seen[name]})" if seen[name] > 1 else name
            yield numbered, f"softmax_lab.{part}", path, mutant.code


def processor():
    """Seconds of the processor that the runs until now took."""
    spent = os.times()
    return spent.children_user + spent.children_system


def test_group(group, known, again):
    """Run a group; whether enough are killed, and all others have a reason."""
    files = [str(ROOT / "tests" / f"{name}.py") for name in dict.fromkeys(GROUPS[group][1])]
    start, before = time.monotonic(), processor()
    name, module, path, _ = next(of_group(group))
    same = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    if outcome(1800, files, module, path, same) != PASSED:
        sys.exit(f"{group}: the tests fail without a mutant")
    took = processor() - before
    left = SURVIVORS / f"{group}.txt"
    last = left.read_text(encoding="utf-8").splitlines() if again and left.exists() else None
    killed, survived = 0, []
    for name, module, path, code in of_group(group):
        if name in known or (last is not None and name not in last):
            killed += name not in known
        elif outcome(10 + 3 * took, files, module, path, code) == PASSED:
            survived.append(name)
            print(f"  survived: {name}", flush=True)
        else:
            killed += 1
    left.write_text("\n".join(survived), encoding="utf-8")
    same = sum(name in known for name, *_ in of_group(group, with_code=False))
    share = killed / (killed + len(survived))
    print(
        f"{group}: {killed} killed ({share:.1%}), {same} the same program, "
        f"{len(survived)} survived; {time.monotonic() - start:.0f} s",
        flush=True,
    )
    return share >= ENOUGH and not survived


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--again", action="store_true", help="only those that survived last time")
    parser.add_argument("--list", action="store_true", help="list the mutants, run nothing")
    parser.add_argument("groups", nargs="*", default=list(GROUPS), help=", ".join(GROUPS))
    arguments = parser.parse_args()
    if arguments.list:
        for group in arguments.groups:
            print(*(name for name, *_ in of_group(group, with_code=False)), sep="\n")
        return
    os.nice(19)
    os.chdir(ROOT)
    sys.dont_write_bytecode = False  # or every mutant would compile everything anew
    SURVIVORS.mkdir(parents=True, exist_ok=True)
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()  # pytest collects garbage at its end: among what is its own
    known = reasons()
    enough = [test_group(group, known, arguments.again) for group in arguments.groups]
    sys.exit(0 if all(enough) else "Some mutants live that no test kills: see above.")


if __name__ == "__main__":
    main()
