"""The probes that are there: ours, and those that other packages install (see `plugins`)."""

from collections.abc import Iterable
from functools import cache

from aupkeep.model.case import Claim
from aupkeep.model.errors import Invalid
from aupkeep.model.probe import ProbeTarget
from aupkeep.plugins import plugins
from aupkeep.probes.probe import Probe


@cache
def known_probes() -> dict[str, Probe]:
    """Name → probe, by name."""
    return plugins("aupkeep.probes.kinds", "PROBE")


def probe_named(name: str) -> Probe:
    """The probe of this name. Raises `Invalid`."""
    known = known_probes()
    if name not in known:
        raise Invalid(f"probe: expected one of {', '.join(known)}, found {name[:40]!r}")
    return known[name]


def targets_of(claims: Iterable[Claim]) -> list[ProbeTarget]:
    """Every place that some probe can ask at about these claims, each once, the newest first."""
    newest = sorted(claims, key=lambda claim: (claim.at, claim.id), reverse=True)
    by_place: dict[tuple[object, ...], ProbeTarget] = {}
    for claim in newest:
        for probe in known_probes().values():
            target = probe.aims(claim)
            if target is not None:
                place = (target.probe, target.address, target.port, target.url, target.peer_port)
                by_place.setdefault(place, target)
    return list(by_place.values())
