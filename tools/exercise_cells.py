"""The exercises of a lesson as cells: question, answer, check, solution.

From the heading "## Exercises" to the last solution, in this order for each exercise: cells that
ask, one code cell tagged exercise, one tagged check, one markdown cell tagged solution.
"""

import ast
import re
import symtable
from dataclasses import dataclass

HEADING = "## Exercises"
SOLUTION = re.compile(r"<details>\n<summary>[^\n]+</summary>\n\n.*\n\n</details>", re.DOTALL)
BLOCK = re.compile(r"^```python\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
TAGS = {"exercise": "code", "check": "code", "solution": "markdown"}


@dataclass(frozen=True)
class Cells:
    """The cells of one exercise."""

    asking: list
    answer: object
    check: object
    solution: object

    @property
    def call(self):
        """The call of check, parsed."""
        tree = ast.parse(self.check.source)
        if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
            call = tree.body[0].value
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "check":
                return call
        raise ValueError(
            f"a check cell must be one call of check; received {self.check.source!r}. "
            f'Write check("1.2", my_answer), and nothing else.'
        )

    @property
    def number(self):
        """Which exercise it is, as "1.2"."""
        return ast.literal_eval(self.call.args[0])

    @property
    def names(self):
        """The names that the stub defines, which are the reader's."""
        return defined(self.answer.source)

    @property
    def solved(self):
        """The code of the solution: the first Python block in it."""
        if not SOLUTION.fullmatch(self.solution.source) or not BLOCK.search(self.solution.source):
            raise ValueError(
                f"a solution must be one <details> block with a Python block in it, and blank "
                f"lines behind </summary> and before </details>; received "
                f"{self.solution.source[:60]!r}. Compare it with lesson 1."
            )
        return BLOCK.search(self.solution.source)[1]


def tag(cell):
    """Which part of an exercise a cell is, or nothing."""
    return next((t for t in cell.metadata.get("tags", []) if t in TAGS), "")


def section(notebook):
    """The cells from the heading to the last solution; none if there are no exercises."""
    cells = notebook.cells
    starts = [k for k, cell in enumerate(cells) if cell.source.startswith(HEADING)]
    ends = [k for k, cell in enumerate(cells) if tag(cell) == "solution"]
    tagged = [k for k, cell in enumerate(cells) if tag(cell)]
    if not starts and not tagged:
        return []
    if len(starts) != 1 or not ends or min(tagged) < starts[0] or max(tagged) > ends[-1]:
        raise ValueError(
            f"tagged cells must stand between the one heading {HEADING!r} and the last solution; "
            f"received {len(starts)} headings and tags in cells {[cells[k].id for k in tagged]}. "
            f"Move the cells, or their tags."
        )
    return cells[starts[0] : ends[-1] + 1]


def exercises(notebook):
    """The exercises of a notebook, in order."""
    found, asking = [], []
    cells = iter(section(notebook))
    for cell in cells:
        if not tag(cell):
            asking.append(cell)
            continue
        three = [cell, next(cells, None), next(cells, None)]
        kinds = [(tag(c), c.cell_type) if c is not None else None for c in three]
        if kinds != list(TAGS.items()):
            raise ValueError(
                f"an exercise must be three cells tagged exercise, check and solution; received "
                f"{kinds} from cell {cell.id} on. Put them one behind the other, the last one in "
                f"Markdown."
            )
        found.append(Cells(asking, *three))
        asking = []
    return found


def setting(notebook):
    """The code that exercises may rely on: the first code cell, and those of their own section."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    untagged = [c for c in section(notebook) if c.cell_type == "code" and not tag(c)]
    return [first, *untagged]


def defined(source):
    """The names that code assigns, defines or imports at its top level."""
    symbols = symtable.symtable(source, "cell", "exec").get_symbols()
    return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}


def used(source):
    """All names that occur in code, whether read or written."""
    tree = ast.parse(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | defined(source)
