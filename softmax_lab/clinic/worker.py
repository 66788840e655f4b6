"""Run a stranger's code with a time limit, and keep what it prints.

``Process`` is a copy of this process, where the platform can make one: it is killed when time is
up, whatever it does. ``Worker`` is a daemon thread, for Windows and for JAX, which does not
survive the copying: when time is up it gets an exception, which ends a loop written in Python;
code that blocks in C is left behind, and one that keeps the interpreter's lock is waited for.

Both wait in short waits, so that Ctrl-C still reaches the reader's notebook.
"""

import contextlib
import ctypes
import io
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
import warnings

import numpy as np

SHORT_WAIT = 0.05
LONGEST_PRINT = 2000  # characters kept
MOST_BUSY = 8  # how many programs may be waiting for each processor


class Stopwatch:
    """Seconds by the clock, less those that threads have waited for a processor.

    ``tasks`` are the threads' names below /proc. Where there is none, the clock alone counts.
    """

    def __init__(self, *tasks):
        self._waited = dict.fromkeys(tasks, 0.0)
        self._began = time.monotonic()
        self._start = time.monotonic() - self.waited()

    def seconds(self):
        """The seconds so far."""
        return time.monotonic() - self._start - self.waited()

    def waited(self):
        """The seconds that the threads have waited since they began."""
        for task in self._waited:
            # Without a buffer, for speed. It may be another system, or the thread has ended.
            path = f"/proc/{task}/schedstat"
            with contextlib.suppress(OSError), open(path, "rb", buffering=0) as told:
                self._waited[task] = int(told.read().split()[1]) / 1e9
        return sum(self._waited.values())

    def is_over(self, limit):
        """Whether time is up: on a machine that is too busy, by the clock in the end."""
        return self.seconds() > limit or time.monotonic() - self._began > MOST_BUSY * limit


class OutOfTime(Exception):
    """A job has not returned within its limit."""


class Ended(Exception):
    """A job has ended the process that it ran in."""


def can_fork():
    """Whether the process can be copied, and what is loaded survives it."""
    return hasattr(os, "fork") and "jax" not in sys.modules


class Process:
    """A copy of this process that answers one question after another.

    ``answer(question)`` runs in the copy: questions and answers are pickled, the code that is
    tried is not, for the copy has it already. Use it in a ``with`` statement.
    """

    def __init__(self, answer):
        self._answer = answer
        self.seconds = 0.0  # in all questions
        self._start()

    def _start(self):
        self._ours, theirs = multiprocessing.Pipe()
        with warnings.catch_warnings():
            # Other threads, such as a notebook's, do nothing in the copy.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._pid = os.fork()
        if self._pid == 0:
            self._ours.close()
            _serve(theirs, self._answer)
        theirs.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._end()

    def run(self, question, limit):
        """The answer, or OutOfTime or Ended is raised, and the next question gets a new copy."""
        watch = Stopwatch("thread-self", str(self._pid))
        try:
            self._ours.send(question)
            while not self._ours.poll(SHORT_WAIT):
                if watch.is_over(limit):
                    raise OutOfTime
            answer = self._ours.recv()
            self.seconds += watch.seconds()
            return answer
        except (EOFError, OSError):
            self.seconds += watch.seconds()
            self.restart()
            raise Ended from None
        except OutOfTime:
            self.seconds += watch.seconds()
            self.restart()
            raise

    def restart(self):
        """Make a fresh copy."""
        self._end()
        self._start()

    def _end(self):
        self._ours.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _serve(pipe, answer):
    """What the copy does until it is killed."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the reader's own process
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        sys.stdin = io.StringIO()
        if hasattr(sys.modules.get("torch"), "set_num_threads"):
            sys.modules["torch"].set_num_threads(1)  # its pool of threads is not in the copy
        warnings.simplefilter("ignore")
        with np.errstate(all="ignore"):
            while True:
                question = pipe.recv()
                printed = _Memory()
                sys.stdout = sys.stderr = printed
                pipe.send((answer(question), printed.text))
    except BaseException:
        pass  # the other end is closed, or the copy is beyond help: it just ends
    finally:
        os._exit(0)


class _Memory(io.TextIOBase):
    """Keeps the beginning of what is printed."""

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text[: max(LONGEST_PRINT - len(self.text), 0)]
        return len(text)


class Worker:
    """A thread that does one job after another; use it in a ``with`` statement."""

    def __init__(self):
        self.printed = ""
        self.seconds = 0.0  # in all jobs
        self._start()

    def _start(self):
        self._jobs = queue.SimpleQueue()
        self._thread = threading.Thread(target=_work, args=(self._jobs,), daemon=True)
        self._thread.start()

    def __enter__(self):
        _listen(self)
        return self

    def __exit__(self, *error):
        _leave(self)
        self._jobs.put(None)  # there is no other job
        if error[0] is not None:  # the reader's own Ctrl-C
            self._abandon()

    def speaks(self):
        """Whether the code now running is the worker's."""
        return threading.current_thread() is self._thread

    def run(self, job, limit):
        """What the job returns or raises, as (value, exception); OutOfTime when time is up."""
        answer, done = [], threading.Event()
        watch = Stopwatch("thread-self", f"self/task/{self._thread.native_id}")
        self._jobs.put((job, answer, done))
        while not (returned := done.wait(SHORT_WAIT)) and not watch.is_over(limit):
            pass
        self.seconds += watch.seconds()
        if returned:
            return answer[0]
        self._abandon()
        self._start()
        return None, OutOfTime()

    def _abandon(self):
        self._jobs.put(None)
        # Twice: the first may be caught by an `except` of the very code that it should end.
        for _ in range(2):
            if self._thread.is_alive():
                thread = ctypes.c_ulong(self._thread.ident)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(SystemExit))
                self._thread.join(SHORT_WAIT)


def _work(jobs):
    # SystemExit is what _abandon sends, and whatever comes late must not be shown as a crash.
    with contextlib.suppress(BaseException), np.errstate(all="ignore"):
        while task := jobs.get():
            job, answer, done = task
            try:
                answer.append((job(), None))
            except BaseException as error:
                # Also SystemExit and KeyboardInterrupt: here they are the function's own.
                answer.append((None, error))
            finally:
                done.set()


class _Listener:
    """Stands in for stdout or stderr: keeps what workers print, passes on all else."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        worker = next((w for w in _workers if w.speaks()), None)
        if worker is None:
            return self._stream.write(text)
        room = LONGEST_PRINT - len(worker.printed)
        worker.printed += text[: max(room, 0)]
        return len(text)

    def __getattr__(self, name):
        return getattr(self._stream, name)


_workers = []
_streams = {}
_lock = threading.Lock()


def _listen(worker):
    """The first worker puts the listeners in place, for all that come while it is there."""
    with _lock:
        _workers.append(worker)
        for name in ("stdout", "stderr"):
            if not isinstance(getattr(sys, name), _Listener):
                _streams[name] = getattr(sys, name)
                setattr(sys, name, _Listener(_streams[name]))


def _leave(worker):
    with _lock:
        _workers.remove(worker)
        for name in ("stdout", "stderr"):
            if not _workers and isinstance(getattr(sys, name), _Listener):
                setattr(sys, name, _streams[name])
