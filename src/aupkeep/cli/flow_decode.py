"""Read files of exports and show the flows they tell."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aupkeep.cli.output import output, show, table
from aupkeep.model.as_json import as_json

if TYPE_CHECKING:
    from aupkeep.app.telemetry.files.decode import DecodedLine

HEAD = [
    "exporter",
    "protocol",
    "from",
    "to",
    "proto",
    "flags",
    "packets",
    "bytes",
    "sampling",
    "end",
]


@click.command()
@click.argument("files", nargs=-1, required=True)
@output
def decode(files: tuple[str, ...], form: str) -> None:
    """Read FILES (captures or datagrams as sent, - for standard input); store nothing.

    NetFlow v5 and v9, IPFIX, sFlow v5. The last line says what was read and what was dropped, why.
    """
    from aupkeep.app.telemetry.files.decode import decode_files, why

    for given in files:
        if given != "-" and (not Path(given).exists() or Path(given).is_dir()):
            raise click.UsageError(f"expected a file or -, found {given}")
    lines = decode_files(files, sys.stdin.buffer)
    if form == "jsonl":
        for line in lines:
            sys.stdout.write(json.dumps(_object(line)) + "\n")  # `show` would flush a million times
        sys.stdout.flush()
        return
    *flows, summary = map(_object, lines)
    value = {"flows": flows, **summary}
    show(form, value, lambda: _lines(flows, summary["summary"], why))


def _object(line: "DecodedLine") -> dict[str, Any]:
    """A flow, or the summary under its name, as JSON has it."""
    return line._asdict() if isinstance(line, tuple) else {"summary": as_json(line)}


def _lines(
    flows: list[dict[str, Any]], summary: dict[str, Any], why: Callable[[str], str]
) -> Iterator[str]:
    """A table of the flows, then a line for the whole, then one for each reason."""
    yield from table(HEAD, [_cells(flow) for flow in flows], "No flows.")
    yield ""
    yield f"{summary['datagrams']} datagrams, {summary['records']} records"
    for reason, count in summary["dropped"].items():
        yield f"dropped {count}: {reason} ({why(reason)})"


def _cells(flow: dict[str, Any]) -> list[object]:
    """A flow's row; an unknown rate says so."""
    ends = [_end(flow["src"], flow["sport"]), _end(flow["dst"], flow["dport"])]
    sampling = "unknown" if flow["sampling"] is None else f"1:{flow['sampling']}"
    numbers = [flow[name] for name in ("proto", "flags", "packets", "bytes")]
    return [flow["exporter"], flow["protocol"], *ends, *numbers, sampling, flow["end"]]


def _end(address: str | None, port: int | None) -> str:
    """An address with its port, as a person writes it."""
    if address is None or port is None:
        return address or ""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
