"""One search over all that the desk knows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from aupkeep.cli.acting import open_desk
from aupkeep.cli.field_words import in_words
from aupkeep.cli.output import output, show, table

if TYPE_CHECKING:
    from aupkeep.app.pages.search.page import SearchAnswer

HEAD = ("key", "what", "about", "state", "case")


WORDS = {"state": "desk.state"}


@click.command()
@click.argument("text")
@click.option("--at", default="", help="As of when: 2026-11-27 02:26 (UTC), RFC 3339, 3h; or now.")
@click.option("--language", type=click.Choice(["en", "nb"]), default="en", show_default=True)
@output
def search(text: str, *, at: str, language: str, form: str) -> None:
    """Look for TEXT: an address, prefix, case, customer, URL, name, Message-ID or an id."""
    context = open_desk()
    from aupkeep.app.access.shell import shell_sees_reporters
    from aupkeep.app.notifying.notices import language_of
    from aupkeep.app.pages.search.load import search as asked

    reporters = shell_sees_reporters(context)
    answer = asked(context, text, at, language=language_of(language), reporters=reporters)
    show(form, answer, lambda: _lines(answer))


def _lines(answer: "SearchAnswer") -> Iterator[str]:
    """The answer, then each group as a table."""
    yield answer.answer or "Type an address, a case, a customer, a URL, a name or a Message-ID."
    for group in answer.groups:
        yield ""
        yield f"{group.kind.upper()} ({len(group.hits)}{'+' if group.more else ''})"
        rows = [
            [hit.key, hit.title, hit.about, in_words("state", hit.state, WORDS), hit.case]
            for hit in group.hits
        ]
        yield from (
            f"  {line}" for line in table(["key", "what", "about", "state", "case"], rows, "")
        )
