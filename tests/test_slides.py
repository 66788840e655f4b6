"""The sources of the slides: what each deck, slide and lecture has to have."""

import re

import pytest

import make_slides
from slides import source
from slides.computed import drawing, filled, names, steps
from slides.source import SourceError
from softmax_lab import symbolic
from softmax_lab.lessons import LESSONS

DECKS = {lesson.name: source.read(lesson.name) for lesson in LESSONS}
SLIDES = {slide.name: slide for deck in DECKS.values() for slide in deck.slides}
LECTURES = {"lecture-15": 15, "lecture-50": 50}


@pytest.mark.parametrize("name", DECKS)
def test_a_deck_has_eight_to_fourteen_slides_and_no_more_minutes_than_half_an_hour(name):
    assert 8 <= len(DECKS[name].slides) <= 14
    assert 15 <= DECKS[name].minutes <= 30


@pytest.mark.parametrize("name", DECKS)
def test_a_deck_says_first_what_is_believed_what_surprises_and_what_one_can_do_then(name):
    assert list(DECKS[name].head) == list(source.HEAD)
    assert all(len(text.split()) >= 8 for text in DECKS[name].head.values())


@pytest.mark.parametrize("name", SLIDES)
def test_a_slide_has_minutes_and_says_what_to_say(name):
    slide = SLIDES[name]
    assert 0.5 <= slide.minutes <= 4
    assert re.search(r"^Say: \S", slide.notes, re.MULTILINE)
    asks = any(block.kind == "poll" for block in slide.blocks)
    assert bool(re.search(r"^They answer: \S", slide.notes, re.MULTILINE)) == asks


@pytest.mark.parametrize("name", DECKS)
def test_something_is_predicted_before_anything_is_touched(name):
    kinds = [{block.kind for block in slide.blocks} for slide in DECKS[name].slides]
    asked = next(k for k, here in enumerate(kinds) if "poll" in here)
    touched = next((k for k, here in enumerate(kinds) if "explorer" in here), len(kinds))
    assert asked < touched


def test_every_explorer_is_on_a_slide():
    shown = " ".join(b.text for s in SLIDES.values() for b in s.blocks if b.kind == "explorer")
    for name in ("Jacobian", "Balance", "Simplex", "Charts", "Stability", "GradientCheck"):
        assert f"{name}Explorer(" in shown
    assert "TrainingExplorer(" in shown
    assert "AttentionExplorer(" in shown


@pytest.mark.parametrize(("name", "minutes"), LECTURES.items())
def test_a_lecture_takes_its_time_and_lists_slides_that_there_are(name, minutes):
    lecture = source.lecture(name)
    assert sum(length for _, length in lecture.parts) == minutes
    listed = [slide for slide, _ in lecture.parts]
    slides = SLIDES | {slide.name: slide for slide in lecture.deck.slides}
    assert set(listed) <= set(slides)
    assert len(set(listed)) == len(listed)
    assert {slide.name for slide in lecture.deck.slides} <= set(listed)
    kinds = {block.kind for slide in listed for block in slides[slide].blocks}
    assert {"poll", "explorer"} <= kinds


def test_the_lectures_that_are_made_are_those_that_are_written():
    assert {*make_slides.LECTURES} == {path.stem for path in source.FOLDER.glob("lecture-*.md")}
    assert {*DECKS} == {path.stem for path in source.FOLDER.glob("[0-9]*.md")}


def test_a_number_comes_from_its_function():
    assert (
        filled("h = {{vec(h)}}, {{ num(-0.5, 1) }}", names()) == "h = (0.659, 0.242, 0.099), −0.5"
    )


def test_an_expression_that_fails_stops_the_build():
    with pytest.raises(NameError):
        filled("{{nothing_of_this_name}}", names())


def test_a_derivation_shows_where_it_starts_and_the_chosen_steps():
    lines = steps(symbolic.vjp_derivation(), 1, 4)
    assert [did for _, did in lines] == ["", "Put in the derivative of softmax", "Take out $h_j$"]


def test_a_picture_is_described_follows_the_colours_and_changes_nothing_around():
    drawn = drawing("pictures.heatmap(J)", names())
    assert 'aria-label="' in drawn
    assert "var(--picture-" in drawn
    assert "<style" not in drawn
    assert drawing("pictures.heatmap(J)", names()) == drawn


HEAD = "Believes: a\nSurprise: b\nAfterwards: c\n"
SLIDE = "\n--- one\n## Title\n???\n1 min\nSay: something\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD + "\n--- one\n## Title\n", "ends with"),
        (HEAD + "\n--- one\n## Title\n???\nSay: x\n", "then its time"),
        (HEAD + SLIDE + SLIDE, "keys must differ"),
        ("Believes: a\n" + SLIDE, "begins with"),
    ],
)
def test_a_source_that_lacks_something_is_refused(text, complaint):
    with pytest.raises(SourceError, match=complaint):
        source.parse("01-x", text)
    assert source.parse("01-x", HEAD + SLIDE).slides[0].name == "01/one"
