"""The sheets of a lesson, printed: two of A4, to fill in and with solutions."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import make_handouts
from handouts import paper, printing
from softmax_lab.lessons import LESSONS
from test_handouts import asked


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    """All handouts, printed once, with pictures of the pages."""
    folder = tmp_path_factory.mktemp("handouts")
    (folder / "looks").mkdir()
    command = [sys.executable, make_handouts.__file__, "--to", folder, "--looks", folder / "looks"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_prints_on_two_sheets_of_a4(lesson, handed_out):
    """What does not fit, or leaves nothing empty, is not printed: then there is no file."""
    for ending in ("", "-solutions"):
        pdf = (handed_out / "paper" / f"{lesson.name}{ending}.pdf").read_bytes()
        assert pdf.startswith(b"%PDF")
        assert pdf.count(b"/Type /Page\n") == 2
        assert b"/MediaBox [0 0 594.95996 841.91998]" in pdf or b"/MediaBox [0 0 595" in pdf
    to_fill, solved = (handed_out / "looks" / f"{lesson.name}{e}.png" for e in ("", "-solutions"))
    assert to_fill.read_bytes() != solved.read_bytes()


def test_what_does_not_fit_or_is_not_there_is_not_printed():
    lesson, page = LESSONS[0], paper.PAGES[1]
    state = page.explorer().get_state()
    much = paper.Question("Too long", "word " * 4000, "answer")
    tried = [([much, much], page.empty), (asked(lesson), f"{page.empty}, .no-such")]

    def said():
        with printing.press() as printed:
            for questions, empty in tried:
                html = printing.html(lesson, page, questions, solved=False)
                with pytest.raises(printing.NotPrinted) as why:
                    printed(html, state, empty, page.aside)
                yield str(why.value)

    # In a thread of its own: where a test has a browser open, Playwright starts no second one.
    with ThreadPoolExecutor(1) as thread:
        too_full, not_there = thread.submit(lambda: list(said())).result()
    assert "too full by" in too_full
    assert "nothing like ['.no-such']" in not_there


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_answers_are_on_the_sheets_with_solutions_only(lesson):
    page, questions = paper.PAGES[lesson.number], asked(lesson)
    to_fill, solved = (printing.html(lesson, page, questions, s) for s in (False, True))
    assert 'class="answer"' not in to_fill
    assert solved.count('class="answer"') == len(questions) + 1
    assert to_fill.count('class="room"') == len(questions)
    assert 'class="room"' not in solved
    for html in (to_fill, solved):
        assert "$" not in html.partition("</style>")[2]
        assert "katex-error" not in html
        assert "http" not in html.partition("</style>")[2].replace("http://www.w3.org/", "")
