"""Own space, assignments, customers, and the question who held an address then."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aupkeep.cli.acting import AS, acting, open_desk, open_desk_as, open_desk_for
from aupkeep.cli.case_text import customer_lines
from aupkeep.cli.inventory_sources import inventory_doctor, sources, sync
from aupkeep.cli.output import listing, output, show
from aupkeep.cli.output import moment as shown_moment
from aupkeep.model.as_json import as_json
from aupkeep.model.errors import Conflict, Unreadable
from aupkeep.model.moments import parse_day
from aupkeep.model.roles import StaffAct

if TYPE_CHECKING:
    from aupkeep.app.inventory.holders import HolderAnswer
    from aupkeep.app.inventory.imports import ImportResult

FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.command()
@click.argument("subject")
@click.option("--at", help="The moment, 2026-03-01T12:00:00Z or a day; without it, now.")
@click.option("--site", help="Only this site's records.")
@click.option(
    "--exact",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    help="± seconds of the moment.",
)
@click.option("--known-at", help="By what was believed then, RFC 3339; without it, today.")
@output
def who(
    subject: str, *, at: str | None, site: str | None, exact: float, known_at: str | None, form: str
) -> None:
    """Say who held SUBJECT (192.0.2.1, 192.0.2.1:22, [2001:db8::1]:22) at a moment."""
    named = parse_day(at, "--at") if at else None
    believed = parse_day(known_at, "--known-at") if known_at else None
    context = open_desk()
    from aupkeep.app.inventory.holders import who as ask

    moment = named or context.now()
    answer = ask(context, subject, moment, site=site, exact=exact, known_at=believed)
    show(form, answer, lambda: _sentence(subject, shown_moment(moment), answer))


def _sentence(subject: str, at: str, answer: "HolderAnswer") -> list[str]:
    """One sentence for a person, with the candidates below where there are several."""
    match answer.answer:
        case "held":
            return [
                f"{subject} was held by {answer.customer} ({answer.resource}) at {at}.",
                f"Proof: assignment {answer.assignment}.",
            ]
        case "not-ours":
            return [f"{subject} is outside our own space."]
        case "unknown":
            return [f"{subject} is in our own space, but no record says who held it at {at}."]
    head = ["customer", "resource", "from", "until"]
    rows = listing(head, answer.candidates, "no candidates")
    return [f"{subject} is disputed at {at}:", *rows]


@click.group()
def inventory() -> None:
    """Own space and assignments."""


inventory.add_command(sources)
inventory.add_command(sync)
inventory.add_command(inventory_doctor)


@inventory.group()
def own() -> None:
    """The prefixes that are ours."""


@own.command("add")
@click.argument("prefix")
@click.option("--site", default="main", show_default=True, help="Which site or VRF.")
@output
def own_add(prefix: str, site: str, form: str) -> None:
    """Declare PREFIX as our own space."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.inventory.own_space import declare_space

    result = declare_space(context, prefix, site, by=by)
    show(form, result, lambda: [f"{result.prefix} is ours at site {result.site}."])


@own.command("list")
@output
def own_list(form: str) -> None:
    """List own space."""
    open_desk()
    from aupkeep.app.inventory.own_space import own_space

    space = own_space()
    empty = "No own space yet: aupkeep inventory own add 192.0.2.0/24"
    show(form, space, lambda: listing(["prefix", "site"], space, empty))


@inventory.command("import")
@click.argument("file", type=FILE)
@click.option("--as", "form_in", help="How the file is written: csv or json; default by its name.")
@click.option("--source", "before", hidden=True)
@output
def inventory_import(file: Path, form_in: str | None, before: str | None, form: str) -> int:
    """Import assignments from FILE; broken rows are shown, the others go in."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.inventory.imports import import_assignments

    if before:
        click.echo("aupkeep: --source is called --as now", err=True)
    kind = form_in or before or file.suffix.lstrip(".").lower() or "csv"
    return _report(form, import_assignments(context, _bytes(file), kind, by=by))


@inventory.command("correct")
@click.argument("record", metavar="ASSIGNMENT|SUBJECT")
@click.option("--at", help="With a SUBJECT: the record of this moment, RFC 3339; now without it.")
@click.option("--site", help="With a SUBJECT: only this site's records.")
@click.option("--customer", help="Who held it.")
@click.option("--resource", help="Which resource held it.")
@click.option("--from", "start", help="Since when, RFC 3339.")
@click.option("--until", "end", help="Until when, RFC 3339, or `open`.")
@click.option("--ports", help="Which ports, such as 1024-2047.")
@click.option("--remove", is_flag=True, help="Nothing of it was ever so.")
@click.option("--reasons", required=True, help="What shows it; stands in the journal.")
@AS
@output
def inventory_correct(
    record: str, *, named: tuple[str, ...], reasons: str, form: str, **words: str | bool | None
) -> None:
    """Put a wrong record right; cases, decisions and measures that rested on it are looked at."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.correct import correct_by_words

    show(form, correct_by_words(context, record, words, person=person, reasons=reasons))


@inventory.group()
def names() -> None:
    """Whose a host name is at an address that many share: load balancers, shared web hosts."""


@names.command("import")
@click.argument("file", type=FILE)
@output
def names_import(file: Path, form: str) -> int:
    """Import FILE.csv (name,address,customer,resource,from,until[,site]); broken rows are shown."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.inventory.hosted_names import import_hosted_names

    return _report(form, import_hosted_names(context, _bytes(file), by=by))


@names.command("list")
@click.option("--limit", type=click.IntRange(1, 100_000), default=1000, show_default=True)
@output
def names_list(limit: int, form: str) -> None:
    """List names with their tenants."""
    open_desk()
    from aupkeep.app.inventory.hosted_names import list_names

    known = list_names(limit)
    head = ["name", "address", "customer", "resource", "since", "until", "site"]
    show(form, known, lambda: listing(head, known, "No name yet: aupkeep inventory names import"))


@click.group()
def customers() -> None:
    """Customers and their contacts."""


@customers.command("import")
@click.argument("file", type=FILE)
@output
def customers_import(file: Path, form: str) -> int:
    """Import customers from FILE.csv; broken rows are shown, the others go in."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.inventory.imports import import_customers

    return _report(form, import_customers(context, _bytes(file), by=by))


