"""What a reader sees of a diagnosis, in a terminal and in a notebook, and the command line."""

import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

import notebooks
from softmax_lab import diagnose, softmax, softmax_vjp
from softmax_lab.clinic import report, view
from softmax_lab.clinic.__main__ import main


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
            for part in (entry.key, entry.explanation, entry.hint, entry.cure):
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


def test_the_lessons_to_read_are_those_that_there_are():
    there_are = {path.stem for path in notebooks.lessons()}
    assert set(report.LESSONS.values()) == there_are
    assert all(name.startswith(f"{number:02d}-") for number, name in report.LESSONS.items())
