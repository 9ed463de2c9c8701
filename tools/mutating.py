"""The small changes of a source that its tests should notice, each in a tree of its own.

What no run can show is left out: how a dataclass is kept, whether zip is strict, what is logged.
"""

import ast
import copy
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

SWAPPED: dict[type, type] = {
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
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
OTHERS = {"min": "max", "max": "min", "any": "all", "all": "any"}
SHOWS_NOTHING = {"frozen", "slots", "kw_only", "strict", "exc_info", "repr", "daemon"}
"""Keywords that are guards, or for a person alone."""
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


class Mutant(NamedTuple):
    """A source with one change, the `change`th of its `node`th part; `words` say which.

    `function`: the outermost one in whose body the change is, by its qualified name; None where
    the change comes to bear when the module is imported. `lines`: of the innermost statement.
    """

    path: Path
    source: str
    node: int
    change: int
    words: str
    function: str | None
    lines: range

    @property
    def tree(self) -> ast.Module:
        tree = ast.parse(self.source)
        _change(next(islice(ast.walk(tree), self.node, None)), self.change)
        return tree


def mutants(path: Path) -> Iterator[Mutant]:
    """Every change of one file."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    functions, lines = dict(_within(tree, "")), _lines(tree)
    left_out = {id(one) for node in ast.walk(tree) for one in _showing_nothing(node)}
    for at, node in enumerate(ast.walk(tree)):
        for change in range(0 if id(node) in left_out else _changes(node)):
            own = copy.deepcopy(node)
            _change(own, change)
            line = getattr(node, "lineno", 0)
            words = f"{path.name}:{line}: {ast.unparse(node)}  ->  {ast.unparse(own)}"
            function, of = functions.get(id(node)), lines.get(id(node), range(0))
            yield Mutant(path, source, at, change, words, function, of)


def _within(node: ast.AST, outer: str) -> Iterator[tuple[int, str]]:
    """Each part of a function's body, and the function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTION):
            body = [part for statement in child.body for part in ast.walk(statement)]
            yield from ((id(part), outer + child.name) for part in body)
        elif isinstance(child, ast.ClassDef):
            yield from _within(child, f"{outer}{child.name}.")
        else:
            yield from _within(child, outer)


def _lines(tree: ast.Module) -> dict[int, range]:
    """Of each part of a statement; those within others come later."""
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    return {
        id(part): range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
        for statement in statements
        for part in ast.walk(statement)
    }


def _showing_nothing(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.keyword(arg=str(name)) if name in SHOWS_NOTHING:
            yield from ast.walk(node)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
            yield from ast.walk(node)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="log")))):
            yield node
        case _:
            pass


def _changes(node: ast.AST) -> int:
    """In how many ways a part of the source is changed."""
    match node:
        case ast.Compare():
            return sum(type(operation) in SWAPPED for operation in node.ops)
        case ast.BinOp() | ast.BoolOp():
            return int(type(node.op) in SWAPPED)
        case ast.Constant():
            return int(isinstance(node.value, bool | int | float))
        case ast.UnaryOp(op=ast.Not()) | ast.Expr(value=ast.Call() | ast.Await()):
            return 1
        case ast.Call(func=ast.Name(id=name)):
            return int(name in OTHERS)
        case _:
            return 0


def _change(node: ast.AST, number: int) -> None:
    match node:
        case ast.Compare():
            node.ops[number] = SWAPPED[type(node.ops[number])]()
        case ast.BinOp() | ast.BoolOp():
            node.op = SWAPPED[type(node.op)]()
        case ast.Constant(value=bool(value)):
            node.value = not value
        case ast.Constant(value=int(value) | float(value)):
            node.value = value + 1
        case ast.UnaryOp():
            # Twice not, which leaves the operand's truth.
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
        case ast.Expr():
            node.value = ast.Constant(...)
        case ast.Call(func=ast.Name() as name):
            name.id = OTHERS[name.id]
        case _:
            raise ValueError(ast.dump(node))
