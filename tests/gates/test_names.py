"""A public class name exists once in the package, and a local says what it holds."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

EMPTY = {"one", "found", "told"}  # names that fit whatever a local holds
PACKAGE = Path(__file__).resolve().parents[2] / "src" / "aupkeep"


def public_classes(package: Path) -> dict[str, list[str]]:
    """The modules that define each public class, by its name; Django's migrations apart."""
    modules = defaultdict(list)
    for path in sorted(package.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                modules[node.name].append(str(path.relative_to(package)))
    return modules


def test_public_class_names_exist_once():
    """Two rooms never call two things by one name."""
    shared = {name: where for name, where in public_classes(PACKAGE).items() if len(where) > 1}
    assert shared == {}


def test_a_second_class_of_a_name_is_seen(tmp_path):
    """A planted pair is found; a private class, a nested one and a migration are no pair."""
    (tmp_path / "migrations").mkdir()
    (tmp_path / "one.py").write_text("class Rule: ...\nclass _Own: ...\n")
    (tmp_path / "two.py").write_text("class Rule:\n class One: ...\nclass _Own: ...\n")
    (tmp_path / "migrations" / "three.py").write_text("class Rule: ...\n")
    assert public_classes(tmp_path) == {"Rule": ["one.py", "two.py"]}


def named_empty(code: CodeType) -> Iterator[str]:
    """The functions whose arguments or locals have such a name, those of comprehensions too."""
    if EMPTY & {*code.co_varnames, *code.co_cellvars}:
        yield code.co_qualname
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from named_empty(inner)


def test_locals_say_what_they_hold():
    """No argument and no local of the package is called by a name that says nothing."""
    found = [
        f"{path.relative_to(PACKAGE)} {name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for name in named_empty(compile(path.read_bytes(), path.name, "exec"))
    ]
    assert found == []


def test_a_local_that_says_nothing_is_seen():
    """Each way to bind one is found; a field of a class, an attribute and a keyword are none."""
    text = """
def argument(one): return one
def assigned(): found = 1
def looped(): [told for told in ()]
def caught():
    with open("f") as one: pass
def walrus(): return (found := 1)
def matched(x):
    match x:
        case [*told]: pass
def shared():
    one = 1
    return lambda: one
class Field:
    found: str
def plain(x): return x.told(found=x.one)
"""
    names = list(named_empty(compile(text, "text", "exec")))
    assert [name.partition(".")[0] for name in names] == [
        "argument",
        "assigned",
        "looped",
        "caught",
        "walrus",
        "matched",
        "shared",
    ]
