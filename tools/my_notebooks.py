"""The reader's own copy of the lessons, my-notebooks/, which no `git pull` touches.

    python tools/my_notebooks.py                         make or complete it; tell what is newer
    python tools/my_notebooks.py --renew [3 ...]         take newer lessons, your answers with you
    python tools/my_notebooks.py --progress [FILE ...]   how far you are with the exercises

What a reader has saved is never written over. In .as-given/ lies each lesson as it was handed out:
so one can tell what the reader has changed, and what was deleted from what is still to come.
"""

import argparse
import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import environment
from softmax_lab.lessons import LESSONS

SOURCE = environment.ROOT / "notebooks"
MINE = environment.ROOT / "my-notebooks"
# The first edition had eight lessons, and other numbers for two of them.
FORMERLY = {
    "08-train-a-network.ipynb": "07-train-a-network.ipynb",
    "10-the-gradient-clinic.ipynb": "08-the-gradient-clinic.ipynb",
}
CHECKED = re.compile(r"""^\s*check\(\s*["'][\d.]+["'],\s*(\w+)""", re.MULTILINE)


@dataclass(frozen=True)
class Copy:
    """A lesson in three places: as it is today, as it was handed out, and as the reader has it."""

    lesson: Path
    given: Path
    ours: Path

    @property
    def exists(self):
        """Whether the reader has a file, or whatever else, of that name."""
        return os.path.lexists(self.ours)

    @property
    def untouched(self):
        """Whether the reader has never saved it."""
        return (
            self.given.exists()
            and self.ours.is_file()
            and self.ours.read_bytes() == self.given.read_bytes()
        )

    @property
    def interrupted(self):
        """Whether it was being handed out when something stopped it half-way."""
        return (
            not self.given.exists()
            and self.ours.is_file()
            and self.ours.read_bytes() == self.lesson.read_bytes()
        )

    @property
    def outdated(self):
        """Whether another text was handed out than the lesson has today; results do not count."""
        if self.given.exists():
            return texts(self.given) != texts(self.lesson)
        # Not known is what was handed out; what the lesson says today has to be in it.
        return not set(texts(self.lesson, answers=False)) <= set(texts(self.ours))

    def hand_out(self):
        """Put today's lesson into the reader's folder; first there, should it be interrupted."""
        place(self.lesson.read_bytes(), self.ours)
        place(self.lesson.read_bytes(), self.given)


def copies(source, mine):
    """The copies of all lessons in the reader's folder, which is made where it is missing."""
    (mine / ".as-given").mkdir(parents=True, exist_ok=True)
    files = [lesson.file for lesson in LESSONS]
    return [Copy(source / file, mine / ".as-given" / file, mine / file) for file in files]


def bring(source=SOURCE, mine=MINE):
    """Give the reader every lesson that is new to them; return sentences they should know."""
    newer, deleted, said = [], [], []
    for each in copies(source, mine):
        if not each.exists and each.given.exists():
            deleted.append(each.ours.stem)
        elif not each.exists:
            said += first_time(each)
        elif each.untouched or each.interrupted:
            each.hand_out()
        elif each.outdated:
            newer.append(each.ours.stem)
    if newer:
        said.append(
            f"There is something newer than your {', '.join(newer)}. Yours is left as it is. To "
            f"take the newer lesson, with your answers in it and your file beside it: {renewing()}"
        )
    if deleted:
        said.append(
            f"You have deleted {', '.join(deleted)}. To have it back, name its number: "
            f"{renewing(int(deleted[0][:2]))}"
        )
    return said


def first_time(each):
    """Hand out a lesson, with the answers that were given to it under its former name."""
    former = each.ours.with_name(FORMERLY.get(each.ours.name, each.ours.name))
    each.hand_out()
    if former == each.ours or not former.is_file():
        return []
    new, count = with_answers(read(each.lesson), read(former), None)
    place(written(new), each.ours)
    return [
        f"{former.stem} is {each.ours.stem} now, with {of_yours(count)} in it. Your file is left "
        f"as it was."
    ]


