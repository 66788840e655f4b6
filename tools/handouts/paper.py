"""What the two printed pages of a lesson ask: an explorer to fill in, and questions of the lesson.

Questions and answers come from the lesson itself, so that a sentence stands in one place: a
prediction by its beginning, and the lesson's first exercise.
"""

import re
from dataclasses import dataclass

import numpy as np

import exercise_cells
from softmax_lab import measurements
from softmax_lab.explorers import (
    AttentionExplorer,
    BalanceExplorer,
    ChartsExplorer,
    GradientCheckExplorer,
    JacobianExplorer,
    SimplexExplorer,
    StabilityExplorer,
    TrainingExplorer,
)

PREDICTION = re.compile(
    r"\*\*Predict\.\*\*\s+(?P<asks>.*?)\s*<details>\s*<summary>[^\n]*</summary>\s*"
    r"(?P<answer>.*?)\s*</details>",
    re.DOTALL,
)
FOLDED = re.compile(r"<details>\s*<summary>[^\n]*</summary>\s*(.*?)\s*</details>", re.DOTALL)
SETTING_UP = "from softmax_lab.exercises import check"
FEW = 3  # lines
TAKEN_ALONG = "## A question to take along"
OUTPUT_BARS = ".slot[data-output=h] :is(.bar, .number)"
MATRIX = ".matrix :is(rect, .number)"


@dataclass(frozen=True)
class Page:
    """A lesson's pages: the explorer, what of it is left empty, the task, and a prediction."""

    explorer: object  # what makes it
    empty: str  # a selector: what the reader has to fill in
    aside: str  # a selector: what is no part of the task, on either version
    task: str
    answer: str
    prediction: str = ""  # how it begins, in the lesson


@dataclass(frozen=True)
class Question:
    """A question and its answer, both in Markdown, and code to write into."""

    title: str
    asks: str
    answer: str
    code: str = ""


def runs():
    """The training runs that lesson 8 draws."""

    def read(name):
        file = measurements.file(name)
        return np.genfromtxt(file, delimiter=",", names=True, dtype=None, encoding="utf-8")

    return TrainingExplorer(
        *(read("training_runs.csv"), read("training_confusion.csv")),
        run="diagonal_only",
        others=["softmax_applied_twice"],
    )


