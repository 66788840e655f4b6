"""Find Chromium for the browser tests, and install it where it is missing and that is possible.

python tools/chromium.py
"""

import os
import shutil
import sys

import apt

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)


def find():
    """The path of a Chromium or Chrome, or None; the variable CHROMIUM has the first word."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *PLACES]
    return next((path for path in candidates if path and os.path.exists(path)), None)


def options():
    """How Playwright launches it, asking nothing of the network but this machine."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    as_root = ["--no-sandbox"] if apt.is_root() else []
    return {"executable_path": find(), "args": [*quiet, *as_root]}


def main():
    if find():
        return
    if apt.can_install():
        apt.install("chromium", "the browser tests")
    if find():
        return
    print(
        "softmax_lab: Chromium was not found"
        + (", and apt could not install it." if apt.can_install() else ".")
        + "\nThe browser tests need it: on Debian and Ubuntu, sudo apt install chromium;"
        "\nelsewhere install Chrome, or name one: CHROMIUM=/path/to/it make test"
    )
    if os.environ.get("CI"):
        sys.exit(1)
    print("They are left out this time.")


if __name__ == "__main__":
    main()
