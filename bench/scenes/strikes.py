"""Harm as its tools do it, written after the rules that it first met; strengths as in `attacks`.

Each lasts from a third to two thirds of the time, so that how long it took to be seen is known.
"""

from collections.abc import Mapping

import numpy as np

from scenes.attacks import FLOODS, SCANS, Act, Attack, _flows
from scenes.flows import ACK, ECHO, FIN, ICMP, PSH, RST, SYN, UDP, Place

MOST = 60_000


def begins(place: Place) -> tuple[int, int]:
    """When a strike begins, and how long it lasts."""
    return place.start + place.length // 3, place.length // 3


def _bare(place: Place, packets: float, flags: int, sport: int, size: int = 40) -> None:
    start, lasts = begins(place)
    count, each = _flows(lasts / 1000 * packets)
    place.send(place.address, place.peer(), start + place.rng.integers(0, lasts, count),
               sport=place.rng.integers(sport, 65_000, count), dport=443, flags=flags,
               packets=each, size=size, lasts=0)  # fmt: skip


def syn_with_options(place: Place, strength: float) -> None:
    """SYN as Mirai builds it: with a system's options, from ports of all sorts."""
    _bare(place, 8_000 * strength, SYN, 1, 60)


def plain_syn(place: Place, strength: float) -> None:
    """SYN without options from ports that clients have."""
    _bare(place, 3_000 * strength, SYN, 1_024)


def syn_carpet(place: Place, strength: float) -> None:
    """SYN to every address of somebody's /24."""
    start, lasts = begins(place)
    base = place.peer() & ~0xFF
    count, each = _flows(lasts / 1000 * 10_000 * strength)
    place.send(place.address, [base + at for at in range(256)],
               start + place.rng.integers(0, lasts, count),
               sport=place.rng.integers(1, 65_000, count), dport=80, flags=SYN,
               packets=each)  # fmt: skip


def ack_with_payload(place: Place, strength: float) -> None:
    """ACKs of no connection, each with half a kilobyte."""
    _bare(place, 12_000 * strength, ACK | PSH, 1_024, 552)


def ack_from_one_port(place: Place, strength: float) -> None:
    """Bare ACKs from one port to one port."""
    start, lasts = begins(place)
    place.send(place.address, place.peer(), np.array([start]), sport=5_000, dport=80, flags=ACK,
               packets=int(lasts / 1000 * 15_000 * strength), size=40, lasts=lasts)  # fmt: skip


def fin_flood(place: Place, strength: float) -> None:
    """FIN with ACK of no connection."""
    _bare(place, 12_000 * strength, FIN | ACK, 1_024)


def rst_flood(place: Place, strength: float) -> None:
    """RST of no connection."""
    _bare(place, 12_000 * strength, RST, 1_024)


def udp_plain(place: Place, strength: float) -> None:
    """A script's datagrams to random ports of one host, by one socket."""
    start, lasts = begins(place)
    count, each = _flows(lasts / 1000 * 25_000 * strength)
    place.send(place.address, place.peer(), start + place.rng.integers(0, lasts, count), proto=UDP,
               sport=40_404, dport=place.rng.integers(1, 65_000, count), packets=each,
               size=1_052)  # fmt: skip


def udp_of_one_socket(place: Place, strength: float) -> None:
    """The same for longer: each of its ports is hit again and again, a packet every few seconds."""
    start, lasts = begins(place)
    ports = np.arange(1, 40_001)
    place.send(place.address, place.peer(), start + ports // 20, proto=UDP, sport=40_404,
               dport=ports, packets=int(lasts / 1000 * 25_000 * strength / len(ports)), size=1_052,
               lasts=lasts - 2_000)  # fmt: skip


def udp_to_a_game(place: Place, strength: float) -> None:
    """Small datagrams from random ports to one port of a game's host."""
    start, lasts = begins(place)
    count, each = _flows(lasts / 1000 * 40_000 * strength)
    place.send(place.address, place.peer(), start + place.rng.integers(0, lasts, count), proto=UDP,
               sport=place.rng.integers(1, 65_000, count), dport=30_120, packets=each,
               size=60)  # fmt: skip


