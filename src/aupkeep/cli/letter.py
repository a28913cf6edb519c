"""Letters to the customer or a reporter of a case, and more time to answer."""

import sys
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aupkeep.cli.acting import AS, acting, open_desk
from aupkeep.cli.output import output, show, table
from aupkeep.model.moments import show_minute
from aupkeep.model.notice import Party

if TYPE_CHECKING:
    from aupkeep.app.notifying.letters import Letter, LetterPreview

ASKED = (
    click.argument("case"),
    click.option("--to", type=click.Choice(["customer", "reporter"]), required=True),
    click.option("--report", help="Whose reporter, where the case has several."),
    click.option("--subject", default="", help="One line."),
    click.option("--text", default="", help="The words."),
    click.option("--file", "file", help="A file with the words, or - for standard input."),
    AS,
    output,
)  # of a letter


def _written(command: Callable[..., None]) -> Callable[..., None]:
    """A command about a letter: to whom, and its words."""
    return reduce(lambda made, option: option(made), reversed(ASKED), command)


@click.group()
def letter() -> None:
    """Write to the customer or a reporter of a case; give a customer more time."""


@letter.command("drafts")
@output
def drafts(form: str) -> None:
    """List the drafts, with what each leaves open."""
    open_desk()
    from aupkeep.app.notifying.letters import list_drafts

    known = list_drafts()
    rows = [(item.draft, item.to, item.language, item.subject) for item in known]
    show(form, known, lambda: table(["draft", "to", "language", "subject"], rows, ""))


@letter.command("preview")
@_written
def preview(
    case: str, to: str, report: str | None, named: tuple[str, ...], form: str, **words: str | None
) -> None:
    """Show exactly what would be sent, and whether it could be now; nothing is written."""
    context = open_desk()
    from aupkeep.app.notifying.letters import preview_letter

    shown = preview_letter(context, case, _letter(to, report, **words), acting(context, named))
    show(form, shown, lambda: _preview_lines(shown))


@letter.command("send")
@_written
def send(
    case: str, to: str, report: str | None, named: tuple[str, ...], form: str, **words: str | None
) -> None:
    """Send it. What leads to a reporter is hidden from the customer, and the customer from them."""
    context = open_desk()
    from aupkeep.app.notifying.letters import send_letter

    sent = send_letter(context, case, _letter(to, report, **words), acting(context, named))
    hidden = " Words that lead to others are hidden in it." if sent.hidden else ""
    show(form, sent, lambda: [f"On its way to {sent.recipient}: {sent.title}.{hidden}"])


@letter.command("test")
@_written
def test(
    case: str, to: str, report: str | None, named: tuple[str, ...], form: str, **words: str | None
) -> None:
    """Send it to yourself alone, as its reader would get it."""
    context = open_desk()
    from aupkeep.app.notifying.letters import send_to_writer

    sent = send_to_writer(context, case, _letter(to, report, **words), acting(context, named))
    show(form, sent, lambda: [f"On its way to you, {sent.recipient}: {sent.title}."])


@letter.command("more-time")
@click.argument("case")
@click.option("--hours", type=click.IntRange(1, 720), required=True, help="From now.")
@click.option("--reasons", required=True, help="Why; the customer reads it.")
@AS
@output
def more_time(case: str, hours: int, reasons: str, named: tuple[str, ...], form: str) -> None:
    """Give the customer of CASE so many hours from now to answer, and tell them."""
    context = open_desk()
    from aupkeep.app.deciding.extend_deadline import extend_deadline

    done = extend_deadline(context, case, hours, reasons, acting(context, named))
    news = f"The customer was not told: {done.untold}" if done.untold else "The customer is told."
    show(form, done, lambda: [f"{done.case}: until {show_minute(done.deadline)}. {news}"])


def _letter(
    to: str, report: str | None, *, subject: str | None, text: str | None, file: str | None
) -> "Letter":
    from aupkeep.app.notifying.letters import Letter

    if file and text:
        raise click.UsageError("expected --text or --file, found both")
    words = (sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")) if file else text
    return Letter(party=Party(to), subject=subject or "", text=words or "", report=report)


def _preview_lines(shown: "LetterPreview") -> Iterator[str]:
    yield f"To: {shown.recipient or '(no address)'}"
    yield f"Subject: {shown.title}"
    yield ""
    yield from shown.text.splitlines()
    yield ""
    if shown.hidden:
        yield "Words of yours that lead to others are hidden above."
    if not shown.proven:
        yield "That this address sent the report is not proven."
    yield f"It cannot be sent now: {shown.refused}" if shown.refused else "It can be sent."
