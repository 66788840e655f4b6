"""Every lesson runs, shows what is stored, and hides no error; nbval compares cell by cell too.

nbval lets a cell pass whose stored copy has no output, looks at no picture, and sees no error
that a widget caught. These tests do.
"""

import re

import nbformat
import numpy as np
import pytest

import chromium
import explorer_pictures
import notebooks
from softmax_lab import lessons

LESSONS = notebooks.lessons()


def cells(notebook, kind):
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def pngs(notebook):
    return [
        output.data["image/png"]
        for cell in cells(notebook, "code")
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]


def test_a_run_shows_what_is_stored(stored, fresh):
    stored = nbformat.from_dict(stored)  # others read it too
    if not chromium.find():
        explorer_pictures.leave_out(stored, fresh)
    found = notebooks.differences(stored, notebooks.normalised(nbformat.from_dict(fresh)))
    assert found == []


def test_the_stored_file_is_in_the_form_the_command_writes(lesson, stored):
    assert lesson.read_bytes() == notebooks.written(notebooks.normalised(stored))


def test_no_error_hides_in_the_outputs_or_in_a_widget(fresh):
    assert notebooks.hidden_errors(fresh) == []


def test_nothing_is_written_to_standard_error(fresh):
    streams = [o for cell in cells(fresh, "code") for o in cell.outputs if o.get("name")]
    assert [s.text for s in streams if s.name == "stderr"] == []


def test_pictures_are_not_blank(fresh):
    pictures = pngs(fresh)
    assert pictures, "a lesson without a picture"
    for png in pictures:
        grey = notebooks.pixels(png)
        assert min(grey.shape) >= 200
        assert grey.std() > 5


def test_pictures_fit_a_page(stored):
    assert all(notebooks.pixels(png).shape[1] <= 1150 for png in pngs(stored))


def test_a_lesson_has_the_parts_of_a_lesson(stored):
    text = "\n".join(cell.source for cell in cells(stored, "markdown"))
    assert re.match(r"# \d+ · ", text)
    assert re.search(r"^\*About \d+ minutes\.", text, flags=re.MULTILINE)
    for part in (
        "**Afterwards you can**",
        "**Predict",
        "<details>",
        "## A question to take along",
        "## Recap",
        "**Further reading:**",
    ):
        assert part in text, part


def test_a_lesson_has_more_words_than_code(stored):
    words = sum(len(cell.source) for cell in cells(stored, "markdown"))
    code = sum(len(cell.source) for cell in cells(stored, "code"))
    assert words > code


def test_code_cells_are_short(stored):
    long = [cell.source for cell in cells(stored, "code") if len(cell.source.splitlines()) > 12]
    assert long == []