def udp_carpet(place: Place, strength: float) -> None:
    """Datagrams to every address of somebody's /24."""
    start, lasts = begins(place)
    base = place.peer() & ~0xFF
    count, each = _flows(lasts / 1000 * 40_000 * strength)
    place.send(place.address, [base + at for at in range(256)],
               start + place.rng.integers(0, lasts, count), proto=UDP, sport=place.ports(count),
               dport=place.rng.integers(1, 65_000, count), packets=each, size=512)  # fmt: skip


def pings(place: Place, strength: float) -> None:
    """Large pings of one host that drops them."""
    start, lasts = begins(place)
    at = start + 1_000 * np.arange(lasts // 1000)
    place.send(place.address, place.peer(), at, proto=ICMP, icmp=ECHO, size=1_028, lasts=999,
               packets=int(6_000 * strength))  # fmt: skip


def closed_port_messages(place: Place, strength: float) -> None:
    """ICMP that says "port unreachable" by the thousand to a firewall that said nothing."""
    start, lasts = begins(place)
    at = start + 1_000 * np.arange(lasts // 1000)
    place.send(place.address, place.peer(), at, proto=ICMP, icmp=0x0303, size=68, lasts=999,
               packets=int(20_000 * strength))  # fmt: skip


def fragments(place: Place, strength: float) -> None:
    """Later fragments without a first one."""
    start, lasts = begins(place)
    at = start + 1_000 * np.arange(lasts // 1000)
    place.send(place.address, place.peer(), at, proto=UDP, fragment=2, size=1_480, lasts=999,
               packets=int(12_000 * strength))  # fmt: skip


def _reflects(place: Place, strength: float, port: int, asked: int, told: int) -> None:
    start, lasts = begins(place)
    count = int(min(lasts / 1000 * 600 * strength, MOST))
    at, ports = start + place.rng.integers(0, lasts, count), place.ports(count)
    victim = place.peer()
    place.send(victim, place.address, at, proto=UDP, sport=ports, dport=port, size=asked)
    place.send(place.address, victim, at + 1, proto=UDP, sport=port, dport=ports, size=told,
               packets=3)  # fmt: skip


def time_reflected(place: Place, strength: float) -> None:
    """A time server that still tells whom it serves."""
    _reflects(place, strength, 123, 36, 468)


def directory_reflected(place: Place, strength: float) -> None:
    """A directory that answers by UDP."""
    _reflects(place, strength, 389, 80, 1_460)


def discovery_reflected(place: Place, strength: float) -> None:
    """A router's SSDP."""
    _reflects(place, strength, 1_900, 118, 340)


def _scan(place: Place, port: int, a_second: float, share: float = 1 / 3) -> None:
    start = begins(place)[0]
    lasts = int(place.length * share)
    count = int(min(lasts / 1000 * a_second, MOST))
    at, hosts = start + place.rng.integers(0, lasts, count), place.peers(count)
    alive = count // 12
    place.talk(place.address, hosts[:alive], at[:alive], dport=port, out=4, back=3, lasts=80)
    place.fail(place.address, hosts[alive:], at[alive:], dport=port, refused=0.1, tries=1)


def ssh_scan(place: Place, strength: float) -> None:
    """SSH looked for, sixty hosts a second."""
    _scan(place, 22, 60 * strength)


def desktop_scan(place: Place, strength: float) -> None:
    """Remote desktops looked for."""
    _scan(place, 3389, 60 * strength)


def share_scan(place: Place, strength: float) -> None:
    """Windows shares looked for, as worms do."""
    _scan(place, 445, 200 * strength)


def slow_scan(place: Place, strength: float) -> None:
    """A host in five seconds."""
    _scan(place, 22, 0.4 * strength, 0.65)


def spam(place: Place, strength: float) -> None:
    """Letters to hundreds of servers by a machine that took none."""
    start, lasts = begins(place)
    count = int(lasts / 1000 * 6 * strength)
    place.talk(place.address, place.peers(count), start + place.rng.integers(0, lasts, count),
               dport=25, out=place.around(20, 0.2, count), back=15, out_size=350,
               back_size=85)  # fmt: skip


def _web(place: Place, a_second: float, port: int, out: int, lasts: int) -> None:
    start, length = begins(place)
    count = int(min(length / 1000 * a_second, MOST))
    place.talk(place.address, place.peer(), start + place.rng.integers(0, length, count),
               dport=port, out=out, back=out, out_size=90, back_size=300, lasts=lasts)  # fmt: skip


def requests_by_the_thousand(place: Place, strength: float) -> None:
    """A page asked for 700 times a second, a connection each."""
    _web(place, 700 * strength, 443, 8, 150)


def slow_requests(place: Place, strength: float) -> None:
    """Four hundred connections held open by a byte now and then, opened anew as they end."""
    _web(place, 20 * strength, 80, 6, 20_000)


def names_drowned(place: Place, strength: float) -> None:
    """Questions for random names of one zone, sent to its servers by thousands a second."""
    start, lasts = begins(place)
    count, each = _flows(lasts / 1000 * 15_000 * strength)
    at, ports = start + place.rng.integers(0, lasts, count), place.ports(count)
    whom = place.peers(2)
    place.send(place.address, whom, at, proto=UDP, sport=ports, dport=53, packets=each, size=75)
    place.send(whom, place.address, at[::20] + 30, proto=UDP, sport=53, dport=ports[::20],
               packets=each, size=140)  # fmt: skip


def login_guesses(place: Place, strength: float) -> None:
    """Password after password at one remote desktop."""
    start, lasts = begins(place)
    count = int(lasts / 1000 * 2 * strength)
    place.talk(place.address, place.peer(), start + place.rng.integers(0, lasts, count), dport=3389,
               out=place.around(14, 0.1, count), back=12, out_size=140, back_size=160,
               lasts=place.around(1_800, 0.2, count))  # fmt: skip


def telnet_worm(place: Place, strength: float) -> None:
    """Telnet of everybody."""
    _scan(place, 23, 40 * strength)


def gre(place: Place, strength: float) -> None:
    """GRE to nobody who unpacks it."""
    start, lasts = begins(place)
    at = start + 1_000 * np.arange(lasts // 1000)
    place.send(place.address, place.peer(), at, proto=47, size=540, lasts=999,
               packets=int(15_000 * strength))  # fmt: skip


def victim_of_reflection(place: Place, strength: float) -> None:
    """Answers of time servers and directories that were never asked come to us."""
    start, lasts = begins(place)
    count, each = 8_000, int(lasts / 1000 * 40_000 * strength / 8_000) + 1
    place.send(place.peers(2_000), place.address, start + place.rng.integers(0, lasts, count),
               proto=UDP, sport=123, dport=place.rng.integers(1_024, 65_000, count), packets=each,
               size=468, lasts=100)  # fmt: skip


def victim_of_syn(place: Place, strength: float) -> None:
    """Forged SYN come to our site."""
    start, lasts = begins(place)
    count = int(min(lasts / 1000 * 3_000 * strength, 240_000))
    place.send(place.peers(20_000), place.address, start + place.rng.integers(0, lasts, count),
               sport=place.ports(count), dport=443, flags=SYN)  # fmt: skip


def _strike(act: Act, *must: str) -> Attack:
    return Attack(act, must, (*FLOODS, *SCANS))


BARE, VICTIM, GUESSED = "bare-tcp-flood", "inbound-victim", "credential-guessing"
STRIKES: Mapping[str, Attack] = {
    act.__name__.replace("_", " "): _strike(act, *must.split())
    for act, must in (
        (syn_with_options, "syn-flood"), (plain_syn, "syn-flood"), (syn_carpet, "syn-flood"),
        (ack_with_payload, ""), (ack_from_one_port, BARE), (fin_flood, BARE), (rst_flood, BARE),
        (udp_plain, "udp-flood"), (udp_of_one_socket, "udp-flood"),
        (udp_to_a_game, "udp-flood"), (udp_carpet, "udp-flood"),
        (pings, "icmp-flood"), (closed_port_messages, "icmp-flood"), (fragments, "fragment-flood"),
        (time_reflected, "amplifier"), (directory_reflected, "amplifier"),
        (discovery_reflected, "amplifier"), (ssh_scan, "horizontal-scan"),
        (desktop_scan, "horizontal-scan"), (share_scan, "horizontal-scan"),
        (slow_scan, "horizontal-scan"), (spam, "smtp-burst"), (requests_by_the_thousand, ""),
        (slow_requests, ""), (names_drowned, ""), (login_guesses, GUESSED),
        (telnet_worm, "telnet-fanout"), (gre, "protocol-flood"), (victim_of_reflection, VICTIM),
        (victim_of_syn, VICTIM),
    )
}  # fmt: skip
