"""Write the homework as a course for nbgrader, the same bytes each time.

    python tools/homework.py [--to FOLDER] [--seed TEXT] [--students FILE] [NAME ...]

FOLDER, build/nbgrader by default, becomes a course: there, ``nbgrader generate_assignment NAME``
makes what is handed out, and ``python grade.py NAME`` grades what came back, each submission in a
container or process of its own. Without nbgrader, FOLDER/handed-out has what is handed out, and
``python -m softmax_lab.exercises --csv submitted/*/*.ipynb`` prints marks. The numbers in the
questions come from the seed. With --students, a file with one user name a line, every student has
numbers of their own, in FOLDER/handed-out/STUDENT.
"""

import argparse
import ast
import json
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import nbformat

import notebooks
import web_files
from softmax_lab.exercises import grading
from softmax_lab.lessons import LESSONS

TARGET = notebooks.FOLDER.parent / "build" / "nbgrader"
COURSE = Path(__file__).parent / "course"  # what goes into the folder of a course
TEMPLATES = "templates"  # of the feedback
SEED = "softmax_lab"  # what the numbers come from, if no other is named
EVERYBODY = "everybody"  # gets the same numbers, where students have none of their own
sys.path.insert(0, str(COURSE))

import coursework  # noqa: E402

OTHER_COURSE = (
    "softmax_lab: {folder} holds a course already, and {why}. What has been handed out could not "
    "be marked any more. Name another folder: --to build/another"
)
INTRODUCTION = """\
# Homework {number} · {title}

Work through lesson {number} first. Write your answers in place of the dots, or of \
`raise NotImplementedError`. The line below an answer says whether it is ready to be handed in: \
whether there is one, and what it is. Whether it is right you will hear, with the reasons, when \
it has been marked.

Each question is worth two points. Write in the cells that are there: a copy of a cell is found, \
too, but of two answers to one question the last one counts."""


def homework(lesson, seed, solved=True):
    """The questions of a lesson as a notebook: a source of nbgrader, or without solutions."""
    words = INTRODUCTION.format(number=lesson.number, title=lesson.title)
    cells = [_locked("markdown", words, "title")]
    cells.append(_locked("code", coursework.setting(lesson.number), "setting"))
    for question in coursework.questions(lesson.number, seed):
        cells += asked(question)
        source = with_solution(question.stub, question.solution) if solved else question.stub
        cells.append(_cell("code", source, grading.answer_of(question)))
        cells.append(_cell("code", question.test, grading.test_of(question)))
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata = {"kernelspec": notebooks.KERNEL, "language_info": {"name": "python"}}
    return made


def asked(question):
    """The cells that ask a question."""
    name = grading.grade_id("question", question.number)
    cells = [_locked("markdown", f"{question.title} {question.asks}", name)]
    if question.given:
        cells.append(_locked("code", question.given, f"{name}-given"))
    if question.then:
        cells.append(_locked("markdown", question.then, f"{name}-then"))
    return cells


def with_solution(stub, solution):
    """The stub, with the solution of each of its functions between nbgrader's marks."""
    lines = stub.splitlines()
    solved = dict(_functions(ast.parse(solution)))
    places = sorted(_functions(ast.parse(stub)), key=lambda pair: -pair[1].lineno)
    for name, function in places:
        if name not in solved or ast.dump(solved[name].args) != ast.dump(function.args):
            raise ValueError(
                f"a solution must define what its stub does; received a solution without "
                f"{name}({ast.unparse(function.args)}). Give both the same signatures."
            )
        first, last = _body(function)
        lines[first:last] = _marked(solution.splitlines()[slice(*_body(solved[name]))])
    return "\n".join(lines if places else [*lines, *_marked(solution.splitlines())])


