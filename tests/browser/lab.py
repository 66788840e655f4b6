"""Opening and running notebooks in JupyterLab and in Notebook 7."""


def run_all(page, server, name):
    """Open a notebook, run it, and give its element; the kernel may still be busy."""
    # A name of its own for the workspace: what one test opened, another does not find again.
    place = {"jupyterlab": f"lab/workspaces/{name}/tree", "notebook": "notebooks"}[server.app]
    page.goto(f"{server.url}{place}/{name}.ipynb?token={server.token}&reset")
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


def wait_until_idle(page):
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for()
