"""One place for every complaint about input: the rule, what was received, the remedy.

Each helper returns its argument as an array ready for the mathematics, or raises ``ValueError``.
None of them writes to what it was given.
"""

import warnings

import numpy as np

REDUCTIONS = ("mean", "sum", "none")

NATIVE = {np.dtype(code) for code in "efdgFDG"}


# In samples with labels, these numbers are widely used for those that are to be ignored.
IGNORED = (-1, -100, 255)


def array(x, name):
    """``x`` as an array, all rows of one length."""
    if isinstance(x, np.ma.MaskedArray):
        raise ValueError(
            f"{name} must be a plain array; received a masked array, whose mask would be lost. "
            f"Fill it first: {name}.filled(-np.inf) makes masked logits impossible classes, "
            f"{name}.filled(0) gives masked targets and errors no weight."
        )
    try:
        return np.asarray(x)
    except (TypeError, RuntimeError) as error:  # a tensor that will not become an array
        raise ValueError(
            f"{name} must be an array that NumPy can read; received {type(x).__name__}, which "
            f"says: {error!s:.120}. Of a PyTorch tensor pass {name}.detach().cpu().numpy(), with "
            f".float() before .numpy() if it is bfloat16."
        ) from error
    except ValueError as error:
        raise ValueError(
            f"{name} must be a rectangular array of numbers; received rows of different lengths. "
            f"Make every row the same length."
        ) from error


def numbers(x, name):
    """``x`` as a floating (or complex) array: floating dtypes are kept, integers become float64.

    Byte order is not a dtype: numbers are computed in that of the machine.
    """
    x = array(x, name)
    if x.dtype.kind in "fc":
        return x.astype(x.dtype.newbyteorder("="), copy=False)
    if x.dtype.kind in "iub":
        return x.astype(np.float64)
    raise ValueError(
        f"{name} must hold numbers of a dtype that NumPy computes in; received {x.dtype}. "
        f"Convert it first, for example with np.asarray({name}, dtype=float)."
    )


def logits(z, axis=-1, name="z"):
    """Logits with at least one class along ``axis``."""
    # The usual case is asked for first: a call more costs as much as ten exponentials.
    if type(z) is not np.ndarray or z.dtype not in NATIVE:
        z = numbers(z, name)
    if z.ndim == 0:
        raise ValueError(
            f"{name} must have a class axis; received the single number {z}. "
            f"Pass a vector of one number per class."
        )
    if not (type(axis) is int or _is_whole(axis)) or not -z.ndim <= axis < z.ndim:
        raise ValueError(
            f"axis must be an integer from {-z.ndim} to {z.ndim - 1} for {name} of shape "
            f"{z.shape}; received {axis!r}. Use axis=-1 when the classes are in the last axis."
        )
    if z.shape[axis] == 0:
        raise ValueError(
            f"{name} must have at least one class along axis {axis}; received shape {z.shape}. "
            f"Check the slice or the axis that produced it."
        )
    return z


def possible(z, z_max):
    """Logits whose largest, one a row, are ``z_max``, checked; of complex ones, the real parts.

    nan, +inf and rows of nothing but -inf all show in the largest.
    """
    if not np.isfinite(z_max).all():
        _complain_of_logits(z.real)
    if z.dtype.kind == "c" and not np.isfinite(z.imag).all():
        _complain_of_logits(z.imag)


def _complain_of_logits(z):
    if np.isnan(z).any():
        received, remedy = "nan", "Find the operation that made it: often 0/0, inf - inf or log(-1)"
    elif np.isposinf(z).any():
        received, remedy = "+inf", "Give a certain class a large finite logit instead"
    else:
        received = "a row of nothing but -inf"
        remedy = (
            "Leave at least one class possible: a row whose mask leaves none has no softmax, so "
            "leave out the row, or set its output to 0 afterwards"
        )
    raise ValueError(
        f"logits must be finite, or -inf for an impossible class; received {received}. {remedy}."
    )


def finite(x, name):
    """An array without nan or infinities."""
    if not np.isfinite(x).all():
        raise ValueError(
            f"{name} must be finite; received nan or inf. Find the operation that made it."
        )
    return x


