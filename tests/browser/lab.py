"""Opening and running notebooks in JupyterLab and in Notebook 7."""

OPEN = "path => { window.jupyterapp.commands.execute('docmanager:open', { path }) }"
CLOSE = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.sessionContext.shutdown();
    panel.dispose();
}"""


def run_all(page, server, name):
    """Open a notebook, run it, and give its element; the kernel may still be busy."""
    # A name of its own for the workspace: what one test opened, another does not find again.
    place = {"jupyterlab": f"lab/workspaces/{name}/tree", "notebook": "notebooks"}[server.app]
    page.goto(f"{server.url}{place}/{name}.ipynb?token={server.token}&reset")
    return run_open(page, name)


def enter(page, lab):
    """A JupyterLab in which nothing is open."""
    page.goto(f"{lab.url}lab/workspaces/empty?token={lab.token}&reset")
    page.wait_for_function("async () => { await window.jupyterapp?.restored; return true; }")


def run_another(page, name):
    """Open and run a notebook where JupyterLab is there already."""
    page.evaluate(OPEN, f"{name}.ipynb")
    return run_open(page, name)


def close(page):
    """Close the notebook without asking, and end its kernel."""
    page.evaluate(CLOSE)
    page.locator(".jp-Notebook").wait_for(state="detached")


def run_open(page, name):
    notebook = page.locator(".jp-Notebook").first
    notebook.wait_for()
    # What is asked of a kernel that is not connected yet is lost.
    page.wait_for_function(
        """name => {
            const { context, sessionContext } = window.jupyterapp.shell.currentWidget ?? {};
            const kernel = sessionContext?.session?.kernel;
            const open = context?.path === `${name}.ipynb`;
            return open && kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
        }""",
        arg=name,
    )
    # In braces, so as not to wait for the command's promise.
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")
    return notebook


def wait_until_idle(page):
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for()
