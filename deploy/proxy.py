"""Install the proxy of a hub, as locks/proxy names it, beside the hub: needs Node.js and npm.

.venv-hub/bin/python deploy/proxy.py
"""

import shutil
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "locks" / "proxy"
FOLDER = Path(sys.prefix) / "proxy"
PROGRAM = Path(sys.prefix) / "bin" / "configurable-http-proxy"


def main():
    npm = shutil.which("npm")
    if not npm:
        sys.exit(
            "softmax_lab: npm was not found, which installs the hub's proxy.\n"
            "On Debian and Ubuntu: sudo apt install npm; then try again."
        )
    stamp, lock = FOLDER / "installed.json", LOCK / "package-lock.json"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes() and PROGRAM.exists():
        return
    print("softmax_lab: installing the hub's proxy (a few seconds, once)", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(LOCK, FOLDER)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([npm, "ci", *quiet], cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)
    PROGRAM.unlink(missing_ok=True)
    PROGRAM.symlink_to(FOLDER / "node_modules" / ".bin" / PROGRAM.name)
    shutil.copyfile(lock, stamp)


if __name__ == "__main__":
    main()
