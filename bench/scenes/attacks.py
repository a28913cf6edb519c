"""Customers who do harm, or whose machines do: each kind, by a strength, and who should see it.

Strength 1 is a plain attack of its kind, 0.2 a faint one, 5 a loud one. A function takes a `Place`
and the strength, and lays its flows there. `ATTACKS` names the detectors that are right about it:
`must` see it at strength 1 without sampling, `may` see it too without being wrong.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from aupkeep.telemetry.rows import RowField
from scenes.flows import (
    ACK,
    ECHO,
    ICMP,
    INTERNET4,
    INTERNET6,
    PSH,
    RST,
    SYN,
    UDP,
    Place,
)

OUR_RESOLVER = 192 << 24 | 2 << 8 | 1  # 192.0.2.1, one of the provider's own services
MOST_FLOWS = 40_000  # of one flood, so that a world fits a test
Act = Callable[[Place, float], None]


class Attack(NamedTuple):
    """What is done, who must and who may see it; `spread`: it concerns so many addresses."""

    act: Act
    must: tuple[str, ...]
    may: tuple[str, ...] = ()
    spread: int = 1


def _span(place: Place, share: float = 0.4) -> tuple[int, int]:
    """When an attack begins and how long it lasts, within the place's time."""
    lasts = int(place.length * share)
    return place.start + int(place.rng.integers(place.length // 10, place.length // 2)), lasts


def _flows(packets: float) -> tuple[int, int]:
    """How many flows a flood of varied ports makes, and packets a flow: few large ones."""
    count = int(min(max(packets, 1), MOST_FLOWS))
    return count, int(max(packets // count, 1))


def syn_flood(place: Place, strength: float) -> None:
    """SYN by the thousand to one port of one host, from ports of all sorts."""
    start, lasts = _span(place)
    count, packets = _flows(lasts / 1000 * 1500 * strength)
    at = start + place.rng.integers(0, lasts, count)
    place.send(place.address, place.peer(), at, sport=place.rng.integers(1024, 65000, count),
               dport=443, flags=SYN, packets=packets, lasts=(packets - 1) * 100)  # fmt: skip


def udp_flood(place: Place, strength: float) -> None:
    """Large datagrams to ports of all sorts of one host that never answers."""
    start, lasts = _span(place)
    count = 400
    at = start + place.rng.integers(0, lasts, count)
    place.send(
        place.address,
        place.peer(),
        np.minimum(at, start + lasts),
        proto=UDP,
        sport=place.rng.integers(1024, 65000, count),
        dport=place.rng.integers(1, 65000, count),
        packets=int(lasts / 1000 * 20_000 * strength / count),
        size=1200,
        lasts=900,
    )


def icmp_flood(place: Place, strength: float) -> None:
    """Echo requests as fast as they go."""
    start, lasts = _span(place)
    place.send(place.address, place.peer(), np.array([start]), proto=ICMP, icmp=ECHO,
               packets=int(lasts / 1000 * 5000 * strength), size=1028, lasts=lasts)  # fmt: skip


def fragment_flood(place: Place, strength: float) -> None:
    """Fragments without an end."""
    start, lasts = _span(place)
    place.send(place.address, place.peer(), np.array([start]), proto=UDP, fragment=2,
               packets=int(lasts / 1000 * 8000 * strength), size=1500, lasts=lasts)  # fmt: skip


def open_amplifier(place: Place, strength: float) -> None:
    """Our resolver answers forged questions: small ones come, large ones go to the victim."""
    start, lasts = _span(place, 0.6)
    victim, count = place.peer(), 300
    at = start + place.rng.integers(0, lasts, count)
    packets = int(lasts / 1000 * 400 * strength / count) + 1
    ports = place.ports(count)
    place.send(victim, place.address, at, proto=UDP, sport=ports, dport=53, packets=packets,
               size=70, lasts=900)  # fmt: skip
    place.send(place.address, victim, at + 1, proto=UDP, sport=53, dport=ports, packets=packets,
               size=1400, lasts=900)  # fmt: skip
    place.send(place.address, victim, at + 1, proto=UDP, fragment=2, packets=packets * 2,
               size=1400, lasts=900)  # fmt: skip


def open_service(place: Place, strength: float) -> None:
    """A memcached that answers whoever asks, and whoever looks for such finds it."""
    count = int(40 * strength) + 5
    place.talk(place.peers(count), place.address, place.times(count), proto=UDP, dport=11211, out=1,
               back=3, out_size=60, back_size=1400, lasts=5)  # fmt: skip


def horizontal_scan(place: Place, strength: float) -> None:
    """Port 445 of host after host; a few have it open."""
    start, lasts = _span(place)
    count = int(min(lasts / 1000 * 8 * strength, 100_000))
    hosts, at = place.peers(count), np.sort(start + place.rng.integers(0, lasts, count))
    open_ = count // 40
    place.talk(place.address, hosts[:open_], at[:open_], dport=445, out=5, back=4, out_size=60)
    place.fail(place.address, hosts[open_:], at[open_:], dport=445, refused=0.2, tries=1)


def vertical_scan(place: Place, strength: float) -> None:
    """Port after port of one host."""
    start, lasts = _span(place)
    count = int(min(lasts / 1000 * 8 * strength, 60_000))
    ports = place.rng.permutation(65_000)[:count] + 1
    place.fail(place.address, place.peer(), np.sort(start + place.rng.integers(0, lasts, count)),
               dport=ports, refused=0.7, tries=1)  # fmt: skip


def icmp_sweep(place: Place, strength: float) -> None:
    """One ping each to thousands of hosts, of which some answer."""
    start, lasts = _span(place)
    count = int(min(lasts / 1000 * 8 * strength, 100_000))
    hosts, at = place.peers(count), start + place.rng.integers(0, lasts, count)
    place.send(place.address, hosts, at, proto=ICMP, icmp=ECHO, size=60)
    there = count // 6
    place.send(hosts[:there], place.address, at[:there] + 40, proto=ICMP, icmp=0, size=60)


def _guess(place: Place, strength: float, port: int, packets: float, size: int) -> None:
    start, lasts = _span(place, 0.6)
    count = int(lasts / 1000 * 0.8 * strength)
    place.talk(
        place.address,
        place.peer(),
        start + place.rng.integers(0, lasts, count),
        dport=port,
        out=place.around(packets, 0.1, count),
        back=place.around(packets, 0.1, count),
        out_size=size,
        back_size=size + 60,
        lasts=place.around(2500, 0.2, count),
    )


def ssh_guessing(place: Place, strength: float) -> None:
    """Password after password at one SSH server."""
    _guess(place, strength, 22, 16, 110)


def odd_guessing(place: Place, strength: float) -> None:
    """The same at a port where nobody looks for SSH."""
    _guess(place, strength, 22022, 16, 110)


def ftp_guessing(place: Place, strength: float) -> None:
    """The same at an FTP server."""
    _guess(place, strength, 21, 9, 62)


def spread_guessing(place: Place, strength: float) -> None:
    """A few guesses at each of many SSH servers, round after round."""
    start, lasts = _span(place, 0.9)
    for peer in place.peers(int(16 * strength) + 8):
        at = start + np.arange(6) * (lasts // 6) + int(place.rng.integers(0, lasts // 7))
        place.talk(place.address, peer, at, dport=22, out=place.rng.integers(12, 16, 6),
                   back=13, out_size=170, back_size=210, lasts=1600)  # fmt: skip


def telnet_fanout(place: Place, strength: float) -> None:
    """A bot of the Mirai kind: telnet of everybody, some of whom let it in."""
    start, lasts = _span(place)
    count = int(min(lasts / 1000 * 12 * strength, 100_000))
    hosts, at = place.peers(count), start + place.rng.integers(0, lasts, count)
    open_ = count // 8
    ports = place.rng.choice([23, 23, 23, 2323], count)
    place.talk(place.address, hosts[:open_], at[:open_], dport=ports[:open_], out=11, back=11,
               out_size=60, back_size=70)  # fmt: skip
    place.fail(place.address, hosts[open_:], at[open_:], dport=ports[open_:], tries=1)


def spam_burst(place: Place, strength: float) -> None:
    """Mail to hundreds of servers by a machine that takes none."""
    start, lasts = _span(place, 0.6)
    count = int(lasts / 1000 * 4 * strength)
    place.talk(
        place.address,
        place.peers(count),
        start + place.rng.integers(0, lasts, count),
        dport=25,
        out=place.around(18, 0.3, count),
        back=14,
        out_size=400,
        back_size=80,
    )
    place.fail(place.address, place.peers(count // 5 + 1), start + np.arange(count // 5 + 1) * 50,
               dport=25)  # fmt: skip


def mail_bomb(place: Place, strength: float) -> None:
    """Mail upon mail to one server."""
    start, lasts = _span(place, 0.6)
    count = int(lasts / 1000 * 6 * strength)
    place.talk(place.address, place.peer(), start + place.rng.integers(0, lasts, count), dport=25,
               out=place.around(18, 0.2, count), back=14, out_size=400, back_size=80)  # fmt: skip


def syn_victim(place: Place, strength: float) -> None:
    """Forged SYN from everywhere; the victim answers what it can."""
    start, lasts = _span(place)
    count, packets = _flows(lasts / 1000 * 2500 * strength)
    at, sources = start + place.rng.integers(0, lasts, count), place.peers(count)
    ports = place.rng.integers(1024, 65000, count)
    place.send(sources, place.address, at, sport=ports, dport=443, flags=SYN, packets=packets,
               lasts=(packets - 1) * 100)  # fmt: skip
    some = count // 4
    back, to = at[:some] + 1, ports[:some]
    place.send(place.address, sources, back, sport=443, dport=to, flags=SYN | ACK)


def amplified_victim(place: Place, strength: float) -> None:
    """Answers of open resolvers and time servers that were never asked."""
    start, lasts = _span(place)
    count = 1500
    at = start + place.rng.integers(0, lasts, count)
    packets = int(lasts / 1000 * 30_000 * strength / count) + 1
    port = int(place.rng.choice([53, 123, 389, 1900, 11211]))
    place.send(place.peers(count), place.address, at, proto=UDP, sport=port,
               dport=place.ports(count), packets=packets, size=1300, lasts=900)  # fmt: skip


def carpet(place: Place, strength: float) -> None:
    """Unasked datagrams to every address of a /24, little to each."""
    start, lasts = _span(place)
    count = 256 * 20
    at = start + place.rng.integers(0, lasts, count)
    place.send(place.peers(900), [place.address + number for number in range(256)], at, proto=UDP,
               sport=place.ports(count), dport=place.rng.integers(1, 65000, count),
               packets=int(lasts / 1000 * 25_000 * strength / count) + 1, size=500,
               lasts=900)  # fmt: skip


def controlled(place: Place, strength: float) -> None:
    """A bot asks the listed controller for work, and gets some."""
    count = max(int(place.length / 60_000 * strength), 1)
    place.talk(place.address, controller(place.six), place.times(count), dport=6667, out=9, back=8)


def controller(six: bool) -> int:  # noqa: FBT001 - the one question
    """The address that the feed lists."""
    return (INTERNET6 if six else INTERNET4) + 70_666


def spoofer(place: Place, strength: float) -> None:
    """Packets with everybody's addresses from behind the customer's own port of the router."""
    start, lasts = _span(place)
    count = int(lasts / 1000 * 300 * strength)
    at = start + place.rng.integers(0, lasts, count)
    forged, ports = place.peers(min(count, 20_000)), place.ports(count)
    place.send(forged, place.peer(), at, sport=ports, dport=80, flags=SYN)
    place.rows[-1]["input"] = place.address & 0xFFFF
    place.rows[-1]["has"] |= int(RowField.INPUT)


def overload(place: Place, strength: float) -> None:
    """A customer asks the provider's own resolver thousands of times a second."""
    start, lasts = _span(place)
    count = 300
    at = start + place.rng.integers(0, lasts, count)
    place.talk(place.address, OUR_RESOLVER, at, proto=UDP, dport=53, out_size=70, back_size=90,
               out=int(lasts / 1000 * 6000 * strength / count), back=1, lasts=900)  # fmt: skip


def ack_flood(place: Place, strength: float) -> None:
    """Packets with ACK that belong to no connection."""
    start, lasts = _span(place)
    place.send(
        place.address,
        place.peer(),
        np.array([start]),
        sport=1024,
        dport=443,
        flags=ACK | PSH,
        packets=int(lasts / 1000 * 20_000 * strength),
        size=60,
        lasts=lasts,
    )


def _bare(place: Place, strength: float, flags: int) -> None:
    """TCP that carries nothing, from ports of all sorts to one of one host."""
    start, lasts = _span(place)
    count, packets = _flows(lasts / 1000 * 15_000 * strength)
    at = start + place.rng.integers(0, lasts, count)
    place.send(place.address, place.peer(), at, sport=place.rng.integers(1024, 65000, count),
               dport=80, flags=flags, packets=packets, lasts=(packets - 1) * 10)  # fmt: skip


def bare_ack_flood(place: Place, strength: float) -> None:
    """ACKs of no connection."""
    _bare(place, strength, ACK)


def reset_flood(place: Place, strength: float) -> None:
    """RSTs of no connection."""
    _bare(place, strength, RST)


def every_flag_flood(place: Place, strength: float) -> None:
    """Packets with every flag at once."""
    _bare(place, strength, 0x3F)


def gre_flood(place: Place, strength: float) -> None:
    """GRE as Mirai sends it, with nobody at the other end."""
    start, lasts = _span(place)
    place.send(place.address, place.peer(), np.array([start]), proto=47,
               packets=int(lasts / 1000 * 15_000 * strength), size=560, lasts=lasts)  # fmt: skip


GUESSED = ("credential-guessing",)
SCANS = ("horizontal-scan", "telnet-fanout", "vertical-scan")
FLOODS = ("syn-flood", "udp-flood", "amplifier", "open-amplifier", "fragment-flood")
ATTACKS: Mapping[str, Attack] = {
    "syn flood": Attack(syn_flood, ("syn-flood",), FLOODS),
    "udp flood": Attack(udp_flood, ("udp-flood",), (*FLOODS, "vertical-scan")),
    "icmp flood": Attack(icmp_flood, ("icmp-flood",), FLOODS),
    "fragment flood": Attack(fragment_flood, ("fragment-flood",), FLOODS),
    "open amplifier": Attack(open_amplifier, ("amplifier",), FLOODS),
    "open service": Attack(open_service, ("open-amplifier",), ("amplifier",)),
    "horizontal scan": Attack(horizontal_scan, ("horizontal-scan",), ("slow-scan",)),
    "vertical scan": Attack(vertical_scan, ("vertical-scan",), ("slow-port-scan",)),
    "icmp sweep": Attack(icmp_sweep, ("icmp-sweep",)),
    "ssh guessing": Attack(ssh_guessing, GUESSED),
    "guessing at an odd port": Attack(odd_guessing, GUESSED),
    "ftp guessing": Attack(ftp_guessing, GUESSED),
    "spread guessing": Attack(spread_guessing, ("spread-guessing",), GUESSED),
    "telnet fan-out": Attack(telnet_fanout, ("telnet-fanout",), (*SCANS, *GUESSED)),
    "spam burst": Attack(spam_burst, ("smtp-burst",), ("horizontal-scan",)),
    "mail bombing": Attack(mail_bomb, ("mail-bombing",), ("smtp-burst", *GUESSED)),
    "ack flood": Attack(ack_flood, (), (*FLOODS, "bare-tcp-flood")),
    "bare ACK flood": Attack(bare_ack_flood, ("bare-tcp-flood",), FLOODS),
    "RST flood": Attack(reset_flood, ("bare-tcp-flood",), FLOODS),
    "flood of every flag": Attack(every_flag_flood, ("bare-tcp-flood",), FLOODS),
    "GRE flood": Attack(gre_flood, ("protocol-flood",), FLOODS),
    "controlled bot": Attack(controlled, ("listed-contact",)),
    "spoofer": Attack(spoofer, ("spoofed-source",)),
    "overload": Attack(overload, ("service-overload",), FLOODS),
    "carpet": Attack(carpet, ("carpet-bombing",), ("inbound-victim",), spread=256),
    "victim of SYN": Attack(syn_victim, ("inbound-victim",), ("carpet-bombing",)),
    "victim of amplification": Attack(amplified_victim, ("inbound-victim",), ("carpet-bombing",)),
}
