"""Make the site: every lesson as a page with living explorers, in build/site.

    python tools/make_site.py                        the site
    python tools/make_site.py --without-solutions    without the solutions of the exercises
    python tools/make_site.py my/own.ipynb           with a notebook of your own as a page more
    python tools/make_site.py --open-in NAME=ADDRESS with a button that opens a lesson elsewhere

The address of a notebook on Binder, on Colab or on a hub of your own has its file's name in it,
which {file} stands for: https://mybinder.org/v2/gh/ME/COPY/main?urlpath=lab/tree/notebooks/{file}

Nothing is loaded from elsewhere: the folder works on any web server, and from a stick. A lesson is
run once, and again only when it or the package has changed.
"""

import argparse
import sys
import warnings
from pathlib import Path

import nbformat

import chromium
import explorer_pictures
import notebooks
import web_files
from softmax_lab.lessons import LESSONS
from web import explorer_pages, finish, licences, own_notebooks, runs, sources, stills

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "build" / "site"
WORK = ROOT / "build" / "site-work"
THEME = ROOT / "tools" / "web" / "theme"
MADE_OF = ("softmax_lab", "notebooks", "docs", "tools", "locks", "README.md")


def build(
    site=SITE, work=WORK, lessons=LESSONS, own=(), solutions=True, open_in=None, kept=runs.KEPT
):
    """Make the site of these lessons, and of notebooks of one's own."""
    source = work / "source"
    pictures = work / "explorers"
    write_sources(source, pictures, lessons, own, solutions, kept)
    sphinx(source, work, open_in or {})
    finish.finished(work / "html", pictures, site)
    explorer_pages.write_pages(site / "explorers", "../_static/explorers")
    licences.write_texts(site / "licences")
    (site / "notebooks").mkdir()
    for path in [*(notebooks.FOLDER / each.file for each in lessons), *own]:
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [each for each in notebook.cells if solutions or not is_solution(each)]
        (site / "notebooks" / path.name).write_bytes(notebooks.written(notebook))


def is_solution(cell):
    return "solution" in cell.metadata.get("tags", [])


def write_sources(source, pictures, lessons, own, solutions, kept):
    """Write what Sphinx reads, and take away what it is to read no more."""
    documents = [path for path in sorted(sources.DOCUMENTS.glob("*.md")) if path.stem != "index"]
    pages = {each.name for each in lessons} | {path.stem for path in [*documents, *own]}
    pages |= {"index", "licences"}
    paths = [notebooks.FOLDER / each.file for each in lessons]
    ran, home = runs.run_all(paths, kept), sources.home_run(kept)
    own_ran = [own_notebooks.ran(path) for path in own]
    take_pictures([*ran, *own_ran, home])
    written = {}
    for path, lesson in zip(paths, ran, strict=True):
        stored = nbformat.read(path, as_version=4)
        page = sources.lesson_page(lesson, stored, path.stem, pages, pictures, solutions)
        written[path.name] = nbformat.writes(page)
    for path, notebook in zip(own, own_ran, strict=True):
        page = sources.own_page(notebook, path.stem, pages, pictures)
        written[path.name] = nbformat.writes(page)
    for path in documents:
        written[path.name] = sources.relinked(path.read_text(encoding="utf-8"), pages)
    written["licences.md"] = licences.page()
    written["index.ipynb"] = sources.home(home, lessons, own, pages, pictures)
    for name, text in written.items():
        sources.write_if_changed(source / name, text)
    for path in source.iterdir():
        if path.name not in written:
            path.unlink()


def take_pictures(ran):
    """Take the pictures of all explorers of a site, so that Chromium starts once at most."""
    shown = [state for each in ran for _, state in explorer_pictures.explorers_in(each)]
    if chromium.find():
        stills.of([*shown, *map(explorer_pages.state_of, explorer_pages.PAGES)])


def sphinx(source, work, open_in):
    """Run Sphinx in this process, which has imported most of it; a warning is an error."""
    from sphinx.cmd.build import build_main  # not before: where nothing has changed, for nothing

    settings = [f"-Dopen_in.{name}={address}" for name, address in open_in.items()]
    folders = ["-c", THEME, "-d", work / "doctrees", source, work / "html"]
    arguments = ["-q", "-W", "--keep-going", "-b", "html", *settings, *map(str, folders)]
    with warnings.catch_warnings():  # what they will drop is for Sphinx and its extensions to know
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        failed = build_main(arguments)
    if failed:
        sys.exit("softmax_lab: Sphinx could not make the pages; it says why above.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--without-solutions", action="store_true")
    parser.add_argument(
        "--open-in",
        action="append",
        default=[],
        metavar="NAME=ADDRESS",
        help="a button on each lesson, as Binder or Colab; {file} in the address is its notebook",
    )
    parser.add_argument("own", nargs="*", type=Path, help="notebooks of your own")
    arguments = parser.parse_args()
    own = own_notebooks.checked(arguments.own)
    web_files.main()
    if web_files.missing():
        sys.exit("softmax_lab: without what npm fetches there is no site.")
    open_in = dict(each.partition("=")[::2] for each in arguments.open_in)
    made_of = runs.digest(MADE_OF, arguments.without_solutions, open_in)
    stamp = WORK / "made-of.txt"
    made = (SITE / "index.html").exists() and stamp.exists() and stamp.read_text() == made_of
    if made and not own:
        print(f"softmax_lab: nothing has changed; the site is in {SITE.relative_to(ROOT)}.")
        return
    stamp.unlink(missing_ok=True)
    build(own=own, solutions=not arguments.without_solutions, open_in=open_in)
    if not own:  # nobody knows what a notebook of one's own reads
        stamp.write_text(made_of)
    print(f"softmax_lab: the site is in {SITE.relative_to(ROOT)}; open index.html there.")


if __name__ == "__main__":
    main()
