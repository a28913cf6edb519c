"""Attacks from tenant A, all bounded.

The attacks are made by the tools that attackers use where Debian has them (nmap, hping3), the rest
by `traffic` and `application_traffic`. Nothing leaves the lab's namespaces, whose addresses are
those of documentation; each attack ends by itself within half a minute.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from subprocess import Popen

from aupkeep.lab.namespaces import ADDRESS, ADDRESS6, PATH
from aupkeep.lab.scene import APPLICATION, Scene
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import Measure

INTERNET, A, B = (str(ADDRESS[host]) for host in ("internet", "tenant-a", "tenant-b"))
INTERNET6 = str(ADDRESS6["internet"])
EXCHANGERS = tuple(str(IPv4Address("192.0.2.11") + number) for number in range(40))
EXCHANGERS6 = tuple(str(IPv6Address("2001:db8:f::11") + number) for number in range(40))
VICTIM = "192.0.2.61"  # who gets the large answers
PACKETS = 40_000  # of a flood, at most
PACE = 2_000  # of a flood, a second
LARGE, SMALL = 1_400, 90  # bytes of an answer: an open resolver's, an honest name server's
MAILS, MAIL_PACE = 1_500, 100
TASKS, GUESSES = 8, 250  # sessions at once, sessions in all
Words = list[tuple[str, list[str]]]  # host, command


@dataclass(frozen=True, slots=True, kw_only=True)
class LabAttack:
    """One attack and what must come of it.

    `words` gives the commands for an attacking address and a folder for their counts; `service` is
    what packets are counted; `measure` the narrow measure of the sample policy, None where it only
    tells; `alone` whether a rule may take it, else a person decides. `programs` maps a tool to
    Debian's package.
    """

    name: str
    says: str
    kind: str
    clause: str
    service: str
    measure: Measure | None
    alone: bool
    words: Callable[[str, Path], Words]
    programs: Mapping[str, str] = field(default_factory=dict)

    def missing(self) -> str | None:
        """Which tool is not installed, as a sentence, or None."""
        for program, package in self.programs.items():
            if shutil.which(program, path=PATH) is None:
                return f"the program {program!r} is missing (Debian: apt-get install {package})"
        return None

    def begin(self, scene: Scene, source: str = A) -> list[Popen[bytes]]:
        """Start it from that address of tenant A. Raises `Unavailable` without its tool."""
        reason = self.missing()
        if reason:
            raise Unavailable(reason)
        return run(scene, self.words(source, scene.folder), self.name)


def run(scene: Scene, words: Iterable[tuple[str, list[str]]], name: str) -> list[Popen[bytes]]:
    """Start commands in their hosts; what they say goes to a file of that name."""
    return [scene.lab.popen(host, argv, scene.folder / f"{name}.log") for host, argv in words]


def furnish(scene: Scene) -> None:
    """Mail exchangers and a victim at the internet host, name servers at both tenants and there."""
    more = "\n".join(
        [f"addr add {address}/32 dev eth0" for address in (*EXCHANGERS, VICTIM)]
        + [f"addr add {address}/128 dev eth0 nodad" for address in EXCHANGERS6]
    )
    done = scene.lab.run("internet", ["ip", "-batch", "-"], feed=more)
    if done.returncode != 0:
        raise Unavailable(f"the internet host's addresses: {done.stderr.strip()[:200]}")
    folder = scene.folder
    servers = [
        ("internet", [*APPLICATION, "mail", str(folder / "mail.json")]),
        ("internet", [*APPLICATION, "names", str(SMALL), str(folder / "names-internet.json")]),
        ("tenant-a", [*APPLICATION, "names", str(LARGE), str(folder / "names-tenant-a.json")]),
        ("tenant-b", [*APPLICATION, "names", str(SMALL), str(folder / "names-tenant-b.json")]),
    ]
    run(scene, servers, "servers")


def six(source: str) -> bool:
    """Whether an attack is one over IPv6: that is told by its source.

    >>> six("2001:db8:a::20"), six("203.0.113.20")
    (True, False)
    """
    return ":" in source


def _flood(source: str, folder: Path) -> Words:
    del folder
    return flood_from(source)


def flood_from(source: str, packets: int = PACKETS, pace: int = PACE) -> Words:
    """A SYN flood from an address of tenant A, so many packets, so many a second."""
    words = ["hping3", "-q", "-n", "-S", "-a", source, "-p", "80"]
    return [("tenant-a", [*words, "-i", f"u{1_000_000 // pace}", "-c", str(packets), INTERNET])]


def _scan(source: str, folder: Path) -> Words:
    del folder
    words = ["nmap", "-n", "-Pn", "-sS", "-T4", "--max-retries", "0", "-S", source, "-e", "eth0"]
    words += ["-6"] if six(source) else []
    return [("tenant-a", [*words, "-p", "1-1000", INTERNET6 if six(source) else INTERNET])]


def _guess(source: str, folder: Path) -> Words:
    counts, to = str(folder / f"guess-{source}.json"), INTERNET6 if six(source) else INTERNET
    return [("tenant-a", [*APPLICATION, "guess", source, to, str(TASKS), str(GUESSES), counts])]


def _mails(source: str, folder: Path) -> Words:
    counts = str(folder / f"sent-{source}.json")
    words = [*APPLICATION, "send", source, str(MAILS), str(MAIL_PACE), counts]
    return [("tenant-a", [*words, *(EXCHANGERS6 if six(source) else EXCHANGERS)])]


def _amplify(source: str, folder: Path) -> Words:
    words = [
        *APPLICATION,
        "ask",
        VICTIM,
        source,
        str(PACKETS),
        str(PACE),
        str(folder / "asked.json"),
    ]
    return [("internet", words)]


ATTACKS = {
    attack.name: attack
    for attack in (
        LabAttack(
            name="flood",
            says="a SYN flood by hping3 at one web server",
            kind="connection/ddos",
            clause="interference",
            service="tcp:80",
            measure=Measure.BLOCK_DESTINATION,
            alone=True,
            words=_flood,
            programs={"hping3": "hping3"},
        ),
        LabAttack(
            name="scan",
            says="a SYN scan by nmap of 1,000 ports",
            kind="connection/port_scan",
            clause="intrusion",
            service="tcp",
            measure=None,
            alone=False,
            words=_scan,
            programs={"nmap": "nmap"},
        ),
        LabAttack(
            name="guessing",
            says="password guessing at one SSH server",
            kind="connection/login_attack",
            clause="intrusion",
            service="tcp:22",
            measure=Measure.BLOCK_PORT,
            alone=False,
            words=_guess,
        ),
        LabAttack(
            name="mail",
            says="a burst of mail to forty exchangers",
            kind="messaging/spam",
            clause="spam",
            service="tcp:25",
            measure=Measure.LIMIT_SMTP,
            alone=False,
            words=_mails,
        ),
        LabAttack(
            name="amplification",
            says="an open name server that answers a forged sender with twenty times as much",
            kind="connection/ddos",
            clause="interference",
            service="udp",
            measure=Measure.BLOCK_DESTINATION,
            alone=False,
            words=_amplify,
        ),
    )
}
