"""Grade the submissions of an assignment one by one, each in a process or container of its own.

    python grade.py NAME [--within unshare|docker|podman|process] [STUDENT ...]

A submission is code of somebody else, and nbgrader runs it as yours. Here each runs on a copy of
the course that holds no other submission and no other mark, with a home of its own; then its score
is put into gradebook.db and into grades-NAME.csv. One that takes the grader down with it, or never
ends, is written down as not graded, and the next one has its turn.

  docker, podman   the strongest: a container without a network, of the image softmax_lab-grader
                   (``docker build -t softmax_lab-grader -f Dockerfile PATH_OF_SOFTMAX_LAB``)
  unshare          Linux namespaces, without a container: no network, no process but its own; it
                   cannot see the course, nor write to your home or to the installed packages
  process          the weakest: only a process and a home of its own. What runs as you can still
                   write to all that is yours, the gradebook and the installed packages among it

Without --within it is unshare where that works, otherwise process, which is said. Nothing keeps a
submission from forging its own mark: look at answers that do more than they should.
"""

import argparse
import csv
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

COURSE = Path(__file__).resolve().parent
IMAGE = "softmax_lab-grader"
LIMIT = 600  # seconds for one submission
# nbgrader adds a submission before its parts, and SQLAlchemy remarks on that. All are there after.
warnings.filterwarnings("ignore", message="Object of type <Submitted")
LARGEST = 20_000_000  # bytes of a notebook that comes back
LOOPBACK_UP = (
    "import fcntl, socket, struct; "
    "fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sH14s', b'lo', 0x41, b''))"
)
# What may be read is made read-only, then the folder at work is made writable again, and the
# course is hidden. The last unshare gives away the power to undo this.
BOX = """
set -e
work="$1"; course="$2"; python="$3"; shift 3
while [ "$1" != -- ]; do mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; shift; done
shift
mount --bind "$work" "$work"; mount -o remount,bind,rw "$work"
for folder in "$course" /dev/shm /var/tmp; do mount -t tmpfs tmpfs "$folder"; done
"$python" -I -c "$LOOPBACK_UP"
cd "$work"
exec unshare --user --map-user=1000 --map-group=1000 "$@"
"""
NAMESPACES = "--user --map-root-user --mount --pid --ipc --net --fork --kill-child --mount-proc"


@dataclass
class Result:
    """What became of a submission: its score, or why it has none."""

    student: str
    score: float | None = None
    largest: float = 0
    reason: str = ""

    def __str__(self):
        if self.score is None:
            return f"{self.student}: not graded, {self.reason}"
        return f"{self.student}: {self.score:g} of {self.largest:g}"


class NotGraded(Exception):
    """The submission cannot be graded; the message says why."""


def grade(name, student, within):
    """Grade one submission on a copy of the course, and take its result over."""
    with tempfile.TemporaryDirectory(prefix="grading-") as folder:
        work = Path(folder).resolve()
        try:
            _lay_out(work, name, student)
            _run(work, name, student, within)
            scores = _scores(work, name, student)
            _take_over(work, name, student, scores)
        except NotGraded as why:
            return Result(student, reason=str(why))
    return Result(student, sum(s for s, _ in scores.values()), sum(m for _, m in scores.values()))


def _lay_out(work, name, student):
    """What the grader needs, and nothing of anybody else."""
    for folder in ("home", "tmp"):
        (work / folder).mkdir()
    shutil.copy(COURSE / "nbgrader_config.py", work)
    for folder in (Path("source", name), Path("submitted", student, name)):
        shutil.copytree(COURSE / folder, work / folder, symlinks=True)
    shutil.copy(COURSE / "gradebook.db", work)
    with _gradebook(work) as gradebook:
        for other in [someone.id for someone in gradebook.students]:
            gradebook.remove_student(other)


