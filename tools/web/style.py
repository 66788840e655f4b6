"""One style sheet for all pages: the theme's, the formulas' and our own, less what no page uses.

The theme's sheet styles far more than these pages have; a phone would load and read it all.
"""

import re

import tinycss2

import web_files
from softmax_lab.palette import DARK, LIGHT, css
from web import bundle, figures

THEME = ("styles/theme.css", "styles/pydata-sphinx-theme.css", "styles/sphinx-book-theme.css")
INSIDE = re.compile(r"\([^()]*\)")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
WORD = re.compile(r"-?[A-Za-z_][\w-]*")


def sheet(static, own, texts):
    """The style sheet for pages and scripts with these texts."""
    used = words(texts)
    found = [static / name for name in THEME] + [static / "pygments.css"]
    found += [*static.glob("mystnb*.css"), web_files.path("katex", "dist/katex.min.css")]
    pruned = [kept(path.read_text(encoding="utf-8"), used) for path in found]
    colours = [css("html", LIGHT), css('html[data-theme="dark"]', DARK)]
    colours.append(figures.css())
    return bundle.style("\n".join([*pruned, *colours, own.read_text(encoding="utf-8")]))


def words(texts):
    """Whatever may be the name of a class, in pages and in scripts that set some."""
    return {word for text in texts for word in WORD.findall(text)}


def kept(text, used):
    """Of a style sheet, the rules that can concern an element with none but the used classes."""
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    return "".join(filter(None, (rule_kept(rule, used) for rule in rules)))


def rule_kept(rule, used):
    """The text of a rule, or None if nothing of it is of use."""
    if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
        inside = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        texts = [each for each in (rule_kept(each, used) for each in inside) if each]
        return (
            f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{''.join(texts)}}}"
            if texts
            else None
        )
    if rule.type == "at-rule":
        icons = rule.lower_at_keyword == "font-face" and "Awesome" in rule.serialize()
        return None if icons or rule.lower_at_keyword == "import" else rule.serialize()
    if rule.type != "qualified-rule":
        return None
    selectors = [each for each in split(rule.prelude) if classes(each) <= used]
    return (
        f"{','.join(selectors)}{{{tinycss2.serialize(rule.content).strip()}}}"
        if selectors
        else None
    )


def split(prelude):
    """The selectors of a rule; commas in parentheses are inside of a token."""
    parts = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def classes(selector):
    """The classes that it takes to be chosen; what :is and :not say does not count."""
    while INSIDE.search(selector):
        selector = INSIDE.sub("", selector)
    return {*CLASS.findall(selector)}
