"""The clinic: hand in a softmax gradient of your own and hear which mistake it makes.

``form`` says what a way of handing over is; ``forms`` and ``layers`` hold those that people use,
``binding`` and ``names`` what their parameters stand for, ``readings`` what the function can be;
``screening`` finds out what it is. ``catalogue`` holds the mistakes, ``probes`` the inputs.
``calling`` asks a stranger's function, ``worker`` runs it apart, where ``performing`` calls it and
``results`` reads what it gave. ``reading`` and ``matching`` compare its numbers, ``judging`` judges
them, ``beside`` its other ``parts``; ``symptoms`` and ``report`` say it.
"""

from softmax_lab.clinic.diagnose import diagnose
from softmax_lab.clinic.report import Diagnosis

__all__ = ["Diagnosis", "diagnose"]
