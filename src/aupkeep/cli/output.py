"""How results are shown: as JSON for programs, as plain tables for people."""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import click

from aupkeep.cli.field_words import NO_WORDS, Words, field_name, in_words
from aupkeep.model.as_json import as_json

# What moves a terminal's cursor, clears it or turns the reading direction: words from outside may
# hold it, and it is shown as what it is.
UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a spreadsheet's formula begins
MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{6}|(\.\d{3}))?Z$")  # in JSON
NOTHING: tuple[object, ...] = (None, "", [], {})
F = TypeVar("F", bound=Callable[..., Any])
output = click.option(
    "-o",
    "--output",
    "form",
    type=click.Choice(["text", "table", "json", "jsonl", "yaml", "csv"]),
    default="text",
    show_default=True,
    help="How to print the result.",
)


def show(form: str, value: object, text: Callable[[], Iterable[str]] | None = None) -> None:
    """Print `value`, a record or several, as data, or the lines of `text()` for a person.

    Without `text` a person reads the fields of the record.
    """
    value = as_json(value)
    if form == "yaml":
        from aupkeep.config.yaml import written_yaml

        click.echo(written_yaml(value), nl=False)
    elif form == "csv":
        _write_csv(value if isinstance(value, list) else [value])
    elif form == "json":
        click.echo(json.dumps(value, ensure_ascii=False))
    elif form == "jsonl":
        for item in value if isinstance(value, list) else [value]:
            click.echo(json.dumps(item, ensure_ascii=False))
    else:
        for line in text() if text else pairs(value):
            click.echo(UNSEEN.sub("\N{REPLACEMENT CHARACTER}", line))


def _write_csv(records: list[Any]) -> None:
    """One row a record, a column a field of any; what is no text or number is JSON (RFC 4180)."""
    rows = [record if isinstance(record, dict) else {"value": record} for record in records]
    names = list(dict.fromkeys(name for row in rows for name in row))
    written = csv.writer(sys.stdout, lineterminator="\r\n")
    if names:
        written.writerow(names)
    for row in rows:
        written.writerow([_csv_cell(row.get(name)) for name in names])


def _csv_cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if value is None or isinstance(value, int | float):
        return "" if value is None else json.dumps(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text


def table(head: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> Iterable[str]:
    """Columns as wide as their content; `empty` is the sentence when there are no rows."""
    lines = [[_cell(cell) for cell in row] for row in rows]
    if not lines:
        yield empty
        return
    widths = [max(len(line[i]) for line in [list(head), *lines]) for i in range(len(head))]
    for line in [list(head), *lines]:
        yield "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()


def listing(
    head: Sequence[str], records: Iterable[object], empty: str, words: Words = NO_WORDS
) -> Iterable[str]:
    """A table of records, one a line: `head` names the fields shown.

    A column without a value is left out; the first stays. `words` as of `in_words`.
    """
    rows = [[in_words(name, row[name], words) for name in head] for row in map(as_json, records)]
    shown = [i for i in range(len(head)) if not i or any(row[i] not in NOTHING for row in rows)]
    named = [field_name(head[i]) for i in shown]
    return table(named, ([row[i] for i in shown] for row in rows), empty)


def pairs(record: object, words: Words = NO_WORDS) -> Iterable[str]:
    """One line for each field that has a value, names aligned; `words` as `in_words`."""
    fields = {
        field_name(name): in_words(name, value, words)
        for name, value in as_json(record).items()
        if value not in NOTHING
    }
    width = max((len(name) for name in fields), default=0)
    for name, value in fields.items():
        yield f"{name.ljust(width)}  {_cell(value)}"


def moment(at: datetime | str | None) -> str:
    """A time as a person reads it, "" for none."""
    return _cell(as_json(at))


def _cell(value: object) -> str:
    """A value in words: nothing for null, yes or no, the items of a list one after the other.

    A time of ours is in UTC, to the second; one of flows to the thousandth.

    >>> _cell("2026-03-01T12:00:32.000774Z"), _cell([True, None])
    ('2026-03-01 12:00:32 UTC', 'yes, ')
    """
    if isinstance(value, str):
        time = MOMENT.fullmatch(value)
        return f"{time[1]} {time[2]}{time[3] or ''} UTC" if time else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return " ".join(_cell(item) for item in value.values() if item is not None)
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value))
    return "" if value is None else str(value)