def _functions(tree, within=""):
    """The functions of a module, and the methods of its classes, by their qualified names."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield within + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{within}{node.name}.")


def _body(function):
    """The first line of a function behind its docstring, and the line behind its last."""
    statements = function.body[ast.get_docstring(function) is not None :]
    return statements[0].lineno - 1, function.end_lineno


def _marked(lines):
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    return [f"{indent}### BEGIN SOLUTION", *lines, f"{indent}### END SOLUTION"]


def _cell(kind, source, about):
    """A cell as nbgrader wants it."""
    new = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    return new[kind](source, id=about["grade_id"], metadata={"nbgrader": about})


def _locked(kind, source, name):
    """A cell that comes back as it was handed out, whatever a student does to it."""
    return _cell(kind, source, grading.about(name, kind))


def about(seed, per_student):
    """What the course says of itself, for those who grade in it."""
    return {"seed": seed, "per_student": per_student, "version": version("softmax_lab")}


def settled(folder, seed, students):
    """What a course says of itself: once it has been written, it stays so.

    With other numbers, all that was handed out before would be marked wrong.
    """
    there = folder / "course.json"
    if not there.exists():
        if any((folder / name).exists() for name in ("gradebook.db", "nbgrader_config.py")):
            raise SystemExit(OTHER_COURSE.format(folder=folder, why="it says of no seed"))
        return about(seed or SEED, bool(students))
    course = json.loads(there.read_text(encoding="utf-8"))
    wanted = about(seed or course["seed"], bool(students) or course["per_student"])
    for key, value in wanted.items():
        if value != course[key]:
            why = f"its {key} is {course[key]!r}, and not {value!r}"
            raise SystemExit(OTHER_COURSE.format(folder=folder, why=why))
    return course


def write_course(folder, lessons, seed=None, students=()):
    """The folder of a course: its questions, what grades them, and the assignments."""
    course = settled(folder, seed, students)
    for path in COURSE.iterdir():
        if path.is_file() and not (folder / path.name).exists():
            shutil.copy(path, folder)  # it is the instructor's from then on
    ignored = shutil.ignore_patterns("__pycache__")
    for name in (grading.COURSEWORK, TEMPLATES):
        shutil.copytree(COURSE / name, folder / name, dirs_exist_ok=True, ignore=ignored)
    (folder / "course.json").write_text(json.dumps(course, indent=1) + "\n", encoding="utf-8")
    if not web_files.missing():  # without it, formulas stay as they are written
        katex = web_files.path("katex", "dist/katex.mjs").read_text(encoding="utf-8")
        raw = f"{{% raw %}}{katex.partition('export {')[0]}{{% endraw %}}"
        (folder / TEMPLATES / "feedback" / "katex.mjs").write_text(raw, encoding="utf-8")
    for lesson in lessons:
        yield write(folder / "source" / lesson.name, lesson, course["seed"])
        for student in students or ([] if course["per_student"] else [EVERYBODY]):
            own = grading.seed_of(course, student)
            yield write(folder / "handed-out" / student / lesson.name, lesson, own, solved=False)


def write(folder, lesson, seed, solved=True):
    """Write one notebook into a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / lesson.file
    target.write_bytes(notebooks.written(homework(lesson, seed, solved)))
    return target


def lessons_named(parser, names):
    """The lessons of these names, or of these files; all of them if none is named."""
    stems = {Path(name).stem for name in names}
    if unknown := stems - {lesson.name for lesson in LESSONS}:
        parser.error(f"a name must be that of a lesson; received {', '.join(sorted(unknown))}.")
    return [lesson for lesson in LESSONS if not stems or lesson.name in stems]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=TARGET, help="the folder of the course")
    parser.add_argument("--seed", help=f"what the numbers come from; {SEED} by default")
    parser.add_argument("--students", type=Path, help="a file of user names, one a line")
    parser.add_argument("names", nargs="*", help="lessons; all by default")
    asked_for = parser.parse_args()
    lessons = lessons_named(parser, asked_for.names)
    students = names_in(asked_for.students) if asked_for.students else ()
    asked_for.to.mkdir(parents=True, exist_ok=True)
    for target in write_course(asked_for.to, lessons, asked_for.seed, students):
        print(f"{target}: written")
    if students:
        print(f"Give to each what is theirs in {asked_for.to / 'handed-out'}, and not nbgrader's.")


def names_in(path):
    """The user names in a file; each becomes a folder."""
    names = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    names = [name for name in names if name]
    if bad := [n for n in names if n in (".", "..") or any(c in n for c in "/\\\0")]:
        raise SystemExit(
            f"softmax_lab: a user name must be fit for a folder; received {bad[0]!r}. Correct it."
        )
    return names


if __name__ == "__main__":
    main()
