"""Walls around a stranger's code: it runs in a folder, within a time, and out of sight of the rest.

Strongest first: ``docker`` and ``podman``, a container without a network; ``unshare``, Linux
namespaces without a container; ``process``, no more than a process and a home of its own.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT = 600  # seconds
IMAGE = "softmax_lab-grader"
LOOPBACK_UP = (
    "import fcntl, socket, struct; "
    "fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sH14s', b'lo', 0x41, b''))"
)
# What may be read is made read-only, then the folder at work is made writable again, and what is
# nobody's business is hidden. The last unshare gives away the power to undo this.
BOX = """
set -e
work="$1"; python="$2"; shift 2
while [ "$1" != -- ]; do mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; shift; done
shift
mount --bind "$work" "$work"; mount -o remount,bind,rw "$work"
while [ "$1" != -- ]; do mount -t tmpfs tmpfs "$1"; shift; done
shift
"$python" -I -c "$LOOPBACK_UP"
cd "$work"
exec unshare --user --map-user=1000 --map-group=1000 "$@"
"""
NAMESPACES = "--user --map-root-user --mount --pid --ipc --net --fork --kill-child --mount-proc"


class NotGraded(Exception):
    """The submission cannot be graded; the message says why."""


def run(command, work, limit=None):
    """Run a command in the folder ``work``, which has ``home`` and ``tmp``, and end all of it.

    Raises NotGraded if it does not end in time, or fails.
    """
    limit = limit or LIMIT
    with (
        open(work / "grading.log", "wb") as log,
        subprocess.Popen(
            command,
            cwd=work,
            env=environment(work),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as grader,
    ):
        try:
            status = grader.wait(limit)
        except subprocess.TimeoutExpired:
            raise NotGraded(f"it did not end within {limit} s") from None
        finally:
            _end_all_of(grader)
    if status:
        last = (work / "grading.log").read_text(errors="replace").strip().splitlines()[-1:]
        raise NotGraded(f"the grader ended with status {status}: {''.join(last)!r:.200}")


def _end_all_of(grader):
    """End the grader's group of processes, whatever is left of it."""
    try:
        os.killpg(grader.pid, signal.SIGKILL)
    except ProcessLookupError:  # nothing is left
        return


def environment(work):
    """Nothing of the instructor's own; nbgrader calls alembic, beside Python, by its name."""
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    return {
        "PATH": path,
        "HOME": str(work / "home"),
        "TMPDIR": str(work / "tmp"),
        "PYTHONNOUSERSITE": "1",
        "LANG": "C.UTF-8",
        "LOOPBACK_UP": LOOPBACK_UP,
    }


def in_a_process(work, hidden, arguments):
    """The command that runs Python with these arguments without any wall around it."""
    return [sys.executable, *arguments]


def in_namespaces(work, hidden, arguments):
    """The command that runs it in Linux namespaces of its own; the folder ``hidden`` is empty.

    So is the folder of the questions, where the package is used from its repository.
    """
    package = Path(__file__).resolve().parents[1]
    shown = [Path.home(), Path(sys.prefix), Path(sys.base_prefix), package, tempfile.gettempdir()]
    questions = package.parent / "tools" / "course"
    hide = [hidden, "/dev/shm", "/var/tmp", *([questions] if questions.is_dir() else [])]
    box = ["sh", "-c", BOX, "box", work, sys.executable, *shown, "--", *hide, "--"]
    return ["unshare", *NAMESPACES.split(), *map(str, box), sys.executable, *arguments]


def in_a_container(engine):
    """What makes the command that runs it in a container of this engine."""

    def command(work, hidden, arguments):
        return [
            *(engine, "run", "--rm", "--init", "--network", "none", "--read-only"),
            *("--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
            *("--memory", "2g", "--pids-limit", "256", "--tmpfs", "/tmp"),
            *("--user", f"{os.getuid()}:{os.getgid()}", "--env", "HOME=/course/home"),
            *("--volume", f"{work}:/course", "--workdir", "/course", IMAGE),
            *("timeout", "--kill-after", "5", str(LIMIT), "python", *arguments),
        ]

    return command


WAYS = {
    "docker": in_a_container("docker"),
    "podman": in_a_container("podman"),
    "unshare": in_namespaces,
    "process": in_a_process,
}


def namespaces_work(hidden):
    """Whether this machine lets its users make namespaces."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            tried = subprocess.run(
                in_namespaces(Path(folder).resolve(), hidden, ["-c", ""]),
                env=environment(Path(folder)),
                capture_output=True,
            )
        except FileNotFoundError:  # there is no unshare
            return False
    return tried.returncode == 0


def chosen(way, hidden):
    """What makes the command, and a word of warning where it is the weakest."""
    if way:
        return WAYS[way]
    if namespaces_work(hidden):
        return in_namespaces
    print("no namespaces here: grading in plain processes, which is weaker", file=sys.stderr)
    return in_a_process
