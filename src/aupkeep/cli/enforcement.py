"""Measures on the network: what they would do, what stands, by which drivers, on which targets."""

from collections.abc import Iterable

import click

from aupkeep.app.context import open_context
from aupkeep.cli.acting import AS, open_desk_as
from aupkeep.cli.case import undo
from aupkeep.cli.made_by import MADE_BY
from aupkeep.cli.output import listing, output, show
from aupkeep.model.as_json import as_json
from aupkeep.model.ladder import Measure
from aupkeep.model.made_by import MadeBy
from aupkeep.model.moments import parse_day


@click.group()
def enforcement() -> None:
    """Measures on the network."""


@enforcement.command("plan")
@click.option("--target-name", "target", help="Which target carries it.")
@click.option("--measure", required=True, type=click.Choice([str(measure) for measure in Measure]))
@click.option(
    "--subject",
    required=True,
    help="Whom: 192.0.2.1, 192.0.2.1:1025 where shared, or the page or name.",
)
@click.option("--port", type=click.IntRange(0, 65535), help="Destination port for block-port.")
@click.option("--protocol", type=click.Choice(["tcp", "udp", "icmp"]), help="Its protocol.")
@click.option("--destination", help="The one peer for block-destination.")
@click.option("--rate", type=click.IntRange(1), help="Bytes per second for limit-rate.")
@click.option("--until", required=True, help="When it ends, RFC 3339 or a day.")
@output
def plan(
    measure: str, subject: str, until: str, *, target: str | None, form: str, **words: object
) -> None:
    """Show what a measure would do and whom it would touch; no system is contacted."""
    ends = parse_day(until, "--until")
    context = open_context()
    from aupkeep.app.enforcing.blast_radius import reach_lines
    from aupkeep.app.enforcing.plan import plan_measure

    planned = plan_measure(context, Measure(measure), subject, ends, target=target, words=words)

    def text() -> list[str]:
        if planned.refused is not None:
            return [f"Refused: {planned.refused}"]
        lines = []
        for action in planned.actions:
            lines += [f"{action.target} ({action.driver}):", *(f"  {op}" for op in action.ops)]
            lines.append(f"  touches {', '.join(action.touches)}")
            lines += [f"  {action.note}"] if action.note else []
        return [*lines, *reach_lines(planned.reach)]

    show(form, planned, text)


@enforcement.command("list")
@click.option("--target", help="On this target alone.")
@click.option("--customer", help="Of this customer alone.")
@click.option("--case", help="Of this case alone.")
@click.option("--state", help="In this state alone, such as applied or wanted.")
@click.option("--all", "ended", is_flag=True, help="What is over, too.")
@MADE_BY
@output
def list_(
    target: str | None,
    customer: str | None,
    case: str | None,
    state: str | None,
    *,
    ended: bool,
    form: str,
    **versions: str | None,
) -> None:
    """What is in force or on its way, where, since when, and whether it was seen there."""
    context = open_context()
    from aupkeep.app.enforcing.standing import list_measures

    measures = list_measures(
        context,
        target=target,
        customer=customer,
        case=case,
        state=state,
        ended=ended,
        made=MadeBy(**versions, automatic=False),
    )
    head = ("action", "case", "measure", "subject", "target", "state", "until", "seen", "effect",
            "reason")  # fmt: skip

    def text() -> Iterable[str]:
        rows = [as_json(measure) | {"state": measure.became} for measure in measures]
        return listing(head, rows, "Nothing is in force.", WORDS)

    show(form, measures, text)


@enforcement.command("drivers")
@output
def drivers(*, form: str) -> None:
    """Which drivers are installed, what each can do, and what this machine lacks for it."""
    from aupkeep.app.enforcing.driver_list import list_drivers

    installed = list_drivers()
    head = ("name", "version", "available", "measures", "system", "missing")
    show(form, installed, lambda: listing(head, installed, "No driver is installed."))


@enforcement.command("targets")
@output
def targets(*, form: str) -> None:
    """Where measures go, what each target serves, and when its agent was last heard."""
    context = open_context()
    from aupkeep.app.enforcing.standing import list_targets

    listed = list_targets(context)
    head = ("target", "driver", "agent", "order", "standing", "cap", "heard", "trouble")
    show(form, listed, lambda: listing(head, listed, "No target is set up."))


