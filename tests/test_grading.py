"""A course goes out, comes back, and is graded: right 3, and wrong, blank and cheating 0."""

import csv
import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters.autograde import Autograde
from traitlets.config import PyFileConfigLoader

import homework
from test_homework import CHEATS, EXERCISES, LESSON, SOLUTIONS, WRONG, handed_in, kind

# As grade.py, which says why.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted")


@pytest.fixture(scope="module")
def source():
    return homework.homework(nbformat.read(LESSON, as_version=4))


# The course: what its configuration adds to nbgrader


@pytest.fixture(scope="module")
def configured():
    """The configuration of the course, as nbgrader reads it."""
    path = homework.COURSE / "nbgrader_config.py"
    return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()


def steps(configured, name):
    return {step.__name__: step for step in configured.Autograde[name]}


def test_tags_are_forgotten_before_anything_is_run(configured, source):
    notebook = nbformat.from_dict(source)
    for cell in notebook.cells:
        cell.metadata.tags = ["skip-execution"]
    first = configured.Autograde.sanitize_preprocessors[0]
    cleaned, _ = first().preprocess(notebook, {})
    assert not any("tags" in cell.metadata for cell in cleaned.cells)
    usual = Autograde.class_traits()["sanitize_preprocessors"].default(None)
    assert configured.Autograde.sanitize_preprocessors[1:] == usual


def test_a_test_that_says_nothing_has_failed(configured, source):
    step = steps(configured, "autograde_preprocessors")["SayingNothingFails"]()
    said = {
        "silent": [],
        "of another": [nbformat.v4.new_output("stream", text="test-1-9 passed\n")],
        "in passing": [nbformat.v4.new_output("stream", text="once test-1-1 passed\n")],
        "passed": [nbformat.v4.new_output("stream", text="a\ntest-1-1 passed\n")],
    }
    failed = {}
    for name, outputs in said.items():
        notebook = nbformat.from_dict(source)
        cell = next(c for c in notebook.cells if kind(c, "grade_id") == "test-1-1")
        cell.outputs = outputs
        step.preprocess(notebook, {})
        failed[name] = any(output.output_type == "error" for output in cell.outputs)
        answer = next(c for c in notebook.cells if kind(c, "grade_id") == "answer-1-1")
        assert not answer.outputs
    assert failed == {"silent": True, "of another": True, "in passing": True, "passed": False}
    order = list(steps(configured, "autograde_preprocessors"))
    assert order.index("Execute") < order.index("SayingNothingFails") < order.index("LimitOutput")


def test_the_course_s_files_are_the_instructor_s_once_they_are_there(tmp_path):
    (tmp_path / "grade.py").write_text("mine")
    command = [sys.executable, homework.__file__, "--to", tmp_path, LESSON.stem]
    subprocess.run(command, check=True, capture_output=True)
    assert (tmp_path / "grade.py").read_text() == "mine"
    there = {path.name for path in tmp_path.iterdir()}
    assert there == {"grade.py", "nbgrader_config.py", "Dockerfile", "source"}


# The round trip


