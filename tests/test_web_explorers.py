"""The places of explorers in a lesson's page, and what an address may say, as Python has it."""

import base64
import io
import json
import os
import re
import shutil
import subprocess

import pytest
from ipywidgets import jslink
from PIL import Image
from traitlets import TraitError

import explorer_pictures
from browser.live import ran
from softmax_lab.explorers import BalanceExplorer, JacobianExplorer, TrainingExplorer
from web import bundle, explorer_pages, explorers, stills
from web.explorer_pages import PAGES, explorer_of, parameters_of

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(
    not NODE and not os.environ.get("CI"), reason="there is no Node.js here"
)
HEIGHTS = [[358, 900.0], [720, 500.0]]


@pytest.fixture
def without_pictures(monkeypatch):
    """Pictures that nobody has to take."""

    def taken(states, folder, outputs=()):
        return [stills.Still("It says <h>.", {"light": [["x.webp", 720, 500]]}, HEIGHTS)] * len(
            states
        )

    monkeypatch.setattr(explorers, "stills_of", taken)


def places_of(*shown, tmp_path):
    notebook = ran(*shown)
    count = explorers.on_page(notebook, tmp_path, "files")
    assert count == len(shown)
    assert "widgets" not in notebook.metadata
    return [cell.outputs[0].data["text/html"] for cell in notebook.cells]


def told(html, name):
    found = re.findall(rf'<script type="application/json" class="{name}"[^>]*>(.*?)</script>', html)
    return [json.loads(each) for each in found]


def test_a_model_that_is_shown_twice_is_told_once(without_pictures, tmp_path):
    first, other = JacobianExplorer(), JacobianExplorer()
    one, two, again = places_of(first, other, first, tmp_path=tmp_path)
    names = [re.search(r'data-model="([^"]+)"', html)[1] for html in (one, two, again)]
    assert names[0] == names[2] != names[1]
    assert [len(told(html, "softmax-model")) for html in (one, two, again)] == [1, 1, 0]
    (state,) = told(one, "softmax-model")
    assert {name: state[name] for name in first.parameters} == first.value
    assert not any("IPY_MODEL" in json.dumps(value) for value in state.values())


def test_linked_models_are_told_so_once_and_strangers_are_not(without_pictures, tmp_path):
    first, beam, stranger = JacobianExplorer(), BalanceExplorer(), JacobianExplorer()
    jslink((first, "z"), (beam, "z"))
    jslink((first, "upstream"), (stranger, "upstream"))
    one, two = places_of(first, beam, tmp_path=tmp_path)
    names = [re.search(r'data-model="([^"]+)"', html)[1] for html in (one, two)]
    assert told(one, "softmax-links") == [[[[names[0], "z"], [names[1], "z"]]]]
    assert told(two, "softmax-links") == []


def test_a_place_holds_its_picture_a_sentence_and_nothing_that_a_policy_refuses(
    without_pictures, tmp_path
):
    (html,) = places_of(JacobianExplorer(), tmp_path=tmp_path)
    assert 'src="files/x.webp" width="720" height="500" loading="lazy"' in html
    assert 'alt="It says &lt;h&gt;."' in html
    assert explorers.SENTENCE in html
    assert "style=" not in html
    assert set(re.findall(r"<script ([^>]*)>", html)) <= {
        match for match in re.findall(r"<script ([^>]*)>", html) if "application/json" in match
    }


def test_other_outputs_stay_as_they_are(without_pictures, tmp_path):
    notebook = ran(JacobianExplorer())
    notebook.cells[0].outputs.append({"output_type": "stream", "name": "stdout", "text": "hello"})
    explorers.on_page(notebook, tmp_path, "files")
    assert notebook.cells[0].outputs[1]["text"] == "hello"


def test_a_picture_is_known_by_what_it_shows_whichever_widget_it_is_of():
    one, other, turned = (explorer.get_state() for explorer in three())
    assert one["layout"] != other["layout"]
    assert stills._key(one) == stills._key(other) != stills._key(turned)


def three():
    return JacobianExplorer(), JacobianExplorer(), JacobianExplorer([3, 1, 0.1])


def test_without_chromium_the_picture_of_the_lesson_stands(monkeypatch, tmp_path):
    monkeypatch.setattr(explorers.chromium, "find", lambda: None)
    notebook = ran(JacobianExplorer())
    picture = io.BytesIO()
    Image.new("RGB", (2, 1)).save(picture, "PNG")
    png = base64.b64encode(picture.getvalue()).decode()
    notebook.cells[0].outputs[0].data["image/png"] = png
    explorers.on_page(notebook, tmp_path, "files")
    html = notebook.cells[0].outputs[0].data["text/html"]
    (file,) = tmp_path.glob("*.png")
    assert f'src="files/{file.name}" width="2" height="1"' in html
    assert 'alt="JacobianExplorer(' in html


