"""Customers who harm nobody by tunnels, media, names, time and other UDP, or by ICMP.

Written after the rules that they first met; each has answers that are few, many, or on other ports.
"""

import numpy as np

from scenes.flows import ACK, ECHO, ICMP, REPLY, SYN, UDP, Place

THIN, FULL = 90, 1400  # bytes of a packet that acknowledges, of a full one
UNREACHABLE, EXCEEDED = 0x0303, 0x0B00


def _seconds(place: Place) -> int:
    return place.length // 1000


def _streams(
    place: Place, whom: int, ports: int, a_second: float, *, dport: int | None, back: float = 0.0,
    size: int = FULL,
) -> None:  # fmt: skip
    """So many UDP streams to one host, from as many ports, for the whole time."""
    own, theirs = place.ports(ports), dport or place.rng.integers(20_000, 40_000, ports)
    at = place.start + place.rng.integers(0, 2_000, ports)
    each, lasts = int(a_second * _seconds(place) / ports), place.length - 4_000
    place.send(place.address, whom, at, proto=UDP, sport=own, dport=theirs, packets=each,
               size=size, lasts=lasts)  # fmt: skip
    if back:
        place.send(whom, place.address, at + 40, proto=UDP, sport=theirs, dport=own,
                   packets=max(int(each * back), 1), size=THIN, lasts=lasts)  # fmt: skip


def vxlan_mirror(place: Place, busy: float) -> None:
    """Traffic mirrored by VXLAN to an analyser, which never answers: a port for each flow."""
    whom, count = place.peer(), _seconds(place) * 150
    place.send(place.address, whom, place.times(count), proto=UDP, sport=place.ports(count),
               dport=4789, packets=place.around(130 * busy, 1.5, count), size=700,
               lasts=place.around(4_000, 1, count))  # fmt: skip


def vxlan_overlay(place: Place, busy: float) -> None:
    """An overlay between two sites: each flow within has a port of its own, each way."""
    whom, count = place.peer(), _seconds(place) * 200
    for src, dst, much in ((place.address, whom, 100), (whom, place.address, 30)):
        place.send(src, dst, place.times(count), proto=UDP, sport=place.ports(count), dport=4789,
                   packets=place.around(much * busy, 1, count), size=900,
                   lasts=place.around(3_000, 1, count))  # fmt: skip


def geneve_copy(place: Place, busy: float) -> None:
    """Machines copied to another site through Geneve: hardly any packet comes back."""
    whom, count = place.peer(), 64
    at = np.full(count, place.start + 15_000)
    place.send(place.address, whom, at, proto=UDP, sport=place.ports(count), dport=6081,
               packets=int(60 * 30_000 * busy / count), size=1450, lasts=60_000)  # fmt: skip


def cameras(place: Place, busy: float) -> None:
    """Forty cameras' pictures by RTP to one recorder, set up by hand: no report, no session."""
    _streams(place, place.peer(), 40, 14_000 * busy, dport=None)


def parallel_quic_upload(place: Place, busy: float) -> None:
    """A backup by sixteen connections of HTTP/3 to one store, acknowledged one in forty."""
    _streams(place, place.peer(), 16, 40_000 * busy, dport=443, back=0.025)


def sparse_quic_upload(place: Place, busy: float) -> None:
    """The same to a store that acknowledges one in a hundred, as the drafts for that propose."""
    _streams(place, place.peer(), 16, 40_000 * busy, dport=443, back=0.01)


def satellite_upload(place: Place, busy: float) -> None:
    """Twelve accelerated streams over a satellite: few acknowledgements, late ones."""
    _streams(place, place.peer(), 12, 15_000 * busy, dport=6060, back=0.008)


