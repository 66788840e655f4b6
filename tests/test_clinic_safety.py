"""Hostile functions are diagnosed like others, and the notebook lives on."""

import _thread
import os
import re
import signal
import sys
import threading
import time

import numpy as np
import pytest

from softmax_lab import diagnose, softmax, softmax_jacobian
from softmax_lab.clinic import calling, worker


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(calling, "CALL_LIMIT", 0.2)


def endless_loop(z):
    while True:
        pass


def endless_sleep(z):
    time.sleep(1e6)


def stubborn_loop(z):
    while True:
        try:
            while True:
                pass
        except BaseException:
            break
    return z


def loop_that_prints(z):
    while True:
        print("still here")


@pytest.mark.parametrize("function", [endless_loop, endless_sleep, stubborn_loop, loop_that_prints])
def test_what_never_returns_is_not_judged(impatient, function, capsys):
    diagnosis = diagnose(function, "jacobian")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("not judged", [])
    assert "never returned" in str(diagnosis)
    assert capsys.readouterr().out == ""


def test_an_abandoned_loop_is_ended():
    before = threading.active_count()
    calling_limit = calling.CALL_LIMIT
    try:
        calling.CALL_LIMIT = 0.1
        diagnose(endless_loop, "jacobian")
    finally:
        calling.CALL_LIMIT = calling_limit
    for _ in range(100):
        if threading.active_count() <= before:
            break
        time.sleep(0.05)
    assert threading.active_count() <= before


def test_endless_only_for_large_logits_is_fragile(impatient):
    def function(z):
        while np.max(z) > 500:
            pass
        return softmax_jacobian(z)

    diagnosis = diagnose(function, "jacobian")
    assert diagnosis.verdict == "fragile"
    assert 'It never returned at "saturated logits"' in str(diagnosis)


def keeps_the_lock(z):
    return sum(range(10**11))


def explodes(z):
    return re.match(r"(a+)+$", "a" * 64 + "b")


def ends_the_process(z):
    os._exit(0)


@pytest.mark.skipif(not worker.can_fork(), reason="needs a copy of the process")
@pytest.mark.parametrize("function", [keeps_the_lock, explodes, ends_the_process])
def test_not_even_code_that_keeps_the_lock_or_ends_the_process_is_waited_for(impatient, function):
    start = time.monotonic()
    diagnosis = diagnose(function, "softmax")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("not judged", [])
    assert "process" in str(diagnosis) or "never returned" in str(diagnosis)
    assert time.monotonic() - start < 20  # 53 seconds and more where a thread was waited for


def test_what_is_only_slow_is_judged(monkeypatch):
    monkeypatch.setattr(calling, "SLOW", 0.01)

    def backward(h, upstream):
        time.sleep(0.02)
        return h * (upstream - (h * upstream).sum(axis=-1, keepdims=True))

    assert diagnose(backward, "backward", given="output").verdict == "correct"
    assert diagnose(lambda h, v: backward(h, v) * 2, "backward").verdict == "wrong"


def test_what_takes_too_long_altogether_is_not_judged(monkeypatch):
    monkeypatch.setattr(calling, "TOTAL_LIMIT", 0.2)

    def function(z):
        time.sleep(0.15)
        return softmax(z)

    diagnosis = diagnose(function, "softmax")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("not judged", [])
    assert "process" not in str(diagnosis)


@pytest.mark.parametrize("forks", [True, False])
def test_two_diagnoses_at_once_leave_the_streams_alone(monkeypatch, forks):
    if not forks:
        monkeypatch.setattr(calling, "can_fork", lambda: False)
    streams = sys.stdout, sys.stderr
    verdicts = []
    threads = [
        threading.Thread(target=lambda: verdicts.append(diagnose(softmax, "softmax").verdict))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verdicts == ["correct"] * 4
    assert (sys.stdout, sys.stderr) == streams


@pytest.mark.parametrize("function", [endless_loop, endless_sleep, stubborn_loop])
def test_threads_end_what_python_can_end_where_there_are_no_processes(
    impatient, monkeypatch, function
):
    monkeypatch.setattr(calling, "can_fork", lambda: False)
    assert diagnose(function, "jacobian").verdict == "not judged"


def recursion(z):
    return recursion(z)


def raises(z):
    raise KeyError("no such thing")


def leaves(z):
    sys.exit(3)


def interrupts(z):
    raise KeyboardInterrupt


def returns_none(z):
    softmax_jacobian(z)


def text(z):
    return "diag(h) - h hT"


def ragged(z):
    return [[1.0], [1.0, 2.0]]


def giant(z):
    return np.broadcast_to(0.0, (10**6, 10**6))


def giant_list(z):
    return [[0.0] * 1000] * 10**6


def generator(z):
    return (x for x in z)


def objects(z):
    return np.array([object()])


def complex_numbers(z):
    return softmax_jacobian(z) * 1j


def empty(z):
    return []


def not_a_number(z):
    return softmax_jacobian(z) * np.nan


class Speechless(Exception):
    def __str__(self):
        raise RuntimeError("no comment")


def raises_what_cannot_be_said(z):
    raise Speechless


class Liar:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("not convertible")


def returns_a_liar(z):
    return Liar()


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (recursion, "RecursionError"),
        (raises, "KeyError: 'no such thing'"),
        (leaves, "SystemExit: 3"),
        (interrupts, "KeyboardInterrupt"),
        (returns_none, "returned None"),
        (text, "the text"),
        (ragged, "different sizes"),
        (giant, "too many"),
        (giant_list, "too many"),
        (generator, "generator"),
        (objects, "no numbers"),
        (complex_numbers, "complex numbers"),
        (empty, "shape (0,)"),
        (not_a_number, "nan or inf on ordinary inputs"),
        (raises_what_cannot_be_said, "Speechless"),
        (returns_a_liar, "not convertible"),
    ],
)
def test_a_hostile_function_is_wrong_and_what_it_did_is_said(function, said):
    diagnosis = diagnose(function, "jacobian")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", [])
    assert said in " ".join(str(diagnosis).split())
    assert "Traceback" not in str(diagnosis)
    assert "<table" in diagnosis._repr_html_() or "<li>" in diagnosis._repr_html_()


