"""docs/abilities.md: what a page does or shows has a command and an operation that exist."""

import re
from pathlib import Path

import click
from django.urls import URLPattern, URLResolver, get_resolver

from aupkeep.api.router import api
from aupkeep.cli.group import group

PAGE = Path(__file__).parents[2] / "docs" / "abilities.md"
CALLERS = PAGE.with_name("callers.md")
OWN = ("/account", "/sign-in", "/sign-out")  # of one's own browser
OUTSIDE = ("/c/", "/r/", "/report", "/witness/", "/api/")  # of others, and programs
MACHINES = ("/.well-known", "/healthz", "/metrics", "/alert/")  # or a link in a mail
FORMS = {"/", "/case/<slug:reference>/write", "/settings/<slug:switch>"} | {
    "/case/<slug:reference>/flows/<slug:exhibit>.<slug:form>"  # the rows of a case, as a file
}


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
    named = {row[1] for row in rows() if not row[3].startswith("GET ")}
    assert acts == named
    assert named <= set(addresses())


def test_each_page_that_is_seen_stands_in_the_table():
    """What the desk looks at; a form of its own shows what its act is about."""
    pages = set(re.findall(r"^\| `(\S+)` \| GET \|", CALLERS.read_text(), re.MULTILINE))
    pages = {path for path in pages if not path.startswith((*OWN, *OUTSIDE, *MACHINES))}
    named = {row[1] for row in rows() if row[3].startswith("GET ")}
    assert pages - FORMS == named


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
