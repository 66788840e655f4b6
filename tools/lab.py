"""Open JupyterLab on the first lesson of the reader's own copy, and say where it is.

    .venv/bin/python tools/lab.py [what `jupyter lab` understands]

The copy is my-notebooks/, made by my_notebooks.py. Its links lead to the documents beside it; that
is why JupyterLab serves all of the project. The folder jupyter/ beside this file holds the
settings: no news, names of files not cut off, and documents shown as they are to be read.
"""

import json
import os
import secrets
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import zmq

import environment
import my_notebooks
from softmax_lab.lessons import LESSONS

SETTINGS = Path(__file__).resolve().parent / "jupyter"
UNWANTED = ["__pycache__", "*.egg-info", "*.pyc", ".DS_Store", "*~"]  # nothing to be opened


def opened(mine=my_notebooks.MINE):
    """Where in the project JupyterLab begins: in lesson 1, unless the reader has deleted it."""
    first = mine / LESSONS[0].file
    return f"{mine.name}/{first.name}" if first.is_file() else mine.name


def arrange(folder):
    """The first time, a file browser so wide that the names of the lessons are whole."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    if not folder.exists():
        left = {"collapsed": False, "visible": True, "current": "filebrowser"}
        layout = {"main": None, "left": left, "relativeSizes": [0.27, 0.73, 0]}
        workspace = {"data": {"layout-restorer:data": layout}, "metadata": {"id": "default"}}
        WorkspacesManager(str(folder)).save("default", json.dumps(workspace))


def options(arguments):
    """The command line of JupyterLab; what the reader wrote comes last and has the last word."""
    # It refuses to run as root, as one is in many containers, unless told that it is meant.
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [
        *as_root,
        f"--notebook-dir={environment.ROOT}",
        f"--ServerApp.preferred_dir={my_notebooks.MINE}",
        f"--LabApp.default_url=/lab/tree/{opened()}",
        f"--ContentsManager.hide_globs={UNWANTED}",
        # Otherwise some thirty lines tell what is not installed, and the address is lost in them.
        "--ServerApp.log_level=ERROR",
        "--LabApp.log_level=ERROR",
        # A kernel that others could listen to warns of it, below the address: let none listen.
        *(["--KernelManager.transport_encryption=auto"] if zmq.has("curve") else []),
        *arguments,
    ]


def variables():
    """The variables that JupyterLab is to find."""
    before = environment.settings(Path(sys.prefix))
    paths = [str(SETTINGS), *filter(None, [before.get("JUPYTER_CONFIG_PATH")])]
    token = before.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    return {
        **before,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(paths),
        "JUPYTER_TOKEN": token,
        # What was open in other projects stays there.
        "JUPYTERLAB_WORKSPACES_DIR": before.get("JUPYTERLAB_WORKSPACES_DIR")
        or str(Path(sys.prefix) / "workspace"),
    }


def announce(file):
    """Once the server has written where it is, tell it, as the last thing on the screen."""
    while not file.exists() or not file.read_text().endswith("}"):
        time.sleep(0.1)
    server = json.loads(file.read_text())
    token = f"?{urlencode({'token': server['token']})}" if server["token"] else ""
    environment.say(
        "JupyterLab is running, and opens in your browser. If it does not, copy this address:\n\n"
        f"    {server['url']}lab/tree/{opened()}{token}\n\n"
        f"Your copy of the lessons is in {my_notebooks.MINE.name}. "
        "Run a cell with Shift+Enter. To stop: Ctrl-C here, twice."
    )


def main():
    try:
        said = my_notebooks.bring()
    except OSError as error:
        sys.exit(my_notebooks.trouble(error))
    for sentence in said:
        environment.say(sentence)
    found = variables()
    os.environ.clear()
    os.environ.update(found)
    # Only now, since it looks at the variables when it is loaded.
    from jupyter_core.paths import jupyter_runtime_dir
    from jupyterlab.labapp import LabApp

    arrange(Path(os.environ["JUPYTERLAB_WORKSPACES_DIR"]))
    file = Path(jupyter_runtime_dir()) / f"jpserver-{os.getpid()}.json"
    threading.Thread(target=announce, args=[file], daemon=True).start()
    LabApp.launch_instance(options(sys.argv[1:]))


if __name__ == "__main__":
    main()
