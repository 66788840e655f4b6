"""What is done to the pages that Sphinx has made: formulas set, one style, one script, licences."""

import re
import shutil
from html import unescape
from pathlib import Path

import web_files
from softmax_lab.lessons import LESSONS
from softmax_lab.palette import DARK, LIGHT, css
from web import formulas
from web.formulas import Formula

THEME = Path(__file__).with_name("theme")
TO_SET = re.compile(r"<set-formula( display(?:=\"\")?)?>(.*?)</set-formula>", re.DOTALL)
NAVIGATION = re.compile(r'(<a class="reference internal" href="([\w-]+)\.html">[^<]*)(</a>)')
# A rule for icons of Font Awesome, of which the site has none.
ICON_RULE = re.compile(r"(?<=[}\n])\s*(?:\.fa[\w-]*(?:::?\w+)?\s*,?\s*)+\{[^{}]*\}")
FACE = re.compile(r"@font-face\s*\{[^{}]*FontAwesome[^{}]*\}|@font-face\s*\{[^{}]*Font Awesome[^{}]*\}")
STYLES = (
    *("styles/theme.css", "styles/pydata-sphinx-theme.css", "styles/sphinx-book-theme.css"),
    *("pygments.css", "katex.min.css", "page.css"),
)
SCRIPTS = (
    *("documentation_options.js", "doctools.js", "sphinx_highlight.js"),
    *("scripts/pydata-sphinx-theme.js", "scripts/sphinx-book-theme.js", "page.js"),
)
SEARCH = ("searchtools.js", "language_data.js")
ALONE = ("colours.js", "without-scripts.css", "favicon.svg")
MINUTES = {lesson.name: lesson.minutes for lesson in LESSONS}


def finished(made, site):
    """Write the site from what Sphinx has made."""
    shutil.rmtree(site, ignore_errors=True)
    static = site / "_static"
    static.mkdir(parents=True)
    formulas.write_files(static)
    (static / "site.css").write_text(style(made / "_static"), encoding="utf-8")
    (static / "site.js").write_text(script(made / "_static"), encoding="utf-8")
    (static / "katex.min.css").unlink()
    for name in (*SEARCH, *ALONE):
        shutil.copy(made / "_static" / name, static)
    shutil.copy(made / "searchindex.js", site)
    if (made / "_images").exists():
        shutil.copytree(made / "_images", site / "_images")
    pages = {path.name: path.read_text(encoding="utf-8") for path in made.glob("*.html")}
    for name, html in with_formulas(pages).items():
        (site / name).write_text(with_minutes(html), encoding="utf-8")


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


def with_minutes(html):
    """A page whose navigation says how long each lesson takes."""

    def changed(match):
        minutes = MINUTES.get(match[2])
        return f'{match[1]} <span class="minutes">{minutes} min</span>{match[3]}' if minutes else match[0]

    return NAVIGATION.sub(changed, html)


def style(static):
    """All styles in one, without the icons that nothing uses."""
    texts = [(static / name).read_text(encoding="utf-8") for name in STYLES[:-3]]
    texts += [(static / "pygments.css").read_text(encoding="utf-8")]
    texts += [web_files.path("katex", "dist/katex.min.css").read_text(encoding="utf-8")]
    texts += [css(":root", LIGHT), css('html[data-theme="dark"]', DARK)]
    texts += [next(static.glob("mystnb*.css")).read_text(encoding="utf-8")]
    texts += [(THEME / "static" / "page.css").read_text(encoding="utf-8")]
    sheet = "\n".join(re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text) for text in texts)
    sheet = re.sub(r"@import[^;]*;", "", sheet)
    return ICON_RULE.sub("", FACE.sub("", sheet))


def script(static):
    """All scripts in one."""
    texts = [(static / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return "\n;\n".join(re.sub(r"//# sourceMappingURL=.*", "", text) for text in texts)
