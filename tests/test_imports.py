"""What may import what, what an import loads, and what the package shows of itself."""

import ast
import importlib.metadata
import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import softmax_lab

PACKAGE = Path(softmax_lab.__file__).parent

# The mathematics, whether imported from its modules or by the names that the package gives.
CORE = {"softmax", "rows", "cross_entropy", "attention", "gradient_check", "_validate"}
MATHS = CORE | {"__init__"}

# Each module or folder of the package, what of the package it may import, and which libraries.
# The standard library is allowed everywhere, and so is a folder's own inside.
MAY_IMPORT = {
    "__init__": (CORE - {"_validate", "rows"}, set()),
    "_validate": (set(), {"numpy"}),
    "rows": ({"_validate"}, {"numpy"}),
    "softmax": ({"rows", "_validate"}, {"numpy"}),
    "cross_entropy": ({"softmax", "rows", "_validate"}, {"numpy"}),
    "attention": ({"softmax", "rows", "_validate"}, {"numpy"}),
    "gradient_check": (set(), {"numpy"}),
    "_plain": (set(), set()),
    "lessons": (set(), set()),
    "measurements": (set(), set()),
    "symbolic": ({"_plain"}, {"sympy"}),
    "network": (MATHS, {"numpy"}),
    "blind_spots": (MATHS, {"numpy"}),
    "digits": (set(), {"numpy"}),
    "training": (MATHS | {"network"}, {"numpy"}),
    "training_attention": (MATHS | {"network"}, {"numpy"}),
    "palette": (set(), set()),
    "pictures": ({"palette"}, {"matplotlib", "numpy"}),
    "explorers": (MATHS | {"palette"}, {"anywidget", "ipywidgets", "numpy", "traitlets"}),
    "clinic": (MATHS | {"_plain", "lessons", "palette"}, {"numpy"}),
    "exercises": (MATHS | {"clinic", "network", "training"}, {"numpy"}),
}

HEAVY = ["matplotlib", "sympy", "ipywidgets", "anywidget", "IPython", "scipy", "torch"]

SIGNATURES = {
    "softmax": "(z, axis=-1)",
    "log_softmax": "(z, axis=-1)",
    "logsumexp": "(z, axis=-1)",
    "naive_softmax": "(z, axis=-1)",
    "softmax_jacobian": "(z)",
    "softmax_jacobian_from_output": "(h)",
    "softmax_vjp": "(z, upstream, axis=-1)",
    "softmax_vjp_from_output": "(h, upstream, axis=-1)",
    "cross_entropy": "(z, target, reduction='mean')",
    "cross_entropy_gradient": "(z, target, reduction='mean')",
    "cross_entropy_output_gradient": "(h, target, reduction='mean')",
    "cross_entropy_value_and_gradient": "(z, target, reduction='mean')",
    "kl_divergence": "(z, target, reduction='mean')",
    "squared_error": "(h, target, reduction='mean')",
    "squared_error_gradient": "(h, target, reduction='mean')",
    "squared_error_output_gradient": "(h, target, reduction='mean')",
    "one_hot": "(labels, n)",
    "attention": "(q, k, v, mask=None)",
    "attention_blockwise": "(q, k, v, mask=None, block=128)",
    "attention_blockwise_vjp": "(q, k, v, upstream, mask=None, block=128)",
    "attention_vjp": "(q, k, v, upstream, mask=None)",
    "attention_weights": "(q, k, mask=None)",
    "numerical_gradient": "(f, x, method='central', step=None)",
    "numerical_jacobian": "(f, x, method='central', step=None)",
    "check_gradient": "(f, gradient, x)",
    "diagnose": (
        "(function, role=None, *, given=None, loss=None, reduction=None, targets=None, layout=None)"
    ),
}
# The class of a result that no one makes by hand.
RESULTS = {"GradientCheck", "Diagnosis"}
# Given when first asked for, so as not to load the clinic with the mathematics.
LAZY = {"diagnose", "Diagnosis"}

SOURCES = sorted(PACKAGE.rglob("*.py"))