def test_a_random_function_is_called_random():
    rng = np.random.default_rng()
    diagnosis = diagnose(lambda z: softmax(z) + rng.normal(size=z.shape), "softmax")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", [])
    assert "random" in str(diagnosis)


def test_a_function_that_keeps_its_first_answer_is_found_out():
    kept = {}
    diagnosis = diagnose(lambda z: kept.setdefault(z.shape, softmax(z)), "softmax")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", [])
    assert "same answer to different questions" in str(diagnosis)


def test_a_function_that_depends_on_earlier_calls_is_found_out():
    calls = []

    def function(z):
        calls.append(z)
        return softmax(z) * min(len(calls), 30)

    diagnosis = diagnose(function, "softmax")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", [])
    assert "call" in str(diagnosis)


@pytest.mark.parametrize("role", ["softmax", "jacobian"])
def test_overwriting_the_callers_logits_is_named(role):
    def function(z):
        z -= z.max(axis=-1, keepdims=True)
        return softmax(z) if role == "softmax" else softmax_jacobian(z)

    diagnosis = diagnose(function, role)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", ["mutates_input"])
    assert "overwrites its argument z" in str(diagnosis)


def test_what_is_printed_is_reported_and_not_shown(capsys):
    def function(z):
        print("entering")
        print("warning", file=sys.stderr)
        return softmax(z)

    diagnosis = diagnose(function, "softmax")
    assert diagnosis.verdict == "correct"
    assert "It prints, first: 'entering'." in diagnosis.symptoms
    assert capsys.readouterr() == ("", "")


def test_streams_warnings_and_errstate_are_as_before():
    streams = sys.stdout, sys.stderr
    settings = np.geterr()
    diagnose(raises, "jacobian")
    assert (sys.stdout, sys.stderr) == streams
    assert np.geterr() == settings


def test_settings_of_numpy_that_raise_do_no_harm():
    with np.errstate(all="raise"):
        assert diagnose(softmax, "softmax").verdict == "correct"
        naive = diagnose(lambda z: np.exp(z) / np.exp(z).sum(-1, keepdims=True), "softmax")
    assert naive.mistakes == ["no_shift"]


@pytest.fixture
def interruptible():
    """What Ctrl-C does by default, also where the tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_readers_own_interrupt_gets_through(interruptible):
    threading.Timer(0.2, _thread.interrupt_main).start()
    streams = sys.stdout, sys.stderr
    with pytest.raises(KeyboardInterrupt):
        diagnose(endless_loop, "jacobian")
    assert (sys.stdout, sys.stderr) == streams


# A machine that is busy


class Busy(worker.Stopwatch):
    """As if other programs had had the processor nearly all the time."""

    def waited(self):
        return 0.9 * (time.monotonic() - self._began)


@pytest.mark.parametrize("forks", [True, False])
def test_time_in_which_other_programs_had_the_processor_does_not_count(monkeypatch, forks):
    if not forks:
        monkeypatch.setattr(calling, "can_fork", lambda: False)
    monkeypatch.setattr(calling, "CALL_LIMIT", 0.2)

    def function(z):
        time.sleep(0.5)
        return softmax(z)

    assert diagnose(function, "softmax").verdict == "not judged"
    monkeypatch.setattr(worker, "Stopwatch", Busy)
    assert diagnose(function, "softmax").verdict == "correct"


def test_on_the_busiest_machine_the_clock_ends_it():
    class Starved(worker.Stopwatch):
        def waited(self):
            return time.monotonic() - self._began

    watch = Starved("thread-self")
    watch._began -= worker.MOST_BUSY * 0.2 + 1
    assert watch.is_over(0.2)
    assert not watch.is_over(10)


@pytest.mark.skipif(not os.path.exists("/proc/thread-self/schedstat"), reason="Linux tells it")
def test_a_thread_that_others_keep_waiting_is_told_so():
    watch = worker.Stopwatch("thread-self")
    busy = [threading.Thread(target=sum, args=(range(2_000_000),)) for _ in range(8)]
    for thread in busy:
        thread.start()
    before = watch.waited()
    for thread in busy:
        thread.join()
    assert before >= 0
    assert watch.waited() >= before
    assert 0 <= watch.seconds() < 60
