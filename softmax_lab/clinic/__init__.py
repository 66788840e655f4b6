"""The clinic: hand in a softmax gradient of your own and hear which mistake it makes.

``forms``, ``names`` and ``readings`` hold what it can be, ``screening`` finds out what it is.
``catalogue`` holds the mistakes, ``probes`` the inputs, ``calling`` runs a stranger's function
safely, ``reading`` and ``matching`` compare its numbers, ``judging`` judges them, ``symptoms``
and ``report`` say it.
"""

from softmax_lab.clinic.diagnose import diagnose
from softmax_lab.clinic.report import Diagnosis

__all__ = ["Diagnosis", "diagnose"]
