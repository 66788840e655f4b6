"""The clinic on attention: forward and backward, mistakes written by hand, masks, forms."""

from itertools import combinations

import numpy as np
import pytest

from softmax_lab import (
    attention,
    attention_blockwise,
    attention_blockwise_vjp,
    attention_vjp,
    diagnose,
    softmax,
)
from softmax_lab.clinic import attention_cases
from softmax_lab.clinic.__main__ import main
from softmax_lab.clinic.catalogue import entries
from softmax_lab.clinic.settings import ATTENTION, Settings

pytestmark = pytest.mark.usefixtures("in_this_process")


def told(function, *role):
    diagnosis = diagnose(function, *role)
    assert str(diagnosis)
    assert diagnosis._repr_html_()
    return diagnosis.verdict, diagnosis.mistakes


RIGHT = ("correct", [])


def root(q):
    return np.sqrt(q.shape[-1])


def weights(q, k):
    return softmax(q @ k.T / root(q))


def passed(h, g, v):
    s = g @ v.T
    return h * (s - (h * s).sum(axis=-1, keepdims=True))


# Forward


def unshifted(q, k, v):
    e = np.exp(q @ k.T / root(q))
    return e / e.sum(axis=-1, keepdims=True) @ v


def shifted_by_the_largest_of_all(q, k, v):
    z = q @ k.T / root(q)
    e = np.exp(z - z.max())
    return e / e.sum(axis=-1, keepdims=True) @ v


def unscaled(Q, K, V):
    return softmax(Q @ K.T) @ V


def divided_by_d(query, key, value):
    return softmax(query @ key.T / query.shape[1]) @ value


def over_queries(queries, keys, values):
    return softmax(queries @ keys.T / root(queries), axis=0) @ values


def turned(q, k, v):
    return weights(q, k).T @ v


def scores_alone(q, k, v):
    return q @ k.T / root(q) @ v


def masked_after(q, k, v, mask=None):
    h = weights(q, k)
    return (h if mask is None else h * mask) @ v


def masked_by_zero(q, k, v, mask):
    return softmax(np.where(mask, q @ k.T / root(q), 0.0)) @ v


def unscaled_over_queries(q, k, v):
    return softmax(q @ k.T, axis=0) @ v


# Backward


def elementwise(q, k, v, dout):
    h = weights(q, k)
    at_z = (dout @ v.T) * h * (1 - h) / root(q)
    return at_z @ k, at_z.T @ q, h.T @ dout


def average_kept(q, k, v, grad):
    h = weights(q, k)
    at_z = (grad @ v.T) * h / root(q)
    return at_z @ k, at_z.T @ q, h.T @ grad


def left_out(q, k, v, grad):
    at_z = grad @ v.T / root(q)
    return at_z @ k, at_z.T @ q, weights(q, k).T @ grad


def scale_lost_in_one(q, k, v, upstream):
    h = weights(q, k)
    at_z = passed(h, upstream, v)
    return {"dq": at_z @ k / root(q), "dk": at_z.T @ q, "dv": h.T @ upstream}


def scale_lost_in_both(q, k, v, upstream):
    h = weights(q, k)
    at_z = passed(h, upstream, v)
    return at_z @ k, at_z.T @ q, h.T @ upstream


def exchanged(q, k, v, upstream):
    of_q, of_k, of_v = attention_vjp(q, k, v, upstream)
    return of_k, of_q, of_v


def values_by_the_wrong_matrix(q, k, v, upstream):
    of_q, of_k, _ = attention_vjp(q, k, v, upstream)
    return of_q, of_k, weights(q, k) @ upstream


def keys_by_the_wrong_matrix(q, k, v, upstream):
    h = weights(q, k)
    at_z = passed(h, upstream, v) / root(q)
    return at_z @ k, at_z @ q, h.T @ upstream


def average_down(q, k, v, upstream):
    h, s = weights(q, k), upstream @ v.T
    at_z = h * (s - (h * s).sum(axis=0)) / root(q)
    return at_z @ k, at_z.T @ q, h.T @ upstream


def average_over_all(q, k, v, upstream):
    h, s = weights(q, k), upstream @ v.T
    at_z = h * (s - (h * s).sum()) / root(q)
    return at_z @ k, at_z.T @ q, h.T @ upstream


