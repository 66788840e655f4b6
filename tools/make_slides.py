"""Make the decks, the lectures and the polls, each a file that needs nothing else.

    python tools/make_slides.py [NAME ...]     all, or some, to build/slides

A deck NN-name.html is made of slides/NN-name.md, a lecture of a list of slides of the decks.
Open one in a browser: S shows the notes, with a clock; ?print-pdf after its address prints it.
"""

import argparse
from pathlib import Path

import web_files
from slides import deck, polls, source
from softmax_lab.lessons import LESSONS

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "slides"
LECTURES = ("lecture-15", "lecture-50")


def deck_page(lesson, writer):
    """The deck of a lesson."""
    made = writer.deck
    sections = [writer.section(slide) for slide in made.slides]
    head = "".join(f"<p><b>{name}.</b> {text}</p>" for name, text in made.head.items())
    sections[0] = sections[0].replace('<aside class="notes">', f'<aside class="notes">{head}', 1)
    sections = writer.formulas.put_into("\n\n\n".join(sections)).split("\n\n\n")
    return deck.page(f"{lesson.number} · {lesson.title}", sections, 60 * made.minutes)


def lecture_page(lecture, writers):
    """A lecture: slides of the decks, with a plan in the notes."""
    sections, minute = [], 0.0
    for name, minutes in lecture.parts:
        writer = writers[name[:2]]
        slide = next(slide for slide in writer.deck.slides if slide.name == name)
        plan = f"<p><b>{clock(minute)} – {clock(minute + minutes)}</b></p>"
        sections.append(writer.formulas.put_into(writer.section(slide, minutes, plan)))
        minute += minutes
    return deck.page(lecture.title, sections, 60 * minute)


def clock(minutes):
    """Minutes from the beginning, as a clock shows them.

    >>> clock(12.5)
    '12:30'
    """
    return f"{int(minutes)}:{round(60 * (minutes % 1)):02}"


def make(folder, names=()):
    """Write decks, lectures and polls into a folder; all, or those with these names."""
    folder.mkdir(parents=True, exist_ok=True)
    writers = {lesson.name[:2]: deck.Writer(source.read(lesson.name)) for lesson in LESSONS}
    for lesson in LESSONS:
        if not names or lesson.name in names:
            yield written(folder, lesson.name, deck_page(lesson, writers[lesson.name[:2]]))
    for name in LECTURES:
        if not names or name in names:
            yield written(folder, name, lecture_page(source.lecture(name), writers))
    if not names:
        yield from write_polls(folder, all_polls(writers.values()))


def written(folder, name, page):
    file = folder / f"{name}.html"
    file.write_text(page, encoding="utf-8")
    return file


def all_polls(writers):
    """The polls of all decks, in their order."""
    found = [polls.poll_of(s, writer.known) for writer in writers for s in writer.deck.slides]
    return [poll for poll in found if poll]


def write_polls(folder, found):
    """The polls in their three forms."""
    forms = {"gift": polls.as_gift, "csv": polls.as_csv, "html": polls.as_page}
    for ending, form in forms.items():
        file = folder / f"polls.{ending}"
        file.write_text(form(found), encoding="utf-8")
        yield file


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
