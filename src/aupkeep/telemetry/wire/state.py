"""What a decoder remembers between datagrams."""

from collections import Counter
from dataclasses import dataclass, field

from aupkeep.telemetry.rows import Exporters
from aupkeep.telemetry.wire.draft import RowDraft
from aupkeep.telemetry.wire.origin import DatagramOrigin
from aupkeep.telemetry.wire.pending import PendingSets
from aupkeep.telemetry.wire.plan import RecordPlan, plan
from aupkeep.telemetry.wire.sampling import UNKNOWN_RATE, Domain, Sampling
from aupkeep.telemetry.wire.sequences import Sequences
from aupkeep.telemetry.wire.shares import Shares
from aupkeep.telemetry.wire.template import FlowTemplate, TemplateKey
from aupkeep.telemetry.wire.templates import Templates
from aupkeep.telemetry.wire.walk import Inner

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
    plans: dict[TemplateKey, RecordPlan] = field(default_factory=dict)
    boots: Shares[Domain, int] = field(default_factory=lambda: Shares(MOST_BOOTS))
    inner: Inner = True

    def plan(self, key: TemplateKey, template: FlowTemplate) -> RecordPlan:
        """How the records of a template are read, worked out once."""
        record_plan = self.plans.get(key)
        if record_plan is None or record_plan.template is not template:
            if len(self.plans) >= MOST_PLANS:
                self.plans.clear()
            record_plan = self.plans[key] = plan(template, key.version)
        return record_plan

    def boot(self, domain: Domain, at_ms: int) -> None:
        """Remember when an exporter started, as its options told."""
        self.sampling.changes += self.boots.get(domain) != at_ms
        self.boots[domain] = at_ms

    def sample(self, draft: RowDraft, origin: DatagramOrigin, header: int = UNKNOWN_RATE) -> None:
        """Give a row its sampling rate, if anybody stated one."""
        domain = Domain(origin.exporter, int(origin.protocol), origin.domain)
        sampling = self.sampling.of(
            domain,
            own=draft.rate,
            header=header,
            sampler=draft.sampler,
            interface=draft.input,
            template=draft.template,
        )
        if sampling.rate:
            draft.put("sampling", sampling.rate)
