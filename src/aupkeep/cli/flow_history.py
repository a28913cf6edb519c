"""Flows that were kept, the collector's own counts, and why a detector spoke."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from aupkeep.cli.acting import AS, open_desk, open_desk_as
from aupkeep.cli.output import listing, output, pairs, show, table
from aupkeep.config.home import find_home
from aupkeep.config.settings import load
from aupkeep.model.subject import parse_address

if TYPE_CHECKING:
    from aupkeep.app.telemetry.findings.reported_hit import HitSummary
    from aupkeep.app.telemetry.questions.explain import Explanation
    from aupkeep.app.telemetry.questions.flows import CollectorReport, TopEntry

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
    "shows",
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
    from aupkeep.app.telemetry.questions.flows import collector_report

    home = find_home()
    report = collector_report(home, load(home))
    show(form, report, lambda: _exporters(report))


def _exporters(report: "CollectorReport") -> Iterator[str]:
    """The same as lines."""
    if not report.listen:
        yield "Nothing is heard: [flows] listen is empty."
        return
    if not report.running:
        yield (
            f"The collector does not run (aupkeep flowd, or aupkeep up for all parts);"
            f" last word: {report.at or 'never'}."
        )
    rows = [list(_exporter(exporter)) for exporter in report.exporters]
    yield from table(EXPORTER, rows, "No exporter is on the list: all are refused.")
    for refused in report.refused:
        yield (
            f"Refused: {refused['address']}, {refused['datagrams']:,} datagrams. It is not on the"
            " list: name it in [flows] of aupkeep.toml, or keep it out."
        )
    if report.kernel_drops:
        yield f"Lost for want of time: {report.kernel_drops:,} datagrams; see buffer_bytes."
    for reason, count in report.dropped.items():
        yield f"Dropped ({reason.replace('_', ' ')}): {count:,}"
    if report.archive.get("trouble"):
        yield f"Flows are not kept, detection goes on: {report.archive['trouble']}"
    if report.desk.get("trouble"):
        waiting = report.desk.get("waiting") or 0
        yield f"Findings that wait for the desk: {waiting:,}. {report.desk['trouble']}"
    yield from report.trouble
    lacks = {row["name"]: row.get("lacks") for row in report.detectors}
    yield from _lacking({name: lists for name, lists in lacks.items() if lists})


def _exporter(exporter: Mapping[str, Any]) -> Iterator[str]:
    """One exporter's cells."""
    age = exporter.get("template_age_s")
    yield from (str(exporter[name]) for name in ("exporter", "address"))
    yield from (f"{exporter.get(name) or 0:,}" for name in ("rate", "records", "lost"))
    yield "" if age is None else f"{age:,} s"
    yield _sampling(exporter) or "not heard"
    yield exporter.get("ways") or "not known yet"
    yield "yes" if exporter.get("acts") else "no"


def _sampling(exporter: Mapping[str, Any]) -> str:
    """The rates in use and who says them, each once."""
    rates = [
        f"1:{x['rate']} {x['source']}" if x["rate"] else "unknown" for x in exporter["sampling"]
    ]
    return ", ".join(dict.fromkeys(rates))


@click.command()
@output
def hits(form: str) -> None:
    """The newest hits of all detectors, also of those that are only observed."""
    from aupkeep.app.telemetry.questions.flows import lacking_lists, newest_hits

    home = find_home()
    recent_hits, lacking = newest_hits(home), lacking_lists(home)
    lines = chain(listing(HIT, recent_hits, "No detector has seen anything."), _lacking(lacking))
    show(form, recent_hits, lambda: lines)


def _lacking(lacking: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What no hit can come of."""
    for name, lists in lacking.items():
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

    home = find_home()
    history = flows_of(
        home,
        load(home),
        parse_address(address),
        span_of(since, until),
        peer=parse_address(peer, "peer") if peer else None,
        limit=limit,
    )
    rows = map(list, map(flow_cells, history.flows))
    show(
        form,
        history.flows if form == "jsonl" else history,
        lambda: table(FLOW, rows, "No flow of this address is on record in that time."),
    )
    if history.more:
        click.echo(f"There are more than {limit}; ask for less time or more --limit.", err=True)
    if history.unreadable_files:
        click.echo(f"{history.unreadable_files} files could not be read.", err=True)


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

    home = find_home()
    totals = top_of(
        home,
        load(home),
        what,
        span_of(since, until),
        address=parse_address(address) if address else None,
        way=way,
        count=count,
    )
    rows = [list(_total(entry)) for entry in totals]
    show(form, totals, lambda: table(TOTAL, rows, "No flow is on record in that time."))


def _total(entry: "TopEntry") -> Iterator[str]:
    """One row of the largest."""
    from aupkeep.app.telemetry.findings.display import size

    yield entry.key
    yield from (f"{entry.flows:,}", f"{entry.packets:,}", size(entry.bytes))
    yield from (entry.first, entry.last, f"{entry.unknown_sampling:,}")


@click.command()
@click.argument("complaint")
@AS
@output
def check(complaint: str, named: tuple[str, ...], form: str) -> None:
    """Compare a complaint with our own flows: confirmed, contradicted or not decidable.

    COMPLAINT is a case's reference, a report or a claim. The answer stands on the case.
    """
    context, person = open_desk_as(named)
    from aupkeep.app.telemetry.complaints.check import check as compared

    answers = compared(context, complaint, person)
    show(form, answers, lambda: listing(CHECKED, answers, "Nothing was claimed."))


@click.command()
@click.argument("finding")
@output
def explain(finding: str, form: str) -> None:
    """Why a detector spoke. FINDING is a case's reference, a claim, a report, or a hit (h-…)."""
    from aupkeep.app.telemetry.questions.flows import newest_hits

    seen = [hit for hit in newest_hits(find_home()) if hit.hit == finding]
    if seen:
        show(form, seen, lambda: _hit(seen[0]))
        return
    open_desk()
    from aupkeep.app.telemetry.questions.explain import explain as explanations_of

    explanations = explanations_of(finding)
    show(
        form,
        explanations,
        lambda: (line for explanation in explanations for line in _explained(explanation)),
    )


def _hit(hit: "HitSummary") -> Iterator[str]:
    """A hit as lines for a person: what was counted, and what had to be."""
    yield f"{hit.hit}: {hit.told}"
    yield from pairs({name: getattr(hit, name) for name in SEEN})
    yield _thresholds_of(hit.class_)
    for name, value in (hit.thresholds or {}).items():
        yield f"  {name} = {value:g}"
    yield f"Rows kept with it: {hit.rows or 0:,}"


def _thresholds_of(of_class: str | None) -> str:
    return f"Thresholds for customers of the class {of_class}:" if of_class else "Thresholds:"


def _explained(finding: "Explanation") -> Iterator[str]:
    """One finding as lines for a person."""
    yield f"{finding.detector}/{finding.version}: {finding.says}"
    yield from pairs(
        {name: getattr(finding, name) for name in ("case", "address", "at", "mode", "goes")}
    )
    yield _thresholds_of(finding.class_)
    for threshold in finding.thresholds:
        yield f"  {threshold.name} = {threshold.value:g}  ({threshold.by})"
    yield f"Seen: {finding.told}"
    for name, value in finding.evidence.items():
        yield f"  {name}: {value}"
    yield f"Rows ({len(finding.flows)}), SHA-256 of the document {finding.digest}:"
    from aupkeep.app.telemetry.findings.display import flow_cells

    rows = map(list, map(flow_cells, finding.flows))
    yield from table(FLOW, rows, "  no rows were at hand")
    yield ""
