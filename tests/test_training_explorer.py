"""The Python side of TrainingExplorer: what it makes of two tables, and what it refuses."""

import json

import numpy as np
import pytest
from ipywidgets.embed import embed_data
from traitlets import TraitError

from softmax_lab import measurements
from softmax_lab.explorers import TrainingExplorer
from softmax_lab.explorers.training_tables import MEASURED
from softmax_lab.training import ERRORS


def read(name):
    file = measurements.file(f"training_{name}.csv")
    return np.genfromtxt(file, delimiter=",", names=True, dtype=None, encoding="utf-8")


RUNS, CONFUSIONS = read("runs"), read("confusion")
WRONG = list(ERRORS)[1:]


def columns(table):
    """A table as a dict of lists, which a test can change."""
    return {name: table[name].tolist() for name in table.dtype.names}


def row(run, epoch):
    (found,) = RUNS[(RUNS["run"] == run) & (RUNS["epoch"] == epoch)]
    return found


# ---- the values at the epoch


@pytest.mark.parametrize("run", WRONG)
def test_the_values_at_an_epoch_are_those_of_the_tables(run):
    explorer = TrainingExplorer(RUNS, CONFUSIONS, run=run)
    for epoch in range(np.count_nonzero(RUNS["run"] == run)):
        explorer.epoch = epoch
        now = row(run, epoch)
        for name in ("loss", "accuracy", "held_out_loss", "held_out_accuracy"):
            assert getattr(explorer, name) == now[name]
        assert explorer.gradient_norm.tolist() == [now["norm_hidden"], now["norm_output"]]
        counts = CONFUSIONS[(CONFUSIONS["run"] == run) & (CONFUSIONS["epoch"] == epoch)]
        expected = np.stack([counts[f"answered_{k}"] for k in range(10)], axis=1)
        np.testing.assert_array_equal(explorer.confusion, expected)


def test_the_confusion_counts_what_the_held_out_accuracy_says():
    explorer = TrainingExplorer(RUNS, CONFUSIONS, run="missing_mean")
    for epoch in (0, 7, 30):
        explorer.epoch = epoch
        counts = explorer.confusion
        assert counts.sum() == 597
        assert explorer.held_out_accuracy == pytest.approx(np.trace(counts) / 597, rel=6e-4)


def test_a_run_that_has_left_the_numbers_is_nan_and_answers_nothing():
    explorer = TrainingExplorer(RUNS, CONFUSIONS, run="pass_through", epoch=0)
    assert explorer.loss == 2.35
    assert explorer.confusion.sum() == 597
    explorer.epoch = 1
    assert np.isnan([explorer.loss, explorer.accuracy, *explorer.gradient_norm]).all()
    assert explorer.confusion.tolist() == np.zeros((10, 10)).tolist()


def test_it_begins_at_the_last_epoch_with_the_second_run():
    explorer = TrainingExplorer(RUNS, CONFUSIONS)
    assert (explorer.run, explorer.epoch) == ("diagonal_only", 30)


def test_what_was_scrubbed_is_at_hand_in_the_next_cell():
    explorer = TrainingExplorer(RUNS, CONFUSIONS)
    explorer.set_state({"epoch": 13, "run": "softmax_applied_twice"})  # a message from the page
    assert explorer.loss == row("softmax_applied_twice", 13)["loss"]
    assert explorer.value["epoch"] == 13
    explorer.reset()
    assert (explorer.run, explorer.epoch) == ("diagonal_only", 30)


def test_its_repr_makes_it_again():
    explorer = TrainingExplorer(RUNS, CONFUSIONS, run="missing_mean", others=("right",), epoch=4)
    runs, confusions = RUNS, CONFUSIONS
    assert repr(eval(repr(explorer), globals(), locals())) == repr(explorer)
    assert runs is RUNS
    assert confusions is CONFUSIONS


# ---- the tables


def test_a_table_may_be_anything_that_gives_a_column_for_its_name():
    one = TrainingExplorer(RUNS, CONFUSIONS)
    other = TrainingExplorer(columns(RUNS), columns(CONFUSIONS))
    assert one._runs == other._runs


def test_rows_of_some_runs_make_an_explorer_of_these():
    chosen = [np.isin(table["run"], ["right", "missing_mean"]) for table in (RUNS, CONFUSIONS)]
    explorer = TrainingExplorer(RUNS[chosen[0]], CONFUSIONS[chosen[1]])
    assert explorer.run == "missing_mean"
    assert len(explorer._runs) == 2


