"""Make .venv and install softmax_lab with the locked versions of everything it needs.

    python tools/install.py lab     what a reader needs
    python tools/install.py test    that, and what the tests need
    python tools/install.py bench   what the benchmarks compare with, in .venv-bench

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
LISTS = {  # what is needed, and what may fail to install
    "lab": [ROOT / "locks" / "lab.txt"],
    "test": [ROOT / "locks" / "test.txt"],
    "bench": [ROOT / "benchmarks" / "peers.txt", ROOT / "benchmarks" / "optional_peers.txt"],
}
VENV = ROOT / (".venv-bench" if sys.argv[1:] == ["bench"] else ".venv")
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)


def say(text):
    print(f"softmax_lab: {text}", flush=True)


def fingerprint(lists):
    """Changes when the lists, the project's metadata or the Python do."""
    files = [*lists, ROOT / "pyproject.toml"]
    parts = [*(file.read_bytes() for file in files), sys.version.encode()]
    return hashlib.sha256(b"\0".join([*parts, str(ROOT).encode()])).hexdigest()


def make_venv():
    if PYTHON.exists():
        return
    say(f"making {VENV.name} with Python {sys.version.split()[0]}")
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


def pip(*arguments, optional=False):
    """Install, or stop; what is optional may fail, and the answer says whether it did not."""
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    installed = subprocess.run(command, cwd=ROOT).returncode == 0
    if not installed and not optional:
        sys.exit(
            "softmax_lab: the installation stopped; pip says why in the lines above.\n"
            "Often the network is the reason: try again, and nothing done so far is lost."
        )
    return installed


def requirements(file):
    return [line for line in file.read_text(encoding="utf-8").splitlines() if "==" in line]


def install(kind):
    needed, *optional = LISTS[kind]
    stamp = VENV / f"{kind}.installed"
    wanted = fingerprint(LISTS[kind])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    name = needed.relative_to(ROOT).as_posix()
    packages = len(requirements(needed))
    say(f"installing up to {packages} packages from {name} (a minute or two, once)")
    hashes = ["--require-hashes"] if needed.parent.name == "locks" else []
    pip("--quiet", *hashes, "--requirement", str(needed))
    for package in (line for file in optional for line in requirements(file)):
        say(f"installing {package}")
        if not pip("--quiet", "--constraint", str(needed), package, optional=True):
            say(f"leaving {package} out: pip says why above; remove .venv-bench to try again")
    say("installing softmax_lab itself")
    pip("--quiet", "--no-deps", "--no-build-isolation", "--editable", ".")
    # Matplotlib lists the fonts once, and says so when it takes long: not in a lesson, please.
    subprocess.run([PYTHON, "-c", "import matplotlib.font_manager"], cwd=ROOT, check=True)
    stamp.write_text(wanted)
    say("installed")


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in LISTS:
        sys.exit(f"usage: python tools/install.py {'|'.join(LISTS)}")
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
