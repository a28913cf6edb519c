"""Runs the tests of one room on each of its mutants; `mutants.py` starts it in a copy of the tree.

    python mutant_runs.py FOLDER CHILDREN [NAME...] -- PYTEST-ARGUMENT...

mutmut writes the mutants into the copied source, beside the code they change, and a variable picks
one. The tests are collected and run once, which also shows which test calls which function. What
the functions of the changed modules, and of those that import them, remember (`lru_cache`) is
forgotten before each test of that run and before the mutants: remembered answers would hide the
change. Then a child is forked for each mutant: it picks its mutant, runs the tests that call the
changed function, those first that killed its like, then the fastest, and ends with the first that
fails. So no mutant costs a start of pytest. A test that takes more than half a CPU second judges no
mutant: most would otherwise wait for it. Before the mutants, one child runs those that judge once
more, unchanged: they must pass twice in one process.

The verdicts (killed, late, survived, untested) go to `verdicts.json` in the folder, the tests that
were too slow to `slow.json`, and what each test calls to `calls.json`, with the digest of its file.
A run of named mutants there leaves out slow tests, and those that are as they were and call none of
these functions: what is learnt once is not learnt again for each test that is added.
"""

import functools
import hashlib
import json
import os
import signal
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import grimp
import pytest
from mutmut.__main__ import create_mutants
from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.file_utils import (
    copy_also_copy_files,
    copy_src_dir,
    setup_source_paths,
    walk_mutatable_files,
)
from mutmut.utils.format_utils import mangled_name_from_mutant_name

LATE = {signal.SIGPROF, signal.SIGALRM, signal.SIGKILL}
PATIENCE = 15  # times the CPU seconds that a test takes unchanged
LEAST = 2  # CPU seconds that any test has
LONGEST = 0.5  # CPU seconds of a test that may judge a mutant: what is longer runs once, unchanged
WALL = 20  # seconds by the clock for each CPU second, on a busy machine


def make_mutants() -> list[str]:
    """Copy the tree to `mutants/`, with the mutants in it, and name them."""
    set_mutant_under_test("mutant_generation")
    Path("mutants").mkdir(exist_ok=True)
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    create_mutants(2)
    return list(_names())


def _names() -> Iterator[str]:
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        yield from data.exit_code_by_key


def resting_on(modules: Iterable[str]) -> frozenset[str]:
    """These modules of the package, and all that import them, over however many others."""
    graph = grimp.build_graph("aupkeep", cache_dir=None)
    changed = graph.modules & set(modules)
    return frozenset(changed.union(*map(graph.find_downstream_modules, changed)))


def forget(modules: Iterable[str]) -> None:
    """Empty the caches of the functions of these modules."""
    ours = [vars(sys.modules[name]) for name in modules if name in sys.modules]
    for value in [value for names in ours for value in names.values()]:
        if isinstance(value, functools._lru_cache_wrapper):
            value.cache_clear()


def _digest(item: pytest.Item) -> str:
    """What the file of a test is known by."""
    return hashlib.sha256(item.path.read_bytes()).hexdigest()[:16]


