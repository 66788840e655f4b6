"""A course of the exercises of softmax_lab."""

from nbformat.v4 import new_output
from nbgrader.converters.autograde import Autograde
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

c = get_config()  # noqa: F821


class ForgetTags(NbGraderPreprocessor):
    """Tags of a submission are not obeyed: skip-execution would spare a test, for full marks."""

    def preprocess(self, nb, resources):
        """Take the tags off every cell."""
        for cell in nb.cells:
            cell.metadata.pop("tags", None)
        return nb, resources


class SayingNothingFails(NbGraderPreprocessor):
    """A test that did not say that it passed has failed, for whatever reason it was not run."""

    def preprocess(self, nb, resources):
        """Give every silent test an error, which nbgrader counts as a failure."""
        for cell in nb.cells:
            about = cell.metadata.get("nbgrader", {})
            if cell.cell_type == "code" and about.get("grade"):
                said = "".join(o.text for o in cell.outputs if o.output_type == "stream")
                if f"{about['grade_id']} passed" not in said.splitlines():
                    cell.outputs.append(new_output("error", ename="NotPassed", evalue=""))
        return nb, resources


def _usual(name):
    return list(Autograde.class_traits()[name].default(None))


c.CourseDirectory.course_id = "softmax_lab"
c.ClearSolutions.code_stub = {"python": "...  # YOUR ANSWER HERE"}
c.OverwriteCells.add_missing_cells = True  # a test that was deleted comes back
c.Autograde.sanitize_preprocessors = [ForgetTags, *_usual("sanitize_preprocessors")]
steps = _usual("autograde_preprocessors")
steps.insert(steps.index(Execute) + 1, SayingNothingFails)
c.Autograde.autograde_preprocessors = steps
