"""Every example in a docstring of the package runs and gives what it says.

An example is a line that starts with `>>>`; it sees the names of its module. Examples on pages are
run by `test_readme.py`. Indented code without `>>>` shows what no example can run, since it needs a
socket, a process or rows: each call in it is one that the package takes.
"""

import ast
import doctest
import importlib
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
WITH_EXAMPLES = [path for path in sorted(SOURCE.rglob("*.py")) if ">>> " in path.read_text("utf-8")]
INDENTED = re.compile(r"(?:^ {4}.*\n?)+", re.MULTILINE)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
Made = ast.FunctionDef | ast.ClassDef


def module_name(path: Path) -> str:
    """The name a file of the package is imported by."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=module_name)
def test_examples_run(path: Path):
    """Each example of a module, by itself."""
    module = importlib.import_module(module_name(path))
    reports: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    found = [test for test in doctest.DocTestFinder().find(module) if test.examples]
    for test in found:
        runner.run(test, out=reports.append)
    assert not reports, "".join(reports)
    written = path.read_text("utf-8").count(">>> ")
    assert sum(len(test.examples) for test in found) == written, "an example stands where none runs"


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls in indented code of a module's docstrings, but what is an example."""
    for node in ast.walk(tree):
        text = ast.get_docstring(node) if isinstance(node, DOCUMENTED) else None
        for block in INDENTED.findall(text or ""):
            try:
                code = ast.parse(textwrap.dedent(block))
            except SyntaxError:  # a table, a command, a picture
                continue
            yield from (call for call in ast.walk(code) if isinstance(call, ast.Call))


def takes(made: Made, call: ast.Call) -> bool:
    """Whether a function, or a class by its `__init__`, takes such arguments."""
    if isinstance(made, ast.ClassDef):
        inits = [part for part in made.body if isinstance(part, ast.FunctionDef)]
        made = next((part for part in inits if part.name == "__init__"), made)
        if isinstance(made, ast.ClassDef):  # a record, or what another class makes
            return True
    args = made.args
    places = [arg.arg for arg in args.args if arg.arg not in ("self", "cls")]
    given = {keyword.arg for keyword in call.keywords} | set(places[: len(call.args)])
    needed = set(places[: len(places) - len(args.defaults)])
    pairs = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    needed |= {arg.arg for arg, default in pairs if default is None}
    known = {*places, *(arg.arg for arg in args.kwonlyargs)}
    fits = len(call.args) <= len(places) or args.vararg is not None
    return fits and needed <= given and (given <= known or args.kwarg is not None)


def wrong_calls(modules: Mapping[str, str]) -> list[str]:
    """Calls shown in docstrings that nothing of these modules takes, by the module's name.

    What they call without making it, as Python's and libraries' functions, counts as taken.
    """
    trees = {name: ast.parse(text) for name, text in modules.items()}
    makers: defaultdict[str, list[Made]] = defaultdict(list)
    called = set()
    for node in (node for tree in trees.values() for node in ast.walk(tree)):
        if isinstance(node, Made):
            makers[node.name].append(node)
        elif isinstance(node, ast.Call):
            called.add(_name(node))
    return [
        f"{name}: {ast.unparse(call)}"
        for name, tree in trees.items()
        for call in calls(tree)
        if not any(takes(made, call) for made in makers.get(_name(call), ()))
        and (_name(call) in makers or _name(call) not in called)
    ]


def _name(call: ast.Call) -> str:
    made = call.func
    return made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")


def test_what_no_example_runs_is_called_as_it_is():
    """No docstring shows a call that the package does not take."""
    modules = {module_name(path): path.read_text("utf-8") for path in SOURCE.rglob("*.py")}
    assert wrong_calls(modules) == []


def test_a_wrong_call_is_seen():
    """Of what is gone, and with an argument too many, too few or unknown; others pass."""
    text = '''"""Rows.

    rows = Reader(data).read(size=2)
    Reader(data, 3)
    Reader(data).read()
    Reader(data).read(size=2, most=3)
    gone(len(data))

That is all.
"""
class Reader:
    def __init__(self, data): ...
    def read(self, *, size): return len(self)
'''
    assert wrong_calls({"rows": text}) == [
        "rows: Reader(data, 3)",
        "rows: Reader(data).read()",
        "rows: Reader(data).read(size=2, most=3)",
        "rows: gone(len(data))",
    ]
