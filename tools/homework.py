"""Write the exercises of the lessons as homework for nbgrader, the same bytes each time.

    python tools/homework.py [--to FOLDER] [NAME ...]

FOLDER, build/nbgrader by default, becomes a course: there, ``nbgrader generate_assignment NAME``
makes what is handed out, and ``python grade.py NAME`` grades what came back, each submission in a
container or process of its own.
"""

import argparse
import ast
import shutil
from importlib.metadata import version
from pathlib import Path

import nbformat

import exercise_cells
import notebooks

TARGET = notebooks.FOLDER.parent / "build" / "nbgrader"

INTRODUCTION = """\
# Homework {title}

Read the lesson of that name first; the questions are those at its end. Write your answers in \
place of the dots. The cell below an answer tests it: if that cell raises nothing, the answer is \
right, and if it raises, the last line says what is not right yet."""

# Whatever the cells above did to the package, in memory or with a namesake beside the notebook,
# is undone: an interpreter of its own says where the package is, and it is loaded from there.
# Not undone is what they did to Python, IPython or NumPy, such as an import hook, or to the files
# of the installation: grade in a container, and look at answers that do more than they should.
TEST = """\
# {points} point. The check comes afresh from the package: what was done to it above has no effect.
import subprocess
import sys

where = "import pathlib, importlib.metadata as about, softmax_lab as package; "
where += "print(about.version('softmax_lab')); print(pathlib.Path(package.__file__).parents[1])"
found = subprocess.run([sys.executable, "-I", "-c", where], capture_output=True, text=True)
assert found.returncode == 0, "softmax_lab is not installed here: " + found.stderr.strip()[-300:]
version, folder = found.stdout.strip().split("\\n")
assert version == "{version}", "made for softmax_lab {version}; installed is " + version
sys.path.insert(0, folder)
for name in [name for name in sys.modules if name.partition(".")[0] == "softmax_lab"]:
    del sys.modules[name]
import softmax_lab.exercises

assert softmax_lab.__file__.startswith(folder), "another softmax_lab: " + softmax_lab.__file__
verdict = softmax_lab.exercises.{call}
assert verdict.correct, verdict
print("{grade_id} passed")"""

POINTS = 1
COURSE = Path(__file__).parent / "course"  # what goes into the folder of a course as it is


def homework(notebook):
    """The exercises of a lesson as a source notebook of nbgrader."""
    title = notebook.cells[0].source.partition("\n")[0].removeprefix("# ")
    setting = exercise_cells.setting(notebook)
    cells = [_locked(nbformat.v4.new_markdown_cell(INTRODUCTION.format(title=title), id="title"))]
    cells.append(_locked(setting[0]))
    for exercise in exercise_cells.exercises(notebook):
        asking = [c for c in exercise.asking if not c.source.startswith(exercise_cells.HEADING)]
        cells += [*map(_locked, asking), _answer(exercise), _test(exercise)]
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata = {"kernelspec": notebooks.KERNEL, "language_info": {"name": "python"}}
    return made


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


def _locked(cell):
    """A copy of a cell that comes back as it was, whatever a student does to it."""
    return _cell(cell, cell.source, cell.id, locked=True)


def _answer(exercise):
    source = with_solution(exercise.answer.source, exercise.solved)
    return _cell(exercise.answer, source, f"answer-{exercise.number}", solution=True)


def _test(exercise):
    grade_id = f"test-{exercise.number}".replace(".", "-")
    about = {"points": POINTS, "version": version("softmax_lab"), "grade_id": grade_id}
    source = TEST.format(call=ast.unparse(exercise.call), **about)
    return _cell(exercise.check, source, grade_id, grade=True, locked=True, points=POINTS)


def _cell(like, source, grade_id, grade=False, solution=False, locked=False, points=None):
    """A cell as nbgrader wants it."""
    new = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    cell = new[like.cell_type](source, id=like.id)
    about = {"schema_version": 3, "task": False, "cell_type": like.cell_type}
    about |= {"grade_id": grade_id.replace(".", "-"), "grade": grade, "solution": solution}
    cell.metadata["nbgrader"] = about | {"locked": locked} | ({"points": points} if points else {})
    return cell


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=TARGET, help="the folder of the course")
    parser.add_argument("names", nargs="*", help="lessons; all that have exercises by default")
    arguments = parser.parse_args()
    for path in notebooks.lessons(arguments.names):
        lesson = nbformat.read(path, as_version=4)
        if not exercise_cells.section(lesson):
            continue
        target = arguments.to / "source" / path.stem / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(notebooks.written(homework(lesson)))
        print(f"{target}: written")
    for path in COURSE.iterdir():
        if path.is_file() and not (arguments.to / path.name).exists():
            shutil.copy(path, arguments.to)  # it is the instructor's from then on


if __name__ == "__main__":
    main()
