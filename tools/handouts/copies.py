"""Notebooks to hand out: a lesson without outputs and solutions, and the instructor's with both."""

import copy

import nbformat

import exercise_cells
import homework
import notebooks

OPENED = "<details>", "<details open>"


def write(lesson, notebook, folder, seed):
    """Write both copies of a lesson; give each file as it is there."""
    for name, made in [
        ("students", students(notebook)),
        ("instructors", instructors(lesson, notebook, seed)),
    ]:
        target = folder / name / lesson.file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(notebooks.written(made))
        yield target


def students(notebook):
    """The lesson without outputs, and without the solutions of its exercises."""
    made = copy.deepcopy(notebook)
    made.cells = [cell for cell in made.cells if exercise_cells.tag(cell) != "solution"]
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return made


def instructors(lesson, notebook, seed):
    """The lesson with solutions opened, then the homework with solutions and what to mark."""
    made = copy.deepcopy(notebook)
    for cell in made.cells:
        if exercise_cells.tag(cell) == "solution":
            cell.source = cell.source.replace(*OPENED, 1)
    made.cells += marking(lesson, seed)
    return made


def marking(lesson, seed):
    """The homework's questions, each with its solution and what its points are for."""
    words = (
        f"# Homework {lesson.number}, with solutions\n\nWith the numbers of the seed `{seed}`. "
        f"Each "
        f"question is worth two points, and `grade.py` gives them with the reason."
    )
    cells = [nbformat.v4.new_markdown_cell(words, id="marking")]
    for question in homework.coursework.questions(lesson.number, seed):
        cells += [_plain(cell) for cell in homework.asked(question)]
        half = f"One point for: {question.half}" if question.half else "There are no half points."
        notes = f"**Solution.** {question.why}\n\n**Marks.** {half}"
        name = f"marking-{question.number.replace('.', '-')}"
        cells.append(nbformat.v4.new_markdown_cell(notes, id=name))
        cells.append(nbformat.v4.new_code_cell(question.solution, id=f"{name}-code"))
    return cells


def _plain(cell):
    """A cell without what nbgrader knows of it."""
    cell.metadata = nbformat.NotebookNode()
    return cell
