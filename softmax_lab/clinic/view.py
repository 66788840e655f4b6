"""How a diagnosis looks: text for a terminal, HTML for a notebook in light or dark."""

import re
import textwrap
from html import escape

import numpy as np

from softmax_lab._plain import plain
from softmax_lab.clinic import formulas, reading
from softmax_lab.clinic.attention_cases import PARTS
from softmax_lab.clinic.settings import ATTENTION
from softmax_lab.clinic.symptoms import quoted
from softmax_lab.palette import LIGHT

# As red, green and blue.
NEGATIVE, MIDDLE, POSITIVE = (
    tuple(bytes.fromhex(LIGHT[name][1:])) for name in ("negative", "zero", "positive")
)
WIDTH = 96
MOST_ROWS = 6

STYLE = """
.softmax-clinic{color:inherit;line-height:1.45;max-width:60em}
.softmax-clinic p{margin:.4em 0}
.softmax-clinic .verdict{display:inline-block;padding:.1em .6em;border-radius:.4em;color:#fff}
.softmax-clinic .correct{background:#1b6e4b}
.softmax-clinic .fragile{background:#7a5200}
.softmax-clinic .wrong{background:#a03a0c}
.softmax-clinic .not-judged{background:#4a5160}
.softmax-clinic .maps{display:flex;flex-wrap:wrap;align-items:flex-start;gap:.6em 2em;margin:.6em 0}
.softmax-clinic .maps{overflow-x:auto}
.softmax-clinic .maps table{color:inherit;margin:0;border-collapse:collapse}
.softmax-clinic .maps td{text-align:right;font-variant-numeric:tabular-nums}
.softmax-clinic .maps caption{caption-side:top;text-align:left;color:inherit;white-space:nowrap}
.softmax-clinic details{border-left:3px solid #8a8f99;padding-left:.8em;margin:.5em 0}
.softmax-clinic summary{cursor:pointer}
"""


def text(diagnosis):
    """The diagnosis for a terminal."""
    parts = [_wrapped(line, "") for line in diagnosis.read_as]
    role = "" if parts or diagnosis.beside else f"  [role {diagnosis.settings.role!r}]"
    parts = ["\n".join([*parts, _wrapped(diagnosis.headline + role, "", "  ")])]
    for entry in diagnosis.entries:
        parts.append(
            _wrapped(f"{entry.key} computes  {plain(entry.formula)}", "  ")
            + "\n"
            + _wrapped(entry.explanation, "  ")
        )
        advice = [f"Hint: {diagnosis.hint(entry)}", diagnosis.lesson(entry)]
        parts.append("\n".join(_wrapped(line, "  ") for line in advice))
    if diagnosis.symptoms:
        seen = "\n".join(_wrapped(s, "  - ", "    ") for s in diagnosis.symptoms)
        parts.append("What was seen:\n" + seen)
    if shown := _shown(diagnosis):
        parts.append(_shown_on(diagnosis.evidence) + "\n" + _side_by_side(shown))
    if diagnosis.advice:
        parts.append(diagnosis.advice)
    # Last, so that who wants to find it by the hint need not read it.
    for entry in diagnosis.entries:
        parts.append(_wrapped(f"Cure of {entry.key}: {diagnosis.cure(entry)}", "", "  "))
    return "\n\n".join(parts)


