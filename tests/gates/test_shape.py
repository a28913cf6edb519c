"""The shape of the house: bounded files and functions, shallow nesting, a docstring each."""

import ast
import subprocess
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_bounded(path):
    """A file has at most 400 lines, says what it is, and holds only bounded functions."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= MAX_FILE
    assert ast.get_docstring(tree) or not text.strip(), "a module says what it is"
    for node in ast.walk(tree):
        if isinstance(node, FUNCTION):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines < MAX_FUNCTION, f"{node.name} has {lines} lines"
            assert depth(node) <= MAX_NESTING, f"{node.name} nests {depth(node)} deep"


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
