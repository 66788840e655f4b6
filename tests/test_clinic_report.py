"""What a reader sees of a diagnosis, in a terminal and in a notebook, and the command line."""

import math
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import notebooks
from softmax_lab import diagnose, lessons, one_hot, softmax, softmax_vjp
from softmax_lab.clinic import evidence, symptom_table, view
from softmax_lab.clinic.__main__ import main
from softmax_lab.clinic.catalogue import CATALOGUE

pytestmark = pytest.mark.usefixtures("in_this_process")


def diagonal(z):
    h = softmax(z)
    return h * (1 - h)


def reports():
    yield diagnose(diagonal, "jacobian")
    yield diagnose(lambda z, v: v * diagonal(z), "backward")
    yield diagnose(lambda z: np.diag(z) - np.outer(z, z), "jacobian")
    yield diagnose(lambda z, t: -np.log(softmax(z)[0]), "loss", targets="labels")


REPORTS = list(reports())


class Balance(HTMLParser):
    """Collects the open tags and the text outside of styles."""

    def __init__(self, source):
        super().__init__()
        self.open, self.text = [], ""
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data


@pytest.mark.parametrize("diagnosis", REPORTS)
def test_text_and_html_hold_verdict_mistakes_hints_cures_and_symptoms(diagnosis):
    for words in (str(diagnosis), Balance(diagnosis._repr_html_()).text):
        flat = " ".join(words.split()).replace("_", "")  # HTML lowers an index
        assert diagnosis.verdict in flat
        for entry in diagnosis.entries:
            parts = (entry.explanation, diagnosis.hint(entry), diagnosis.cure(entry))
            for part in (entry.key, *parts):
                assert " ".join(part.split()).replace("_", "") in flat
        for symptom in diagnosis.symptoms:
            assert " ".join(symptom.split()).replace("_", "") in flat


@pytest.mark.parametrize("diagnosis", REPORTS)
def test_the_html_is_balanced_and_the_cure_is_folded_away_behind_the_hint(diagnosis):
    html = diagnosis._repr_html_()
    assert Balance(html).open == []
    if diagnosis.mistakes:
        assert html.index("<strong>Hint:</strong>") < html.index("<details>")
    for folded in re.findall(r"<details>.*?</details>", html, re.DOTALL):
        assert "The cure" in folded


@pytest.mark.parametrize("diagnosis", REPORTS)
def test_lines_of_the_text_are_shorter_than_a_hundred(diagnosis):
    assert max(map(len, str(diagnosis).splitlines())) < 100


def test_the_maps_show_the_result_the_truth_and_their_difference():
    html = diagnose(lambda z, v: v * diagonal(z), "backward")._repr_html_()
    captions = re.findall(r"<caption>(.*?)</caption>", html)
    assert captions == ["your function", "the truth", "difference"]


def test_numbers_are_legible_on_every_colour():
    for value in np.linspace(-1, 1, 201):
        background, ink = view.colours(value, 1.0)
        light, dark = sorted([view.luminance(background), 1.0 if ink == "#fff" else 0.0])[::-1]
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_text_from_a_function_is_escaped():
    def function(z):
        raise ValueError("<script>alert(1)</script>")

    html = diagnose(function, "jacobian")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_rounding_noise_is_shown_as_zero():
    shown = dict(view.panels(REPORTS[0].evidence))
    assert (np.diag(shown["difference, your vector as a diagonal"]) == 0).all()


def test_a_right_function_gets_a_short_answer():
    diagnosis = diagnose(softmax_vjp, "backward")
    assert str(diagnosis).startswith("Read as the error passed back through softmax")
    assert str(diagnosis).endswith("\ncorrect: right on everything that was tried.")
    assert "<table" not in diagnosis._repr_html_()


# Words that depend on what was seen


def said(function, role, **settings):
    return diagnose(function, role, **settings).symptoms


