"""A deck as it is written: slides in Markdown, with what is computed named in fences.

    Believes: what the audience believes          (the head, before the first slide)
    Surprise: what surprises them
    Afterwards: what they can do

    ```setup
    code that the deck's expressions need
    ```

    --- key
    ## A heading
    Markdown, $formulas$ and {{ expressions }}

    ```picture What it shows, for those who do not see it
    an expression that draws
    ```
    ???
    2 min
    They answer: what a class will say            (after a poll)
    Say: what to say

A fence may also be ``explorer``, ``derivation``, ``output`` (all hold an expression) or ``poll``:
a question, then an option a line, ``+`` the right one and ``-`` a wrong one, each followed by
`` | `` and the reason.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "slides"
KINDS = ("setup", "picture", "explorer", "derivation", "output", "poll")
FENCE = re.compile(rf"^```({'|'.join(KINDS)})\b([^\n]*)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
MINUTES = re.compile(r"^(\d+(?:\.\d)?) min$", re.MULTILINE)


class SourceError(Exception):
    """A source that cannot be read, with the file, the slide and the rule."""


@dataclass(frozen=True)
class Block:
    """A piece of a slide: ``markdown``, or a fence with what follows its name."""

    kind: str
    text: str
    about: str = ""


def number_of(deck):
    """The two digits in a deck's name: those of a lesson, or the minutes of a lecture."""
    return re.search(r"\d\d", deck)[0]


@dataclass(frozen=True)
class Slide:
    """One slide; ``key`` names it within its deck, ``deck`` is the deck's name."""

    deck: str
    key: str
    blocks: tuple
    minutes: float
    notes: str

    @property
    def name(self):
        """How lists of slides name it: the number in the deck's name, and the key."""
        return f"{number_of(self.deck)}/{self.key}"


@dataclass(frozen=True)
class Deck:
    """All slides of a lesson, and what they are for."""

    name: str
    head: dict
    setup: str
    slides: tuple = field(repr=False)

    @property
    def minutes(self):
        """How long it takes."""
        return sum(slide.minutes for slide in self.slides)


HEAD = ("Believes", "Surprise", "Afterwards")


def blocks_of(text):
    """Markdown and fences, in their order."""
    blocks, end = [], 0
    for match in FENCE.finditer(text):
        blocks.append(Block("markdown", text[end : match.start()].strip()))
        blocks.append(Block(match[1], match[3], match[2].strip()))
        end = match.end()
    blocks.append(Block("markdown", text[end:].strip()))
    return tuple(block for block in blocks if block.text)


def slide_of(deck, key, text):
    """One slide, of what stands below its line."""
    shown, _, notes = text.partition("\n???\n")
    minutes = MINUTES.search(notes)
    if not minutes:
        raise SourceError(
            f"slides/{deck}.md, {key}: a slide ends with ???, then its time, as in '2 min', and "
            f"what to say; received {notes.strip()[:60]!r}. Add them."
        )
    said = MINUTES.sub("", notes, count=1).strip()
    return Slide(deck, key, blocks_of(shown), float(minutes[1]), said)


def split(name, text):
    """What stands before the first slide, and the slides."""
    head, *parts = re.split(r"^--- ([\w-]+)$", text, flags=re.MULTILINE)
    slides = tuple(slide_of(name, *pair) for pair in zip(parts[::2], parts[1::2], strict=True))
    keys = [slide.key for slide in slides]
    if len(set(keys)) < len(keys):
        raise SourceError(f"slides/{name}.md: keys must differ; received {keys}. Rename one.")
    return head, slides


def parse(name, text):
    """A deck, of its source."""
    head, slides = split(name, text)
    about = dict(re.findall(r"^(\w+): (.*)$", FENCE.sub("", head), re.MULTILINE))
    if tuple(about) != HEAD:
        raise SourceError(
            f"slides/{name}.md: begins with {', '.join(HEAD)}; received {', '.join(about)}."
            " Write down these three before the first slide."
        )
    setup = "\n".join(block.text for block in blocks_of(head) if block.kind == "setup")
    return Deck(name, about, setup, slides)


def read(name):
    """The deck of a lesson."""
    return parse(name, (FOLDER / f"{name}.md").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Lecture:
    """A list of slides, of the decks or its own, with the minutes that each gets here."""

    title: str
    parts: tuple  # of (name of a slide, minutes)
    deck: Deck = field(repr=False)  # of the slides that it has of its own


def lecture(name):
    """A lecture: a heading, a line for each slide as in ``- 01/fails 1.5``, slides of its own."""
    head, slides = split(name, (FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    title = re.search(r"^# (.*)$", head, re.MULTILINE)[1]
    parts = re.findall(r"^- (\d\d/[\w-]+) (\d+(?:\.\d)?)$", head, re.MULTILINE)
    minutes = tuple((slide, float(minutes)) for slide, minutes in parts)
    return Lecture(title, minutes, Deck(name, {}, "", slides))
