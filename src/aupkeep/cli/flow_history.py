"""Flows that were kept, the collector's own counts, and why a detector spoke."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import click

from aupkeep.app.context import open_context
from aupkeep.cli.output import output, pairs, show, table

SINCE = click.option("--from", "since", help="From this time on, RFC 3339; default an hour back.")
UNTIL = click.option("--until", help="Before this time, RFC 3339; default now.")
EXPORTER = [
    "exporter",
    "address",
    "records/s",
    "records",
    "lost",
    "template age",
    "sampling",
    "may act",
]
FLOW = ["start", "src", "sport", "dst", "dport", "proto", "flags", "packets", "bytes", "sampling"]
TOTAL = ["key", "flows", "packets", "bytes", "first", "last", "of unknown sampling"]
CHECKED = ["case", "why", "flows", "packets", "sampling", "missed"]
HIT = ["hit", "at", "detector", "address", "peer", "port", "mode", "told"]
SEEN = ["detector", "kind", "role", "address", "peer", "port", "at", "until", "confidence", "mode"]


@click.command()
@output
def exporters(form: str) -> None:
    """Each exporter: rate, loss, template age, sampling and who says it; and who was refused."""
    from aupkeep.app.telemetry.questions.flows import exporters_of
    from aupkeep.config.home import find_home
    from aupkeep.config.settings import load

    home = find_home()
    value = exporters_of(home, load(home))
    show(form, value, lambda: _exporters(value))


def _exporters(value: Mapping[str, Any]) -> Iterator[str]:
    """The same as lines."""
    if not value["listen"]:
        yield "Nothing is heard: [flows] listen is empty."
        return
    if not value["running"]:
        yield (
            f"The collector does not run (aupkeep flowd, or aupkeep up for all parts); last word:"
            f" {value['at'] or 'never'}."
        )
    rows = [list(_exporter(one)) for one in value["exporters"]]
    yield from table(EXPORTER, rows, "No exporter is on the list: all are refused.")
    for one in value["refused"]:
        yield (
            f"Refused: {one['address']}, {one['datagrams']:,} datagrams. It is not on the list:"
            " name it in [flows] of aupkeep.toml, or keep it out."
        )
    if value["kernel_drops"]:
        yield f"Lost for want of time: {value['kernel_drops']:,} datagrams; see buffer_bytes."
    for reason, count in value["dropped"].items():
        yield f"Dropped ({reason.replace('_', ' ')}): {count:,}"
    if value["archive"].get("trouble"):
        yield f"Flows are not kept, detection goes on: {value['archive']['trouble']}"
    if value["desk"].get("trouble"):
        waiting = value["desk"].get("waiting") or 0
        yield f"Findings that wait for the desk: {waiting:,}. {value['desk']['trouble']}"
    yield from value["trouble"]
    lacks = {one["name"]: one.get("lacks") for one in value["detectors"]}
    yield from _lacking({name: lists for name, lists in lacks.items() if lists})


def _exporter(one: Mapping[str, Any]) -> Iterator[str]:
    """One exporter's cells."""
    age = one.get("template_age_s")
    yield from (str(one[name]) for name in ("exporter", "address"))
    yield from (f"{one.get(name) or 0:,}" for name in ("rate", "records", "lost"))
    yield "" if age is None else f"{age:,} s"
    yield _sampling(one) or "not heard"
    yield "yes" if one.get("acts") else "no"


def _sampling(one: Mapping[str, Any]) -> str:
    """The rates in use and who says them, each once."""
    told = [f"1:{x['rate']} {x['source']}" if x["rate"] else "unknown" for x in one["sampling"]]
    return ", ".join(dict.fromkeys(told))


@click.command()
@output
def hits(form: str) -> None:
    """The newest hits of all detectors, also of those that are only observed."""
    from aupkeep.app.telemetry.questions.flows import blind_of, hits_of
    from aupkeep.config.home import find_home

    home = find_home()
    found, blind = hits_of(home), blind_of(home)
    rows = [[one.get(name) for name in HIT] for one in found]
    lines = chain(table(HIT, rows, "No detector has seen anything."), _lacking(blind))
    show(form, found, lambda: lines)


