"""Every small mistake that can be made in a module's source: its mutants.

A mutant is the program with one operator, number, condition, name, keyword or statement changed.
Left alone are texts, which tests read as sentences, what a ``raise`` says, annotations, and what
cannot change a result: ``strict=``, ``copy=`` and ``@cache``.
"""

import ast
import copy
from typing import NamedTuple

OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
NAMES = {"min": "max", "minimum": "maximum", "argmin": "argmax", "any": "all", "floor": "ceil"}
NAMES |= {other: name for name, other in NAMES.items()}
HARMLESS_KEYWORDS = ("strict", "copy")
HARMLESS_DECORATORS = ("cache",)
DEFINITION = (ast.FunctionDef, ast.ClassDef)
COMPOUND = (ast.If, ast.For, ast.While, ast.With, ast.Try)
SAYS_ITSELF = (ast.Compare, ast.BoolOp, ast.UnaryOp)  # conditions that are changed from within
LEFT_OUT = object()


class Mutant(NamedTuple):
    """A changed program; where and how it was changed, in words that outlive other changes."""

    where: str  # the function
    before: str  # the statement, or its first line
    after: str
    code: object

    @property
    def name(self):
        """Where and how, in one line."""
        return f"{self.where}: {self.before}  ->  {self.after}"


def mutants(source, filename, with_code=True):
    """All mutants of a module, one after the other; without code they take less time."""
    tree = ast.parse(source)
    for where, statement, place, key, new in list(_changes(tree, "module", None)):
        before, old = _line(statement), list(place) if isinstance(place, list) else place[key]
        if new is LEFT_OUT:
            del place[key]
        else:
            place[key] = new
        try:
            after = _line(new if isinstance(new, ast.stmt) else statement)
            code = compile(ast.fix_missing_locations(tree), filename, "exec") if with_code else None
            yield Mutant(where, before, after, code)
        finally:
            place[slice(None) if isinstance(place, list) else key] = old


def _line(statement):
    """A statement in one line: of one that holds others, its first."""
    if not isinstance(statement, (*DEFINITION, *COMPOUND)):
        return " ".join(ast.unparse(statement).split())
    head = copy.copy(statement)
    head.body = [ast.Pass()]
    text = ast.unparse(head)
    return text[: text.index(":\n" if isinstance(head, DEFINITION) else "\n")].replace("\n", " ")


def _changes(node, where, statement):
    """What can be changed below a node: (function, statement, place, key, what comes there)."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        of_list = isinstance(value, list)
        for key, child in enumerate(value) if of_list else [(field, value)]:
            if not isinstance(child, ast.AST) or _is_text(child) or _is_harmless(child):
                continue
            inside = child if isinstance(child, ast.stmt) else statement
            for new in _instead(child, field):
                yield where, inside, value if of_list else vars(node), key, new
            if not isinstance(child, (ast.Raise, ast.JoinedStr)):
                yield from _changes(child, _within(where, child), inside)


def _within(where, node):
    if not isinstance(node, DEFINITION):
        return where
    return node.name if where == "module" else f"{where}.{node.name}"


def _is_text(node):
    value = node.value if isinstance(node, ast.Expr) else node
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _is_harmless(node):
    return isinstance(node, ast.keyword) and node.arg in HARMLESS_KEYWORDS


def _instead(node, field):
    """What may come in the place of a node."""
    if type(node) in OPERATORS:
        yield OPERATORS[type(node)]()
    match node:
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() | float()):
            yield ast.Constant(node.value + 1)
        case ast.Name(ctx=ast.Load()) if node.id in NAMES:
            yield ast.Name(NAMES[node.id], ast.Load())
        case ast.Attribute(ctx=ast.Load()) if node.attr in NAMES:
            yield ast.Attribute(node.value, NAMES[node.attr], ast.Load())
        case ast.Return(value=ast.AST()) if ast.unparse(node) != "return None":
            yield ast.Return(None)
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.Raise() | ast.Expr() | ast.AugAssign() | ast.Delete():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield ast.Pass()
        case ast.keyword(arg=str()):
            yield LEFT_OUT
    if field == "decorator_list" and ast.unparse(node) not in HARMLESS_DECORATORS:
        yield LEFT_OUT
    if field in ("test", "ifs") and not isinstance(node, SAYS_ITSELF):
        yield ast.UnaryOp(ast.Not(), node)