def unshifted_backward(q, k, v, upstream):
    e = np.exp(q @ k.T / root(q))
    h = e / e.sum(axis=-1, keepdims=True)
    at_z = passed(h, upstream, v) / root(q)
    return at_z @ k, at_z.T @ q, h.T @ upstream


def masked_after_backward(q, k, v, upstream, mask):
    h = weights(q, k) * mask
    at_z = passed(h, upstream, v) / root(q)
    return at_z @ k, at_z.T @ q, h.T @ upstream


def average_kept_and_scale_lost(q, k, v, grad):
    h = weights(q, k)
    at_z = (grad @ v.T) * h
    return at_z @ k, at_z.T @ q, h.T @ grad


WRONG = [
    (unscaled, ["missing_scale"]),
    (divided_by_d, ["scale_of_d"]),
    (over_queries, ["wrong_axis"]),
    (turned, ["weights_transposed"]),
    (scores_alone, ["softmax_forgotten"]),
    (lambda q, k, v: weights(q, k), ["returns_weights"]),
    (masked_after, ["mask_after_softmax"]),
    (masked_by_zero, ["mask_of_zero"]),
    (lambda q, k, v, mask: attention(q, k, v), ["mask_ignored"]),
    (unscaled_over_queries, ["missing_scale", "wrong_axis"]),
    (elementwise, ["diagonal_only"]),
    (average_kept, ["missing_dot_product"]),
    (left_out, ["pass_through"]),
    (scale_lost_in_one, ["missing_scale"]),
    (scale_lost_in_both, ["missing_scale"]),
    (exchanged, ["swapped_gradients"]),
    (values_by_the_wrong_matrix, ["weights_transposed"]),
    (keys_by_the_wrong_matrix, ["weights_transposed"]),
    (average_down, ["wrong_axis"]),
    (average_over_all, ["batch_sum_leak"]),
    (masked_after_backward, ["mask_after_softmax"]),
    (average_kept_and_scale_lost, ["missing_dot_product", "missing_scale"]),
]
FRAGILE = [
    (unshifted, ["no_shift"]),
    (shifted_by_the_largest_of_all, ["shift_over_batch"]),
    (unshifted_backward, ["no_shift"]),
]


def ids(pairs):
    return [function.__name__ for function, _ in pairs]


@pytest.mark.parametrize(("function", "mistakes"), WRONG, ids=ids(WRONG))
def test_a_mistake_in_attention_is_named_declared_or_not(function, mistakes):
    diagnosis = diagnose(function)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", mistakes), str(diagnosis)
    assert told(function, diagnosis.settings.role) == ("wrong", mistakes)
    assert diagnosis.together == (len(mistakes) == 2)


@pytest.mark.parametrize(("function", "mistakes"), FRAGILE, ids=ids(FRAGILE))
def test_scores_that_overflow_are_tried(function, mistakes):
    assert told(function) == ("fragile", mistakes)


@pytest.mark.parametrize(
    ("function", "role"),
    [
        (attention, "attention"),
        (attention_blockwise, "attention"),
        (attention_vjp, "attention_backward"),
        (attention_blockwise_vjp, "attention_backward"),
    ],
)
def test_the_packages_own_attention_is_right(function, role):
    assert told(function) == RIGHT
    assert told(function, role) == RIGHT
    assert diagnose(function).settings.role == role


class Attention:
    def forward(self, q, k, v):
        self.q, self.k, self.v, self.h = q, k, v, weights(q, k)
        return self.h @ v

    def backward(self, grad):
        at_z = passed(self.h, grad, self.v) / root(self.q)
        return at_z @ self.k, at_z.T @ self.q, self.h.T @ grad


class Exchanged(Attention):
    def backward(self, grad):
        of_q, of_k, of_v = super().backward(grad)
        return of_k, of_q, of_v


def test_a_layer_is_judged_on_its_backward_method():
    assert told(Attention) == RIGHT
    assert told(Attention()) == RIGHT
    assert told(Attention, "attention") == RIGHT
    assert told(Exchanged) == ("wrong", ["swapped_gradients"])
    assert told(Exchanged, "attention") == RIGHT


