"""What stands beside a traffic picture: sampling and its source, the chance, forged senders."""

from collections.abc import Iterable, Mapping

from aupkeep.app.pages.flows.collector_json import objects
from aupkeep.app.pages.traffic.page import FlowExhibit
from aupkeep.app.telemetry.collector import state_files
from aupkeep.config.home import Home
from aupkeep.model.case import Claim
from aupkeep.model.entry import EntryType
from aupkeep.store.log import Logged

STATS = "stats"
UNKNOWN = "not known: counts are as exported, and nothing acts on them by itself"
SOURCES = {
    "override": "as the operator set it, whatever the exporter states",
    "record": "as each record states it",
    "header": "as each datagram states it",
    "options": "as the exporter states it in its options data",
    "static": "as the operator set it; the exporter states none",
}


def sampling_of(home: Home, exhibits: Iterable[FlowExhibit]) -> str:
    """Which rates the rows behind the findings carry, by exporter, and who says so."""
    rates: dict[str, set[int]] = {}
    for line in (line for exhibit in exhibits for line in exhibit.lines):
        rates.setdefault(line.exporter, set()).add(line.sampling or 0)
    said = _sources(state_files.read(home.flows, STATS))
    sentences = (
        _exporter(name, by_exporter, said.get(name, ""))
        for name, by_exporter in sorted(rates.items())
    )
    return "; ".join(sentences)


def _exporter(name: str, rates: set[int], source: str) -> str:
    """One exporter's rates, with the source where a rate is known."""
    words = ", ".join(_rate(rate) for rate in sorted(rates))
    why = SOURCES.get(source, "") if all(rates) else ""
    return f"{name or 'an exporter without a name'}: {words}{f', {why}' if why else ''}"


def _rate(sampling: int) -> str:
    if not sampling:
        return UNKNOWN
    return "every packet (1 in 1)" if sampling == 1 else f"1 packet in {sampling:,}"


def _sources(stats: object) -> dict[str, str]:
    """The source of each exporter's rate, by its address; none where the collector is silent."""
    rows = stats.get("exporters") if isinstance(stats, Mapping) else None
    source_by_address: dict[str, str] = {}
    for exporter in objects(rows):
        sources = {str(rate.get("source")) for rate in objects(exporter.get("sampling"))}
        if len(sources) == 1:
            source_by_address[str(exporter.get("address"))] = sources.pop()
    return source_by_address


def chance_of(claims: Iterable[Claim]) -> str:
    """The stated probability of seeing such an event at that sampling, the lowest of them."""
    stated = [_share(claim.finding.details.get("chance", "")) for claim in claims]
    known = [share for share in stated if share is not None]
    return f"{min(known):.1%} at this sampling, as the detector states it" if known else ""


def _share(text: str) -> float | None:
    try:
        share = float(text)
    except ValueError:
        return None
    return share if 0 <= share <= 1 else None


def spoof_of(logged: Iterable[Logged]) -> str:
    """What came of comparing the complaint with our own records, the newest answer; "": not asked.

    With it stands how likely it is that sampling hid the traffic, where that is known.
    """
    asked = [line.entry.payload for line in logged if line.entry.type is EntryType.CLAIM_CHECKED]
    if not asked:
        return ""
    missed = asked[-1].get("missed")
    why = str(asked[-1].get("why", ""))
    if not isinstance(missed, int | float):
        return why
    return f"{why.rstrip('.')}; the chance that sampling hid all of it is {missed:.1%}"
