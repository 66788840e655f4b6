"""Grading homework: which cell answers what, the judges behind all answers, and the marks.

A notebook is a dict, as in its file. The questions come from the course's folder ``coursework``,
which no submission gets to see: its judges are sent to the kernel behind the last answer, when
nothing of the submission is run any more.
"""

import ast
import base64
import json
import re
import sys
import textwrap
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.abc import Loader, MetaPathFinder
from importlib.util import spec_from_loader

COURSEWORK = "coursework"
WIDTH = 84  # of the lines of a reason, which pages do not wrap
# Whatever the cells above did to the package, in memory or with a namesake beside the notebook,
# is undone: an interpreter of its own says where the package is, and it is loaded from there.
# Not undone is what they did to Python, IPython or NumPy, such as an import hook, or to the files
# of the installation: grade behind walls, and look at answers that do more than they should.
PROGRAM = """\
import subprocess, sys
where = "import pathlib, importlib.metadata as about, softmax_lab as package; "
where += "print(about.version('softmax_lab')); print(pathlib.Path(package.__file__).parents[1])"
found = subprocess.run([sys.executable, "-I", "-c", where], capture_output=True, text=True)
assert found.returncode == 0, "softmax_lab is not installed here: " + found.stderr.strip()[-300:]
version, folder = found.stdout.strip().split("\\n")
assert version == "{version}", "made for softmax_lab {version}; installed is " + version
sys.path.insert(0, folder)
for name in [name for name in sys.modules if name.partition(".")[0] == "softmax_lab"]:
    del sys.modules[name]
import softmax_lab.exercises.grading
assert softmax_lab.__file__.startswith(folder), "another softmax_lab: " + softmax_lab.__file__
softmax_lab.exercises.grading.judge("{packed}", {lesson}, {seed!r}, globals(), "{token}")
"""


@dataclass(frozen=True)
class Mark:
    """What an answer is worth, and the reason in words."""

    number: str
    points: float
    largest: float
    words: str
    remark: str = ""  # on where the answer was found

    def __str__(self):
        words = " ".join(filter(None, [self.words[:1].upper() + self.words[1:], self.remark]))
        words = textwrap.fill(words, WIDTH)
        return f"{self.number}: {self.points:g} of {self.largest:g} points\n{words}"


# Which cell answers what


def grade_id(part, number):
    """The id of a part of a question, such as test-1-4."""
    return f"{part}-{number}".replace(".", "-")


def about(name, kind="code", **more):
    """What nbgrader has to know of a cell: whatever is no answer stays as it was handed out."""
    every = {"schema_version": 3, "task": False, "grade": False, "solution": False, "locked": True}
    return every | {"cell_type": kind, "grade_id": name} | more


def answer_of(question):
    """What nbgrader has to know of the cell of an answer."""
    return about(grade_id("answer", question.number), solution=True, locked=False)


def test_of(question):
    """What nbgrader has to know of the cell that tests an answer."""
    return about(grade_id("test", question.number), grade=True, points=question.points)


def settle(notebook, questions):
    """Give every question one cell that answers it and one that tests it; return remarks.

    A cell that was copied, or pasted without what marks it, answers as well as the one that was
    handed out. A blank one behind it would undo it, and goes; nothing that was written is lost.
    The remarks are by the number of their question.
    """
    remarks = {}
    for question in questions:
        cells = notebook["cells"]
        mine = [cell for cell in cells if _answers(cell, question)]
        written = [cell for cell in mine if not _is_blank(cell, question)]
        blank = [cell for cell in mine if _is_blank(cell, question)]
        answer = (written or blank or [_appended(notebook, question.stub)])[-1]
        remark = _remark(answer, written, mine, question)
        if remark:
            remarks[question.number] = remark
        for cell in blank:
            if cell is not answer:
                cells[:] = [other for other in cells if other is not cell]
        for cell in mine:
            cell["metadata"].pop("nbgrader", None)
        answer["metadata"]["nbgrader"] = answer_of(question)
        wanted = test_of(question)
        if not any(_known(cell).get("grade_id") == wanted["grade_id"] for cell in cells):
            _appended(notebook, question.test)["metadata"]["nbgrader"] = wanted
    return remarks


def _remark(answer, written, mine, question):
    """What whoever marks has to know of where an answer stood; nothing, where all is as usual."""
    if len({_source(cell).strip() for cell in written}) > 1:
        return f"{len(written)} cells answer it, and they differ: the last one counts."
    usual = _known(answer).get("grade_id") == answer_of(question)["grade_id"]
    if written and (len(mine) > 1 or not usual):
        return "It stood in a copy of its cell, and was found there."
    return ""


def _appended(notebook, source):
    """A new cell of code behind all others."""
    kind = type(notebook)  # a dict, or what nbformat makes of one
    cell = kind(cell_type="code", source=source, outputs=[], execution_count=None)
    cell["metadata"], cell["id"] = kind(), f"added-{len(notebook['cells'])}"
    notebook["cells"].append(cell)
    return cell


def _known(cell):
    """What nbgrader knows of a cell."""
    return cell["metadata"].get("nbgrader") or {}


