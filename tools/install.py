"""Make .venv and install softmax_lab with the locked versions of everything it needs.

    python tools/install.py lab     what a reader needs
    python tools/install.py test    that, and what the tests need

Needs nothing but Python. Run again, it installs nothing unless a lock file has changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)


def say(text):
    print(f"softmax_lab: {text}", flush=True)


def fingerprint(lock):
    """Changes when the lock, the project's metadata or the Python does."""
    parts = [lock.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode()]
    return hashlib.sha256(b"\0".join([*parts, str(ROOT).encode()])).hexdigest()


def make_venv():
    if PYTHON.exists():
        return
    say(f"making .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        venv.create(VENV, with_pip=True)
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        version = "{}.{}".format(*sys.version_info)
        sys.exit(
            "softmax_lab: this Python cannot make virtual environments: ensurepip is missing.\n"
            f"On Debian and Ubuntu: sudo apt install python{version}-venv; then try again."
        )


def pip(*arguments):
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, cwd=ROOT).returncode:
        sys.exit(
            "softmax_lab: the installation stopped; pip says why in the lines above.\n"
            "Often the network is the reason: try again, and nothing done so far is lost."
        )


def install(kind):
    lock = ROOT / "locks" / f"{kind}.txt"
    stamp = VENV / f"{kind}.installed"
    wanted = fingerprint(lock)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    packages = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    say(f"installing up to {packages} packages from locks/{kind}.txt (a minute or two, once)")
    pip("--quiet", "--require-hashes", "--requirement", str(lock))
    say("installing softmax_lab itself")
    pip("--quiet", "--no-deps", "--no-build-isolation", "--editable", ".")
    # Matplotlib lists the fonts once, and says so when it takes long: not in a lesson, please.
    subprocess.run([PYTHON, "-c", "import matplotlib.font_manager"], cwd=ROOT, check=True)
    stamp.write_text(wanted)
    say("installed")


def main():
    kinds = [path.stem for path in sorted((ROOT / "locks").glob("*.txt"))]
    if len(sys.argv) != 2 or sys.argv[1] not in kinds:
        sys.exit(f"usage: python tools/install.py {'|'.join(kinds)}")
    if sys.version_info < OLDEST:
        sys.exit(
            "softmax_lab: Python {}.{} or newer is needed; ".format(*OLDEST)
            + f"this is {sys.version.split()[0]} ({sys.executable}).\n"
            "Install a newer one and name it: make lab PYTHON=python3.13"
        )
    make_venv()
    install(sys.argv[1])


if __name__ == "__main__":
    main()
