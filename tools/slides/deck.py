"""The HTML of a deck: one file with everything in it, for reveal.js."""

import base64
import html
import json
import re
from functools import cache
from pathlib import Path

import matplotlib
from fontTools import subset
from fontTools.ttLib import TTFont
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

import web_files
from slides import computed
from slides.polls import LETTERS, poll_of
from slides.source import number_of
from softmax_lab import palette
from softmax_lab.explorers import modules
from web import bundle, explorers, figures, formulas

HERE = Path(__file__).parent
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
FACES = {"DejaVuSans": 400, "DejaVuSans-Bold": 700, "DejaVuSansMono": 400}
DARK_PAGE = ':root[data-theme="dark"]'


class Formulas:
    """Formulas found on the way, in whatever page, set all at once at the end."""

    def __init__(self):
        self.found = []

    def place(self, tex, display, where):
        """What stands in a page until the formula does."""
        self.found.append(formulas.Formula(tex, display, where))
        return f"\0{len(self.found) - 1}\0"

    def into(self, pages):
        """The pages with their formulas."""
        texts = formulas.rendered(self.found)
        for page in pages:
            yield re.sub("\0(\\d+)\0", lambda match: texts[int(match[1])], page)


class Writer:
    """Writes the slides of one deck, each once, whatever pages it is on."""

    def __init__(self, deck, formulas):
        self.deck, self.formulas, self.known = deck, formulas, computed.names()
        self.bodies = {}
        exec(deck.setup, self.known)

    def markdown(self, text, where, inline=False):
        """Markdown with formulas, as HTML; ``inline`` within a line."""

        def math(content, options):
            return self.formulas.place(content, options["display_mode"], where)

        reader = MarkdownIt("commonmark").enable("table")
        reader.use(dollarmath_plugin, double_inline=True, renderer=math)
        render = reader.renderInline if inline else reader.render
        return render(computed.filled(text, self.known))

    def section(self, slide, minutes=None, plan=""):
        """One slide."""
        kinds = {block.kind for block in slide.blocks}
        if slide.key not in self.bodies:
            shown = (getattr(self, f"_{block.kind}")(slide, block) for block in slide.blocks)
            self.bodies[slide.key] = "\n".join(shown)
        body = self.bodies[slide.key]
        minutes = slide.minutes if minutes is None else minutes
        notes = f"{plan}<p><b>{minutes:g} min</b></p>{self.markdown(slide.notes, slide.name)}"
        notes += self.poll_notes(slide)
        about = {
            "id": slide.name.replace("/", "-"),
            "class": " ".join(sorted(kinds)),
            "data-name": slide.name,
            "data-number": int(number_of(slide.deck)),
            "data-timing": round(60 * minutes),
        }
        attributes = " ".join(f'{name}="{value}"' for name, value in about.items())
        notes = f'<aside class="notes">{notes}</aside>'
        return f"<section {attributes}>\n{body}\n{notes}\n</section>"

    def _markdown(self, slide, block):
        return self.markdown(block.text, slide.name)

    def _picture(self, slide, block):
        return computed.drawing(block.text, self.known, block.about or "wide")

    def _explorer(self, slide, block):
        widget = eval(block.text, self.known)
        given = json.dumps(explorers.state_of(widget.get_state())).replace("<", "\\u003c")
        kind = widget._module.removesuffix(".js")
        return (
            f'<div class="softmax-stage" data-explorer="{kind}"></div>'
            f'<script type="application/json">{given}</script>'
        )

    def _derivation(self, slide, block):
        lines = eval(block.text, self.known)
        rows = []
        for number, (tex, did) in enumerate(lines):
            shown = self.formulas.place(
                rf"\displaystyle {'= ' if number else ''}{tex}", False, slide.name
            )
            kind = ' class="fragment"' if number else ""
            said = self.markdown(did, slide.name, inline=True)
            rows.append(f"<tr{kind}><td>{shown}</td><td>{said}</td></tr>")
        return f'<table class="derivation">{"".join(rows)}</table>'

    def _output(self, slide, block):
        text = str(eval(block.text, self.known))
        kind = "short" if max(map(len, text.splitlines())) <= 48 else "long"
        return f'<pre class="{kind}">{html.escape(text)}</pre>'

    def _poll(self, slide, block):
        poll = poll_of(slide, self.known)
        options = "".join(
            f'<li class="{"right" if option.right else "wrong"}">'
            f"<b>{letter}</b><span>{html.escape(option.text)}</span></li>"
            for letter, option in zip(LETTERS, poll.options, strict=False)
        )
        right = next(option for option in poll.options if option.right)
        return (
            f'<h2>{html.escape(poll.question)}</h2><ol class="options">{options}</ol>'
            f'<p class="fragment reveals">{html.escape(right.reason)}</p>'
        )

    def poll_notes(self, slide):
        """For the lecturer: which answer is right, and what leads to the others."""
        poll = poll_of(slide, self.known)
        if not poll:
            return ""
        items = "".join(
            f"<li>{letter}{' ✓' if option.right else ''}: {html.escape(option.reason)}</li>"
            for letter, option in zip(LETTERS, poll.options, strict=False)
        )
        return f"<ul>{items}</ul>"


