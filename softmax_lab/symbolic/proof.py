"""Whether two expressions are equal for every n: their difference, brought into one normal form."""

from sympy import (
    Add,
    Derivative,
    Dummy,
    Eq,
    Indexed,
    Integer,
    KroneckerDelta,
    MatAdd,
    MatMul,
    Mul,
    Ne,
    Sum,
    cancel,
    exp,
    expand,
    sympify,
    together,
)
from sympy import ImmutableMatrix as Matrix
from sympy import evaluate as evaluating

from softmax_lab.symbolic.letters import REACH, Named, delta, n

# The names of summation indices in a normal form, from the innermost sum outwards.
BOUND = tuple(Dummy(letter, integer=True) for letter in "klmpqrsuvw")


class UnprovenStep(ValueError):
    """A step of a derivation whose two sides could not be proven equal."""


def normal_form(e):
    """`e` with its letters written out, derivatives taken and sums of products pulled apart.

    Indices are taken to lie in 1 … n (a in 1 … d, b in 1 … w), so that Σ_k δ_kj f_k = f_j; nothing
    else is assumed.
    """
    if isinstance(e, Named):
        return normal_form(e.meaning)
    if isinstance(e, Sum):
        return _normal_sum(e)
    if isinstance(e, Derivative):
        derivative = normal_form(e.expr).diff(*e.variables)
        return derivative if derivative.has(Derivative) else normal_form(derivative)
    if isinstance(e, Indexed) or not e.args:
        return e
    return e.func(*map(normal_form, e.args))


def _normal_sum(e):
    function, (index, low, high) = _outermost(e)
    # A fresh index: an inner sum over the same letter must not be mistaken for this one.
    fresh = _Index(high)
    body = expand(normal_form(function.xreplace({index: fresh})))
    if low.is_Integer and high.is_Integer:
        return Add(*(body.xreplace({fresh: Integer(m)}) for m in range(low, high + 1)))
    before = low - 1
    if before.is_Symbol and reach(before) == high:  # from p + 1: all but the first p terms
        everything, first = (Sum(function, (index, 1, last)) for last in (high, before))
        return normal_form(everything) - normal_form(first)
    if low != 1:
        return _sum_as_atom(body, fresh, low, high)
    return Add(*(_sum_of_product(term, fresh) for term in Add.make_args(body)))


def _sum_of_product(product, index):
    for factor in Mul.make_args(product):
        if isinstance(factor, KroneckerDelta) and index in factor.args:
            other, *more = set(factor.args) - {index}
            if other.is_Symbol and not more and reach(other) == index.high:
                return product.xreplace({index: other})
    outside, inside = product.as_independent(index, as_Add=False)
    for factor in Mul.make_args(inside):
        if isinstance(factor, Sum) and _belongs_outside(factor, index):
            body, limits = _outermost(factor)
            within = Sum(inside / factor * body, (index, 1, index.high))
            return outside * normal_form(Sum(within, limits))
    return outside * (index.high if inside == 1 else _sum_as_atom(inside, index, 1, index.high))


def _outermost(e):
    """What a sum is over, and the limits of its outermost index."""
    *inner, limits = e.limits
    return (Sum(e.function, *inner) if inner else e.function), limits


def _belongs_outside(e, index):
    """Whether sum e goes around one over index: of two sizes, the last in the alphabet does."""
    _, low, high = e.limits[-1]
    is_free = high.is_Symbol and not isinstance(high, Dummy) and not low.has(index)
    return is_free and high.name > str(index.high)


class _Index(Dummy):
    """The index of a sum, which knows how far it runs."""

    def __new__(cls, high):
        """Make one that is like no other."""
        index = super().__new__(cls, integer=True)
        index.high = high
        return index


def reach(index):
    """How far an index runs: to n, d or w."""
    return index.high if isinstance(index, _Index) else REACH.get(index, n)


def _sum_as_atom(body, index, low, high):
    name = next(b for b in BOUND if not body.has(b))
    return Sum(body.xreplace({index: name}), (name, low, high))


def _reduce(d):
    """0 if `d` vanishes whether or not the indices of each δ agree, else a case that remains."""
    for pair in sorted(d.atoms(KroneckerDelta), key=str):
        # A third argument would be a range, and an index of a sum is not free to be set.
        if len(pair.args) > 2 or pair.has(*BOUND):
            continue
        for old, new in (pair.args, pair.args[::-1]):
            if old.is_Symbol:
                unequal = _reduce(d.xreplace({pair: Integer(0)}))
                return unequal if unequal != 0 else _reduce(normal_form(d.xreplace({old: new})))
    sums = {atom: Dummy() for atom in d.atoms(Sum)}
    value = cancel(together(d.rewrite(exp).xreplace(sums)))
    return value.xreplace({dummy: atom for atom, dummy in sums.items()})


def _apply(given, d):
    if isinstance(given, Ne):
        return d.xreplace({delta(*given.args): Integer(0)})
    if isinstance(given, Eq):
        first, *others = Add.make_args(normal_form(given.lhs))
        return normal_form(d.xreplace({first: normal_form(given.rhs) - Add(*others)}))
    raise ValueError(f"a condition is an Eq or a Ne, not {given!r}; write for instance Eq(i, j)")


def multiplied_out(e):
    """`e` as one expression or one matrix of expressions, its matrix sums and products done."""
    e = sympify(e)
    return Matrix(e.doit() if isinstance(e, (MatAdd, MatMul)) else e) if e.is_Matrix else e


def difference(a, b, given=None):
    """What is left of a − b: exactly 0 when a = b is proven, wherever both sides are defined.

    >>> from softmax_lab.symbolic import h, k, plain, t, total
    >>> difference(total(h(k), k), 1)
    0
    >>> print(plain(difference(total(t[k], k), 1)))
    -1 + Σ_k t_k
    """
    with evaluating(True):
        a, b = map(multiplied_out, (a, b))
        shapes = [e.shape if e.is_Matrix else "a single expression" for e in (a, b)]
        if shapes[0] != shapes[1]:
            raise UnprovenStep(f"both sides need one shape, not {shapes[0]} and {shapes[1]}")
        if a.is_Matrix:
            return (a - b).applyfunc(lambda entry: difference(entry, 0, given))
        d = normal_form(a) - normal_form(b)
        return _reduce(d if given is None else _apply(given, d))