def upstream(v, like):
    """The error arriving at the softmax output: finite, and of the shape of that output."""
    v = numbers(v, "upstream")
    if v.shape != like.shape:
        raise ValueError(
            f"upstream must have the shape of the softmax output, one number per output; "
            f"received shape {v.shape} for an output of shape {like.shape}. "
            f"Pass ∂C/∂h, one row a sample."
        )
    v = _cast(v, like, "upstream")
    if not np.isfinite(v).all():
        raise ValueError(
            f"upstream must be finite in {like.dtype}; received nan or inf. "
            f"If it is -t/h with an h of 0, use cross_entropy_gradient(z, t): it never divides."
        )
    return v


def softmax_output(h, axis=-1):
    """An array that softmax can have returned: entries from 0 to 1 that sum to 1 along ``axis``."""
    h = logits(h, axis, name="h")
    if not ((h.real >= 0) & (h.real <= 1)).all():
        raise ValueError(
            f"h must be an output of softmax, each entry from 0 to 1; "
            f"received {_range_of(h.real)}. If these are logits, pass softmax(z), "
            f"or use the function that takes z."
        )
    total = h.real.sum(axis=axis)
    # Loose on purpose: h typed in with three decimals, or kept in float16, is welcome.
    if (abs(total - 1) > 0.01).any():
        raise ValueError(
            f"h must be an output of softmax, summing to 1 along axis {axis}; "
            f"received {_range_of(total, 'sums')}. Normalise it, or name the axis of the classes."
        )
    return h


def labels(labels, n, name="labels"):
    """Integer class labels from 0 to n - 1."""
    labels = array(labels, name)
    if labels.size == 0 and labels.dtype.kind == "f":
        labels = labels.astype(np.intp)  # NumPy makes an empty list float64
    if labels.dtype.kind not in "iu":
        raise ValueError(
            f"{name} must be integers, one class index a sample; received dtype {labels.dtype}. "
            "Convert whole numbers with .astype(int)."
        )
    if labels.size and (labels.min() < 0 or labels.max() >= n):
        raise ValueError(
            f"{name} must be from 0 to {n - 1} for {n} {'class' if n == 1 else 'classes'}; "
            f"received {_range_of(labels)}. {_remedy_for_labels(labels, n)}"
        )
    return labels


def _remedy_for_labels(labels, n):
    ignored = [k for k in IGNORED if not 0 <= k < n and (labels == k).any()]
    if ignored:
        return (
            f"Count classes from 0. If {ignored[0]} marks samples to be ignored, leave them out: "
            f"keep = y != {ignored[0]}, then z[keep] and y[keep]."
        )
    if n == 1:
        return (
            "One class has always probability 1: for two, give two logits a sample, or use a "
            "sigmoid."
        )
    return "Count classes from 0."


def several_classes(z):
    """Warn of logits of a single class, which leave nothing to learn."""
    if z.shape[-1] == 1:
        # At the line that called the public function, which called this.
        warnings.warn(
            "softmax of one number is 1, whatever the number: with a single class the loss is "
            "constant and its gradient 0. For two classes give two logits a sample, or use a "
            "sigmoid with the binary cross-entropy.",
            UserWarning,
            stacklevel=3,
        )
    return z


def target(target, like):
    """A target as labels, or as an array of distributions of the shape and dtype of ``like``."""
    t = _values_or_labels(target, like)
    # Not (t >= 0) also catches nan.
    if t.ndim == like.ndim and (not (t.real >= 0).all() or np.isinf(t).any()):
        raise ValueError(
            f"target must be finite, with no negative entry; received {_range_of(t.real)}. "
            f"A target is a distribution over the classes."
        )
    return t


def any_target(target, like):
    """A target as labels, or as an array of any finite numbers, one beside each of ``like``."""
    return finite(_values_or_labels(target, like), "target")


def _values_or_labels(target, like):
    """A target as labels, or as an array of the shape and dtype of ``like``."""
    received = array(target, "target")
    if received.shape == like.shape[:-1]:
        return labels(received, like.shape[-1], name="target labels")
    t = numbers(received, "target")
    if t.shape != like.shape:
        raise ValueError(
            f"target must be labels of shape {like.shape[:-1]} or distributions of shape "
            f"{like.shape}; received shape {t.shape}. Give one label, or one row, for each sample."
        )
    return _cast(t, like, "target")


def _cast(x, like, name):
    """``x`` in the dtype of ``like``; what does not fit into it becomes inf."""
    if np.iscomplexobj(x) and not np.iscomplexobj(like):
        raise ValueError(
            f"{name} must be real beside real numbers; received dtype {x.dtype}. Pass {name}.real."
        )
    with np.errstate(over="ignore"):
        return x.astype(like.dtype, copy=False)


