"""The diagnosis, as text for a terminal and as a view for a notebook."""

from dataclasses import dataclass, field

from softmax_lab.clinic import view
from softmax_lab.clinic.catalogue import entry

LESSONS = {
    1: "01-the-failing-check",
    2: "02-the-whole-jacobian",
    3: "03-from-matrix-back-to-vector",
    4: "04-cross-entropy",
    5: "05-the-output-not-the-input",
    6: "06-numerical-stability",
    7: "07-train-a-network",
    8: "08-the-gradient-clinic",
}
VERDICTS = {
    "correct": "right on everything that was tried.",
    "fragile": "right on ordinary inputs, but it breaks on some.",
    "wrong": "its numbers are not those of the derivative.",
    "not judged": "it did not answer in time.",
}


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis:
    r"""What :func:`softmax_lab.diagnose` found; print it, or look at it in a notebook.

    .. math:: \text{correct} \iff \max_k |a_k - b_k| \le 10^{-6} \max_k |b_k|

    on every probe, with a what the function returned and b what is right.

    Attributes
    ----------
    verdict : {"correct", "fragile", "wrong", "not judged"}
        Fragile is right on ordinary inputs, and breaks on some. Not judged is what took too long
        or ended the process that it ran in: nothing is known of its numbers.
    mistakes : list of str
        Keys of the catalogue whose formula reproduces the function's numbers, best first. Empty
        when none does.
    symptoms : list of str
        What was seen, in sentences.
    reading : object
        How the function was read, as data; ``reading.words`` says it ("the gradient at the
        logits, …"), ``reading.others`` lists other readings that fit, in sentences.
    answer : object
        The other question that the function answers rightly, such as log-softmax, if any.
    together : bool
        Whether the mistakes are made at the same time; otherwise each alone explains the numbers.

    Notes
    -----
    Source: as :func:`softmax_lab.diagnose`.

    Examples
    --------
    >>> from softmax_lab import diagnose, softmax_vjp
    >>> print(diagnose(softmax_vjp, "backward"))
    correct: right on everything that was tried.  [role 'backward']
    """

    verdict: str
    mistakes: list
    symptoms: list
    settings: object = field(repr=False)
    evidence: object = field(repr=False)
    together: bool = False
    reading: object = field(default=None, repr=False)
    answer: object = field(default=None, repr=False)

    @property
    def entries(self):
        """The entries of the catalogue that belong to the mistakes."""
        return [entry(self.settings, key) for key in self.mistakes]

    @property
    def headline(self):
        """The verdict in one sentence."""
        if self.verdict in ("correct", "not judged"):
            return f"{self.verdict}: {VERDICTS[self.verdict]}"
        if self.answer:
            return f"{self.verdict}, as declared: this is {self.answer.words}."
        if self.mistakes:
            joint = " and, at the same time, " if self.together else ", or (the same numbers) "
            return f"{self.verdict}: {joint.join(self.mistakes)}."
        if self.evidence.outcome.problem:
            return f"{self.verdict}: it gave no numbers to compare."
        return f"{self.verdict}: none of the mistakes in the catalogue explains it."

    @property
    def read_as(self):
        """The reading as a sentence, and the other readings that fit; nothing if there is none."""
        if not self.reading:
            return []
        return [f"Read as {self.reading.words}.", *self.reading.others]

    @staticmethod
    def lesson(entry):
        """Where to read on."""
        return f"Read: notebooks/{LESSONS[entry.lesson]}.ipynb"

    def __str__(self):
        return view.text(self)

    __repr__ = __str__

    def _repr_html_(self):
        return view.html(self)
