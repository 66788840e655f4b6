"""``python -m softmax_lab.clinic my_file.py``: a diagnosis of what a file defines.

``my_file.py:my_function`` or ``my_file.py:Layer.backward`` names one thing in it; settings such
as ``--role backward`` declare what is otherwise found out; ``--symptoms`` prints what symptoms
point to. The exit status is 0 if everything is correct, 1 if not, and 2 if there was nothing to
diagnose.
"""

import argparse
import os
import signal
import sys
from pathlib import Path

from softmax_lab.clinic import diagnose, files
from softmax_lab.clinic.settings import ALLOWED
from softmax_lab.clinic.symptom_table import as_text

COULD_NOT_RUN = 2
RULE = "\n" + "-" * 72 + "\n"


def main(arguments=None):
    """Diagnose what the arguments name, and return the exit status."""
    options = _parser().parse_args(arguments)
    if options.symptoms:
        print(as_text())
        return 0
    declared = {name: getattr(options, name) for name in ALLOWED}
    try:
        if not options.place:
            raise ValueError("a file must be given, as my_file.py or my_file.py:my_function.")
        file, name = _parts(options.place)
        defined = files.load(file)
        if name:
            return _one(files.named(defined, name, file), declared)
        return _all(file, list(files.patients(defined)), declared)
    except ValueError as error:
        print(error, file=sys.stderr)
        return COULD_NOT_RUN


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m softmax_lab.clinic",
        description="Name the mistake in a softmax gradient.",
    )
    parser.add_argument(
        "place",
        nargs="?",
        metavar="file",
        help="my_file.py for everything in it, or my_file.py:my_function, my_file.py:Net.backward",
    )
    parser.add_argument("--symptoms", action="store_true", help="print what symptoms point to")
    for name, allowed in ALLOWED.items():
        parser.add_argument(f"--{name}", choices=allowed, help="found out if it is not declared")
    return parser


def _parts(place):
    """The file and the name, if there is one: a colon may be part of a path."""
    file, colon, name = place.rpartition(":")
    if not colon or Path(place).is_file():
        return place, ""
    if not name or not file:
        raise ValueError(
            f"the function must be given as my_file.py:my_function; received {place!r}. "
            f"Put the name of the function behind a colon."
        )
    return file, name


def _one(thing, declared):
    diagnosis = diagnose(thing, **declared)
    print(diagnosis)
    return 0 if diagnosis.verdict == "correct" else 1


def _all(file, patients, declared):
    """One line each, then the details of what is not right."""
    if not patients:
        raise ValueError(
            f"the file must define functions or classes that take arrays; {file} has none. "
            f"Name one, as {file}:my_function."
        )
    found = [(label, diagnose(thing, **declared)) for label, thing in patients]
    things = dict(patients)
    known = [(label, d) for label, d in found if files.is_recognised(label, d, things[label])]
    width = max(len(label) for label, _ in found)
    for label, diagnosis in known:
        print(f"{label:{width}}  {_in_a_line(diagnosis)}")
    others = [label for label, d in found if (label, d) not in known]
    if others:
        print(f"Nothing of softmax was recognised in {', '.join(others)}.")
    ill = [(label, d) for label, d in known if d.verdict != "correct"]
    for label, diagnosis in ill:
        print(f"{RULE}{label}\n\n{diagnosis}")
    if not known:
        return COULD_NOT_RUN
    return 1 if ill else 0


def _in_a_line(diagnosis):
    """The headline; of what is right also what it was read as, since no details follow."""
    if diagnosis.verdict != "correct":
        return diagnosis.headline
    if diagnosis.beside:
        return diagnosis.headline
    read_as = f"correct: read as {diagnosis.reading.words}."
    return " ".join([read_as, *diagnosis.first, *diagnosis.reading.others])


def guarded(run):
    """The exit status of a run in a process of its own: a file that ends it is found out."""
    if not hasattr(os, "fork"):
        return run()
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        try:
            status = run()
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else COULD_NOT_RUN
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(theirs, bytes([status]))
        os._exit(status)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        status = pipe.read()
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        return status[0]
    if ended == -signal.SIGPIPE:  # whoever reads has seen enough
        return 0
    print(
        "the file must run to its end; it ended the process. Is there an exit in it?",
        file=sys.stderr,
    )
    return COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(guarded(main))
