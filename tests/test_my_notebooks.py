"""The reader's copy of the lessons: nothing of theirs is lost, and what is new reaches them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import lab
import my_notebooks
import notebooks
from my_notebooks import bring, renew
from softmax_lab.lessons import LESSONS

FILES = [lesson.file for lesson in LESSONS]
FIRST, THIRD, EIGHTH, LAST = FILES[0], FILES[2], FILES[7], FILES[9]
STUB = "raise NotImplementedError"
ANSWER = "def fixed(z):\n    return z"


def lesson(number, prose="As it was.", stub=STUB, outputs=()):
    """A small lesson with one exercise."""
    cells = [
        nbformat.v4.new_markdown_cell(f"# {number}\n\n{prose}", id="title"),
        nbformat.v4.new_code_cell(stub, id="answer", metadata={"tags": ["exercise"]}),
        nbformat.v4.new_code_cell(
            f'check("{number}.1", fixed)', id="check", metadata={"tags": ["check"]}
        ),
    ]
    cells[2].outputs = list(outputs)
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)) + "\n"


@pytest.fixture
def source(tmp_path):
    """A folder with ten small lessons."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for each in LESSONS:
        (folder / each.file).write_text(lesson(each.number), encoding="utf-8")
    return folder


@pytest.fixture
def mine(tmp_path, source):
    """The copy of a reader who has answered in lesson 3."""
    folder = tmp_path / "my-notebooks"
    bring(source, folder)
    answer(folder / THIRD)
    return folder


def answer(path, said=ANSWER):
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.metadata.get("tags") == ["exercise"]).source = said
    nbformat.write(notebook, path)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def test_a_missing_copy_is_made_of_all_lessons_without_a_word(source, tmp_path):
    assert bring(source, tmp_path / "mine") == []
    assert contents(tmp_path / "mine") == contents(source)


def test_a_second_time_changes_nothing(source, mine):
    before = contents(mine)
    assert bring(source, mine) == []
    assert contents(mine) == before


def test_what_the_reader_saved_stays_when_the_lesson_changes_and_they_are_told(source, mine):
    before = contents(mine)
    (source / THIRD).write_text(lesson(3, "As it is now."), encoding="utf-8")
    (told,) = bring(source, mine)
    assert contents(mine) == before
    assert THIRD.removesuffix(".ipynb") in told
    assert my_notebooks.renewing() in told


def test_a_lesson_never_saved_follows_the_newer_one(source, mine):
    newer = lesson(8, "As it is now.")
    (source / EIGHTH).write_text(newer, encoding="utf-8")
    assert bring(source, mine) == []
    assert (mine / EIGHTH).read_text(encoding="utf-8") == newer


def test_new_results_alone_are_not_worth_a_word(source, mine):
    said = nbformat.v4.new_output("stream", text="0.1\n")
    before = contents(mine)
    (source / THIRD).write_text(lesson(3, outputs=[said]), encoding="utf-8")
    assert bring(source, mine) == []
    assert contents(mine)[THIRD] == before[THIRD]


def test_a_lesson_that_the_reader_deleted_does_not_come_back_by_itself(source, mine):
    (mine / EIGHTH).unlink()
    (told,) = bring(source, mine)
    assert my_notebooks.renewing(8) in told
    assert renew([], source, mine) == ["You have the newest lessons."]
    assert not (mine / EIGHTH).exists()
    assert renew([8], source, mine) == [f"{EIGHTH.removesuffix('.ipynb')} is there."]
    assert contents(mine)[EIGHTH] == contents(source)[EIGHTH]


def test_a_lesson_that_was_added_to_the_series_is_added_to_the_copy(source, tmp_path):
    mine = tmp_path / "mine"
    (added := (source / LAST)).rename(tmp_path / "not yet")
    with pytest.raises(FileNotFoundError):
        bring(source, mine)
    (tmp_path / "not yet").rename(added)
    assert bring(source, mine) == []
    assert contents(mine) == contents(source)


# Taking the newer lesson


def test_the_newer_lesson_has_the_readers_answer_and_the_old_file_stands_beside(source, mine):
    before = (mine / THIRD).read_bytes()
    (source / THIRD).write_text(lesson(3, "As it is now."), encoding="utf-8")
    (told,) = renew([], source, mine)
    assert "1 answer of yours" in told
    assert sources(mine / THIRD) == ["# 3\n\nAs it is now.", ANSWER, 'check("3.1", fixed)']
    (kept,) = mine.glob("03-*-before.ipynb")
    assert kept.name in told
    assert kept.read_bytes() == before
    assert bring(source, mine) == []


