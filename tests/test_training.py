"""The training loop, the five errors at the logits, and the stored runs of lesson 8."""

import csv
from collections import defaultdict

import numpy as np
import pytest

import training_runs
from softmax_lab import cross_entropy, diagnose, numerical_gradient, one_hot, softmax
from softmax_lab.digits import load_digits
from softmax_lab.network import Dense, Network
from softmax_lab.training import ERRORS, batches, check, classifier, epoch, flat, step

WRONG = [name for name in ERRORS if name != "right"]
STABLE = [name for name in ERRORS if name != "pass_through"]


def table(file):
    with (training_runs.FOLDER / f"training_{file}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def stored_runs():
    """Each column of each run as an array over its epochs."""
    runs = defaultdict(list)
    for row in table("runs"):
        runs[row["run"]].append(row)
    return {
        name: {column: np.array([float(row[column]) for row in rows]) for column in list(row)[1:]}
        for name, rows in runs.items()
        for row in rows[:1]
    }


RUNS = stored_runs()


def example(seed=0):
    """A small network, samples and one-hot targets."""
    rng = np.random.default_rng(seed)
    network = classifier(rng, pixels=6, hidden=5, classes=4)
    return network, rng.normal(size=(7, 6)), one_hot(rng.integers(0, 4, 7), 4)


def digits():
    images, labels = load_digits()
    cut = training_runs.TRAINING
    return images[:cut], labels[:cut], images[cut:], labels[cut:]


# The errors at the logits


@pytest.mark.parametrize("name", ERRORS)
def test_only_the_right_one_is_the_derivative_of_the_mean_cross_entropy(name):
    rng = np.random.default_rng(1)
    z, t = rng.normal(size=(5, 4)), one_hot(rng.integers(0, 4, 5), 4)
    numeric = numerical_gradient(lambda z: cross_entropy(z, t), z, method="complex")
    assert np.allclose(ERRORS[name](softmax(z), t), numeric, atol=1e-14) == (name == "right")


@pytest.mark.parametrize("name", ERRORS)
def test_only_the_right_one_passes_the_check_of_the_whole_network(name):
    assert check(*example(), ERRORS[name]).passed == (name == "right")


@pytest.mark.parametrize("name", ERRORS)
def test_the_clinic_gives_them_their_names(name):
    if name == "pass_through":  # there it is the layer's mistake: v, whatever v is
        found = diagnose(lambda h, v: v, "backward", given="output")
    else:
        found = diagnose(ERRORS[name], "loss_gradient", given="output", reduction="mean")
    assert found.mistakes[:1] == ([] if name == "right" else [name])


@pytest.mark.parametrize("name", ["right", "missing_mean"])
def test_one_sample_hides_the_missing_mean(name):
    network, x, t = example()
    assert check(network, x[:1], t[:1], ERRORS[name]).passed


def test_the_missing_mean_is_wrong_by_exactly_the_number_of_samples():
    h, t = softmax(np.eye(4)), np.eye(4)[::-1]
    assert np.allclose(ERRORS["missing_mean"](h, t), 4 * ERRORS["right"](h, t))


def test_errors_sum_to_zero_over_the_classes_but_for_the_two_that_forget_the_others():
    h, t = softmax(np.random.default_rng(2).normal(size=(5, 4))), one_hot([0, 1, 2, 3, 0], 4)
    sums = {name: ERRORS[name](h, t).sum(axis=1) for name in ERRORS}
    forgetful = {"diagonal_only", "pass_through"}
    assert {name for name in sums if (sums[name] < -1e-3).all()} == forgetful
    assert {name for name in sums if np.allclose(sums[name], 0)} == set(ERRORS) - forgetful


def test_softmax_twice_asks_for_more_of_a_perfect_answer():
    t = one_hot([0], 10)
    error = ERRORS["softmax_applied_twice"](t, t)[0]
    assert error[0] == pytest.approx(np.e / (np.e + 9) - 1)
    assert not ERRORS["right"](t, t).any()


# Steps, epochs, the check


def test_a_step_moves_every_parameter_by_the_rate_times_its_gradient():
    network, x, t = example()
    before = [p.copy() for p in network.parameters]
    step(network, x, t, ERRORS["right"], rate=0.3)
    for parameter, was, gradient in zip(network.parameters, before, network.gradients, strict=True):
        assert np.array_equal(parameter, was - 0.3 * gradient)


@pytest.mark.parametrize("seed", range(5))
def test_a_step_with_the_right_error_lowers_the_cost(seed):
    network, x, t = example(seed)
    before = cross_entropy(network.forward(x), t)
    step(network, x, t, ERRORS["right"], rate=1e-3)
    assert cross_entropy(network.forward(x), t) < before


def test_an_epoch_sees_every_sample_once():
    _, x, t = example()
    seen = []

    def watch(h, t):
        seen.append(t)
        return 0 * h

    epoch(example()[0], x, t, watch, np.random.default_rng(0), batch=3)
    assert [len(batch) for batch in seen] == [3, 3, 1]
    assert sorted(map(tuple, np.concatenate(seen))) == sorted(map(tuple, t))


def test_batches_leave_no_sample_out_and_repeat_none():
    for count in range(6):
        for batch in range(1, 8):
            cut = list(batches(list(range(count)), batch))
            assert [sample for part in cut for sample in part] == list(range(count))
            assert all(len(part) == batch for part in cut[:-1])


def test_the_check_leaves_the_network_as_it_is():
    network, x, t = example()
    before = [p.copy() for p in network.parameters]
    found = check(network, x, t, ERRORS["right"])
    assert all(map(np.array_equal, network.parameters, before))
    assert not network.gradients
    assert found.analytic.shape == flat(before).shape


def test_with_batches_of_one_digit_the_missing_mean_is_bit_for_bit_right():
    x, labels, *_ = digits()
    x, t = x[:200], one_hot(labels[:200], 10)
    networks = []
    for name in ("right", "missing_mean"):
        rng = np.random.default_rng(0)
        networks.append(classifier(rng))
        epoch(networks[-1], x, t, ERRORS[name], rng, batch=1)
    assert np.array_equal(*(flat(network.parameters) for network in networks))


def test_without_a_hidden_layer_the_diagonal_alone_learns():
    x, labels, held_out, held_out_labels = digits()
    rng = np.random.default_rng(0)
    network = Network(Dense(64, 10, rng))
    for _ in range(10):
        epoch(network, x, one_hot(labels, 10), ERRORS["diagonal_only"], rng)
    assert np.mean(network.forward(held_out).argmax(axis=1) == held_out_labels) > 0.8


# The stored runs


@pytest.mark.parametrize("name", STABLE)
def test_the_stored_runs_are_what_the_code_does(name):
    x, labels, *held_out = digits()
    states = training_runs.states(ERRORS[name], x, one_hot(labels, 10), epochs=3)
    for number, network in enumerate(states):
        loss, accuracy = training_runs.scores(network, x, labels)
        held_out_loss, held_out_accuracy = training_runs.scores(network, *held_out)
        row = {column: values[number] for column, values in RUNS[name].items()}
        assert row["loss"] == pytest.approx(loss, rel=1e-3)
        assert row["held_out_loss"] == pytest.approx(held_out_loss, rel=1e-3)
        assert row["accuracy"] == pytest.approx(accuracy, abs=2e-3)
        assert row["held_out_accuracy"] == pytest.approx(held_out_accuracy, abs=4e-3)
        of_hidden, of_output = training_runs.norms(network, x, one_hot(labels, 10), ERRORS[name])
        assert row["norm_hidden"] == pytest.approx(of_hidden, rel=1e-3)
        assert row["norm_output"] == pytest.approx(of_output, rel=1e-3)


def test_every_run_is_stored_for_every_epoch_but_the_one_that_ends_in_nan():
    assert list(RUNS) == list(ERRORS)
    for name, run in RUNS.items():
        ended = name == "pass_through"
        assert run["epoch"].tolist() == list(range(1 if ended else training_runs.EPOCHS + 1))
        assert all(np.isfinite(values).all() for values in run.values())


def test_all_runs_start_at_one_point():
    for column in ("loss", "accuracy", "held_out_loss", "held_out_accuracy", "largest_logit"):
        assert len({run[column][0] for run in RUNS.values()}) == 1


@np.errstate(over="ignore", divide="ignore", invalid="ignore")
def test_pass_through_ends_in_nan_within_the_first_epoch(capsys):
    x, labels, *_ = digits()
    states = training_runs.states(ERRORS["pass_through"], x, one_hot(labels, 10))
    assert len(list(states)) == 1
    assert "stopped in epoch 1: logits must be finite" in capsys.readouterr().out


def test_the_stored_confusions_agree_with_the_stored_accuracies():
    _, _, _, labels = digits()
    counts = defaultdict(lambda: np.zeros((10, 10)))
    for row in table("confusion"):
        cells = [int(row[f"answered_{k}"]) for k in range(10)]
        counts[row["run"], int(row["epoch"])][int(row["digit"])] = cells
    assert len(counts) == sum(len(run["epoch"]) for run in RUNS.values())
    for (name, number), confusion in counts.items():
        assert np.array_equal(confusion.sum(axis=1), np.bincount(labels))
        accuracy = RUNS[name]["held_out_accuracy"][number]
        assert np.trace(confusion) / len(labels) == pytest.approx(accuracy, abs=1e-4)


def test_a_missing_mean_points_the_right_way_and_the_others_do_not():
    for name, run in RUNS.items():
        assert (run["cosine"] > 0.999).all() == (name in ("right", "missing_mean"))


def test_what_the_lesson_says_of_the_runs():
    right, mean = RUNS["right"], RUNS["missing_mean"]
    diagonal, twice = RUNS["diagonal_only"], RUNS["softmax_applied_twice"]
    assert mean["held_out_accuracy"][-1] > right["held_out_accuracy"][-1] > 0.85
    assert np.allclose(mean["norm_output"][0] / right["norm_output"][0], 20, rtol=1e-3)
    assert diagonal["held_out_accuracy"].max() < 0.2
    assert diagonal["saturated"][-1] == 1
    assert diagonal["norm_hidden"][-1] < 0.1 * diagonal["norm_hidden"][0]
    assert diagonal["norm_output"][-1] > diagonal["norm_output"][0]
    lowest = twice["loss"].argmin()
    assert 5 < lowest < 20
    assert twice["loss"][-1] > 1.5 * twice["loss"][lowest]
    assert twice["accuracy"][-1] > twice["accuracy"][lowest]
    assert twice["norm_output"][-1] > twice["norm_output"][0]


def test_the_missing_mean_breaks_where_batches_are_large():
    by_batch = {int(row["batch"]): row for row in table("batches")}
    assert list(by_batch) == training_runs.BATCHES
    assert by_batch[1]["right"] == by_batch[1]["missing_mean"]
    assert float(by_batch[400]["missing_mean"]) < 0.2 < 0.6 < float(by_batch[400]["right"])
