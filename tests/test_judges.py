"""What is said to answers of any kind: stubs, errors, numbers and functions nobody foresaw."""

import inspect

import numpy as np
import pytest

from softmax_lab import exercises, softmax, softmax_jacobian, softmax_vjp
from softmax_lab.exercises import Result, answers, check, judges


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(answers, "LIMIT", 0.2)


@pytest.mark.parametrize(
    "stub",
    [..., None, [..., ...], (1.0, None), np.array([[..., 1.0]]), lambda z: ...],
    ids=["dots", "None", "list", "tuple", "array", "function of dots"],
)
def test_a_stub_is_not_answered_yet(stub):
    assert str(check("1.2", stub)) == "not answered yet"


def test_a_stub_that_says_so_is_not_answered_yet():
    def my_jacobian(z):
        raise NotImplementedError

    assert str(check("1.2", my_jacobian)) == "not answered yet"


def test_a_function_without_return_is_asked_for_it():
    def my_jacobian(z):
        softmax_jacobian_of_mine = np.outer(z, z)  # noqa: F841

    verdict = check("1.2", my_jacobian)
    assert verdict.status == "not answered yet"
    assert "return statement" in verdict.words


def test_an_error_is_told_with_its_line():
    def my_jacobian(z):
        h = softmax(z)
        return np.diag(h) @ np.ones(len(h) + 1)

    words = check("1.2", my_jacobian).words
    line = inspect.getsourcelines(my_jacobian)[1] + 2
    assert "it raised ValueError: matmul: " in words
    assert f"in line {line}: `return np.diag(h) @ np.ones(len(h) + 1)`" in words


def test_a_call_that_does_not_fit_is_told():
    assert "it raised TypeError" in check("1.2", lambda: 1).words


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, RecursionError, MemoryError])
def test_no_error_takes_the_notebook_down(error):
    def my_jacobian(z):
        raise error("enough")

    assert f"it raised {error.__name__}: enough" in check("1.2", my_jacobian).words


def test_an_address_in_a_message_is_left_out():
    def my_jacobian(z):
        raise ValueError(f"{object()}")

    words = check("1.2", my_jacobian).words
    assert "<object object at 0x…>" in words
    assert words == check("1.2", my_jacobian).words


def test_what_never_returns_is_told_so(impatient):
    def my_jacobian(z):
        while True:
            pass

    assert "did not return" in check("1.2", my_jacobian).words


def test_an_unknown_exercise_is_refused():
    with pytest.raises(ValueError, match=r"received '1\.9'.*1\.1, 1\.2, 1\.3"):
        check("1.9", 0)
    with pytest.raises(ValueError, match="must be that of an exercise"):
        check(len, 0)


def test_a_verdict_looks_the_same_as_text_and_in_a_notebook():
    verdict = Result("not yet", "raise z_j, not `z_j < b`.\n\nTry.")
    assert str(verdict) == repr(verdict) == "not yet: raise z_j, not `z_j < b`.\n\nTry."
    html = verdict._repr_html_()
    assert "not yet</strong> Raise z<sub>j</sub>, not <code>z_j &lt; b</code>.</p>" in html
    assert html.count("<p ") == html.count("</p>") == 2
    assert Result("not answered yet")._repr_html_().endswith("not answered yet</strong></p>")


# The judges


T = np.array([[1.0, 2.0], [3.0, -4.0]])


@pytest.mark.parametrize(
    ("truth", "answer", "said"),
    [
        (T, -T, "the size is right, the sign is not"),
        (T, 3 * T, "3 times too large"),
        (T, -T / 2, "2 times too small, and of the wrong sign"),
        (T, T.T, "rows and columns have changed places"),
        (T, T[0], "an array of shape (2, 2) is asked for, and this is an array of shape (2,)"),
        (T, 5, "an array of shape (2, 2) is asked for, and this is one number"),
        (T, np.add(T, [[0, 1], [0, 0]]), "entry (0, 1) is not right"),
        (T, np.add(T, [[0, 1], [5, 0]]), "entries (0, 1) and (1, 0) are not right"),
        (T, np.add(T, [[7, 1], [5, 2]]), "every entry is wrong."),
        (T, T.round() + 1e-4, "about 4 digits only"),
        (T, np.add(T, [[0, np.nan], [0, 0]]), "entry (0, 1) is not finite (inf or nan)."),
        (T, np.full((2, 2), np.nan), "no entry is finite."),
        (T, [[np.nan, 0], [np.inf, 0]], "entries (0, 0) and (1, 0) are not finite"),
        (np.array([True, False]), [False, False], "1 of 2 are right."),
        (np.array([True, False]), [2, 0], "`True` or `False` is asked for"),
        (T, 0 * T, "every entry is wrong"),
        (0 * T, T, "every entry is wrong"),
        (0 * T, 1e-4 + 0 * T, "about 4 digits only"),
        (0.25, 1, "it is too large."),
        (0.25, -1, "it is too small."),
        (0.25, np.inf, "it is not finite"),
        (0.25, "a quarter", "numbers are asked for, and this is of type str"),
        (0.25, 1j, "numbers are asked for, and this is of type complex"),
        (T, [[1, 2], [3]], "rows of equal length"),
        (
            np.arange(10.0),
            np.arange(10.0) * [1, 1, 1, 3, 2, 5, 7, 9, 4, 6],
            "entries 3, 4, 5, 6, 7, 8 and 1 more",
        ),
    ],
)
def test_numbers_that_nobody_foresaw_get_a_symptom(truth, answer, said):
    try:
        hint = judges.numbers(truth)(answer)
    except answers.Trouble as trouble:
        hint = str(trouble)
    assert said in hint


