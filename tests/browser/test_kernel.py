"""The explorers beside a kernel, in JupyterLab and in Notebook 7.

What is dragged arrives in Python, and what Python sets is seen.
"""

import nbformat
import pytest

import notebooks
from browser import failures
from browser.lab import run_all, wait_until_idle

CELLS = """
import ipywidgets
from softmax_lab.explorers import JacobianExplorer, SimplexExplorer
---
explorer = JacobianExplorer(z=[2.0, 1.0, 0.1, -0.8, 0.5])
explorer
---
other = SimplexExplorer()
radius = ipywidgets.FloatSlider(value=1, min=0.1, max=3)
link = ipywidgets.jslink((radius, "value"), (other, "radius"))
ipywidgets.HBox([other, radius])
---
left, right = JacobianExplorer(n=5), JacobianExplorer(n=5)
link_z = ipywidgets.jslink((left, "z"), (right, "z"))
ipywidgets.VBox([left, right])
---
def show(state):
    print("z is", [float(z) for z in state["z"]])

out = ipywidgets.interactive_output(show, {"state": explorer})
out
---
staged = JacobianExplorer(z=[2.0, 1.0, 0.1])
staged.add_class("softmax-stage")
staged
""".strip().split("\n---\n")
EXPLORER, OTHER, LEFT, RIGHT, STAGED = range(5)


@pytest.fixture(scope="module", params=["lab", "notebook7"])
def running(request, browser, reading_room):
    """The page of a notebook that was run, and its kernel."""
    server = request.getfixturevalue(request.param)
    name = f"explorers-in-{request.param}"
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    metadata = {"kernelspec": notebooks.KERNEL}
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata=metadata), reading_room / f"{name}.ipynb"
    )
    page = failures.listen(browser.new_page(viewport={"width": 1280, "height": 1400}))
    page.set_default_timeout(60_000)
    complaints = []
    # Modules that come from the kernel have blob: addresses; other errors are Jupyter's own.
    page.on("pageerror", lambda e: complaints.append(e.stack) if "blob:" in e.stack else None)
    run_all(page, server, name)
    page.locator(".softmax-explorer").nth(STAGED).wait_for()
    wait_until_idle(page)
    with server.kernel_of(f"{name}.ipynb") as kernel:
        yield page, kernel
    page.close()
    assert complaints == []


@pytest.fixture
def page(running):
    """Every test finds the explorers as they were at first."""
    page, kernel = running
    kernel.run("explorer.reset(); other.z = [2, 1, 0.1]; radius.value = 1")
    wait_for(page, EXPLORER, [2, 1, 0.1, -0.8, 0.5])
    return page


@pytest.fixture
def kernel(running):
    return running[1]


def sliders(page, which, variable="z"):
    return page.locator(".softmax-explorer").nth(which).locator(f'[data-variable="{variable}"]')


def values(page, which, variable="z"):
    read = "all => all.map(e => Number(e.getAttribute('aria-valuenow')))"
    return sliders(page, which, variable).evaluate_all(read)


def wait_for(page, which, expected, variable="z"):
    page.wait_for_function(
        """([which, variable, expected]) => {
            const root = document.querySelectorAll(".softmax-explorer")[which];
            const bars = [...root.querySelectorAll(`[data-variable="${variable}"]`)];
            const values = bars.map(bar => Number(bar.getAttribute("aria-valuenow")));
            return JSON.stringify(values) === JSON.stringify(expected);
        }""",
        arg=[which, variable, expected],
    )


def drag(page, handle, dx, dy):
    handle.scroll_into_view_if_needed()
    box = handle.locator(".grip").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=8)
    page.mouse.up()


def test_what_the_mouse_dragged_arrives_in_python(page, kernel):
    drag(page, sliders(page, EXPLORER).nth(1), 0, -25)
    drag(page, sliders(page, EXPLORER, "upstream").nth(2), 20, 0)
    for variable in ("z", "upstream"):
        kernel.wait_for(f"explorer.{variable} == {values(page, EXPLORER, variable)}")
    assert values(page, EXPLORER)[1] > 1.5
    read = "all => all.map(e => Number(e.dataset.value))"
    shown = page.locator(".softmax-explorer").first.locator('[data-output="result"]')
    assert kernel.value("explorer.result.tolist()") == pytest.approx(
        shown.evaluate_all(read), abs=1e-14
    )


def test_on_a_stage_it_is_larger_and_e_goes_to_the_next_preset(page, kernel):
    zoom = "root => getComputedStyle(root).zoom"
    sizes = [page.locator(".softmax-explorer").nth(k).evaluate(zoom) for k in (EXPLORER, STAGED)]
    assert sizes == ["1", "1.44"]
    for which in (EXPLORER, STAGED):
        sliders(page, which).first.focus()
        page.keyboard.press("e")
    kernel.wait_for("staged.z == [0, 0, 0]")
    assert values(page, EXPLORER) == [2, 1, 0.1, -0.8, 0.5]


