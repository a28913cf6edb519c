"""The README's examples are executed; what is worth showing is worth running."""

from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.markdown import PythonCodeBlockParser

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def examples(path: Path) -> list[object]:
    """The Python examples of one page, in order, sharing one namespace."""
    sybil = Sybil(parsers=[PythonCodeBlockParser(), DocTestParser()])
    return list(sybil.parse(path))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_run(page):
    """Each example on a page gives what the page says."""
    for example in examples(page):
        example.evaluate()


def test_readme_shows_something_to_run():
    """The README holds at least one executed example."""
    assert examples(ROOT / "README.md")
