"""Do our own flow records still show it? Nothing is sent to anybody."""

from aupkeep.model.case import Claim
from aupkeep.model.finding import Role
from aupkeep.model.probe import ProbeOutcome, ProbeTarget
from aupkeep.probes.probe import Probe, ProbeAnswer, ProbeMeans

SENT = ("connection/", "messaging/", "infrastructure/")  # kinds that flows can show


def aims(claim: Claim) -> ProbeTarget | None:
    """What an address sent to a port of others."""
    finding = claim.finding
    peer = finding.target.port if finding.target else None
    shown = finding.role is Role.OFFENDER and finding.kind.startswith(SENT)
    if not shown or finding.subject.address is None or peer is None:
        return None
    protocol = finding.target.protocol if finding.target else None
    return ProbeTarget(
        probe="flow-gone",
        address=finding.subject.address,
        protocol=protocol,
        peer_port=peer,
        claim=claim.id,
    )


def ask(target: ProbeTarget, means: ProbeMeans) -> ProbeAnswer:
    """A flow to that port in the last ten minutes: it goes on."""
    flows = means.flows(target.address)
    if flows is None:
        text = "nobody watches its traffic now"
        return ProbeAnswer(outcome=ProbeOutcome.UNCLEAR, text=text)
    same = [
        flow
        for flow in flows
        if flow.peer_port == target.peer_port and target.protocol in (None, flow.protocol)
    ]
    to = f"port {target.peer_port} of others"
    if same:
        last = max(flow.at for flow in same)
        text = f"{len(same)} flows to {to} in the last ten minutes, the last at {last:%H:%M:%S} UTC"
        return ProbeAnswer(outcome=ProbeOutcome.THERE, text=text)
    return ProbeAnswer(
        outcome=ProbeOutcome.GONE, text=f"no flow to {to} was seen in the last ten minutes"
    )


PROBE = Probe(
    name="flow-gone",
    version=1,
    says="Do our own flow records still show it?",
    most="nothing",
    aims=aims,
    ask=ask,
    sends=False,
)
