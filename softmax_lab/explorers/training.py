"""The explorer of lesson 8: training runs with the right gradient and with wrong ones."""

import numpy as np
from traitlets import List, TraitType, Unicode, validate

from softmax_lab.explorers.explorer import Explorer
from softmax_lab.explorers.state import Number, OneOf, StateError
from softmax_lab.explorers.training_tables import CLASSES, training_runs

QUANTITIES = ("accuracy", "gradient_norm", "saturated", "largest_logit", "cosine")


class TrainingExplorer(Explorer):
    r"""Scrub through the epochs of training runs, and see what betrays a wrong gradient.

    .. math:: \theta \leftarrow \theta - \eta\, g, \qquad
              g = \frac{\partial C}{\partial \theta} \text{ in the right run only}

    It trains nothing and reads no file: it shows the tables that it is given. The first run in
    them is the right one; one of the others stands beside it.

    Parameters
    ----------
    runs : table
        One row for each run and epoch, from epoch 0 on, with the columns run, epoch, loss,
        accuracy, held_out_loss, held_out_accuracy, norm_hidden, norm_output, cosine, saturated
        and largest_logit: a structured array, as ``np.genfromtxt`` reads it, or anything else
        that gives a column for its name. A run that has fewer epochs than another has left the
        numbers: it ended in nan.
    confusions : table
        Ten rows for each run and epoch, with the columns run, epoch, digit and answered_0 to
        answered_9: how often each held-out digit was answered with which.
    run : str
        The run beside the right one; by default the second of the table.
    epoch : int from 0 to the last epoch
        Where the cursor stands; by default at the last epoch.
    others : list of str
        Further runs whose curves are drawn.
    quantity : {"accuracy", "gradient_norm", "saturated", "largest_logit", "cosine"}
        What the lower curves show; the upper ones always show the loss.
    scale : {"linear", "log"}
        Of the loss, the gradient's length and the largest logit.

    Raises
    ------
    ValueError
        (A ``TraitError`` too.) For a table without one of the columns, with nan, or with missing
        epochs; for an unknown run or an epoch out of range: the state and the picture then stay
        as they were.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, section 5.2.4, for gradient
    descent.

    Examples
    --------
    >>> measured = ["loss", "accuracy", "held_out_loss", "held_out_accuracy", "norm_hidden"]
    >>> measured += ["norm_output", "cosine", "saturated", "largest_logit"]
    >>> runs = {"run": ["right", "right", "wrong", "wrong"], "epoch": [0, 1, 0, 1]}
    >>> runs |= {name: [0.5, 0.25, 0.5, 0.75] for name in measured}
    >>> counts = {"run": np.repeat(runs["run"], 10), "epoch": np.repeat(runs["epoch"], 10)}
    >>> counts |= {"digit": np.tile(range(10), 4)}
    >>> counts |= {f"answered_{k}": counts["digit"] == k for k in range(10)}
    >>> explorer = TrainingExplorer(runs, counts)
    >>> explorer.run, explorer.epoch, explorer.loss
    ('wrong', 1, 0.75)
    """

    parameters = ("run", "epoch", "others", "quantity", "scale")

    _module = Unicode("training.js").tag(sync=True)
    _runs = List().tag(sync=True)
    run = TraitType("").tag(sync=True)
    epoch = Number(0, 0, 10**6).tag(sync=True)
    others = TraitType([]).tag(sync=True)
    quantity = OneOf(*QUANTITIES).tag(sync=True)
    scale = OneOf("linear", "log").tag(sync=True)

    def __init__(self, runs, confusions, *, run=None, epoch=None, **state):
        runs = training_runs(runs, confusions)
        run = runs[1]["name"] if run is None else run
        epoch = max(len(each["loss"]) for each in runs) - 1 if epoch is None else epoch
        super().__init__(_runs=runs, run=run, epoch=epoch, **state)

    @validate("run")
    def _of_the_table(self, proposal):
        right, *wrong = self._names
        if not isinstance(proposal.value, str) or proposal.value not in wrong:
            raise StateError(
                f"run must be one of {', '.join(map(repr, wrong))}; received {proposal.value!r}. "
                f"Choose one of these; {right!r} is always shown."
            )
        return str(proposal.value)

    @validate("others")
    def _all_of_the_table(self, proposal):
        names = proposal.value
        if not isinstance(names, list | tuple) or not all(name in self._names for name in names):
            raise StateError(
                f"others must be a list of names among {', '.join(map(repr, self._names))}; "
                f"received {names!r}. For example others=[{self._names[-1]!r}]."
            )
        return list(map(str, names))

    @validate("epoch")
    def _of_the_runs(self, proposal):
        last = max(len(each["loss"]) for each in self._runs) - 1
        if proposal.value > last:
            raise StateError(
                f"epoch must be a whole number from 0 to {last}; received {proposal.value}. "
                f"Choose one in that range."
            )
        return proposal.value

    @property
    def _names(self):
        return [each["name"] for each in self._runs]

    def _column(self, name, run):
        return next(each[name] for each in self._runs if each["name"] == run)

    def _now(self, name):
        column = self._column(name, self.run)
        return column[self.epoch] if self.epoch < len(column) else np.nan

    @property
    def loss(self):
        """The run's cross-entropy on the digits it is trained on; nan once it left the numbers."""
        return self._now("loss")

    @property
    def accuracy(self):
        """The share of the digits it is trained on that the run answers rightly."""
        return self._now("accuracy")

    @property
    def held_out_loss(self):
        """The run's cross-entropy on the held-out digits."""
        return self._now("held_out_loss")

    @property
    def held_out_accuracy(self):
        """The share of the held-out digits that the run answers rightly."""
        return self._now("held_out_accuracy")

    @property
    def gradient_norm(self):
        """The lengths of the gradient of the hidden and of the output layer's weights."""
        return np.array([self._now("norm_hidden"), self._now("norm_output")])

    @property
    def confusion(self):
        """How often each digit, a row, was answered with which; 0 once it left the numbers."""
        tables = self._column("confusion", self.run)
        if self.epoch >= len(tables):
            return np.zeros((CLASSES, CLASSES), dtype=int)
        return np.array(tables[self.epoch].split(), dtype=int).reshape(CLASSES, CLASSES)

    def __repr__(self):
        return super().__repr__().replace("(", "(runs, confusions, ", 1)
