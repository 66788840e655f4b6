"""TeX to HTML when a page is built, by KaTeX under Node: no script has to do it for the reader.

The HTML holds MathML beside what is seen, for those who listen. It needs katex.min.css and the
fonts beside it, which ``write_files`` puts into a folder.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import web_files

SETTER = Path(__file__).with_name("formulas.mjs")
NO_NODE = (
    "softmax_lab: Node.js was not found. It sets the formulas of pages and slides: on Debian and\n"
    "Ubuntu, sudo apt install nodejs npm; elsewhere see https://nodejs.org."
)


@dataclass(frozen=True)
class Formula:
    """A formula in TeX, without dollars; whether it has a line of its own; where it was found."""

    tex: str
    display: bool = False
    where: str = ""


class FormulaError(Exception):
    """Formulas that cannot be set."""


def rendered(formulas):
    """The HTML of each formula, all set in one process of Node.

    Raises FormulaError, which names every one that cannot be set, its place and the reason.
    """
    formulas = list(formulas)
    if not formulas:
        return []
    node = shutil.which("node")
    if not node:
        sys.exit(NO_NODE)
    given = [{"tex": formula.tex, "display": formula.display} for formula in formulas]
    process = subprocess.run(
        [node, SETTER, web_files.path("katex", "dist/katex.mjs")],
        input=json.dumps(given),
        capture_output=True,
        encoding="utf-8",
    )
    if process.returncode:
        raise FormulaError(f"KaTeX did not run:\n{process.stderr}")
    answers = json.loads(process.stdout)
    wrong = [
        f"{formula.where}: {formula.tex}\n    {answer['error']}"
        for formula, answer in zip(formulas, answers, strict=True)
        if "error" in answer
    ]
    if wrong:
        raise FormulaError("\n".join(["formulas that cannot be set:", *wrong]))
    return [answer["html"] for answer in answers]


def write_files(folder):
    """KaTeX's style and fonts, as ``katex.min.css`` and ``fonts/`` in a folder."""
    dist = web_files.path("katex", "dist")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(dist / "katex.min.css", folder)
    shutil.copytree(dist / "fonts", folder / "fonts", dirs_exist_ok=True)
