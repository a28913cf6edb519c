"""Is the port still open? One TCP connection, closed at once; nothing is sent or read."""

from aupkeep.model.case import Claim
from aupkeep.model.finding import Role
from aupkeep.model.probe import ProbeOutcome, ProbeTarget
from aupkeep.probes.probe import Knock, Probe, ProbeAnswer, ProbeMeans, silence

SERVING = (Role.VULNERABLE, Role.CONTROLLER)  # roles whose own port is the service


def aims(claim: Claim) -> ProbeTarget | None:
    """A service of TCP that is the harm itself: open to all, or a controller of infected hosts."""
    finding, subject = claim.finding, claim.finding.subject
    serves = finding.role in SERVING and finding.transport in (None, "tcp")
    if not serves or subject.address is None or not subject.port or subject.url:
        return None
    return ProbeTarget(
        probe="tcp-port", address=subject.address, port=subject.port, protocol="tcp", claim=claim.id
    )


def ask(target: ProbeTarget, means: ProbeMeans) -> ProbeAnswer:
    """Accepted: it is open."""
    match means.connect(target.address, target.port or 0):
        case Knock.ACCEPTED:
            text = f"TCP port {target.port} accepted a connection"
            return ProbeAnswer(outcome=ProbeOutcome.THERE, text=text)
        case Knock.REFUSED:
            text = f"TCP port {target.port} refused a connection"
            return ProbeAnswer(outcome=ProbeOutcome.GONE, text=text)
        case Knock.SILENT:
            return silence(f"TCP port {target.port} did not answer")


PROBE = Probe(
    name="tcp-port",
    version=1,
    says="Is the port still open?",
    most="one TCP connection, closed at once",
    aims=aims,
    ask=ask,
)
