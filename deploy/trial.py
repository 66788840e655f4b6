"""The hub on this machine alone, with a course of its own, to try it or to test it.

    .venv/bin/python deploy/trial.py                   start it, say where it is, stop it by Ctrl-C
    .venv/bin/python deploy/trial.py --students 10     let so many come at once, and measure them

The first needs `make hub-venv`; the second also what `make test` installs, Chromium among it.
"""

import argparse
import asyncio
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PROGRAMS = ROOT / ".venv-hub" / "bin"
PATIENCE = 60  # seconds for the hub to start


@dataclass(frozen=True)
class Hub:
    """A hub that runs: where, with which password, and the folder of all that is its own."""

    url: str
    password: str
    folder: Path
    process: subprocess.Popen

    @property
    def course(self):
        """The repository that the students' lessons come from."""
        return self.folder / "course"

    def home(self, student):
        """The home of a student."""
        return self.folder / "homes" / student

    def lessons(self, student):
        """The lessons that a student reads and answers in."""
        return self.home(student) / "softmax_lab" / "my-notebooks"

    @property
    def log(self):
        """What the hub and all servers wrote."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def running(folder):
    """A hub of one's own, whose files are below a folder; with it end all its servers."""
    (folder / "homes").mkdir(parents=True)
    publish(folder / "course")
    port = free_ports(3)
    password = secrets.token_urlsafe(24)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [PROGRAMS / "jupyterhub", "--config", HERE / "trial_config.py"],
            cwd=folder,
            env=environment(folder, port, password),
            stdout=log,
            stderr=log,
        )
        hub = Hub(f"http://127.0.0.1:{port}", password, folder, process)
        try:
            wait_for(hub)
            yield hub
        finally:
            process.terminate()  # it stops the servers and the proxy
            process.wait(timeout=240)  # kernels may be slow to end


def environment(folder, port, password):
    """The variables that the hub reads; nothing of the caller's own Jupyter."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_", "PYTHON"))}
    return kept | {
        "SOFTMAX_LAB_REPOSITORY": str(folder / "course"),
        "SOFTMAX_LAB_TRIAL": str(folder),
        "SOFTMAX_LAB_PORT": str(port),
        "SOFTMAX_LAB_PASSWORD": password,
        "HOME": str(folder),
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def publish(course):
    """Put the project's files, as they are now, into a repository of their own."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (course / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, course / name)
    git(course, "init", "--quiet", "--initial-branch=main")
    commit(course, "The course as it begins")


def commit(course, message):
    """Publish what has been changed in the course."""
    git(course, "add", "--all")
    who = ("-c", "user.name=A teacher", "-c", "user.email=teacher@example.org")
    git(course, *who, "commit", "--quiet", "--message", message)


def git(folder, *arguments):
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"git {arguments[0]} failed: {done.stderr}")
    return done.stdout


def free_ports(count):
    """The first of some ports in a row that nobody listens at."""
    for first in range(18000, 19000, count):
        try:
            for port in range(first, first + count):
                with socket.socket() as tried:
                    tried.bind(("127.0.0.1", port))
            return first
        except OSError:  # somebody does
            continue
    raise RuntimeError("no ports are free between 18000 and 19000")


def wait_for(hub):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and hub.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{hub.url}/hub/health", timeout=5):
                return
        except OSError:  # not yet
            time.sleep(0.2)
    raise RuntimeError(f"the hub did not start:\n{hub.log[-3000:]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, metavar="N")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hub-") as folder, running(Path(folder)) as hub:
        if arguments.students:
            sys.path.append(str(ROOT / "tools"))  # where Chromium is looked for
            import measuring

            asyncio.run(measuring.measure(hub, arguments.students))
            return
        print(f"{hub.url}\nAny name, and the password {hub.password}\nTo stop: Ctrl-C")
        try:
            hub.process.wait()
        except KeyboardInterrupt:
            print("stopping")


if __name__ == "__main__":
    main()
