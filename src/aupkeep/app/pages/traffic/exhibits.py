"""The flow rows behind a case's findings: shown, and given as files under their digests.

A detector's document may hold findings about several customers; a case is shown its own rows. The
document is given whole, for only whole has it the digest under which it is kept.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.pages.traffic.page import FlowExhibit, FlowFile, FlowFormat, FlowTableRow
from aupkeep.app.telemetry.findings.display import TCP, flag_letters, protocol
from aupkeep.intake.formats import strict_json
from aupkeep.model.case import Claim
from aupkeep.model.errors import Missing, Unavailable, Unreadable
from aupkeep.model.origin import OriginChannel
from aupkeep.model.raw import Channel, Raw
from aupkeep.store import cases, raws, reports

SHOWN = 20  # rows of an exhibit that stand on the page
MOST = 5  # exhibits on the page, the newest
COLUMNS = (
    "start", "end", "proto", "src", "sport", "dst", "dport", "flags", "packets", "bytes",
    "sampling", "input", "output", "vlan", "protocol", "exporter",
)  # fmt: skip
Flow = Mapping[str, object]


def exhibits_of(reference: str, claims: Iterable[Claim]) -> tuple[FlowExhibit, ...]:
    """What our detectors' findings on a case rest on, the newest first."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.report and claim.finding.source.channel is OriginChannel.DETECTOR:
            groups.setdefault(claim.report, []).append(claim)
    newest_ids = sorted(
        groups, key=lambda report_id: max(claim.at for claim in groups[report_id]), reverse=True
    )[:MOST]
    report_by_id = reports.by_ids(newest_ids)
    raw_by_id = raws.by_ids(report.raw for report in report_by_id.values())
    exhibits = (
        _exhibit(reference, report_id, groups[report_id], raw_by_id[report_by_id[report_id].raw])
        for report_id in newest_ids
        if report_id in report_by_id and report_by_id[report_id].raw in raw_by_id
    )
    return tuple(exhibit for exhibit in exhibits if exhibit)


def flow_file(reference: str, exhibit: str, form: FlowFormat) -> FlowFile:
    """One of an exhibit's files with its bytes. Raises `Missing`."""
    case = find_case(reference)
    claims = [claim for claim in cases.claims(case.id) if claim.report == exhibit]
    report = reports.get(exhibit) if claims else None
    raw = raws.get(report.raw) if report else None
    data = _read(raw) if raw else None
    if raw is None or data is None:
        raise Missing(f"flows: expected those of a finding of {reference}, found {exhibit[:60]!r}")
    return _file(reference, form, data, _rows(data, claims))


def _exhibit(reference: str, name: str, claims: list[Claim], raw: Raw) -> FlowExhibit | None:
    data = _read(raw)
    if data is None:
        return None
    rows = _rows(data, claims)
    files = (_file(reference, form, data, rows) for form in FlowFormat)
    return FlowExhibit(
        id=name,
        detector=claims[0].finding.source.identity,
        at=max(claim.at for claim in claims),
        count=len(rows),
        files=tuple(FlowFile(form=file.form, name=file.name, digest=file.digest) for file in files),
        lines=tuple(_line(row) for row in rows[:SHOWN]),
    )


def _read(raw: Raw) -> bytes | None:
    """A detector's document; None for any other raw, and for one whose bytes are gone."""
    if raw.channel is not Channel.DETECTOR:
        return None
    try:
        return raws.read(raw.digest)
    except (Missing, Unavailable):
        return None


def _rows(data: bytes, claims: Iterable[Claim]) -> list[Flow]:
    """The rows that stand beside the findings about the claims' own addresses."""
    about = {str(claim.finding.subject.address) for claim in claims}
    groups = (
        rows
        for finding, rows in zip(*_document(data), strict=False)
        if isinstance(finding, dict) and finding.get("address") in about and isinstance(rows, list)
    )
    return [row for rows in groups for row in rows if isinstance(row, dict)]


def _document(data: bytes) -> tuple[list[object], list[object]]:
    """The findings of a document and the rows of each: `app.telemetry.findings.hit_document`."""
    try:
        document = strict_json.load(data.decode("utf-8"))
    except (UnicodeDecodeError, Unreadable):
        return [], []
    both = (
        document.get(name) if isinstance(document, dict) else None for name in ("findings", "flows")
    )
    findings, flows = (value if isinstance(value, list) else [] for value in both)
    return findings, flows


def _file(reference: str, form: FlowFormat, data: bytes, rows: Iterable[Flow]) -> FlowFile:
    writers = {FlowFormat.DOCUMENT: lambda: data, FlowFormat.LINES: lambda: _lines(rows)}
    contents = writers.get(form, lambda: _table(rows))()
    digest = hashlib.sha256(contents).hexdigest()
    name = f"{reference}-flows-{digest[:12]}.{form}"
    return FlowFile(form=form, name=name, digest=digest, data=contents)


def _lines(rows: Iterable[Flow]) -> bytes:
    """One JSON object a row, as `aupkeep flows decode` prints it."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def _table(rows: Iterable[Flow]) -> bytes:
    """The same as CSV (RFC 4180); what was not exported is empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([row.get(name) for name in COLUMNS] for row in rows)
    return text.getvalue().encode()


def _line(row: Flow) -> FlowTableRow:
    proto = _whole(row, "proto")
    return FlowTableRow(
        start=_moment(row, "start"),
        end=_moment(row, "end"),
        proto=protocol(proto),
        source=_end(row, "src", "sport"),
        destination=_end(row, "dst", "dport"),
        flags=flag_letters(_whole(row, "flags")) if proto in (None, TCP) else "",
        packets=_whole(row, "packets"),
        bytes=_whole(row, "bytes"),
        sampling=_whole(row, "sampling"),
        exporter=str(row.get("exporter") or ""),
    )


def _end(row: Flow, side: str, port: str) -> str:
    """An address with its port, as a person writes it."""
    address, number = str(row.get(side) or "?"), _whole(row, port)
    if number is None:
        return address
    return f"[{address}]:{number}" if ":" in address else f"{address}:{number}"


def _whole(row: Flow, name: str) -> int | None:
    value = row.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _moment(row: Flow, name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(str(row.get(name) or ""))
    except ValueError:
        return None
