"""The reporters this install knows, and which of them a mail belongs to."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aupkeep.cli.output import output, pairs, show, table
from aupkeep.model.as_json import as_json
from aupkeep.model.errors import Unreadable

if TYPE_CHECKING:
    from aupkeep.app.reporters.profiles import ExplainedMail

FILES = click.Path(path_type=Path)


@click.group(invoke_without_command=True)
@output
@click.pass_context
def reporters(context: click.Context, form: str) -> None:
    """List who writes reports: those that ship and those in $AUPKEEP_HOME/reporters."""
    if context.invoked_subcommand:
        return
    from aupkeep.app.reporters.profiles import list_reporters

    profiles, broken = list_reporters()
    head = ["name", "title", "reads", "kinds", "proof", "trust"]
    rows = [[_cell(profile[name]) for name in head] for profile in as_json(profiles)]
    show(form, profiles, lambda: table(head, rows, "No reporters."))
    if broken:
        raise Unreadable("left out: " + "; ".join(broken))


@reporters.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@output
def test(files: tuple[Path, ...], form: str) -> None:
    """Say which profile claims each mail in FILES and why, and what is read; store nothing."""
    from aupkeep.app.reporters.profiles import explain_mails

    mails = list(explain_mails(files))
    show(form, mails, lambda: (line for mail in mails for line in _explained(mail)))


@reporters.command()
@click.argument("file", type=FILES)
@output
def check(file: Path, form: str) -> None:
    """Read one reporter's FILE.yaml strictly: its lines, its templates, its container."""
    from aupkeep.app.reporters.profiles import check_reporter

    profile = check_reporter(file)
    cells = {name: _cell(value) for name, value in as_json(profile).items()}
    show(form, profile, lambda: pairs(cells))


def _cell(value: Any) -> str:  # noqa: ANN401 - a value of the JSON shown
    """A list as words, at most three of them."""
    if not isinstance(value, list):
        return str(value)
    more = f" +{len(value) - 3}" if len(value) > 3 else ""  # noqa: PLR2004 - of a cell
    return ", ".join(value[:3]) + more


def _explained(mail: "ExplainedMail") -> Iterator[str]:
    sort = f" ({mail.sort})" if mail.sort else ""
    yield f"{mail.file}: {mail.profile or 'no reporter'}{sort}"
    for check in mail.why:
        sign = "yes" if check.holds else "no "
        where = f" [{check.sort}]" if check.sort else ""
        yield f"  {sign} {check.profile}{where} {check.mark}: {check.expected}"
        if not check.holds:
            yield f"      found: {check.found or 'nothing'}"
    yield from (f"  also claimed by {name}" for name in mail.others)
    yield f"  {mail.authentication}"
    for reading in mail.readings:
        reason = f": {reading.reason}" if reading.reason else ""
        yield f"  {reading.outcome} by {reading.container or 'nothing'}{reason}"
        yield from (f"    {_finding(as_json(finding))}" for finding in reading.findings)
        yield from (f"    row {rejected.row}: {rejected.reason}" for rejected in reading.dead)


def _finding(finding: dict[str, Any]) -> str:
    subject = [finding[name] for name in ("address", "port", "url", "domain", "account")]
    words = " ".join(str(value) for value in subject if value is not None)
    at = f"{finding['at']} ±{finding['exact']:g} s" if finding["at"] else "no time"
    confidence = f"confidence {finding['confidence']:g}"
    return f"{finding['kind']} {finding['role']} {words} at {at}, {confidence}"
