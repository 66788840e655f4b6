"""Where the rules of the judges have their limits, on both sides of each."""

import numpy as np
import pytest

import softmax_lab
from softmax_lab import diagnose, softmax, softmax_jacobian
from softmax_lab.exercises import answers, check, judges
from test_judges import T, nearly_restored, restored


def test_what_lies_as_far_off_as_is_allowed_is_right_and_what_lies_further_is_not():
    judge = judges.numbers(np.array([0.0, 1.0, 3.0]))
    assert judge(np.array([3e-6, 1.0, 3.0])) is None
    assert judge(np.array([3.1e-6, 1.0, 3.0])) is not None
    assert judge(np.array([3e-6, 0.5, 3.0])) == "entry 1 is not right."
    assert judge(np.array([3.1e-6, 0.5, 3.0])) == "entries 0 and 1 are not right."


def test_what_should_be_zero_is_judged_by_itself():
    judge = judges.numbers(np.zeros(2))
    assert judge([0, 9e-7]) is None
    assert judge([0, 1.1e-6]) is not None
    assert judge([0, 0.3]) == "entry 1 is not right."


def test_short_floats_may_be_sixteen_roundings_off():
    epsilon = np.finfo(np.float32).eps
    judge = judges.numbers(1.0)
    assert judge(np.float32(1 + 16 * epsilon)) is None
    assert judge(np.float32(1 + 17 * epsilon)) is not None


def test_an_empty_array_is_right_where_one_is_asked_for():
    assert judges.numbers(np.zeros((0, 3)))(np.zeros((0, 3))) is None
    assert "shape (3, 0)" in judges.numbers(np.zeros((0, 3)))(np.zeros((3, 0)))


def test_what_is_true_or_false_may_be_said_in_numbers():
    judge = judges.numbers(np.array([True, False, True]))
    assert judge([1, 0, 1]) is None
    assert judge([True, False, True]) is None
    assert judge([0, 0, 0]) == "1 of 3 are right."


def test_no_imaginary_part_is_dropped_though_others_are_zero():
    with pytest.raises(answers.Trouble, match="something else"):
        judges.numbers(T)(T + np.array([[0, 1j], [0, 0]]))


@pytest.mark.parametrize(
    ("truth", "answer", "said"),
    [
        (T, 1.5 * T, "a common factor is wrong: everything is 1.5 times too large."),
        (T, T / 4, "a common factor is wrong: everything is 4 times too small."),
        ([0.0, 2.0], np.array([0.0, 6.0]), "a common factor is wrong: everything is 3 times"),
        # Rounding errors alone: no factor makes them of the truth.
        ([1.0, 1.0], np.array([2.0, -2.0]) ** -55, "every entry is wrong."),
        ([1.0, 2.0], np.array([1.0, 2.0001]), "it is right to about 4 digits only."),
        ([1e-3, 2e-3], np.array([1e-3, 2e-3 + 1e-7]), "it is right to about 4 digits only."),
        (
            np.arange(1.0, 9.0),
            np.arange(1.0, 9.0) * [1, 1, 3, 2, 5, 7, 9, 4],
            "entries 2, 3, 4, 5, 6 and 7 are not right.",
        ),
    ],
)
def test_a_symptom_is_told_exactly_where_it_is_there(truth, answer, said):
    assert judges.numbers(np.array(truth))(answer).startswith(said)


def test_a_reader_waits_three_seconds_and_is_told_so(monkeypatch):
    waited = []

    class Impatient(answers.Worker):
        def run(self, job, limit):
            waited.append(limit)
            return None, answers.OutOfTime()

    monkeypatch.setattr(answers, "Worker", Impatient)
    words = check("1.2", lambda z: z).words
    assert words == "it did not return within 3 seconds. Does a loop never end?"
    assert set(waited) == {3.0}


def test_a_long_message_is_cut():
    def my_jacobian(z):
        raise ValueError("0" + "x" * 400)

    told = check("1.2", my_jacobian).words
    assert "ValueError: 0" + "x" * 159 + ", in line" in told


def to_the_second(*both):
    both[1][0] = 7.0
    return both[0]


def one_is_enough(x, y):
    x[0] = 1e-3 * x[1] / 1e6
    return x


def text_for_a_number(x, y):
    y[0] = "a"
    return x


def flips(x, mask):
    mask[0] = not mask[0]
    return x


def reshaped(x, y):
    y.shape = (2, 1)
    return x


