"""The arithmetic of the latency benchmark, without a browser."""

import csv

import numpy as np
import pytest

import latency
import report
from latency import CONTESTANTS, MATPLOTLIB, OURS

times = np.random.default_rng(4).gamma(2, 5, size=100).tolist()


def samples(ours, matplotlib, n=5):
    """As if every event of a contestant had taken the same time."""
    return {
        (n, contestant): [{"painted": t, "changed": t / 2, "worked": t / 4}] * 100
        for contestant, t in [(OURS, ours), (MATPLOTLIB, matplotlib)]
    }


# Percentiles


@pytest.mark.parametrize("percent", [5, 50, 95, 100])
def test_a_percentile_is_the_least_time_that_so_many_events_do_not_exceed(percent):
    p = latency.percentile(times, percent)
    assert p in times
    assert sum(t <= p for t in times) == percent
    assert sum(t < p for t in times) < percent


@pytest.mark.parametrize("count", [1, 2, 7, 100, 101])
def test_percentiles_are_those_of_numpy(count):
    for percent in (50, 95):
        expected = np.percentile(times[:count] * 2, percent, method="inverted_cdf")
        assert latency.percentile(times[:count] * 2, percent) == expected


def test_a_percentile_does_not_depend_on_the_order():
    assert latency.percentile(times, 95) == latency.percentile(times[::-1], 95)


def test_each_moment_has_percentiles_of_its_own():
    sample = [{"painted": t, "changed": 100 - t, "worked": 1.0} for t in range(1, 101)]
    assert latency.percentiles(sample) == {
        **{"painted_p50": 50, "painted_p95": 95, "changed_p50": 49, "changed_p95": 94},
        **{"worked_p50": 1, "worked_p95": 1},
    }


# Ratios and goals


def test_a_ratio_is_to_the_explorer_moved_by_keys_at_the_same_n():
    both = samples(10.0, 250.0, n=5) | samples(20.0, 300.0, n=8)
    rows = list(latency.summary(both, "a machine"))
    assert [(r.n, r.ratio_p50, r.ratio_p95) for r in rows] == [
        *[(5, 1, 1), (5, 25, 25)],
        *[(8, 1, 1), (8, 15, 15)],
    ]


def test_a_ratio_is_of_percentiles_and_each_is_of_its_own():
    slow_now_and_then = [{"painted": t, "changed": t, "worked": t} for t in [10] * 90 + [80] * 10]
    sample = samples(10.0, 1.0) | {(5, MATPLOTLIB): slow_now_and_then}
    _, row = latency.summary(sample, "")
    assert (row.ratio_p50, row.ratio_p95) == (1, 8)


@pytest.mark.parametrize(
    ("ours", "matplotlib", "met"),
    [
        (16.6, 16.6 * 20, (True, True)),
        (16.7, 16.7 * 19, (False, False)),
        (30.0, 30.0 * 21, (False, True)),
        (5.0, 60.0, (True, False)),
    ],
)
def test_one_frame_and_twenty_times_are_the_goals_at_five_classes(ours, matplotlib, met):
    rows = latency.summary(samples(ours, matplotlib), "")
    assert tuple(r.met for r in rows) == met


def test_where_there_is_no_goal_there_is_no_verdict():
    assert [(r.goal, r.met) for r in latency.summary(samples(1.0, 1.0, n=8), "")] == [
        ("", None)
    ] * 2


def test_every_goal_is_of_a_figure_that_is_measured_and_of_one_who_takes_part():
    for (n, contestant), goal in latency.GOALS.items():
        assert n in latency.SIZES
        assert contestant in CONTESTANTS
        assert goal.figure in latency.Latency._fields


# The contest, the table and the file


def test_every_contestant_is_sent_a_hundred_events_and_comes_back_to_where_it_began():
    assert latency.ROUNDS * latency.TURN >= 100
    assert latency.TURN % 2 == latency.WARM_UP % 2 == 0


def test_the_explorer_stays_within_its_scale_for_a_whole_turn():
    assert 2.0 + 0.1 * latency.TURN / 2 < 4


def test_the_table_has_a_cell_for_every_column():
    header, lines = latency.table(latency.summary(samples(12.34, 300.0), ""))
    assert {len(line) for line in lines} == {len(header)}
    first = dict(zip(header, lines[0], strict=True))
    assert (first["n"], first["painted p50"], first["worked p95"]) == ("5", "12.3", "3.1")
    assert [line[-1] for line in lines] == ["painted p95 ≤ 16.7 ✓", "ratio p95 ≥ 20 ✓"]


def test_the_file_holds_the_rows_and_the_machine_that_they_are_of(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    report.write_csv("latency", list(latency.summary(samples(10.0, 150.0), "one; two, three")))
    with (tmp_path / "latency.csv").open(encoding="utf-8", newline="") as file:
        ours, matplotlib = csv.DictReader(file)
    assert (ours["painted_p95"], ours["goal"], ours["met"]) == ("10", "painted_p95 ≤ 16.7", "yes")
    assert (matplotlib["ratio_p95"], matplotlib["met"]) == ("15", "no")
    assert ours["machine"] == "one; two, three"


def test_the_stored_figures_are_of_this_contest():
    with (report.RESULTS / "latency.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = [(str(n), c.name, c.event) for n in latency.SIZES for c in CONTESTANTS]
    assert [(r["n"], r["drawn_by"], r["event"]) for r in rows] == expected
    assert all(int(r["events"]) >= 100 for r in rows)


def test_the_machine_is_told_without_its_name_or_the_day():
    about = dict(latency.machine("1.2.3"))
    assert about["Chromium"] == "1.2.3, headless"
    assert {"processor", "system", "Python", "jupyterlab", "matplotlib"} <= set(about)