class MutantRuns:
    """A pytest plugin in place of its loop over the tests."""

    def __init__(
        self, names: Iterable[str], children: int, folder: Path, forgetful: Iterable[str]
    ) -> None:
        """`folder` is where the verdicts go, `forgetful` the modules whose caches are emptied."""
        self.names = list(names)
        self.forgetful = tuple(forgetful)
        self.children = children
        self.file = folder / "verdicts.json"
        self.slow = folder / "slow.json"
        self.calls = folder / "calls.json"
        self.functions = {mangled_name_from_mutant_name(name) for name in self.names}
        self.verdicts: dict[str, str] = {}
        self.tests: dict[str, list[pytest.Item]] = defaultdict(list)
        self.seconds: dict[pytest.Item, float] = {}
        self.running: dict[int, str] = {}
        self.kills: Counter[tuple[str, int]] = Counter()  # by function or module, and test

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the tests that an earlier run found too slow, or to call nothing of this."""
        slow = set(json.loads(self.slow.read_text("utf-8"))) if self.slow.exists() else set()
        known = json.loads(self.calls.read_text("utf-8")) if self.calls.exists() else {}
        items[:] = [
            item
            for item in items
            if item.nodeid not in slow and self._may_judge(item, known.get(item.nodeid))
        ]

    def _may_judge(self, item: pytest.Item, known: list[str] | None) -> bool:
        """Whether a test is new or changed, or called one of the functions."""
        return known is None or known[0] != _digest(item) or bool(self.functions & set(known[1:]))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests unchanged, then a child for each mutant."""
        self._learn(session)
        set_mutant_under_test("")
        judging = {id(test) for tests in self.tests.values() for test in tests}
        judges = [test for test in session.items if id(test) in judging]
        pid = self._child("", session, judges, sys.stdout.fileno())
        if os.waitpid(pid, 0)[1]:
            pytest.exit("tests: expected that they pass twice in one process, found that they fail")
        for name in sorted(self.names, key=lambda name: self._cost(self._tests(name))):
            tests = self._in_order(name)
            if not tests:
                self.verdicts[name] = "untested"
                continue
            while len(self.running) >= self.children:
                self._wait()
            self.running[self._child(name, session, tests, None)] = name
        while self.running:
            self._wait()
        self._write()
        return True

    def _learn(self, session: pytest.Session) -> None:
        """Which tests call which function, and how long they take; all must pass."""
        calls = json.loads(self.calls.read_text("utf-8")) if self.calls.exists() else {}
        set_mutant_under_test("stats")
        for number, item in enumerate(session.items):
            forget(self.forgetful)
            start = time.process_time()
            following = session.items[(number + 1) % len(session.items)]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                pytest.exit(f"tests: expected that they pass, found that {item.nodeid} fails")
            self.seconds[item] = time.process_time() - start
            calls[item.nodeid] = [_digest(item), *sorted(state()._stats)]
            if self.seconds[item] <= LONGEST:
                for function in state()._stats:
                    self.tests[function].append(item)
            state()._stats.clear()
        slow = [item.nodeid for item, seconds in self.seconds.items() if seconds > LONGEST]
        if not self.slow.exists():
            self.slow.write_text(json.dumps(slow), "utf-8")
        self.calls.write_text(json.dumps(calls), "utf-8")
        forget(self.forgetful)

    def _tests(self, name: str) -> list[pytest.Item]:
        return self.tests[mangled_name_from_mutant_name(name)]

    def _in_order(self, name: str) -> list[pytest.Item]:
        """The tests of a mutant: those first that killed its like, then the fastest."""
        function, module = mangled_name_from_mutant_name(name), name.rpartition(".")[0]

        def place(test: pytest.Item) -> tuple[int, int, float]:
            known = id(test)
            return -self.kills[function, known], -self.kills[module, known], self.seconds[test]

        return sorted(self._tests(name), key=place)

    def _cost(self, tests: Iterable[pytest.Item]) -> float:
        return sum(self.seconds[test] for test in tests)

    def _child(
        self, name: str, session: pytest.Session, tests: list[pytest.Item], shown: int | None
    ) -> int:
        """Fork a child that ends with 0 when all tests pass, 1 otherwise."""
        pid = os.fork()
        if pid:
            return pid
        try:
            os._exit(self._in_child(name, session, tests, shown))
        except BaseException:  # noqa: BLE001 - whatever it is, the mutant did it
            traceback.print_exc()
            os._exit(1)

    def _in_child(
        self, name: str, session: pytest.Session, tests: list[pytest.Item], shown: int | None
    ) -> int:
        if shown is None:
            silent = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silent, 1)
            os.dup2(silent, 2)
            session.config.option.tbstyle = "no"  # nobody reads why, and it costs most of the time
        set_mutant_under_test(name)
        for number, (item, following) in enumerate(zip(tests, [*tests[1:], None], strict=True)):
            allowed = LEAST + PATIENCE * self.seconds[item]
            signal.setitimer(signal.ITIMER_PROF, allowed)
            signal.alarm(int(allowed * WALL))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                self._killer(os.getpid()).write_text(str(id(tests[number])), "utf-8")
                return 1
        return 0

    def _killer(self, pid: int) -> Path:
        """Where a child says which test failed: a forked test has the number of its parent's."""
        return self.file.with_name(f"killer.{pid}")

    def _wait(self) -> None:
        for pid, name in list(self.running.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            if not done:
                continue
            del self.running[pid]
            if self._killer(pid).exists():
                test = int(self._killer(pid).read_text("utf-8"))
                self._killer(pid).unlink()
                self.kills[mangled_name_from_mutant_name(name), test] += 1
                self.kills[name.rpartition(".")[0], test] += 1
            if os.WIFSIGNALED(status):
                late = signal.Signals(os.WTERMSIG(status)) in LATE
                self.verdicts[name] = "late" if late else "killed"
            else:
                self.verdicts[name] = "killed" if os.WEXITSTATUS(status) else "survived"
            if len(self.verdicts) % 100 == 0:
                self._write()
            return
        time.sleep(0.002)

    def _write(self) -> None:
        self.file.write_text(json.dumps(self.verdicts), "utf-8")


def main() -> None:
    """Make the mutants, collect the tests, run them on each mutant."""
    own, arguments = sys.argv[1 : sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1 :]
    folder, children, names = Path(own[0]), int(own[1]), own[2:]
    os.chdir(folder)
    config()
    made = make_mutants()
    os.chdir("mutants")
    if not names:
        for kept in ("slow.json", "calls.json"):
            (folder / kept).unlink(missing_ok=True)
    forgetful = resting_on(name.rpartition(".")[0] for name in made)
    runs = MutantRuns(names or made, children, folder, forgetful)
    sys.exit(pytest.main(["--rootdir=.", "-q", "-p", "no:randomly", *arguments], plugins=[runs]))


if __name__ == "__main__":
    main()