@pytest.mark.parametrize(
    ("function", "x", "y", "said"),
    [
        (to_the_second, [2.1, 0.3], np.zeros(2), ["it overwrites an array that it is given"]),
        (text_for_a_number, [2.1, 0.3], [1, 2], ["it overwrites `y`"]),
        (flips, [2.1, 0.3], np.array([True, False]), ["it overwrites `mask`"]),
        (reshaped, [2.1, 0.3], np.zeros(2), ["it overwrites `y`"]),
        (restored, [np.nan, -np.inf], 3, []),
        # What is not finite is neither overwritten for that, nor does it hide what is.
        (to_the_second, [np.nan, -np.inf], np.array([1.0, -np.inf]), ["it overwrites an array"]),
        # How near is near goes by the largest entry, and includes the limit.
        (one_is_enough, [0.0, 1e6], 3, ["it writes to `x` and does not put back quite"]),
        (nearly_restored, [1e6, 2e6], 3, ["it writes to `x` and does not put back quite"]),
    ],
)
def test_whatever_an_answer_writes_to_its_arguments_is_told_by_its_kind(function, x, y, said):
    with answers.watching() as overwritten:
        answers.call(function, np.array(x), y)
    assert [told[: len(words)] for words, told in zip(said, overwritten.values(), strict=True)] == (
        said
    )


def in_an_inner_function(z):
    def row(r):
        return softmax_jacobian(r)

    return row(z)


def test_work_that_an_inner_function_leaves_to_the_package_is_seen():
    assert answers.borrowed(in_an_inner_function, ("softmax_jacobian",)) == "softmax_jacobian"


def test_work_left_to_the_package_by_the_name_of_a_module_is_seen():
    namespace = {"lab": softmax_lab}
    exec("def answer(z):\n    return lab.softmax_jacobian(z)", namespace)
    assert answers.borrowed(namespace["answer"], ("softmax_jacobian",)) == "softmax_jacobian"
    assert answers.borrowed(namespace["answer"], ("softmax_vjp",)) is None


def test_a_foreseen_mistake_is_known_by_the_examples_that_gave_numbers_throughout():
    examples = [(np.array([1.0, 2.0]),), (np.array([3.0, 800.0]),)]
    judge = judges.function(np.exp, examples[:1], foreseen=[(lambda x: 2 * x, "twice")])
    assert judge(lambda x: 2 * x) == "twice"
    judge = judges.function(lambda x: x, examples, foreseen=[(lambda x: 2 * x, "twice")])
    assert judge(lambda x: np.where(x < 700, 2 * x, np.nan)) == "twice"
    assert "common factor" in judge(lambda x: np.where(x < 700, 3 * x, np.nan))


def test_a_foreseen_mistake_has_to_be_made_on_every_example():
    examples = [(np.array([1.0, 2.0]),), (np.array([3.0, 5.0]),)]
    judge = judges.function(lambda x: x, examples, foreseen=[(lambda x: 2 * x, "twice")])
    assert judge(lambda x: 2 * x) == "twice"
    assert "common factor" in judge(lambda x: 2 * x if x[0] < 2 else 3 * x)


def test_of_what_the_clinic_sees_no_more_than_three_sentences_are_told():
    def gradient(z, t):
        print("hello")
        h = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
        return 2 * (h - t)

    _, seen = judges.consulted(gradient, "loss_gradient")
    assert seen == (
        "What was seen: It prints, first: 'hello'. Everything is 2 · N times the right answer: a "
        "constant factor. N is the number of samples: is a sum taken where a mean is due?"
    )


def test_a_mistake_that_only_a_batch_shows_is_said_in_two_sentences():
    def backward(z, v):
        h = softmax(z)
        return h * (v - (h * v).sum(axis=0))

    named, _ = judges.consulted(backward, "backward")
    assert named.startswith(
        "A sum runs over the samples of the batch (axis 0), not over the classes: that of the "
        "products h σ, that of softmax, or both. "
    )
    assert "For one sample" not in named


def test_of_a_wrong_shape_the_right_one_is_told_and_not_what_the_clinic_saw():
    judge = judges.function(softmax_jacobian, [(np.array([2.0, 1.0, 0.1]),)], role="jacobian")
    assert judge(lambda z: softmax(z)[..., :2]) == (
        "called with [2. , 1. , 0.1]: an array of shape (3, 3) is asked for, and this is an array "
        "of shape (2,)."
    )


def test_nothing_is_said_of_declarations_that_a_reader_has_not_made():
    def summed(z, t):
        return softmax(z) - t

    told = diagnose(summed, "loss_gradient", **judges.DECLARED).symptoms
    assert "It would be right if reduction='sum' were declared." in told
    assert "declared" not in judges.consulted(summed, "loss_gradient")[1]


def test_what_is_overwritten_is_not_said_twice():
    def jacobian(z):
        z *= 2
        return softmax_jacobian(z / 2) + 3

    told = diagnose(jacobian, "jacobian", **judges.DECLARED).symptoms
    assert any("overwrites" in sentence for sentence in told)
    named, seen = judges.consulted(jacobian, "jacobian")
    assert named == ""
    assert seen.startswith("What was seen: ")
    assert "overwrites" not in seen
