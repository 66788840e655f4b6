"""Code as it is handed over, with the answer an expert would give.

Modules whose names end in ``_held_back`` are for scoring: whoever improves the clinic does not
read them. Both halves have the same kinds of code, and no function in common.
"""

import importlib
import pkgutil

from clinic_cases.handed_over.case import REGISTRY, HandOver

for _module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")

CASES = tuple(REGISTRY)
OPEN = tuple(case for case in CASES if not case.held_back)
HELD_BACK = tuple(case for case in CASES if case.held_back)

__all__ = ["CASES", "HELD_BACK", "OPEN", "HandOver"]
