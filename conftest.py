"""What all tests share: examples, who runs what, which are quick, and one run of each lesson."""

import importlib.util
import os
import re
import shutil

import matplotlib.pyplot as plt
import nbformat
import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

import chromium
import explorer_pictures
import notebooks
import web_files
from softmax_lab.clinic import calling
from web import runs

# The same examples on every machine and in every run; no deadline, for slow and busy machines.
settings.register_profile("softmax_lab", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("softmax_lab")

OTHERS = [name for name in ("pandas", "torch", "jax") if importlib.util.find_spec(name)]
TORCH = "torch" in OTHERS
NO_TORCH = (
    "PyTorch is not installed here: what needs it (tests/test_torch.py, and one witness of"
    " tests/test_network.py) is not tested in this run; one job of the CI has it, and with it"
    " pandas and JAX, whose arrays tests/test_other_arrays.py hands over."
)
collect_ignore = [
    *([] if TORCH else ["tests/test_torch.py"]),
    *([] if "jax" in OTHERS else ["tests/test_jax.py"]),
    *([] if OTHERS else ["tests/test_other_arrays.py"]),
]

# Whole courses of nbgrader, new environments, all pairs of the catalogue, all patients, all wrong
# answers: neither a browser nor a lesson, but as long. Who changes what they test runs them too.
LONG = (
    *("test_homework.py", "test_grading.py", "test_install.py", "test_attention_runs.py"),
    *("test_clinic_catalogue.py", "test_clinic_cases.py", "test_clinic_undeclared.py"),
    *("test_reception.py", "test_clinic_safety.py", "test_clinic_report.py"),
    *("test_clinic_reception.py", "test_clinic_forms.py", "test_clinic_asked.py"),
    *("test_clinic_attention.py", "test_exercises.py", "test_symbolic.py"),
    *("test_progress.py", "test_benchmarks.py", "test_training_pictures.py"),
    "test_submissions.py",
)
# What takes longest is begun first, so that no worker is left with it when the others are done.
LONGEST = ("test_lab.py", *LONG, "lesson 10", "lesson 08", "lesson 06", "test_kernel.py")


ONE_RUN = re.compile(r"^tests/test_notebooks\.py::.*\[(\d\d-[\w-]+)\]$")


def group_of(nodeid):
    """The tests of a group run in one process: those of a file, or of one run of a lesson."""
    lesson = ONE_RUN.match(nodeid)
    return f"lesson {lesson[1]}" if lesson else nodeid.split("::")[0]


class ByGroup(LoadScopeScheduling):
    """Hands out whole groups."""

    def _split_scope(self, nodeid):
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config, log):
    return ByGroup(config, log)


def place_in_line(group):
    """Where in the order of work a group stands."""
    first = [k for k, name in enumerate(LONGEST) if name in group]
    runs_a_lesson = group.startswith(("lesson ", "notebooks", "tests/browser"))
    return (*first, len(LONGEST))[0], not runs_a_lesson


def is_quick(item):
    return not (
        "tests/browser" in item.path.as_posix()
        or item.path.name in LONG
        or item.path.suffix == ".ipynb"
        or {"fresh", "web_packages"} & {*item.fixturenames}
    )


def pytest_collection_modifyitems(config, items):
    for item in items:
        if is_quick(item):
            item.add_marker("quick")
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: place_in_line(group_of(item.nodeid)))


def pytest_report_header():
    return [] if TORCH else [NO_TORCH]


def pytest_terminal_summary(terminalreporter):
    if not TORCH:
        terminalreporter.write_line(NO_TORCH)


@pytest.fixture(autouse=True)
def closed_figures():
    """No figure stays open behind a test: at twenty, whichever test comes next is warned."""
    yield
    plt.close("all")


@pytest.fixture
def in_this_process(monkeypatch):
    """The clinic without a process of its own, which doubles its cost: for what can do no harm.

    With one, as it is used, it is tried by what is hostile, by the corpus and by the lessons.
    """
    monkeypatch.setattr(calling, "can_fork", lambda: False)


@pytest.fixture(scope="session")
def web_packages():
    """What npm has fetched for pages and slides, and Node.js; what needs them uses this."""
    if not os.environ.get("CI") and (web_files.missing() or not shutil.which("node")):
        pytest.skip("Node.js is missing, or npm could not fetch the files for web pages")


@pytest.fixture(scope="session", params=notebooks.lessons(), ids=lambda path: path.stem)
def lesson(request):
    """The path of each lesson; tests that share its run are done one after the other."""
    return request.param


@pytest.fixture(scope="session")
def stored(lesson):
    return nbformat.read(lesson, as_version=4)


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory):
    """One folder for all processes of a run of the tests."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder


@pytest.fixture(scope="session")
def fresh(lesson, session_folder):
    """A lesson after a run, with the state of its widgets: for what is stored, and for pages.

    Chromium takes the pictures of its explorers; without it, these are not compared. The site of
    tests/browser/test_site.py is made of the same run.
    """
    notebook = runs.without_drawings(runs.run(lesson, session_folder / "runs"))
    if chromium.find():
        explorer_pictures.add_to(notebook)
    return notebook
