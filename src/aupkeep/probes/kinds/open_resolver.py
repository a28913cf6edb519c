"""Does the resolver still answer everybody? One DNS question about a name that is not theirs."""

import struct

from aupkeep.model.case import Claim
from aupkeep.model.finding import Role
from aupkeep.model.probe import ProbeOutcome, ProbeTarget
from aupkeep.probes.probe import Knock, Probe, ProbeAnswer, ProbeMeans, silence

DNS = 53
NUMBER = 0x4155
ASKED = "example.com"  # a name kept for such use (RFC 2606): any open resolver can find it
HEAD = struct.Struct("!HHHHHH")  # RFC 1035 section 4.1.1
RECURSION_DESIRED, ANSWERS, RECURSION_AVAILABLE, CODE = 0x0100, 0x8000, 0x0080, 0x000F


def question() -> bytes:
    """A query for an A record, recursion desired, without EDNS: an answer is 512 bytes at most."""
    name = b"".join(bytes([len(label)]) + label.encode() for label in ASKED.split("."))
    head = HEAD.pack(NUMBER, RECURSION_DESIRED, 1, 0, 0, 0)
    return head + name + b"\0" + struct.pack("!HH", 1, 1)


def aims(claim: Claim) -> ProbeTarget | None:
    """A name server that is open to everybody."""
    finding, subject = claim.finding, claim.finding.subject
    serves = finding.role is Role.VULNERABLE and subject.port == DNS
    if not serves or subject.address is None or finding.transport not in (None, "udp"):
        return None
    return ProbeTarget(
        probe="open-resolver", address=subject.address, port=DNS, protocol="udp", claim=claim.id
    )


def ask(target: ProbeTarget, means: ProbeMeans) -> ProbeAnswer:
    """An answer with records, found by recursion: open."""
    answer = means.datagram(target.address, target.port or DNS, question())
    if answer.knock is Knock.SILENT:
        return silence("the name server did not answer")
    if answer.knock is Knock.REFUSED:
        text = "nothing listens on UDP port 53"
        return ProbeAnswer(outcome=ProbeOutcome.GONE, text=text)
    if len(answer.data) < HEAD.size:
        text = "what came back is no answer of a name server"
        return ProbeAnswer(outcome=ProbeOutcome.UNCLEAR, text=text)
    number, flags, _, records, _, _ = HEAD.unpack(answer.data[: HEAD.size])
    if number != NUMBER or not flags & ANSWERS:
        text = "what came back is no answer to our question"
        return ProbeAnswer(outcome=ProbeOutcome.UNCLEAR, text=text)
    if flags & RECURSION_AVAILABLE and not flags & CODE and records:
        text = "the name server looked up a name for us that is not its own"
        return ProbeAnswer(outcome=ProbeOutcome.THERE, text=text)
    text = "the name server did not look up a name for us"
    return ProbeAnswer(outcome=ProbeOutcome.GONE, text=text)


PROBE = Probe(
    name="open-resolver",
    version=1,
    says="Does the resolver still answer everybody?",
    most="one DNS query of 29 bytes",
    aims=aims,
    ask=ask,
)