def _run(work, name, student, within):
    """Let nbgrader grade it, within a limit of time."""
    nbgrader = ["-m", "nbgrader", "autograde", name, "--student", student]
    command = within(work, nbgrader)
    with (
        open(work / "grading.log", "wb") as log,
        subprocess.Popen(
            command,
            cwd=work,
            env=_environment(work),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as grader,
    ):
        try:
            status = grader.wait(LIMIT)
        except subprocess.TimeoutExpired:
            raise NotGraded(f"it did not end within {LIMIT} s") from None
        finally:
            _end_all_of(grader)
    if status:
        last = (work / "grading.log").read_text(errors="replace").strip().splitlines()[-1:]
        raise NotGraded(f"the grader ended with status {status}: {''.join(last)!r:.200}")


def _end_all_of(grader):
    """End the grader's group of processes, whatever is left of it."""
    try:
        os.killpg(grader.pid, signal.SIGKILL)
    except ProcessLookupError:  # nothing is left
        return


def _environment(work):
    """Nothing of the instructor's own; nbgrader calls alembic, beside Python, by its name."""
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    return {
        "PATH": path,
        "HOME": str(work / "home"),
        "TMPDIR": str(work / "tmp"),
        "PYTHONNOUSERSITE": "1",
        "LANG": "C.UTF-8",
        "LOOPBACK_UP": LOOPBACK_UP,
    }


def in_a_process(work, nbgrader):
    """The command that grades without any wall around it."""
    return [sys.executable, *nbgrader]


def in_namespaces(work, nbgrader):
    """The command that grades in Linux namespaces of its own."""
    import softmax_lab

    package = Path(softmax_lab.__file__).resolve().parent
    shown = [Path.home(), Path(sys.prefix), Path(sys.base_prefix), package, tempfile.gettempdir()]
    box = ["sh", "-c", BOX, "box", work, COURSE, sys.executable, *shown, "--"]
    return ["unshare", *NAMESPACES.split(), *map(str, box), sys.executable, *nbgrader]


def in_a_container(engine):
    """What makes the command that grades in a container of this engine."""

    def command(work, nbgrader):
        return [
            *(engine, "run", "--rm", "--init", "--network", "none", "--read-only"),
            *("--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
            *("--memory", "2g", "--pids-limit", "256", "--tmpfs", "/tmp"),
            *("--user", f"{os.getuid()}:{os.getgid()}", "--env", "HOME=/course/home"),
            *("--volume", f"{work}:/course", "--workdir", "/course", IMAGE),
            *("timeout", "--kill-after", "5", str(LIMIT), "python", *nbgrader),
        ]

    return command


WAYS = {
    "docker": in_a_container("docker"),
    "podman": in_a_container("podman"),
    "unshare": in_namespaces,
    "process": in_a_process,
}


def namespaces_work():
    """Whether this machine lets its users make namespaces."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            tried = subprocess.run(
                in_namespaces(Path(folder).resolve(), ["-c", ""]),
                env=_environment(Path(folder)),
                capture_output=True,
            )
        except FileNotFoundError:  # there is no unshare
            return False
    return tried.returncode == 0


def _gradebook(folder):
    return Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "softmax_lab")


def _scores(work, name, student):
    """The score and the largest possible one of each test, from the copy's gradebook."""
    largest = _largest(name)
    with _gradebook(work) as gradebook:
        try:
            notebooks = gradebook.find_submission(name, student).notebooks
        except MissingEntry:
            raise NotGraded("the grader wrote down nothing") from None
        given = {(n.name, g.name): g.auto_score for n in notebooks for g in n.grades}
    if given.keys() != largest.keys() or None in given.values():
        raise NotGraded("the grader did not come to its end")
    if not all(0 <= given[test] <= largest[test] for test in largest):
        raise NotGraded("its scores are not possible: it wrote to the gradebook itself")
    return {test: (given[test], largest[test]) for test in largest}


def _largest(name):
    """The points of each test, from the course's own gradebook."""
    with _gradebook(COURSE) as gradebook:
        notebooks = gradebook.find_assignment(name).notebooks
        return {(n.name, cell.name): cell.max_score for n in notebooks for cell in n.grade_cells}


def _take_over(work, name, student, scores):
    """Copy the graded notebooks, and enter the scores into the course's gradebook."""
    for notebook in sorted({notebook for notebook, _ in scores}):
        graded = work / "autograded" / student / name / f"{notebook}.ipynb"
        if graded.is_symlink() or not graded.is_file() or graded.stat().st_size > LARGEST:
            raise NotGraded("no notebook came back")
        target = COURSE / graded.relative_to(work)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(graded, target)
    with _gradebook(COURSE) as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(name, student)
        for (notebook, test), (score, _) in scores.items():
            entry = gradebook.find_grade(test, notebook, name, student)
            entry.auto_score, entry.needs_manual_grade = score, False
        gradebook.db.commit()


def _way(chosen):
    """What makes the command, and a word of warning where it is the weakest."""
    if chosen:
        return WAYS[chosen]
    if namespaces_work():
        return in_namespaces
    print("no namespaces here: grading in plain processes, which is weaker", file=sys.stderr)
    return in_a_process


def main(arguments=None):
    """Grade, print each result as it comes, and return 1 if a submission was not graded."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", help="the assignment")
    parser.add_argument("students", nargs="*", help="all who have handed in by default")
    parser.add_argument("--within", choices=WAYS)
    asked = parser.parse_args(arguments)
    handed_in = sorted(path.parent.name for path in COURSE.glob(f"submitted/*/{asked.name}"))
    within, results = _way(asked.within), []
    for student in asked.students or handed_in:
        results.append(grade(asked.name, student, within))
        print(results[-1], flush=True)
    with open(COURSE / f"grades-{asked.name}.csv", "w", newline="", encoding="utf-8") as table:
        writer = csv.writer(table)
        writer.writerow(["student", "score", "largest", "not graded because"])
        writer.writerows([r.student, r.score, r.largest or "", r.reason] for r in results)
    return int(any(result.score is None for result in results))


if __name__ == "__main__":
    sys.exit(main())
