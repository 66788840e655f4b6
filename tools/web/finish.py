"""What is done to the pages that Sphinx has made: formulas set, one style, one script, licences."""

import re
import shutil
from html import unescape
from pathlib import Path

from softmax_lab.lessons import LESSONS
from web import exercises, explorers, formulas, style
from web.formulas import Formula

THEME = Path(__file__).with_name("theme")
TO_SET = re.compile(r"<set-formula( display(?:=\"\")?)?>(.*?)</set-formula>", re.DOTALL)
NAVIGATION = re.compile(
    r'(<a class="(?:current )?reference internal" href="([\w-]+\.html|#)">[^<]*)(</a>)'
)
SCRIPTS = (
    *("documentation_options.js", "doctools.js", "sphinx_highlight.js"),
    *("scripts/pydata-sphinx-theme.js", "scripts/sphinx-book-theme.js", "page.js"),
)
SEARCH = ("searchtools.js", "language_data.js")
ALONE = ("colours.js", "without-scripts.css", "favicon.svg")
MINUTES = {lesson.name: lesson.minutes for lesson in LESSONS}


def finished(made, pictures, site):
    """Write the site from what Sphinx has made."""
    shutil.rmtree(site, ignore_errors=True)
    static = site / "_static"
    static.mkdir(parents=True)
    formulas.write_files(static)
    (static / "katex.min.css").unlink()
    scripts = script(made / "_static")
    (static / "site.js").write_text(scripts, encoding="utf-8")
    if pictures.exists():
        shutil.copytree(pictures, static / "explorers")
    explorers.write_files(static / "explorers")
    exercises.write_files(static / "exercises")
    for name in (*SEARCH, *ALONE):
        shutil.copy(made / "_static" / name, static)
    shutil.copy(made / "searchindex.js", site)
    if (made / "_images").exists():
        shutil.copytree(made / "_images", site / "_images")
    pages = {path.name: path.read_text(encoding="utf-8") for path in made.glob("*.html")}
    pages = with_formulas(pages)
    for name, html in pages.items():
        (site / name).write_text(with_minutes(name, html), encoding="utf-8")
    own = THEME / "static" / "page.css"
    sheet = style.sheet(made / "_static", own, [scripts, *pages.values()])
    (static / "site.css").write_text(sheet, encoding="utf-8")


def with_formulas(pages):
    """Pages, by their names, with every formula set."""
    found = [
        Formula(unescape(match[2]).strip(), bool(match[1]), name)
        for name, html in pages.items()
        for match in TO_SET.finditer(html)
    ]
    html_of = dict(zip(found, formulas.rendered(found), strict=True))

    def inserted(name):
        return lambda match: html_of[Formula(unescape(match[2]).strip(), bool(match[1]), name)]

    return {name: TO_SET.sub(inserted(name), html) for name, html in pages.items()}


def with_minutes(name, html):
    """A page whose navigation says how long each lesson takes."""

    def changed(match):
        lesson = (name if match[2] == "#" else match[2]).removesuffix(".html")
        time = f' <span class="minutes">{MINUTES[lesson]} min</span>' if lesson in MINUTES else ""
        return f"{match[1]}{time}{match[3]}"

    start, end = html.find('<nav class="bd-links'), html.find("</nav>")
    return html[:start] + NAVIGATION.sub(changed, html[start:end]) + html[end:]


def script(static):
    """All scripts in one."""
    texts = [(static / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return "\n;\n".join(re.sub(r"//# sourceMappingURL=.*", "", text) for text in texts)
