"""Customers who harm nobody by packets that carry nothing, or by protocols beside TCP and UDP."""

import numpy as np

from scenes.flows import ACK, PSH, RST, SYN, UDP, Place

GRE, ESP, IPIP = 47, 50, 4
MINUTE = 60_000


def _large(place: Place, busy: float, hosts: int, a_second: int) -> None:
    """Downloads: half as many bare ACKs go as packets come."""
    for peer in place.peers(hosts):
        each = int(60 * a_second * busy / hosts)
        at = place.steady(MINUTE)
        ports = place.ports(len(at))
        place.send(place.address, peer, at, sport=ports, dport=443, flags=ACK, packets=each,
                   size=52, lasts=59_000)  # fmt: skip
        place.send(peer, place.address, at + 20, sport=443, dport=ports, flags=ACK | PSH,
                   packets=each * 2, size=1480, lasts=59_000)  # fmt: skip


def large_download(place: Place, busy: float) -> None:
    """One download as fast as the line."""
    _large(place, busy, 1, 20_000)


def origin_pulls(place: Place, busy: float) -> None:
    """A cache that fills itself from its origins."""
    _large(place, busy, 12, 15_000)


def probes_by_connection(place: Place, busy: float) -> None:
    """A load balancer that opens and closes connections to its servers, as Kubernetes does."""
    for peer in place.peers(20):
        at = place.steady(200 / busy)
        place.send(place.address, peer, at, sport=place.ports(len(at)), dport=8080,
                   flags=SYN | ACK | RST, packets=3, size=44)  # fmt: skip
        place.send(peer, place.address, at + 2, sport=8080, dport=place.ports(len(at)),
                   flags=SYN | ACK, packets=1, size=44, answer=True)  # fmt: skip


def resets_to_a_flood(place: Place, busy: float) -> None:
    """A victim of ACKs that answers each with RST."""
    peer, at = place.peer(), place.steady(1_000)
    ports = place.ports(len(at))
    each = int(15_000 * busy)
    place.send(peer, place.address, at, sport=ports, dport=443, flags=ACK, packets=each, size=40,
               lasts=900)  # fmt: skip
    place.send(place.address, peer, at + 1, sport=443, dport=ports, flags=RST, packets=each,
               size=40, lasts=900)  # fmt: skip


def _tunnel(place: Place, busy: float, proto: int, back: float) -> None:
    peer, at = place.peer(), place.steady(MINUTE)
    each = int(60 * 15_000 * busy)
    place.send(place.address, peer, at, proto=proto, packets=each, size=1300, lasts=59_000)
    if back:
        place.send(peer, place.address, at + 20, proto=proto, packets=int(each * back), size=200,
                   lasts=59_000)  # fmt: skip


def gre_tunnel(place: Place, busy: float) -> None:
    """Traffic between two sites through GRE."""
    _tunnel(place, busy, GRE, 0.5)


def esp_tunnel(place: Place, busy: float) -> None:
    """A backup through IPsec: mostly one way."""
    _tunnel(place, busy, ESP, 0.2)


def mirrored_port(place: Place, busy: float) -> None:
    """A port mirrored to a collector by GRE, which never answers."""
    _tunnel(place, busy, GRE, 0.0)


def balancer_without_return(place: Place, busy: float) -> None:
    """A balancer that hands packets to its servers by IP in IP; they answer the clients."""
    peers = place.peers(4)
    for peer in peers:
        at = place.steady(MINUTE)
        place.send(place.address, peer, at, proto=IPIP, packets=int(60 * 5_000 * busy), size=400,
                   lasts=59_000)  # fmt: skip


def telephone_calls(place: Place, busy: float) -> None:
    """A telephone exchange: many calls, both ways alike."""
    for peer in place.peers(int(60 * busy)):
        at = np.array([place.start + int(place.rng.integers(0, place.length // 2))])
        ports = place.ports(1)
        place.talk(place.address, peer, at, proto=UDP, sport=ports, dport=16_500, out=4500,
                   back=4500, out_size=200, back_size=200, lasts=90_000)  # fmt: skip


QUIET = (
    large_download, origin_pulls, probes_by_connection, resets_to_a_flood, gre_tunnel, esp_tunnel,
    mirrored_port, balancer_without_return, telephone_calls,
)  # fmt: skip
