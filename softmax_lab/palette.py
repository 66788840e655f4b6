"""The colours of the series: those of its pictures, and of the explorers in light and dark pages.

The explorers draw in ``LIGHT`` and, in dark pages, ``DARK``; the pictures draw in ``LIGHT``, and
``PICTURES`` says which colour of theirs becomes which in a dark page.

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
    "output-ink": "#1f2430",
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
    "output-ink": "#ffffff",
    "positive": "#e2793b",
    "negative": "#5b9fe0",
    "zero": "#262a36",
}

# What a picture has beside the palette. On a coloured ground numbers are black or white, whichever
# is legible, and in a dark page perhaps the other: four names for what the eye sees as two colours.
PAPER = {"light": "#ffffff", "dark": "#14161c"}
GROUND = {"light": "#f6f7fa", "dark": "#20242f"}
WRITTEN = {
    ("black", "black"): "#000000",
    ("black", "white"): "#000001",
    ("white", "white"): "#fffffd",
    ("white", "black"): "#fffffe",
}
_INK = "#e6e8ee"
_OF_LINES = ("muted", "line", "accent", "output", "positive", "negative")

PICTURES = (
    {LIGHT["ink"]: _INK, GROUND["light"]: GROUND["dark"]}
    | {LIGHT[name]: DARK[name] for name in _OF_LINES}
    | {
        colour: {"black": "#000000", "white": "#ffffff"}[dark]
        for (_, dark), colour in WRITTEN.items()
    }
)


def css(selector, colours):
    """The colours as CSS variables of the elements that a selector names.

    >>> css("main", {"ink": "#1f2430"})
    'main { --ink: #1f2430; }'
    """
    variables = " ".join(f"--{name}: {colour};" for name, colour in colours.items())
    return f"{selector} {{ {variables} }}"
