"""A course goes out, comes back, and is graded: right, wrong, blank, copied, cheating answers."""

import copy
import csv
import importlib.util
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters.autograde import Autograde
from traitlets.config import PyFileConfigLoader

import homework
from homework_answers import WRONG
from softmax_lab.exercises import grading, walls
from softmax_lab.lessons import LESSONS
from test_homework import CHEATS

# As grade.py, which says why.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted")
LESSON = LESSONS[0]
STUDENTS = ("a-kills", "b-right", "c-rest", "d-copied", "e-blank")
SEED = "autumn"


def known(cell, what):
    return cell.metadata.get("nbgrader", {}).get(what)


@cache
def questions(student):
    """The questions as this student has them."""
    return homework.coursework.questions(LESSON.number, f"{SEED} {student}")


def solutions(student):
    """The right answers, by the ids of their cells."""
    return {grading.grade_id("answer", q.number): q.solution for q in questions(student)}


def handed_in(notebook, answers):
    """A copy of a notebook with answers in their cells, by grade id."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        cell.source = answers.get(known(cell, "grade_id"), cell.source)
    return notebook


def cell_of(notebook, grade_id):
    return next(cell for cell in notebook.cells if known(cell, "grade_id") == grade_id)


# The course: what its configuration adds to nbgrader


@pytest.fixture(scope="module")
def configured(course):
    """The configuration of the course, as nbgrader reads it."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()


def test_an_answer_is_found_before_nbgrader_looks_and_judged_behind_all_others(configured):
    names = [step.__name__ for step in configured.Autograde.sanitize_preprocessors]
    usual = Autograde.class_traits()["sanitize_preprocessors"].default(None)
    assert names == ["FindAnswers", *[step.__name__ for step in usual], "OwnNumbers"]
    names = [step.__name__ for step in configured.Autograde.autograde_preprocessors]
    assert names[:3] == ["Judges", "Execute", "Marks"]
    assert names.index("Marks") < names.index("SaveAutoGrades")


def test_tags_are_forgotten_before_anything_is_run(configured, course):
    notebook = received(course, "b-right")
    for cell in notebook.cells:
        cell.metadata.tags = ["skip-execution"]
    step = configured.Autograde.sanitize_preprocessors[0]()
    about = {"notebook": LESSON.name, "student": "b-right"}
    cleaned, _ = step.preprocess(notebook, {"nbgrader": about})
    assert not any("tags" in cell.metadata for cell in cleaned.cells)


def test_the_course_s_files_are_the_instructor_s_once_they_are_there(tmp_path):
    (tmp_path / "grade.py").write_text("mine")
    list(homework.write_course(tmp_path, [LESSON], SEED))
    assert (tmp_path / "grade.py").read_text() == "mine"
    there = {path.name for path in tmp_path.iterdir()}
    files = {"grade.py", "nbgrader_config.py", "Dockerfile", "course.json"}
    assert there == files | {"source", "templates", "coursework", "handed-out"}


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
    folder = course / "submitted" / student / LESSON.name
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / LESSON.file)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose homework has gone out, with numbers of their own for every student."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "home").mkdir()
    (folder / "names.txt").write_text("\n".join(STUDENTS))
    command = [sys.executable, homework.__file__, "--to", folder, "--seed", SEED]
    subprocess.run([*command, "--students", folder / "names.txt", LESSON.name], check=True)
    made = python(folder, "-m", "nbgrader", "generate_assignment", LESSON.name)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def released(course):
    """What nbgrader hands out where all have the same numbers."""
    notebook = nbformat.read(course / "release" / LESSON.name / LESSON.file, as_version=4)
    stubs = {q.stub for q in questions("anybody")}
    assert {cell.source for cell in notebook.cells if known(cell, "solution")} == stubs
    assert not any("SOLUTION" in cell.source for cell in notebook.cells)
    return notebook


def received(course, student):
    """What this student was handed out."""
    path = course / "handed-out" / student / LESSON.name / LESSON.file
    return nbformat.read(path, as_version=4)


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
        return {s.student_id: s.score for s in gradebook.assignment_submissions(LESSON.name)}


def copied(course, student):
    """All right: one with a blank copy below, one pasted as text, one with nothing around it."""
    notebook = handed_in(received(course, student), solutions(student))
    first, second, third = [cell for cell in notebook.cells if known(cell, "solution")]
    blank = copy.deepcopy(first)
    blank.source, blank.id = questions(student)[0].stub, "copied"
    notebook.cells.insert(notebook.cells.index(first) + 1, blank)
    pasted = nbformat.v4.new_code_cell(second.source)
    second.source = questions(student)[1].stub
    notebook.cells.insert(notebook.cells.index(second), pasted)
    test = cell_of(notebook, "test-1-6")
    third.metadata, test.metadata = nbformat.NotebookNode(), nbformat.NotebookNode()
    return notebook


