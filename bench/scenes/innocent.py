"""Customers who harm nobody, each with traffic that an attack looks like.

A function takes a `Place` and how busy it is, and lays its flows there. Beside those of `clients`
and `servers`, these are the ones whose answers are few, late, of another protocol, or not exported.
"""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address

import numpy as np

from scenes import clients, servers
from scenes.applications import APPLICATIONS
from scenes.bare import QUIET
from scenes.flows import ECHO, FIRST, ICMP, LATER, REPLY, RST, SYN, UDP, Place
from scenes.networks import NETWORKS

Lives = Callable[[Place, float], None]
MTU, THIN = 1420, 80  # bytes of a full packet, of an answer that only acknowledges


def _upload(place: Place, busy: float, port: int, a_second: int, each: int) -> None:
    """One stream out for the whole time, one answer for each so many packets."""
    packets = int(place.length / 1000 * a_second * busy)
    place.talk(place.address, place.peer(), np.array([place.start]), proto=UDP, dport=port,
               out=packets, back=max(packets // each, 1), out_size=MTU, back_size=THIN,
               lasts=place.length - 1)  # fmt: skip


def vpn_upload(place: Place, busy: float) -> None:
    """A backup through WireGuard: every answer acknowledges thirty packets."""
    _upload(place, busy, 51820, 30_000, 30)


def quic_upload(place: Place, busy: float) -> None:
    """A large file to a cloud's storage by HTTP/3."""
    _upload(place, busy, 443, 20_000, 10)


def live_stream(place: Place, busy: float) -> None:
    """A broadcaster's contribution feed by SRT, 300 Mbit/s."""
    _upload(place, busy, 9000, 28_000, 40)


def tunnel_told_late(place: Place, busy: float) -> None:
    """An IPsec tunnel with NAT traversal; its answers leave the exporter half a minute later."""
    _upload(place, busy, 4500, 25_000, 3)


def backup_window(place: Place, busy: float) -> None:
    """The same for half a minute, after quiet: nothing usual stands beside it."""
    lasts, start = 30_000, place.start + place.length // 3
    packets = int(25_000 * busy) * lasts // 1000
    place.talk(place.address, place.peer(), np.array([start]), proto=UDP, sport=1194, dport=1194,
               out=packets, back=packets // 12, out_size=MTU, back_size=THIN,
               lasts=lasts)  # fmt: skip


def _speed_test(place: Place, streams: int, a_second: float) -> None:
    """UDP one way for ten seconds, arranged by a TCP session that stands as long."""
    whom, at, lasts = place.peer(), place.start + place.length // 3, 10_000
    place.talk(place.address, whom, np.array([at]), dport=5201, out=24, back=20, out_size=150,
               back_size=150, lasts=lasts + 800)  # fmt: skip
    place.send(place.address, whom, np.full(streams, at + 300), proto=UDP,
               sport=place.ports(streams), dport=5201, size=1448,
               packets=int(a_second * lasts / 1000 / streams), lasts=lasts)  # fmt: skip
    place.send(whom, place.address, np.array([at + 310]), proto=UDP, sport=5201, dport=40000,
               size=40)  # fmt: skip


def udp_speed_test(place: Place, busy: float) -> None:
    """iperf3 with UDP: a gigabit for ten seconds beside its TCP session."""
    _speed_test(place, 1, 80_000 * busy)


def udp_speed_test_in_parallel(place: Place, busy: float) -> None:
    """The same in eight streams."""
    _speed_test(place, 8, 60_000 * busy)


def fast_transfer(place: Place, busy: float) -> None:
    """A transfer by UDP that SSH arranges; few reports come back."""
    whom, at = place.peer(), np.array([place.start + 20_000])
    lasts = place.length - 40_000
    packets = int(40_000 * busy) * lasts // 1000
    place.talk(place.address, whom, at - 500, dport=22, out=40, back=40, lasts=lasts + 900)
    place.talk(place.address, whom, at, proto=UDP, dport=33001, out=packets, back=packets // 300,
               out_size=1460, back_size=THIN, lasts=lasts)  # fmt: skip


def television(place: Place, busy: float) -> None:
    """Television by RTP to one set-top box, asked for by RTSP; a report each five seconds."""
    whom, at, lasts = place.peer(), np.array([place.start + 10_000]), place.length - 20_000
    place.talk(whom, place.address, at - 300, dport=554, out=30, back=30, lasts=lasts + 500)
    packets = int(12_000 * busy) * lasts // 1000
    place.send(place.address, whom, at, proto=UDP, sport=6970, dport=50000, size=1356,
               packets=packets, lasts=lasts)  # fmt: skip
    place.send(whom, place.address, at + 2000, proto=UDP, sport=50001, dport=6971, size=90,
               packets=lasts // 5000, lasts=lasts - 2000)  # fmt: skip


def fragmenting_tunnel(place: Place, busy: float) -> None:
    """A tunnel whose packets do not fit: each leaves as two fragments; answers are whole."""
    whom, at, lasts = place.peer(), np.array([place.start + 5_000]), place.length - 10_000
    packets = int(5_000 * busy) * lasts // 1000
    place.send(place.address, whom, at, proto=UDP, sport=4789, dport=4789, fragment=FIRST,
               size=1500, packets=packets, lasts=lasts)  # fmt: skip
    place.send(place.address, whom, at, proto=UDP, fragment=LATER, size=90, packets=packets,
               lasts=lasts)  # fmt: skip
    place.send(whom, place.address, at + 30, proto=UDP, sport=4789, dport=4789, size=THIN,
               packets=packets // 20, lasts=lasts)  # fmt: skip


def nfs_by_udp(place: Place, busy: float) -> None:
    """A file server by UDP in blocks of 8 kB: writes in fragments, answered one by one."""
    whom, at, lasts = place.peer(), np.array([place.start + 5_000]), place.length - 10_000
    writes = int(900 * busy) * lasts // 1000
    place.send(place.address, whom, at, proto=UDP, sport=900, dport=2049, fragment=FIRST, size=1500,
               packets=writes, lasts=lasts)  # fmt: skip
    place.send(place.address, whom, at, proto=UDP, fragment=LATER, size=1500, packets=writes * 5,
               lasts=lasts)  # fmt: skip
    place.send(whom, place.address, at + 20, proto=UDP, sport=2049, dport=900, size=160,
               packets=writes, lasts=lasts)  # fmt: skip


def flow_collector_fed(place: Place, busy: float) -> None:
    """A carrier's routers' flow records, 15,000 packets a second to one collector."""
    packets = int(place.length / 1000 * 15_000 * busy)
    place.send(place.address, place.peer(), np.array([place.start + 3_000]), proto=UDP, sport=2055,
               dport=2055, size=1400, packets=packets, lasts=place.length - 6_000)  # fmt: skip


def metrics_fed(place: Place, busy: float) -> None:
    """Counters of a large site to its collector by UDP, at a port of its own choice."""
    packets = int(place.length / 1000 * 13_000 * busy)
    whom = place.peer()
    place.send(place.address, whom, np.array([place.start + 3_000]), proto=UDP, sport=45000,
               dport=8126, size=300, packets=packets, lasts=place.length - 6_000)  # fmt: skip
    at = place.steady(20_000)
    place.talk(place.address, whom, at, dport=8127, out=9, back=8)


def conference(place: Place, busy: float) -> None:
    """A media server of calls: each participant gets fifteen times what they send."""
    count = int(80 * busy)
    at = np.full(count, place.start + 4_000)
    lasts = place.length - 10_000
    place.talk(place.peers(count), place.address, at, proto=UDP, dport=10000, out=lasts // 40,
               back=lasts * 15 // 40, out_size=900, back_size=900, lasts=lasts)  # fmt: skip


def name_test(place: Place, busy: float) -> None:
    """A test of one's own name servers elsewhere: 14,000 questions a second, all answered."""
    packets = int(place.length / 1000 * 14_000 * busy)
    place.talk(place.address, place.peer(), np.array([place.start + 2_000]), proto=UDP, dport=53,
               out=packets, back=packets, out_size=75, back_size=160,
               lasts=place.length - 8_000)  # fmt: skip


def game_updates(place: Place, busy: float) -> None:
    """A large game server: three packets out for each that comes."""
    count, lasts = int(200 * busy), place.length - 6_000
    place.talk(place.peers(count), place.address, np.full(count, place.start + 2_000), proto=UDP,
               dport=7777, out=lasts // 50, back=lasts * 3 // 50, out_size=90, back_size=300,
               lasts=lasts)  # fmt: skip


def path_check(place: Place, busy: float) -> None:
    """`ping -f` at one's own machine elsewhere for ten seconds, all answered."""
    whom, at = place.peer(), np.array([place.start + place.length // 2])
    packets = int(15_000 * busy)
    for src, dst, kind in ((place.address, whom, ECHO), (whom, place.address, REPLY)):
        place.send(src, dst, at, proto=ICMP, icmp=kind, packets=packets, size=84, lasts=10_000)


def latency_probes(place: Place, busy: float) -> None:
    """Twenty pings in a row to a hundred targets, every minute; a tenth of them is away."""
    hosts = place.peers(int(100 * busy))
    away = len(hosts) // 10
    for at in range(place.start, place.start + place.length - 50_000, 60_000):
        moments = at + place.rng.integers(0, 40_000, len(hosts))
        place.send(place.address, hosts, moments, proto=ICMP, icmp=ECHO, packets=20, size=84,
                   lasts=4_000)  # fmt: skip
        place.send(hosts[away:], place.address, moments[away:] + 20, proto=ICMP, icmp=REPLY,
                   packets=20, size=84, lasts=4_000)  # fmt: skip


def _banners(place: Place, busy: float, out: int, out_size: int, back_size: int) -> None:
    """Two hundred mail servers called each minute, which all answer."""
    hosts = place.peers(int(200 * busy))
    for at in range(place.start, place.start + place.length - 50_000, 60_000):
        moments = at + place.rng.integers(0, 40_000, len(hosts))
        place.talk(place.address, hosts, moments, dport=25, out=out, back=out - 1,
                   out_size=out_size, back_size=back_size, lasts=700)  # fmt: skip


def banner_monitor(place: Place, busy: float) -> None:
    """A monitor that reads mail servers' banners and leaves."""
    _banners(place, busy, 6, 58, 75)


def certificate_monitor(place: Place, busy: float) -> None:
    """A monitor that asks mail servers for their certificates by STARTTLS and leaves."""
    _banners(place, busy, 14, 110, 420)


def newsletter(place: Place, busy: float) -> None:
    """A shop's own mail server, which takes mail too, sends its newsletter to 900 servers."""
    come = int(place.length / 1000 / 4)
    place.talk(place.peers(40), place.address, place.times(come), dport=25, out=18, back=16,
               out_size=500)  # fmt: skip
    count = int(900 * busy)
    at = place.start + place.length // 2 + place.rng.integers(0, 55_000, count)
    place.talk(place.address, place.peers(count), at, dport=25, out=place.around(24, 0.4, count),
               back=18, out_size=800, back_size=90)  # fmt: skip
    place.fail(place.address, place.peers(40), at[:40], dport=25)


def newsletter_alone(place: Place, busy: float) -> None:
    """A sender of newsletters to whom nearly nobody writes: one bounce a minute."""
    come = int(place.length / 60_000)
    place.talk(place.peers(4), place.address, place.times(come), dport=25, out=18, back=16)
    count = int(900 * busy)
    at = place.start + place.length // 2 + place.rng.integers(0, 55_000, count)
    place.talk(place.address, place.peers(count), at, dport=25, out=place.around(24, 0.4, count),
               back=18, out_size=800, back_size=90)  # fmt: skip


def relayed_shop(place: Place, busy: float) -> None:
    """A shop's receipts, four hundred a minute, all by one relay of its choice."""
    count = int(place.length / 60_000 * 400 * busy)
    place.talk(place.address, place.peer(), place.times(count), dport=25, out=18, back=15,
               out_size=900, back_size=90)  # fmt: skip


def blocked_queue(place: Place, busy: float) -> None:
    """A mail server whose port 25 is closed by somebody on the way: nothing it tries stands."""
    count = int(place.length / 1000 * 2 * busy)
    place.fail(place.address, place.peers(150), place.times(count), dport=25)
    place.talk(place.peers(60), place.address, place.times(count), dport=25, out=20, back=18)


def retries(place: Place, busy: float) -> None:
    """Thousands behind one address want a site that went down; each tries three times."""
    whom, count = place.peer(), int(60 * 300 * busy)
    half = place.start + place.length // 2
    before = place.start + place.rng.integers(0, place.length // 2, count // 2)
    place.talk(place.address, whom, before, dport=443, out=20, back=40)
    place.fail(place.address, whom, half + place.rng.integers(0, 30_000, count), dport=443)
    clients.vpn_exit(place, busy * 0.3)


def dead_backend(place: Place, busy: float) -> None:
    """A balancer one of whose backends died: it is tried with each request until it is out."""
    good, dead = place.peers(3), place.peer()
    count = int(place.length / 1000 * 80 * busy)
    place.talk(place.address, good, place.times(count), dport=8080, out=8, back=9)
    at = place.start + place.length // 2 + place.rng.integers(0, 20_000, count // 8)
    place.fail(place.address, dead, at, dport=8080, refused=0.5, tries=2)


def half_open_checks(place: Place, busy: float) -> None:
    """A balancer that checks its forty machines by SYN and RST, each second."""
    hosts = place.peers(40)
    count = int(place.length / 1000 * 40 * busy)
    at, ports = place.times(count), place.ports(count)
    place.send(place.address, hosts, at, sport=ports, dport=80, flags=SYN | RST, packets=2)
    place.send(hosts, place.address, at + 5, sport=80, dport=ports, flags=SYN | 16)


def tunnel_at_port_53(place: Place, busy: float) -> None:
    """A tunnel whose user picked a port that every guest network lets through."""
    packets = int(place.length / 1000 * 5000 * busy)
    place.talk(place.peer(), place.address, np.array([place.start]), proto=UDP, dport=53,
               out=packets // 9, back=packets, out_size=150, back_size=MTU,
               lasts=place.length - 1)  # fmt: skip


def relayed_viewers(place: Place, busy: float) -> None:
    """A relay sends a conference to who only watches: much out, and a report now and then."""
    packets = int(place.length / 1000 * 400 * busy)
    place.talk(place.peers(20), place.address, place.start + 100 * np.arange(20), proto=UDP,
               dport=3478, out=packets // 40, back=packets, out_size=THIN, back_size=1100,
               lasts=place.length - 3000)  # fmt: skip


def signed_zone(place: Place, busy: float) -> None:
    """A name server of a signed zone, and large resolvers that are asked for names it has not."""
    count = int(place.length / 1000 * 1200 * busy)
    place.talk(place.peers(4), place.address, place.times(count), proto=UDP, dport=53, out=1,
               back=1, out_size=85, back_size=1200, lasts=0)  # fmt: skip


def server_away(place: Place, busy: float) -> None:
    """An application tries a server that has been away for hours, again with each request."""
    count = int(place.length / 1000 * 300 * busy)
    place.fail(place.address, place.peer(), place.times(count), dport=5432)


def load_test_refused(place: Place, busy: float) -> None:
    """A load test whose target is not started: each connection is refused, and made again."""
    count = int(place.length / 1000 * 1000 * busy)
    place.fail(place.address, place.peer(), place.times(count), dport=8080, refused=1.0)


def worker_without_pause(place: Place, busy: float) -> None:
    """A worker tries a service that was stopped, in a loop without a pause; each is refused."""
    count = int(60 * 6000 * busy)
    at = place.start + place.length // 3 + place.rng.integers(0, 60_000, count)
    place.fail(place.address, place.peer(), at, dport=6379, refused=1.0)


def television_to_a_group(place: Place, busy: float) -> None:
    """Channels by multicast: only who joined the group gets them."""
    group = int(IPv4Address("239.1.1.1"))
    place.send(place.address, group, place.steady(60_000), proto=UDP, sport=5004, dport=5004,
               packets=int(60 * 15_000 * busy), size=1344, lasts=59_999)  # fmt: skip


SELECTED = (
    clients.torrent, clients.ethereum, clients.vpn_exit, clients.tor_relay, clients.monitoring,
    clients.crawler, clients.backup, clients.load_test, servers.mail_server, servers.resolver,
    servers.quic_server, servers.time_server, servers.game_server,
)  # fmt: skip
OWN_KINDS = (
    vpn_upload, quic_upload, live_stream, tunnel_told_late, backup_window, udp_speed_test,
    udp_speed_test_in_parallel, fast_transfer, television, fragmenting_tunnel, nfs_by_udp,
    flow_collector_fed, metrics_fed, conference, name_test, game_updates, path_check,
    latency_probes, banner_monitor, certificate_monitor, newsletter, newsletter_alone,
    relayed_shop, blocked_queue, retries, dead_backend, half_open_checks,
    tunnel_at_port_53, relayed_viewers, signed_zone, server_away, load_test_refused,
    worker_without_pause, television_to_a_group,
)  # fmt: skip
INNOCENT: Mapping[str, Lives] = {
    lives.__name__.replace("_", " "): lives
    for lives in (*OWN_KINDS, *QUIET, *NETWORKS, *APPLICATIONS, *SELECTED)
}
LATE = {"tunnel told late": 30_000}  # ms by which answers leave the exporter later
