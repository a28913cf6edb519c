"""The reporters this install knows, and which of them a mail belongs to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from aupkeep.cli.output import output, pairs, show, table
from aupkeep.model.errors import Unreadable

FILES = click.Path(path_type=Path)


@click.group(invoke_without_command=True)
@output
@click.pass_context
def reporters(context: click.Context, form: str) -> None:
    """List who writes reports: those that ship and those in $AUPKEEP_HOME/reporters."""
    if context.invoked_subcommand:
        return
    from aupkeep.app.reporters.profiles import list_reporters

    found, broken = list_reporters()
    head = ["name", "title", "reads", "kinds", "proof", "trust"]
    rows = [[_cell(one[name]) for name in head] for one in found]
    show(form, found, lambda: table(head, rows, "No reporters."))
    if broken:
        raise Unreadable("left out: " + "; ".join(broken))


@reporters.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@output
def test(files: tuple[Path, ...], form: str) -> None:
    """Say which profile claims each mail in FILES and why, and what is read; store nothing."""
    from aupkeep.app.reporters.profiles import explain_mails

    found = list(explain_mails(files))
    show(form, found, lambda: (line for one in found for line in _explained(one)))


@reporters.command()
@click.argument("file", type=FILES)
@output
def check(file: Path, form: str) -> None:
    """Read one reporter's FILE.yaml strictly: its lines, its templates, its container."""
    from aupkeep.app.reporters.profiles import check_reporter

    found = check_reporter(file)
    show(form, found, lambda: pairs({name: _cell(value) for name, value in found.items()}))


def _cell(value: Any) -> str:  # noqa: ANN401 - a value of the JSON shown
    """A list as words, at most three of them."""
    if not isinstance(value, list):
        return str(value)
    more = f" +{len(value) - 3}" if len(value) > 3 else ""  # noqa: PLR2004 - of a cell
    return ", ".join(value[:3]) + more


def _explained(one: dict[str, Any]) -> Iterator[str]:
    sort = f" ({one['sort']})" if one["sort"] else ""
    yield f"{one['file']}: {one['profile'] or 'no reporter'}{sort}"
    for check in one["why"]:
        sign = "yes" if check["holds"] else "no "
        where = f" [{check['sort']}]" if check["sort"] else ""
        yield f"  {sign} {check['profile']}{where} {check['mark']}: {check['expected']}"
        if not check["holds"]:
            yield f"      found: {check['found'] or 'nothing'}"
    yield from (f"  also claimed by {name}" for name in one["others"])
    yield f"  {one['authentication']}"
    for reading in one["readings"]:
        reason = f": {reading['reason']}" if reading["reason"] else ""
        yield f"  {reading['outcome']} by {reading['container'] or 'nothing'}{reason}"
        yield from (f"    {_finding(found)}" for found in reading["findings"])
        yield from (f"    row {dead['row']}: {dead['reason']}" for dead in reading["dead"])


def _finding(found: dict[str, Any]) -> str:
    subject = [found[name] for name in ("address", "port", "url", "domain", "account")]
    words = " ".join(str(value) for value in subject if value is not None)
    at = f"{found['at']} ±{found['exact']:g} s" if found["at"] else "no time"
    return f"{found['kind']} {found['role']} {words} at {at}, confidence {found['confidence']:g}"