def test_what_the_keys_moved_arrives_in_python_and_the_notebook_keeps_still(page, kernel):
    active = "document.querySelector('.jp-Notebook .jp-mod-active')?.dataset.windowedListIndex"
    handle = sliders(page, EXPLORER).first
    handle.focus()
    before = page.evaluate(active)
    for key in ("ArrowUp", "ArrowDown", "ArrowDown", "PageUp", "ArrowRight"):
        page.keyboard.press(key)
    kernel.wait_for("abs(explorer.z[0] - 3) < 1e-9")
    page.keyboard.press("End")
    kernel.wait_for("explorer.z[0] == 4")
    assert page.evaluate(active) == before
    assert page.evaluate("document.activeElement.dataset.variable") == "z"


def test_what_python_sets_is_seen(page, kernel):
    kernel.run("explorer.z = [0, 0, 3, 0, 0]; explorer.mode = 'ones'")
    wait_for(page, EXPLORER, [0, 0, 3, 0, 0])
    wait_for(page, EXPLORER, [1, 1, 1, 1, 1], "upstream")
    kernel.run("explorer.mode = 'free'; explorer.n = 2")
    wait_for(page, EXPLORER, [0, 0])


def test_what_python_refuses_from_a_page_is_set_right_again(page, kernel):
    # As when a page and Python change the number of classes at the same moment.
    kernel.run(
        "explorer._send({'method': 'update', 'state': {'upstream': [9, 9]}, 'buffer_paths': []})"
    )
    wait_for(page, EXPLORER, [9, 9, 0.3, 0.6, -0.7], "upstream")
    kernel.run(
        "import contextlib\n"
        "with contextlib.suppress(ValueError):\n"
        "    explorer.set_state({'upstream': [9, 9]})"
    )
    wait_for(page, EXPLORER, [0.9, -1.4, 0.3, 0.6, -0.7], "upstream")


def test_what_python_refuses_leaves_the_picture_as_it_was(page, kernel):
    refused = kernel.run(
        "refused = []\n"
        "for name, value in [('upstream', [1, 2]), ('z', [1, float('nan'), 0, 0, 0]), ('n', 9)]:\n"
        "    try:\n"
        "        setattr(explorer, name, value)\n"
        "    except ValueError as error:\n"
        "        refused.append(str(error))",
        "refused",
    )
    assert len(refused) == 3
    assert values(page, EXPLORER) == [2, 1, 0.1, -0.8, 0.5]


def test_two_explorers_of_one_notebook_do_not_disturb_each_other(page, kernel):
    sliders(page, OTHER).first.press("PageUp")
    kernel.wait_for("other.z == [3, 1, 0.1]")
    assert values(page, EXPLORER) == [2, 1, 0.1, -0.8, 0.5]


def test_linked_explorers_move_together_even_in_size(page, kernel):
    sliders(page, LEFT).first.press("PageUp")
    wait_for(page, RIGHT, [3, 1, 0.1, -0.8, 0.5])
    kernel.wait_for("left.z == right.z == [3, 1, 0.1, -0.8, 0.5]")
    page.locator(".softmax-explorer").nth(RIGHT).locator(".range input").first.press("ArrowLeft")
    for which in (LEFT, RIGHT):
        wait_for(page, which, [3, 1, 0.1, -0.8])
    kernel.wait_for("left.n == right.n == 4 == len(left.upstream) == len(right.upstream)")
    assert kernel.value("left.z == right.z == [3, 1, 0.1, -0.8]")


def test_a_slider_of_ipywidgets_linked_in_the_page_moves_an_explorer(page, kernel):
    handle = page.locator(".widget-hslider .noUi-handle")
    handle.scroll_into_view_if_needed()
    handle.drag_to(page.locator(".widget-hslider .noUi-connects"), force=True)
    kernel.wait_for("other.radius == radius.value > 1.3")
    output = page.locator(".softmax-explorer").nth(OTHER).locator(".range output")
    assert output.inner_text() == f"{kernel.value('other.radius'):.2f}"


def test_interactive_output_follows_what_is_dragged(page, kernel):
    sliders(page, EXPLORER).nth(2).press("PageUp")
    page.get_by_text("z is [2.0, 1.0, 1.1, -0.8, 0.5]").wait_for()
    errors = kernel.value("[o for o in out.outputs if o['output_type'] == 'error']")
    assert errors == []


def test_it_follows_the_theme(running):
    page, _ = running
    root = page.locator(".softmax-explorer").first
    for theme, name in (("dark", "JupyterLab Dark"), ("light", "JupyterLab Light")):
        command = "name => { jupyterapp.commands.execute('apputils:change-theme', name) }"
        page.evaluate(command, {"theme": name})
        followed = "([root, theme]) => root.dataset.theme === theme"
        page.wait_for_function(followed, arg=[root.element_handle(), theme])