def test_the_printed_cure_comes_last_behind_everything_that_leads_to_it():
    for diagnosis in REPORTS[:3]:
        words = str(diagnosis)
        for _ in diagnosis.entries:
            assert words.index("Hint:") < words.index("Shown on:") < words.index("Cure of ")
            assert words.rindex("\n\n") < words.rindex("Cure of ")


@given(
    shape=st.sampled_from(
        [(), (1,), (3,), (0,), (5, 3), (3, 5), (2, 0), (4, 4, 4), (5, 3, 3), (1,) * 5]
    ),
    filling=st.sampled_from([0.0, 1.0, np.nan, np.inf, -1e300, 5e-324, True, 7]),
    role=st.sampled_from(["softmax", "jacobian", "backward", "loss", "loss_gradient"]),
)
@settings(max_examples=40, deadline=None)
def test_a_diagnosis_can_be_printed_whatever_came_back(shape, filling, role):
    diagnosis = diagnose(lambda *x: np.full(shape, filling), role)
    assert diagnosis.verdict in str(diagnosis)
    assert Balance(diagnosis._repr_html_()).open == []


def test_one_number_as_a_jacobian_is_named_and_printed():
    diagnosis = diagnose(lambda h: 1, "jacobian", given="output")
    assert diagnosis.mistakes == ["returns_ones"]
    assert "returns_ones computes  1" in str(diagnosis)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (3.17851, 3.17899, ("3.1785", "3.179")),
        (10.51, 10.5, ("10.51", "10.5")),
        (1 + 1e-12, 1.0, ("1.000000000001", "1")),
        (float("nan"), 2.0, ("nan", "2")),
    ],
)
def test_numbers_are_printed_to_where_they_differ(a, b, words):
    assert evidence.apart(a, b) == words


def test_no_symptom_says_a_number_instead_of_itself():
    def loss(z, t):
        e = np.exp(z - np.max(z))
        return -np.sum(t * np.log(e / np.sum(e) + 1e-7))

    diagnosis = diagnose(loss, "loss", reduction="sum")
    assert diagnosis.mistakes == ["whole_batch_softmax", "log_epsilon_bias"]
    pairs = re.findall(r"(\S+) instead of (\S+)", str(diagnosis))
    assert pairs
    assert all(a != b for a, b in pairs)


def test_the_shown_evidence_is_where_the_function_is_off_most():
    def right_for_the_first_probes(z):
        return softmax(z) * (1 + 1e-4 * (z.shape[-1] > 3))

    shown = diagnose(right_for_the_first_probes, "softmax").evidence
    assert shown.case.n > 3
    clipped = diagnose(lambda h, t: -t / np.clip(h, 1e-12, 1), "output_gradient", reduction="sum")
    assert clipped.evidence.case.name == "confident logits"


def test_a_fragile_headline_says_what_happens_and_where():
    def gradient(z, target):
        p = [math.exp(x) / sum(math.exp(y) for y in z) for x in z]
        return [p[k] - (k == target) for k in range(len(z))]

    headline = diagnose(gradient, "loss_gradient", targets="labels").headline
    assert headline == (
        'fragile: no_shift; it raises OverflowError: math range error at "saturated logits".'
    )
    nameless = diagnose(lambda z: softmax(np.where(z > 600, z * 1.01, z)), "softmax")
    assert nameless.headline.startswith("fragile: right on ordinary inputs; it is wrong: ")
    assert "gave no numbers" not in headline + nameless.headline
    batch = diagnose(
        lambda h, v: h * (v - (h * v).sum(axis=0)), "backward", given="output", layout="rows"
    )
    assert (
        batch.headline == "fragile: wrong_axis; right for one sample, wrong for a batch of several."
    )


def test_where_targets_are_used_as_labels_only_what_is_so_is_said():
    def hard(z, t):
        return (softmax(z) - one_hot(t.argmax(-1), t.shape[-1])) / (1 if z.ndim == 1 else len(z))

    symptoms = said(hard, "loss_gradient")
    assert "It is right for one-hot targets, and wrong for others." in symptoms
    assert not any("true class" in sentence for sentence in symptoms)