def graded(course, student):
    """The notebook that came back, its tests' reasons and points by their ids."""
    path = course / "autograded" / student / LESSON.name / LESSON.file
    notebook = nbformat.read(path, as_version=4)
    tests = [cell for cell in notebook.cells if known(cell, "grade")]
    return notebook, {
        known(cell, "grade_id"): (cell.outputs[0].text, cell.outputs[1].data["text/plain"])
        for cell in tests
    }


@pytest.fixture(scope="module")
def marked(course, released, grade, monkeypatch_module):
    """Everything handed in and graded once: what was printed."""
    put(course, "a-kills", handed_in(received(course, "a-kills"), {"answer-1-4": KILL}))
    put(course, "b-right", handed_in(received(course, "b-right"), solutions("b-right")))
    every_cheat = "\n".join([*CHEATS.values(), STAY, SWALLOW])
    half = WRONG["1.5"][0][0]
    answers = {"answer-1-5": f"{every_cheat}\n{half}", "test-1-5": "assert True"}
    answers["answer-1-4"] = "measured = [0, 0, 1]"
    rest = handed_in(received(course, "c-rest"), answers)
    rest.cells = [cell for cell in rest.cells if known(cell, "grade_id") != "test-1-6"]
    for cell in rest.cells:
        cell.metadata.tags = ["skip-execution"] if known(cell, "grade") else []
    put(course, "c-rest", rest)
    put(course, "d-copied", copied(course, "d-copied"))
    put(course, "e-blank", received(course, "e-blank"))
    weakly = python(course, "grade.py", "--within", "process", LESSON.name, "a-kills", "b-right")
    monkeypatch_module.setenv("HOME", str(course / "home"))
    strongly = python(course, "grade.py", LESSON.name, *STUDENTS[2:])
    return weakly, strongly


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_homework_goes_out_comes_back_and_is_graded(course, marked):
    """One takes the grader down; what is right, half right, copied and blank gets its points."""
    weakly, strongly = marked
    assert weakly.returncode == 1, weakly.stderr
    killed, right = weakly.stdout.splitlines()
    assert killed.startswith("a-kills: not graded, the grader ended with status -9")
    assert right == "b-right: 6 of 6"
    assert strongly.returncode == 0, strongly.stderr
    assert strongly.stdout.splitlines() == ["c-rest: 1 of 6", "d-copied: 6 of 6", "e-blank: 0 of 6"]
    assert ("weaker" in strongly.stderr) != walls.namespaces_work(course)
    assert scores(course) == {"b-right": 6, "c-rest": 1, "d-copied": 6, "e-blank": 0}
    assert not list((course / "home").rglob("stay.py"))
    with (course / f"grades-{LESSON.name}.csv").open() as table:
        assert list(csv.reader(table))[1:] == [
            ["c-rest", "1.0", "6.0", ""],
            ["d-copied", "6.0", "6.0", ""],
            ["e-blank", "0.0", "6.0", ""],
        ]


def test_the_reason_stands_before_the_points_and_no_traceback_does(course, marked):
    _, blank = graded(course, "e-blank")
    assert blank == {
        f"test-1-{k}": (f"1.{k}: 0 of 2 points\nNot answered yet\n", "0") for k in (4, 5, 6)
    }
    notebook, rest = graded(course, "c-rest")
    assert rest["test-1-4"][0].startswith("1.4: 0 of 2 points\nNot yet: ")
    assert rest["test-1-5"][0].startswith("1.5: 1 of 2 points\nNot yet: the size is right")
    assert "Half of the points: " in " ".join(rest["test-1-5"][0].split())
    assert rest["test-1-5"][1] == "1"
    assert not any(
        o.output_type == "error" for c in notebook.cells if known(c, "grade") for o in c.outputs
    )
    for cell in notebook.cells:
        if known(cell, "grade"):
            assert "\n" not in cell.source.removeprefix("# This cell")


def test_an_answer_in_a_copied_cell_is_found_and_that_is_said(course, marked):
    notebook, copies = graded(course, "d-copied")
    for words, points in copies.values():
        assert "It stood in a copy of its cell" in " ".join(words.split())
        assert points == "2"
    for question in questions("d-copied"):
        assert sum(cell.source == question.solution for cell in notebook.cells) == 1


def test_what_was_handed_in_is_not_changed(course, marked):
    path = course / "submitted" / "d-copied" / LESSON.name / LESSON.file
    now = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    assert now == [cell.source for cell in copied(course, "d-copied").cells]


def test_each_student_s_paper_comes_back_with_their_own_numbers(course, marked):
    for student in ("b-right", "e-blank"):
        notebook, _ = graded(course, student)
        texts = [cell.source for cell in notebook.cells]
        for question in questions(student):
            assert f"{question.title} {question.asks}" in texts
            assert question.test in texts
    assert questions("b-right")[0].asks != questions("e-blank")[0].asks


def test_feedback_asks_nothing_of_the_network(course, marked):
    made = python(
        course, "-m", "nbgrader", "generate_feedback", LESSON.name, "--student", "d-copied"
    )
    assert made.returncode == 0, made.stderr
    page = course / "feedback" / "d-copied" / LESSON.name / f"{LESSON.name}.html"
    text = page.read_text(encoding="utf-8")
    assert "katex.render(" in text
    assert "cdnjs" not in text
    assert ' src="http' not in text