def queries_and_keys(q, k):
    """Queries and keys that can be compared: finite rows of one length, at least one key."""
    q, k = rows(q, "q", "queries, d"), rows(k, "k", "keys, d")
    if (*q.shape[:-2], q.shape[-1]) != (*k.shape[:-2], k.shape[-1]):
        raise ValueError(
            f"q and k must have the shapes (..., queries, d) and (..., keys, d), with one d and "
            f"the same axes before; received {q.shape} and {k.shape}. Turn what lies on its side "
            f"with .swapaxes(-1, -2); repeat what all samples share with np.broadcast_to."
        )
    if 0 in k.shape[-2:]:
        raise ValueError(
            f"k must have at least one key, of at least one number; received shape {k.shape}. "
            f"Check the slice that produced it."
        )
    return q, k


def values(v, k):
    """Values: finite rows, one for each key."""
    v = rows(v, "v", "keys, values")
    if v.shape[:-1] != k.shape[:-1]:
        raise ValueError(
            f"v must have one row for each key, shape (..., keys, values); received shape "
            f"{v.shape} for keys of shape {k.shape}. Turn what lies on its side with "
            f".swapaxes(-1, -2)."
        )
    return v


def rows(x, name, shape):
    """Finite numbers in at least two axes."""
    x = numbers(x, name)
    if x.ndim < 2:
        raise ValueError(
            f"{name} must have the shape (..., {shape}); received shape {x.shape}. "
            f"For a single row pass {name}[None, :]."
        )
    return finite(x, name)


def mask(mask, shape):
    """Where a query may attend to a key, in every row at least once: a view of ``shape``."""
    mask = array(mask, "mask")
    if mask.dtype != bool:
        raise ValueError(
            f"mask must hold booleans, True where a query may attend to a key; received dtype "
            f"{mask.dtype}. Pass mask == 1 for one of 1 and 0, mask == 0 for one of 0 and -inf."
        )
    try:
        whole = np.broadcast_to(mask, shape)
    except ValueError as error:
        raise ValueError(
            f"mask must broadcast to the shape of the scores, (..., queries, keys); received shape "
            f"{mask.shape} for scores of shape {shape}. Give one boolean a key, or a row of them "
            f"a query."
        ) from error
    if not np.atleast_1d(mask).any(axis=-1).all():
        raise ValueError(
            "mask must leave every query at least one key; received a row of nothing but False. "
            "Let that query attend to itself, or leave it out."
        )
    return whole


def attention_upstream(upstream, shape, like):
    """The error arriving at the output of attention: finite, and of the shape of that output."""
    upstream = numbers(upstream, "upstream")
    if upstream.shape != shape:
        raise ValueError(
            f"upstream must have the shape of the output, (..., queries, values); received shape "
            f"{upstream.shape} for an output of shape {shape}. Pass ∂C/∂o, one row a query."
        )
    return finite(_cast(upstream, like, "upstream"), f"upstream in {like.dtype}")


def product(x, name):
    """A product of finite matrices that has not overflowed."""
    if not np.isfinite(x).all():
        raise ValueError(
            f"{name} must fit into {x.dtype}; received larger numbers, from factors that do. "
            f"Scale a factor down, or pass a wider dtype."
        )
    return x


def block(block):
    """A number of rows to take at a time: a whole number, at least one."""
    if not _is_whole(block) or block < 1:
        raise ValueError(
            f"block must be a whole number, at least 1; received {block!r}. "
            f"Leave it out to take what suits most machines."
        )
    return int(block)


def reduction(reduction):
    """The name of a reduction over samples."""
    if reduction not in REDUCTIONS:
        raise ValueError(
            f"reduction must be one of {', '.join(map(repr, REDUCTIONS))}; received {reduction!r}. "
            f"Use 'none' to keep one loss a sample."
        )
    return reduction


def class_count(n):
    """A number of classes: a whole number, at least one."""
    if not _is_whole(n) or n < 1:
        raise ValueError(
            f"n must be a whole number of classes, at least 1; received {n!r}. "
            f"Use labels.max() + 1 if every class occurs."
        )
    return int(n)


def _is_whole(n):
    return isinstance(n, (int, np.integer)) and not isinstance(n, bool)


def _range_of(x, what="values"):
    return f"{what} from {x.min():g} to {x.max():g}"
