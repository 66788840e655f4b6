"""Bring a student's lessons up to date, then become the student's server.

The lessons come by nbgitpuller, which never takes a change of the student's away, into
softmax_lab/ in the student's home; what is read and answered is the student's own copy of them
(tools/my_notebooks.py), where no change of ours can collide with theirs. Where the lessons cannot
be fetched, the server starts with those that are there.

The lessons use the package that came with them, and from this environment everything else.
"""

import os
import subprocess
import sys
from pathlib import Path

PROGRAMS = Path(sys.executable).parent
LESSONS = Path.home() / "softmax_lab"
PATIENCE = 120  # seconds for fetching


def bring():
    """Make the lessons as new as where they come from; what is to be told stands in news.txt."""
    where = os.environ["SOFTMAX_LAB_REPOSITORY"], os.environ["SOFTMAX_LAB_BRANCH"]
    renew = [sys.executable, "tools/my_notebooks.py"]
    try:
        subprocess.run([PROGRAMS / "gitpuller", *where, LESSONS], timeout=PATIENCE, check=True)
        told = subprocess.run(
            renew, cwd=LESSONS, timeout=PATIENCE, check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        (LESSONS / "my-notebooks" / "news.txt").write_text(told, encoding="utf-8")
    except (OSError, subprocess.SubprocessError) as error:
        print(f"softmax_lab: the lessons were not brought up to date: {error}", flush=True)


def main():
    os.environ["PATH"] = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"  # for its terminals
    os.environ["PYTHONPATH"] = str(LESSONS)
    os.environ["JUPYTER_CONFIG_PATH"] = str(LESSONS / "tools" / "jupyter")
    bring()
    os.execv(PROGRAMS / "jupyterhub-singleuser", ["jupyterhub-singleuser", *sys.argv[1:]])


if __name__ == "__main__":
    main()