def course_environment(course):
    """A home of its own, and nbgrader's settings with it; it calls alembic by its name."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    return kept | {"HOME": str(course / "home"), "PATH": path}


def python(course, *arguments):
    command = [sys.executable, *arguments]
    environment = course_environment(course)
    return subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)


# Errors are to vanish, also that of a test.
SWALLOW = "get_ipython().set_custom_exc((Exception,), lambda *args, **kwargs: None)\n"
# The grader is to be taken down, and whoever is graded after this one with it.
KILL = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n"
# Whoever is graded after this one is to be graded by this one.
STAY = """
import pathlib
startup = pathlib.Path.home() / ".ipython" / "profile_default" / "startup"
startup.mkdir(parents=True, exist_ok=True)
(startup / "stay.py").write_text("stays = True")
"""


def put(course, student, notebook):
    folder = course / "submitted" / student / LESSON.stem
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / LESSON.name)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose homework has gone out."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "home").mkdir()
    subprocess.run([sys.executable, homework.__file__, "--to", folder, LESSON.stem], check=True)
    made = python(folder, "-m", "nbgrader", "generate_assignment", LESSON.stem)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def released(course):
    notebook = nbformat.read(course / "release" / LESSON.stem / LESSON.name, as_version=4)
    assert not any("SOLUTION" in cell.source for cell in notebook.cells)
    return notebook


@pytest.fixture(scope="module")
def grade(course):
    """The course's script, as a module."""
    spec = importlib.util.spec_from_file_location("grade", course / "grade.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scores(course):
    """Each student's score in the gradebook; None if one has not been graded."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "softmax_lab") as gradebook:
        return {s.student_id: s.score for s in gradebook.assignment_submissions(LESSON.stem)}


def test_homework_goes_out_comes_back_and_is_graded(course, released, grade, monkeypatch, capsys):
    """One is right; one leaves out an answer, a test, and cheats; one takes the grader down."""
    put(course, "a-kills", handed_in(released, SOLUTIONS | {"answer-1-1": KILL}))
    put(course, "b-right", handed_in(released, SOLUTIONS))
    every_cheat = "\n".join([*CHEATS.values(), STAY, SWALLOW])
    answers = {"answer-1-2": f"{every_cheat}\n{WRONG['answer-1-2']}", "test-1-2": "assert True"}
    rest = handed_in(released, WRONG | answers | {"answer-1-1": cell_of(released, "answer-1-1")})
    rest.cells = [cell for cell in rest.cells if kind(cell, "grade_id") != "test-1-3"]
    for cell in rest.cells:
        cell.metadata.tags = ["skip-execution"] if kind(cell, "grade") else []
    put(course, "c-rest", rest)

    weakly = python(course, "grade.py", "--within", "process", LESSON.stem, "a-kills", "b-right")
    assert weakly.returncode == 1, weakly.stderr
    killed, right = weakly.stdout.splitlines()
    assert killed.startswith("a-kills: not graded, the grader ended with status -9")
    assert right == "b-right: 3 of 3"
    monkeypatch.setenv("HOME", str(course / "home"))
    assert grade.main([LESSON.stem, "c-rest"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "c-rest: 0 of 3\n"
    assert ("weaker" in printed.err) != grade.namespaces_work()

    assert scores(course) == {"b-right": len(EXERCISES), "c-rest": 0}
    assert not list((course / "home").rglob("stay.py"))
    with (course / f"grades-{LESSON.stem}.csv").open() as table:
        assert list(csv.reader(table))[1:] == [["c-rest", "0.0", "3.0", ""]]
    graded = course / "autograded" / "c-rest" / LESSON.stem / LESSON.name
    assert (
        sum(
            o.output_type == "error"
            for c in nbformat.read(graded, 4).cells
            for o in c.get("outputs", [])
        )
        >= 3
    )


def cell_of(notebook, grade_id):
    return next(cell.source for cell in notebook.cells if kind(cell, "grade_id") == grade_id)


def test_a_submission_that_never_ends_is_not_graded(course, released, grade, monkeypatch):
    put(course, "endless", released)
    monkeypatch.setattr(grade, "LIMIT", 0.5)
    sleeps = [sys.executable, "-c", "import time; time.sleep(60)"]
    forks = [sys.executable, "-c", f"import subprocess; subprocess.run({sleeps})"]
    result = grade.grade(LESSON.stem, "endless", lambda work, nbgrader: forks)
    assert str(result) == "endless: not graded, it did not end within 0.5 s"


def test_a_grader_that_fails_is_told_with_its_last_words(course, released, grade):
    put(course, "late", released)
    fails = [sys.executable, "-c", "raise SystemExit('early\\nit is late')"]
    result = grade.grade(LESSON.stem, "late", lambda work, nbgrader: fails)
    assert str(result) == "late: not graded, the grader ended with status 1: 'it is late'"


def mark(work, student, score):
    """Write into the copy's gradebook, as nbgrader does, or a submission that forges its mark."""
    with Gradebook(f"sqlite:///{work / 'gradebook.db'}", "softmax_lab") as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(LESSON.stem, student)
        for entry in gradebook.find_submission(LESSON.stem, student).notebooks[0].grades:
            entry.auto_score = score
        gradebook.db.commit()


def link(work, student):
    folder = work / "autograded" / student / LESSON.stem
    folder.mkdir(parents=True)
    (folder / LESSON.name).symlink_to("/etc/passwd")


@pytest.mark.parametrize(
    ("doing", "said"),
    [
        ([], "the grader wrote down nothing"),
        ([(mark, None)], "the grader did not come to its end"),
        ([(mark, 99)], "its scores are not possible: it wrote to the gradebook itself"),
        ([(mark, -1)], "its scores are not possible: it wrote to the gradebook itself"),
        ([(mark, 1)], "no notebook came back"),
        ([(mark, 1), (link,)], "no notebook came back"),
    ],
    ids=["nothing", "no marks", "too many", "too few", "no notebook", "a link"],
)
def test_what_did_not_come_back_whole_is_not_graded(course, released, grade, doing, said):
    if not (course / "submitted" / "odd").exists():
        put(course, "odd", released)

    def within(work, nbgrader):
        for do, *arguments in doing:
            do(work, "odd", *arguments)
        return ["true"]

    before = scores(course)
    assert str(grade.grade(LESSON.stem, "odd", within)) == f"odd: not graded, {said}"
    assert scores(course) == before


def test_nobody_sees_the_others_submissions_and_marks(course, released, grade):
    put(course, "curious", released)
    there = []

    def within(work, nbgrader):
        there.append([path.name for path in (work / "submitted").iterdir()])
        with Gradebook(f"sqlite:///{work / 'gradebook.db'}", "softmax_lab") as gradebook:
            there.append([student.id for student in gradebook.students])
        there.append(grade._environment(work)["HOME"])
        return ["true"]

    grade.grade(LESSON.stem, "curious", within)
    assert there[:2] == [["curious"], []]
    assert not Path(there[2]).exists()  # it was this one's alone


def test_a_container_gets_the_copy_and_nothing_else(grade, tmp_path):
    command = grade.in_a_container("docker")(tmp_path, ["-m", "nbgrader", "autograde", "lesson"])
    assert command[:4] == ["docker", "run", "--rm", "--init"]
    assert command.count("--volume") == 1
    assert f"{tmp_path}:/course" in command
    assert command[command.index("--network") + 1] == "none"
    assert command[-5:] == ["python", "-m", "nbgrader", "autograde", "lesson"]


def test_in_namespaces_nothing_of_the_instructor_s_can_be_written(course, grade, monkeypatch):
    """Where the machine has namespaces; where it has none, grading says so and is weaker."""
    monkeypatch.setenv("HOME", str(course / "home"))
    places = [course / "home" / "x", Path(sys.prefix) / "x", course / "gradebook.db"]
    tries = f"""
for place in {list(map(str, places))}:
    try:
        open(place, "a").close()
        print("wrote", place)
    except OSError as error:
        print(error.strerror)
"""
    before = (course / "gradebook.db").read_bytes()
    with tempfile.TemporaryDirectory(prefix="grading-") as folder:
        done = subprocess.run(
            grade.in_namespaces(Path(folder), ["-c", tries]),
            env=grade._environment(Path(folder)),
            capture_output=True,
            text=True,
        )
    assert grade.namespaces_work() == (done.returncode == 0)
    if grade.namespaces_work():
        # The course is an empty folder there: what is written into that is gone afterwards.
        said = done.stdout.splitlines()
        assert said[:2] == ["No such file or directory", "Read-only file system"]
    assert (course / "gradebook.db").read_bytes() == before
    assert not any(place.exists() for place in places[:2])