def test_a_lesson_promises_the_minutes_that_it_takes(lesson, stored):
    minutes = notebooks.minutes(stored)
    entry = lessons.named(int(lesson.name[:2]))
    assert (entry.file, entry.minutes) == (lesson.name, minutes)
    title = f"{entry.number} · {entry.title}"
    assert stored.cells[0].source.startswith(f"# {title}\n\n*About {minutes} minutes.")
    readme = (notebooks.FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert f"| [{title}](notebooks/{lesson.name}) | {minutes} |" in readme


def test_a_core_takes_about_a_quarter_of_an_hour(lesson, stored):
    words, lines = notebooks.core(stored)
    minutes = notebooks.minutes(stored)
    print(f"{lesson.stem}: {words} words, {lines} lines of code, {minutes} minutes")
    assert 12 <= minutes <= 18
    assert lines <= 75


def test_the_list_of_lessons_is_the_folder():
    assert [entry.file for entry in lessons.LESSONS] == [path.name for path in LESSONS]


def test_exercises_folded_answers_and_the_curious_do_not_count():
    text = nbformat.v4.new_markdown_cell
    code = nbformat.v4.new_code_cell
    cells = [
        text("# 1 · One two\n\n$h_j$ three\n\n<details>\nnot this\n</details>"),
        code("a = 1\n\nb = 2"),
        text("## For the curious: not this"),
        code("not_this = 1"),
        text("## Recap\n\nfour"),
    ]
    assert notebooks.core(nbformat.v4.new_notebook(cells=cells)) == (7, 2)


def test_what_is_for_the_curious_is_folded(stored):
    sections = [c for c in cells(stored, "markdown") if c.source.startswith("## For the curious")]
    assert all(cell.metadata.get("jp-MarkdownHeadingCollapsed") is True for cell in sections)


def test_folded_answers_are_written_so_that_they_render(stored):
    # Markdown inside <details> is read as Markdown only after a blank line.
    for cell in cells(stored, "markdown"):
        assert cell.source.count("<details>") == cell.source.count("</details>")
        assert cell.source.count("</summary>") == cell.source.count("</summary>\n\n")
        assert cell.source.count("</details>") == len(re.findall(r"\n\n</details>", cell.source))


def executed_in(folder, *sources):
    """A notebook of the given cells after a run, kept in a file of its own."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    notebook.metadata = {"kernelspec": notebooks.KERNEL}
    path = folder / "made.ipynb"
    nbformat.write(notebook, path)
    return notebooks.executed(path, store_widget_state=True)


def test_an_error_that_a_widget_caught_is_found(tmp_path):
    # interact catches what its function raises: the notebook itself looks fine.
    fresh = executed_in(
        tmp_path,
        "import ipywidgets\n"
        "slider = ipywidgets.interactive(lambda x: 1 / x, x=(0, 3)).children[0]\n"
        "controls = ipywidgets.interactive(lambda x: 1 / x, x=ipywidgets.IntSlider(1, 0, 3))\n"
        "controls",
        "controls.children[0].value = 0",
    )
    errors = notebooks.hidden_errors(fresh)
    assert len(errors) >= 1
    assert all("ZeroDivisionError" in error for error in errors)


def test_an_error_in_an_observer_is_found(tmp_path):
    fresh = executed_in(
        tmp_path,
        "import ipywidgets\n"
        "out = ipywidgets.Output()\n"
        "with out:\n"
        "    raise KeyError('hidden')\n"
        "out",
    )
    assert any("KeyError" in error for error in notebooks.hidden_errors(fresh))


def test_what_changes_from_run_to_run_is_taken_out():
    def run(seed):
        stream = nbformat.v4.new_output
        cell = nbformat.v4.new_code_cell("f()", id="one", execution_count=seed)
        cell.metadata = {"execution": {"iopub.status.busy": f"{seed}"}, "tags": ["kept"]}
        view = {"application/vnd.jupyter.widget-view+json": {"model_id": f"{seed}"}}
        cell.outputs = [
            stream("stream", name="stdout", text="a" * seed),
            stream("stream", name="stdout", text="a" * (9 - seed)),
            stream("execute_result", data={"text/plain": "f", **view}, execution_count=seed),
        ]
        notebook = nbformat.v4.new_notebook(cells=[cell])
        notebook.metadata = {"widgets": {"state": seed}, "language_info": {"version": f"3.{seed}"}}
        return notebooks.written(notebooks.normalised(notebook))

    assert run(2) == run(7)
    assert b"kept" in run(2)


def test_without_chromium_the_command_says_what_it_needs_it_for(tmp_path, monkeypatch):
    plain = executed_in(tmp_path, "1 + 1")
    fresh = executed_in(
        tmp_path, "from softmax_lab.explorers import SimplexExplorer\nSimplexExplorer()"
    )
    monkeypatch.setattr(chromium, "find", lambda: None)
    explorer_pictures.add_to(plain)
    with pytest.raises(SystemExit, match="takes the pictures of the explorers"):
        explorer_pictures.add_to(fresh)


def test_explorers_are_stored_as_pictures_that_can_be_left_out_and_carried_over(tmp_path):
    cells = (
        "from softmax_lab.explorers import JacobianExplorer\nJacobianExplorer()",
        "import ipywidgets\nipywidgets.IntSlider()",
        "1 + 1",
    )
    fresh = executed_in(tmp_path, *cells)
    assert ["image/png" in output.data for output, _ in explorer_pictures.explorers_in(fresh)] == [
        False
    ]
    stored = nbformat.from_dict(fresh)
    stored.cells[0].outputs[0].data["image/png"] = "a picture"
    explorer_pictures.carry_over(stored, fresh)
    assert pngs(fresh) == ["a picture"]
    explorer_pictures.leave_out(stored, fresh)
    assert pngs(stored) == []
    assert pngs(fresh) == ["a picture"]


def test_a_changed_text_and_a_changed_picture_are_noticed():
    path = LESSONS[0]
    stored, changed = (nbformat.read(path, as_version=4) for _ in range(2))
    assert notebooks.differences(stored, changed) == []

    changed = nbformat.read(path, as_version=4)
    result = next(o for c in cells(changed, "code") for o in c.outputs if "data" in o)
    result.data["text/plain"] += "1"
    assert len(notebooks.differences(nbformat.read(path, as_version=4), changed)) == 1

    changed = nbformat.read(path, as_version=4)
    shown = [
        o for c in cells(changed, "code") for o in c.outputs if "image/png" in o.get("data", {})
    ]
    shown[0].data["image/png"] = shown[1].data["image/png"]
    assert len(notebooks.differences(nbformat.read(path, as_version=4), changed)) == 1


def test_pixels_of_a_transparent_picture_are_taken_on_white():
    from base64 import b64encode
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGBA", (4, 3), (0, 0, 0, 0)).save(buffer, "PNG")
    assert np.array_equal(notebooks.pixels(b64encode(buffer.getvalue())), np.full((3, 4), 255.0))
