"""The shape of the house: bounded files and functions, shallow nesting, a docstring each."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
MAX_FILE = 400
MAX_FUNCTION = 60
MAX_NESTING = 3
MAX_DECISIONS = 20
MAX_ROOT_ENTRIES = 20
NESTING = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)
STATEMENTS = ("body", "orelse", "handlers", "finalbody", "cases")  # the fields that hold statements
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
DECISION = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)
# functions that decide more, with how much; a figure only goes down, and an entry that is no longer
# needed must leave the list
MORE = {
    "tests/inventory/reference.py ask": 25,
}
FILES = sorted(
    path
    for folder in ("src", "tests", "bench", "frontend", "verifier")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts and "node_modules" not in path.parts
)


class Function(NamedTuple):
    """What is measured of a function."""

    name: str
    line: int
    lines: int
    depth: int
    decisions: int


class File(NamedTuple):
    """What is measured of a file; `said`: it is empty, or says what it is."""

    lines: int
    said: bool
    functions: tuple[Function, ...]


@cache
def measured(path: Path) -> File:
    """A file, parsed once; its tree is not kept."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    found = tuple(
        Function(
            name=it.name,
            line=it.lineno,
            lines=(it.end_lineno or it.lineno) - it.lineno + 1,
            depth=depth(it),
            decisions=decisions(it),
        )
        for it in functions(tree)
    )
    said = bool(ast.get_docstring(tree)) or not text.strip()
    return File(lines=len(text.splitlines()), said=said, functions=found)


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Each function below a node, those within functions too."""
    for field in STATEMENTS:
        children = getattr(node, field, ())
        for child in children if isinstance(children, list) else ():
            if isinstance(child, FUNCTION):
                yield child
            yield from functions(child)


def depth(node: ast.AST, level: int = 0) -> int:
    """How deep statements nest below a function; `elif` counts as its `if`."""
    deepest = level
    for field in STATEMENTS:
        children = getattr(node, field, ())
        for child in children if isinstance(children, list) else ():  # `body` of an IfExp is none
            if isinstance(child, (*FUNCTION, ast.ClassDef)):
                continue
            chained = field == "orelse" and isinstance(node, ast.If) and isinstance(child, ast.If)
            step = isinstance(child, NESTING) and not chained
            deepest = max(deepest, depth(child, level + step))
    return deepest


def decisions(function: ast.AST) -> int:
    """In how many ways a function may go on, and one.

    Unlike ruff's C901 it counts each operand of `and` and `or` after the first, a choice within an
    expression, each case of a match, and each loop and condition of a comprehension.
    """
    number, inside = 1, list(ast.iter_child_nodes(function))
    while inside:
        node = inside.pop()
        if isinstance(node, (*FUNCTION, ast.ClassDef)):
            continue
        number += isinstance(node, DECISION)
        if isinstance(node, ast.BoolOp):
            number += len(node.values) - 1
        if isinstance(node, ast.comprehension):
            number += 1 + len(node.ifs)
        inside += ast.iter_child_nodes(node)
    return number


def test_decisions_are_few():
    """A function decides at most twenty things; what decides more is on a list that shrinks."""
    counted = {
        f"{path.relative_to(ROOT)} {function.name}": function.decisions
        for path in FILES
        for function in measured(path).functions
    }
    assert {name: count for name, count in counted.items() if count > MAX_DECISIONS} == MORE


def test_decisions_are_counted():
    """The measure sees what ruff's does not, and nothing of a function within."""
    text = """
def f(a):
    def g():
        return 1 if a else 2
    match a:
        case 1: return [b for b in a if b if not b]
        case _: return (a and b or c) if a else g
"""
    assert decisions(ast.parse(text).body[0]) == 1 + 2 + 3 + 2 + 1


def faults(path: Path, root: Path = ROOT) -> Iterator[str]:
    """What is too large in a file, deeper than allowed, or without a word on what it is."""
    file, name = measured(path), path.relative_to(root)
    if file.lines > MAX_FILE:
        yield f"{name}: {file.lines} lines, at most {MAX_FILE}"
    if not file.said:
        yield f"{name}: no docstring"
    for it in file.functions:
        if it.lines >= MAX_FUNCTION:
            long = f"{it.lines} lines, fewer than {MAX_FUNCTION} expected"
            yield f"{name}:{it.line} {it.name}: {long}"
        if it.depth > MAX_NESTING:
            yield f"{name}:{it.line} {it.name}: nests {it.depth} deep, at most {MAX_NESTING}"


def test_files_are_bounded():
    """A file has at most 400 lines, says what it is, and holds only bounded functions."""
    assert len(FILES) > 500
    assert [fault for path in FILES for fault in faults(path)] == []


def test_root_is_small():
    """A newcomer sees few things first."""
    words = ["git", "ls-tree", "--name-only", "HEAD"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert 0 < len(listed.stdout.split()) <= MAX_ROOT_ENTRIES


def test_measures_nesting():
    """The measure itself sees four levels and takes a chain of elif for one."""
    deep = "def f():\n for a in b:\n  if a:\n   while a:\n    with a:\n     pass\n"
    flat = "def f():\n if a:\n  pass\n elif b:\n  pass\n elif c:\n  pass\n"
    assert depth(ast.parse(deep).body[0]) == 4
    assert depth(ast.parse(flat).body[0]) == 1


def test_each_bound_is_reported(tmp_path):
    """A file that breaks every bound is reported once for each."""
    planted = tmp_path / "planted.py"
    deep = "\n".join(" " * level + "if a:" for level in range(1, 5)) + "\n     pass"
    planted.write_text("\n" * MAX_FILE + f"def f():\n{deep}\n" + " pass\n" * MAX_FUNCTION)
    reported = " ".join(faults(planted, tmp_path))
    for word in ("lines, at most", "no docstring", "fewer than 60", "nests 4 deep"):
        assert word in reported


def dicts(path: Path) -> Iterator[str]:
    """The functions of a file that answer with a dict of anything."""
    for it in functions(ast.parse(path.read_text("utf-8"))):
        answer = "" if it.returns is None else ast.unparse(it.returns)
        if "dict[str, Any]" in answer:
            yield it.name


def test_app_answers_with_records(tmp_path: Path):
    """JSON is made once, at the edge; what others wrote is read as a `Mapping`."""
    app = ROOT / "src" / "aupkeep" / "app"
    assert [(path.name, name) for path in app.rglob("*.py") for name in dicts(path)] == []
    planted = "def f() -> list[dict[str, Any]]: ...\ndef _g() -> dict[str, Any]: ...\n"
    planted += "def h() -> Mapping[str, Any]: ...\n"
    (tmp_path / "app.py").write_text(planted)
    assert list(dicts(tmp_path / "app.py")) == ["f", "_g"]