@customers.command("list")
@click.option("--tag", help="Those with this tag alone, such as protected.")
@click.option("--text", default="", help="Whose id begins so, or whose name has it.")
@click.option("--view", type=click.Choice(["open", "standing", "unreachable"]), help="Only those.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100_000)
@output
def customers_list(*, tag: str | None, text: str, view: str | None, limit: int, form: str) -> None:
    """List customers, with what of each is open and in force."""
    open_desk()
    from aupkeep.app.pages.customers import record

    rows = record.customer_lines(text=text, view=view or "", limit=limit, tag=tag)
    head = ["customer", "name", "type", "tier", "tags", "open", "standing"]
    show(form, rows, lambda: listing(head, rows, "No customer: aupkeep customers import FILE.csv"))


@customers.command("show")
@click.argument("customer")
@output
def customers_show(customer: str, form: str) -> None:
    """Show one customer: contacts, cases, what is in force, addresses over time, letters."""
    context = open_desk()
    from aupkeep.app.access.shell import shell_sees_reporters
    from aupkeep.app.pages.customers.record import customer_record

    record = customer_record(context, customer, reporters=shell_sees_reporters(context))
    show(form, record, lambda: customer_lines(as_json(record)))


@customers.command("unprotect")
@click.argument("customer")
@click.argument("tag")
@AS
@click.option("--reasons", required=True, help="Why; stands in the journal.")
@output
def customers_unprotect(
    customer: str, tag: str, *, named: tuple[str, ...], reasons: str, form: str
) -> None:
    """Take TAG, such as protected or critical, off CUSTOMER; no import does that."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.unprotect import unprotect

    show(form, unprotect(context, customer, tag, person=person, reasons=reasons))


@customers.command("mail")
@click.argument("customer")
@click.option("--off", help="A kind it wants no mail about while nothing is asked or limited.")
@click.option("--on", help="A kind it wants mail about again.")
@click.option("--reasons", default="", help="Who asked for it and when; stands in the journal.")
@click.option("--now", "at_once", is_flag=True, help="Let what waits for its digest leave now.")
@AS
@output
def customers_mail(
    customer: str, form: str, *, named: tuple[str, ...], reasons: str, at_once: bool,
    **kinds: str | None,
) -> None:  # fmt: skip
    """Show how mail goes to CUSTOMER: its next digest, kinds it wants none about; change that."""
    if sum(map(bool, (*kinds.values(), at_once))) > 1:
        raise click.UsageError("expected one of --off, --on, --now")
    context = open_desk()
    from aupkeep.app.notifying import opt_outs

    kind = kinds["off"] or kinds["on"]
    if kind:
        shown = opt_outs.set_opt_out(
            context, customer, kind, wanted=bool(kinds["on"]), person=acting(context, named),
            reasons=reasons,
        )  # fmt: skip
    elif at_once:
        shown = opt_outs.send_digest_now(context, customer, acting(context, named))
    else:
        shown = opt_outs.customer_mail(context, customer)
    show(form, shown)


@customers.command("accept")
@click.argument("customer", required=False)
@click.option("--version", help="The version of the document that was accepted.")
@click.option("--at", "accepted_at", help="When, RFC 3339 or a day.")
@click.option("--by", default="", help="Who accepted it; default the customer.")
@click.option("--document", default="", help="The document's name, where there are several.")
@click.option("--hash", "digest", default="", help="SHA-256 of the accepted text.")
@click.option("--file", type=FILE, help="A CSV of many instead (customer,version,accepted_at,…).")
@output
def customers_accept(
    customer: str | None, file: Path | None, form: str, **given: str | None
) -> int | None:
    """Record that CUSTOMER accepted a version of the policy document; --file imports many."""
    if (customer is None) == (file is None):
        raise click.UsageError("expected CUSTOMER, or --file FILE.csv")
    context, allowed_by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.inventory.acceptances import accept, import_acceptances

    if file is not None:
        return _report(form, import_acceptances(context, _bytes(file), by=allowed_by))
    columns = {("hash" if name == "digest" else name): text or "" for name, text in given.items()}
    show(form, accept(context, customer or "", columns, by=allowed_by))
    return None


@customers.command("accepted")
@click.argument("customer")
@output
def customers_accepted(customer: str, form: str) -> None:
    """List what CUSTOMER accepted: who, when, which text."""
    context = open_desk()
    from aupkeep.app.inventory.acceptances import accepted_versions

    accepted = accepted_versions(context, customer)
    head = ["document", "version", "accepted_at", "by", "hash", "known"]
    empty = f"None on record: aupkeep customers accept {customer} --version 1 --at 2026-01-01"
    show(form, accepted, lambda: listing(head, accepted, empty))


def _bytes(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


def _report(form: str, result: "ImportResult") -> int:
    """Show how many rows went in and each that did not.

    Exit 5 when any contradicts a live record, else 3 when any could not be read.
    """

    def text() -> list[str]:
        counts = f"{result.imported} imported, {result.unchanged} already known."
        return [counts, *(listing(["row", "reason"], result.dead, "") if result.dead else [])]

    show(form, result, text)
    if result.refused:
        return Conflict.exit_code
    return Unreadable.exit_code if result.dead else 0
