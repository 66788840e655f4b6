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
import shutil
import sys
import tempfile
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from softmax_lab.exercises import grading, walls
from softmax_lab.exercises.walls import NotGraded

COURSE = Path(__file__).resolve().parent
# nbgrader adds a submission before its parts, and SQLAlchemy remarks on that. All are there after.
warnings.filterwarnings("ignore", message="Object of type <Submitted")
LARGEST = 20_000_000  # bytes of a notebook that comes back


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


def grade(name, student, within):
    """Grade one submission on a copy of the course, and take its result over."""
    with tempfile.TemporaryDirectory(prefix="grading-") as folder:
        work = Path(folder).resolve()
        try:
            _lay_out(work, name, student)
            nbgrader = ["-m", "nbgrader", "autograde", name, "--student", student]
            walls.run(within(work, COURSE, nbgrader), work)
            scores = _scores(work, name, student)
            _take_over(work, name, student, scores)
        except NotGraded as why:
            return Result(student, reason=str(why))
    return Result(student, sum(s for s, _ in scores.values()), sum(m for _, m in scores.values()))


def _lay_out(work, name, student):
    """What the grader needs, nothing of anybody else, and no solution that can be read."""
    for folder in ("home", "tmp"):
        (work / folder).mkdir()
    for file in ("nbgrader_config.py", "course.json", "gradebook.db"):
        shutil.copy(COURSE / file, work)
    with zipfile.ZipFile(work / "coursework.zip", "w") as archive:
        for module, text in grading.read(COURSE / grading.COURSEWORK).items():
            archive.writestr(module, text)
    # What belongs to the assignment besides its notebook, which has the solutions.
    shutil.copytree(
        *(COURSE / "source" / name, work / "source" / name),
        ignore=shutil.ignore_patterns("*.ipynb"),
    )
    submitted = Path("submitted", student, name)
    shutil.copytree(COURSE / submitted, work / submitted, symlinks=True)
    with _gradebook(work) as gradebook:
        for other in [someone.id for someone in gradebook.students]:
            gradebook.remove_student(other)


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


def main(arguments=None):
    """Grade, print each result as it comes, and return 1 if a submission was not graded."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", help="the assignment")
    parser.add_argument("students", nargs="*", help="all who have handed in by default")
    parser.add_argument("--within", choices=walls.WAYS)
    asked = parser.parse_args(arguments)
    handed_in = sorted(path.parent.name for path in COURSE.glob(f"submitted/*/{asked.name}"))
    within, results = walls.chosen(asked.within, COURSE), []
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
