"""Mutants: small changes of a floor's sources, each of which its tests should notice.

    python -m tools.mutants energy [--of 100] [--seed 1] [--file balance.py] [--beside 2]
    python -m tools.mutants energy --only balance.py:41: [--by tests/energy/test_balance.py]

Of all changes that can be made, `--of` are drawn by the seed. The floor's tests are collected and
run once, which tells which lines each of them runs and how long it takes. A change within a
function is then put into a fork of that process, and those tests are run that run its statement,
the quickest first, up to the first that fails. A change of what is made at import (a constant, a
default) is tried by all of the folder, imported anew, first by those files that run most of the
module; a test that imports the constant changes with it, and so does not count. What nobody noticed
is printed. The sources are never written to. With `--only` those are tried that are printed so,
with `--by` by these tests: whether what was written since notices them.
"""

import argparse
import ast
import gc
import json
import os
import random
import resource
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from itertools import zip_longest
from pathlib import Path
from time import perf_counter
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from coverage import Coverage
from hypothesis import Phase, settings
from typing_extensions import override

from tools.mutating import Mutant, mutants

ROOT = Path(__file__).parents[1]
LONGEST_S = 120
MOST_BYTES = 4 << 30
"""What takes so much more of a processor than it did, or of memory, never ends: it is noticed."""
WAITS_S = 30
HANGS_S = 1_800
"""What only waits, one test or all of them, is given longer: the machine may be busy."""
SLOWER = 3
UNTRIED = 3
Reached = dict[str, dict[str, list[str]]]
"""By source and line the tests that run it."""
USUAL = ["-q", "-n0", "-x", "-pno:cacheprovider", "-pno:randomly", "--tb=no", "--assert=plain"]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)


def compiled(mutant: Mutant) -> CodeType:
    tree = ast.fix_missing_locations(mutant.tree)
    return compile(tree, str(mutant.path), "exec", dont_inherit=True)


class Reach:
    """Of each test, how long it took and which lines of the floor it ran."""

    def __init__(self, folder: Path) -> None:
        self._coverage = Coverage(data_file=None, config_file=False, include=[f"{folder}/*"])
        self.took_s: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        began_s = perf_counter()
        self._coverage.start()
        self._coverage.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self._coverage.stop()
            self.took_s[item.nodeid] = perf_counter() - began_s

    def tests(self) -> dict[str, dict[int, list[str]]]:
        """By file and line."""
        data = self._coverage.get_data()
        return {file: data.contexts_by_lineno(file) for file in data.measured_files()}


