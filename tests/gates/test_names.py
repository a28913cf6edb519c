"""A public class name exists once in the package, so that a name says which class it is."""

import ast
from collections import defaultdict
from pathlib import Path

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
