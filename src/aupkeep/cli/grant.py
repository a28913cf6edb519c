"""Grants: what an install that listens may say or do, step by step; and what it withheld."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from aupkeep.cli.acting import AS, acting, open_desk, open_desk_as, sees_reporters
from aupkeep.cli.output import listing, moment, output, pairs, show, table
from aupkeep.model.as_json import as_json
from aupkeep.model.counted import counted
from aupkeep.model.errors import Invalid
from aupkeep.model.grant import GrantKind, GrantScope
from aupkeep.model.moments import parse_day

if TYPE_CHECKING:
    from datetime import datetime

    from aupkeep.app.context import AppContext
    from aupkeep.app.deciding.grants import WantedGrant
    from aupkeep.app.pages.grants.page import GrantPreview, GrantRecord, LetThrough

HEAD = ["grant", "kind", "rule", "target", "about", "state", "until", "used"]
KINDS = click.Choice(["staff", "receipts", "notices", "people", "act"])
WORDS = {"kind": "grant.kind", "state": "grant.is"}
SHOWN = 20  # names in a preview as text; -o json has all


@click.group()
def grant() -> None:
    """What may leave while the install listens: asked for by one person, given by a second."""


@grant.command("list")
@click.option("--state", type=click.Choice(["open", "over"]), default="open", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=1000, show_default=True)
@click.option("--after", help="Behind the grant with this id.")
@output
def list_all(*, state: str, limit: int, after: str | None, form: str) -> None:
    """Show the grants that are live, to come or wait, or those that are over."""
    context = open_desk()
    from aupkeep.app.pages.grants.load import grant_records

    records = grant_records(context, state, limit=limit, after=after)
    values = [_flat(record) for record in records]
    show(form, values, lambda: listing(HEAD, values, "Nothing is granted.", WORDS))


@grant.command("show")
@click.argument("number", metavar="GRANT")
@click.option("--days", type=click.IntRange(1, 92), default=14, show_default=True)
@output
def show_one(number: str, *, days: int, form: str) -> None:
    """Show GRANT, what it let through, and whom it would have reached in the last days."""
    context = open_desk()
    from aupkeep.app.pages.grants.load import grant_details

    details = grant_details(context, number, reporters=sees_reporters(context), days=days)
    shown = {**_flat(details.record), "preview": details.preview, "through": details.through}
    show(form, shown, lambda: _lines(details.record, details.preview, details.through))


@grant.command("ask")
@click.argument("kind", type=KINDS)
@click.option("--rule", default="", help="Of the policy; `all` for notices of every live rule.")
@click.option("--target", default="", help="Where it may limit: a target's name, people, or all.")
@click.option("--all", "everybody", is_flag=True, help="About everybody.")
@click.option("--prefix", help="Only about addresses in it.")
@click.option("--tier", help="Only about customers of it.")
@click.option("--tag", help="Only about customers with it.")
@click.option("--ceiling", type=int, help="At most so many decisions in 24 hours.")
@click.option("--share", type=int, default=100, show_default=True, help="Percent of the cases.")
@click.option("--from", "starts", help="RFC 3339 or a day; default: as soon as it is given.")
@click.option("--until", help="RFC 3339 or a day, within 92 days; or --days.")
@click.option("--days", type=click.IntRange(1, 92), help="Ends after so many days.")
@click.option("--replaces", help="The grant that ends when this one is given.")
@click.option("--preview", is_flag=True, help="Only show whom it would reach; ask for nothing.")
@AS
@click.option("--reasons", required=True, help="Why; it stands in the journal.")
@output
def ask(
    kind: str,
    *,
    named: tuple[str, ...],
    preview: bool,
    form: str,
    **given: Any,  # noqa: ANN401
) -> None:
    """Ask that KIND (staff, receipts, notices, people, act) may leave; a colleague gives it."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.grants import ask_grant
    from aupkeep.app.pages.grants.load import draft_details, grant_details, grant_record

    wanted = _wanted(context, kind, given)
    sees = sees_reporters(context)
    if preview:
        drafted, reach = draft_details(context, wanted, person, reporters=sees)
        record = grant_record(context, drafted)
        shown = {**_flat(record), "grant": None, "preview": reach}
        show(form, shown, lambda: _lines(record, reach))
        return
    asked = ask_grant(context, wanted, person)
    details = grant_details(context, asked.id, reporters=sees)
    shown = {**_flat(details.record), "preview": details.preview}
    show(form, shown, lambda: _lines(details.record, details.preview))


