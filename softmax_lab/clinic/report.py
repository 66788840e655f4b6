"""The diagnosis, as text for a terminal and as a view for a notebook."""

from dataclasses import dataclass, field

from softmax_lab import lessons
from softmax_lab.clinic import symptoms, view
from softmax_lab.clinic.catalogue import entry
from softmax_lab.clinic.evidence import ONE_HOT_ONLY

VERDICTS = {
    "correct": "right on everything that was tried.",
    "not judged": "it did not answer in time.",
}


# What a cure says of samples in rows and of z, said of columns and of h.
IN_COLUMNS = {
    "axis=-1 for samples in rows": "axis=0 for samples in columns",
    "axis=-1, keepdims=True for samples in rows": "axis=0 for samples in columns",
    "For samples in rows, divide by len(z)": "For samples in columns, divide by z.shape[1]",
    "each row's own maximum": "each column's own maximum",
    "pass (1, n)": "pass (n, 1)",
    "axis=-1": "axis=0",
}
FROM_OUTPUT = {
    " with h = softmax(z)": "",
    "Pass the logits to a function that applies softmax, or remove softmax inside it.": (
        "Use h as it is: it is the output of softmax already."
    ),
}


def fitted(words, settings):
    """Advice in the words of what was declared: the axis of the classes, and z or h."""
    changes = IN_COLUMNS if settings.layout == "columns" else {}
    changes = changes if settings.from_logits else {**changes, **FROM_OUTPUT}
    for old, new in changes.items():
        words = words.replace(old, new)
    return words


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
    Read as the error passed back through softmax, ∂C/∂z = Jᵀσ, at the logits, from (logits, error),
    samples in rows.
    correct: right on everything that was tried.
    """

    verdict: str
    mistakes: list
    symptoms: list
    settings: object = field(repr=False)
    evidence: object = field(repr=False)
    together: bool = False
    reading: object = field(default=None, repr=False)
    answer: object = field(default=None, repr=False)
    first: list = field(default_factory=list, repr=False)  # the symptoms that come before all
    beside: str = field(default="", repr=False)  # what is wrong beside the part that was judged

    @property
    def entries(self):
        """The entries of the catalogue that belong to the mistakes."""
        return [entry(self.settings, key) for key in self.mistakes]

    @property
    def headline(self):
        """The verdict in one sentence."""
        if self.beside:
            but = "right on what was declared, but " * (self.verdict in ("correct", "fragile"))
            return f"{self.verdict}: {but}{self.beside}"
        if self.verdict in ("correct", "not judged"):
            return f"{self.verdict}: {VERDICTS[self.verdict]}"
        if self.verdict == "fragile" and self.answer:
            return f"fragile: {self.answer.words}, right on ordinary inputs and not on all."
        if self.verdict == "fragile":
            return f"fragile: {self._names() or 'right on ordinary inputs'}; {self._breaks()}"
        if self.answer:
            names = f" ({self._names()})" if self.mistakes else ""
            return f"wrong as declared: it is {self.answer.words}{names}."
        if self.mistakes:
            return f"wrong: {self._names()}."
        if self.evidence.outcome.problem:
            return "wrong: it gave no numbers to compare."
        return "wrong: none of the mistakes in the catalogue explains it."

    def _names(self):
        joint = " and, at the same time, " if self.together else ", or (the same numbers) "
        return joint.join(self.mistakes)

    def _breaks(self):
        """On what a fragile function breaks."""
        if symptoms.ONE_SAMPLE_ONLY in self.symptoms:
            return "right for one sample, wrong for a batch of several."
        if ONE_HOT_ONLY in self.symptoms:
            return "right for one-hot targets, wrong for others."
        if symptoms.COLUMNS_ONLY in self.symptoms:
            return "right for (n, 1) columns, wrong for a vector or a batch."
        trial = self.evidence
        return f"it {symptoms.what_is_off(trial)} at {symptoms.quoted(trial.case)}."

    def cure(self, entry):
        """What to write instead, in the layout that was declared and for what is given."""
        return fitted(entry.cure, self.settings)

    def hint(self, entry):
        """The hint of an entry, in the layout that was declared."""
        return fitted(entry.hint, self.settings)

    @property
    def advice(self):
        """Where to look on when no mistake has been named."""
        if self.verdict in ("correct", "not judged") or self.mistakes or self.beside:
            return ""
        if self.answer:
            return self.lesson(self.answer.question)
        return "What symptoms point to: python -m softmax_lab.clinic --symptoms"

    @property
    def read_as(self):
        """The reading as a sentence, and the other readings that fit; nothing if there is none."""
        if not self.reading or (self.verdict == "not judged" and self.beside):
            return []
        adapted = []
        if self.reading.adapter:
            source, role = self.reading.adapter
            adapted = [
                f"It cannot be called as it is; it was called by diagnose({source}, {role!r})."
            ]
        return [f"Read as {self.reading.words}.", *adapted, *self.reading.others]

    @staticmethod
    def lesson(entry):
        """Where to read on about a mistake, or about another question."""
        return f"Read: notebooks/{lessons.named(entry.lesson).file}"

    def __str__(self):
        return view.text(self)

    __repr__ = __str__

    def _repr_html_(self):
        return view.html(self)
