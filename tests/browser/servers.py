"""JupyterLab and Notebook 7 on a folder, and the kernels of their notebooks."""

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jupyter_client import BlockingKernelClient

OPTIONS = {  # the page gives a handle on the application, and asks nothing of the network
    "jupyterlab": [
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ],
    "notebook": ["--JupyterNotebookApp.expose_app_in_browser=True"],
}


@dataclass(frozen=True)
class Server:
    app: str
    url: str
    runtime: Path
    token: str

    def get(self, path):
        with urllib.request.urlopen(f"{self.url}{path}?token={self.token}", timeout=10) as answer:
            return json.load(answer)

    @contextmanager
    def kernel_of(self, name):
        """A client of the kernel that runs a notebook: it asks what Python knows."""
        (session,) = (s for s in self.get("api/sessions") if Path(s["path"]).name == name)
        client = BlockingKernelClient()
        client.load_connection_file(self.runtime / f"kernel-{session['kernel']['id']}.json")
        client.start_channels()
        client.wait_for_ready(timeout=30)
        try:
            yield Kernel(client)
        finally:
            client.stop_channels()


@dataclass(frozen=True)
class Kernel:
    client: BlockingKernelClient

    def run(self, code, value="None"):
        """Run code, then give the value of an expression, which JSON can hold."""
        expression = {"answer": f"__import__('json').dumps({value})"}
        reply = self.client.execute(
            code, store_history=False, user_expressions=expression, reply=True, timeout=30
        )["content"]
        assert reply["status"] == "ok", reply
        answer = reply["user_expressions"]["answer"]
        assert answer["status"] == "ok", answer
        return json.loads(eval(answer["data"]["text/plain"]))

    def value(self, expression):
        return self.run("", expression)

    def wait_for(self, expression, seconds=60):
        """Until Python says so too: a change in the page takes a moment to arrive."""
        deadline = time.monotonic() + seconds
        while not self.value(expression):
            assert time.monotonic() < deadline, f"never true: {expression}"
            time.sleep(0.05)


@contextmanager
def serving(app, notebooks, home):
    """A server of one's own, with settings that no other sees."""
    settings = {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        # Not on the command line, which every user of the machine can read.
        "JUPYTER_TOKEN": secrets.token_hex(16),
    }
    command = [
        *(sys.executable, "-m", app, "--no-browser", "--allow-root"),
        *("--ServerApp.port=0", f"--notebook-dir={notebooks}"),
        *OPTIONS[app],
    ]
    home.mkdir(exist_ok=True)
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **settings}, stdout=log, stderr=log, cwd=home
        )
        try:
            yield Server(
                app, address_of(process, home), home / "runtime", settings["JUPYTER_TOKEN"]
            )
        finally:
            process.terminate()
            process.wait(timeout=30)


def address_of(process, home):
    """Where the server answers, once it does."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        for file in (home / "runtime").glob("jpserver-*.json"):
            try:
                url = json.loads(file.read_text())["url"]  # half written, it is no JSON yet
                with urllib.request.urlopen(f"{url}api", timeout=5):
                    return url
            except (OSError, ValueError):
                pass
        time.sleep(0.2)
    raise RuntimeError(f"the server did not start:\n{(home / 'log').read_text()}")
