"""The freeze switch, which works with the database down, and the listen mode."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from aupkeep.cli.acting import AS, acting, open_desk, open_desk_as
from aupkeep.cli.output import moment, output, show
from aupkeep.model.counted import counted

if TYPE_CHECKING:
    from aupkeep.app.enforcing.listen import ListenMode
    from aupkeep.app.pages.grants.page import ListenReport


UNSAID = "no reason was given"  # an emergency waits for no sentence


@click.command()
@click.option("--reason", default=UNSAID, help="Why; it stands on every page until the thaw.")
@AS
@output
def freeze(reason: str, named: tuple[str, ...], form: str) -> None:
    """Stop all new or widened automatic measures on every machine this one reaches."""
    from aupkeep.app.enforcing.freeze import freeze as stop

    show(form, stop(reason, lambda: _switcher(named)))


@click.command()
@click.option("--reason", default=UNSAID, help="Why it is safe again.")
@AS
@output
def thaw(reason: str, named: tuple[str, ...], form: str) -> None:
    """Let automatic measures start again."""
    from aupkeep.app.enforcing.freeze import thaw as start

    show(form, start(reason, lambda: _switcher(named)))


@click.group()
def listen() -> None:
    """Listen mode: while it is on, nothing leaves but what is granted, no mail and no measure."""


@listen.command("on")
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@AS
@output
def listen_on(reason: str, named: tuple[str, ...], form: str) -> None:
    """Let nothing leave from now on; every grant ends with it."""
    _listen(reason, named, form, wanted=True)


@listen.command("off")
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@AS
@output
def listen_off(reason: str, named: tuple[str, ...], form: str) -> None:
    """Ask that everything may leave for a week: for a trial; `grant ask` goes step by step."""
    _listen(reason, named, form, wanted=False)


@listen.command("report")
@click.option("--days", type=click.IntRange(1, 92), default=14, show_default=True)
@output
def listen_report(days: int, form: str) -> None:
    """Show what each rule would have done, beside what the desk did, case by case."""
    context = open_desk()
    acting(context)
    from aupkeep.app.pages.grants.shadow import listen_report as report

    withheld = report(context, days)
    show(form, withheld, lambda: _report_lines(withheld))


def _listen(reason: str, named: tuple[str, ...], form: str, *, wanted: bool) -> None:
    context, person = open_desk_as(named)
    from aupkeep.app.enforcing.listen import set_listening

    result = set_listening(context, wanted=wanted, reason=reason, person=person)
    if result.warning:
        click.echo(f"warning: {result.warning}", err=True)
    show(form, result, lambda: [_mode(result)])


def _mode(result: "ListenMode") -> str:
    """Which mode it is by now, whatever was asked for."""
    still = " still" if result.listen is result.was else ""
    ended = f"; ended with it: {counted(result.ended, 'grant')}" if result.ended else ""
    until = f", until {moment(result.until)}" if result.until and not result.listen else ""
    return f"Listen mode is{still} {'on' if result.listen else 'off'}{until}{ended}."


def _report_lines(withheld: "ListenReport") -> Iterator[str]:
    mode = "on" if withheld.listening else "off"
    granted = f", granted: {', '.join(withheld.granted)}" if withheld.granted else ""
    yield f"Listen mode {mode}{granted}. Withheld in the last {counted(withheld.days, 'day')}:"
    customers = counted(withheld.customers, "customer")
    yield (
        f"{customers} would have been told ({withheld.unreachable} without a"
        f" contact), {withheld.limited} limited."
    )
    from aupkeep.app.pages.labels import measure_words

    for rule in withheld.rules:
        if not (rule.proposed or rule.decided):
            continue
        counts = ", ".join(f"{count} {name}" for name, count in rule.desk.items() if count)
        yield ""
        yield (
            f"{rule.rule} ({rule.status}, {rule.level.name} {measure_words(rule.measure)}): would"
            f" have acted in {counted(rule.proposed, 'case')}, did in {rule.decided}"
        )
        if counts:
            yield f"  the desk: {counts}"
        for case in rule.differences:
            desk = measure_words(case.did or case.desk)
            yield f"  {case.reference} {case.name}: {measure_words(case.measure)}, the desk {desk}"
    quiet = [rule.rule for rule in withheld.rules if not (rule.proposed or rule.decided)]
    if quiet:
        yield ""
        yield f"Nothing to do for {counted(len(quiet), 'other rule')}: {', '.join(quiet)}"


def _switcher(named: tuple[str, ...]) -> str:
    """Who turns the switch. Raises as `open_desk`."""
    return acting(open_desk(), named)
