"""Rows for the tests of the history: a few, of documentation addresses."""

from ipaddress import ip_address
from pathlib import Path

from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.rows import Exporters, RowField, Rows, empty, halves

NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
HOUR = 3_600_000
OURS, PEER = "192.0.2.1", "198.51.100.7"
ALL = (
    RowField.SRC
    | RowField.DST
    | RowField.SPORT
    | RowField.DPORT
    | RowField.PROTO
    | RowField.FLAGS
    | RowField.PACKETS
    | RowField.BYTES
    | RowField.SAMPLING
    | RowField.START
    | RowField.END
)


def rows(*flows: dict[str, object]) -> Rows:
    """One row a flow; what is not given is a TCP flow from ours to the peer's port 443 at noon."""
    made = empty(len(flows))
    for row, flow in zip(made, flows, strict=True):
        src = ip_address(str(flow.get("src", OURS)))
        dst = ip_address(str(flow.get("dst", PEER)))
        (row["src_hi"], row["src_lo"]), (row["dst_hi"], row["dst_lo"]) = halves(src), halves(dst)
        start = int(str(flow.get("start", NOON)))
        end = int(str(flow.get("end", start)))
        row["family"], row["start"], row["end"], row["seen"] = src.version, start, end, end
        row["has"] = ALL
        defaults = {"proto": 6, "sport": 40000, "dport": 443, "packets": 1, "bytes": 100}
        for name, value in {**defaults, "sampling": 1, "flags": 0x1B}.items():
            row[name] = flow.get(name, value)
        row["seen"] = flow.get("seen", end)
    return made


def exporters(*addresses: str) -> Exporters:
    """A table of these exporters, or of one."""
    table = Exporters()
    for one in addresses or ("203.0.113.1",):
        table.number(ip_address(one))
    return table


def stored(root: Path, *batches: Rows, now: int = NOON) -> None:
    """An archive of these batches, one file each."""
    archive = Archive(root, reserve=0)
    table = exporters()
    for batch in batches:
        archive.append(batch, table, now)
        archive.flush()
    archive.close()
