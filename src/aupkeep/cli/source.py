"""Who claims things: their record, and the steps a person takes about them.

A source is a party that claims; a reporter (`aupkeep reporters`) is a form of report we can read.
"""

from collections.abc import Callable
from typing import Any

import click

from aupkeep.cli.acting import AS, acting, open_desk, open_desk_as, open_desk_for
from aupkeep.cli.output import listing, output, pairs, show
from aupkeep.model.as_json import as_json
from aupkeep.model.roles import StaffAct
from aupkeep.model.source import SanctionStep

HEAD = ("source", "proven", "lane", "confirmed", "refuted", "unfounded", "unanswered", "precision",
        "reports", "last", "proposed")  # fmt: skip
EMPTY = "Nobody has claimed anything yet."
Made = Callable[..., Any]


@click.group()
def source() -> None:
    """Who claims things: their record, lane and standing."""


@source.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--unproven", is_flag=True, help="The names that nobody proved instead.")
@output
def source_list(limit: int, unproven: bool, form: str) -> None:  # noqa: FBT001 - click passes flags so
    """List sources with their record: precision is the least share of right claims."""
    context, _ = open_desk_for(StaffAct.SEE_REPORTERS)
    from aupkeep.app.sanctions.source_details import list_sources

    sources = list_sources(context, limit=limit, proven=not unproven)
    show(form, sources, lambda: listing(HEAD, sources, EMPTY))


@source.command("show")
@click.argument("name", metavar="SOURCE")
@output
def source_show(name: str, form: str) -> None:
    """Show SOURCE, such as mail:cert.example: its reports, and what was done about it."""
    context, _ = open_desk_for(StaffAct.SEE_REPORTERS)
    from aupkeep.app.sanctions.source_details import show_source

    details = show_source(context, name)
    show(form, details, lambda: _source(details))


def _source(details: object) -> list[str]:
    shown: dict[str, Any] = as_json(details)
    lines = list(pairs({k: v for k, v in shown.items() if not isinstance(v, list)}))
    for name in ("reports", "history"):
        if rows := shown[name]:
            lines += ["", f"{name.upper()} ({len(rows)})"]
            lines += [f"  {line}" for line in listing(list(rows[0]), rows, "")]
    return lines


def _step(name: str, words: str, *options: Made) -> None:
    """Add one command that takes a step."""

    def run(source: str, named: tuple[str, ...], reasons: str, form: str, **more: object) -> None:
        context = open_desk()
        person = acting(context, named)
        from aupkeep.app.sanctions.source_details import step_source

        given: dict[str, Any] = more
        result = step_source(
            context, source, SanctionStep(name), person=person, reasons=reasons, **given
        )
        show(form, result)

    command: Made = output(run)
    for option in (*options, REASONS, AS):
        command = option(command)
    source.command(name, help=words)(click.argument("source")(command))


REASONS = click.option("--reasons", required=True, help="Why: number, share, gravity, intention.")
DAYS = click.option("--days", type=click.IntRange(1), required=True, help="How long it lasts.")
TOLD = click.option(
    "--told", "warned_how", default="", help="How it was warned, where no address is known."
)
RESUME = click.option("--resume", is_flag=True, help="Process the reports that waited.")
_step("warn", "Warn SOURCE about manifestly unfounded reports, by mail.", TOLD)
_step("slow", "Read SOURCE's reports last; no rule acts on its word alone.", DAYS)
_step("suspend", "Keep SOURCE's reports, and process none of them for a while.", DAYS)
_step("trust", "Mark SOURCE as a trusted flagger: read first.", DAYS)
_step("restore", "End the slow lane, a suspension or trust of SOURCE.", RESUME)


@source.command("judge")
@click.argument("report")
@click.argument("said", type=click.Choice(["confirmed", "refuted", "unfounded"]))
@click.option("--reasons", required=True, help="Why.")
@AS
@output
def source_judge(report: str, said: str, reasons: str, named: tuple[str, ...], form: str) -> None:
    """Say what came of REPORT, over what its cases say: unfounded means manifestly so."""
    context, person = open_desk_as(named)
    from aupkeep.app.sanctions.sanction import judge_report

    judged = judge_report(context, report, said, person=person, reasons=reasons)
    show(form, {"report": judged.id, "source": judged.source, "judged": judged.judged})


@source.command("resume")
@click.argument("report")
@click.option("--reasons", required=True, help="Why it is processed all the same.")
@AS
@output
def source_resume(report: str, reasons: str, named: tuple[str, ...], form: str) -> None:
    """Process REPORT, one that waits because its source is suspended."""
    context, person = open_desk_as(named)
    from aupkeep.app.sanctions.held_reports import resume_report

    count = resume_report(context, report, person=person, reasons=reasons)
    show(form, {"report": report, "claims": count})