def test_numbers_within_rounding_are_right():
    judge = judges.numbers(T, foreseen=[(T + 1, "one too many")])
    assert judge(T * (1 + 1e-9)) is None
    assert judge(T.tolist()) is None
    assert judge(T + 1) == "one too many"


def test_nothing_is_right_because_it_says_so():
    class Equal(np.ndarray):
        __eq__ = __le__ = lambda self, other: np.True_
        __sub__ = __rsub__ = lambda self, other: np.zeros((2, 2))

    assert judges.numbers(T)(np.ones((2, 2)).view(Equal)) is not None
    assert judges.numbers(T)(np.full((2, 2), np.nan)) is not None


def test_a_function_is_judged_by_examples():
    examples = [(np.array([1.0, 2.0]), 3.0), (np.array([0.5, -1.0]), 2.0)]
    judge = judges.function(
        lambda x, c: c * x, examples, foreseen=[(lambda x, c: x, "where did c go?")]
    )
    assert judge(lambda x, c: x * c) is None
    assert judge(lambda x, c: x + 0) == "where did c go?"
    assert (
        judge(lambda x, c: -c * x)
        == "called with [1., 2.], 3.: the size is right, the sign is not."
    )
    right_once = judge(lambda x, c: c * x if c > 2 else 5 * x)
    assert right_once.startswith(
        "right at first, but called with [ 0.5, -1. ], 2.: a common factor is wrong"
    )
    with pytest.raises(answers.Trouble, match="without calling it"):
        judge(3.0)


def test_what_overwrites_its_arguments_harms_no_example():
    examples = [(np.array([1.0, 2.0]),)]
    judge = judges.function(lambda x: x + 1, examples)

    def add(x):
        x += 1
        return x

    assert judge(add) is None
    assert judge(add) is None


def to_the_first(x, y):
    x *= 2
    return x


def to_both(x, y):
    x[0], y[0] = 7.0, 8.0
    return x


def to_a_list(x, y):
    y.append(3)
    return x


def nearly_restored(x, y):
    x += 0.1
    x -= 0.2
    x += 0.1
    return x


def sorts(*both):
    both[0].sort()
    return both[0]


def restored(x, y):
    old = x.copy()
    x += 1
    x[:] = old
    return x


@pytest.mark.parametrize(
    ("function", "y", "said"),
    [
        (to_the_first, 3, ["it overwrites `x`: the caller's array is not the same afterwards"]),
        (to_both, np.zeros(2), ["it overwrites `x`", "it overwrites `y`"]),
        (to_a_list, [1, 2], ["it overwrites `y`"]),
        (nearly_restored, 3, ["it writes to `x` and does not put back quite what was there"]),
        (restored, 3, []),
        (sorts, 3, ["it overwrites an array that it is given"]),
    ],
)
def test_what_an_answer_overwrites_is_noted(function, y, said):
    x = np.array([2.1, 0.3])
    with answers.watching() as overwritten:
        answers.call(function, x, y)
    assert [words in told for words, told in zip(said, overwritten.values(), strict=True)] == (
        [True] * len(said)
    )
    assert x.tolist() == [2.1, 0.3]


def test_the_clinic_names_what_nobody_foresaw():
    judge = judges.function(softmax_jacobian, [(np.array([2.0, 1.0, 0.1]),)], role="jacobian")
    hint = judge(lambda z: softmax(z) * (1 - softmax(z)))
    assert hint.startswith("This is the derivative of each output")
    assert hint.endswith("what happens to the other outputs, h_i with i ≠ j?")


def test_two_mistakes_are_named_together_or_as_alternatives():
    def both(z, t):
        h = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
        return t - h

    named, _ = judges.consulted(both, "loss_gradient")
    assert "Without it the gradient is N times too large" in named
    assert " Besides: " in named
    assert "Everything is right but the sign" in named
    named, _ = judges.consulted(lambda z: 0 * z, "jacobian")
    assert " Or, with the same numbers: " in named or named.startswith("Summing the rows")


def test_the_settings_of_an_exercise_are_declared():
    # A sum is right if a sum is meant. Left open, the clinic might find that out by itself.
    named, _ = judges.consulted(lambda z, t: softmax(z) - t, "loss_gradient")
    assert named.startswith("The loss is a mean over the N samples")
    assert judges.consulted(lambda z, t: softmax(z) - t, "loss_gradient", reduction="sum")[0] == ""


