"""Cases, decisions and undoing them."""

import click

from aupkeep.cli.acting import AS, acting, open_desk, open_desk_as
from aupkeep.cli.case_filters import case_filters
from aupkeep.cli.case_text import case_lines, listed_line
from aupkeep.cli.made_by import MADE_BY
from aupkeep.cli.output import listing, output, show
from aupkeep.cli.probe import case_probe
from aupkeep.model.as_json import as_json
from aupkeep.model.case import Judgement
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.made_by import MadeBy
from aupkeep.model.moments import parse_age


@click.group()
def case() -> None:
    """List cases and show one."""


case.add_command(case_probe)


@case.command("list")
@click.option("--state", type=click.Choice(["open", "waiting", "answered", "closed"]))
@case_filters
@click.option("--view", help="As the queue shows it: all, handled, …, or the name of a saved view.")
@click.option("--after", help="Behind this case: the last one of the page before.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@output
def case_list(
    *, limit: int, after: str | None, view: str | None, form: str, **asked: str | None
) -> None:
    """List cases that are not closed, the most urgent first; --state closed shows those.

    Filters beside --view take the place of its own.
    """
    narrow = {name: value for name, value in asked.items() if value is not None}
    if "age" in narrow:
        parse_age(narrow["age"], "--age")
    context = open_desk()
    from aupkeep.app.access.shell import first_person
    from aupkeep.app.deciding.case_list import list_cases
    from aupkeep.app.deciding.case_views import in_view

    member = first_person(context)
    person = member.address if member else None
    cases = list_cases(
        context, in_view(view or "", narrow, person), limit=limit, after=after, person=person
    )
    head = ["reference", "state", "kind", "level", "customer", "resource", "events", "step"]
    if any(case.assignee for case in cases):
        head.append("assignee")
    empty = "No such case." if narrow or view else "No cases. Take in a mail: aupkeep ingest FILE"
    words = {"state": "desk.state"}
    show(form, cases, lambda: listing(head, map(listed_line, cases), empty, words))


@case.command("show")
@click.argument("reference")
@click.option("--reveal", help="An auditor: why you look at who reported; it is logged.")
@output
def case_show(reference: str, reveal: str | None, form: str) -> None:
    """Show one case: holder, clause, evidence, decisions, actions, answers."""
    context = open_desk()
    from aupkeep.app.access.shell import first_person
    from aupkeep.app.deciding.masked_case import case_for
    from aupkeep.app.deciding.termination_record import termination_lines

    member = first_person(context)
    details = case_for(context, reference, member.address if member else None, reveal=reveal)
    held = details.termination
    hold = termination_lines(held) if held else ()
    show(form, details, lambda: case_lines(as_json(details), hold))


@case.command("close")
@click.argument("reference")
@click.option(
    "--outcome",
    type=click.Choice(["fixed", "not-abuse", "no-action", "withdrawn"]),
    required=True,
    help="What came of it.",
)
@click.option("--reasons", required=True, help="Why, in a sentence.")
@AS
@output
def case_close(
    reference: str, outcome: str, reasons: str, named: tuple[str, ...], form: str
) -> None:
    """Close a case; what still limits is lifted."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.close import close_by_reference

    show(form, close_by_reference(context, reference, outcome, reasons, person))


@case.command("assign")
@click.argument("reference", metavar="CASE")
@click.option("--to", help="Who works on it; without it, you do.")
@click.option("--nobody", is_flag=True, help="Let go of it.")
@click.option("--over", help="Whose it is now, to take it over.")
@AS
@output
def case_assign(
    reference: str,
    *,
    to: str | None,
    nobody: bool,
    over: str | None,
    named: tuple[str, ...],
    form: str,
) -> None:
    """Work on CASE, or have a colleague work on it; refused where it is somebody else's."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.case_work import assign

    whose = None if nobody else to or person
    show(form, assign(context, reference, person=person, to=whose, over=over))


@case.command("snooze")
@click.argument("reference", metavar="CASE")
@click.option("--for", "length", required=True, help="How long: 45m, 12h, 3d, 2w; 30d at most.")
@AS
@output
def case_snooze(reference: str, *, length: str, named: tuple[str, ...], form: str) -> None:
    """Let CASE rest; something new wakes it before."""
    rest = parse_age(length, "--for")
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.case_work import snooze

    show(form, snooze(context, reference, person=person, until=context.now() + rest))


@case.command("note")
@click.argument("reference", metavar="CASE")
@click.argument("text")
@AS
@output
def case_note(reference: str, text: str, named: tuple[str, ...], form: str) -> None:
    """Note TEXT on CASE for colleagues; the accused and reporters never read it."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.case_work import note

    show(form, note(context, reference, person=person, text=text))


@case.command("reattribute")
@click.argument("reference")
@click.option("--reasons", required=True, help="Why, in a sentence; stands in the journal.")
@AS
@output
def case_reattribute(reference: str, reasons: str, named: tuple[str, ...], form: str) -> None:
    """Attribute claims anew whose record was corrected: to whoever held the address then."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.reattribute import reattribute_case

    show(form, reattribute_case(context, reference, person=person, reasons=reasons))


@click.command()
@click.argument("reference", metavar="CASE")
@click.option("--measure", help=f"One of {', '.join(Measure)}.")
@click.option("--reasons", required=True, help="Why, in a sentence the customer will read.")
@AS
@click.option(
    "--hours",
    type=click.IntRange(1),
    help="How long a measure that limits lasts; blank is refused. Of inform-deadline: to answer.",
)
@click.option("--address", help="Which address in evidence, where there are several.")
@click.option("--url", help="Which page in evidence, for block-url, where there are several.")
@click.option("--name", help="Which name in evidence, for block-name, where there are several.")
@click.option("--port", type=click.IntRange(0, 65535), help="Destination port for block-port.")
@click.option("--protocol", type=click.Choice(["tcp", "udp"]), help="Its protocol.")
@click.option("--destination", help="The one peer for block-destination.")
@click.option("--account", help="Whose mail it is on, by its name at the relay.")
@click.option("--rate", type=click.IntRange(1), help="Bytes per second for limit-rate.")
@click.option("--cause", help=f"Whose doing: {', '.join(Cause)}.")
@click.option("--note", help="Why it touches a port, peer or account that no claim names.")
@click.option("--on", help="Until which day a critical customer has time to move (off-board).")
@click.option("--runbook", help="The runbook you follow; docs/roles.md lists them.")
@click.option(
    "--break-glass",
    is_flag=True,
    help="Decide alone what takes two people: 12 hours at most, told to everybody.",
)
@click.option("--close", is_flag=True, help="Close the case as not abuse; needs reasons only.")
@output
def decide(
    reference: str, reasons: str, named: tuple[str, ...], form: str, **choice: object
) -> None:
    """Decide CASE: the gate lets it through or says which invariant refuses it."""
    if (choice["measure"] is None) != bool(choice["close"]):
        raise click.UsageError("expected --measure, or --close without one")

    context, person = open_desk_as(named)
    if choice.pop("close"):
        from aupkeep.app.deciding.close import close_as_not_abuse

        closed = close_as_not_abuse(context, reference, person, reasons)
        show(form, closed)
        return
    from aupkeep.app.deciding.decide import decide_case

    show(form, decide_case(context, reference, people=(person,), reasons=reasons, **choice))


@click.command()
@click.argument("action", required=False)
@MADE_BY
@click.option("--people-too", is_flag=True, help="With them: what people decided, too.")
@click.option("--reason", required=True, help="Why it is lifted.")
@click.option("--our-error", is_flag=True, help="The decision was wrong: the customer is told so.")
@AS
@output
def undo(
    action: str | None,
    people_too: bool,  # noqa: FBT001 - click passes flags so
    reason: str,
    our_error: bool,  # noqa: FBT001 - click passes flags so
    named: tuple[str, ...],
    form: str,
    **versions: str | None,
) -> None:
    """Lift ACTION, or all that rules did by one version; done when the driver has read it back."""
    made = MadeBy(**versions, automatic=not people_too)
    if (action is None) != bool(made) or (made.rule is not None and made.policy is None):
        raise click.UsageError(
            "expected ACTION, or --rule with --policy, or --detector, --attribution or --driver"
        )
    context, person = open_desk_as(named)
    if action is not None:
        from aupkeep.app.deciding.undo import undo_action

        result = undo_action(context, action, reason=reason, person=person, mistaken=our_error)
        show(form, result)
        return
    from aupkeep.app.deciding.undo import undo_made

    lifted = undo_made(context, made, reason=reason, person=person, mistaken=our_error)
    head = ["action", "case", "measure", "state", "error"]
    show(form, lifted, lambda: listing(head, lifted, ""))


@click.command()
@click.argument("action")
@click.option("--proof", required=True, help="What you saw that shows it.")
@AS
@output
def done(action: str, proof: str, named: tuple[str, ...], form: str) -> None:
    """Confirm ACTION, one that no driver carries, as done or undone by hand."""
    context, person = open_desk_as(named)
    from aupkeep.app.enforcing.by_hand import confirm_by_hand

    show(form, confirm_by_hand(context, action, proof=proof, person=person))


@click.group()
def decision() -> None:
    """Replay decisions and show their reasons."""


@decision.command()
@click.argument("number", metavar="DECISION")
@click.option("--language", type=click.Choice(["en", "nb"]), default="en", show_default=True)
@output
def statement(number: str, language: str, form: str) -> None:
    """Show the statement of reasons of DECISION (Regulation (EU) 2022/2065, Article 17)."""
    open_desk()
    from aupkeep.app.notifying.statements import show_statement

    text, record = show_statement(number, language)
    show(form, record, lambda: text)


@decision.command()
@click.argument("number", metavar="DECISION")
@output
def replay(number: str, form: str) -> None:
    """Put the facts as they were before the policy as it was: the same ruling, or what differs."""
    context = open_desk()
    from aupkeep.app.deciding.replay import replay_decision

    show(form, replay_decision(context, number))


@click.command()
@click.argument("number", metavar="DECISION")
@click.option("--reasons", default="", help="What you looked at, in a sentence.")
@click.option(
    "--token",
    envvar="AUPKEEP_TOKEN",
    help="Your own token (aupkeep token add --scope approve --person YOU) or one-time sign-in "
    "link; without it, you are the person of this machine's user.",
)
@AS
@output
def approve(
    number: str, reasons: str, token: str | None, named: tuple[str, ...], form: str
) -> None:
    """Be the second person of DECISION, one that waits: both make it then."""
    context = open_desk()
    from aupkeep.app.deciding.approvals import approve as give
    from aupkeep.app.deciding.approvals import approve_with

    if token:
        result = approve_with(context, number, token, reasons=reasons)
    else:
        result = give(context, number, person=acting(context, named), reasons=reasons)
    show(form, result)


@case.command("appeal")
@click.argument("reference", metavar="CASE")
@click.argument("outcome", type=click.Choice(["granted", "refused"]))
@click.option("--reasons", required=True, help="Why, in a sentence.")
@click.option("--token", envvar="AUPKEEP_TOKEN", help="An outside judge's (aupkeep staff outside).")
@AS
@output
def case_appeal(
    reference: str,
    outcome: str,
    reasons: str,
    token: str | None,
    named: tuple[str, ...],
    form: str,
) -> None:
    """Judge the appeal of CASE that is yours; a refusal waits for a second person."""
    context = open_desk()
    from aupkeep.app.deciding.appeals import judge_appeal
    from aupkeep.app.deciding.outside_judge import judge_with

    said = Judgement(outcome)
    if token:
        result = judge_with(context, reference, said, token, reasons=reasons)
    else:
        person = acting(context, named)
        result = judge_appeal(context, reference, said, person=person, reasons=reasons)
    show(form, result)


@case.command("hand-over")
@click.argument("reference", metavar="CASE")
@click.option("--to", help="Who judges it now; without it, you do.")
@click.option("--reasons", required=True, help="Why, in a sentence.")
@AS
@output
def case_hand_over(
    reference: str, to: str | None, reasons: str, named: tuple[str, ...], form: str
) -> None:
    """Hand over the appeal of CASE that is yours, or take one over; its 72 hours run on."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.appeal_hand_over import hand_over_appeal

    show(form, hand_over_appeal(context, reference, person=person, to=to, reasons=reasons))


@click.command("answer-read")
@click.argument("reference", metavar="CASE")
@AS
@output
def answer_read(reference: str, named: tuple[str, ...], form: str) -> None:
    """Mark the answers of CASE as read; until then nothing escalates."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.answers import read_answers

    show(form, read_answers(context, reference, person))
