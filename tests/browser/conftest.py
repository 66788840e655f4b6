"""JupyterLab as a reader meets it: a real server, a real browser, a copy of the lessons.

Where there is no Chromium the tests are left out, and say so; never in CI.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from playwright.sync_api import sync_playwright

import chromium
import notebooks

CHROMIUM = chromium.find()


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker("browser")
            if not CHROMIUM and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason="there is no Chromium here"))


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium that asks nothing of the network but this machine."""
    assert CHROMIUM, "Chromium is needed: python tools/chromium.py"
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=CHROMIUM, args=[*quiet, *as_root])
        yield chrome
        chrome.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """The address of a JupyterLab on a copy of the lessons without their outputs."""
    folder = tmp_path_factory.mktemp("lab")
    copy = folder / "notebooks"
    shutil.copytree(notebooks.FOLDER, copy)
    for path in copy.glob("*.ipynb"):
        nbformat.write(emptied(nbformat.read(path, as_version=4)), path)
    settings = {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.port=0", "--ServerApp.token=read-me", f"--notebook-dir={copy}"),
        *("--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    log = (folder / "log").open("w")
    server = subprocess.Popen(
        command, env={**os.environ, **settings}, stdout=log, stderr=log, cwd=folder
    )
    try:
        yield address_of(server, folder)
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def emptied(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def address_of(server, folder):
    """Where the server answers, once it does."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and server.poll() is None:
        for file in (folder / "runtime").glob("jpserver-*.json"):
            url = json.loads(file.read_text())["url"]
            try:
                with urllib.request.urlopen(f"{url}api?token=read-me", timeout=5):
                    return url
            except OSError:
                pass
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{(folder / 'log').read_text()}")