def output_and_weights(q, k, v, mask=None):
    z = q @ np.swapaxes(k, -1, -2) / root(q)
    h = softmax(z if mask is None else np.where(mask == 0, -1e9, z))
    return h @ v, h


def hidden_where_true(query, key, value, attn_mask):
    return attention(query, key, value, ~attn_mask)


def added(q, k, v, mask):
    return softmax(q @ np.swapaxes(k, -1, -2) / root(q) + mask) @ v


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (attention, "booleans, True where a query may attend"),
        (output_and_weights, "booleans, True where a query may attend"),
        (hidden_where_true, "booleans, True where it may not"),
        (added, "numbers to add, -inf where it may not"),
    ],
)
def test_a_mask_may_mean_either_and_the_report_says_which(function, kind):
    assert told(function) == RIGHT
    assert f"Its mask is of {kind}." in diagnose(function).symptoms


# Masks of their own, further axes, caches


def causal(q, k, v, hidden=-1e9):
    s = q @ k.T / root(q)
    return softmax(np.where(np.tri(*s.shape, dtype=bool), s, hidden)) @ v


def causal_of_squares(q, k, v):
    n = len(q)
    return softmax(q @ k.T / root(q) + np.triu(np.full((n, n), -np.inf), 1)) @ v


def causal_by_zeros(q, k, v):
    s = q @ k.T / root(q)
    return softmax(s * np.tril(np.ones(s.shape))) @ v


def causal_backward(do, q, k, v, causal=True):
    s = q @ k.T / root(q)
    h = softmax(np.where(np.tri(*s.shape, dtype=bool), s, -np.inf) if causal else s)
    at_z = passed(h, do, v) / root(q)
    return at_z @ k, at_z.T @ q, h.T @ do


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        (lambda q, k, v: causal(q, k, v), RIGHT),
        (causal_of_squares, RIGHT),
        (causal_backward, RIGHT),
        (causal_by_zeros, ("wrong", ["mask_of_zero"])),
    ],
)
def test_a_causal_mask_of_its_own_is_found_and_said(function, answer):
    assert told(function) == answer
    said = "Its mask is causal: no query attends to a later key."
    assert diagnose(function).reading.others == [said]


@pytest.mark.parametrize("hides", [True, False])
def test_a_flag_for_the_causal_mask_is_tried(hides):
    def attend(q, k, v, causal=False):
        s = q @ k.T / root(q)
        may = np.tri(*s.shape, k=0 if hides else 1, dtype=bool)
        return softmax(np.where(may, s, -np.inf) if causal else s) @ v

    assert diagnose(attend).verdict == ("correct" if hides else "wrong")


@pytest.mark.parametrize(("axes", "turn"), [(3, (0, 2, 1)), (4, (0, 1, 3, 2))])
def test_heads_and_samples_may_come_first(axes, turn):
    def attend(q, k, v):
        return softmax(q @ k.transpose(turn) / root(q)) @ v

    diagnosis = diagnose(attend)
    assert (diagnosis.verdict, diagnosis.mistakes) == RIGHT
    assert f"It takes arrays of {axes} axes: samples or heads come first." in str(diagnosis)
    unscaled = diagnose(lambda q, k, v: softmax(q @ k.transpose(turn)) @ v)
    assert unscaled.mistakes == ["missing_scale"]


@pytest.mark.parametrize("kept", ["q, k, v, h", "q, k, v"])
def test_queries_keys_and_values_may_be_in_a_cache(kept):
    def attention_backward(dout, cache):
        q, k, v, *h = cache
        h = h[0] if h else weights(q, k)
        at_z = passed(h, dout, v) / root(q)
        return at_z @ k, at_z.T @ q, h.T @ dout

    def attention_backward_of_three(dout, cache):
        q, k, v = cache
        return attention_backward(dout, (q, k, v))

    function = attention_backward if "h" in kept else attention_backward_of_three
    assert told(function) == RIGHT
    assert "from (error, cache)" in diagnose(function).reading.words


