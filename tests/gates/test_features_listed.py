"""`docs/features.md` has a state for each feature, and names tests that are there.

A row whose proof is no test says *not yet*. Whether a test proves its row a reader judges.
"""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "features.md"
COLUMNS = ["feature", "who offers it", "state", "Aupkeep has", "proven by"]
STATES = {"whole", "in part", "not", "not yet"}
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)(?:\[[^`]+\])?`")  # one case may be named
NONE = "not yet"


@cache
def rows() -> tuple[dict[str, str], ...]:
    """The rows of the page's table, by column."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    head, ruler, *body = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    assert (head, set(ruler)) == (COLUMNS, {"---"})
    return tuple(dict(zip(COLUMNS, cells, strict=True)) for cells in body)


@cache
def names_of(file: str) -> frozenset[str]:
    """The tests of a file."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


def test_each_feature_stands_once_with_its_state():
    """No cell of a row is blank."""
    assert len({row["feature"] for row in rows()}) == len(rows()) > 0
    for row in rows():
        assert row["state"] in STATES, row
        assert all(row.values()), row


def test_what_is_in_part_says_what_is_missing():
    """And what is whole rests on a test."""
    for row in rows():
        said = row["Aupkeep has"]
        assert row["state"] != "in part" or "missing: " in said, row["feature"]
        assert row["state"] != "whole" or (TEST.search(row["proven by"]) and "missing" not in said)


def test_each_row_leads_to_tests_that_are_there():
    """Its proof is names of tests and nothing else, or that there is none yet."""
    for row in rows():
        proof = row["proven by"]
        assert proof == NONE or not TEST.sub("", proof).strip(", "), f"no test: {proof}"
        for file, name in TEST.findall(proof):
            assert name in names_of(file), f"{row['feature']}: {file}::{name}"
