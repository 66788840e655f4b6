"""What install.py does: a virtual environment in the project's folder, and the packages in it.

With uv on the PATH the packages come by uv, otherwise by pip: the same lock files, the same hashes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LISTS = {  # what is needed, and what may fail to install
    "lab": [ROOT / "locks" / "lab.txt"],
    "test": [ROOT / "locks" / "test.txt"],
    "hub": [ROOT / "locks" / "hub.txt"],
    "bench": [ROOT / "benchmarks" / "peers.txt", ROOT / "benchmarks" / "optional_peers.txt"],
}
MADE = "made-in"  # the file of a finished environment: it names the folder that it was made in


def say(text):
    print(f"softmax_lab: {text}", flush=True)


def python_of(folder):
    """The Python of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def settings(folder):
    """The variables to start programs with: a home folder that can be written to."""
    home = os.path.expanduser("~")
    try:
        with tempfile.TemporaryFile(dir=home):
            return dict(os.environ)
    except OSError:
        replacement = folder / "home"
        replacement.mkdir(parents=True, exist_ok=True)
        say(f"{home} cannot be written to; {replacement} serves as the home folder")
        kept = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
        return {**kept, "HOME": str(replacement), "USERPROFILE": str(replacement)}


def fingerprint(lists):
    """Changes when the lists, the project's metadata or the Python do."""
    files = [*lists, ROOT / "pyproject.toml"]
    parts = [*(file.read_bytes() for file in files), sys.version.encode()]
    return hashlib.sha256(b"\0".join([*parts, str(ROOT).encode()])).hexdigest()


def flaw(folder):
    """What is wrong with a virtual environment, or None."""
    if not os.path.lexists(python_of(folder)):
        return "it was left unfinished"
    if not python_of(folder).exists():
        return "its Python is no longer there"
    if not (folder / MADE).exists():
        return "it was left unfinished, or made by other means"
    # Its programs name the folder in which they were made, and would run what is in that one.
    made_in = (folder / MADE).read_text(encoding="utf-8")
    return f"it was made in {made_in}" if made_in != str(folder) else None


def make(folder):
    """A virtual environment with pip, from nothing unless a sound one is there."""
    if folder.exists():
        found = flaw(folder)
        if found is None:
            return
        say(f"making {folder.name} anew: {found}")
        (folder / MADE).unlink(missing_ok=True)  # first, should the rest be interrupted
        shutil.rmtree(folder)
    else:
        say(f"making {folder.name} with Python {sys.version.split()[0]} (a few seconds)")
    try:
        venv.create(folder, with_pip=True)
    except subprocess.CalledProcessError:
        shutil.rmtree(folder, ignore_errors=True)
        version = "{}.{}".format(*sys.version_info)
        sys.exit(
            "softmax_lab: this Python cannot make virtual environments: ensurepip is missing.\n"
            f"On Debian and Ubuntu: sudo apt install python{version}-venv; then try again."
        )
    (folder / MADE).write_text(str(folder), encoding="utf-8")


def by_uv(folder, arguments, variables):
    """Install by uv, which tells its progress itself; whether it succeeded."""
    # Compiled at once, as pip does it: else every kernel waits for it, where none may write.
    options = ["--compile-bytecode", "--python", python_of(folder)]
    command = ["uv", "pip", "install", *options, *arguments]
    return subprocess.run(command, cwd=ROOT, env=variables).returncode == 0


def by_pip(folder, arguments, variables, packages):
    """Install by pip, with a line for each package; whether it succeeded."""
    command = [python_of(folder), "-m", "pip", "install", "--disable-pip-version-check"]
    count = 0
    with subprocess.Popen(
        [*command, *arguments], cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            if line.startswith(("Collecting ", "Processing ")):
                count += 1
                name = Path(line.split()[1]).name  # of a file on this machine, its last part
                print(f"  {count:3} of up to {packages}: {name}", flush=True)
            elif line.startswith("Installing collected packages"):
                print("  all are here; unpacking them, half a minute at most", flush=True)
    return process.returncode == 0


def install(folder, arguments, variables, packages=1):
    """Install by uv or, where that is not there or does not succeed, by pip."""
    if shutil.which("uv", path=variables.get("PATH")):
        if by_uv(folder, arguments, variables):
            return True
        say("uv did not install it, as it says above; trying pip")
    return by_pip(folder, arguments, variables, packages)


def install_or_stop(*arguments):
    if not install(*arguments):
        sys.exit(
            "softmax_lab: the installation stopped, for the reason in the lines above.\n"
            "Often it is the network: try again, and nothing done so far is lost."
        )


def requirements(file):
    return [line for line in file.read_text(encoding="utf-8").splitlines() if "==" in line]


def fill(folder, kind):
    """Install what a list names, unless that has been done."""
    needed, *optional = LISTS[kind]
    stamp = folder / f"{kind}.installed"
    wanted = fingerprint(LISTS[kind])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    began = time.monotonic()
    variables = settings(folder)
    packages = len(requirements(needed))
    name = needed.relative_to(ROOT).as_posix()
    say(f"installing up to {packages} packages from {name} (a minute or two, once)")
    hashes = ["--require-hashes"] if needed.parent.name == "locks" else []
    install_or_stop(folder, [*hashes, "--requirement", needed], variables, packages)
    for package in (line for file in optional for line in requirements(file)):
        say(f"installing {package}")
        if not install(folder, ["--constraint", needed, package], variables):
            say(f"leaving {package} out, for the reason above; remove .venv-bench to try again")
    say("installing softmax_lab itself")
    itself = ["--no-deps", "--no-build-isolation", "--editable", "."]
    install_or_stop(folder, itself, variables)
    # Matplotlib lists the fonts once, and says so when it takes long: not in a lesson, please.
    say("letting Matplotlib list the fonts (a few seconds)")
    fonts = [python_of(folder), "-c", "import matplotlib.font_manager"]
    subprocess.run(fonts, cwd=ROOT, env=variables, check=True)
    stamp.write_text(wanted)
    say(f"installed in {time.monotonic() - began:.0f} s")


def main(arguments):
    if len(arguments) != 1 or arguments[0] not in LISTS:
        sys.exit(f"usage: python tools/install.py {'|'.join(LISTS)}")
    (kind,) = arguments
    folder = ROOT / {"hub": ".venv-hub", "bench": ".venv-bench"}.get(kind, ".venv")
    try:
        make(folder)
        fill(folder, kind)
    except KeyboardInterrupt:
        sys.exit("\nsoftmax_lab: stopped. Run the command again to go on.")
