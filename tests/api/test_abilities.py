"""docs/abilities.md: each act of a page has a command and an operation, and each of them exists."""

import re
from pathlib import Path

import click
from django.urls import URLPattern, URLResolver, get_resolver

from aupkeep.api.router import api
from aupkeep.cli.group import group

PAGE = Path(__file__).parents[2] / "docs" / "abilities.md"
CALLERS = PAGE.with_name("callers.md")
OWN = ("/account", "/sign-in", "/sign-out")  # of one's own browser
OUTSIDE = ("/c/", "/report/", "/witness/", "/api/")  # of customers, reporters and programs


def rows():
    lines = PAGE.read_text().splitlines()
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if len(row) == 4 and row[1].startswith("/")]


def addresses(patterns=None, before="/"):
    for entry in patterns or get_resolver().url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, path)
        elif isinstance(entry, URLPattern):
            yield path


def test_each_act_of_a_page_stands_in_the_table():
    """What takes a POST from the desk, as asked of a real install."""
    acts = set(re.findall(r"^\| `(\S+)` \| POST \|", CALLERS.read_text(), re.MULTILINE))
    acts = {path for path in acts if not path.startswith(OWN + OUTSIDE)}
    named = {row[1] for row in rows()}
    assert acts == named
    assert named <= set(addresses())


def test_each_command_and_each_operation_is_there():
    there = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    }
    for act, _, command, operation in rows():
        assert operation in there, act
        context, found = click.Context(group), group
        for word in command.split():
            found = found.get_command(context, word)
            assert found is not None, act
