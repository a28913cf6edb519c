"""Lists in every form and place of `-o`, and what narrows them."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click
import pytest
from click import UsageError
from ruamel.yaml import YAML

from aupkeep.cli.group import _form_last, group
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import parse_age

ROWS = b"""\
address,customer,resource,from,until
203.0.113.1,alder,vm-1,2026-01-01T00:00:00Z,
203.0.113.2,birch,vm-2,2026-01-01T00:00:00Z,
"""
CUSTOMERS = b"customer,name,type,tags\nalder,=Alder,business,protected\nbirch,Birch,private,\n"
MAIL = b"""\
From: soc@cert.example
Date: Sun, 01 Mar 2026 12:00:00 +0000
Subject: brute force from 203.0.113.1

2026-03-01 11:59:00 UTC sshd[1]: Failed password for root from 203.0.113.1 port 40001 ssh2
"""


@pytest.fixture
def desk(aupkeep):
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    aupkeep("inventory", "import", "-", given=ROWS)
    aupkeep("customers", "import", "-", given=CUSTOMERS)
    return aupkeep


@pytest.mark.parametrize(
    ("given", "moved"),
    [
        (["-o", "json", "case", "list"], ["case", "list", "-o", "json"]),
        (["case", "-o", "json", "list", "--all"], ["case", "list", "--all", "-o", "json"]),
        (["case", "--output=yaml", "list"], ["case", "list", "--output=yaml"]),
        (["who", "192.0.2.1", "-o", "json"], ["who", "192.0.2.1", "-o", "json"]),
        (["who", "--", "-o"], ["who", "--", "-o"]),
        (["-o", "json", "parse", "--", "-o"], ["parse", "-o", "json", "--", "-o"]),
        (["case", "list", "-o"], ["case", "list", "-o"]),
        (["--help", "case", "list"], ["case", "list", "--help"]),
        (["decide", "-h", "K7QF-2M9X", "-o", "json"], ["decide", "K7QF-2M9X", "-o", "json", "-h"]),
        (["dead", "mend", "--", "-h"], ["dead", "mend", "--", "-h"]),
    ],
)  # fmt: skip
def test_the_form_may_stand_anywhere(given, moved):
    assert _form_last(given) == moved


def leaves(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple]:
    """Every command that does something, by its words."""
    if isinstance(command, click.Group):
        here = click.Context(command)
        for name in command.list_commands(here):
            yield from leaves(command.get_command(here, name), (*words, name))
    if not isinstance(command, click.Group) or (command.invoke_without_command and words):
        yield words, command


def test_every_command_takes_a_form():
    """Also what prints a file and what becomes another program."""
    lacking = [
        words
        for words, command in leaves(group)
        if not any("--output" in option.opts for option in command.params)
    ]
    assert lacking == []


@pytest.mark.parametrize(
    ("words", "also"),
    [
        (("enforcement", "list", "--target", "main"), ("--target-name", "main")),
        (("flows", "show", "203.0.113.1", "--from", "1h"), ("--since", "1h")),
        (("inbox", "done", "x", "--reason", "y"), ("--reasons", "y")),
    ],
)
def test_an_option_has_each_of_its_names_everywhere(words, also):
    """By either name: of one that is not there the parser would tell before any help."""
    *path, _, _ = words
    for given in (words, (*path, *also)):
        assert group.main([*given, "--help"], prog_name="aupkeep", standalone_mode=False) == 0
    with pytest.raises(click.NoSuchOption):
        group.main([*path, "--nor", "--help"], prog_name="aupkeep", standalone_mode=False)


def test_a_form_in_any_place_is_taken(desk):
    first = desk.text("-o", "json", "customers", "list")
    assert first.code == 0
    assert [row["customer"] for row in first.value] == ["alder", "birch"]
    assert desk.text("customers", "-o", "json", "list").value == first.value


def test_the_same_list_in_every_form(desk):
    """Nothing a spreadsheet would take for a formula."""
    rows = desk("customer", "list").value
    assert rows[0] == {
        "customer": "alder", "name": "=Alder", "type": "business", "tier": None,
        "tags": ["protected"], "open": 0, "standing": 0, "reachable": False,
    }  # fmt: skip
    as_yaml = desk.text("customer", "list", "-o", "yaml").out
    assert YAML(typ="safe").load(as_yaml) == rows
    table = list(csv.DictReader(io.StringIO(desk.text("customer", "list", "-o", "csv").out)))
    assert [row["name"] for row in table] == ["'=Alder", "Birch"]
    assert json.loads(table[0]["tags"]) == ["protected"]
    assert desk.text("customer", "list", "-o", "table").out == desk.text("customer", "list").out
    assert [row["customer"] for row in desk("customer", "list", "--tag", "protected").value] == [
        "alder"
    ]


def test_cases_by_address_customer_and_age(desk):
    desk("ingest", "-", given=MAIL)
    (case,) = desk("case", "list").value
    assert [row["reference"] for row in desk("case", "list", "--address", "203.0.113.1").value] == [
        case["reference"]
    ]
    for narrow in (
        ("--address", "203.0.113.2"),
        ("--customer", "birch"),
        ("--age", "2d"),
        ("--state", "closed"),
    ):
        assert desk("case", "list", *narrow).value == [], narrow
    assert desk("case", "list", "--customer", "alder", "--age", "0m").value == [case]
    assert desk("customer", "list").value[0]["open"] == 1
    assert desk("inbox", "list").value == desk("inbox").value
    assert desk.text("case", "list", "--age", "2d").out == "No such case.\n"
    wrong = desk("case", "list", "--age", "soon")
    assert (wrong.code, wrong.error["error"]) == (2, "invalid")
    assert "expected a number with m, h, d or w" in wrong.error["message"]
    assert desk("case", "list", "--address", "203.0.113").code == 2


def test_who_holds_it_now(desk):
    """Without a moment, this one."""
    assert desk("who", "203.0.113.1").value["customer"] == "alder"
    now = desk.text("who", "203.0.113.1").out
    assert re.search(r"held by alder \(vm-1\) at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\.", now)
    day = desk.text("who", "203.0.113.1", "--at", "2026-03-02").out
    assert "203.0.113.1 was held by alder (vm-1) at 2026-03-02 00:00:00 UTC." in day


def test_a_permission_ends_on_a_day(desk):
    """At its first moment, UTC; so of a grant, an inquiry and a legal hold."""
    day = (datetime.now(UTC) + timedelta(days=90)).date()
    given = ("permission", "add", "alder/vm-1", "connection/port_scan", "--reasons", "a contract")
    granted = desk(*given, "--until", str(day))
    assert granted.value["until"] == f"{day}T00:00:00Z"


def test_history_that_was_refused_in_part_says_so_by_its_exit_code(desk, tmp_path):
    """The rest went in, as of an import of records."""
    line = {"id": "1", "kind": "connection/login_attack", "address": "203.0.113.1"}
    good = json.dumps(line | dict.fromkeys(("received", "at"), "2026-03-01T12:00:00Z"))
    lines = tmp_path / "tickets.jsonl"
    lines.write_text(f"{good}\n", "utf-8")
    whole = desk("import", "jsonl", lines)
    assert (whole.code, whole.value["new"], whole.value["rejected"]) == (0, 1, 0)
    lines.write_text(f"{good}\nno JSON\n", "utf-8")
    partly = desk("import", "jsonl", lines)
    assert (partly.code, partly.value["repeated"], partly.value["rejected"]) == (3, 1, 1)


@pytest.mark.parametrize("text", ["", "d", "3", "-3d", "3 d", "³d", "9999999d", "3y"])
def test_an_age_that_is_none_is_refused(text):
    with pytest.raises(Invalid, match="expected a number with m, h, d or w"):
        parse_age(text, "--age")


def test_click_still_refuses_an_unknown_form(desk):
    wrong = desk.text("customers", "list", "-o", "xml")
    assert wrong.code == UsageError.exit_code
    assert "'xml' is not one of 'text', 'table', 'json', 'jsonl', 'yaml', 'csv'" in wrong.err