class Trial:
    """Takes the collected tests and runs them for each mutant, in forks."""

    def __init__(
        self, tried: Sequence[Mutant], folder: Path, tests: Sequence[str], beside: int
    ) -> None:
        self._tried = tried
        self._tests = tests
        self._folder = folder
        self._beside = beside
        self.alive: list[Mutant] | None = None
        """None where it did not come to that."""
        self.longest_s = LONGEST_S
        self.first: dict[str, list[str]] = {}
        """By source, the test files that run lines of it, those with most such tests first."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """What is found need not be made small."""
        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutants", settings(), phases=phases)
        settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        reached, took_s = self._look(session)
        self.first = files_by_source(reached)
        self.longest_s += int(SLOWER * sum(took_s.values()))
        for item in session.items:
            longest_s = WAITS_S + SLOWER * took_s[item.nodeid]
            # The thread of it ends the process, whatever else waits there for ever.
            item.add_marker(pytest.mark.timeout(longest_s, method="thread"), append=False)

        def run(mutant: Mutant) -> bool:
            of_file = reached.get(str(mutant.path), {})
            tests = {test for line in mutant.lines for test in of_file.get(str(line), ())}
            items = [item for item in session.items if item.nodeid in tests]
            if not put_in(mutant):
                return passes_anew(mutant, self._tests, self.first)
            return passes(session, sorted(items, key=lambda item: took_s[item.nodeid]))

        gc.freeze()
        self.alive = survivors(self._tried, run, self._beside, self.longest_s)
        return True

    def _look(self, session: pytest.Session) -> tuple[Reached, dict[str, float]]:
        """In a fork too, so that nothing is remembered from it."""
        with tempfile.NamedTemporaryFile("r", suffix=".json") as told:

            def run(_: object) -> bool:
                reach = Reach(self._folder)
                session.config.pluginmanager.register(reach)
                well = passes(session, session.items)
                kept = json.dumps([reach.tests(), reach.took_s])
                Path(told.name).write_text(kept, encoding="utf-8")
                return well

            if not survivors([None], run, 1, longest_s=3_600):
                raise pytest.UsageError("the tests fail without a mutant")
            reached, took_s = json.load(told)
        return reached, took_s


def passes(session: pytest.Session, items: Sequence[pytest.Item]) -> bool:
    """Whether these tests pass, up to the first that does not."""
    session.items = [*items]
    try:
        for item, following in zip_longest(items, items[1:]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return False
    except session.Failed:
        return False
    return True


def put_in(mutant: Mutant) -> bool:
    """Gives the function of the module that is there the body that it has in the mutant; False
    where that needs another closure.
    """
    # No test of the floor may have asked for it yet.
    module = import_module(name_of(mutant.path))
    mutated = ModuleType(module.__name__)
    mutated.__file__ = module.__file__
    # A dataclass looks for its module.
    sys.modules[module.__name__] = mutated
    exec(compiled(mutant), mutated.__dict__)
    sys.modules[module.__name__] = module
    bodies = dict(functions_of(mutated, module.__name__))
    for name, function in functions_of(module, module.__name__):
        if name == mutant.function:
            body = bodies[name].__code__
            if function.__code__.co_freevars != body.co_freevars:
                return False
            function.__code__ = body
    return True


def functions_of(holder: ModuleType | type, module: str) -> Iterator[tuple[str, FunctionType]]:
    for one in [*vars(holder).values()]:
        if isinstance(one, type) and one is not holder and one.__module__ == module:
            yield from functions_of(one, module)
        for function in _unwrapped(one):
            yield function.__qualname__, function


def _unwrapped(one: object) -> Iterator[FunctionType]:
    """What is within a property, a class method, a cache, a context manager."""
    while not isinstance(one, FunctionType) or hasattr(one, "__wrapped__"):
        for within in ("fget", "__func__", "__wrapped__", "func"):
            if hasattr(one, within) and not isinstance(one, type):
                one = getattr(one, within)
                break
        else:
            return
    yield one


class Changed(MetaPathFinder, Loader):
    """Gives one module as the mutant has it."""

    def __init__(self, mutant: Mutant) -> None:
        self._name = name_of(mutant.path)
        self._path = str(mutant.path)
        self._code = compiled(mutant)

    @override
    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name != self._name:
            return None
        return spec_from_file_location(name, self._path, loader=self)

    @override
    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)


def files_by_source(reached: Reached) -> dict[str, list[str]]:
    files = {}
    for source, lines in reached.items():
        tests = {test for of_line in lines.values() for test in of_line}
        counts = Counter(test.split("::")[0] for test in tests)
        files[source] = [file for file, _ in counts.most_common()]
    return files


def passes_anew(mutant: Mutant, tests: Sequence[str], first: Mapping[str, Sequence[str]]) -> bool:
    """Whether all tests pass where the mutant is imported."""
    for name in [*sys.modules]:
        if name.split(".")[0] in ("wattledger", "tests", "conftest"):
            del sys.modules[name]
    sys.meta_path.insert(0, Changed(mutant))
    return pytest.main([*USUAL, *first.get(str(mutant.path), ()), *tests]) == 0


def survivors(
    tried: Iterable[Any], run: Callable[[Any], bool], beside: int, longest_s: int
) -> list[Any]:
    """Those with which `run` says that all is well, each asked in a fork, so many at once."""
    running: dict[int, Any] = {}
    alive = []
    waiting = [*reversed([*tried])]
    while waiting or running:
        while waiting and len(running) < beside:
            one = waiting.pop()
            running[_forked(partial(run, one), longest_s)] = one
        child, status = os.wait()
        one, outcome = running.pop(child), os.waitstatus_to_exitcode(status)
        if outcome in (0, UNTRIED):
            alive.append(one)
            if isinstance(one, Mutant):
                became = "NOT TRIED" if outcome else "SURVIVES"
                print(f"{became}  {one.words}", file=sys.__stdout__, flush=True)
    return alive


def _forked(run: Callable[[], bool], longest_s: int) -> int:
    child = os.fork()
    if child:
        return child
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    signal.alarm(longest_s + HANGS_S)
    resource.setrlimit(resource.RLIMIT_CPU, (longest_s, longest_s))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    try:
        os._exit(0 if run() else 1)
    finally:
        os._exit(UNTRIED)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("floor", help="a folder of src/wattledger that tests/ mirrors")
    parser.add_argument("--of", type=int, default=100, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", default="*.py", help="only of these files")
    parser.add_argument("--only", nargs="+", help="only those whose words begin so")
    parser.add_argument("--by", nargs="+", help="the tests, else all that the floor has")
    parser.add_argument("--beside", type=int, default=2, help="how many are tried at once")
    asked = parser.parse_args(arguments)
    os.chdir(ROOT)
    os.environ.setdefault("WATTLEDGER_TEST_EXAMPLES", "10")
    folder, tests = ROOT / "src" / "wattledger" / asked.floor, asked.by or [f"tests/{asked.floor}"]
    every = [mutant for path in sorted(folder.rglob(asked.file)) for mutant in mutants(path)]
    if asked.only:
        every = [mutant for mutant in every if mutant.words.startswith(tuple(asked.only))]
    drawn = random.Random(asked.seed).sample(every, min(asked.of, len(every)))
    at_import = [mutant for mutant in drawn if mutant.function is None]
    trial = Trial([one for one in drawn if one.function], folder, tests, asked.beside)
    pytest.main([*USUAL, "-s", *tests], plugins=[trial])
    if trial.alive is None:
        sys.exit("no mutant was tried")
    anew = partial(passes_anew, tests=tests, first=trial.first)
    alive = trial.alive + survivors(at_import, anew, asked.beside, trial.longest_s)
    print(f"{len(drawn) - len(alive)} of {len(drawn)} noticed, of {len(every)} that can be made")
    return int(bool(alive))


if __name__ == "__main__":
    sys.exit(main())
