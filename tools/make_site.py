"""Make the site: every lesson as a page with living explorers, in build/site.

    python tools/make_site.py                        the site
    python tools/make_site.py --without-solutions    without the solutions of the exercises
    python tools/make_site.py my/own.ipynb           with a notebook of your own as a page more

Nothing is loaded from elsewhere: the folder works on any web server, and from a stick. A lesson is
run once, and again only when it or the package has changed.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

import notebooks
import web_files
from softmax_lab.lessons import LESSONS
from web import finish, licences, runs, sources

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "build" / "site"
WORK = ROOT / "build" / "site-work"
THEME = ROOT / "tools" / "web" / "theme"


def build(site=SITE, work=WORK, lessons=LESSONS, own=(), solutions=True, kept=runs.KEPT):
    """Make the site of these lessons, and of notebooks of one's own."""
    source = work / "source"
    pictures = work / "explorers"
    write_sources(source, pictures, lessons, own, solutions, kept)
    sphinx(source, work)
    finish.finished(work / "html", pictures, site)
    licences.write_texts(site / "licences")
    (site / "notebooks").mkdir()
    for path in [*(notebooks.FOLDER / each.file for each in lessons), *own]:
        shutil.copy(path, site / "notebooks")


def write_sources(source, pictures, lessons, own, solutions, kept):
    """Write what Sphinx reads, and take away what it is to read no more."""
    documents = [path for path in sorted(sources.DOCUMENTS.glob("*.md")) if path.stem != "index"]
    pages = {each.name for each in lessons} | {path.stem for path in [*documents, *own]}
    pages |= {"index", "licences"}
    paths = [notebooks.FOLDER / each.file for each in lessons]
    written = {}
    for path, ran in zip(paths, runs.run_all(paths, kept), strict=True):
        stored = nbformat.read(path, as_version=4)
        page = sources.lesson_page(ran, stored, path.stem, pages, pictures, solutions)
        written[path.name] = nbformat.writes(page)
    for path in own:
        ran = notebooks.executed(path, store_widget_state=True, drawings=True)
        written[path.name] = nbformat.writes(sources.own_page(ran, path.stem, pages, pictures))
    for path in documents:
        written[path.name] = sources.relinked(path.read_text(encoding="utf-8"), pages)
    written["licences.md"] = licences.page()
    written["index.ipynb"] = sources.home(lessons, own, pages, pictures, kept)
    for name, text in written.items():
        sources.write_if_changed(source / name, text)
    for path in source.iterdir():
        if path.name not in written:
            path.unlink()


def sphinx(source, work):
    """Run Sphinx; a warning is an error."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    process = subprocess.run(
        [*command, "-c", THEME, "-d", work / "doctrees", source, work / "html"]
    )
    if process.returncode:
        sys.exit("softmax_lab: Sphinx could not make the pages; it says why above.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--without-solutions", action="store_true")
    parser.add_argument("own", nargs="*", type=Path, help="notebooks of your own")
    arguments = parser.parse_args()
    web_files.main()
    build(own=arguments.own, solutions=not arguments.without_solutions)
    print(f"softmax_lab: the site is in {SITE.relative_to(ROOT)}; open index.html there.")


if __name__ == "__main__":
    main()