def _answers(cell, question):
    """Whether a cell of code defines the answer, or is the one that was handed out for it."""
    if cell["cell_type"] != "code" or _known(cell).get("grade"):
        return False
    wanted = _known(cell).get("grade_id") == answer_of(question)["grade_id"]
    locked = _known(cell).get("locked")
    return wanted or (not locked and question.answer in _defined(_source(cell)))


def _is_blank(cell, question):
    source = re.sub(r"(?m)^\s*(#.*)?\n", "", _source(cell) + "\n").strip()
    return not source or source == re.sub(r"(?m)^\s*(#.*)?\n", "", question.stub + "\n").strip()


def _defined(source):
    """The names that code assigns or defines at its top level, also if it is no valid code."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return set(re.findall(r"(?m)^(?:(?:def|class)\s+)?(\w+)(?=\s*[(=:])", source))
    names = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    targets = [t for node in body if isinstance(node, ast.Assign) for t in node.targets]
    targets += [node.target for node in body if isinstance(node, ast.AnnAssign)]
    imported = [a for node in body if isinstance(node, ast.ImportFrom) for a in node.names]
    names |= {alias.asname or alias.name for alias in imported}
    return names | {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}


def _source(cell):
    """The text of a cell, which a file may store as a list of lines."""
    return "".join(cell.get("source", ""))


# The judges, behind all answers


def add_judges(notebook, sources, course, lesson, seed, token):
    """Put one more cell behind all others, which judges what they have left.

    ``sources`` are the modules of the course's questions, by name; ``token`` is drawn anew for
    each submission, and begins each line that is taken for a mark.
    """
    needed = {n: s for n, s in sources.items() if "lesson_" not in n or f"{lesson:02d}" in n}
    packed = base64.b64encode(zlib.compress(json.dumps(needed).encode())).decode()
    source = PROGRAM.format(
        version=course["version"], packed=packed, lesson=lesson, seed=seed, token=token
    )
    _appended(notebook, source)


def judge(packed, lesson, seed, namespace, token):
    """Print the mark of every answer in a namespace: in the kernel, behind all answers."""
    sources = json.loads(zlib.decompress(base64.b64decode(packed)))
    coursework = load(sources)
    for question in coursework.questions(lesson, seed):
        try:
            points, words = coursework.mark(question, namespace.get(question.answer))
        except Exception as error:  # of an object that escapes every judge
            words = f"not judged: it raised {type(error).__name__}: {error}. Look at it yourself."
            points = 0
        print(token + json.dumps([question.number, points, words]), flush=True)


def marks(notebook, questions, token, remarks=None):
    """Take the judges' cell out of a notebook that was run, and return the marks, in order.

    An answer of which nothing was said has no points: the judges did not come to it.
    """
    judging = notebook["cells"].pop()
    told = {}
    for output in judging.get("outputs", []):
        for line in "".join(output.get("text", "")).splitlines():
            if line.startswith(token):
                number, points, words = json.loads(line.removeprefix(token))
                told.setdefault(number, (points, words))
    errors = [o for o in judging.get("outputs", []) if o.get("output_type") == "error"]
    why = f" ({errors[0]['ename']}: {errors[0]['evalue']})" if errors else ""
    found = []
    for question in questions:
        lost = (0, f"the judges did not come to it{why}. What did the answers do?")
        points, words = told.get(question.number, lost)
        points = min(max(float(points), 0.0), question.points)
        remark = (remarks or {}).get(question.number, "")
        found.append(Mark(question.number, points, question.points, words, remark))
    return found


# The course's questions, from text in memory


def read(folder):
    """The modules of a course's questions, by name."""
    return {
        ".".join([COURSEWORK, path.stem]) if path.stem != "__init__" else COURSEWORK: (
            path.read_text(encoding="utf-8")
        )
        for path in sorted(folder.glob("*.py"))
    }


@cache
def read_once(archive):
    """The same from an archive that a submission is not to find: it is gone afterwards."""
    with zipfile.ZipFile(archive) as packed:
        sources = {name: packed.read(name).decode() for name in packed.namelist()}
    archive.unlink()
    return sources


def load(sources):
    """The package of a course's questions, from the text of its modules."""
    for name in [name for name in sys.modules if name.partition(".")[0] == COURSEWORK]:
        del sys.modules[name]
    sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != _FromText.__name__]
    sys.meta_path.insert(0, _FromText(sources))
    return __import__(COURSEWORK)


class _FromText(MetaPathFinder, Loader):
    """Finds modules in a dict of their texts."""

    def __init__(self, sources):
        self.sources = sources

    def find_spec(self, name, path=None, target=None):
        if name not in self.sources:
            return None
        return spec_from_loader(name, self, is_package=name == COURSEWORK)

    def exec_module(self, module):
        text = self.sources[module.__name__]
        exec(compile(text, f"<{module.__name__}>", "exec"), module.__dict__)


def seed_of(course, student):
    """What the numbers of a student come from: the course's seed, or one of their own."""
    return f"{course['seed']} {student}" if course["per_student"] else course["seed"]
