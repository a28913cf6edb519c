"""Evidence as people may see it: the source's own lines, redacted for the accused."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from aupkeep.evidence.redact import redact
from aupkeep.model.case import Claim
from aupkeep.model.moments import parse_moment
from aupkeep.model.report import Report
from aupkeep.model.subject import Address
from aupkeep.notify import measurements, phrases
from aupkeep.notify.phrases import Language
from aupkeep.store import reports

TABLES = frozenset({"csv", "shadowserver"})  # parsers of rows with columns of all kinds
BETWEEN = " … "  # in place of what a row says besides
AROUND = 400  # characters of a source shown around a value when it has no line breaks near


def is_own_measurement(claim: Claim) -> bool:
    """Whether a claim is by our own telemetry."""
    return claim.finding.source.own


def ended_at(claim: Claim) -> datetime:
    """When the event of a claim ended, by its detector; else the moment of the claim."""
    text = claim.finding.details.get("until", "") if is_own_measurement(claim) else ""
    return parse_moment(text, "until") if text else claim.at


def shown_lines(claims: Iterable[Claim], language: Language = "en") -> list[str]:
    """The lines the claims were read from, each once, with other people's data taken out.

    What our own detectors counted is said in words of the reader's language.
    """
    lines: dict[str, None] = {}
    known: dict[str, Report | None] = {}
    for claim in sorted(claims, key=lambda claim: (claim.at, claim.id)):
        if claim.report is None:
            continue
        if claim.report not in known:
            known[claim.report] = reports.get(claim.report)
        report = known[claim.report]
        line = counted_line(claim, language)
        line = line or (accused_line(report, claim) if report else "")
        if line and report:
            lines[redact(line, secrets=secrets_of(report), keep=own_addresses(claim))] = None
    return list(lines)


def counted_line(claim: Claim, language: Language) -> str:
    """Time, peers and counts in one line; "" for a claim that no detector made."""
    finding, counts = claim.finding, measurements.describe_counts(claim.finding.details, language)
    if not is_own_measurement(claim) or measurements.WINDOW not in finding.details or not counts:
        return ""
    peer = finding.target.address if finding.target else None
    port = finding.target.port if finding.target and finding.target.port else finding.subject.port
    other = f" {('with', 'med')[language == 'nb']} {peer}" if peer else ""
    at = f"{phrases.moment(claim.at, None)}, {finding.subject.address}{other}"
    return f"{at}{f', port {port}' if port else ''}: {counts}"


def of_table(claim: Claim) -> bool:
    """True for a row of a table, whose other columns may name victims, sensors or passwords."""
    return claim.finding.maker.partition("/")[0] in TABLES


def accused_line(report: Report, claim: Claim) -> str:
    """The claim's line as the accused may see it: of a table's row the values that were read."""
    if not of_table(claim):
        return source_line(report, claim)
    parts = report.reading.parts
    places = sorted(place for place in claim.finding.offsets.values() if place.part < len(parts))
    return BETWEEN.join(parts[part][start:end] for part, start, end in places)


def source_line(report: Report, claim: Claim) -> str:
    """The line of the source that holds the claim's values, "" when it has no offsets."""
    span = line_span(report.reading.parts, claim)
    if span is None:
        return ""
    part, start, end = span
    return report.reading.parts[part][start:end].strip()


def line_span(parts: Sequence[str], claim: Claim) -> tuple[int, int, int] | None:
    """Part, start and end of the line around the claim's first value, None without offsets."""
    offsets = claim.finding.offsets
    place = offsets.get("address") or next(iter(offsets.values()), None)
    if place is None or not 0 <= place.part < len(parts):
        return None
    text = parts[place.part]
    start = max(text.rfind("\n", 0, place.start) + 1, place.start - AROUND)
    end = text.find("\n", place.end)
    return place.part, start, min(len(text) if end < 0 else end, place.end + AROUND)


def secrets_of(report: Report) -> tuple[str, ...]:
    """Texts that would reveal the reporter: address, name, domain, message id."""
    reading = report.reading
    domain = (reading.reporter or "").rpartition("@")[2]
    given = (reading.reporter, reading.reporter_name, domain, reading.message_id)
    identity = reading.authentication.identity
    return tuple(value for value in (*given, identity) if value)


def own_addresses(claim: Claim) -> tuple[Address, ...]:
    """The accused's own address, which they may see."""
    address = claim.finding.subject.address
    return () if address is None else (address,)
