"""The page of symptoms: what one sees, what it points to, and which lesson explains it.

``python -m softmax_lab.clinic --symptoms`` prints it; lesson "The gradient clinic" shows it.
"""

import textwrap
from dataclasses import dataclass

WIDTH = 96


@dataclass(frozen=True)
class Symptom:
    """One row: what is seen, what to suspect, and the names that the clinic has for it."""

    seen: str
    suspect: str = ""
    keys: tuple = ()
    lessons: tuple = ()


def _keys(names):
    return tuple(names.split())


SYMPTOMS = (
    Symptom(
        "a vector where an n × n matrix is expected",
        "the diagonal, or one column, or row, of the Jacobian",
        _keys("diagonal_only first_column_only last_column_only one_column_only"),
        (1, 2),
    ),
    Symptom(
        "an n × n matrix where a vector is expected",
        "* in place of @; or the matrix itself was returned",
        _keys("elementwise_upstream upstream_ignored"),
        (3,),
    ),
    Symptom(
        "the rows of J, or the gradient of a sample, do not sum to 0",
        "off the diagonal something is missing, or the average error is",
        _keys(
            "diagonal_only delta_lost one_dimensional_transpose index_taken_twice "
            "missing_dot_product pass_through"
        ),
        (2, 3),
    ),
    Symptom(
        "everything is 0, for any number of classes",
        "the rows of J were summed without the weights σ; or the point is one where softmax is "
        "sure and right",
        _keys("row_sums upstream_ignored"),
        (3,),
    ),
    Symptom(
        "the output is always 1, and every gradient 0",
        "there is one output unit only: softmax of one number is 1. Use two units, or a sigmoid",
        (),
        (4,),
    ),
    Symptom(
        "changes when all logits are raised alike",
        "softmax's formula without softmax; or a shift on one side only",
        _keys("logits_used_as_output softmax_forgotten sigmoid_derivative shift_on_one_side"),
        (5, 6),
    ),
    Symptom(
        "keeps every law, but is too flat; the loss of a perfect answer is not 0",
        "softmax twice, as before a loss that applies it itself",
        _keys("softmax_applied_twice"),
        (5,),
    ),
    Symptom(
        "twice σ does not give twice the result",
        "σ stands where it must not, or nowhere",
        _keys("cross_entropy_assumed upstream_minus_output softmax_of_upstream swapped_arguments"),
        (3,),
    ),
    Symptom("a factor -1", "", _keys("sign_flipped missing_minus"), (4,)),
    Symptom(
        "a factor ½ or 2",
        "the 2 of the square; or there are two classes only, where other mistakes look like that",
        _keys("missing_factor_two"),
        (4, 5, 7),
    ),
    Symptom(
        "a factor 0.434 or 1.443",
        "a logarithm to base 10 or 2",
        _keys("log_base_ten log_base_two"),
        (4,),
    ),
    Symptom(
        "a factor N, or anything that follows the batch size",
        "a sum in place of the mean, or the mean taken twice",
        _keys("missing_mean mean_twice"),
        (4,),
    ),
    Symptom(
        "a factor n or 1/n, for n classes",
        "a mean over the classes, or over all entries: np.mean, len(t) of a single target",
        _keys("mean_over_entries mean_over_classes"),
        (4,),
    ),
    Symptom(
        "right for one sample, wrong for several",
        "a sum, a maximum or a reshape over the whole batch, or along the wrong axis",
        _keys("batch_sum_leak whole_batch_softmax sum_over_batch wrong_axis flattened_batch"),
        (3, 4),
    ),
    Symptom(
        "an error about shapes, unless there are as many samples as classes",
        "a sum or a maximum without keepdims=True",
        _keys("missing_keepdims"),
        (3, 4),
    ),
    Symptom(
        "right for one-hot targets only",
        "the target is used as a label",
        _keys("soft_target_argmax log_of_sum"),
        (4, 7),
    ),
    Symptom(
        "right at the true class only",
        "the diagonal of J behind cross-entropy",
        _keys("diagonal_only"),
        (4,),
    ),
    Symptom(
        "much too small, and unevenly",
        "h - t multiplied with a derivative of softmax once more",
        _keys("fused_times_diagonal fused_times_jacobian"),
        (4,),
    ),
    Symptom(
        "nan or inf at large logits",
        "an exponential that overflows, or a division by an h that has rounded to 0",
        _keys("no_shift shift_over_batch log_of_zero division_by_zero"),
        (6,),
    ),
    Symptom(
        "flat where it should be steep",
        "a guard against 0 that bends the numbers",
        _keys("clip_bias log_epsilon_bias logits_clipped"),
        (6,),
    ),
    Symptom(
        "0 where a tiny number should be",
        "1 - h of an h that has rounded to 1",
        (),
        (5, 6),
    ),
    Symptom(
        "right once, wrong the second time",
        "the caller's array was overwritten",
        _keys("mutates_input"),
        (7,),
    ),
    Symptom(
        "right for [1.0, 2.0], wrong for [1, 2]",
        "an array of integers stays one",
        _keys("integer_truncation"),
        (7,),
    ),
    Symptom(
        "the check fails in the third or fourth digit, in every entry",
        "float32: f answers with seven digits, and a difference of two of them keeps three. Check "
        "in float64",
        (),
        (7,),
    ),
    Symptom(
        "right, but not what was asked for",
        "log-softmax, smoothed labels, a temperature, class weights, ½ Σ(h - t)²: the clinic "
        "recognises these",
        (),
        (4, 6),
    ),
)


def as_text():
    """The page for a terminal."""
    lines = ["What is seen, and what it points to (lesson):", ""]
    for row in SYMPTOMS:
        lines.append(_wrapped(row.seen[0].upper() + row.seen[1:], "  "))
        lines.append(_wrapped(f"{'; '.join(_parts(row))} ({_lessons(row)})", "      "))
    return "\n".join(lines)


def as_markdown():
    """The page as a table in Markdown."""
    rows = ["| symptom | suspect (lesson) |", "|---|---|"]
    for row in SYMPTOMS:
        keys = ", ".join(f"`{key}`" for key in row.keys)
        suspect = ": ".join(part for part in (row.suspect.replace("*", r"\*"), keys) if part)
        rows.append(f"| {row.seen} | {suspect} ({_lessons(row)}) |")
    return "\n".join(rows)


def _parts(row):
    return [part for part in (row.suspect, ", ".join(row.keys)) if part]


def _lessons(row):
    return ", ".join(map(str, row.lessons))


def _wrapped(words, indent):
    return textwrap.fill(words, WIDTH, initial_indent=indent, subsequent_indent=indent)
