"""There is one way to a decision."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "aupkeep"
MAKERS = {Path("casework/permit.py")}  # the gate; the store rebuilds what the gate once made


def makes(path):
    """Whether this source constructs a `Decision`, by any name it imported it under."""
    text = path.read_text("utf-8")
    if "Decision" not in text:  # under any other name it is imported by its own
        return False
    tree = ast.parse(text)
    names = {"Decision"} | {
        each.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for each in node.names
        if each.name == "Decision" and each.asname
    }
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in names:
            return True
        if isinstance(called, ast.Attribute) and called.attr == "Decision":
            return True
    return False


@pytest.mark.slow
def test_only_the_gate_makes_decisions():
    """In the whole source only `permit` calls `Decision`, and the store reading its own rows."""
    found = {path.relative_to(SOURCE) for path in SOURCE.rglob("*.py") if makes(path)}
    assert {path for path in found if path.parts[0] != "store"} == MAKERS


@pytest.mark.slow
def test_no_decision_is_copied_with_changes():
    """`replace` on something called a decision would walk around the gate."""
    calls = [
        (path.name, ast.unparse(node))
        for path in SOURCE.rglob("*.py")
        if "replace(" in (text := path.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"replace", "dataclasses.replace"}
        and node.args
        and "decision" in ast.unparse(node.args[0]).lower()
        and "scope" not in ast.unparse(node.args[0]).lower()
    ]
    assert not calls


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Decision(id=1)", True),
        ("from a import Decision as D\nD(id=1)", True),
        ("decision.Decision(id=1)", True),
        ("def f(x: Decision) -> Decision: return x", False),
    ],
)
def test_sees_every_way(tmp_path, text, expected):
    """The search itself finds a call under each name, and no mere annotation."""
    (tmp_path / "a.py").write_text(text)
    assert makes(tmp_path / "a.py") is expected
