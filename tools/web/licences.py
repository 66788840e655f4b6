"""What of others' work a site holds, with their licences: a page, and the texts beside it."""

from importlib.metadata import distribution
from pathlib import Path

import web_files

ROOT = Path(__file__).resolve().parent.parent.parent
# What a site has of each; of the Python packages, styles and scripts that they bring along.
FROM_PYTHON = {
    "sphinx": "the search",
    "sphinx-book-theme": "the look of the pages",
    "pydata-sphinx-theme": "the look of the pages, with parts of Bootstrap (MIT)",
    "myst-nb": "the look of cells",
    "pygments": "the colours of code",
}
FROM_NPM = {"katex": "formulas: styles and fonts"}
BSD = "BSD-3-Clause"  # what the two themes, whose metadata do not say it, are under
PAGE = """# Licences

The code of this project is under the BSD 3-Clause licence, its text and pictures under
[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/). The handwritten digits are by E. Alpaydin
and C. Kaynak, CC BY 4.0. The site also holds work of others:

| | version | what for | licence |
|---|---|---|---|
{rows}
"""


def held():
    """Name, version, use, licence and its text, of everything that a site holds of others."""
    for name, use in FROM_PYTHON.items():
        package = distribution(name)
        (text,) = (file for file in package.files if file.stem == "LICENSE")
        licence = package.metadata.get("License-Expression") or BSD
        yield name, package.version, use, licence, Path(text.locate())
    for name, use in FROM_NPM.items():
        package = web_files.PACKAGES[name]
        yield name, package["version"], use, package["license"], web_files.path(name, "LICENSE")


def page():
    """The page, in Markdown."""
    rows = [
        f'| {name} | {version} | {use} | <a href="licences/{name}.txt">{licence}</a> |'
        for name, version, use, licence, _ in held()
    ]
    return PAGE.format(rows="\n".join(rows))


def write_texts(folder):
    """The texts of the licences."""
    folder.mkdir()
    for name, *_, text in held():
        (folder / f"{name}.txt").write_text(text.read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("LICENSE", "LICENSE-TEXT"):
        (folder / f"softmax_lab-{name}.txt").write_bytes((ROOT / name).read_bytes())
