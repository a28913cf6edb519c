"""Every example in a docstring of the package runs and gives what it says.

An example is a line that starts with `>>>`; it sees the names of its module. Examples on pages are
run by `test_readme.py`.
"""

import doctest
import importlib
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
WITH_EXAMPLES = [path for path in sorted(SOURCE.rglob("*.py")) if ">>> " in path.read_text("utf-8")]


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