def test_every_explorer_has_a_page_and_a_place_in_the_script():
    kinds = (bundle.STATIC / "explorers" / "kinds.js").read_text(encoding="utf-8")
    modules = {path.stem for path in (explorer_pictures.modules.FOLDER / "javascript").glob("*.js")}
    assert set(PAGES) == set(re.findall(r"import \{ render as (\w+) \}", kinds)) <= modules
    for kind in PAGES:
        assert explorer_pages.state_of(kind)["_module"] == f"{kind}.js"


# ---- addresses

ASK = """
import { readFileSync } from "node:fs";
const { valuesIn, searchFor } = await import(process.argv[2]);
const cases = JSON.parse(readFileSync(0, "utf8"));
const answers = cases.map(([search, parameters, own]) => {
    const { values, complaints } = valuesIn(search, parameters, own);
    return { values, complaints, search: searchFor({ ...own, ...values }, parameters, own) };
});
process.stdout.write(JSON.stringify(answers));
"""
TRIED = {
    "numbers": (
        *("2,1,0.1", "3,1", "1,2,3,4", "0,0,0", "-1,0,2", "1e3,2,3", "1001,0,0", "1,nan,2"),
        *("1,,2", "", "1", "1,2,3,4,5,6,7,8,9", "inf,0,0", "a,b,c", " 1 , 2 , .5"),
    ),
    "number": (
        *("0", "1", "-4", "4.1", "0.5", "1e-20", "1e-21", "20", "1000", "x", "", "nan", "30"),
    ),
    "flag": ("1", "0", "true", "false", "2", ""),
    "flags": ("1,0,1,1", "0,0,0,0", "1,1", "1,0,x,1", ""),
    "point": ("1,2", "1", "1,2,3", "31,0", "-30,30", "x,0", ""),
    "points": ("1,2;3,4;5,6;7,8", "1,2;3,4", "1,2", "1,2;3;4,5;6,7", "31,0;1,1;1,1;1,1", ""),
    "name": (
        *("free", "ones", "tanh", "float16", "right", "doubled", "complex", "log", ""),
        *("accuracy", "missing_mean", "cross_entropy", "nothing"),
    ),
    "names": ("", "right", "missing_mean,right", "nobody", "right,nobody"),
}


def as_python_reads(text, kind, whole):
    """What somebody who knows Python would have meant; ValueError if nothing."""
    parts = text.split(",") if text.strip() else []
    flags = {"1": True, "0": False, "true": True, "false": False}
    if kind in ("flag", "flags"):
        values = [flags.get(part, part) for part in ([text] if kind == "flag" else parts)]
        return values[0] if kind == "flag" else values
    if kind == "points":
        return [[float(x) for x in point.split(",")] for point in text.split(";")]
    if kind == "number":
        return int(text) if whole else float(text)
    if kind in ("numbers", "point"):
        return [float(part) for part in parts]
    return text if kind == "name" else parts


def python_takes(kind, name, text, rule):
    """Whether the explorer itself can be made with it."""
    explorer = explorer_of(kind)
    try:
        value = as_python_reads(text, rule["kind"], rule.get("whole"))
        if isinstance(explorer, TrainingExplorer):
            explorer.set_trait(name, value)
        else:
            kept = {other: getattr(explorer, other) for other in followers_of(kind, name)}
            type(explorer)(**kept | {name: value})
    except (ValueError, TraitError):
        return False
    return True


def followers_of(kind, name):
    """What has to be given with a list that follows another."""
    rule = parameters_of(kind)[name]
    return [rule["as"]] if "as" in rule else []


@needs_node
@pytest.mark.parametrize("kind", PAGES)
def test_an_address_may_say_what_python_would_take_and_nothing_else(kind, tmp_path):
    parameters = parameters_of(kind)
    own = {name: getattr(explorer_of(kind), name) for name in parameters}
    cases = [(n, text) for n, rule in parameters.items() for text in TRIED[rule["kind"]]]
    script = tmp_path / "ask.mjs"
    script.write_text(ASK, encoding="utf-8")
    module = (bundle.STATIC / "explorers" / "address.js").as_uri()
    given = json.dumps([[f"?{name}={text}", parameters, own] for name, text in cases])
    done = subprocess.run(
        [NODE, script, module], input=given, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    for (name, text), answer in zip(cases, json.loads(done.stdout), strict=True):
        takes = python_takes(kind, name, text, parameters[name])
        assert (not answer["complaints"], name in answer["values"]) == (takes, takes), (name, text)
        if not takes:
            (complaint,) = answer["complaints"]
            assert complaint.startswith(f"In the address, {name} must be ")
            assert f"received “{text}”" in complaint
