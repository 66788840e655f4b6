"""Fetch the three files that a page with widgets and formulas needs, each once, by npm.

python tools/web_files.py

Versions and hashes are those of locks/web.json. Readers of the notebooks never run this.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import apt

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv" / "web"
PACKAGES = json.loads((ROOT / "locks" / "web.json").read_text())


def path_of(package):
    """Where the file of a package is kept; another version has another place."""
    file = Path(package["file"])
    return FOLDER / f"{file.stem}-{package['version']}{file.suffix}"


def missing():
    return [package for package in PACKAGES if not path_of(package).exists()]


def paths():
    """Where each file is, by the name that pages call it."""
    return {Path(package["file"]).name: path_of(package) for package in PACKAGES}


def fetch(package, npm):
    """Pack, compare the hash, and take the one file out."""
    with tempfile.TemporaryDirectory() as folder:
        name = f"{package['name']}@{package['version']}"
        subprocess.run(
            [npm, "pack", "--silent", name], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        (archive,) = Path(folder).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if f"sha512-{digest}" != package["integrity"]:
            sys.exit(f"softmax_lab: {name} is not the one that locks/web.json names.")
        with tarfile.open(archive) as tar:
            content = tar.extractfile(f"package/{package['file']}").read()
    FOLDER.mkdir(parents=True, exist_ok=True)
    path_of(package).write_bytes(content)


def main():
    if not missing():
        return
    if not shutil.which("npm") and apt.can_install():
        apt.install("npm", "the exported pages")
    npm = shutil.which("npm")
    if not npm:
        print(
            "softmax_lab: npm was not found. Exported pages need three files that it fetches:"
            "\non Debian and Ubuntu, sudo apt install npm; elsewhere install Node.js."
        )
        if os.environ.get("CI"):
            sys.exit(1)
        print("The tests of exported pages are left out this time.")
        return
    for package in missing():
        print(f"softmax_lab: fetching {package['name']} {package['version']}", flush=True)
        fetch(package, npm)


if __name__ == "__main__":
    main()
