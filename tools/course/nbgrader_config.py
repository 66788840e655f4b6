"""A course of the homework of softmax_lab."""

import json
import secrets
from pathlib import Path

from nbformat.v4 import new_output
from nbgrader.converters.autograde import Autograde
from nbgrader.converters.generate_assignment import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, Execute, NbGraderPreprocessor
from nbgrader.server_extensions import formgrader

from softmax_lab.exercises import grading

c = get_config()  # noqa: F821

HERE = Path(__file__).resolve().parent
COURSE = json.loads((HERE / "course.json").read_text(encoding="utf-8"))
ONCE = HERE / "coursework.zip"  # in the copy in which one submission is graded: read, and gone
THERE = grading.COURSEWORK in {path.name for path in HERE.iterdir()}
SOURCES = grading.read(HERE / grading.COURSEWORK) if THERE else grading.read_once(ONCE)


class Homework(NbGraderPreprocessor):
    """What knows which lesson's questions a notebook holds, and whose numbers."""

    def known(self, resources):
        """The lesson, the seed and the questions."""
        about = resources["nbgrader"]
        lesson, seed = int(about["notebook"][:2]), grading.seed_of(COURSE, about["student"])
        return lesson, seed, grading.load(SOURCES).questions(lesson, seed)


class Stubs(Homework):
    """Where a solution was, its stub is handed out."""

    def preprocess(self, nb, resources):
        """Put the stubs back."""
        _, _, questions = self.known(resources)
        stubs = {
            grading.grade_id("answer", question.number): question.stub for question in questions
        }
        for cell in nb.cells:
            cell.source = stubs.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
        return nb, resources


class FindAnswers(Homework):
    """Tags are forgotten, and an answer in a copied cell is found."""

    def preprocess(self, nb, resources):
        """Make one cell of each question the one that answers; note what was found for later."""
        _, _, questions = self.known(resources)
        for cell in nb.cells:
            cell.metadata.pop("tags", None)  # skip-execution would spare a test
        nb.metadata["remarks"] = grading.settle(nb, questions)
        return nb, resources


class OwnNumbers(Homework):
    """What asks and tests is as it was handed out to this student."""

    def preprocess(self, nb, resources):
        """Put the student's own numbers into the cells that nbgrader has put back."""
        _, _, questions = self.known(resources)
        handed_out = {
            grading.grade_id("question", q.number) + part: text
            for q in questions
            for part, text in [("", f"{q.title} {q.asks}"), ("-given", q.given), ("-then", q.then)]
        } | {grading.grade_id("test", q.number): q.test for q in questions}
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = handed_out.get(name, cell.source)
        return nb, resources


class Judges(Homework):
    """Judges come behind all answers; the marks go to the tests, the reason before the number."""

    token = ""

    def preprocess(self, nb, resources):
        """Add the judges, before the notebook is run."""
        lesson, seed, _ = self.known(resources)
        Judges.token = secrets.token_hex(16)
        grading.add_judges(nb, SOURCES, COURSE, lesson, seed, Judges.token)
        return nb, resources


class Marks(Homework):
    """Takes the judges away again, and gives each test its outputs, which nbgrader reads."""

    def preprocess(self, nb, resources):
        """Put the marks where the tests are; a test that nobody judged has none."""
        _, _, questions = self.known(resources)
        found = grading.marks(nb, questions, Judges.token, nb.metadata.pop("remarks", None))
        outputs = {
            grading.grade_id("test", mark.number): [
                new_output("stream", text=f"{mark}\n"),
                new_output("execute_result", {"text/plain": f"{mark.points:g}"}),
            ]
            for mark in found
        }
        for cell in nb.cells:
            about = cell.metadata.get("nbgrader", {})
            if about.get("grade"):
                cell.outputs = outputs[about["grade_id"]]
        return nb, resources


def _usual(converter, name):
    return list(converter.class_traits()[name].default(None))


c.CourseDirectory.course_id = "softmax_lab"
releasing = _usual(GenerateAssignment, "preprocessors")
releasing.insert(releasing.index(ClearSolutions) + 1, Stubs)
c.GenerateAssignment.preprocessors = releasing
# Feedback sets its formulas by itself; nbgrader's own template asks another site for that.
its_own = Path(formgrader.__file__).parent / "templates"
c.HTMLExporter.extra_template_basedirs = [str(HERE / "templates"), str(its_own)]
c.OverwriteCells.add_missing_cells = True  # a test that was deleted comes back
c.Execute.timeout = 120
c.Autograde.sanitize_preprocessors = [
    FindAnswers,
    *_usual(Autograde, "sanitize_preprocessors"),
    OwnNumbers,
]
steps = _usual(Autograde, "autograde_preprocessors")
place = steps.index(Execute)
c.Autograde.autograde_preprocessors = [*steps[:place], Judges, Execute, Marks, *steps[place + 1 :]]
