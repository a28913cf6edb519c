"""ThreatFox of abuse.ch: servers and URLs of malware, as CSV or JSON; times are UTC.

A row names its value by type: `ip:port`, `domain`, `url`, or a hash of a file, which is no host and
is left out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from aupkeep.intake.feed import Feed, FetchedList, ListedItem, Options, ParsedRow
from aupkeep.intake.formats.list_rows import cells, lines, objects, word
from aupkeep.model.report import RejectedRow

URL = "https://threatfox.abuse.ch/export/json/recent/"
COLUMNS = (
    "first_seen_utc", "ioc_id", "ioc_value", "ioc_type", "threat_type", "fk_malware",
    "malware_alias", "malware_printable", "last_seen_utc", "confidence_level",
)  # fmt: skip
KINDS = {
    "botnet_cc": ("infrastructure/botnet", "malicious-code:c2-server"),
    "payload_delivery": ("content/malware", ""),
    "payload": ("content/malware", ""),
    "cc_skimming": ("content/remote_compromise", ""),
}
HOSTS = ("ip:port", "domain", "url")


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each value that is a host."""
    del options
    if copy.data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
        rows: Iterator[tuple[int, Any]] = enumerate(objects(copy.data), start=1)
    else:
        rows = ((n, _cut(line)) for n, line in lines(copy.text, ("#",)))
    for number, row in rows:
        if not isinstance(row, Mapping):
            yield RejectedRow(row=number, reason="expected a row with ioc_value, found none")
            continue
        fields = {name: word(row.get(name)) for name in (*COLUMNS, "tags")}
        if fields["ioc_type"] in HOSTS or not fields["ioc_value"]:
            yield _item(number, fields)


def _cut(line: str) -> dict[str, str] | None:
    row = cells(line)
    return dict(zip(COLUMNS, row, strict=False)) if len(row) >= len(COLUMNS) else None


def _item(number: int, fields: dict[str, str]) -> ParsedRow:
    where, port = fields["ioc_value"], ""
    if not where:
        return RejectedRow(row=number, reason="expected a row with ioc_value, found none")
    if fields["ioc_type"] == "ip:port":
        where, _, port = where.rpartition(":")
        where = where.strip("[]")
    kind, rsit = KINDS.get(fields["threat_type"], ("reputation/threat_intelligence", ""))
    first, last = fields["first_seen_utc"] or "", fields["last_seen_utc"]
    words = (fields["ioc_value"], fields["threat_type"], fields["malware_printable"], first, last)
    return ListedItem(
        row=number,
        where=where,
        kind=kind,
        rsit=rsit,
        text=" ".join(filter(None, words)),  # not who reported it
        at=_time(last) or _time(first),
        since=_time(first),
        port=port,
        confidence=_confidence(fields["confidence_level"]),
        details={"malware": fields["malware_printable"], "threat": fields["threat_type"]},
    )


def _time(text: str) -> str:
    """Some exports write `2026-03-01 12:00:00 UTC`, some leave the word None."""
    return "" if text.lower() in ("none", "null") else text


def _confidence(text: str) -> float:
    """A percentage."""
    return min(int(text), 100) / 100 if text.isdigit() and len(text) <= len("100") else 0.5


FEED = Feed(
    name="threatfox",
    version=1,
    title="ThreatFox",
    origin="abuse.ch",
    terms="abuse.ch: free under its terms of use; a key from https://auth.abuse.ch/ may be needed",
    parse=parse,
    urls=(URL,),
    key_header="Auth-Key",
)