@enforcement.command("drift")
@output
def drift(*, form: str) -> None:
    """What agents lately put back, what of others is beside ours, and where nobody can tell."""
    context = open_context()
    from aupkeep.app.enforcing.standing import list_drift

    drifted = list_drift(context)
    head = ("target", "heard", "drift", "foreign", "trouble")
    show(
        form,
        drifted,
        lambda: listing(head, drifted, "Nothing drifted, as far as agents were heard."),
    )


enforcement.add_command(undo, "undo")
WORDS = {"state": "desk.state"}
NOT_HELD = 12  # the exit code where a measure is not as it should be
VERIFIED = ("action", "case", "target", "state", "seen", "asked", "holds", "proof", "effect")


@enforcement.command("verify")
@click.option("--target-name", "target", help="Of this target alone.")
@output
def verify(target: str | None, *, form: str) -> int:
    """Ask each system now whether what is to stand stands; exit 12 where anything does not."""
    context = open_context()
    from aupkeep.app.enforcing.verify import verify_measures

    measures = verify_measures(context, target)
    show(form, measures, lambda: listing(VERIFIED, measures, "Nothing is in force.", WORDS))
    return 0 if all(measure.holds for measure in measures) else NOT_HELD


@enforcement.command("probe")
@click.argument("target")
@AS
@output
def probe(target: str, named: tuple[str, ...], *, form: str) -> int:
    """Try TARGET at the test address of its settings: seen, and gone again; exit 12 if not."""
    context, person = open_desk_as(named)
    from aupkeep.app.enforcing.probe import probe_target

    tried = probe_target(context, target, person)
    show(form, tried)
    return 0 if tried.holds else NOT_HELD


@enforcement.command("apply")
@click.option("--target-name", "target", help="On this target alone.")
@AS
@output
def apply(target: str | None, named: tuple[str, ...], *, form: str) -> int:
    """Carry out at once what is decided, where the agent is beside the server, and verify it."""
    context, person = open_desk_as(named)
    from aupkeep.app.enforcing.verify import apply_now

    measures = apply_now(context, person, target)
    show(form, measures, lambda: listing(VERIFIED, measures, "Nothing is in force.", WORDS))
    return 0 if all(measure.holds for measure in measures) else NOT_HELD


@enforcement.command("hits")
@click.argument("action")
@output
def hits(action: str, *, form: str) -> None:
    """Say what ACTION was to hit by the day before, what it hit since, and how far off that was."""
    context = open_context()
    from aupkeep.app.enforcing.hits import hits_lines, hits_of

    record = hits_of(context, action)
    show(form, record, lambda: hits_lines(record))


@enforcement.command("extend")
@click.argument("action")
@click.option("--hours", type=click.IntRange(1), required=True, help="From now.")
@click.option("--reason", required=True, help="Why, in a sentence the customer will read.")
@AS
@output
def extend(action: str, hours: int, reason: str, named: tuple[str, ...], form: str) -> None:
    """Decide the measure of ACTION anew, with a later end; the customer is told."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.extend import extend_action

    show(form, extend_action(context, action, hours=hours, reasons=reason, person=person))


@click.command()
@click.argument("subject", metavar="ADDRESS|CASE|ACTION")
@output
def why(subject: str, *, form: str) -> None:
    """Say what limits an address, stands in a case, or became of an action, and how to undo it."""
    context = open_context()
    from aupkeep.app.enforcing.why import why as asked
    from aupkeep.app.enforcing.why import why_lines
    from aupkeep.app.pages.labels import measure_words

    answer = asked(context, subject)
    show(form, answer, lambda: why_lines(answer, measure_words))


@click.command()
@click.argument("customer")
@output
def services(customer: str, *, form: str) -> None:
    """List what a suspension of CUSTOMER must reach, by what, and what no driver reaches."""
    context = open_context()
    from aupkeep.app.enforcing.services import customer_services, service_lines

    answer = customer_services(context, customer)
    show(form, answer, lambda: service_lines(answer))
