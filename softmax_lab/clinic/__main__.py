"""``python -m softmax_lab.clinic my_file.py:my_function --role backward``: a diagnosis.

The exit status is 0 for correct, 1 for wrong or fragile, and 2 if there was nothing to diagnose.
"""

import argparse
import runpy
import sys
from pathlib import Path

from softmax_lab.clinic import diagnose
from softmax_lab.clinic.settings import ALLOWED, Settings

COULD_NOT_RUN = 2


def main(arguments=None):
    """Diagnose the function that the arguments name, and return the exit status."""
    options = _parser().parse_args(arguments)
    settings = {name: getattr(options, name) for name in ALLOWED}
    try:
        function = _load(options.function)
        diagnosis = diagnose(function, **settings)
    except ValueError as error:
        print(error, file=sys.stderr)
        return COULD_NOT_RUN
    print(diagnosis)
    return 0 if diagnosis.verdict == "correct" else 1


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m softmax_lab.clinic",
        description="Name the mistake in a softmax gradient.",
    )
    parser.add_argument("function", help="where it is, as my_file.py:my_function")
    for name, allowed in ALLOWED.items():
        default = getattr(Settings, name, None)
        parser.add_argument(
            f"--{name}",
            choices=allowed,
            default=default,
            required=default is None,
            help=f"default: {default}" if default else "what the function returns",
        )
    return parser


def _load(place):
    """The object at file.py:name."""
    file, colon, name = place.rpartition(":")
    if not colon or not name:
        raise ValueError(
            f"the function must be given as my_file.py:my_function; received {place!r}. "
            f"Put the name of the function behind a colon."
        )
    if not Path(file).is_file():
        raise ValueError(f"the file must exist; received {file!r}. Check the path.")
    sys.path.insert(0, str(Path(file).resolve().parent))
    try:
        names = runpy.run_path(file, run_name="patient")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise ValueError(
            f"the file must run without an error; {file} raised {type(error).__name__}: {error}. "
            f"Run it by itself first."
        ) from error
    if name not in names:
        raise ValueError(
            f"the file must define the function; {file} has no {name!r}. Check the spelling."
        )
    return names[name]


if __name__ == "__main__":
    sys.exit(main())
