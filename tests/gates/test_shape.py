"""The shape of the house: bounded files and functions, shallow nesting, a docstring each."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAX_FILE = 400
MAX_FUNCTION = 60
MAX_NESTING = 3
MAX_ROOT_ENTRIES = 20
NESTING = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
FILES = sorted(
    path
    for folder in ("src", "tests", "bench", "frontend", "verifier")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts and "node_modules" not in path.parts
)


def depth(node: ast.AST, level: int = 0) -> int:
    """How deep statements nest below a function; `elif` counts as its `if`."""
    deepest = level
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, (*FUNCTION, ast.ClassDef)) or not isinstance(child, ast.AST):
                continue
            chained = field == "orelse" and isinstance(node, ast.If) and isinstance(child, ast.If)
            step = isinstance(child, NESTING) and not chained
            deepest = max(deepest, depth(child, level + step))
    return deepest


def faults(path: Path, root: Path = ROOT) -> Iterator[str]:
    """What is too large in a file, deeper than allowed, or without a word on what it is."""
    text = path.read_text("utf-8")
    tree, name = ast.parse(text), path.relative_to(root)
    lines = len(text.splitlines())
    if lines > MAX_FILE:
        yield f"{name}: {lines} lines, at most {MAX_FILE}"
    if text.strip() and not ast.get_docstring(tree):
        yield f"{name}: no docstring"
    for node in ast.walk(tree):
        if isinstance(node, FUNCTION):
            yield from (f"{name}:{node.lineno} {node.name}: {fault}" for fault in oversize(node))


def oversize(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Each bound that a function exceeds."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if lines >= MAX_FUNCTION:
        yield f"{lines} lines, fewer than {MAX_FUNCTION} expected"
    if depth(function) > MAX_NESTING:
        yield f"nests {depth(function)} deep, at most {MAX_NESTING}"


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
