"""Runs the slow detectors, one query on the history at a time, in the housekeeping thread."""

from collections.abc import Container, Iterable, Sequence

from aupkeep.app.telemetry.collector import state_files
from aupkeep.app.telemetry.collector.service import CollectorService
from aupkeep.app.telemetry.findings.hit_document import HitWithRows
from aupkeep.model.errors import TooMany
from aupkeep.telemetry.detect.detector import DetectorHit
from aupkeep.telemetry.detect.network_context import ANY_PORT, ListedContact
from aupkeep.telemetry.history.engine import number_of
from aupkeep.telemetry.history.history import Value
from aupkeep.telemetry.history.parquet import ParquetHistory
from aupkeep.telemetry.rows import flow_record
from aupkeep.telemetry.slow.detector import SlowDetector, slow_detectors
from aupkeep.telemetry.slow.run import run_detector

EVERY = 600_000  # ms between two looks of one detector
TOLD = "slow"  # the file of what was told and when it may be told again
MOST = 10_000  # subjects whose cool-down is kept


class SlowDetection:
    """Runs the slow detectors one by one, so that no call takes long."""

    def __init__(self, service: CollectorService) -> None:
        """What was reported before a restart is not reported again within its cool-down."""
        self._service = service
        self._history = ParquetHistory(service.archive.root)
        self._due = dict.fromkeys(slow_detectors(), 0)
        stored = state_files.read(service.folder, TOLD)
        self._told: dict[str, int] = stored if isinstance(stored, dict) else {}

    def run_once(self) -> None:
        """Run the one that waited longest, if any is due."""
        now, known = self._service.clock(), self._service.config.snapshot
        name = min(self._due, key=lambda detector: self._due[detector], default=None)
        if name is None or not known.own or 0 < self._due[name] - now <= EVERY:
            return
        self._due[name] = now + EVERY
        slow, effective = slow_detectors()[name], self._service.config.rules.get(name)
        rule = effective.rule if effective else None
        tables = {"feed": listed(known.contacts, slow.lists)} if slow.lists else {}
        if tables and not tables["feed"]:  # nobody is listed, which `told_rules` says
            return
        try:
            looked = run_detector(
                self._history, slow, now, known.own,
                rule=rule, tables=tables, classes=known.classes,
            )  # fmt: skip
        except TooMany as error:  # the history is too large for the time it has
            self._service.troubles[name] = str(error)
            return
        self._service.troubles.pop(name, None)
        fresh = [hit for hit in looked.hits if self._is_new(hit, slow, now)]
        if fresh:
            self._service.detection.report(name, [self._with_rows(hit) for hit in fresh])
            self._remember(now)

    def _is_new(self, hit: DetectorHit, slow: SlowDetector, now: int) -> bool:
        key = f"{hit.detector} {hit.address} {hit.peer} {hit.port}"
        if self._told.get(key, 0) > now:
            return False
        self._told[key] = now + slow.cooldown * 1000
        return True

    def _remember(self, now: int) -> None:
        live = sorted((until, key) for key, until in self._told.items() if until > now)[-MOST:]
        self._told = {key: until for until, key in live}
        state_files.write(self._service.folder, TOLD, self._told)

    def _with_rows(self, hit: DetectorHit) -> HitWithRows:
        """The hit with rows of the archive: between its address and peer, at its port."""
        most = self._service.flows.evidence_rows
        answer = self._history.flows(
            hit.address, hit.at, hit.until + 1, limit=most * 10, peer=hit.peer
        )
        flows = [flow_record(row, answer.exporters) for row in answer.rows]
        chosen = [flow for flow in flows if hit.port in {None, flow.sport, flow.dport}]
        return HitWithRows(hit=hit, flows=chosen[-most:])


def listed(contacts: Iterable[ListedContact], lists: Container[str]) -> list[Sequence[Value]]:
    """The rows of the table `feed`, each address and port once; one for any port stands alone."""
    said = {
        (contact.address, contact.port): contact for contact in contacts if contact.label in lists
    }
    return [
        (
            number_of(contact.address),
            contact.label,
            contact.source,
            None if contact.port == ANY_PORT else contact.port,
        )
        for (address, port), contact in said.items()
        if port == ANY_PORT or (address, ANY_PORT) not in said
    ]