def test_an_older_file_that_was_kept_is_kept_the_next_time_too(source, mine):
    for prose in ("Then.", "Now."):
        (source / THIRD).write_text(lesson(3, prose), encoding="utf-8")
        renew([], source, mine)
        answer(mine / THIRD, f"fixed = {prose!r}")
    kept = sorted(path.name for path in mine.glob("03-*-before*"))
    assert kept == [THIRD.replace(".", "-before."), THIRD.replace(".", "-before2.")]


def test_a_carried_answer_has_not_been_checked_yet(source, mine):
    said = {"text/plain": "not answered yet"}
    outputs = [nbformat.v4.new_output("display_data", data=said)]
    (source / THIRD).write_text(lesson(3, "Now.", outputs=outputs), encoding="utf-8")
    renew([3], source, mine)
    assert [cell.outputs for cell in nbformat.read(mine / THIRD, 4).cells[1:]] == [[], []]


def test_only_the_lessons_that_are_named_are_taken(source, mine):
    answer(mine / FIRST)
    for number, file in ((1, FIRST), (3, THIRD)):
        (source / file).write_text(lesson(number, "Now."), encoding="utf-8")
    renew([1], source, mine)
    assert "Now." in sources(mine / FIRST)[0]
    assert "Now." not in sources(mine / THIRD)[0]


def test_a_stub_that_was_left_open_is_not_put_into_the_newer_lesson(source, mine):
    notebook = nbformat.read(mine / FIRST, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("A note."))
    nbformat.write(notebook, mine / FIRST)
    (source / FIRST).write_text(lesson(1, stub="def fixed(z): ..."), encoding="utf-8")
    (told,) = renew([], source, mine)
    assert "0 answers" in told
    assert sources(mine / FIRST)[1] == "def fixed(z): ..."
    assert "A note." in sources(mine / FIRST.replace(".", "-before."))