PAGES = {
    1: Page(
        lambda: JacobianExplorer(z=[2.0, 1.0, 0.1], progress=0.0),
        f"{OUTPUT_BARS}, {MATRIX}",
        ".right > :is(.title, .axis, .slot, .number, .column, .heads, .stacks, .level, .landing)",
        "These are the logits $z = (2,\\; 1,\\; 0.1)$. Draw the three bars of $h$, with about the "
        "right heights. Then write into each of the nine fields whether $h_i$ (the row) rises or "
        "falls when $z_j$ (the column) is raised, **+** or **−**. Encircle those that "
        "$h_j(1 - h_j)$ knows of.",
        "$h = (0.66,\\; 0.24,\\; 0.10)$. Plus on the diagonal and minus elsewhere: an output gains "
        "from its own logit, and every other one loses. The formula knows of the diagonal only.",
        "Raise only $z_2$, by 0.5.",
    ),
    2: Page(
        lambda: SimplexExplorer(z=np.log([0.5, 0.3, 0.2]).round(6).tolist()),
        ".ellipse, .image, .change, .tip, .number.jacobian, :has(+ .number.jacobian), "
        "[data-output=result]",
        "",
        "The point is $h = (0.5,\\; 0.3,\\; 0.2)$. Fill in the Jacobian $h_i(\\delta_{ij} - h_j)$: "
        "nine numbers, by hand, and make a check of the rows. Then sketch into the triangle what "
        "$J$ makes of the circle of changes below: where is it long, and where is it narrow?",
        "Rows and columns sum to 0. The ellipse is longest along the side between the two largest "
        "outputs, which exchange most, and narrow towards the smallest one.",
        "Add the same number $c$ to all three logits.",
    ),
    3: Page(
        lambda: JacobianExplorer(
            z=np.log([0.5, 0.3, 0.2]).round(6).tolist(), upstream=[2.0, -1.0, 1.0], progress=2.0
        ),
        f"{MATRIX}, .stacks, .heads, .level, .left-over, .landing, .right > .number",
        "",
        "The errors $\\sigma = (2, -1, 1)$ arrive at $h = (0.5,\\; 0.3,\\; 0.2)$. Write the rows "
        "of "
        "$J$, each multiplied by its error, into the table; then add up the columns. Last, compare "
        "with $h_k(\\sigma_k - \\langle h, \\sigma\\rangle)$, without the table.",
        "$\\langle h, \\sigma\\rangle = 1 - 0.3 + 0.2 = 0.9$, so $h\\circ(\\sigma - 0.9) = "
        "(0.55,\\; "
        "-0.57,\\; 0.02)$; and so do the columns sum.",
        "Suppose logit $z_k$ is nudged.",
    ),
    4: Page(
        lambda: BalanceExplorer(z=[2.0, 1.0, 0.1], mode="cross_entropy", target=[0, 1, 0]),
        ".moment, .fulcrum, [data-output=average]",
        "",
        "Class 2 is true, and $h = (0.66,\\; 0.24,\\; 0.10)$. The weights $h_k$ stand where their "
        "errors $\\sigma_k = -t_k/h_k$ are. At which point does the beam balance? Mark it. Then "
        "draw "
        "the three arrows $\\partial C/\\partial z$, and write their numbers below.",
        "It balances at $\\langle h, \\sigma\\rangle = h_2\\cdot(-1/h_2) = -1$, wherever the "
        "weights "
        "are: for cross-entropy the average error is always $-1$. What is passed back is $h - t = "
        "(0.66,\\; -0.76,\\; 0.10)$.",
        "Differentiate $-\\sum_k t_k\\log h_k$",
    ),
    5: Page(
        lambda: ChartsExplorer(),
        ".cross, .cursor, .marks, .curve-dot, [data-output=slope], [data-output=wrong]",
        "",
        "Both charts are the slope of the sigmoid, above over its input $z$, below over its output "
        "$a$. Mark on each the place where you read the slope at $z = 1.2$ (there $a = 0.77$). "
        "Then mark where one lands in the lower chart with $1.2$, and in the upper with $0.77$.",
        "The dots are at one height, 0.178. The crosses are where the other's number leads: below, "
        "to a negative slope, which a sigmoid never has.",
        "At $z = 1.2$ the output is $a = e^{1.2}",
    ),
    6: Page(
        lambda: StabilityExplorer(z=[12.0, 0.0, 11.0], dtype="float16"),
        "td[data-output] > *, caption .more",
        "table.wide",
        "The logits $(12, 0, 11)$ in float16, whose largest number is 65504 ($e^{11} = 59874$, "
        "$e^{12} = 162755$). Fill in both tables: numbers with two digits, or `inf`, `nan`, 0.",
        "As it stands, $e^{12}$ is infinite, and so is the sum: `nan` for the first class, 0 for "
        "the "
        "others. Shifted by 12 the exponentials are 1, $6\\cdot10^{-6}$ and 0.37, and nothing "
        "overflows.",
        "Take $z = (0, 800, 0)$.",
    ),
    7: Page(
        lambda: GradientCheckExplorer(),
        ".grid ~ .curve, .cursor, .curve-dot, .said",
        ".digits, .left > .letter, .left > .title:nth-of-type(n + 3), .left > .number",
        "Sketch into the chart how the largest error of a check depends on the step: for *forward* "
        "differences, for *central* ones and for the *complex* step. At which step does each of "
        "the "
        "first two have its best?",
        "Forward: best near $\\sqrt\\varepsilon \\approx 10^{-8}$; central: near "
        "$\\sqrt[3]\\varepsilon \\approx 10^{-5}$, and lower. Left of it rounding, right of it the "
        "formula. The complex step subtracts nothing, so it stays low however small the step.",
        "With $s = 10^{-5}$ about 11 digits",
    ),
    8: Page(
        runs,
        ".plot > .curve, .cursor, .curve-dot, circle",
        ".card",
        "Three runs of one network, from the same start, which differ only in the error at the "
        "logits: the right one, $(h - t)/N$; *diagonal only*, $-t(1 - h)/N$; and *softmax applied "
        "twice*, $(\\operatorname{softmax}(h) - t)/N$. Sketch how the cost and the share of digits "
        "read correctly go over thirty epochs, for each of the three.",
        "Black is the right run, orange *diagonal only*, blue *softmax applied twice*; dashed "
        "what is held out. One of the wrong ones reads digits: what trains need not be right.",
        "How can the cost rise while more answers are right?",
    ),
    9: Page(
        lambda: AttentionExplorer(),
        "[data-output=h], [data-output=sigma], [data-output=result], .area, .mass, .average, "
        ".average-line, .strand, rect.mark",
        ".shaft[data-output], .head[data-output], .plane text.letter",
        "The scores of four keys are given. Which key gets the most weight, and which hardly any? "
        "Write about what each weight $h$ is, and which sign $\\partial C/\\partial z$ has for "
        "each "
        "key: its value lies on the side to which $\\partial C/\\partial o$ points, or on the "
        "other.",
        "The largest score has the largest weight. A score gets a positive error if its key's "
        "$\\sigma$ is above the average $\\langle h, \\sigma\\rangle$, and the four sum to zero.",
        "What passes back through a score of",
    ),
    10: Page(
        lambda: BalanceExplorer(
            z=np.log([0.5, 0.3, 0.2]).round(6).tolist(), upstream=[1.0, -1.0, 2.0], compare=True
        ),
        ".moment, path.diagonal, .fulcrum, [data-output=average]",
        "",
        "The patient's backward pass is $h_k(1 - h_k)\\,\\sigma_k$, *diagonal only*. At $h = "
        "(0.5,\\; "
        "0.3,\\; 0.2)$ the errors $\\sigma = (1, -1, 2)$ arrive. Draw what should be passed back "
        "as "
        "arrows, and what the patient passes back beside them. Which law tells them apart "
        "without a "
        "check?",
        "Right is $h\\circ(\\sigma - 0.6) = (0.2,\\; -0.48,\\; 0.28)$, which sums to 0. The "
        "patient "
        "gives $(0.25,\\; -0.21,\\; 0.32)$, which sums to 0.36: nothing that softmax passes back "
        "can "
        "have another sum than 0.",
    ),
}


