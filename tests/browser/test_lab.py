"""Every lesson, run in JupyterLab with Run All Cells, shows its pictures and no error."""

import nbformat
import pytest

import notebooks


def stored(path, kind):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    return [o for cell in cells for o in cell.outputs if kind in o.get("data", {})]


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(60_000)
    yield page
    page.close()


def run_all(page, lab, name):
    """Open a lesson, run it, and give the notebook's element once the kernel has nothing to do."""
    # A name of its own for the workspace: what one test opened, another does not find again.
    page.goto(f"{lab}lab/workspaces/{name}/tree/{name}.ipynb?token=read-me&reset")
    notebook = page.locator(".jp-Notebook").first
    notebook.wait_for()
    # What is asked of a kernel that is not connected yet is lost.
    page.wait_for_function("""() => {
        const kernel = window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel;
        return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
    }""")
    # In braces, so as not to wait for the command's promise.
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")
    return notebook


@pytest.mark.parametrize("path", notebooks.lessons(), ids=lambda path: path.stem)
def test_a_lesson_runs_in_jupyterlab(page, lab, path):
    code = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    notebook = run_all(page, lab, path.stem)
    model = "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
    page.wait_for_function(f"""() => {{
        const code = {model}.filter(cell => cell.cell_type === 'code');
        return code.length === {len(code)} && code.every(cell => cell.execution_count !== null);
    }}""")
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()

    outputs = page.evaluate(f"() => {model}.flatMap(cell => cell.outputs ?? [])")
    assert [o["output_type"] for o in outputs if o["output_type"] == "error"] == []
    assert [o for o in outputs if o.get("name") == "stderr"] == []
    assert sum("image/png" in o.get("data", {}) for o in outputs) == len(stored(path, "image/png"))

    # JupyterLab draws only the cells near the window: walk to the end before counting.
    shown = notebook.locator(".jp-RenderedImage img")
    for cell in notebook.locator(".jp-Cell").all():
        cell.scroll_into_view_if_needed()
    assert shown.count() == len(stored(path, "image/png"))
    sizes = shown.evaluate_all("images => images.map(i => [i.naturalWidth, i.clientWidth])")
    assert all(natural > 300 and seen > 200 for natural, seen in sizes)
    assert notebook.locator("mjx-merror").count() == 0
