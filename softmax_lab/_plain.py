r"""LaTeX formulas in plain characters, for a terminal.

>>> plain(r"\frac{e^{z_j}}{\sum_k e^{z_k}}")
'e^(z_j)/(Σ_k e^(z_k))'
"""

import re

SIGNS = {
    "sigma": "σ",
    "delta": "δ",
    "varepsilon": "ε",
    "partial": "∂",
    "infty": "∞",
    "cdot": "·",
    "circ": "∘",
    "pm": "±",
    "ne": "≠",
    "neq": "≠",
    "langle": "⟨",
    "rangle": "⟩",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "sum": "Σ",
    "arg": "arg ",
    "quad": " ",
} | dict.fromkeys(["left", "right", "bigl", "bigr", "Bigl", "Bigr", "textstyle"], "")
WRITTEN = {  # what is no command, or takes the space behind it along
    r"\\": "; ",
    " & ": ", ",
    r"^{\top}": "ᵀ",
    "^T": "ᵀ",
    r"\partial ": "∂",
    r"\,": " ",
    r"\;": " ",
    r"\ ": " ",
    "$": "",
}
SUM_OVER_ALL = re.compile(r"\\sum_{(\w+)=1}\^{[dnw]}")
SUM_OVER_SOME = re.compile(r"\\sum_{(\w+)=([\w +]+)}\^{(\w+)}")
ROOT = re.compile(r"\\sqrt{(\w+)}")
BEGIN_OR_END = re.compile(r"\\(begin|end){matrix}")
NAME, WORDS = re.compile(r"\\operatorname{([^{}]*)}"), re.compile(r"\\text{([^{}]*)}")
COMMAND = re.compile(r"\\(?!t?frac|text\b)([A-Za-z]+)")
INDEX, POWER = re.compile(r"_{([^{}]*)}"), re.compile(r"\^{([^{}]*)}")
FRACTION = re.compile(r"\\t?frac{([^{}]*)}{([^{}]*)}( (?=[^-+=])(?!\\text\b))?")


def plain(latex):
    """The formula in plain characters: indices after _, powers after ^, quotients with a /."""
    text = BEGIN_OR_END.sub("", SUM_OVER_ALL.sub(r"Σ_\1", latex))
    text = ROOT.sub(r"√\1", SUM_OVER_SOME.sub(r"Σ_(\1=\2…\3)", text))
    for written, sign in WRITTEN.items():
        text = text.replace(written, sign)
    text = NAME.sub(r"\1", text)
    text = COMMAND.sub(lambda command: SIGNS.get(command[1], command[1]), text)
    before = None
    while text != before:  # braces from the inside out
        before = text
        text = INDEX.sub(lambda index: "_" + _enclosed(index[1], r"\w+"), text)
        text = POWER.sub(lambda power: "^" + _enclosed(power[1], r"\w"), text)
        text = FRACTION.sub(_fraction, text)
    text = re.sub("[{}]", "", WORDS.sub(r"\1", text))
    return re.sub(" +", " ", text).strip()


def _fraction(match):
    above, below, factor_follows = match.groups()
    fraction = f"{_enclosed(above)}/{_enclosed(below)}"
    if factor_follows and above[0] not in "∂d":
        fraction = f"({fraction})"
    return fraction + (factor_follows or "")


def _enclosed(text, bare=r"\S+"):
    return text if re.fullmatch(bare, text) else f"({text})"
