"""The tables of training runs that TrainingExplorer is given, checked and brought into one form."""

import numpy as np

from softmax_lab.explorers.state import StateError

MEASURED = (
    "loss",
    "accuracy",
    "held_out_loss",
    "held_out_accuracy",
    "norm_hidden",
    "norm_output",
    "cosine",
    "saturated",
    "largest_logit",
)
CLASSES = 10
FEWEST, MOST = 2, 5  # runs: each has a colour of its own
READ = 'np.genfromtxt(file, delimiter=",", names=True, dtype=None, encoding="utf-8")'


def training_runs(runs, confusions):
    """A list with one dict for each run: its name, its columns, and its confusions.

    A confusion is a string of all counts, row by row: in a saved notebook every number of a list
    takes a line.
    """
    runs = _columns("runs", runs, ("epoch", *MEASURED))
    answered = [f"answered_{digit}" for digit in range(CLASSES)]
    counts = _columns("confusions", confusions, ("epoch", "digit", *answered))
    names = list(dict.fromkeys(runs["run"].tolist()))
    if not FEWEST <= len(names) <= MOST:
        raise StateError(
            f"runs must hold {FEWEST} to {MOST} runs; received {len(names)}: {', '.join(names)}. "
            f"Choose rows by their column run; the first run is what the others are compared with."
        )
    return [
        {
            "name": name,
            **_run(name, {key: column[runs["run"] == name] for key, column in runs.items()}),
            "confusion": _confusions(
                name,
                np.count_nonzero(runs["run"] == name),
                {key: column[counts["run"] == name] for key, column in counts.items()},
            ),
        }
        for name in names
    ]


def _columns(what, table, numbers):
    """The columns of a table by their names: ``run`` as strings, the others as finite floats."""
    columns = {}
    for name in ("run", *numbers):
        try:
            columns[name] = np.asarray(table[name], dtype=str if name == "run" else float)
        except (KeyError, IndexError, TypeError, ValueError):
            raise StateError(
                f"{what} must have a column {name!r}{'' if name == 'run' else ' of numbers'}; "
                f"received {_described(table)}. Read the table with {READ}."
            ) from None
        if name != "run" and not np.isfinite(columns[name]).all():
            raise StateError(
                f"{what} must be finite; received nan or inf in column {name!r}. "
                f"A run that leaves the numbers ends there: leave out its further rows."
            )
    if len({column.shape for column in columns.values()}) > 1 or columns["run"].ndim != 1:
        raise StateError(
            f"{what} must have columns of one length; received "
            f"{', '.join(f'{name} {column.shape}' for name, column in columns.items())}. "
            f"Read the table with {READ}."
        )
    return columns


def _described(table):
    names = getattr(getattr(table, "dtype", None), "names", None)
    if names is None and hasattr(table, "keys"):
        names = table.keys()
    return type(table).__name__ if names is None else f"the columns {', '.join(map(str, names))}"


def _run(name, columns):
    epochs = columns["epoch"].tolist()
    if epochs != list(range(len(epochs))):
        raise StateError(
            f"runs must have the epochs 0, 1, 2, … of a run in order; received "
            f"{', '.join(f'{epoch:g}' for epoch in epochs)} for {name!r}. "
            f"Sort the rows of each run, one an epoch."
        )
    return {key: columns[key].tolist() for key in MEASURED}


def _confusions(name, epochs, columns):
    rows = np.stack([columns["epoch"], columns["digit"]], axis=-1).tolist()
    if rows != [[epoch, digit] for epoch in range(epochs) for digit in range(CLASSES)]:
        raise StateError(
            f"confusions must have {CLASSES} rows, digit 0 to {CLASSES - 1} in order, for each "
            f"epoch of each run; received {len(rows)} rows for the {epochs} epochs of {name!r}. "
            f"Hand in both tables of the same runs."
        )
    counts = np.stack([columns[f"answered_{digit}"] for digit in range(CLASSES)], axis=-1)
    if (counts < 0).any() or (counts % 1 > 0).any():
        raise StateError(
            f"confusions must be counts; received {counts[(counts < 0) | (counts % 1 > 0)][0]:g} "
            f"for {name!r}. Count how often each digit got each answer."
        )
    tables = counts.astype(int).reshape(epochs, -1).tolist()
    return [" ".join(map(str, table)) for table in tables]
