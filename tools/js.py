"""Format, lint and test the explorers' JavaScript.

    python tools/js.py          check
    python tools/js.py --fix    write what can be fixed

The tools are those of locks/js, installed by npm into .venv/js. Readers never run this, and the
modules are sent to the browser as they are.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import apt

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "locks" / "js"
HOME = ROOT / ".venv" / "js"
FOLDERS = ("softmax_lab", "benchmarks", "tests", "tools", "locks/js")


def sources(*endings):
    """The files with these endings, as paths from the root."""
    found = [file for name in FOLDERS for file in (ROOT / name).rglob("*") if file.is_file()]
    return sorted(str(file.relative_to(ROOT)) for file in found if file.suffix in endings)


def install(npm):
    """What the lock names, once; ESLint looks for its own packages beside its settings."""
    stamp = HOME / "package-lock.json"
    lock = LOCK / "package-lock.json"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        print("softmax_lab: installing ESLint and Prettier (a few seconds, once)", flush=True)
        shutil.rmtree(HOME, ignore_errors=True)
        HOME.mkdir(parents=True)
        shutil.copy(LOCK / "package.json", HOME)
        shutil.copy(lock, HOME / "npm-shrinkwrap.json")
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run([npm, "ci", *quiet], cwd=HOME, check=True, stdout=subprocess.DEVNULL)
        shutil.move(HOME / "npm-shrinkwrap.json", stamp)
    shutil.copy(LOCK / "eslint.config.js", HOME)


def run(*command):
    """Whether a command passes; it says itself why not."""
    return subprocess.run(command, cwd=ROOT).returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fix", action="store_true", help="write what can be fixed")
    fix = parser.parse_args().fix
    if not shutil.which("npm") and apt.can_install():
        apt.install("npm", "the checks of the JavaScript")
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        print("softmax_lab: npm was not found; the JavaScript is not linted. Install Node.js.")
        sys.exit(1 if os.environ.get("CI") else 0)
    install(npm)
    prettier, eslint = (
        HOME / "node_modules" / path
        for path in ("prettier/bin/prettier.cjs", "eslint/bin/eslint.js")
    )
    settings = ("--config", LOCK / "prettier.json", "--log-level=warn")
    write = "--write" if fix else "--check"
    passed = [
        run(node, prettier, *settings, write, *sources(".js", ".mjs", ".css")),
        run(
            node,
            eslint,
            "--config",
            HOME / "eslint.config.js",
            *["--fix"] * fix,
            *sources(".js", ".mjs"),
        ),
        run(
            node,
            "--test",
            "--test-reporter=dot",
            *(file for file in sources(".js") if file.startswith("tests")),
        ),
    ]
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
