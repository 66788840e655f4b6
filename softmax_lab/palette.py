"""The colours of the series: those of its pictures, and of the explorers in light and dark pages.

``positive`` and ``negative`` are a diverging pair that colour-blind readers can tell apart; on any
shade of it white or black contrasts at least 4.5 to 1.
"""

LIGHT = {
    "ink": "#1f2430",
    "muted": "#6b7280",
    "line": "#d9dde5",
    "accent": "#5b3cc4",  # z and σ: what the reader sets
    "accent-ink": "#ffffff",  # what is written on it
    "output": "#a79be3",  # h: what softmax answers
    "positive": "#c2571a",
    "negative": "#2166ac",
    "zero": "#ffffff",  # between the two
}
DARK = {
    "muted": "#a9b1bf",
    "line": "#4a5162",
    "accent": "#a78bfa",
    "accent-ink": "#14161c",
    "output": "#7466c0",
    "positive": "#e2793b",
    "negative": "#5b9fe0",
    "zero": "#262a36",
}


def css(selector, colours):
    """The colours as CSS variables of the elements that a selector names.

    >>> css("main", {"ink": "#1f2430"})
    'main { --ink: #1f2430; }'
    """
    variables = " ".join(f"--{name}: {colour};" for name, colour in colours.items())
    return f"{selector} {{ {variables} }}"