def module_of(path):
    """The module or folder of the table that a source file belongs to."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def is_module(name):
    """Whether softmax_lab.name is a module, today or in the plan, and not a function."""
    return name in MAY_IMPORT or (PACKAGE / f"{name}.py").exists() or (PACKAGE / name).is_dir()


def imported(source, path):
    """The dotted names imported anywhere in a source file, the relative ones spelled out."""
    here = ["softmax_lab", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            origin = ".".join([*base, *filter(None, [node.module])])
            if origin == "softmax_lab":
                yield from (f"softmax_lab.{alias.name}" for alias in node.names)
            else:
                yield origin


def arrows(source, path):
    """What a source file imports: modules of the package, and libraries."""
    inside, libraries = set(), set()
    for name in imported(source, path):
        top, *rest = name.split(".")
        if top == "softmax_lab":
            inside.add(rest[0] if rest and is_module(rest[0]) else "__init__")
        elif top not in sys.stdlib_module_names:
            libraries.add(top)
    return inside - {module_of(path)}, libraries


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_the_table_of_arrows_allows(path):
    module = module_of(path)
    assert module in MAY_IMPORT, (
        f"softmax_lab/{module} is not in the table of arrows: say in MAY_IMPORT what it may import"
    )
    inside, libraries = arrows(path.read_text(encoding="utf-8"), path)
    of_package, of_libraries = MAY_IMPORT[module]
    assert inside <= of_package, f"{module} must not import softmax_lab's {inside - of_package}"
    assert libraries <= of_libraries, f"{module} must not import {libraries - of_libraries}"


@pytest.mark.parametrize(
    ("source", "inside", "libraries"),
    [
        ("import numpy as np, math", set(), {"numpy"}),
        ("def f():\n    import scipy.special", set(), {"scipy"}),
        ("from matplotlib.axes import Axes", set(), {"matplotlib"}),
        ("from softmax_lab.softmax import softmax", {"softmax"}, set()),
        ("from softmax_lab import _validate, softmax_vjp", {"_validate", "__init__"}, set()),
        ("import softmax_lab", {"__init__"}, set()),
        ("from .. import gradient_check", {"gradient_check"}, set()),
        ("from ..cross_entropy import one_hot", {"cross_entropy"}, set()),
        ("from . import report\nfrom .probes import points", set(), set()),
        ("from __future__ import annotations", set(), set()),
    ],
)
def test_every_kind_of_import_is_seen(source, inside, libraries):
    assert arrows(source, PACKAGE / "clinic" / "diagnose.py") == (inside, libraries)


def test_the_table_of_arrows_has_no_circle():
    of_package = {module: inside for module, (inside, _) in MAY_IMPORT.items()}
    left = set(of_package)
    while free := {module for module in left if not of_package[module] & left}:
        left -= free
    assert not left


def test_importing_the_package_loads_no_heavy_library():
    code = f"import sys, softmax_lab; print([m for m in {HEAVY} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_heavy_libraries_are_the_ones_the_package_depends_on():
    required = importlib.metadata.requires("softmax_lab")
    names = {re.match(r"[\w-]+", requirement)[0] for requirement in required}
    assert names - {"numpy", "jupyterlab"} <= set(HEAVY)


def test_the_public_names_are_sorted():
    assert softmax_lab.__all__ == sorted(softmax_lab.__all__)


def test_the_public_names_are_those_of_the_design():
    assert set(softmax_lab.__all__) == set(SIGNATURES) | RESULTS


def test_no_name_is_public_but_unlisted():
    public = {
        name
        for name, value in vars(softmax_lab).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public | LAZY == set(softmax_lab.__all__)
    assert set(dir(softmax_lab)) >= LAZY


@pytest.mark.parametrize(("name", "signature"), SIGNATURES.items(), ids=SIGNATURES)
def test_a_signature_is_that_of_the_design(name, signature):
    assert str(inspect.signature(getattr(softmax_lab, name))) == signature


@pytest.mark.parametrize("name", softmax_lab.__all__)
def test_a_public_name_is_explained_by_a_formula_a_source_and_an_example(name):
    docstring = inspect.getdoc(getattr(softmax_lab, name))
    assert ".. math::" in docstring
    assert re.search(r"^Notes\n-----\n(.*\n)*?Source: \S", docstring, re.MULTILINE)
    assert re.search(r"^Examples\n--------\n>>> ", docstring, re.MULTILINE)


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_public_function_says_what_it_takes_gives_and_refuses(name):
    docstring = inspect.getdoc(getattr(softmax_lab, name))
    for section in ["Parameters", "Returns", "Raises"]:
        assert re.search(rf"^{section}\n-+\n\S", docstring, re.MULTILINE), section


@pytest.mark.parametrize("name", SIGNATURES)
def test_every_parameter_is_explained(name):
    function = getattr(softmax_lab, name)
    parameters = inspect.getdoc(function).split("Parameters\n")[1].split("Returns\n")[0]
    for parameter in inspect.signature(function).parameters:
        assert re.search(rf"^{parameter} : \S", parameters, re.MULTILINE), parameter
