"""What a page needs to judge an answer as ``check`` does, without Python.

Where all answers can be listed, ``check`` is asked about every one of them. Where numbers are
typed, the page compares them by the same rules (static/exercises/judging.js) with what is right
and what was foreseen.
"""

import hashlib
from functools import cache
from itertools import product

import numpy as np

from softmax_lab.exercises import check, find, lesson_02, lesson_04, lesson_09
from softmax_lab.exercises.exercise import marked_up

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
ROW_SUMS = "ROW SUMS"


@cache
def listed(number, options, shape):
    """The verdict on every answer: ``table`` names the hint of each, two digits of base 36.

    Answers are counted with the last choice changing fastest. Hint 0 is for the right answer.
    """
    hints = [in_words(find(number).think)]
    table = []
    for choices in product(options, repeat=int(np.prod(shape))):
        result = check(number, _as_asked(choices, shape))
        words = in_words(result.words)
        if words not in hints:
            hints.append(words)
        table.append(0 if result.correct else hints.index(words))
    return {"hints": hints, "table": "".join(DIGITS[k // 36] + DIGITS[k % 36] for k in table)}


@cache
def hashed(number, options, shape):
    """What says of an answer whether it is right, and no more: salted hashes of those that are.

    It keeps the answer from who looks at the page's source, not from who tries all answers.
    """
    table = listed(number, options, shape)["table"]
    right = [k for k in range(len(table) // 2) if table[2 * k : 2 * k + 2] == "00"]
    salt = hashlib.sha256(f"softmax_lab {number}".encode()).hexdigest()[:8]
    return {"salt": salt, "right": [fnv(f"{salt}{place}") for place in right]}


def fnv(text):
    """The FNV-1a hash of 32 bits, which a page on any server can compute."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 % 2**32
    return value


def _as_asked(choices, shape):
    """Choices as nested lists, the form in which they are written in a notebook."""
    array = np.empty(len(choices), dtype=object)
    array[:] = choices
    return array.reshape(shape).tolist()


def in_words(words):
    """A hint as HTML, as ``Result`` shows it."""
    paragraphs = marked_up(words[:1].upper() + words[1:]).split("\n\n")
    return "<br>".join(paragraphs)


def compared(number):
    """What is right, and what was foreseen, of an exercise whose answer is numbers.

    ``foreseen`` lists wrong answers with their hints; null in one stands for any number there.
    ``mirrored`` lists entries that have to be like another, each with a hint where it is not, and
    ``otherwise`` has the hint for all that is left.
    """
    return {"think": in_words(find(number).think)} | COMPARED[number]()


def _gradient_of_equal_logits():
    judge = lesson_04.predicts_the_gradient
    return {"truth": _plain(judge.truth), "foreseen": _hints(judge.foreseen)}


def _errors_at_scores():
    """The masked score comes first, as in the judge: whatever is written there."""
    truth = lesson_09.AT_SCORES
    beside = [*truth[:3], None]
    hint = lesson_09.predicts_the_errors([*truth[:3], 1.0])
    foreseen = [(beside, hint), *lesson_09.at_scores.foreseen]
    return {"truth": _plain(truth), "foreseen": _hints(foreseen)}


def _completed_matrix():
    """The judge is asked what it says of each mistake."""
    truth = lesson_02.J.round(12)
    mirrored = []
    for i, j in np.transpose(lesson_02.LEGIBLE).tolist():
        wrong = truth.copy()
        wrong[j, i] = 7
        said = in_words(lesson_02.completes_the_matrix(wrong))
        mirrored.append([[j, i], [i, j], said])
    said = in_words(lesson_02.completes_the_matrix(truth + np.diag([7.0, 8.0, 9.0])))
    otherwise = said.replace("7, 8, 9", ROW_SUMS)
    return {"truth": _plain(truth), "mirrored": mirrored, "otherwise": otherwise}


def _hints(foreseen):
    return [[_plain(wrong), in_words(hint)] for wrong, hint in foreseen]


def _plain(numbers):
    """An array as one list, row after row."""
    flat = np.array(numbers, dtype=object).ravel().tolist()
    return [None if x is None else float(x) for x in flat]


COMPARED = {
    "2.1": _completed_matrix,
    "4.1": _gradient_of_equal_logits,
    "9.1": _errors_at_scores,
}
