"""Find Chromium for the browser tests, and install it where it is missing and that is possible.

python tools/chromium.py
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)


def find():
    """The path of a Chromium or Chrome, or None; the variable CHROMIUM has the first word."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *PLACES]
    return next((path for path in candidates if path and os.path.exists(path)), None)


def install():
    """By apt, as root, on Debian and its relatives."""
    print("softmax_lab: installing Chromium for the browser tests", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "chromium"]):
        subprocess.run(
            [*command, "-qq"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )


def main():
    if find():
        return
    can_install = shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0
    if can_install:
        install()
    if find():
        return
    print(
        "softmax_lab: Chromium was not found"
        + (", and apt could not install it." if can_install else ".")
        + "\nThe browser tests need it: on Debian and Ubuntu, sudo apt install chromium;"
        "\nelsewhere install Chrome, or name one: CHROMIUM=/path/to/it make test"
    )
    if os.environ.get("CI"):
        sys.exit(1)
    print("They are left out this time.")


if __name__ == "__main__":
    main()
