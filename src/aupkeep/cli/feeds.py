"""Lists we fetch: how they stand, on and off, fetch one now, try one on a file."""

import sys
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aupkeep.cli.acting import AS, open_desk, open_desk_as
from aupkeep.cli.output import listing, output, pairs, show, table
from aupkeep.model.as_json import as_json
from aupkeep.model.errors import Invalid, Unavailable, Unreadable
from aupkeep.model.feed import FeedOutcome

if TYPE_CHECKING:
    from aupkeep.app.pages.feeds.page import FeedStatus

CODES = {
    FeedOutcome.FAILED: Unavailable.exit_code,
    FeedOutcome.ODD: Unreadable.exit_code,
    FeedOutcome.FLOOD: Unreadable.exit_code,
    FeedOutcome.LACKING: Invalid.exit_code,
}
HEAD = ["feed", "on", "outcome", "seen", "ours", "told", "next", "trouble"]
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(invoke_without_command=True)
@output
@click.pass_context
def feeds(ctx: click.Context, form: str) -> None:
    """Show every feed and how it stands; none is fetched before it is enabled."""
    if ctx.invoked_subcommand is not None:
        return
    context = open_desk()
    from aupkeep.app.pages.feeds.status import feed_rows

    rows = [_as_json(row) for row in feed_rows(context)]
    cells = [
        [
            *(row[name] for name in ("feed",)),
            "on" if row["on"] else "",
            *(row[name] if row["tried"] else "" for name in HEAD[2:6]),
            row["next"],
            row["alarm"] or row["trouble"],
        ]
        for row in rows
        if row["on"] or row["tried"] or form == "text"
    ]
    show(form, rows, lambda: table(HEAD, cells, "No feeds."))


@feeds.command("show")
@click.argument("name")
@output
def show_one(name: str, form: str) -> None:
    """Show one feed: its counts, its last good copies, what it lists about us."""
    context = open_desk()
    from aupkeep.app.feeds.subscriptions import existing_feed
    from aupkeep.app.pages.feeds.status import one_feed

    show(form, _as_json(one_feed(context, existing_feed(context, name))))


@feeds.command()
@click.argument("name")
@AS
@output
def enable(name: str, named: tuple[str, ...], form: str) -> None:
    """Let the worker fetch a feed; your word stands in the journal."""
    _switch(name, named, form, on=True)


@feeds.command()
@click.argument("name")
@AS
@output
def disable(name: str, named: tuple[str, ...], form: str) -> None:
    """Let nobody fetch a feed any more; what it led to stays."""
    _switch(name, named, form, on=False)


@feeds.command()
@click.argument("name")
@click.option("--file", "file", type=FILE, help="Read this list instead of fetching it.")
@click.option(
    "--accept", is_flag=True, help="Take what waits for a person: too much, another form."
)
@click.option("--now/--later", "at_once", default=True, help="Read what it found at once.")
@AS
@output
def fetch(
    name: str,
    file: Path | None,
    *,
    accept: bool,
    at_once: bool,
    named: tuple[str, ...],
    form: str,
) -> int:
    """Fetch a feed once, also one that is off; exit 8 when it failed, 3 when a person is needed."""
    context, person = open_desk_as(named)
    from aupkeep.app.feeds.fetch_feeds import fetch_now
    from aupkeep.app.pages.feeds.status import one_feed
    from aupkeep.daemon.logs import log_beside_results

    log_beside_results()
    given = [(file.name, file.read_bytes())] if file else []
    click.echo(f"Fetching {name} …", err=True)
    done, read = fetch_now(
        context, name, person=person, given=given, accept=accept, at_once=at_once
    )
    value = {**_as_json(one_feed(context, name)), "raws": list(done.raws), "read": read}
    value["cases"] = sorted({case for fed in read for case in fed.cases})
    shown = {
        key: value[key] for key in (*HEAD, "foreign", "dead", "remark", "cases") if key in value
    }
    show(form, value, lambda: pairs(shown))
    return CODES.get(done.state.outcome, 0) if done.state.outcome else 0


@feeds.command("copy")
@click.argument("name")
@click.argument("part", default="")
@output
def copy_of(name: str, part: str, form: str) -> None:
    """Write the last good copy of a feed's list to standard output; PART names one of several.

    As data it is one field, its bytes in base64.
    """
    context = open_desk()
    from aupkeep.app.feeds.subscriptions import existing_feed
    from aupkeep.app.pages.feeds.status import last_copy

    content = last_copy(existing_feed(context, name), part)
    if form in ("text", "table"):
        sys.stdout.buffer.write(content)
    else:
        show(form, {"feed": name, "part": part or None, "bytes": b64encode(content).decode()})


@feeds.command("test")
@click.argument("name")
@click.argument("file", type=FILE)
@output
def try_file(name: str, file: Path, form: str) -> None:
    """Read FILE as this feed would and show what it says about us; store nothing."""
    context = open_desk()
    from aupkeep.app.feeds.fetch_feeds import try_list

    tried = try_list(context, name, file.name, file.read_bytes())
    head = ["kind", "address", "url", "domain", "at"]
    counts = {key: value for key, value in as_json(tried).items() if key != "findings"}
    findings = listing(head, tried.findings, "Nothing about us.")
    show(form, tried, lambda: [*pairs(counts), "", *findings])


def _as_json(feed: "FeedStatus") -> dict[str, Any]:
    """How a feed stands, with the names the commands print."""
    value = {
        "feed": feed.name,
        "title": feed.title,
        "on": feed.on,
        "outcome": feed.outcome,
        "trouble": feed.trouble or None,
        "remark": feed.remark or None,
        "alarm": feed.alarm or None,
        "tried": feed.tried_at,
        "good": feed.good_at,
        "next": feed.due_at,
        "failures": feed.failures,
        "seen": feed.seen,
        "foreign": feed.foreign,
        "dead": feed.dead,
        "ours": feed.ours,
        "told": feed.told,
        "copies": feed.copies,
        "listed": feed.listed,
        "terms": feed.terms,
    }
    return {name: as_json(item) for name, item in value.items()}


def _switch(name: str, named: tuple[str, ...], form: str, *, on: bool) -> None:
    context, person = open_desk_as(named)
    from aupkeep.app.feeds.subscriptions import switch
    from aupkeep.app.pages.feeds.status import one_feed

    changed = switch(context, name, on=on, person=person)
    row = one_feed(context, name)
    show(form, {"feed": name, "on": on, "changed": changed, "every": row.every, "terms": row.terms})