def renew(numbers=(), source=SOURCE, mine=MINE):
    """Take today's lessons, or those of some numbers; return sentences on what was done."""
    said = []
    for each in copies(source, mine):
        name, named = each.ours.stem, int(each.ours.name[:2]) in numbers
        if numbers and not named:
            continue
        if not each.exists:
            if named or not each.given.exists():
                each.hand_out()
                said.append(f"{name} is there.")
        elif each.untouched:
            each.hand_out()
        elif each.outdated:
            old = free_name(each.ours)
            shutil.copy2(each.ours, old)
            new, count = with_answers(read(each.lesson), read(each.ours), read(each.given))
            place(written(new), each.ours)
            place(each.lesson.read_bytes(), each.given)
            said.append(
                f"{name} is the newer lesson, with {of_yours(count)} in it; all that you had is in "
                f"{old.name}."
            )
    return said or ["You have the newest lessons."]


def with_answers(new, old, given):
    """A lesson with the answers of an old copy put in, and how many these are.

    An answer belongs to the name that is checked below it: numbers change, and cells move.
    """
    stubs = {name: text(cell) for name, cell, _ in exercises(given or new)}
    answers = {name: text(cell) for name, cell, _ in exercises(old)}
    answers = {name: said for name, said in answers.items() if said != stubs.get(name)}
    found = [(name, *cells) for name, *cells in exercises(new) if name in answers]
    for name, answer, check in found:
        answer["source"] = answers[name]
        for cell in (answer, check):  # neither has been run yet
            cell.update(outputs=[], execution_count=None)
    return new, len(found)


def exercises(notebook):
    """For each exercise the name that is checked, the cell for the answer, and the check."""
    answer = None
    for cell in (notebook or {"cells": []})["cells"]:
        tags = cell["metadata"].get("tags", [])
        if "exercise" in tags:
            answer = cell
        elif "check" in tags and answer and (name := CHECKED.search(text(cell))):
            yield name[1], answer, cell
            answer = None


def read(path):
    """A notebook file as JSON, or None where there is none, or a broken one."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        parts = [(cell["cell_type"], text(cell), cell["metadata"]) for cell in notebook["cells"]]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return notebook if parts else None


def text(cell):
    """What is written in a cell, which may be stored as a list of lines."""
    return "".join(cell["source"])


def texts(path, answers=True):
    """What is written in the cells of a notebook file, with or without those for answers."""
    cells = (read(path) or {"cells": []})["cells"]
    wanted = [c for c in cells if answers or "exercise" not in c["metadata"].get("tags", [])]
    return [(cell["cell_type"], text(cell)) for cell in wanted]


def written(notebook):
    """The bytes of a notebook."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def place(content, path):
    """Write a file, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)


def free_name(path):
    """A name beside a file's, for what it held before."""
    names = (path.with_name(f"{path.stem}-before{k}{path.suffix}") for k in ("", *range(2, 1000)))
    return next(name for name in names if not os.path.lexists(name))


def of_yours(count):
    return f"{count} answer{'s' * (count != 1)} of yours"


def renewing(number=None):
    """The command that takes newer lessons, as this reader can type it."""
    if os.name == "posix" and Path(sys.prefix) == environment.ROOT / ".venv":
        return "make renew" + (f" ARGS={number}" if number else "")
    return (
        f"{sys.executable} {Path('tools', 'my_notebooks.py')} --renew" + f" {number or ''}".rstrip()
    )


def progress(files=(), source=SOURCE, mine=MINE):
    """Print how far a reader is, in their copies or, where they have none yet, in the lessons."""
    from softmax_lab.exercises.__main__ import main

    copied = [mine / lesson.file for lesson in LESSONS if (mine / lesson.file).is_file()]
    lessons = copied or [source / lesson.file for lesson in LESSONS]
    return main([str(file) for file in files or lessons])


def trouble(error):
    """A sentence on why the reader's folder cannot be used, and what to do."""
    return (
        f"softmax_lab: your copy of the lessons must be in a folder that can be written to; at "
        f"{error.filename} the answer was: {error.strerror}. Move away what stands there, or make "
        f"it yours to write to. If all of this folder belongs to somebody else, copy it to a place "
        f"of your own, and run the command there."
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--renew", nargs="*", type=int, metavar="NUMBER")
    group.add_argument("--progress", nargs="*", metavar="FILE")
    arguments = parser.parse_args()
    if arguments.progress is not None:
        sys.exit(progress(arguments.progress))
    try:
        said = bring() if arguments.renew is None else renew(arguments.renew)
    except OSError as error:
        sys.exit(trouble(error))
    for sentence in said:
        environment.say(sentence)


if __name__ == "__main__":
    main()
