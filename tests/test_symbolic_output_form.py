"""The derivative written with the input is the one written with the output; misfed, it is not."""

import pytest
import sympy
from sympy import cosh, exp, tanh

from softmax_lab.symbolic import (
    Derivation,
    Named,
    UnprovenStep,
    delta,
    difference,
    exponentials,
    h,
    i,
    j,
    k,
    output_form_derivation,
    sigmoid_derivation,
    slope,
    tanh_derivation,
    total,
    x,
    z,
)

S = exponentials()
SIGMOID = Named("a", 1 / (1 + exp(-x)))
TANH = Named("a", tanh(x))


def middle_term(y, S):
    """The z-form of softmax, as a formula of whatever it is fed."""
    return (exp(y(i)) / S) * ((delta(i, j) * S - exp(y(j))) / S)


def logit(index):
    return z[index]


# For each activation its derivative, and the four combinations of a form and what it is fed.
FORMS = {
    "softmax": {
        "derivative": slope(i, j),
        "z-form, fed z": middle_term(logit, S),
        "a-form, fed a": h(i) * (delta(i, j) - h(j)),
        "a-form, fed z": z[i] * (delta(i, j) - z[j]),
        "z-form, fed a": middle_term(h, total(exp(h(k)), k)),
    },
    "sigmoid": {
        "derivative": sympy.Derivative(SIGMOID, x),
        "z-form, fed z": exp(-x) / (1 + exp(-x)) ** 2,
        "a-form, fed a": SIGMOID * (1 - SIGMOID),
        "a-form, fed z": x * (1 - x),
        "z-form, fed a": exp(-SIGMOID) / (1 + exp(-SIGMOID)) ** 2,
    },
    "tanh": {
        "derivative": sympy.Derivative(TANH, x),
        "z-form, fed z": 1 / cosh(x) ** 2,
        "a-form, fed a": 1 - TANH**2,
        "a-form, fed z": 1 - x**2,
        "z-form, fed a": 1 / cosh(TANH) ** 2,
    },
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_fed_its_own_letter_is_the_derivative(name):
    forms = FORMS[name]
    assert difference(forms["derivative"], forms["z-form, fed z"]) == 0
    assert difference(forms["z-form, fed z"], forms["a-form, fed a"]) == 0


@pytest.mark.parametrize("misfed", ["a-form, fed z", "z-form, fed a"])
@pytest.mark.parametrize("name", FORMS)
def test_a_form_fed_the_other_letter_is_refused(name, misfed):
    with pytest.raises(UnprovenStep, match="step 1"):
        Derivation("Misfed", FORMS[name]["derivative"]).then(
            FORMS[name][misfed], "Feed it the other letter", "it is at hand"
        )


@pytest.mark.parametrize("build", [output_form_derivation, sigmoid_derivation, tanh_derivation])
def test_a_derivation_goes_from_a_form_without_the_output_to_one_without_the_input(build):
    z_form, a_form = build().steps[1].expression, build().result
    assert not z_form.has(Named)
    bare = a_form.replace(lambda e: isinstance(e, Named), lambda e: sympy.Dummy())
    assert not bare.has(x)
    assert not bare.has(z)


def test_the_printed_slip_in_the_answer_is_refused():
    slipped = total(exp(z[k] ** k), k)
    meant, printed = (exp(z[i]) / S * ((total_ - exp(z[i])) / S) for total_ in (S, slipped))
    derivation = Derivation("The first line of the answer", slope(i, i))
    assert derivation.then(meant, "Apply the quotient rule", "it is a quotient")
    with pytest.raises(UnprovenStep, match="Apply the quotient rule"):
        derivation.then(printed, "Apply the quotient rule", "it is a quotient")


def test_the_diagonal_needs_no_subtraction():
    of_the_others = total((1 - delta(i, k)) * h(k), k)
    assert difference(slope(i, i), h(i) * of_the_others) == 0
    assert difference(slope(i, i), h(i) * total(h(k), k)) != 0