def wireguard_hub(place: Place, busy: float) -> None:
    """Three hundred staff behind one hub; one of them fetches an image."""
    peers = place.peers(int(300 * busy))
    at = np.full(len(peers), place.start + 1_000)
    packets = np.full(len(peers), 20 * _seconds(place))
    packets[0] = 18_000 * _seconds(place)
    place.send(place.address, peers, at, proto=UDP, sport=51820, dport=51820, packets=packets,
               size=1200, lasts=place.length - 3_000)  # fmt: skip
    place.send(peers, place.address, at + 20, proto=UDP, sport=51820, dport=51820,
               packets=packets // 12 + 1, size=120, lasts=place.length - 3_000)  # fmt: skip


def webinar(place: Place, busy: float) -> None:
    """One speaker to five hundred viewers, each with a report in five seconds."""
    peers = place.peers(int(500 * busy))
    at, ports = np.full(len(peers), place.start + 2_000), place.ports(len(peers))
    lasts = place.length - 6_000
    place.send(place.address, peers, at, proto=UDP, sport=10_000, dport=ports, size=1100,
               packets=lasts // 25, lasts=lasts)  # fmt: skip
    place.send(peers, place.address, at + 60, proto=UDP, sport=ports, dport=10_000, size=THIN,
               packets=max(lasts // 5_000, 1), lasts=lasts)  # fmt: skip


def gossip(place: Place, busy: float) -> None:
    """A validator that spreads its blocks' pieces to two hundred others, in bursts."""
    peers = place.peers(200)
    for burst in range(place.start + 5_000, place.start + place.length - 5_000, 20_000):
        at = np.full(len(peers), burst)
        place.send(place.address, peers, at, proto=UDP, sport=8_002, dport=8_002, size=1228,
                   packets=int(160 * busy), lasts=1_600)  # fmt: skip
    place.send(peers, place.address, place.times(4_000), proto=UDP, sport=8_002, dport=8_002,
               packets=int(300 * busy), size=1228, lasts=1_000)  # fmt: skip


def audio_conferences(place: Place, busy: float) -> None:
    """A border controller with eight hundred calls to one carrier, half of them on hold music."""
    calls = int(800 * busy)
    at, ports = place.start + place.rng.integers(0, 5_000, calls), place.ports(calls)
    theirs = place.rng.integers(10_000, 30_000, calls)
    whom, lasts = place.peer(), place.length - 8_000
    place.send(place.address, whom, at, proto=UDP, sport=ports, dport=theirs, size=200,
               packets=lasts // 20, lasts=lasts)  # fmt: skip
    half = calls // 2
    place.send(whom, place.address, at[:half], proto=UDP, sport=theirs[:half], dport=ports[:half],
               size=200, packets=lasts // 20, lasts=lasts)  # fmt: skip


def hold_music(place: Place, busy: float) -> None:
    """Announcements to six hundred callers of one carrier, of whom nothing is heard."""
    _streams(place, place.peer(), int(600 * busy), 30_000 * busy, dport=None, size=200)


def storm_of_resolvers(place: Place, busy: float) -> None:
    """A zone signed by RSA, asked for names it has not by two public resolvers."""
    count = int(_seconds(place) * 900 * busy)
    place.talk(place.peers(2), place.address, place.times(count), proto=UDP, dport=53, out=1,
               back=1, out_size=88, back_size=1392, lasts=0)  # fmt: skip


def zone_of_many(place: Place, busy: float) -> None:
    """A name server asked by a monitor from one port, and by all others from theirs."""
    count = int(_seconds(place) * 400 * busy)
    place.talk(place.peers(900), place.address, place.times(count), proto=UDP, dport=53, out=1,
               back=1, out_size=75, back_size=place.around(700, 0.5, count), lasts=0)  # fmt: skip


def cache_by_udp(place: Place, busy: float) -> None:
    """A site's cache read by UDP by its own pages elsewhere: a port for each of 200 workers."""
    count = int(_seconds(place) * 300 * busy)
    ports = place.rng.choice(place.ports(200), count)
    place.talk(place.peer(), place.address, place.times(count), proto=UDP, sport=ports, dport=11211,
               out=1, back=1, out_size=70, back_size=1300, lasts=0)  # fmt: skip


def time_for_a_vendor(place: Place, busy: float) -> None:
    """Fifty thousand devices behind one address set their clocks on the hour."""
    count = int(3_000 * 30 * busy)
    at = place.start + 60_000 + place.rng.integers(0, 30_000, count)
    place.talk(place.peer(), place.address, at, proto=UDP, dport=123, out=1, back=1, out_size=76,
               back_size=76, lasts=0)  # fmt: skip


def devices_told(place: Place, busy: float) -> None:
    """A CoAP server tells a gateway what its sensors measure: one question, many answers."""
    count = int(_seconds(place) * 250 * busy)
    whom = place.peer()
    place.send(place.address, whom, place.times(count), proto=UDP, sport=5683,
               dport=place.rng.choice(place.ports(60), count), size=260)  # fmt: skip
    place.talk(whom, place.address, place.times(60), proto=UDP, dport=5683, out=1, back=1,
               out_size=60, back_size=80)  # fmt: skip


def game_rules_asked(place: Place, busy: float) -> None:
    """A game server whose rules a tracker reads over and over, from new ports."""
    count = int(_seconds(place) * 12 * busy)
    place.talk(place.peer(), place.address, place.times(count), proto=UDP, dport=27015, out=2,
               back=4, out_size=53, back_size=1380, lasts=60)  # fmt: skip


def polled_tables(place: Place, busy: float) -> None:
    """A router whose tables a manager reads by SNMP in bulk, by ten threads."""
    count = int(_seconds(place) * 60 * busy)
    place.talk(place.peer(), place.address, place.times(count), proto=UDP, dport=161,
               sport=place.rng.choice(place.ports(10), count), out=5, back=5, out_size=85,
               back_size=1380, lasts=500)  # fmt: skip


def snmp_poller(place: Place, busy: float) -> None:
    """Polls 400 switches, of which a fifth is away and is tried thrice."""
    hosts = place.peers(int(400 * busy))
    away = len(hosts) // 5
    for at in range(place.start, place.start + place.length - 50_000, 60_000):
        moments = at + place.rng.integers(0, 40_000, len(hosts))
        place.talk(place.address, hosts[away:], moments[away:], proto=UDP, dport=161, out=8, back=8,
                   out_size=90, back_size=600)  # fmt: skip
        place.send(place.address, hosts[:away], moments[:away], proto=UDP, sport=40_000, dport=161,
                   packets=3, size=90, lasts=4_000)  # fmt: skip


def process_counters(place: Place, busy: float) -> None:
    """Short-lived workers that each send their counters once: a port each, to one exporter."""
    count = int(_seconds(place) * 60 * busy)
    place.send(place.address, place.peer(), place.times(count), proto=UDP, sport=place.ports(count),
               dport=9125, packets=200, size=400, lasts=900)  # fmt: skip


def log_sink_fed(place: Place, busy: float) -> None:
    """Containers' logs to one sink elsewhere, each container with a socket, at its own port."""
    _streams(place, place.peer(), 120, 16_000 * busy, dport=5514, size=500)


def upstream_died(place: Place, busy: float) -> None:
    """A forwarder's one upstream has been away for hours: each question goes there in vain."""
    count = int(min(_seconds(place) * 4_000 * busy, 400_000))
    place.send(place.address, place.peer(), place.times(count), proto=UDP,
               sport=place.ports(count), dport=53, packets=3, size=78, lasts=3_000)  # fmt: skip


def _told_by_icmp(
    place: Place, a_second: float, icmp: int, told: int, to: int = 0, **asked: int
) -> None:
    """For a minute somebody sends packets to an address, or one beside it; ICMP answers each."""
    whom, at = place.peer(), place.start + 20_000 + 1_000 * np.arange(60)
    many = int(a_second)
    place.send(whom, place.address + to, at, sport=4_000, packets=many, lasts=990, **asked)
    place.send(place.address, whom, at + 1, proto=ICMP, icmp=icmp, packets=many, size=told,
               lasts=990)  # fmt: skip


def firewall_says_no(place: Place, busy: float) -> None:
    """Floods of SYN come from one address; the firewall answers each by ICMP."""
    _told_by_icmp(place, 4_000 * busy, UNREACHABLE, 68, dport=81, flags=SYN, size=40)


def closed_ports_hit(place: Place, busy: float) -> None:
    """A flood of UDP comes from one address; the system says of each port that it is closed."""
    _told_by_icmp(place, 3_000 * busy, UNREACHABLE, 556, proto=UDP, dport=7_777, size=500)


def loop_on_the_way(place: Place, busy: float) -> None:
    """A customer's router in a loop: TCP of one sender dies there, and each death is told."""
    _told_by_icmp(place, 2_500 * busy, EXCEEDED, 68, to=1, dport=443, flags=ACK, size=900)


def packet_sizes(place: Place, busy: float) -> None:
    """Pings of all sizes at one's own router for a minute: 1,500 a second, half answered."""
    whom, at = place.peer(), place.start + 30_000 + 1_000 * np.arange(60)
    many = int(1_500 * busy)
    place.send(place.address, whom, at, proto=ICMP, icmp=ECHO, packets=many, size=1000, lasts=990)
    place.send(whom, place.address, at + 9, proto=ICMP, icmp=REPLY, packets=many // 2, size=1000,
               lasts=990)  # fmt: skip


def happy_eyeballs(place: Place, busy: float) -> None:
    """A proxy that tries QUIC beside TCP at sites of which half have no QUIC."""
    count = int(_seconds(place) * 30 * busy)
    hosts = place.peers(min(count, 3000))
    at = place.times(count)
    place.talk(place.address, hosts, at, dport=443, out=20, back=40)
    dead = len(hosts) // 2
    place.send(place.address, hosts[:dead], at[:dead], proto=UDP, sport=place.ports(dead),
               dport=443, packets=3, size=1280, lasts=1_500)  # fmt: skip
    place.talk(place.address, hosts[dead:], at[dead:], proto=UDP, dport=443, out=20, back=40)


def leaking_discovery(place: Place, busy: float) -> None:
    """mDNS, SSDP and DHCP that leave a badly set machine, to groups and to broadcast."""
    for group, port in (((224 << 24) + 251, 5353), ((239 << 24) + 255 * 65536 + 255 * 256 + 250,
                        1900), ((1 << 32) - 1, 67)):  # fmt: skip
        at = place.steady(400 / busy)
        place.send(place.address, group, at, proto=UDP, sport=port, dport=port, packets=3,
                   size=200)  # fmt: skip


def address_relay(place: Place, busy: float) -> None:
    """A DHCP relay: what it asks of two servers comes back, now and then late."""
    at = place.steady(15 / busy)
    place.talk(place.address, place.peers(2), at, proto=UDP, sport=67, dport=67, out=2, back=2,
               out_size=330, back_size=340, lasts=40)  # fmt: skip


NETWORKS = (
    vxlan_mirror, vxlan_overlay, geneve_copy, cameras, parallel_quic_upload, sparse_quic_upload,
    satellite_upload, wireguard_hub, webinar, gossip, audio_conferences, hold_music,
    storm_of_resolvers, zone_of_many, cache_by_udp, time_for_a_vendor, devices_told,
    game_rules_asked, polled_tables, snmp_poller, process_counters, log_sink_fed, upstream_died,
    firewall_says_no, closed_ports_hit, loop_on_the_way, packet_sizes, happy_eyeballs,
    leaking_discovery, address_relay,
)  # fmt: skip