def test_right_at_the_true_class_only_is_said_where_it_is_so():
    symptoms = said(lambda z, t: -t * (1 - softmax(z)), "loss_gradient", reduction="sum")
    assert "With one-hot targets it is right at the true class, and wrong beside it." in symptoms


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda z, t: t - softmax(z), "Only the sign is wrong."),
        (lambda z, t: (softmax(z) - t) / len(z[:, 0]), "is a mean taken where a sum is due"),
        (lambda z, t: (softmax(z) - t) / t.shape[-1], "is a mean taken over them?"),
        (lambda z, t: (softmax(z) - t) / np.log(10), "base 10?"),
    ],
)
def test_a_constant_factor_is_put_in_words(function, words):
    assert any(words in s for s in said(function, "loss_gradient", reduction="sum"))


def raising(words):
    def function(z):
        raise ValueError(words)

    return function


@pytest.mark.parametrize("words", ["no", "no.", "no?", "no!", "", "no. "])
def test_every_sentence_ends_once(words):
    for sentence in said(raising(words), "jacobian"):
        assert re.search(r"[^.?!][.?!]$", sentence), sentence


def test_probes_are_named_in_quotes():
    diagnosis = diagnose(lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True), "softmax")
    for words in (str(diagnosis), *diagnosis.symptoms):
        for name in ("saturated logits", "very negative logits"):
            assert words.count(name) == words.count(f'"{name}"')


@pytest.mark.parametrize(
    ("function", "settings", "words"),
    [
        (lambda z: np.exp(z) / np.exp(z).sum(), {"layout": "columns"}, "axis=0"),
        (lambda z: np.exp(z) / np.exp(z).sum(), {}, "axis=-1"),
    ],
)
def test_the_cure_sums_over_the_axis_that_holds_the_classes(function, settings, words):
    diagnosis = diagnose(function, "softmax", **settings)
    cures = [diagnosis.cure(entry) for entry in diagnosis.entries]
    assert cures
    assert all(words in cure for cure in cures)
    other = {"axis=0": "axis=-1", "axis=-1": "axis=0"}[words]
    assert not any(other in text for text in (*cures, str(diagnosis)))


def test_the_cure_followed_in_columns_is_correct():
    def cured(z):
        e = np.exp(z - z.max(axis=0, keepdims=True))
        return e / e.sum(axis=0, keepdims=True)

    assert diagnose(cured, "softmax", layout="columns").verdict == "correct"


def test_a_function_that_is_given_h_is_not_told_to_compute_it():
    diagnosis = diagnose(lambda h: h * (1 - h) / (1 - h), "jacobian", given="output")
    assert diagnosis.mistakes == ["returns_output"]
    for key in ("sigmoid_derivative", "softmax_applied_twice"):
        entry = next(m for m in CATALOGUE["jacobian"] if m.key == key)
        assert "softmax(z)" not in diagnosis.cure(entry)
        assert "logits to" not in diagnosis.cure(entry)


def test_what_is_right_as_something_else_is_said_first():
    def backward(z, upstream):
        return upstream - softmax(z) * upstream.sum(axis=-1, keepdims=True)

    diagnosis = diagnose(backward, "backward")
    words = "the backward pass of log-softmax, σ - h Σσ"
    assert diagnosis.verdict == "wrong"
    assert diagnosis.headline == f"wrong as declared: it is {words}."
    assert diagnosis.symptoms[0] == f"This is {words}, and right as that."


def test_where_no_name_is_found_the_page_of_symptoms_is_pointed_to():
    nameless = diagnose(lambda z: softmax(z) ** 2, "jacobian")
    assert "--symptoms" in str(nameless)
    assert "--symptoms" in nameless._repr_html_()
    for named in REPORTS[:3]:
        assert "--symptoms" not in str(named)


class Reading:
    words = "the gradient at the logits, ∂C/∂z, of the summed cross-entropy"
    others = ("As the gradient of the mean it lacks 1/N.",)
    adapter = ()


