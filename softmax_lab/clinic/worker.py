"""Run a stranger's code with a time limit, and keep what it prints.

Python cannot stop a function from outside. So it runs in a daemon thread, and the main thread
waits: in short waits, so that Ctrl-C still reaches the reader's notebook. When time is up the
thread gets an exception, which ends a loop written in Python; code that blocks in C is left
behind, and does no harm but to lie there.
"""

import contextlib
import ctypes
import queue
import sys
import threading
import time

import numpy as np

SHORT_WAIT = 0.05
LONGEST_PRINT = 2000  # characters kept


class OutOfTime(Exception):
    """A job has not returned within its limit."""


class Worker:
    """A thread that does one job after another; use it in a ``with`` statement."""

    def __init__(self):
        self.printed = ""
        self._start()

    def _start(self):
        self._jobs = queue.SimpleQueue()
        self._thread = threading.Thread(target=_work, args=(self._jobs,), daemon=True)
        self._thread.start()

    def __enter__(self):
        self._streams = contextlib.ExitStack()
        self._streams.enter_context(contextlib.redirect_stdout(_Listener(sys.stdout, self)))
        self._streams.enter_context(contextlib.redirect_stderr(_Listener(sys.stderr, self)))
        return self

    def __exit__(self, *error):
        self._streams.close()
        self._jobs.put(None)  # there is no other job
        if error[0] is not None:  # the reader's own Ctrl-C
            self._abandon()

    def speaks(self):
        """Whether the code now running is the worker's."""
        return threading.current_thread() is self._thread

    def run(self, job, limit):
        """What the job returns or raises, as (value, exception); OutOfTime when time is up."""
        answer, done = [], threading.Event()
        self._jobs.put((job, answer, done))
        end = time.monotonic() + limit
        while not done.wait(SHORT_WAIT):
            if time.monotonic() > end:
                self._abandon()
                self._start()
                return None, OutOfTime()
        return answer[0]

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
    """Stands in for stdout or stderr: keeps what the worker prints, passes on all else."""

    def __init__(self, stream, worker):
        self._stream, self._worker = stream, worker

    def write(self, text):
        if not self._worker.speaks():
            return self._stream.write(text)
        room = LONGEST_PRINT - len(self._worker.printed)
        self._worker.printed += text[: max(room, 0)]
        return len(text)

    def __getattr__(self, name):
        return getattr(self._stream, name)
