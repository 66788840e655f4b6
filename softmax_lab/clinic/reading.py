"""Read a result of any accepted shape as samples in rows, and compare it with a prediction."""

import numpy as np

from softmax_lab.clinic.mistake import RAISES
from softmax_lab.clinic.settings import ATTENTION
from softmax_lab.gradient_check import TOLERANCE

# By what the result itself is kept in: float64 passes as a gradient check would let it pass.
TOLERANCES = {2: 2e-2, 4: 3e-5}
FLOOR = 0.01  # below this size of the numbers, differences are measured against it


def readings(value, case, way):
    """The arrays that a result can mean: (N, n), (N, n, n), (N n, N n), (N,) or ().

    More than one where N = n leaves it open; none changes a shape that nothing fits.
    """
    if case.settings.role in ATTENTION:
        return [value]  # all parts of the answer, one behind the other
    N, n = case.N, case.n
    shape = tuple(length for length in value.shape if length != 1)
    a = value.reshape(shape)
    if way != "batch" or N == 1:
        return [a[None] if shape in ((n,), (n, n)) else a]
    columns = case.settings.layout == "columns"
    if columns and shape == (n, N):
        return [a.T]
    found = []
    if shape == (N, n, n):
        found.append(a)
    if shape == (n, n, N):
        found.append(np.moveaxis(a, -1, 0))
    if columns and shape == (N * n, N * n):
        found.append(a.reshape(n, N, n, N).transpose(1, 0, 3, 2).reshape(N * n, N * n))
    if columns and shape == (N, n):
        return [a[None]]  # samples in rows after all, though declared in columns
    return found or [a]


def fits(value, case, way):
    """Whether the shape is one that a right answer could have."""
    expected = {
        "jacobian": [(case.N, case.n), (case.N, case.n, case.n)],
        "loss": [(), (case.N,)],
    }.get(case.settings.role, [(case.N, case.n)])
    return any(a.shape in expected for a in readings(value, case, way))


@np.errstate(all="ignore")
def agrees(outcome, prediction, case, way, extreme=False):
    """Whether what a call gave is what was predicted."""
    if isinstance(prediction, str):
        return prediction == RAISES and outcome.problem == "raised"
    prediction = np.asarray(prediction, dtype=np.float64)
    if outcome.problem:
        # math.exp raises where np.exp answers inf.
        return extreme and outcome.overflowed and not np.isfinite(prediction).all()
    tolerance = tolerance_of(outcome.value, case)
    return any(
        same(a, p, tolerance, 1.0 if extreme else FLOOR)
        for a in readings(outcome.value, case, way)
        for p in _forms(prediction, a, case)
    )


def tolerance_of(value, case):
    """How far numbers may lie from what they should be, relative to the largest."""
    usual = 10 * TOLERANCE if case.settings.role == "output_gradient" else TOLERANCE  # -t/(h + ε)
    return TOLERANCES.get(value.dtype.itemsize, usual)


def same(a, b, tolerance, floor):
    """Whether two arrays agree, where not finite counts as one number."""
    if a.shape != b.shape:
        return False
    scale = max(np.abs(b).max(initial=0), floor)
    if not np.isfinite(scale):
        finite = np.isfinite(b)
        return np.array_equal(np.isfinite(a), finite) and same(
            a[finite], b[finite], tolerance, floor
        )
    return bool(np.abs(a - b).max(initial=0) <= tolerance * scale)


def _forms(prediction, a, case):
    """A vector may be written as a diagonal matrix, and a constant as one number."""
    yield prediction
    if case.settings.role in ATTENTION:
        return
    if case.settings.role == "jacobian" and prediction.shape == (case.N, case.n):
        yield prediction[:, :, None] * np.eye(case.n)
    lengths = [(), (case.N,), (case.n,), (case.N, case.n)]
    other = a.shape != prediction.shape and a.shape in lengths
    if other and prediction.size and np.ptp(prediction) < 1e-12:
        yield np.broadcast_to(prediction.ravel()[0], a.shape)
    if case.single and (case.settings.role == "loss" or prediction.shape == (1,)):
        yield prediction.reshape(-1)[0]