def test_attention_by_chance_is_reported():
    rng = np.random.default_rng(3)

    def attend(q, k, v):
        h = weights(q, k)
        return (h * (rng.random(h.shape) > 0.1)) @ v

    diagnosis = diagnose(attend)
    assert diagnosis.verdict == "wrong"
    assert "is it random?" in diagnosis.symptoms[0]


def test_a_file_tells_of_attention_what_diagnose_tells(tmp_path, capsys):
    (tmp_path / "mine.py").write_text(
        "import numpy as np\n"
        "def attention(Q, K, V):\n"
        "    s = Q @ K.T / np.sqrt(K.shape[-1])\n"
        "    e = np.exp(s - s.max())\n"
        "    return e / e.sum(axis=0) @ V\n"
    )
    assert main([str(tmp_path / "mine.py")]) == 1
    assert "attention  wrong: wrong_axis." in capsys.readouterr().out


def test_the_error_may_come_first_and_names_may_be_missing():
    def error_first(dout, q, k, v):
        return attention_vjp(q, k, v, dout)

    assert told(error_first) == RIGHT
    assert told(lambda a, b, c, e: attention_vjp(a, b, c, e), "attention_backward") == RIGHT
    other = diagnose(lambda a, b, c: attention(b, a, c), "attention")
    assert other.verdict == "correct"
    assert other.reading.form.order == ["keys", "queries", "values"]


def test_other_arguments_get_their_obvious_values():
    def scaled(q, k, v, scale):
        return softmax(q @ k.T * scale) @ v

    def with_d(q, k, v, d_k):
        return softmax(q @ k.T / np.sqrt(d_k)) @ v

    assert told(scaled) == told(with_d) == RIGHT


def test_what_is_wrong_in_a_batch_without_a_complaint_is_fragile():
    def of_any(q, k, v):
        h = softmax(q @ np.swapaxes(k, -1, -2) / root(q))
        return h.mean(axis=0) @ v if q.ndim == 3 else h @ v

    diagnosis = diagnose(of_any)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("fragile", [])
    assert "On one sample it is right; on a batch it is wrong without a complaint." in (
        diagnosis.symptoms
    )


def test_the_report_says_which_gradients_are_right_and_by_what_factor():
    said = diagnose(scale_lost_in_one).symptoms
    assert "∂C/∂k is √d times the right answer: a constant factor." in said
    assert "Of the three gradients only ∂C/∂q and ∂C/∂v are right." in said
    text = str(diagnose(scale_lost_in_one))
    assert "; ∂C/∂k.\n" in text


def test_what_takes_three_arguments_and_is_no_attention_is_not_taken_for_it():
    def backward(q, k, v):
        raise TypeError("something else")

    assert diagnose(backward).settings.role not in ATTENTION


def test_what_cannot_be_attention_is_refused_with_the_adapter():
    with pytest.raises(ValueError, match=r"diagnose\(lambda q, k, v: …, 'attention'\)"):
        diagnose(lambda z: z, "attention")


def test_code_that_raises_changes_arguments_or_never_returns_is_reported():
    def raises(q, k, v):
        raise RuntimeError("no")

    def overwrites(q, k, v):
        q /= root(q)
        return softmax(q @ k.T) @ v

    assert told(raises, "attention") == ("wrong", [])
    diagnosis = diagnose(overwrites, "attention")
    assert diagnosis.verdict == "wrong"
    assert "It overwrites its argument q" in " ".join(diagnosis.symptoms)


@pytest.mark.parametrize("role", ATTENTION)
def test_every_entry_is_told_from_the_truth_and_from_every_other(role):
    settings = Settings(role)
    cases = attention_cases.generic(settings) + attention_cases.masked(settings)
    cases += attention_cases.extreme(settings)
    with np.errstate(all="ignore"):
        told_by = {
            (m.key, number): [variant(case) for case in cases]
            for m in entries(settings)
            for number, variant in enumerate(m.variants())
        }
    told_by["truth", 0] = [case.truth for case in cases]
    for (a, of_a), (b, of_b) in combinations(told_by.items(), 2):
        if a[0] != b[0]:
            assert not all(_same(x, y) for x, y in zip(of_a, of_b, strict=True)), (a, b)


def _same(a, b):
    if isinstance(a, str) or isinstance(b, str):
        return a is b
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=1e-9, equal_nan=True)
