"""The arithmetic of the benchmarks, without the peers."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from mpmath import exp, mpf, workdps

import attending
import exactness
import goals
import memory
import peers
import reference
import report
import softmax_lab
import speed

BENCHMARKS = Path(exactness.__file__).parent
LOCK = BENCHMARKS.parent / "locks" / "test.txt"


# Speed


def test_the_median_is_that_of_the_ratios_and_not_the_ratio_of_the_medians():
    assert speed.median_ratio([1.0, 2.0, 9.0], [10.0, 2.0, 3.0]) == 1.0


def test_calls_are_timed_in_turn():
    order = []
    calls = {name: lambda name=name: order.append(name) for name in "ab"}
    times = speed.interleaved(calls, seconds=0)
    assert len(times["a"]) == len(times["b"]) == speed.ROUNDS[0]
    turns = re.findall(r"a+b+", "".join(order))
    assert len(turns) >= speed.ROUNDS[0]


def test_seconds_per_call_divides_by_the_repeats(monkeypatch):
    clock = iter([10.0, 16.0])
    monkeypatch.setattr(speed.time, "perf_counter", lambda: next(clock))
    assert speed.seconds_per_call(lambda: None, 3) == 2.0


def test_the_masked_half_never_holds_the_label():
    z, labels, _ = speed.inputs("half are -inf", (64, 10), "float32")
    assert 0.3 < np.isinf(z).mean() < 0.6
    assert np.isfinite(np.take_along_axis(z, labels[:, None], axis=1)).all()


def test_a_case_compares_ours_with_each_peer_that_has_the_function(monkeypatch):
    ours, twin = peers.ours(), peers.ours()
    twin.name, twin.least_axes = "scikit-learn", 2
    monkeypatch.setattr(speed, "SECONDS", 0)
    (ratio,) = speed.measure_case([ours, twin], peers.SOFTMAX, "ordinary", (4, 3), "float32")
    assert 0.2 < ratio.ratio < 5
    assert (ratio.peer, ratio.goal) == ("scikit-learn", 1.0)
    assert not list(speed.measure_case([ours, twin], peers.SOFTMAX, "ordinary", (3,), "float32"))


# Exactness


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("exact", [1, 0.375, -1000, 0])
@pytest.mark.parametrize("off", [0, 1, 3])
def test_ulps_are_counted_in_the_dtype_of_what_was_computed(dtype, exact, off):
    computed = np.array(exact, dtype)
    for _ in range(off):
        computed = np.nextafter(computed, np.array(np.inf if exact >= 0 else -np.inf, dtype))
    assert reference.error(computed[()], mpf(exact)) == off


def test_half_an_ulp_is_the_error_of_rounding():
    with workdps(60):
        between = 1 + mpf(2) ** -53
    assert reference.error(np.float64(1), between) == 0.5


def test_what_overflows_is_rightly_infinite_and_nan_never_right():
    with workdps(60):
        large = mpf(10) ** 309
    assert reference.error(np.float64(np.inf), large) == 0
    assert reference.error(np.float64(-np.inf), mpf("-inf")) == 0
    assert reference.error(np.float64(1e308), large) == math.inf
    assert reference.error(np.float64(np.nan), mpf(1)) == math.inf
    assert reference.error(np.float64(np.inf), mpf(1)) == math.inf


def test_the_exact_answers_hold_where_sixty_digits_of_h_are_all_nines():
    answers = exactness.exact_answers(np.array([0.0, 300.0]), 1)
    with workdps(60):
        tiny = exp(mpf(-300))
        for quantity, sign in [(goals.GRADIENT_AT_TRUE, -1), (goals.LOSS, 1)]:
            assert abs(answers[quantity][0] - sign * tiny) < tiny * mpf(10) ** -50


@pytest.mark.parametrize("dtype", exactness.DTYPES)
@pytest.mark.parametrize("family", exactness.FAMILIES)
def test_a_family_has_a_possible_label_in_every_row(family, dtype):
    rows = [(z.astype(dtype), label) for z, label in exactness.FAMILIES[family](dtype)]
    assert len(rows) == exactness.ROWS
    assert all(np.isfinite(z[label]) for z, label in rows)


def test_ours_has_an_answer_for_every_quantity():
    z = np.array([0.5, 2.0, -1.0], np.float32)
    found = exactness.answers(peers.ours(), z, 1)
    assert list(found) == list(exactness.exact_answers(z, 1))


def test_a_peer_without_the_dtype_is_left_out():
    def refuse(*arguments):
        raise NotImplementedError

    widens = {peers.SOFTMAX: lambda z: z.astype(float), peers.LOG_SOFTMAX: refuse}
    peer = peers.Peer("", "", {**widens, peers.CROSS_ENTROPY: refuse})
    assert exactness.answers(peer, np.zeros(2, np.float32), 0) == {}


# Goals


@pytest.mark.parametrize(
    ("case", "goal"),
    [
        ((peers.SOFTMAX, "SciPy", (10,)), 1.0),
        ((peers.SOFTMAX, "SciPy", (1024, 1000), "sd 100"), 1.25),
        ((peers.SOFTMAX, "PyTorch", (10,)), None),
        ((peers.SOFTMAX, "PyTorch", (10**6,)), 3.0),
        ((peers.SOFTMAX, "PyTorch", (1024, 1000), "sd 100"), 3.0),
        ((peers.VJP, "PyTorch", (1000,)), 1.5),
        ((peers.VJP, "PyTorch", (1024, 1000)), 3.0),
        ((peers.VJP, "JAX", (10,)), None),
        ((peers.CROSS_ENTROPY, "scikit-learn", (1024, 1000)), 3.0),
        ((peers.CROSS_ENTROPY, "scikit-learn", (64, 10)), None),
        ((peers.CROSS_ENTROPY, "SciPy", (1024, 1000), "sd 100"), None),
    ],
)
def test_the_goal_of_a_case(case, goal):
    assert goals.speed_goal(*case) == goal


def test_every_goal_names_a_peer_and_a_function():
    named = {*goals.SPEED, *goals.COMPILED, *goals.GRAPH}
    assert {peer for _, peer in named} <= set(peers.PEERS)
    assert {function for function, _ in named} <= set(peers.ours().functions)


@pytest.mark.parametrize(
    ("quantity", "family", "dtype", "goal"),
    [
        (peers.SOFTMAX, "ordinary", "float64", 3.5),
        (peers.LOG_SOFTMAX, "wide", "float64", 10),
        (goals.GRADIENT, "confident", "float64", 40),
        (goals.GRADIENT, "wide", "float64", None),
        (goals.LOSS, "ordinary", "float32", 3.5),
    ],
)
def test_the_goal_of_an_error(quantity, family, dtype, goal):
    assert goals.ulps_goal(quantity, family, dtype, best_peer=3.5) == goal


def test_a_goal_is_met_up_to_itself():
    assert [goals.met(x, 0.7) for x in (0.69, 0.7, 0.71, math.nan)] == [True, True, False, False]
    assert goals.met(0.5, None) is None


def test_only_ours_is_judged_and_by_the_best_peer():
    errors = {peers.OURS: 2.0, "SciPy": 3.0, "JAX": 1.0}
    rows = list(exactness.as_rows({peers.SOFTMAX: errors}, "ordinary", "float64"))
    assert [(row.goal, row.met) for row in rows] == [(1.0, False), (None, None), (None, None)]


# Attention


@pytest.mark.parametrize(
    ("case", "goal"),
    [
        ((attending.TIME, peers.ATTENTION, "1024 × 64", "PyTorch"), 1.0),
        ((attending.TIME, peers.ATTENTION, "1024 × 64", "JAX"), None),
        ((attending.TIME, peers.BLOCKWISE, "1024 × 64", "PyTorch"), None),
        ((attending.ULPS, f"{peers.ATTENTION}: ∂C/∂q", "causal", peers.OURS), 10),
        ((attending.ULPS, f"{peers.BLOCKWISE}: ∂C/∂q", "causal", peers.OURS), None),
        ((attending.MEMORY, peers.BLOCKWISE_VJP, "", peers.OURS), 8),
        ((attending.MEMORY, peers.ATTENTION_VJP, "", peers.OURS), None),
    ],
)
def test_the_goal_of_a_figure_of_attention(case, goal):
    assert goals.attention_goal(*case) == goal


@pytest.mark.parametrize("family", attending.FAMILIES)
def test_attention_is_measured_on_arrays_that_fit_their_name(family):
    rng = np.random.default_rng(0)
    for _ in range(20):
        q, k, v, upstream, mask = attending.FAMILIES[family](rng)
        h = np.sort(softmax_lab.attention_weights(q, k, mask), axis=-1)
        assert upstream.shape == (len(q), v.shape[1])
        assert mask.all() == (family != "causal")
        gaps = np.log(h[:, -1] / h[:, -2]) if family == "confident" else np.array([20.0])
        assert ((gaps > 7.9) & (gaps < 45.1)).all()


def test_ours_is_exact_in_the_benchmark_of_attention():
    found = list(attending.measure_exactness([peers.ours()], "causal", "float64"))
    assert len(found) == 2 * len(attending.PARTS)
    assert all(figure.met in (True, None) for figure in found)


def test_the_blocks_of_attention_need_few_rows():
    memory_of = {f.function: f for f in attending.measure_memory([peers.ours()])}
    assert memory_of[peers.ATTENTION].figure > attending.QUERIES
    assert memory_of[peers.BLOCKWISE].met
    assert memory_of[peers.BLOCKWISE_VJP].met


# Memory, peers, tables


def test_the_peak_of_a_call_is_the_size_of_its_arrays():
    assert memory.peak_bytes(lambda: np.ones(10**6)) == pytest.approx(8e6, rel=0.01)


def test_a_peer_that_is_not_installed_is_left_out_by_name(monkeypatch):
    def missing():
        raise ImportError

    monkeypatch.setattr(peers, "PEERS", {"JAX": missing})
    found, names = peers.installed()
    assert [peer.name for peer in found] == [peers.OURS]
    assert names == ["JAX"]


@pytest.mark.parametrize(
    ("figure", "goal", "met", "text"),
    [(0.62, 0.7, True, "0.62 ≤ 0.7 ✓"), (9e15, 8, False, "9e15 > 8 ✗"), (31.4, None, None, "31")],
)
def test_a_verdict_shows_figure_and_goal(figure, goal, met, text):
    assert report.verdict(figure, goal, met) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(2, "2 s"), (0.00246, "2.46 ms"), (6.92e-6, "6.92 µs")]
)
def test_a_duration_is_in_the_unit_that_suits_it(seconds, text):
    assert report.duration(seconds) == text


def pins(file):
    return dict(re.findall(r"^([\w.-]+)==(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_benchmarks_run_on_the_locked_versions():
    locked = pins(LOCK)
    both = {
        name: version for name, version in pins(BENCHMARKS / "peers.txt").items() if name in locked
    }
    assert {"numpy", "scipy", "hatchling", "editables"} <= set(both)
    assert both == {name: locked[name] for name in both}