def test_a_submission_that_never_ends_is_not_graded(course, released, grade, monkeypatch):
    put(course, "endless", released)
    monkeypatch.setattr(walls, "LIMIT", 0.5)
    sleeps = [sys.executable, "-c", "import time; time.sleep(60)"]
    forks = [sys.executable, "-c", f"import subprocess; subprocess.run({sleeps})"]
    result = grade.grade(LESSON.name, "endless", lambda work, hidden, nbgrader: forks)
    assert str(result) == "endless: not graded, it did not end within 0.5 s"


def test_a_grader_that_fails_is_told_with_its_last_words(course, released, grade):
    put(course, "late", released)
    fails = [sys.executable, "-c", "raise SystemExit('early\\nit is late')"]
    result = grade.grade(LESSON.name, "late", lambda work, hidden, nbgrader: fails)
    assert str(result) == "late: not graded, the grader ended with status 1: 'it is late'"


def mark(work, student, score):
    """Write into the copy's gradebook, as nbgrader does, or a submission that forges its mark."""
    with Gradebook(f"sqlite:///{work / 'gradebook.db'}", "softmax_lab") as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(LESSON.name, student)
        for entry in gradebook.find_submission(LESSON.name, student).notebooks[0].grades:
            entry.auto_score = score
        gradebook.db.commit()


def link(work, student):
    folder = work / "autograded" / student / LESSON.name
    folder.mkdir(parents=True)
    (folder / LESSON.file).symlink_to("/etc/passwd")


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

    def within(work, hidden, nbgrader):
        for do, *arguments in doing:
            do(work, "odd", *arguments)
        return ["true"]

    before = scores(course)
    assert str(grade.grade(LESSON.name, "odd", within)) == f"odd: not graded, {said}"
    assert scores(course) == before


def test_nobody_sees_the_others_submissions_and_marks(course, released, grade):
    put(course, "curious", released)
    there = []

    def within(work, hidden, nbgrader):
        there.append([path.name for path in (work / "submitted").iterdir()])
        with Gradebook(f"sqlite:///{work / 'gradebook.db'}", "softmax_lab") as gradebook:
            there.append([student.id for student in gradebook.students])
        there.append(walls.environment(work)["HOME"])
        return ["true"]

    grade.grade(LESSON.name, "curious", within)
    assert there[:2] == [["curious"], []]
    assert not Path(there[2]).exists()  # it was this one's alone


def test_a_container_gets_the_copy_and_nothing_else(tmp_path):
    command = walls.in_a_container("docker")(
        tmp_path, tmp_path, ["-m", "nbgrader", "autograde", "lesson"]
    )
    assert command[:4] == ["docker", "run", "--rm", "--init"]
    assert command.count("--volume") == 1
    assert f"{tmp_path}:/course" in command
    assert command[command.index("--network") + 1] == "none"
    assert command[-5:] == ["python", "-m", "nbgrader", "autograde", "lesson"]


def test_in_namespaces_nothing_of_the_instructor_s_can_be_written(course, monkeypatch):
    """Where the machine has namespaces; where it has none, grading says so and is weaker."""
    monkeypatch.setenv("HOME", str(course / "home"))
    places = [course / "home" / "x", Path(sys.prefix) / "x", course / "gradebook.db"]
    questions = homework.COURSE / grading.COURSEWORK
    tries = f"""
import os
print(os.path.exists({str(questions)!r}))
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
            walls.in_namespaces(Path(folder), course, ["-c", tries]),
            env=walls.environment(Path(folder)),
            capture_output=True,
            text=True,
        )
    assert walls.namespaces_work(course) == (done.returncode == 0)
    if walls.namespaces_work(course):
        # The course is an empty folder there: what is written into that is gone afterwards.
        said = done.stdout.splitlines()
        assert said[:3] == ["False", "No such file or directory", "Read-only file system"]
    assert (course / "gradebook.db").read_bytes() == before
    assert not any(place.exists() for place in places[:2])


def test_a_submission_finds_no_solution_while_it_is_graded(course, released, grade):
    """Judges are read before anything of it runs, and what nbgrader made has stubs only."""
    if not (course / "submitted" / "seeks").exists():
        put(course, "seeks", released)
    left = []

    def within(work, hidden, nbgrader):
        loads = "from traitlets.config import PyFileConfigLoader; "
        loads += "PyFileConfigLoader('nbgrader_config.py', path='.').load_config()"
        subprocess.run([sys.executable, "-c", loads], cwd=work, check=True)
        for path in work.rglob("*"):
            if path.is_file():
                left.append(path.read_bytes())
        return ["true"]

    grade.grade(LESSON.name, "seeks", within)
    assert left
    for question in homework.coursework.questions(LESSON.number, SEED):
        secret = question.solution.partition('"""\n')[2] or question.solution
        assert not any(secret.encode() in content for content in left)