def questions(notebook, page):
    """A prediction, the lesson's first exercise, and its question to take along.

    Where no prediction stands by itself, that question takes its place.
    """
    exercise = _exercise(exercise_cells.exercises(notebook)[0])
    if page.prediction:
        return [_prediction(notebook, page.prediction), exercise, _last(notebook)]
    return [_last(notebook), exercise]


def _prediction(notebook, beginning):
    for cell in notebook.cells:
        for match in PREDICTION.finditer(cell.source if cell.cell_type == "markdown" else ""):
            if match["asks"].startswith(beginning):
                return Question("Predict", match["asks"], match["answer"])
    raise ValueError(
        f"a prediction must stand in its lesson with its answer folded below; received "
        f"{beginning!r}, with which none begins. Give the first words of one that is there."
    )


def _exercise(cells):
    asking = [c for c in cells.asking if not c.source.startswith(exercise_cells.HEADING)]
    text = "\n\n".join(
        cell.source if cell.cell_type == "markdown" else _code(cell.source) for cell in asking
    )
    title, _, asks = text[text.index("**Exercise") :].partition("**")[2].partition("**")
    given = text[: text.index("**Exercise")]
    answer = FOLDED.search(cells.solution.source)[1]
    return Question(title.rstrip("."), f"{asks.strip()}\n\n{given}", answer, cells.answer.source)


def _code(source):
    """Code that a question shows; of what sets the exercises up, a table, but no numbers."""
    code = source.removeprefix(SETTING_UP).strip()
    if code != source and len(code.splitlines()) <= FEW:
        return ""
    return f"```python\n{code}\n```"


def _last(notebook):
    """The question to take along, with its answer."""
    (cell,) = (c for c in notebook.cells if c.source.startswith(TAKEN_ALONG))
    asks = FOLDED.sub("", cell.source.removeprefix(TAKEN_ALONG)).strip()
    return Question("To take along", asks, FOLDED.search(cell.source)[1])
