"""Every lesson, run in JupyterLab with Run All Cells, shows its pictures and no error."""

import nbformat
import pytest

import notebooks
from browser import failures
from browser.lab import run_all, wait_until_idle

WALK = """async cells => {
    for (const cell of cells) {
        cell.scrollIntoView();
        for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    }
}"""
WIDGET = "application/vnd.jupyter.widget-view+json"


def stored(path, kind):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    return [o for cell in cells for o in cell.outputs if kind in o.get("data", {})]


@pytest.fixture
def page(browser):
    page = failures.listen(browser.new_page(viewport={"width": 1280, "height": 900}))
    page.set_default_timeout(60_000)
    yield page
    page.close()


@pytest.mark.parametrize("path", notebooks.lessons(), ids=lambda path: path.stem)
def test_a_lesson_runs_in_jupyterlab(page, lab, path):
    code = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    notebook = run_all(page, lab, path.stem)
    model = "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
    page.wait_for_function(f"""() => {{
        const code = {model}.filter(cell => cell.cell_type === 'code');
        return code.length === {len(code)} && code.every(cell => cell.execution_count !== null);
    }}""")
    wait_until_idle(page)

    outputs = page.evaluate(f"() => {model}.flatMap(cell => cell.outputs ?? [])")
    assert [o["output_type"] for o in outputs if o["output_type"] == "error"] == []
    assert [o for o in outputs if o.get("name") == "stderr"] == []
    explorers = [o for o in outputs if WIDGET in o.get("data", {})]
    pictures = len(stored(path, "image/png")) - len(explorers)
    assert sum("image/png" in o.get("data", {}) for o in outputs) == pictures

    # JupyterLab draws only the cells near the window: unfold, and walk to the end, then count.
    shown = notebook.locator(".jp-RenderedImage img")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:expand-all-headings')")
    notebook.locator(".jp-Cell").evaluate_all(WALK)
    if explorers:
        notebook.locator(".softmax-explorer").nth(len(explorers) - 1).wait_for()
    # Where a widget is shown, its stored picture, for views without widgets, is not.
    assert shown.count() == pictures
    assert notebook.locator(".softmax-explorer").count() == len(explorers)
    sizes = shown.evaluate_all("images => images.map(i => [i.naturalWidth, i.clientWidth])")
    assert all(natural > 300 and seen > 200 for natural, seen in sizes)
    assert notebook.locator("mjx-merror").count() == 0
