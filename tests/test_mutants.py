"""What `make mutants` makes of a program; and its list of changes that change nothing."""

import textwrap

import pytest

import mutants
import mutating

SOURCE = '''
"""A text."""
@cache
def f(a, b=2):
    """Another."""
    if not a < b and g(key=1, strict=True):
        raise ValueError(f"{a + 1}")
    for x in b:
        continue
    total = max(a) - b
    total += 1
    return total
'''


def made(source):
    return list(mutating.mutants(textwrap.dedent(source), "some.py"))


def test_a_mutant_differs_in_one_place_which_it_names():
    changes = {(m.where, m.before, m.after) for m in made(SOURCE)}
    condition = "if not a < b and g(key=1, strict=True):"
    assert changes == {
        ("f", "@cache def f(a, b=2)", "@cache def f(a, b=3)"),
        ("f", condition, "if not a < b or g(key=1, strict=True):"),
        ("f", condition, "if a < b and g(key=1, strict=True):"),
        ("f", condition, "if not a <= b and g(key=1, strict=True):"),
        ("f", condition, "if not a < b and g(key=2, strict=True):"),
        ("f", condition, "if not a < b and g(strict=True):"),
        ("f", "raise ValueError(f'{a + 1}')", "pass"),
        ("f", "continue", "break"),
        ("f", "total = max(a) - b", "total = max(a) + b"),
        ("f", "total = max(a) - b", "total = min(a) - b"),
        ("f", "total += 1", "pass"),
        ("f", "total += 1", "total -= 1"),
        ("f", "total += 1", "total += 2"),
        ("f", "return total", "return"),
    }


def test_a_mutant_runs_as_it_is_described():
    values = {}
    for mutant in made("def f(a):\n    return [a][0] * (2 if a else -3)\n"):
        namespace = {}
        exec(mutant.code, namespace)
        values[mutant.after] = namespace["f"]
    assert values["return [a][0] / (2 if a else -3)"](4) == 2
    assert values["return [a][0] * (2 if not a else -3)"](4) == -12
    assert values["return [a][0] * (3 if a else -3)"](4) == 12
    assert values["return"](4) is None
    with pytest.raises(IndexError):
        values["return [a][1] * (2 if a else -3)"](4)


def test_what_returns_none_is_not_changed_into_what_returns_nothing():
    assert made("def f(a):\n    return None\n") == []


def test_after_the_last_mutant_the_program_is_what_it_was():
    *_, last = made("x = 1 < 2\ny = [1, 2]\n")
    namespace = {}
    exec(last.code, namespace)
    assert (namespace["x"], namespace["y"]) == (True, [1, 3])


def test_what_is_said_to_change_nothing_can_be_changed_and_has_a_reason():
    known = mutants.reasons()
    possible = (name for group in mutants.GROUPS for name, *_ in mutants.of_group(group, False))
    assert known.keys() <= set(possible)
    assert all(reason.endswith(".") for reason in known.values())


def test_every_group_has_its_files():
    for modules, files in mutants.GROUPS.values():
        for name in modules:
            assert (mutants.ROOT / "softmax_lab" / f"{name.replace('.', '/')}.py").exists()
        for name in files:
            assert (mutants.ROOT / "tests" / f"{name}.py").exists()