@grant.command("approve")
@click.argument("number", metavar="GRANT")
@click.option("--token", envvar="AUPKEEP_TOKEN", help="Your own token or one-time link.")
@AS
@output
def approve(number: str, *, token: str | None, named: tuple[str, ...], form: str) -> None:
    """Be the second person of GRANT, one that waits: `grant show` says whom it would reach."""
    context = open_desk()
    from aupkeep.app.access.credentials import person_behind
    from aupkeep.app.deciding.grants import give_grant
    from aupkeep.app.pages.grants.load import grant_record

    person, maker = person_behind(context, token) if token else (acting(context, named), None)
    record = _flat(grant_record(context, give_grant(context, number, person=person, maker=maker)))
    show(form, record, lambda: pairs(record, WORDS))


@grant.command("revoke")
@click.argument("number", metavar="GRANT")
@AS
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@output
def revoke(number: str, *, named: tuple[str, ...], reason: str, form: str) -> None:
    """End GRANT now, or turn it down; what stands already stays: `aupkeep undo` lifts it."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.grants import revoke_grant
    from aupkeep.app.pages.grants.load import grant_record

    record = _flat(
        grant_record(context, revoke_grant(context, number, person=person, reason=reason))
    )
    show(form, record, lambda: pairs(record, WORDS))


def _wanted(context: "AppContext", kind: str, given: dict[str, Any]) -> "WantedGrant":
    """What the options ask for. Raises `Invalid` for an end that is missing or doubled."""
    from aupkeep.app.deciding.grants import WantedGrant

    scope, value = _scope(given)
    starts = parse_day(given["starts"], "from") if given["starts"] else None
    return WantedGrant(
        kind=GrantKind(kind),
        rule=given["rule"],
        target=given["target"],
        scope=scope,
        value=value,
        ceiling=given["ceiling"],
        share=given["share"],
        starts=starts,
        until=_until(given, starts or context.now()),
        reasons=given["reasons"],
        replaces=given["replaces"],
    )


def _until(given: dict[str, Any], starts: "datetime") -> "datetime":
    from datetime import timedelta

    if (given["until"] is None) is (given["days"] is None):
        raise Invalid("until: expected either --until or --days: a grant has an end")
    if given["days"] is not None:
        return starts + timedelta(days=given["days"])
    return parse_day(given["until"], "until")


def _scope(given: dict[str, Any]) -> "tuple[GrantScope | None, str]":
    """The one scope that was said. Raises `Invalid` for several."""
    said = {GrantScope(name): given[name] for name in ("prefix", "tier", "tag") if given[name]}
    if given["everybody"]:
        said[GrantScope.ALL] = ""
    if len(said) > 1:
        raise Invalid(f"scope: expected one of {', '.join(GrantScope)}, found {len(said)}")
    return next(iter(said.items()), (None, ""))


def _flat(record: "GrantRecord") -> dict[str, Any]:
    """A grant for a line or an object: its id is `grant`."""
    fields: dict[str, Any] = dict(as_json(record.grant))
    number = fields.pop("id")
    return {
        "grant": number,
        **fields,
        "about": record.scope,
        "state": record.state.value,
        "used": record.used,
        "alone": record.alone,
    }


THROUGH = {
    "mail-staff": "mails to the desk's people",
    "mail-receipts": "mails to reporters",
    "mail-notices": "mails to customers and resellers",
    "limit-people": "limits decided by people",
    "limit-act": "limits decided by rules",
}


def _lines(
    record: "GrantRecord", preview: "GrantPreview", through: "Sequence[LetThrough]" = ()
) -> Iterator[str]:
    yield from pairs(_flat(record), WORDS)
    if through:
        yield ""
        yield "It let through:"
        rows = [(THROUGH[x.what], x.today, x.total, moment(x.last)) for x in through]
        for line in table(["", "in 24 hours", "in all", "last"], rows, ""):
            yield f"  {line}"
    yield ""
    mailed = len(preview.mailed) + (preview.reporters if preview.hidden else 0)
    yield (
        f"In the last {counted(preview.days, 'day')} this would have mailed {mailed}"
        f" and limited {len(preview.limited)}"
        + (f"; {len(preview.beyond)} more above its ceiling" if preview.beyond else "")
        + (f"; {preview.left_out} outside its scope or share" if preview.left_out else "")
        + (" (only the newest were read)" if preview.cut else "")
        + "."
    )
    for verb, listed in (("mail", preview.mailed), ("limit", preview.limited)):
        for end in listed[:SHOWN]:
            yield f"  {verb} {end.who} <{end.address or 'no contact'}> {' '.join(end.cases)}"
        if len(listed) > SHOWN:
            yield f"  and {len(listed) - SHOWN} more: -o json shows all"
