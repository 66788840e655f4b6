"""Expressions as LaTeX and as text for a terminal, in the order in which they were written."""

from sympy import Add, Integer, MatAdd, Mul, Pow, Sum
from sympy.printing.latex import LatexPrinter

from softmax_lab._plain import plain as plain_text
from softmax_lab.symbolic.letters import Named, x


def _minus_apart(e):
    """(True, f) if `e` is written −f, else (False, e)."""
    if e.is_Number and e.is_negative:
        return True, -e
    if not e.is_Mul:
        return False, e
    negative, first = _minus_apart(e.args[0])
    if not negative:
        return False, e
    factors = e.args[1:] if first == 1 else (first, *e.args[1:])
    return True, factors[0] if len(factors) == 1 else e.func(*factors, evaluate=False)


class _Writer(LatexPrinter):
    """SymPy's LaTeX, with terms and factors in the order they were written."""

    def _print_Add(self, e, order=None):
        text = ""
        for term in e.args:
            negative, term = _minus_apart(term)
            text += f" - {self._factor(term)}" if negative else f" + {self._print(term)}"
        return text[3:] if text.startswith(" + ") else f"-{text[3:]}"

    def _print_MatAdd(self, e):
        return self._print_Add(e)

    def _print_Mul(self, e):
        negative, e = _minus_apart(e)
        if negative:
            return f"-{self._factor(e)}"
        factors = Mul.make_args(e)
        below = [f for f in factors if f.is_Pow and f.exp.is_Integer and f.exp.is_negative]
        above = [f for f in factors if f not in below]
        if not below:
            return self._product(above)
        below = [f.base if f.exp == -1 else Pow(f.base, -f.exp, evaluate=False) for f in below]
        return rf"\frac{{{self._product(above or [Integer(1)])}}}{{{self._product(below)}}}"

    def _product(self, factors):
        *before, last = factors
        if not before:
            return self._print(last)
        # A sum sign reaches over all that follows it, so only the last factor may be a bare sum.
        texts = [self._factor(f, isinstance(f, Sum)) for f in before]
        return " ".join([*texts, self._factor(last)])

    def _factor(self, e, bracket=False):
        text = self._print(e)
        bracket = bracket or isinstance(e, (Add, MatAdd)) or text.startswith("-")
        return rf"\left({text}\right)" if bracket else text

    def _print_Pow(self, e):
        # A power of 1 asks for brackets that would be left out otherwise, as in (a − b) − c.
        return self._factor(e.base, bracket=True) if e.exp == 1 else super()._print_Pow(e)

    def _print_Sum(self, e):
        *inner, (index, low, high) = e.limits
        limits = rf"\sum_{{{self._print(index)}={self._print(low)}}}^{{{self._print(high)}}}"
        return f"{limits} {self._factor(Sum(e.function, *inner) if inner else e.function)}"

    def _print_Derivative(self, e):
        (variable,) = e.variables
        d = "d" if variable == x else r"\partial "
        by = f"{d}{self._print(variable)}"
        if isinstance(e.expr, Named):
            return rf"\frac{{{d}{self._print(e.expr)}}}{{{by}}}"
        return rf"\frac{{{d.strip()}}}{{{by}}} {self._factor(e.expr, e.expr.is_Mul)}"

    def _print_Indexed(self, e):
        return f"{self._print(e.base.label)}_{{{''.join(map(self._print, e.indices))}}}"

    def _print_KroneckerDelta(self, e, exp=None):
        return rf"\delta_{{{''.join(map(self._print, e.args))}}}"

    def _print_log(self, e, exp=None):
        power = f"^{{{exp}}}" if exp else ""
        return rf"\{e.func.__name__}{power} {self._factor(e.args[0], e.args[0].is_Mul)}"

    _print_cosh = _print_sinh = _print_log


def latex(e):
    r"""LaTeX of `e` in the order it was written; a string is taken to be LaTeX already.

    >>> from softmax_lab.symbolic import delta, h, j, k, total
    >>> print(latex(total(delta(j, k) * h(k), k)))
    \sum_{k=1}^{n} \delta_{jk} h_{k}
    """
    return e if isinstance(e, str) else _Writer().doprint(e)


def plain(e):
    """What `latex` writes, for a terminal.

    >>> from softmax_lab.symbolic import h, i, k, t, total
    >>> print(plain(h(i) / total(t[k], k)))
    h_i/(Σ_k t_k)
    """
    return plain_text(latex(e))
