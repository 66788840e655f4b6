"""Handouts: what the sheets of a lesson ask, and the copies of its notebook."""

import nbformat
import pytest

import exercise_cells
import homework
import notebooks
from handouts import copies, paper
from softmax_lab.lessons import LESSONS


def stored(lesson):
    return nbformat.read(notebooks.FOLDER / lesson.file, as_version=4)


def asked(lesson):
    return paper.questions(stored(lesson), paper.PAGES[lesson.number])


# What is asked


def test_every_lesson_has_its_pages():
    assert sorted(paper.PAGES) == [lesson.number for lesson in LESSONS]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_questions_and_answers_are_the_lesson_s_own(lesson):
    questions = asked(lesson)
    text = "\n".join(cell.source for cell in stored(lesson).cells)
    assert len(questions) >= 2
    assert sum(question.title.startswith("Exercise") for question in questions) == 1
    for question in questions:
        assert question.answer in text
        assert question.asks.partition("\n")[0] in text
        assert "<details>" not in question.asks
        assert "import" not in question.asks


def test_a_prediction_that_is_not_there_is_refused():
    page = paper.Page(None, "", "", "", "", "What is the meaning")
    with pytest.raises(ValueError, match="received 'What is the meaning'"):
        paper.questions(stored(LESSONS[0]), page)


# The notebooks


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_student_s_copy_has_neither_outputs_nor_solutions(lesson):
    notebook = stored(lesson)
    made = copies.students(notebook)
    assert not any(cell.get("outputs") for cell in made.cells)
    solutions = [e.solution.source for e in exercise_cells.exercises(notebook)]
    assert not any(cell.source in solutions for cell in made.cells)
    assert len(made.cells) == len(notebook.cells) - len(solutions)
    nbformat.validate(made)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_the_instructor_s_copy_has_every_solution_and_what_to_mark(lesson):
    made = copies.instructors(lesson, stored(lesson), "autumn")
    text = "\n".join(cell.source for cell in made.cells)
    for exercise in exercise_cells.exercises(stored(lesson)):
        assert exercise.solved in text
    for question in homework.coursework.questions(lesson.number, "autumn"):
        for part in (question.asks, question.solution, question.why, question.half):
            assert part in text
    opened = [cell for cell in made.cells if exercise_cells.tag(cell) == "solution"]
    assert all(cell.source.startswith("<details open>") for cell in opened)
    nbformat.validate(made)