def _lacking(blind: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What no hit can come of."""
    for name, lists in blind.items():
        yield f"{name} sees nothing: no list ({', '.join(lists)}) is on; see aupkeep feeds."


@click.command("show")
@click.argument("address")
@click.option("--peer", help="Only flows with this address on the other side.")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1, 1_000_000))
@SINCE
@UNTIL
@output
def show_flows(
    address: str, peer: str | None, limit: int, since: str | None, until: str | None, form: str
) -> None:
    """The flows from and to an address, oldest first, as they were exported."""
    from aupkeep.app.telemetry.findings.display import flow_cells
    from aupkeep.app.telemetry.questions.flows import flows_of, span_of
    from aupkeep.config.home import find_home
    from aupkeep.config.settings import load
    from aupkeep.model.subject import parse_address

    home = find_home()
    value = flows_of(
        home,
        load(home),
        parse_address(address),
        span_of(since, until),
        peer=parse_address(peer, "peer") if peer else None,
        limit=limit,
    )
    rows = map(list, map(flow_cells, value["flows"]))
    show(
        form,
        value["flows"] if form == "jsonl" else value,
        lambda: table(FLOW, rows, "No flow of this address is on record in that time."),
    )
    if value["more"]:
        click.echo(f"There are more than {limit}; ask for less time or more --limit.", err=True)
    if value["unreadable_files"]:
        click.echo(f"{value['unreadable_files']} files could not be read.", err=True)


@click.command()
@click.option(
    "--by",
    "what",
    default="addresses",
    show_default=True,
    type=click.Choice(["addresses", "peers", "ports", "protocols", "exporters"]),
    help="What is counted; peers need an --address.",
)
@click.option("--address", help="Only flows of this address.")
@click.option("--way", type=click.Choice(["out", "in"]), help="Only what leaves, or what comes.")
@click.option("--count", default=10, show_default=True, type=click.IntRange(1, 1000))
@SINCE
@UNTIL
@output
def top(
    *,
    what: str,
    address: str | None,
    way: str | None,
    count: int,
    since: str | None,
    until: str | None,
    form: str,
) -> None:
    """The largest by bytes, sampling multiplied out."""
    from aupkeep.app.telemetry.questions.flows import span_of, top_of
    from aupkeep.config.home import find_home
    from aupkeep.config.settings import load
    from aupkeep.model.subject import parse_address

    home = find_home()
    found = top_of(
        home,
        load(home),
        what,
        span_of(since, until),
        address=parse_address(address) if address else None,
        way=way,
        count=count,
    )
    rows = [list(_total(one)) for one in found]
    show(form, found, lambda: table(TOTAL, rows, "No flow is on record in that time."))


def _total(one: Mapping[str, Any]) -> Iterator[str]:
    """One row of the largest."""
    from aupkeep.app.telemetry.findings.display import size

    yield str(one["key"])
    yield from (f"{one[name]:,}" for name in ("flows", "packets"))
    yield size(one["bytes"])
    yield from (str(one[name]) for name in ("first", "last"))
    yield f"{one['unknown_sampling']:,}"


@click.command()
@click.argument("complaint")
@click.option("--as", "person", default="console", show_default=True, help="Who asks.")
@output
def check(complaint: str, person: str, form: str) -> None:
    """Compare a complaint with our own flows: confirmed, contradicted or not decidable.

    COMPLAINT is a case's reference, a report or a claim. The answer stands on the case.
    """
    context = open_context()
    from aupkeep.app.telemetry.complaints.check import check as compared

    found = compared(context, complaint, person)
    rows = [[one[name] for name in CHECKED] for one in found]
    show(form, found, lambda: table(CHECKED, rows, "Nothing was claimed."))


@click.command()
@click.argument("finding")
@output
def explain(finding: str, form: str) -> None:
    """Why a detector spoke. FINDING is a case's reference, a claim, a report, or a hit (h-…)."""
    from aupkeep.app.telemetry.questions.flows import hits_of
    from aupkeep.config.home import find_home

    seen = [one for one in hits_of(find_home()) if one["hit"] == finding]
    if seen:
        show(form, seen, lambda: _hit(seen[0]))
        return
    context = open_context()
    from aupkeep.app.telemetry.questions.explain import explain as told_of

    found = told_of(context, finding)
    show(form, found, lambda: (line for one in found for line in _explained(one)))


def _hit(one: Mapping[str, Any]) -> Iterator[str]:
    """A hit as lines for a person: what was counted, and what had to be."""
    yield f"{one['hit']}: {one['told']}"
    yield from pairs({name: one.get(name) for name in SEEN})
    yield (
        f"Thresholds for customers of the class {one['class']}:"
        if one.get("class")
        else ("Thresholds:")
    )
    for name, value in (one.get("thresholds") or {}).items():
        yield f"  {name} = {value:g}"
    yield f"Rows kept with it: {one.get('rows') or 0:,}"


def _explained(one: Mapping[str, Any]) -> Iterator[str]:
    """One finding as lines for a person."""
    yield f"{one['detector']}/{one['version']}: {one['says']}"
    yield from pairs({name: one[name] for name in ("case", "address", "at", "mode", "goes")})
    yield (
        f"Thresholds for customers of the class {one['class']}:" if one["class"] else "Thresholds:"
    )
    for each in one["thresholds"]:
        yield f"  {each['name']} = {each['value']:g}  ({each['by']})"
    yield f"Seen: {one['told']}"
    for name, value in one["evidence"].items():
        yield f"  {name}: {value}"
    yield f"Rows ({len(one['flows'])}), SHA-256 of the document {one['digest']}:"
    from aupkeep.app.telemetry.findings.display import flow_cells

    rows = map(list, map(flow_cells, one["flows"]))
    yield from table(FLOW, rows, "  no rows were at hand")
    yield ""
