"""Take things in, or only read them."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from aupkeep.cli.acting import open_desk
from aupkeep.cli.output import listing, output, show, table

FORMS = click.Choice(["auto", "mail", "xarf", "csv", "text"])


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--as",
    "form_in",
    type=FORMS,
    default="auto",
    show_default=True,
    help="Read everything as this.",
)
@click.option(
    "-o",
    "--output",
    "form",
    type=click.Choice(["text", "json", "jsonl"]),
    default="jsonl",
    show_default=True,
    help="How to print the result: jsonl is one object a line.",
)
def parse(paths: tuple[str, ...], form_in: str, form: str) -> int:
    """Read PATHS (files, folders, - for standard input) and show what they say; store nothing."""
    from aupkeep.app.reading.parse import parse_paths

    for given in paths:
        if given != "-" and not (Path(given).is_file() or Path(given).is_dir()):
            raise click.UsageError(f"expected files, folders or -, found {given}")
    lines = parse_paths(paths, form_in, sys.stdin.buffer, datetime.now(UTC))
    if form == "jsonl":
        for line in lines:
            show("json", line, list)
        return 0
    files = list(lines)
    head = ["file", "outcome", "container", "findings", "reason"]
    rows = [[x.file, x.outcome, x.container, len(x.findings), x.reason] for x in files]
    show(form, files, lambda: table(head, rows, "Nothing to read."))
    return 0


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--key", help="An idempotency key, for one file only.")
@click.option("--site", help="Where what they say was seen, of sites whose addresses overlap.")
@click.option(
    "--now/--later", "at_once", default=True, help="Read at once, or leave to the worker."
)
@output
def ingest(
    files: tuple[str, ...], *, key: str | None, site: str | None, at_once: bool, form: str
) -> None:
    """Take in FILES (or - for standard input) as reports; the same bytes twice are one report.

    Each mail of an mbox is a report of its own.
    """
    if key and len(files) > 1:
        raise click.UsageError("--key names one report; expected one file with it")
    bytes_in = [(name, _bytes(name)) for name in files]
    context = open_desk()
    from aupkeep.app.ingest import ingest_files

    ingested = ingest_files(context, bytes_in, key=key, at_once=at_once, site=site)
    head = ["file", "outcome", "repeated", "cases", "reason"]
    show(form, ingested, lambda: listing(head, ingested, "Nothing to take in."))


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    path = Path(name)
    if not path.is_file():
        raise click.UsageError(f"expected a file or -, found {name}")
    return path.read_bytes()
