"""Arrays of pandas, PyTorch and JAX, as far as these are installed: they go through, or are told.

Collected only where one of them is; tests/test_edges.py has stand-ins for everywhere.
"""

import importlib.util

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from softmax_lab import cross_entropy, softmax
from test_edges import CALLS, LABELS, H, V

INSTALLED = filter(importlib.util.find_spec, ("pandas", "torch", "jax"))
LIBRARIES = {name: importlib.import_module(name) for name in INSTALLED}


def in_pandas(x):
    return LIBRARIES["pandas"].DataFrame(x) if x.ndim > 1 else LIBRARIES["pandas"].Series(x)


def in_torch(x):
    return LIBRARIES["torch"].from_numpy(x.copy())


def in_jax(x):
    return LIBRARIES["jax"].numpy.asarray(x)


MAKE = {"pandas": in_pandas, "torch": in_torch, "jax": in_jax}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_an_array_of_another_library_is_read_as_that_of_numpy(library, name):
    single = H.astype(np.float32), V.astype(np.float32)  # which JAX keeps, without being asked
    theirs = CALLS[name](*map(MAKE[library], single), MAKE[library](LABELS))
    ours = CALLS[name](*single, LABELS)
    assert isinstance(theirs, np.ndarray | np.generic)
    assert theirs.dtype == np.float32
    assert_array_equal(theirs, ours)


def pandas_na():
    return LIBRARIES["pandas"].DataFrame({"a": [1, None], "b": [2, 3]}, dtype="Int64")


REFUSED = {
    "torch": [
        (lambda torch: torch.ones(3, requires_grad=True), r"\.detach\(\)\.cpu\(\)\.numpy\(\)"),
        (lambda torch: torch.ones(3, dtype=torch.bfloat16), r"\.float\(\) before \.numpy\(\)"),
    ],
    "jax": [(lambda jax: jax.numpy.ones(3, "bfloat16"), "received bfloat16. Convert it first")],
    "pandas": [
        (lambda pandas: pandas.DataFrame({"a": ["x"], "b": ["y"]}), "received (object|str)"),
        (lambda pandas: pandas_na(), "received (object|nan)"),
    ],
}
refused = [(name, *case) for name in LIBRARIES for case in REFUSED[name]]


@pytest.mark.parametrize(("library", "make", "complaint"), refused)
def test_what_numpy_does_not_compute_in_is_refused_with_the_remedy(library, make, complaint):
    z = make(LIBRARIES[library])
    with pytest.raises(ValueError, match=complaint):
        softmax(z)


@pytest.mark.parametrize("library", LIBRARIES)
def test_nothing_of_the_user_s_is_changed(library):
    z, y = MAKE[library](H), MAKE[library](LABELS)
    cross_entropy(z, y)
    assert_array_equal(np.asarray(z), H.astype(np.asarray(z).dtype))
    assert_array_equal(np.asarray(y), LABELS)
