"""The stored runs of the reader of rows are what the code does, and say what the lesson says."""

import csv
from collections import defaultdict

import numpy as np
import pytest

import attention_runs
from softmax_lab import one_hot
from softmax_lab.digits import load_digits
from softmax_lab.training_attention import BACKWARD

# The others magnify the last digits of their sums, which differ from processor to processor.
STABLE = ["right", "root_forgotten", "mask_after_softmax", "weights_as_constants"]
IMAGES, LABELS = load_digits()
TARGETS = one_hot(LABELS[: attention_runs.TRAINING], 10)


def table(file):
    with (attention_runs.FOLDER / f"attention_{file}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def stored_runs():
    """Each column of each network's run as an array over its epochs."""
    runs = defaultdict(list)
    for row in table("runs"):
        runs[row["network"], row["run"]].append(row)
    return {
        key: {column: np.array([float(row[column]) for row in rows]) for column in list(row)[2:]}
        for key, rows in runs.items()
        for row in rows[:1]
    }


RUNS = stored_runs()


def states(network, name, epochs):
    mask = attention_runs.MASKS[network]
    images = IMAGES[: attention_runs.TRAINING]
    return attention_runs.states(name, mask, images, TARGETS, epochs=epochs)


@pytest.mark.parametrize("name", STABLE)
@pytest.mark.parametrize("network", attention_runs.MASKS)
def test_the_stored_runs_are_what_the_code_does(network, name):
    columns = attention_runs.COLUMNS.split(",")
    for number, trained in enumerate(states(network, name, epochs=1)):
        found = attention_runs.measures(trained, IMAGES, LABELS)
        for column, value in zip(columns, found, strict=True):
            stored = RUNS[network, name][column][number]
            assert stored == pytest.approx(value, rel=2e-3, abs=1e-3, nan_ok=True), column


def test_every_run_is_stored_until_it_ends():
    assert list(RUNS) == [(network, name) for network in attention_runs.MASKS for name in BACKWARD]
    for (_, name), run in RUNS.items():
        epochs = len(run["epoch"])
        assert run["epoch"].tolist() == list(range(epochs))
        ends_early = name in ("upstream_as_target", "weights_transposed")
        assert (epochs <= attention_runs.EPOCHS) == ends_early
        assert all(np.isfinite(run[column]).all() for column in run if column != "cosine")


def test_all_runs_of_a_network_start_at_one_point():
    for column in ("loss", "accuracy", "held_out_loss", "held_out_accuracy", "largest_weight"):
        for network in attention_runs.MASKS:
            starts = [run[column][0] for key, run in RUNS.items() if key[0] == network]
            assert len(set(starts)) == 1


@np.errstate(over="ignore", invalid="ignore")
def test_h_minus_t_where_there_is_no_t_overflows_in_the_third_epoch():
    for network in attention_runs.MASKS:
        assert len(list(states(network, "upstream_as_target", epochs=3))) == 3


def test_only_the_forgotten_root_points_the_right_way_all_along():
    for (network, name), run in RUNS.items():
        points = bool((run["cosine"] > 0.999).all())
        unmasked = name == "mask_after_softmax" and network == "whole"
        assert points == (name in ("right", "root_forgotten") or unmasked)


def test_without_a_mask_a_mask_after_softmax_is_right_to_the_last_digit_stored():
    right, late = (RUNS["whole", name] for name in ("right", "mask_after_softmax"))
    assert all(np.array_equal(right[column], late[column]) for column in right)


def mean_over_seeds():
    found = defaultdict(list)
    for row in table("seeds"):
        found[row["network"], row["run"]].append(float(row["held_out_accuracy"]))
    assert all(len(each) == len(attention_runs.SEEDS) for each in found.values())
    return {key: np.mean(each) for key, each in found.items()}


def test_what_is_to_be_said_of_the_runs():
    accuracy = mean_over_seeds()
    nothing = "weights_as_constants"
    worse_than_nothing = set(BACKWARD) - {"right", "root_forgotten", "mask_after_softmax", nothing}
    for network in attention_runs.MASKS:
        right = accuracy[network, "right"]
        assert right > accuracy[network, nothing] + 0.02
        assert abs(accuracy[network, "root_forgotten"] - right) < 0.02
        for name in worse_than_nothing:
            assert accuracy[network, name] < accuracy[network, nothing] - 0.1
            assert RUNS[network, name]["largest_weight"][-1] > 0.98  # every weight is 0 or 1
    assert accuracy["causal", "right"] > 0.87
    assert accuracy["causal", "mask_after_softmax"] < accuracy["causal", "right"] - 0.02


def percent(accuracies):
    return {key: round(100 * accuracy) for key, accuracy in accuracies.items()}


def test_lesson_9_gives_the_figures_that_are_stored():
    accuracy = percent(mean_over_seeds())
    said = {"right": (80, 88), "weights_as_constants": (58, 86)}
    for name, figures in said.items():
        assert (accuracy["whole", name], accuracy["causal", name]) == figures
    assert accuracy["causal", "mask_after_softmax"] == 85
    largest = [RUNS[network, "right"]["largest_weight"][-1] for network in ("whole", "causal")]
    assert np.round(largest, 2).tolist() == [0.35, 0.46]


def test_rows_of_the_two_in_lesson_9_look_at_rows_of_their_kind():
    *_, trained = states("whole", "right", epochs=30)
    assert LABELS[1207] == 2
    trained.forward(IMAGES[1207:1208])
    most = [set(np.argsort(row)[-2:] + 1) for row in trained.layers[0].h[0]]
    assert [most[row - 1] for row in (1, 3, 6)] == [{2, 3}, {2, 3}, {5, 6}]
