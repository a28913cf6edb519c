"""Try the detectors on yesterday's traffic."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aupkeep.cli.output import output, show
from aupkeep.model.counted import counted

if TYPE_CHECKING:
    from aupkeep.app.telemetry.findings.reported_hit import ReportedHit

ALWAYS = {"sampling", "chance", "window_s"}


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--own", required=True, help="Our own prefixes: 192.0.2.0/24,2001:db8::/32.")
@click.option(
    "--sampling", type=click.IntRange(min=1), help="Take every flow as sampled at one in N."
)
@click.option("--slow", is_flag=True, help="Also run the detectors that look back over a day.")
@output
def replay(files: tuple[str, ...], own: str, sampling: int | None, slow: bool, form: str) -> None:  # noqa: FBT001 - as click hands it on
    """Run the detectors over FILES and show what they would have told; store nothing.

    FILES are captures of exports, export datagrams as sent, captures of the traffic itself, which
    is metered into flows, logs of Zeek (conn.log), Suricata (eve.json) or Argus, or files of
    nfcapd; - for standard input. Time runs as in the files.
    """
    from aupkeep.app.telemetry.files.replay import replay_files

    for given in files:
        if given != "-" and (not Path(given).exists() or Path(given).is_dir()):
            raise click.UsageError(f"expected a file or -, found {given}")
    prefixes = [prefix for prefix in own.split(",") if prefix.strip()]
    findings = replay_files(
        files, prefixes, sys.stdin.buffer, sampling=sampling, slow=slow, say=_say
    )
    if form == "jsonl":
        for hit in findings:
            show("json", hit, list)
        return
    hits = list(findings)
    show(form, hits, lambda: _lines(hits))


def _say(text: str) -> None:
    """Beside the findings, not among them."""
    click.echo(text, err=True)


def _lines(hits: "list[ReportedHit]") -> Iterator[str]:
    """A paragraph for each hit: when and what, who, on what it rests."""
    for hit in hits:
        yield f"{hit.at}  {hit.detector}/{hit.version}  {hit.kind}  {hit.mode}"
        yield f"    {hit.role} {_ends(hit)}, confidence {hit.confidence:g}"
        yield f"    {_evidence(hit.evidence)}"
    yield f"{counted(len(hits), 'finding')}."


def _ends(hit: "ReportedHit") -> str:
    """The subject, and the other side where there is one."""
    port = "" if hit.port is None else f", port {hit.port}"
    peer = "" if hit.peer is None else f", other side {hit.peer}"
    return f"{hit.address}{peer}{port}"


def _evidence(evidence: Mapping[str, Any]) -> str:
    """The counts in words, then over which time, at what sampling, seen how surely."""
    counts = [
        f"{name.replace('_', ' ')} {evidence[name]}" for name in evidence if name not in ALWAYS
    ]
    rate = evidence["sampling"]
    sampled = (
        "sampling unknown" if rate is None else f"sampled 1:{rate}" if rate > 1 else "unsampled"
    )
    span = f"in {evidence['window_s']:g} s"
    return "; ".join([*counts, span, sampled, f"chance to see it {evidence['chance']:g}"])