def _wrapped(words, first, later=None):
    return textwrap.fill(
        words,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if later is None else later,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _shown(diagnosis):
    """The panels of what went wrong, if anything did; the truth in them is that of the role."""
    verdicts = ("wrong",) if diagnosis.answer else ("wrong", "fragile")
    if diagnosis.beside:  # what was judged is right: there is no difference to show
        return []
    return panels(diagnosis.evidence) if diagnosis.verdict in verdicts else []


def _shown_on(trial):
    way = {
        "batch": "as a batch",
        "single": "as a vector",
        "column": "as a column",
        "row": "as a row",
    }[trial.way]
    if trial.case.settings.role in ATTENTION:
        part = PARTS[trial.case.settings.role][_furthest(trial)]
        return f"Shown on: {quoted(trial.case)}; {part}."
    words = f"Shown on: {quoted(trial.case)}, handed over {way}"
    if trial.way == "batch" and np.ndim(formulas.truth(trial.case)) == 3:
        words += f"; of its {trial.case.N} samples, number {_most_wrong(trial)}, counted from 0"
    elif trial.way == "batch" and trial.case.settings.layout == "columns":
        words += ", written with a sample in each row"
    return words + "."


def panels(trial):
    """What was returned, the truth, and their difference, as small matrices with titles."""
    if not trial.returned:
        return []
    if trial.case.settings.role in ATTENTION:
        return _of_attention(trial)
    truth = np.asarray(formulas.truth(trial.case))
    a = next(iter(reading.readings(trial.outcome.value, trial.case, trial.way)))
    difference, title = _difference(a, truth)
    if truth.ndim == 3:
        k = _most_wrong(trial)
        a = a[k] if a.ndim > 1 and len(a) == len(truth) else a
        truth = truth[k]
        difference = None if difference is None else difference[k]
    found = [("your function", a), ("the truth", truth)]
    if difference is not None:
        found.append((title, difference))
    return [(name, _small(x)) for name, x in found if x.ndim < 3 and x.size]


def _of_attention(trial):
    """The part of the answer that is furthest off, the truth, and their difference."""
    value, case = trial.outcome.value, trial.case
    if value.size != case.truth.size:
        return []
    found, truth = case.split(value), case.split(case.truth)
    part = _furthest(trial)
    difference = _clean(found[part] - truth[part], truth[part])
    shown = [("your function", found[part]), ("the truth", truth[part]), ("difference", difference)]
    return [(name, _small(x)) for name, x in shown if x.ndim < 3]


def _furthest(trial):
    """The number of the part of an answer that is furthest off."""
    off = trial.case.split(np.abs(trial.outcome.value - trial.case.truth))
    return int(np.argmax([np.nan_to_num(part, nan=np.inf).max(initial=0) for part in off]))


@np.errstate(all="ignore")
def _difference(a, truth):
    """The difference where there is one, and its title."""
    if a.shape == truth.shape:
        return _clean(a - truth, truth), "difference"
    if a.shape == truth.shape[:-1] and truth.ndim == 3:
        return _clean(formulas.diagonal(a) - truth, truth), "difference, your vector as a diagonal"
    return None, ""


def _most_wrong(trial):
    """The sample whose matrix is furthest from the truth."""
    truth = np.asarray(formulas.truth(trial.case))
    a = next(iter(reading.readings(trial.outcome.value, trial.case, trial.way)))
    difference, _ = _difference(a, truth)
    if difference is None:
        return 0
    return int(np.nan_to_num(np.abs(difference), nan=np.inf).sum(axis=(1, 2)).argmax())


def _clean(difference, truth):
    """The difference without rounding noise."""
    size = np.abs(truth[np.isfinite(truth)]).max(initial=0)
    return np.where(np.abs(difference) < 1e-12 * size, 0.0, difference)


def _small(x):
    return np.atleast_2d(x)[:MOST_ROWS, :8]


def _number(x):
    if not np.isfinite(x):
        return str(x)
    if x != 0 and not 1e-3 <= abs(x) < 1e4:
        return f"{x:.1e}".replace("-", "\N{MINUS SIGN}")
    return f"{x:.3f}".replace("-", "\N{MINUS SIGN}")


def _side_by_side(shown):
    blocks = []
    for title, x in shown:
        cells = [[_number(value) for value in row] for row in x]
        width = max(len(c) for row in cells for c in row)
        lines = [title, *("  ".join(c.rjust(width) for c in row) for row in cells)]
        wide = max(map(len, lines))
        blocks.append([line.ljust(wide) for line in lines])
    height = max(map(len, blocks))
    for block in blocks:
        block += [" " * len(block[0])] * (height - len(block))
    return "\n".join("  " + "   ".join(row).rstrip() for row in zip(*blocks, strict=True))


def html(diagnosis):
    """The diagnosis for a notebook."""
    verdict = diagnosis.verdict
    head = escape(diagnosis.headline.removeprefix(verdict).lstrip(": "))
    read_as = [escape(line) for line in diagnosis.read_as]
    role = (
        ""
        if read_as or diagnosis.beside
        else f" <small>role {escape(diagnosis.settings.role)}</small>"
    )
    parts = [
        f"<style>{STYLE}</style>",
        *(f"<p>{line}</p>" for line in read_as),
        f'<p><strong class="verdict {verdict.replace(" ", "-")}">{verdict}</strong> '
        f"<strong>{head}</strong>{role}</p>",
    ]
    for entry in diagnosis.entries:
        parts += [
            f"<p><strong>{escape(entry.key)}</strong> computes "
            f"<em>{_raised(escape(plain(entry.formula)))}</em></p>",
            f"<p>{_indexed(escape(entry.explanation))}</p>",
        ]
    if shown := _shown(diagnosis):
        scale = _scale(shown)
        parts.append(f"<p><small>{escape(_shown_on(diagnosis.evidence))}</small></p>")
        maps = "".join(_map(title, x, scale) for title, x in shown)
        parts.append(f'<div class="maps">{maps}</div>')
    if diagnosis.symptoms:
        items = "".join(f"<li>{escape(s)}</li>" for s in diagnosis.symptoms)
        parts.append(f"<p>What was seen:</p><ul>{items}</ul>")
    for entry in diagnosis.entries:
        of = f" of {escape(entry.key)}" if len(diagnosis.entries) > 1 else ""
        cure = escape(diagnosis.cure(entry))
        parts += [
            f"<p><strong>Hint:</strong> {_indexed(escape(diagnosis.hint(entry)))}</p>",
            f"<details><summary>The cure{of}</summary><p>{cure}</p></details>",
            f"<p><small>{escape(diagnosis.lesson(entry))}</small></p>",
        ]
    if diagnosis.advice:
        parts.append(f"<p><small>{escape(diagnosis.advice)}</small></p>")
    return f'<div class="softmax-clinic">{"".join(parts)}</div>'


def _raised(formula):
    """A plain formula with its indices lowered and its exponents raised."""
    formula = re.sub(r"\^\(([^()]*)\)", r"<sup>\1</sup>", formula)
    formula = re.sub(r"\^(\w)", r"<sup>\1</sup>", formula)
    formula = re.sub(r"_\(([^()]*)\)", r"<sub>\1</sub>", formula)
    return re.sub(r"_([^\W_]+)", r"<sub>\1</sub>", formula)


def _indexed(words):
    """Prose with the indices of its letters lowered; code in it stays as it is."""
    return re.sub(r"\b([hztσδJΣ])_([ijk]{1,2})\b", r"\1<sub>\2</sub>", words)


def _scale(shown):
    finite = [np.abs(x[np.isfinite(x)]).max(initial=0) for _, x in shown]
    return max(finite) or 1.0


def _map(title, x, scale):
    rows = "".join("<tr>" + "".join(_cell(value, scale) for value in row) + "</tr>" for row in x)
    return f"<table><caption>{escape(title)}</caption><tbody>{rows}</tbody></table>"


def _cell(value, scale):
    background, ink = colours(value, scale)
    style = f"background:rgb{background};color:{ink};padding:.25em .6em"
    return f'<td style="{style}">{_number(value)}</td>'


def colours(value, scale):
    """The background of a number and the ink that is legible on it."""
    if not np.isfinite(value):
        return (31, 36, 48), "#fff"
    end = POSITIVE if value > 0 else NEGATIVE
    share = min(abs(value) / scale, 1.0)
    colour = tuple(round(m + share * (e - m)) for m, e in zip(MIDDLE, end, strict=True))
    return colour, "#fff" if luminance(colour) < 0.179 else "#000"


def luminance(colour):
    """The relative luminance of WCAG 2: below 0.179 white ink contrasts more."""
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
