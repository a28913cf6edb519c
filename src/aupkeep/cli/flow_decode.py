"""Read files of exports and show the flows they tell."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from aupkeep.cli.output import output, show, table

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
            sys.stdout.write(json.dumps(line) + "\n")  # `show` would flush a million times
        sys.stdout.flush()
        return
    *found, last = lines
    value = {"flows": found, **last}
    show(form, value, lambda: _lines(found, last["summary"], why))


def _lines(
    found: list[dict[str, Any]], summary: dict[str, Any], why: Callable[[str], str]
) -> Iterator[str]:
    """A table of the flows, then a line for the whole, then one for each reason."""
    yield from table(HEAD, [_cells(one) for one in found], "No flows.")
    yield ""
    yield f"{summary['datagrams']} datagrams, {summary['records']} records"
    for reason, count in summary["dropped"].items():
        yield f"dropped {count}: {reason} ({why(reason)})"


def _cells(one: dict[str, Any]) -> list[object]:
    """A flow's row; an unknown rate says so."""
    ends = [_end(one["src"], one["sport"]), _end(one["dst"], one["dport"])]
    sampling = "unknown" if one["sampling"] is None else f"1:{one['sampling']}"
    numbers = [one[name] for name in ("proto", "flags", "packets", "bytes")]
    return [one["exporter"], one["protocol"], *ends, *numbers, sampling, one["end"]]


def _end(address: str | None, port: int | None) -> str:
    """An address with its port, as a person writes it."""
    if address is None or port is None:
        return address or ""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
