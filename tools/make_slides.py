"""Make the decks, the lectures and the polls, each a file that needs nothing else.

    python tools/make_slides.py [NAME ...]     all, or some, to build/slides

A deck NN-name.html is made of slides/NN-name.md, a lecture of a list of slides of the decks.
Open one in a browser: S shows the notes, with a clock; ?print-pdf after its address prints it.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import web_files
from slides import deck, polls, source
from softmax_lab.lessons import LESSONS

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "slides"
LECTURES = ("lecture-15", "lecture-50")


@dataclass(frozen=True)
class Page:
    """A deck or a lecture before its formulas are set."""

    name: str
    title: str
    sections: str
    minutes: float


def deck_page(lesson, writer):
    """The deck of a lesson."""
    made = writer.deck
    sections = "\n".join(writer.section(slide) for slide in made.slides)
    notes = '<aside class="notes">'
    head = "".join(f"<p><b>{name}.</b> {text}</p>" for name, text in made.head.items())
    sections = sections.replace(notes, notes + head, 1)
    return Page(lesson.name, f"{lesson.number} · {lesson.title}", sections, made.minutes)


def lecture_page(lecture, writers):
    """A lecture: slides of the decks and its own, with a plan in the notes."""
    sections, minute = [], 0.0
    for name, minutes in lecture.parts:
        writer = writers[name[:2]]
        slide = next(slide for slide in writer.deck.slides if slide.name == name)
        plan = f"<p><b>{clock(minute)} – {clock(minute + minutes)}</b></p>"
        sections.append(writer.section(slide, minutes, plan))
        minute += minutes
    return Page(lecture.deck.name, lecture.title, "\n".join(sections), minute)


def clock(minutes):
    """Minutes from the beginning, as a clock shows them.

    >>> clock(12.5)
    '12:30'
    """
    return f"{int(minutes)}:{round(60 * (minutes % 1)):02}"


def make(folder, names=()):
    """Write decks, lectures and polls into a folder; all, or those with these names."""
    folder.mkdir(parents=True, exist_ok=True)
    formulas = deck.Formulas()
    lectures = [source.lecture(name) for name in LECTURES]
    made = [*(source.read(lesson.name) for lesson in LESSONS), *(each.deck for each in lectures)]
    writers = {source.number_of(each.name): deck.Writer(each, formulas) for each in made}
    pages = [
        *(
            deck_page(lesson, writers[lesson.name[:2]])
            for lesson in LESSONS
            if wanted(lesson.name, names)
        ),
        *(lecture_page(each, writers) for each in lectures if wanted(each.deck.name, names)),
    ]
    letters = deck.letters_of([page.sections + page.title for page in pages])
    whole = formulas.into(page.sections for page in pages)
    for page, sections in zip(pages, whole, strict=True):
        html = deck.page(page.title, sections, 60 * page.minutes, letters)
        yield written(folder / f"{page.name}.html", html)
    if not names:
        for ending, text in polls.forms(all_polls(writers.values())).items():
            yield written(folder / f"polls.{ending}", text)


def wanted(name, names):
    return not names or name in names


def written(file, text):
    file.write_text(text, encoding="utf-8")
    return file


def all_polls(writers):
    """The polls of all decks, in their order."""
    found = [polls.poll_of(s, writer.known) for writer in writers for s in writer.deck.slides]
    return [poll for poll in found if poll]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "names", nargs="*", help="decks or lectures; all, with the polls, by default"
    )
    web_files.main()
    for file in make(BUILD, parser.parse_args().names):
        print(f"{file.relative_to(ROOT)}: written", flush=True)


if __name__ == "__main__":
    main()
