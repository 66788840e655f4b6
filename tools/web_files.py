"""Fetch the JavaScript, styles and fonts that pages and slides need, each package once, by npm.

python tools/web_files.py

Versions and hashes are those of locks/web.json. Readers of the notebooks never run this.
"""

import base64
import fnmatch
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
PACKAGES = {each["name"]: each for each in json.loads((ROOT / "locks" / "web.json").read_text())}


def folder(name):
    """Where the files of a package are kept; another version has another place."""
    return FOLDER / f"{name.replace('/', '-')}-{PACKAGES[name]['version']}"


def path(name, file):
    """Where one file of a package is."""
    return folder(name) / file


def missing():
    return [name for name in PACKAGES if not folder(name).exists()]


def fetch(name, npm):
    """Pack, compare the hash, and take out the files that the lock names."""
    package = PACKAGES[name]
    versioned = f"{name}@{package['version']}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as temporary:
        subprocess.run(
            [npm, "pack", "--silent", versioned],
            cwd=temporary,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (archive,) = Path(temporary).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if f"sha512-{digest}" != package["integrity"]:
            sys.exit(f"softmax_lab: {versioned} is not the one that locks/web.json names.")
        unpacked = Path(temporary) / "unpacked"
        with tarfile.open(archive) as tar:
            files = {member.name.partition("/")[2]: member for member in tar.getmembers()}
            for pattern in package["files"]:
                for file in fnmatch.filter(files, pattern):
                    (unpacked / file).parent.mkdir(parents=True, exist_ok=True)
                    (unpacked / file).write_bytes(tar.extractfile(files[file]).read())
        # Whole or not at all, also when interrupted.
        unpacked.rename(folder(name))


def main():
    if not missing():
        return
    if not shutil.which("npm") and apt.can_install():
        apt.install("npm", "pages and slides")
    npm = shutil.which("npm")
    if not npm:
        print(
            "softmax_lab: npm was not found. Pages and slides need what it fetches:"
            "\non Debian and Ubuntu, sudo apt install npm; elsewhere install Node.js."
        )
        if os.environ.get("CI"):
            sys.exit(1)
        print("The tests of pages and slides are left out this time.")
        return
    for name in missing():
        print(f"softmax_lab: fetching {name} {PACKAGES[name]['version']}", flush=True)
        fetch(name, npm)


if __name__ == "__main__":
    main()
