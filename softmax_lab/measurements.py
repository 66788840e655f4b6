"""The measurements and runs that the lessons draw, found from whatever folder it runs in."""

from pathlib import Path

FOLDER = Path(__file__).parent / "data"


def file(name):
    """Give the path of a stored table, which comes with the package.

    Parameters
    ----------
    name : str
        The name of the table; ``data/README.md`` lists them.

    Returns
    -------
    pathlib.Path
        A file of comma-separated values.

    Raises
    ------
    ValueError
        When there is no table of that name; the message lists those there are.

    Examples
    --------
    >>> import numpy as np
    >>> from softmax_lab import measurements
    >>> runs = np.genfromtxt(
    ...     measurements.file("training_runs.csv"),
    ...     delimiter=",", names=True, dtype=None, encoding="utf-8",
    ... )
    >>> [str(name) for name in runs.dtype.names[:3]]
    ['run', 'epoch', 'loss']
    """
    names = sorted(path.name for path in FOLDER.glob("*.csv"))
    if name not in names:
        raise ValueError(
            f"a table of measurements must be one of {', '.join(names)}; received {name!r}. "
            f"Give one of these names."
        )
    return FOLDER / name
