"""Does the service still answer one datagram with more? One short question of its own protocol.

Each is what its own clients ask first; none makes a service do or change anything. What comes back
comes to us, who asked: the sender is never forged.
"""

from aupkeep.model.case import Claim
from aupkeep.model.finding import Role
from aupkeep.model.probe import ProbeOutcome, ProbeTarget
from aupkeep.probes.probe import Knock, Probe, ProbeAnswer, ProbeMeans, silence

QUESTIONS: dict[int, bytes] = {
    17: b"\n",  # QOTD, RFC 865
    19: b"\n",  # CHARGEN, RFC 864
    69: b"\x00\x01aupkeep-probe\x00octet\x00",  # TFTP, RFC 1350: a file that is not there
    123: b"\x16\x02\x00\x01" + bytes(8),  # NTP, RFC 9327: read variables, mode 6
    161: bytes.fromhex(  # SNMP, RFC 3416: GetRequest sysDescr.0, community "public"
        "302902010104067075626c6963a01c0204415550010201000201003"
        "00e300c06082b060102010101000500"
    ),
    1900: b'M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\nMan: "ssdp:discover"\r\n'
    b"MX: 1\r\nST: ssdp:all\r\n\r\n",  # SSDP, UPnP device architecture section 1.3
    5353: bytes(4)  # mDNS, RFC 6763 section 9, asked by unicast
    + b"\x00\x01\x00\x00\x00\x00\x00\x00"
    + b"\x09_services\x07_dns-sd\x04_udp\x05local\x00\x00\x0c\x00\x01",
    11211: b"\x00\x01\x00\x00\x00\x01\x00\x00version\r\n",  # memcached, protocol.txt, UDP
}  # fmt: skip
HARMLESS = 1.0  # bytes out for each byte in: below it nobody is hurt by it


def aims(claim: Claim) -> ProbeTarget | None:
    """A service of UDP that is open to everybody, of a protocol that we can ask."""
    finding, subject = claim.finding, claim.finding.subject
    serves = finding.role is Role.VULNERABLE and finding.transport in (None, "udp")
    if not serves or subject.address is None or subject.port not in QUESTIONS:
        return None
    return ProbeTarget(
        probe="amplifier",
        address=subject.address,
        port=subject.port,
        protocol="udp",
        claim=claim.id,
    )


def ask(target: ProbeTarget, means: ProbeMeans) -> ProbeAnswer:
    """An answer at all: it is open, and the text says how much larger the answer is."""
    port = target.port or 0
    asked = QUESTIONS[port]
    answer = means.datagram(target.address, port, asked)
    if answer.knock is Knock.SILENT:
        return silence(f"UDP port {port} did not answer")
    if answer.knock is Knock.REFUSED:
        return ProbeAnswer(outcome=ProbeOutcome.GONE, text=f"nothing listens on UDP port {port}")
    grown = answer.size / len(asked)
    more = f"{grown:.0f} times as much" if grown > HARMLESS else "no more than was asked"
    text = f"UDP port {port} answered {len(asked)} bytes with {answer.size}: {more}"
    return ProbeAnswer(outcome=ProbeOutcome.THERE, text=text)


PROBE = Probe(
    name="amplifier",
    version=1,
    says="Does the service still answer one datagram with more?",
    most="one datagram of at most 100 bytes",
    aims=aims,
    ask=ask,
)
