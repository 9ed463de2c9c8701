"""Mutants: small changes of a floor's sources, each of which its tests should notice.

    python tools/mutants.py energy [--of 100] [--seed 1] [--file balance.py]

Of all changes that can be made, `--of` are drawn by the seed. Each is tried in a process of its own
by the mirrored test file first, then by the floor's whole folder, which ends at the first failure.
A test that imports the constant that was changed changes with it, and so does not count. What
nobody noticed is printed; the sources are never written to.
"""

import argparse
import ast
import copy
import os
import random
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple

from typing_extensions import override

ROOT = Path(__file__).parents[1]
TIMEOUT_S = 60
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


class Mutant(NamedTuple):
    """A source with one change; `words` say which."""

    path: Path
    words: str
    tree: ast.Module


def mutants(path: Path) -> Iterator[Mutant]:
    """Every change of one file, each in a tree of its own."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for at, node in enumerate(ast.walk(tree)):
        for change in range(_changes(node)):
            mutated = copy.deepcopy(tree)
            own = next(each for number, each in enumerate(ast.walk(mutated)) if number == at)
            before = ast.unparse(own)
            _change(own, change)
            line = getattr(node, "lineno", 0)
            words = f"{path.relative_to(ROOT)}:{line}: {before}  ->  {ast.unparse(own)}"
            yield Mutant(path, words, mutated)


def _changes(node: ast.AST) -> int:
    """In how many ways a part of the source is changed."""
    match node:
        case ast.Compare():
            return sum(type(operation) in SWAPPED for operation in node.ops)
        case ast.BinOp() | ast.BoolOp():
            return int(type(node.op) in SWAPPED)
        case ast.Constant():
            return int(isinstance(node.value, bool | int | float))
        case ast.UnaryOp(op=ast.Not()):
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
        case ast.Call(func=ast.Name() as name):
            name.id = OTHERS[name.id]
        case _:
            raise ValueError(ast.dump(node))


class Changed(MetaPathFinder, Loader):
    """Gives one module as the mutant has it."""

    def __init__(self, mutant: Mutant) -> None:
        parts = mutant.path.relative_to(ROOT / "src").with_suffix("").parts
        self._name = ".".join(parts)
        self._path = str(mutant.path)
        self._code: CodeType = compile(
            ast.fix_missing_locations(mutant.tree), self._path, "exec", dont_inherit=True
        )

    @override
    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name != self._name:
            return None
        return spec_from_file_location(name, self._path, loader=self)

    @override
    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)


def survives(mutant: Mutant, folder: str) -> bool:
    """Whether no test of the folder fails."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        os._exit(_tried(mutant, folder))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _tried(mutant: Mutant, folder: str) -> int:
    import pytest

    sys.meta_path.insert(0, Changed(mutant))
    usual = ["-x", "-q", "-n0", "-pno:cacheprovider", "-pno:randomly", f"--timeout={TIMEOUT_S}"]
    mirrored = ROOT / folder / f"test_{mutant.path.name}"
    first = [str(mirrored)] if mirrored.exists() else []
    return int(pytest.main([*usual, *first, folder]))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("floor", help="a folder of src/wattledger that tests/ mirrors")
    parser.add_argument("--of", type=int, default=100, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", default="*.py", help="only of these files")
    asked = parser.parse_args(arguments)
    os.chdir(ROOT)
    os.environ.setdefault("WATTLEDGER_TEST_EXAMPLES", "10")
    sources = sorted((ROOT / "src" / "wattledger" / asked.floor).rglob(asked.file))
    every = [mutant for path in sources for mutant in mutants(path)]
    drawn = random.Random(asked.seed).sample(every, min(asked.of, len(every)))
    alive = 0
    for mutant in drawn:
        if survives(mutant, f"tests/{asked.floor}"):
            alive += 1
            print(f"SURVIVES  {mutant.words}", flush=True)
    print(f"{len(drawn) - alive} of {len(drawn)} noticed, of {len(every)} that can be made")
    return int(alive > 0)


if __name__ == "__main__":
    sys.exit(main())
