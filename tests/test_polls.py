"""Polls: every option computed a second time, and Moodle's own rules for its format."""

import csv
import io
import re

import numpy as np
import pytest

import make_slides
from poll_truths import BY_NUMBER, NUMBERS, SO, in_code, over_one_maximum
from slides import polls, source
from slides.computed import names, num, power, vec
from slides.deck import Writer
from slides.source import SourceError
from softmax_lab.lessons import LESSONS


@pytest.fixture(scope="module")
def all_polls():
    return make_slides.all_polls([Writer(source.read(lesson.name), None) for lesson in LESSONS])


@pytest.fixture(scope="module")
def by_name(all_polls):
    return {poll.name: poll for poll in all_polls}


@pytest.mark.parametrize("name", NUMBERS)
def test_the_numbers_of_a_poll_are_those_of_the_definitions(by_name, name):
    for place, text in NUMBERS[name]().items():
        assert by_name[name].options[place].text == text


@pytest.mark.parametrize("name", SO)
def test_the_right_option_is_so_and_the_wrong_ones_are_not(by_name, name):
    so = list(map(bool, SO[name]()))
    assert so == [option.right for option in by_name[name].options]


@pytest.mark.parametrize("name", BY_NUMBER)
def test_the_right_number_is_marked(by_name, name):
    assert [option.right for option in by_name[name].options].index(True) == BY_NUMBER[name]


def test_code_that_clips_h_passes_nothing_back():
    assert not in_code([0.0, 800, 0], "clipped").any()


def test_one_maximum_for_a_batch_leaves_nan_in_a_low_row():
    assert np.isnan(over_one_maximum()).all()


def test_every_poll_is_computed_twice(by_name):
    assert set(by_name) == set(SO) | set(BY_NUMBER)
    assert set(BY_NUMBER) <= set(NUMBERS)


def test_there_are_at_least_twenty_and_every_lesson_has_two(all_polls):
    assert len(all_polls) >= 20
    for lesson in LESSONS:
        assert sum(poll.name[:2] == lesson.name[:2] for poll in all_polls) >= 2


def test_the_right_answers_are_not_all_in_one_place(all_polls):
    letters = [poll.answer for poll in all_polls]
    assert all(letters.count(letter) < len(letters) / 2 for letter in "ABCD")


def test_each_option_has_a_reason_and_none_is_only_the_option_again(all_polls):
    for poll in all_polls:
        for option in poll.options:
            assert len(option.reason.split()) >= 3, (poll.name, option)


# ---- what a source may not say


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Q?\n+ a | why it is so\n- a | another reason", "look the same"),
        ("Q?\n+ a | why\n+ b | why", "one option is right"),
        ("Q?\n- a | why\n- b | why", "one option is right"),
        ("Q?\n+ a\n- b | why", "option a line"),
        ("Q?\n+ a | why", "two to four"),
    ],
)
def test_a_poll_that_cannot_be_asked_is_refused(text, complaint):
    slide = source.slide_of("01-x", "poll", f"```poll\n{text}\n```\n???\n1 min\nSay: x")
    with pytest.raises(SourceError, match=complaint):
        polls.poll_of(slide, names())


# ---- Moodle


def moodle(text):
    """Questions of a GIFT file, by the rules of Moodle's import (question/format/gift/format.php).

    Blank lines part questions; a backslash before ``\\ : # = { } ~`` takes its meaning away.
    """
    text = re.sub(r"\\([\\:#={}~])", lambda match: f"\1{ord(match[1])}\2", text)

    def free(part):
        return re.sub("\1(\\d+)\2", lambda match: chr(int(match[1])), part).strip()

    category, found = None, []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line for line in block.splitlines() if not line.startswith("//")]
        if lines[0].startswith("$CATEGORY:"):
            category = lines[0].removeprefix("$CATEGORY:").strip()
            continue
        form = r"::(.*?)::(?:\[(\w+)\])?([^{}]*)\{([^{}]*)\}"
        shape = re.fullmatch(form, "\n".join(lines), re.DOTALL)
        assert shape, block
        answers = []
        for sign, body in re.findall(r"([=~])([^=~]*)", shape[4]):
            weight = re.match(r"\s*%(-?\d+(?:\.\d+)?)%", body)
            answer, _, feedback = body.removeprefix(weight[0] if weight else "").partition("#")
            share = float(weight[1]) if weight else 100.0 * (sign == "=")
            answers.append((free(answer), share, free(feedback)))
        found.append((category, free(shape[1]), shape[2], free(shape[3]), answers))
    return found


def test_moodle_reads_every_question_with_its_answers_and_feedback(all_polls):
    read_back = moodle(polls.as_gift(all_polls))
    assert len(read_back) == len(all_polls)
    for (category, name, kind, question, answers), poll in zip(read_back, all_polls, strict=True):
        assert category == f"softmax/lesson {poll.name[:2]}"
        assert (name, kind, question) == (poll.name, "plain", poll.question)
        assert answers == [(o.text, 100.0 * o.right, o.reason) for o in poll.options]
        assert sum(share == 100 for _, share, _ in answers) == 1


def test_moodles_own_characters_survive():
    hostile = polls.Option(r"{a} = ~b~ # c: \n \{", True, "100 % ~ #1")
    poll = polls.Poll("01/x", "Why {x = y}: #2 ~?", (hostile, polls.Option("d", False, "e")))
    ((_, name, _, question, answers),) = moodle(polls.as_gift([poll]))
    assert (name, question) == (poll.name, poll.question)
    assert answers[0] == (hostile.text, 100, hostile.reason)


def test_a_line_of_a_file_for_moodle_is_no_comment_and_no_weight(all_polls):
    for line in polls.as_gift(all_polls).splitlines():
        assert not line.lstrip().startswith("//")
        assert not re.match(r"\s*[=~]%", line)


# ---- the table and the page


def test_the_table_holds_the_same(all_polls):
    rows = list(csv.DictReader(io.StringIO(polls.as_csv(all_polls))))
    for row, poll in zip(rows, all_polls, strict=True):
        texts = [row[letter] for letter in "ABCD" if row[letter]]
        assert texts == [option.text for option in poll.options]
        assert row[row["answer"]] == next(o.text for o in poll.options if o.right)
        assert row[f"reason {row['answer']}"]


def test_the_page_asks_first_and_answers_on_a_page_of_its_own(all_polls):
    questions, _, answers = polls.as_page(all_polls).partition('<section class="answers">')
    assert questions.count("<article>") == answers.count("<article>") == len(all_polls)
    assert 'class="right"' not in questions
    assert answers.count('class="right"') == len(all_polls)


def test_small_numbers_are_powers_of_ten():
    assert (power(-5.8e-18), num(-0.5, 1), vec([-1e-9, 1], 1)) == ("−6·10⁻¹⁸", "−0.5", "(0.0, 1.0)")
