"""Runbooks: what the network operations centre may do alone, by kind of harm (docs/roles.md)."""

from dataclasses import dataclass

from aupkeep.model.ladder import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """For harm of these kinds (each as it begins) these measures, each for so many hours."""

    name: str
    kinds: tuple[str, ...]
    measures: frozenset[Measure]
    hours: float


RUNBOOKS: dict[str, Runbook] = {
    runbook.name: runbook
    for runbook in (
        Runbook(
            name="flood",
            kinds=("connection/ddos", "protection/"),
            measures=frozenset(
                {
                    Measure.BLOCK_PORT,
                    Measure.BLOCK_DESTINATION,
                    Measure.LIMIT_RATE,
                    Measure.BLOCK_INBOUND,
                    Measure.LIMIT_INBOUND,
                    Measure.BLOCK_SPOOFED,
                    Measure.ISOLATE,
                }
            ),
            hours=4.0,
        ),
        Runbook(
            name="guessing",
            kinds=(
                "connection/login_attack",
                "connection/port_scan",
                "connection/reconnaissance",
                "connection/vulnerability_scan",
            ),
            measures=frozenset({Measure.BLOCK_PORT, Measure.BLOCK_DESTINATION}),
            hours=24.0,
        ),
        Runbook(
            name="spam",
            kinds=("messaging/",),
            measures=frozenset({Measure.LIMIT_SMTP}),
            hours=24.0,
        ),
        Runbook(
            name="infected",
            kinds=("connection/infected_host", "infrastructure/"),
            measures=frozenset({Measure.BLOCK_PORT, Measure.BLOCK_DESTINATION, Measure.ISOLATE}),
            hours=12.0,
        ),
    )
}