def data_url(content, kind):
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


@cache
def text_fonts(letters):
    """The series' font with just these letters, so that text has the same width everywhere."""
    faces = []
    for name, weight in FACES.items():
        font = TTFont(FONTS / f"{name}.ttf")
        options = subset.Options(flavor="woff", layout_features=["kern"], notdef_outline=True)
        options.drop_tables += ["FFTM"]  # when it was saved: of no use here
        chooser = subset.Subsetter(options)
        chooser.populate(text=letters)
        chooser.subset(font)
        font.flavor = "woff"
        file = computed.io.BytesIO()
        font.save(file)
        family = "series-mono" if "Mono" in name else "series"
        url = data_url(file.getvalue(), "font/woff")
        faces.append(
            f"@font-face {{ font-family: {family}; font-weight: {weight}; src: url({url}) }}"
        )
    return "\n".join(faces)


@cache
def formula_style():
    """KaTeX's style with its fonts in it."""
    dist = web_files.path("katex", "dist")
    style = (dist / "katex.min.css").read_text(encoding="utf-8")

    def inline(match):
        font = (dist / match[1]).read_bytes()
        return f"src:url({data_url(font, 'font/woff2')}) format('woff2')"

    return re.sub(r"src:url\((fonts/[\w-]+\.woff2)\)[^;}]*", inline, style)


@cache
def colours():
    """The palette, light and dark."""
    paper, ink = palette.PAPER, palette.PICTURES[palette.LIGHT["ink"]]
    light = palette.css(":root", {**palette.LIGHT, "paper": paper["light"]})
    dark = palette.css(DARK_PAGE, {**palette.DARK, "ink": ink, "paper": paper["dark"]})
    return f"{light}\n{dark}"


@cache
def reveal_style():
    """The style of reveal.js, without that of its controls: explorers have `.controls` as well."""
    style = asset("reveal.js", "dist/reveal.css")
    return re.sub(r"[^{}]*\.controls\b[^{}]*\{[^{}]*\}", "", style)


@cache
def asset(package, file):
    return web_files.path(package, file).read_text(encoding="utf-8")


@cache
def ours(name):
    return (HERE / name).read_text(encoding="utf-8")


def letters_of(pages):
    """All that the text of these pages, or an explorer, may have to write."""
    said = {*html.unescape("".join(pages)), *"".join(modules.sources().values())}
    return "".join(sorted(said | set(map(chr, range(32, 127)))))


def page(title, sections, seconds, letters):
    """A deck of these sections, whole in one page."""
    parts = {
        "TITLE": html.escape(title),
        "FONTS": text_fonts(letters),
        "FORMULAS": formula_style(),
        "REVEAL_STYLE": asset("reveal.js", "dist/reset.css") + reveal_style(),
        "COLOURS": colours(),
        "STYLE": modules.sources()["style.css"] + figures.css(DARK_PAGE) + ours("deck.css"),
        "SECTIONS": sections,
        "REVEAL": asset("reveal.js", "dist/reveal.js").replace("</script", "<\\/script"),
        "NOTES": asset("reveal.js", "plugin/notes/notes.js").replace("</script", "<\\/script"),
        "SCRIPT": bundle.script(HERE / "deck.js"),
        "SECONDS": str(round(seconds)),
    }
    return re.sub(r"@@(\w+)@@", lambda match: parts[match[1]], ours("deck.html"))
