"""Customers who serve: busy, honest, and easily mistaken. Each stands for a look-alike.

A function takes a `Place` and how busy it is (1: an ordinary day), and lays its flows there.
"""

import numpy as np

from scenes.flows import ACK, ECHO, ICMP, REPLY, RST, SYN, UDP, Place


def web_server(place: Place, busy: float) -> None:
    """Thousands of clients, and a scanner that finds it, as everybody's does."""
    count = int(place.length / 1000 * 40 * busy)
    clients = place.peers(min(count, 3000))
    place.talk(clients, place.address, place.times(count), dport=443,
               out=place.around(14, 0.8, count), back=place.around(40, 1.5, count),
               back_size=1100, lasts=place.around(4000, 1, count))  # fmt: skip
    knocking = place.rng.integers(1, 65535, 200)
    at = place.times(200)
    place.send(place.peer(), place.address, at, sport=50000, dport=knocking, flags=SYN)
    place.send(place.address, place.peer(), at + 1, sport=knocking, dport=50000, flags=RST | ACK)


def quic_server(place: Place, busy: float) -> None:
    """Video over QUIC: UDP from port 443, in large packets, to many."""
    count = int(place.length / 1000 * 6 * busy)
    packets = place.around(6000, 0.8, count)
    place.talk(place.peers(min(count, 2000)), place.address, place.times(count), proto=UDP,
               dport=443, out=packets // 8 + 1, back=packets, out_size=80, back_size=1250,
               lasts=place.around(25_000, 0.5, count))  # fmt: skip