def test_answers_under_a_former_name_come_along(source, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    former = mine / my_notebooks.FORMERLY[LAST]
    former.write_text(lesson(8), encoding="utf-8")
    answer(former)
    before = former.read_bytes()
    (told,) = bring(source, mine)
    assert former.stem in told
    assert "1 answer of yours" in told
    assert sources(mine / LAST)[1:] == [ANSWER, 'check("10.1", fixed)']
    assert former.read_bytes() == before
    assert bring(source, mine) == []


# What can go wrong


@pytest.mark.parametrize("at", range(1, 2 * len(FILES)))
def test_interrupted_anywhere_it_is_finished_by_the_next_time(source, tmp_path, monkeypatch, at):
    mine, replaced = tmp_path / "mine", []

    def replace(old, new, replace=os.replace):
        replaced.append(new)
        if len(replaced) == at:
            raise KeyboardInterrupt
        replace(old, new)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            bring(source, mine)
    assert bring(source, mine) == []
    (source / FIRST).write_text(lesson(1, "Now."), encoding="utf-8")
    assert bring(source, mine) == []
    wanted = contents(source)
    assert {name: contents(mine)[name] for name in wanted} == wanted


@pytest.mark.parametrize("broken", [b"", b"no JSON", b"[]", b'{"cells": [1]}', b'{"cells": 3}'])
def test_a_broken_file_of_the_readers_is_left_alone_and_kept(source, mine, broken):
    (mine / THIRD).write_bytes(broken)
    assert bring(source, mine) == []
    (source / THIRD).write_text(lesson(3, "Now."), encoding="utf-8")
    (told,) = bring(source, mine)
    assert "03-" in told
    assert (mine / THIRD).read_bytes() == broken
    renew([3], source, mine)
    assert (mine / THIRD).read_bytes() == (source / THIRD).read_bytes()
    assert (mine / THIRD.replace(".", "-before.")).read_bytes() == broken


def test_without_the_record_the_readers_answer_is_no_newer_lesson(source, mine):
    shutil.rmtree(mine / ".as-given")
    before = contents(mine)
    assert bring(source, mine) == []
    assert contents(mine) == before
    (source / THIRD).write_text(lesson(3, "Now."), encoding="utf-8")
    assert len(bring(source, mine)) == 1


def test_a_link_to_a_folder_elsewhere_is_followed(source, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mine").symlink_to(tmp_path / "elsewhere")
    assert bring(source, tmp_path / "mine") == []
    assert contents(tmp_path / "elsewhere") == contents(source)


def a_file(path):
    path.write_text("something of the reader's")


def a_link_to_nowhere(path):
    path.symlink_to(path.with_name("nowhere"))


@pytest.mark.parametrize("stands", [a_file, a_link_to_nowhere])
@pytest.mark.parametrize("program", [my_notebooks, lab])
def test_what_stands_in_the_way_is_named_and_left(tmp_path, monkeypatch, stands, program):
    path = tmp_path / "my-notebooks"
    stands(path)
    monkeypatch.setattr(my_notebooks.bring, "__defaults__", (my_notebooks.SOURCE, path))
    monkeypatch.setattr(sys, "argv", ["program"])
    with pytest.raises(SystemExit, match=r"can be written to; at .*my-notebooks.*Move away"):
        program.main()
    assert os.path.lexists(path)
    assert not path.is_dir()


def test_a_folder_that_may_not_be_written_to_is_named(tmp_path, monkeypatch):
    def refused(self, **options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refused)
    monkeypatch.setattr(sys, "argv", ["program"])
    with pytest.raises(SystemExit, match=r"Permission denied.*make it yours") as stopped:
        my_notebooks.main()
    assert "copy it to a place of your own" in str(stopped.value)


# The project around it


def git(folder, *arguments):
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_git_pull_does_not_collide_with_answers(tmp_path, source):
    project = source.parent
    shutil.copy(notebooks.FOLDER.parent / ".gitignore", project)
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message=first")
    reader = tmp_path / "reader"
    git(tmp_path, "clone", "--quiet", str(project), str(reader))
    mine = reader / my_notebooks.MINE.name
    bring(reader / "notebooks", mine)
    answer(mine / THIRD)
    before = contents(mine)
    (source / THIRD).write_text(lesson(3, "Now."), encoding="utf-8")
    git(project, "commit", "--quiet", "--all", "--message=second")
    git(reader, "pull", "--quiet", "--ff-only")
    assert git(reader, "status", "--porcelain") == ""
    assert contents(mine) == before
    assert len(bring(reader / "notebooks", mine)) == 1


def test_links_of_the_lessons_lead_somewhere_from_the_copy_too(tmp_path):
    # The real ones, with a docs beside as in the project.
    mine = tmp_path / "my-notebooks"
    bring(mine=mine)
    (tmp_path / "docs").symlink_to(notebooks.FOLDER.parent / "docs")
    assert my_notebooks.MINE.parent == notebooks.FOLDER.parent
    for file in FILES:
        cells = nbformat.read(mine / file, as_version=4).cells
        prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        for target in re.findall(r"\]\(([^)#\s]+)\)", prose):
            if "://" not in target:
                assert (mine / target).exists(), f"{file}: {target}"


def test_progress_is_that_of_the_copy_where_there_is_one(source, mine, capsys):
    said = {"output_type": "display_data", "data": {"text/plain": "correct: so it is."}}
    (mine / THIRD).write_text(lesson(3, outputs=[nbformat.from_dict(said | {"metadata": {}})]))
    (mine / "03-something-else.ipynb").write_text("{}")
    assert my_notebooks.progress([], source, mine) == 0
    assert "  1 of 1 correct" in capsys.readouterr().out
    assert my_notebooks.progress([], source, mine.with_name("none")) == 0
    told = capsys.readouterr().out
    assert "  1 of 1 correct" not in told
    assert told.count(".ipynb") == len(FILES)


def test_jupyterlab_opens_lesson_1_or_the_folder_if_it_was_deleted(mine):
    assert lab.opened(mine) == f"my-notebooks/{FIRST}"
    (mine / FIRST).unlink()
    assert lab.opened(mine) == "my-notebooks"


def test_the_copy_is_hidden_from_git_and_holds_what_json_can_read(source, mine):
    ignored = ["git", "check-ignore", "--quiet", "my-notebooks/01-the-failing-check.ipynb"]
    assert subprocess.run(ignored, cwd=notebooks.FOLDER.parent).returncode == 0
    (source / THIRD).write_text(lesson(3, "∂C/∂z"), encoding="utf-8")
    renew([], source, mine)
    text = (mine / THIRD).read_text(encoding="utf-8")
    assert "∂C/∂z" in text
    nbformat.validate(nbformat.from_dict(json.loads(text)))