def test_the_reading_is_stated_first_and_the_other_readings_behind_it():
    found = replace(diagnose(softmax_vjp, "backward"), reading=Reading)
    lines = str(found).splitlines()
    assert lines[0] == f"Read as {Reading.words}."
    assert lines[1] == Reading.others[0]
    assert lines[2].startswith("correct: ")
    assert "[role" not in str(found)
    html = Balance(found._repr_html_()).text
    assert html.index("Read as") < html.index("lacks 1/N") < html.index("right on everything")


def test_what_was_not_judged_is_not_called_wrong():
    found = replace(diagnose(softmax_vjp, "backward"), verdict="not judged")
    assert found.headline == "not judged: it did not answer in time."
    assert "wrong" not in str(found)
    assert 'class="verdict not-judged"' in found._repr_html_()


def test_the_page_of_symptoms_names_only_what_the_catalogue_holds():
    known = {mistake.key for role in CATALOGUE.values() for mistake in role}
    for row in symptom_table.SYMPTOMS:
        assert set(row.keys) <= known, row
        assert row.keys or row.suspect
        assert set(row.lessons) <= {lesson.number for lesson in lessons.LESSONS}


def test_the_page_of_symptoms_is_the_same_as_text_and_as_a_table():
    text = " ".join(symptom_table.as_text().split())
    table = symptom_table.as_markdown()
    assert table.count("\n") == len(symptom_table.SYMPTOMS) + 1
    assert max(map(len, symptom_table.as_text().splitlines())) <= symptom_table.WIDTH
    for row in symptom_table.SYMPTOMS:
        assert row.seen in table
        assert row.seen[1:] in text
        for key in row.keys:
            assert key in text
            assert f"`{key}`" in table


# The command line


@pytest.fixture
def patients(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(
        "import softmax_lab\n"
        "right = softmax_lab.softmax_vjp\n"
        "def diagonal(h, v): return v * h * (1 - h)\n"
        "def naive(z): return softmax_lab.naive_softmax(z)\n"
        "number = 3\n",
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize(
    ("name", "options", "status", "said"),
    [
        ("right", ["--role", "backward"], 0, "correct"),
        ("diagonal", ["--role", "backward", "--given", "output"], 1, "wrong: diagonal_only"),
        ("naive", ["--role", "softmax"], 1, "fragile: no_shift"),
        ("number", ["--role", "softmax"], 2, "must be callable"),
        ("absent", ["--role", "softmax"], 2, "must define the function"),
    ],
)
def test_the_exit_status_tells_correct_from_wrong_from_impossible(
    patients, name, options, status, said, capsys
):
    assert main([f"{patients}:{name}", *options]) == status
    assert said in "".join(capsys.readouterr())


@pytest.mark.parametrize("place", ["mine.py", "nowhere.py:f", ":f", "mine.py:"])
def test_a_place_that_cannot_be_found_is_refused_kindly(place, capsys):
    assert main([place, "--role", "softmax"]) == 2
    error = capsys.readouterr().err
    assert "received" in error
    assert "Traceback" not in error


def test_a_file_that_raises_is_refused_kindly(tmp_path, capsys):
    file = tmp_path / "broken.py"
    file.write_text("1 / 0\n", encoding="utf-8")
    assert main([f"{file}:f", "--role", "softmax"]) == 2
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_an_unknown_role_ends_with_status_two(patients):
    with pytest.raises(SystemExit) as left:
        main([f"{patients}:right", "--role", "sideways"])
    assert left.value.code == 2


def test_the_module_runs_as_a_program(patients):
    command = [sys.executable, "-m", "softmax_lab.clinic", f"{patients}:diagonal"]
    options = ["--role", "backward", "--given", "output"]
    run = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr == ""
    assert "diagonal_only" in run.stdout


def test_a_diagnosis_names_a_lesson_that_there_is():
    entries = [entry for role in CATALOGUE.values() for entry in role]
    for entry in entries:
        assert (notebooks.FOLDER / lessons.named(entry.lesson).file).exists()
