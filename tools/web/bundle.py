"""One plain script from several modules, made when a page is built.

Chromium loads no modules from a file, only plain scripts; one script is also one request. esbuild
links the modules, and makes them small.
"""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import web_files

STATIC = Path(__file__).with_name("static")
# esbuild runs for less time than Node would take to optimise it: ten times less in all.
UNOPTIMISED = "--liftoff-only"
NO_NODE = (
    "softmax_lab: Node.js was not found. It links the scripts of pages and slides: on Debian and\n"
    "Ubuntu, sudo apt install nodejs npm; elsewhere see https://nodejs.org."
)


@cache
def script(entry):
    """The text of the script that a module in static/ and all that it imports become."""
    return _built(STATIC / entry, "--bundle", "--format=iife", "--target=es2022")


@cache
def style(text):
    """A style sheet without what only its writers need."""
    return _built("--loader=css", given=text)


def _built(*arguments, given=None):
    node = shutil.which("node")
    if not node:
        sys.exit(NO_NODE)
    esbuild = web_files.path("esbuild-wasm", "bin/esbuild")
    always = ("--minify", "--charset=utf8", "--log-level=warning")
    process = subprocess.run(
        [node, UNOPTIMISED, esbuild, *arguments, *always],
        input=given or "",
        capture_output=True,
        encoding="utf-8",
    )
    if process.returncode or process.stderr:
        raise RuntimeError(f"esbuild has not linked the scripts:\n{process.stderr}")
    return process.stdout
