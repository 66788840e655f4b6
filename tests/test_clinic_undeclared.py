"""The clinic's own cases with nothing declared: the expert's answer, or another reading.

Without a declaration, a reading under which a function is right comes before one that needs a
mistake, and one mistake before two. Where that leads to another answer than the expert's, who
declared something, the case is listed under the setting that was found to be another; what it
would be as declared is said beside it.
"""

from functools import cache

import pytest

from clinic_cases import CASES

pytestmark = pytest.mark.usefixtures("in_this_process")

READ_OTHERWISE = {
    # A mean or sum along the other axis is right for samples that lie the other way.
    "layout": {
        "softmax-first_axis_everywhere", "softmax-rows_normalised_downwards",
        "softmax-columns_normalised_sideways", "softmax-maximum_outside_and_downwards",
        "loss_gradient-softmax_sideways",
    },
    # A formula written with h is right when it is fed h; what applies softmax, when it is fed z.
    "given": {
        "jacobian-loops_over_the_logits",
        "jacobian-softmax_of_the_output", "jacobian-naive_softmax_of_the_output_in_a_stack",
        "jacobian-diagonal_of_softmax_of_the_output", "jacobian-columns_softmaxed_again",
        "jacobian-famous_reshape_of_softmax_of_the_output",
        "jacobian-plus_off_the_diagonal_and_softmax_twice", "backward-softmax_of_the_output",
        "backward-sigmoid_style_and_softmax_twice", "backward-sigmoid_style_fed_logits",
        "loss_gradient-softmax_of_the_output", "loss_gradient-softmax_twice_and_no_mean",
        "loss_gradient-no_softmax_and_sign", "loss_gradient-softmax_twice_and_sign",
    },
    # What lacks 1/N is right as a sum, and what has it as a mean.
    "reduction": {
        "loss-summed_where_the_mean_is_declared", "loss_gradient-mean_forgotten",
        "loss_gradient-mean_forgotten_with_labels", "loss_gradient-mean_forgotten_for_any_shape",
        "loss_gradient-mean_forgotten_for_squared_error", "loss_gradient-diagonal_and_no_mean",
        "loss_gradient-squared_error_diagonal_and_no_mean", "loss_gradient-sign_and_no_mean",
        "loss_gradient-shortcut_times_diagonal_and_no_mean",
        "loss_gradient-labels_from_one_and_no_mean", "loss_gradient-binary_formula_and_no_mean",
        "loss_gradient-softmax_downwards_and_no_mean",
        "loss_gradient-mean_where_the_sum_is_declared", "output_gradient-mean_forgotten",
        "output_gradient-mean_forgotten_with_labels",
    },
    # (h - t) h (1 - h) says nothing of whether h - t is the cross-entropy's or half the other's.
    "loss": {"loss_gradient-halved_squared_error_through_the_diagonal"},
    # Targets are distributions, unless it is said that they need not be.
    "targets": {
        "loss_gradient-sum_of_targets_ignored", "loss_gradient-sum_of_targets_ignored_for_a_sum",
    },
    # h - t is ∂C/∂z before it is half of another loss's ∂C/∂h; a lone forward pass is softmax.
    "role": {
        "output_gradient-factor_two_lost", "output_gradient-factor_two_lost_in_a_loop",
        "output_gradient-factor_and_mean_lost", "output_gradient-factor_lost_and_divided_by_size",
        "output_gradient-binary_and_no_mean", "output_gradient-gradient_at_the_logits",
        "output_gradient-squared_error_through_softmax", "backward-LayerWithoutBackward",
    },
    # A right answer to another question is told apart from a mistake.
    "question": {
        "softmax-temperature_of_two", "softmax-logistic_instead", "softmax-log_softmax_instead",
        "jacobian-derivative_of_log_softmax", "loss-divergence_instead",
        "loss_gradient-shortcut_times_matrix", "loss_gradient-shortcut_times_stack",
        "loss_gradient-logistic_minus_target", "loss_gradient-smoothed_target",
    },
}  # fmt: skip
REASON = {label: why for why, labels in READ_OTHERWISE.items() for label in labels}
# Of these nothing is said beside: no name or usual setting speaks for what was declared.
UNSPOKEN = {
    "softmax-columns_normalised_sideways",
    "loss_gradient-softmax_sideways",
    "loss_gradient-sum_of_targets_ignored",
    "loss_gradient-sum_of_targets_ignored_for_a_sum",
    "loss_gradient-mean_where_the_sum_is_declared",
}
HALF = "It is the gradient at the output of half the squared error, ½ Σ(h - t)², too."
SAID_AS = {"missing_mean": "lacks 1/N", "missing_factor_two": HALF}


def label(case):
    return f"{case.role}-{case.name}"


@cache
def undeclared(index):
    return CASES[index].diagnosed()


def declared(case, setting):
    return case.role if setting == "role" else case.setting(setting)


by_case = pytest.mark.parametrize("index", range(len(CASES)), ids=[label(c) for c in CASES])


@by_case
def test_undeclared_it_is_what_the_expert_says_or_is_read_otherwise(index):
    case, diagnosis = CASES[index], undeclared(index)
    agrees = diagnosis.verdict in case.verdicts and case.named_rightly(diagnosis.mistakes)
    why = REASON.get(label(case))
    assert agrees == (why is None), str(diagnosis)
    if why == "question":
        assert diagnosis.answer
    elif why:
        assert getattr(diagnosis.settings, why) != declared(case, why)
        assert diagnosis.reading.data[why][1] == "found"


@by_case
def test_what_a_right_function_would_be_as_declared_is_said_beside_it(index):
    case, diagnosis = CASES[index], undeclared(index)
    missed = label(case) in REASON and diagnosis.verdict == "correct" and diagnosis.settings
    if not missed or frozenset() in case.alternatives or label(case) in UNSPOKEN:
        return
    said = " ".join(diagnosis.reading.others)
    (answer, *_) = sorted(case.alternatives, key=len)
    assert all(SAID_AS.get(key, key) in said for key in answer), said


def test_the_list_names_cases_that_there_are():
    assert REASON.keys() | UNSPOKEN <= {label(case) for case in CASES}
    assert len(REASON) == sum(map(len, READ_OTHERWISE.values())) < 0.15 * len(CASES)