def test_a_saved_page_holds_the_tables_once_and_small():
    explorer = TrainingExplorer(RUNS, CONFUSIONS)
    state = embed_data(views=[explorer])["manager_state"]["state"][explorer.model_id]["state"]
    assert len(json.dumps(state)) < 40_000
    assert {name: state[name] for name in explorer.parameters} == explorer.value
    for run in state["_runs"]:
        for name in MEASURED:
            assert run[name] == RUNS[name][RUNS["run"] == run["name"]].tolist()


def test_moving_the_cursor_does_not_send_the_tables_again():
    explorer, sent = TrainingExplorer(RUNS, CONFUSIONS), []
    explorer.comm.send = lambda data, **_: sent.append(data)
    explorer.epoch = 3
    explorer.run = "missing_mean"
    assert [message["state"] for message in sent] == [{"epoch": 3}, {"run": "missing_mean"}]


# ---- what it refuses


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("epoch", -1, "epoch must be a whole number from 0"),
        ("epoch", 31, "epoch must be a whole number from 0 to 30; received 31"),
        ("epoch", 2.5, "epoch must be a whole number"),
        ("epoch", None, "epoch must be a whole number"),
        ("run", "right", "run must be one of 'diagonal_only', .*'right' is always shown"),
        ("run", "left", "run must be one of"),
        ("run", None, "run must be one of"),
        ("run", ["missing_mean"], "run must be one of"),
        ("others", ["left"], r"others must be a list of names among .* received \['left'\]"),
        ("others", "right", "others must be a list of names"),
        ("others", [[]], "others must be a list of names"),
        ("quantity", "weights", "quantity must be one of 'accuracy'"),
        ("scale", "cubic", "scale must be one of 'linear', 'log'"),
    ],
)
def test_what_cannot_be_shown_is_refused_and_changes_nothing(name, value, complaint):
    explorer = TrainingExplorer(RUNS, CONFUSIONS)
    before = explorer.get_state()
    with pytest.raises(ValueError, match=complaint) as error:
        setattr(explorer, name, value)
    assert isinstance(error.value, TraitError)
    assert explorer.get_state() == before
    if value is not None:
        with pytest.raises(ValueError, match="received"):
            TrainingExplorer(RUNS, CONFUSIONS, **{name: value})


def without(table, name):
    return {key: column for key, column in columns(table).items() if key != name}


def changed(table, name, place, value):
    table = columns(table)
    table[name][place] = value
    return table


@pytest.mark.parametrize(
    ("runs", "confusions", "complaint"),
    [
        (without(RUNS, "cosine"), CONFUSIONS, "runs must have a column 'cosine' of numbers; rec"),
        (RUNS, without(CONFUSIONS, "answered_7"), "confusions must have a column 'answered_7'"),
        (RUNS, RUNS, "confusions must have a column 'digit' of numbers; received the columns run"),
        (None, CONFUSIONS, "runs must have a column 'run'; received NoneType"),
        ([1, 2], CONFUSIONS, "runs must have a column 'run'; received list"),
        (changed(RUNS, "loss", 5, np.nan), CONFUSIONS, "runs must be finite; .* column 'loss'"),
        (changed(RUNS, "loss", 5, "low"), CONFUSIONS, "runs must have a column 'loss' of numbers"),
        (changed(RUNS, "epoch", 5, 7), CONFUSIONS, "the epochs 0, 1, 2, … of a run in order"),
        (columns(RUNS) | {"loss": [1.0]}, CONFUSIONS, "columns of one length; .*loss"),
        (RUNS[:31], CONFUSIONS, "runs must hold 2 to 5 runs; received 1: right"),
        (RUNS[:90], CONFUSIONS, "confusions must have 10 rows, .* for the 28 epochs of 'softmax"),
        (RUNS, CONFUSIONS[10:], "received 300 rows for the 31 epochs of 'right'"),
        (RUNS, changed(CONFUSIONS, "digit", 3, 4), "digit 0 to 9 in order"),
        (RUNS, changed(CONFUSIONS, "answered_3", 0, -1), "must be counts; received -1 for 'right'"),
        (RUNS, changed(CONFUSIONS, "answered_3", 0, 0.5), "must be counts; received 0.5"),
    ],
)
def test_tables_that_do_not_fit_are_refused_with_the_rule(runs, confusions, complaint):
    with pytest.raises(ValueError, match=complaint) as error:
        TrainingExplorer(runs, confusions)
    assert isinstance(error.value, TraitError)
