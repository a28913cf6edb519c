"""What a decoder remembers between datagrams."""

from collections import Counter
from dataclasses import dataclass, field

from aupkeep.telemetry.rows import Exporters
from aupkeep.telemetry.wire.exporter_quota import QuotaDict
from aupkeep.telemetry.wire.layers import Inner
from aupkeep.telemetry.wire.origin import DatagramOrigin
from aupkeep.telemetry.wire.pending_sets import PendingSets
from aupkeep.telemetry.wire.record_reader import RecordReader, record_reader
from aupkeep.telemetry.wire.row_builder import RowBuilder
from aupkeep.telemetry.wire.sampling import UNKNOWN_RATE, Domain, Sampling
from aupkeep.telemetry.wire.sequences import Sequences
from aupkeep.telemetry.wire.template import FlowTemplate, TemplateKey
from aupkeep.telemetry.wire.template_store import Templates

MOST_BOOTS = 1024  # of one exporter
MOST_PLANS = 8192


@dataclass(slots=True)
class DecoderState:
    """`dropped` counts what could not be used by reason; `inner` as in `frame.read_frame`.

    `boots` is when exporters started, in ms since 1970.
    """

    exporters: Exporters
    templates: Templates
    sampling: Sampling = field(default_factory=Sampling)
    sequences: Sequences = field(default_factory=Sequences)
    pending: PendingSets = field(default_factory=PendingSets)
    dropped: Counter[str] = field(default_factory=Counter)
    plans: dict[TemplateKey, RecordReader] = field(default_factory=dict)
    boots: QuotaDict[Domain, int] = field(default_factory=lambda: QuotaDict(MOST_BOOTS))
    inner: Inner = True

    def plan(self, key: TemplateKey, template: FlowTemplate) -> RecordReader:
        """How the records of a template are read, worked out once."""
        record_plan = self.plans.get(key)
        if record_plan is None or record_plan.template is not template:
            if len(self.plans) >= MOST_PLANS:
                self.plans.clear()
            record_plan = self.plans[key] = record_reader(template, key.version)
        return record_plan

    def boot(self, domain: Domain, at_ms: int) -> None:
        """Remember when an exporter started, as its options told."""
        self.sampling.changes += self.boots.get(domain) != at_ms
        self.boots[domain] = at_ms

    def sample(self, row: RowBuilder, origin: DatagramOrigin, header: int = UNKNOWN_RATE) -> None:
        """Give a row its sampling rate, if anybody stated one."""
        sampling = self.sampling.of(
            origin.sampling_domain,
            own=row.rate,
            header=header,
            sampler=row.sampler,
            interface=row.input,
            template=row.template,
        )
        if sampling.rate:
            row.put("sampling", sampling.rate)
