"""Questions for a class, and the forms in which other programs take them."""

import csv
import html
import io
import re
from dataclasses import dataclass

from slides.computed import filled
from slides.source import SourceError

OPTION = re.compile(r"^([+-]) (.+?) \| (.+)$")
LETTERS = "ABCD"


@dataclass(frozen=True)
class Option:
    """One answer, whether it is right, and why, or which mistake leads to it."""

    text: str
    right: bool
    reason: str


@dataclass(frozen=True)
class Poll:
    """A question with two to four answers, one of them right; ``name`` is that of its slide."""

    name: str
    question: str
    options: tuple

    @property
    def answer(self):
        """The right option's letter."""
        return LETTERS[[option.right for option in self.options].index(True)]


def poll_of(slide, known):
    """The poll of a slide, with its numbers computed; None where there is none."""
    texts = [block.text for block in slide.blocks if block.kind == "poll"]
    if not texts:
        return None
    question, *lines = filled(texts[0], known).splitlines()
    found = [OPTION.match(line) for line in lines]
    if not all(found) or not 2 <= len(found) <= 4:
        raise SourceError(
            f"{slide.name}: a poll is a question and two to four lines '+ right | why' or "
            f"'- wrong | why'; received {lines}. Write one option a line."
        )
    options = tuple(Option(match[2], match[1] == "+", match[3]) for match in found)
    if sum(option.right for option in options) != 1:
        raise SourceError(f"{slide.name}: one option is right; received {options}. Mark one by +.")
    if len({option.text for option in options}) < len(options):
        raise SourceError(f"{slide.name}: two options look the same: {options}. Tell them apart.")
    return Poll(slide.name, question, options)


def escaped(text):
    r"""Text as Moodle's GIFT format takes it: ``\`` before each of its own characters.

    >>> escaped("a = {1}: ~2 # \\n")
    'a \\= \\{1\\}\\: \\~2 \\# \\\\n'
    """
    return re.sub(r"([\\~=#{}:])", r"\\\1", text)


def as_gift(polls):
    """All polls as a file for Moodle's question bank, with a category for each lesson."""
    parts, lesson = [], None
    for poll in polls:
        if poll.name[:2] != lesson:
            lesson = poll.name[:2]
            parts.append(f"$CATEGORY: softmax/lesson {lesson}")
        title = f"::{escaped(poll.name)}::[plain]{escaped(poll.question)} {{"
        options = (
            f"\t{'=' if option.right else '~'}{escaped(option.text)}#{escaped(option.reason)}"
            for option in poll.options
        )
        parts.append("\n".join([title, *options, "}"]))
    return "\n\n".join(parts) + "\n"


COLUMNS = ["name", "question", *LETTERS, "answer", *(f"reason {letter}" for letter in LETTERS)]


def as_csv(polls):
    """All polls as a table, one a row, with a heading."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(COLUMNS)
    for poll in polls:
        texts = [option.text for option in poll.options]
        reasons = [option.reason for option in poll.options]
        room = [""] * (len(LETTERS) - len(texts))
        table.writerow([poll.name, poll.question, *texts, *room, poll.answer, *reasons, *room])
    return file.getvalue()


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Polls</title>
<style>
@page {{ size: A4; margin: 16mm }}
body {{ font: 11.5pt/1.4 system-ui, sans-serif; color: #1f2430 }}
body {{ max-width: 180mm; margin: 8mm auto }}
article {{ break-inside: avoid; margin: 0 0 7mm }}
h2 {{ font-size: 12pt; margin: 0 0 1.5mm }}
h2 small {{ color: #6b7280; font-weight: 400 }}
ol {{ list-style: upper-alpha; margin: 0; padding-left: 8mm }}
.answers {{ break-before: page }}
.answers ol {{ margin-bottom: 4mm }}
.right {{ font-weight: 600 }}
</style></head><body>
<h1>Polls</h1>
<p>One answer each is right. The answers, with reasons, begin on a page of their own.</p>
{questions}
<section class="answers"><h1>Answers</h1>
{answers}
</section></body></html>
"""


def as_page(polls):
    """All polls as a page to print: questions first, then answers with their reasons."""

    def article(poll, items):
        name, question = html.escape(poll.name), html.escape(poll.question)
        heading = f"<h2><small>{name}</small> {question}</h2>"
        return f"<article>{heading}<ol>{''.join(items)}</ol></article>"

    def reasons(poll):
        for option in poll.options:
            kind = ' class="right"' if option.right else ""
            yield f"<li{kind}>{html.escape(option.text)} — {html.escape(option.reason)}</li>"

    def texts(poll):
        return (f"<li>{html.escape(option.text)}</li>" for option in poll.options)

    return PAGE.format(
        questions="\n".join(article(poll, texts(poll)) for poll in polls),
        answers="\n".join(article(poll, reasons(poll)) for poll in polls),
    )


def forms(polls):
    """The text of each file with the polls, by its ending."""
    return {"gift": as_gift(polls), "csv": as_csv(polls), "html": as_page(polls)}