def test_a_mistake_without_a_name_gets_what_was_seen():
    judge = judges.function(softmax_jacobian, [(np.array([2.0, 1.0, 0.1]),)], role="jacobian")
    hint = judge(lambda z: softmax_jacobian(z) + 3)
    assert hint.startswith("What was seen: The rows of the matrix sum to ")


def test_an_error_is_told_with_the_example_unless_it_is_the_first():
    judge = judges.function(lambda x: x, [(np.ones(2),), (np.ones((2, 4)),)])

    def two_only(x):
        return np.ones(2) * x

    with pytest.raises(answers.Trouble) as first:
        judge(lambda x: x / None)
    assert str(first.value).startswith("it raised TypeError")
    with pytest.raises(answers.Trouble) as second:
        judge(two_only)
    assert str(second.value).startswith(
        "right at first, but called with an array of shape (2, 4): it raised ValueError"
    )


def test_numbers_kept_in_short_floats_are_judged_as_such():
    third = 1 / 3
    for dtype in (np.float16, np.float32, np.float64, np.longdouble):
        assert judges.numbers(third)(dtype(third)) is None
        wrong = dtype(third) * (1 + 40 * dtype(np.finfo(dtype).eps))
        if dtype != np.longdouble:
            assert (judges.numbers(third)(wrong) is None) == (dtype == np.float64)
    assert judges.numbers(third)(float(np.float16(third))) is not None


def test_complex_numbers_are_read_only_if_they_are_real():
    assert judges.numbers(T)(T + 0j) is None
    with pytest.raises(answers.Trouble, match="something else"):
        judges.numbers(T)(T + 1j)


def helper(z):
    return softmax_jacobian(z)


def through_a_helper(z):
    return helper(z)


def through_itself(n):
    return through_itself(n - 1) if n else softmax_vjp


class AsAMethod:
    def forward(self, z):
        return softmax_jacobian(z)


def through_a_module(z):
    return exercises.softmax_jacobian(z)


@pytest.mark.parametrize(
    "answer",
    [
        softmax_jacobian,
        helper,
        through_a_helper,
        AsAMethod,
        AsAMethod(),
        through_a_module,
        lambda z: [softmax_jacobian(row) for row in z],
    ],
)
def test_work_left_to_the_package_is_seen(answer):
    assert answers.borrowed(answer, ("softmax_jacobian",)) == "softmax_jacobian"


def test_what_is_one_s_own_is_not_borrowed():
    namespace = {"np": np}
    exec("def softmax_jacobian(z):\n    return np.diag(z)", namespace)
    exec("def answer(z):\n    return softmax_jacobian(z)", namespace)
    for answer in (namespace["answer"], namespace["softmax_jacobian"], through_itself, softmax, 3):
        assert answers.borrowed(answer, ("softmax_jacobian",)) is None


def test_only_a_correct_verdict_is_correct():
    assert Result("correct").correct is True
    assert Result("not yet").correct is False
    assert Result("not answered yet").correct is False


def test_a_judge_has_a_hint_although_a_later_example_raises():
    examples = [(np.array([1.0, 2.0]),), (np.array([[1.0, 2.0, 3.0]]),)]
    judge = judges.function(lambda x: x, examples, foreseen=[(lambda x: 2 * x, "twice")])
    assert judge(lambda x: 2 * x @ np.eye(2)) == "twice"
    said = judge(lambda x: 3 * x @ np.eye(2))
    assert said == (
        "called with [1., 2.]: a common factor is wrong: everything is 3 times too large."
    )


def test_a_foreseen_mistake_may_overflow_or_not_fit():
    examples = [(np.array([1.0, 2.0]),)]
    foreseen = [(lambda x: np.exp(1e3 * x), "over"), (lambda x: x + np.ones(3), "shape")]
    judge = judges.function(lambda x: x, examples, foreseen=foreseen)
    assert "every entry is wrong" in judge(lambda x: x + 1)


def test_small_arguments_are_shown_and_large_ones_described():
    judge = judges.function(lambda x: x, [(np.arange(6.0),)])
    assert judge(lambda x: -x).startswith("called with [0., 1., 2., 3., 4., 5.]: ")
    judge = judges.function(lambda x: x, [(np.arange(7.0),)])
    assert judge(lambda x: -x).startswith("called with an array of shape (7,): ")


def test_a_mistake_is_said_in_a_sentence_and_a_hint_and_not_by_its_key():
    named, seen = judges.consulted(lambda z: softmax(z) * (1 - softmax(z)), "jacobian")
    assert named == (
        "This is the derivative of each output with respect to its own logit, ∂h_j/∂z_j, and for "
        "that it is right. Raise z_j a little: what happens to the other outputs, h_i with i ≠ j?"
    )
    assert seen.startswith("What was seen: ")
    assert "diagonal_only" not in named + seen


def test_what_is_overwritten_later_is_not_noted():
    with answers.watching() as outer:
        with answers.watching() as inner:
            answers.call(to_the_first, np.ones(2), 1)
        answers.call(to_both, np.ones(2), np.ones(2))
    answers.call(to_a_list, np.ones(2), [1])
    assert list(inner) == ["`x`"]
    assert list(outer) == ["`x`", "`y`"]
    assert outer["`y`"].startswith("it overwrites `y`")