def mail_server(place: Place, busy: float) -> None:
    """Takes mail and brings it, to many servers of which some are dead, and looks up names."""
    inward, outward = int(place.length / 1000 * 2 * busy), int(place.length / 1000 * 1.5 * busy)
    place.talk(place.peers(600), place.address, place.times(inward), dport=25,
               out=place.around(25, 1, inward), back=20, out_size=700, back_size=90)  # fmt: skip
    place.talk(place.peers(200), place.address, place.times(inward), dport=993, out=30, back=40)
    servers = place.peers(500)
    place.talk(place.address, servers, place.times(outward), dport=25,
               out=place.around(25, 1, outward), back=20, out_size=700, back_size=90)  # fmt: skip
    place.fail(place.address, servers[:60], place.times(outward // 10), dport=25)
    names = outward * 6
    place.talk(place.address, place.peers(4), place.times(names), proto=UDP, dport=53, out=1,
               back=1, out_size=80, back_size=160, lasts=30)  # fmt: skip


def name_server(place: Place, busy: float) -> None:
    """Authoritative: answers larger than questions, to resolvers everywhere."""
    count = int(place.length / 1000 * 150 * busy)
    place.talk(place.peers(3000), place.address, place.times(count), proto=UDP, dport=53,
               out=1, back=1, out_size=75, back_size=place.around(260, 0.8, count),
               lasts=1)  # fmt: skip


def resolver(place: Place, busy: float) -> None:
    """Recursive: asks thousands of name servers, some of which are silent."""
    count = int(place.length / 1000 * 80 * busy)
    servers = place.peers(4000)
    place.talk(place.address, servers, place.times(count), proto=UDP, dport=53, out=1, back=1,
               out_size=80, back_size=place.around(220, 0.8, count), lasts=40)  # fmt: skip
    silent = count // 8
    place.send(place.address, servers[:700], place.times(silent), proto=UDP,
               sport=place.ports(silent), dport=53, packets=2, size=80, lasts=1500)  # fmt: skip


def time_server(place: Place, busy: float) -> None:
    """Of the pool: as large an answer as the question, to anybody."""
    count = int(place.length / 1000 * 100 * busy)
    place.talk(place.peers(6000), place.address, place.times(count), proto=UDP, dport=123, out=1,
               back=1, out_size=76, back_size=76, lasts=1)  # fmt: skip


def ftp_server(place: Place, busy: float) -> None:
    """Passive mode: each transfer answers from a port of its own."""
    count = int(place.length / 1000 * 2 * busy)
    clients = place.peers(60)
    place.talk(clients, place.address, place.times(count), dport=21, out=20, back=22, back_size=90)
    ports = place.rng.integers(40000, 50000, count * 3)
    place.talk(clients, place.address, place.times(count * 3), dport=ports,
               out=place.around(60, 1, count * 3), back=place.around(200, 1, count * 3),
               back_size=1400)  # fmt: skip


def game_server(place: Place, busy: float) -> None:
    """64 players at 40 packets a second each way, and browsers of server lists."""
    players = int(64 * busy)
    packets = place.length // 25
    begins = np.full(players, place.start)
    place.talk(place.peers(players), place.address, begins, proto=UDP, dport=27015, out=packets,
               back=packets, out_size=90, back_size=220, lasts=place.length - 1)  # fmt: skip
    asked = int(place.length / 1000 * 5 * busy)
    place.talk(place.peers(500), place.address, place.times(asked), proto=UDP, dport=27015, out=2,
               back=2, out_size=60, back_size=240, lasts=60)  # fmt: skip


def sip_trunk(place: Place, busy: float) -> None:
    """Calls: signalling on 5060, and a stream each way on ports of its own."""
    calls = int(place.length / 60_000 * 20 * busy)
    carriers = place.peers(4)
    place.talk(place.address, carriers, place.times(calls), proto=UDP, sport=5060, dport=5060,
               out=6, back=7, out_size=700, back_size=600)  # fmt: skip
    lasts = place.around(60_000, 0.6, calls)
    ports = 2 * place.rng.integers(8000, 20000, calls)
    place.talk(place.address, carriers, place.times(calls), proto=UDP, sport=ports, dport=ports + 2,
               out=lasts // 20, back=lasts // 20, out_size=200, back_size=200,
               lasts=lasts)  # fmt: skip
    keep = place.steady(30_000)
    place.talk(place.address, carriers[0], keep, proto=UDP, sport=5060, dport=5060, out=1, back=1)


def push_gateway(place: Place, busy: float) -> None:
    """Thousands of sleepy devices kept connected, and one upstream told every 15 seconds."""
    devices = int(2000 * busy)
    begins = np.full(devices, place.start)
    place.talk(
        place.peers(devices),
        place.address,
        begins,
        dport=5223,
        out=place.length // 30_000 + 3,
        back=place.length // 30_000 + 3,
        back_size=80,
        lasts=place.length - 1,
    )
    place.talk(place.address, place.peer(), place.steady(15_000, 0.02), dport=443, out=9, back=8)


def turn_server(place: Place, busy: float) -> None:
    """Relays calls: as much UDP out as in, to ports of the other sides' choice."""
    calls = int(60 * busy)
    begins = place.times(calls)
    lasts = np.minimum(place.start + place.length - begins - 1, 120_000)
    ports = place.rng.integers(20000, 60000, calls)
    place.talk(
        place.peers(calls),
        place.address,
        begins,
        proto=UDP,
        sport=ports,
        dport=3478,
        out=lasts // 20,
        back=lasts // 20,
        out_size=900,
        back_size=900,
        lasts=lasts,
    )


def victim_of_spoofing(place: Place, busy: float) -> None:
    """Answers a trickle of SYN from forged sources: many SYN+ACK to hosts that never asked."""
    count = int(place.length / 1000 * 30 * busy)
    sources, at = place.peers(min(count, 20_000)), place.times(count)
    ports = place.ports(count)
    place.send(sources, place.address, at, sport=ports, dport=443, flags=SYN)
    place.send(place.address, sources, at + 1, sport=443, dport=ports, flags=SYN | ACK, packets=3,
               lasts=6000)  # fmt: skip


def telescope(place: Place, busy: float) -> None:
    """An address nobody uses: scanners knock, and victims elsewhere answer what it never sent."""
    count = int(place.length / 1000 * 3 * busy)
    place.send(place.peers(800), place.address, place.times(count), sport=place.ports(count),
               dport=place.rng.choice([22, 23, 80, 445, 8080], count), flags=SYN)  # fmt: skip
    place.send(place.peers(50), place.address, place.times(count), sport=80,
               dport=place.ports(count), flags=SYN | ACK)  # fmt: skip
    place.send(place.peers(50), place.address, place.times(count), sport=443,
               dport=place.ports(count), flags=RST | ACK)  # fmt: skip


def pinged(place: Place, busy: float) -> None:
    """Somebody pings it hundreds of times a second, and it answers each time."""
    seconds = place.length // 1000 - 1
    at, whom = place.start + 1000 * np.arange(seconds), place.peer()
    packets = int(600 * busy)
    place.send(whom, place.address, at, proto=ICMP, icmp=ECHO, packets=packets, size=84, lasts=999)
    place.send(place.address, whom, at + 1, proto=ICMP, icmp=REPLY, packets=packets, size=84,
               lasts=999)  # fmt: skip


SERVERS = (
    web_server, quic_server, mail_server, name_server, resolver, time_server, ftp_server,
    game_server, sip_trunk, push_gateway, turn_server, victim_of_spoofing, telescope,
    pinged,
)  # fmt: skip
