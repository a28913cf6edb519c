"""The systems that are asked who holds what: how they stand, and one asked now."""

import click

from aupkeep.cli.acting import open_desk, open_desk_for
from aupkeep.cli.doctor import TO_MEND
from aupkeep.cli.output import listing, output, show, table
from aupkeep.model.errors import Conflict, Unavailable
from aupkeep.model.roles import StaffAct

HEAD = [
    *("source", "kind", "every", "seen", "live", "rejected", "foreign", "unmapped", "changes"),
    "problem",
]
NONE = "No source: a table [[inventory.sources]] in aupkeep.toml; see docs/inventory.md"


@click.command("sources")
@output
def sources(form: str) -> None:
    """List the systems that are asked who holds what, and how each stands."""
    context = open_desk()
    from aupkeep.app.inventory.ask_sources import list_sources

    rows = list_sources(context)
    show(form, rows, lambda: listing(HEAD, rows, NONE))


@click.command("sync")
@click.argument("name", required=False)
@click.option("--accept", is_flag=True, help="What would end has ended; you looked.")
@output
def sync(name: str | None, *, accept: bool, form: str) -> int:
    """Ask source NAME, or all, now; what fails changes nothing and is shown."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.inventory.ask_sources import sync_now

    done = sync_now(context, name, by=by, accept=accept)
    head = ["name", "rows", "live", "changed", "rejected", "foreign", "problem"]
    show(form, done, lambda: listing(head, done, NONE))
    if any(state.held_back for state in done):
        return Conflict.exit_code
    return Unavailable.exit_code if any(state.problem for state in done) else 0


@click.command("doctor")
@output
def inventory_doctor(form: str) -> int:
    """Say what is wrong with who holds what, and how far each own prefix can be trusted.

    Exit 12 where a check does not hold.
    """
    context = open_desk()
    from aupkeep.app.inventory.inventory_doctor import inventory_report

    report = inventory_report(context)

    def text() -> list[str]:
        rows = [("ok" if x.ok else "MEND", x.check, x.found, x.remedy) for x in report.checks]
        head = ["prefix", "site", "held", "pool", "gap", "sources", "trust"]
        return [
            *table(["", "check", "found", "remedy"], rows, ""),
            *listing(head, report.prefixes, "No own space yet: aupkeep inventory own add PREFIX"),
        ]

    show(form, report, text)
    return 0 if all(check.ok for check in report.checks) else TO_MEND
