"""Customers who reach out: to many hosts, often, evenly or in bulk, and mean no harm.

A function takes a `Place` and how busy it is (1: an ordinary day), and lays its flows there.
"""

import numpy as np

from scenes.flows import ECHO, ICMP, REPLY, SYN, UDP, Place

PRIVATE = (10 << 24, 192 << 24 | 168 << 16, 100 << 24 | 64 << 16)  # 10/8, 192.168/16, 100.64/10


def unreachable(place: Place, count: int) -> list[int]:
    """Private and CGNAT addresses, as peers of peer-to-peer networks give away."""
    if place.six:
        return [0xFD00 << 112 | int(one) for one in place.rng.integers(1, 1 << 40, count)]
    bases = place.rng.choice(PRIVATE, count)
    return [
        int(base) + int(one)
        for base, one in zip(bases, place.rng.integers(1, 65000, count), strict=True)
    ]


def torrent(place: Place, busy: float) -> None:
    """DHT by UDP to ports of all sorts, mostly unanswered; peers dialled, mostly in vain."""
    seconds = place.length / 1000
    asked = int(seconds * 12 * busy)
    nodes, ports = place.peers(asked), place.rng.integers(1024, 65000, asked)
    alive = int(asked * 0.45)
    place.talk(
        place.address,
        nodes[:alive],
        place.times(alive),
        proto=UDP,
        sport=51413,
        dport=ports[:alive],
        out=1,
        back=1,
        out_size=130,
        back_size=330,
        lasts=80,
    )
    place.send(place.address, nodes[alive:], place.times(asked - alive), proto=UDP, sport=51413,
               dport=ports[alive:], size=130)  # fmt: skip
    dialled = int(seconds * 3 * busy)
    _dial(place, dialled, place.rng.integers(1024, 65000, dialled), answered=0.3, shown=0.15)
    come = int(seconds * busy)
    place.talk(place.peers(come), place.address, place.times(come), dport=51413,
               out=place.around(400, 1, come), back=place.around(700, 1, come), back_size=1300,
               lasts=30_000)  # fmt: skip


def _node(place: Place, busy: float, port: int, *, answered: float, shown: float) -> None:
    """A node of a network whose nodes all listen on one port."""
    seconds = place.length / 1000
    dialled = int(seconds * 4 * busy)
    _dial(place, dialled, np.full(dialled, port), answered=answered, shown=shown)
    come = int(seconds * 0.5 * busy)
    place.talk(place.peers(come), place.address, place.times(come), dport=port, out=60, back=80)


def _dial(
    place: Place, count: int, ports: np.ndarray[tuple[int], np.dtype[np.int64]], *,
    answered: float, shown: float,
) -> None:  # fmt: skip
    """Peers called: some answer, some are private addresses, the others are dead."""
    good, hidden = int(count * answered), int(count * shown)
    peers = place.peers(count)
    place.talk(place.address, peers[:good], place.times(good), dport=ports[:good],
               out=place.around(60, 1, good), back=place.around(80, 1, good))  # fmt: skip
    place.fail(place.address, unreachable(place, hidden), place.times(hidden), dport=ports[:hidden])
    dead = count - good - hidden
    place.fail(place.address, peers[good : good + dead], place.times(dead), dport=ports[:dead],
               refused=0.3)  # fmt: skip


def ipfs(place: Place, busy: float) -> None:
    """Swarm on 4001, by TCP and QUIC; a third of what peers announce is private."""
    _node(place, busy, 4001, answered=0.35, shown=0.3)
    asked = int(place.length / 1000 * 8 * busy)
    _discover(place, asked, 4001)


def ethereum(place: Place, busy: float) -> None:
    """Dials 30303 of everybody it hears of, and most are gone or private."""
    _node(place, busy, 30303, answered=0.2, shown=0.25)
    _discover(place, int(place.length / 1000 * 10 * busy), 30303)


def bitcoin(place: Place, busy: float) -> None:
    """Few dials, by TCP only, and few that answer."""
    _node(place, busy / 4, 8333, answered=0.25, shown=0.1)


def _discover(place: Place, count: int, port: int) -> None:
    peers, alive = place.peers(count), count // 2
    place.talk(place.address, peers[:alive], place.times(alive), proto=UDP, sport=port, dport=port,
               out=2, back=2, out_size=200, back_size=400, lasts=90)  # fmt: skip
    place.send(place.address, peers[alive:], place.times(count - alive), proto=UDP, sport=port,
               dport=port, size=180)  # fmt: skip


def vpn_exit(place: Place, busy: float) -> None:
    """Everybody's browsing behind one address; some of it leads nowhere."""
    count = int(place.length / 1000 * 60 * busy)
    place.talk(place.address, place.peers(5000), place.times(count),
               dport=place.rng.choice([443, 443, 443, 80, 5228, 993], count),
               out=place.around(20, 1, count), back=place.around(40, 1.5, count),
               back_size=1000, lasts=place.around(9000, 1, count))  # fmt: skip
    quic = count // 4
    place.talk(place.address, place.peers(1500), place.times(quic), proto=UDP, dport=443,
               out=place.around(60, 1, quic), back=place.around(200, 1.2, quic), back_size=1200,
               lasts=8000)  # fmt: skip
    place.fail(place.address, place.peers(300), place.times(count // 30), dport=443, refused=0.4)


def tor_relay(place: Place, busy: float) -> None:
    """Long connections with other relays, on ports of their choice; some relays are down."""
    count = int(600 * busy)
    ports = place.rng.choice([9001, 443, 9001, 8443, 9030], count)
    packets = place.around(place.length / 20, 1, count)
    place.talk(place.address, place.peers(count), place.times(count), dport=ports, out=packets,
               back=packets, out_size=560, back_size=560, lasts=place.length // 2)  # fmt: skip
    place.talk(place.peers(count), place.address, place.times(count), dport=9001, out=packets,
               back=packets, out_size=560, back_size=560, lasts=place.length // 2)  # fmt: skip
    place.fail(place.address, place.peers(60), place.times(90), dport=9001, refused=0.5)


def health_checks(place: Place, busy: float) -> None:
    """A CDN's: each origin every ten seconds, and a few origins are dead for days."""
    origins = place.peers(int(400 * busy))
    dead = len(origins) // 20
    for at in range(place.start, place.start + place.length - 10_000, 10_000):
        moments = at + place.rng.integers(0, 10_000, len(origins))
        place.talk(place.address, origins[dead:], moments[dead:], dport=443, out=8, back=8)
        place.fail(place.address, origins[:dead], moments[:dead], dport=443, tries=2)


def monitoring(place: Place, busy: float) -> None:
    """Pings, SNMP and TCP checks of some hundred hosts each minute, one in thirty down."""
    hosts = place.peers(int(300 * busy))
    down, pings = len(hosts) // 30, int(place.rng.integers(1, 5))
    for at in range(place.start, place.start + place.length - 59_999, 60_000):
        moments = at + place.rng.integers(0, 55_000, len(hosts))
        place.send(place.address, hosts, moments, proto=ICMP, icmp=ECHO, packets=pings, size=84,
                   lasts=(pings - 1) * 1000)  # fmt: skip
        place.send(hosts[down:], place.address, moments[down:] + 20, proto=ICMP, icmp=REPLY,
                   packets=pings, size=84, lasts=(pings - 1) * 1000)  # fmt: skip
        place.talk(place.address, hosts[down:], moments[down:], proto=UDP, dport=161, out=6, back=6)
        place.talk(
            place.address, hosts[down:], moments[down:], dport=22, out=6, back=5, out_size=60
        )
        place.fail(place.address, hosts[:down], moments[:down], dport=22)


def crawler(place: Place, busy: float) -> None:
    """Fetches pages of thousands of hosts, one in fifteen gone."""
    count = int(place.length / 1000 * 25 * busy)
    hosts = place.peers(min(count, 8000))
    place.talk(place.address, hosts, place.times(count), dport=place.rng.choice([80, 443], count),
               out=place.around(15, 0.6, count), back=place.around(50, 1, count), back_size=1200,
               lasts=3000)  # fmt: skip
    gone = count // 15
    place.fail(
        place.address, hosts[: max(len(hosts) // 15, 1)], place.times(gone), dport=443, refused=0.3
    )


def automation(place: Place, busy: float) -> None:
    """SSH into its own two hundred machines elsewhere, to set them up; pulls by git."""
    count = int(200 * busy)
    place.talk(place.address, place.peers(count), place.times(count), dport=22,
               out=place.around(180, 0.6, count), back=place.around(160, 0.6, count),
               out_size=300, lasts=20_000)  # fmt: skip
    pulls = int(place.length / 1000 / 4 * busy) + 1
    place.talk(place.address, place.peer(), place.times(pulls), dport=22,
               out=place.around(60, 0.9, pulls), back=place.around(300, 1.4, pulls),
               back_size=1300)  # fmt: skip


def application(place: Place, busy: float) -> None:
    """A site whose every page opens connections to its database and cache elsewhere."""
    count = int(place.length / 1000 * 20 * busy)
    place.talk(place.address, place.peer(), place.times(count), dport=3306,
               out=place.around(18, 0.4, count), back=place.around(22, 0.6, count))  # fmt: skip
    place.talk(place.address, place.peer(), place.times(count), dport=6379, out=9, back=8)


def backup(place: Place, busy: float) -> None:
    """One long upload as fast as the line goes."""
    packets = int(place.length / 1000 * 20_000 * busy)
    place.talk(place.address, place.peer(), np.array([place.start]), dport=22, out=packets,
               back=packets // 3, out_size=1450, back_size=60, lasts=place.length - 1)  # fmt: skip


def speed_test(place: Place, busy: float) -> None:
    """Eight connections at full speed for fifteen seconds, each way, now and then."""
    at = np.repeat(place.times(3), 8)
    packets = int(1_000_000 * busy / 8)
    place.talk(place.address, place.peer(), at, dport=8080, out=packets, back=packets // 4,
               out_size=1480, back_size=60, lasts=15_000)  # fmt: skip
    place.talk(place.address, place.peer(), at + 20_000, dport=8080, out=packets // 4, back=packets,
               out_size=60, back_size=1480, lasts=15_000)  # fmt: skip


def video_upload(place: Place, busy: float) -> None:
    """A live stream to a platform, by SRT (UDP), 20 Mbit/s."""
    packets = int(place.length / 1000 * 1900 * busy)
    place.talk(place.address, place.peer(), np.array([place.start]), proto=UDP, dport=9998,
               out=packets, back=packets // 20, out_size=1344, back_size=80,
               lasts=place.length - 1)  # fmt: skip


def tunnel(place: Place, busy: float) -> None:
    """A site-to-site VPN by WireGuard, both ways, 150 Mbit/s."""
    packets = int(place.length / 1000 * 14_000 * busy)
    place.talk(place.address, place.peer(), np.array([place.start]), proto=UDP, sport=51820,
               dport=51820, out=packets, back=packets, out_size=1400, back_size=700,
               lasts=place.length - 1)  # fmt: skip


def telemetry(place: Place, busy: float) -> None:
    """Logs and flow records sent to a collector elsewhere by UDP: nobody ever answers."""
    packets = int(place.length / 1000 * 800 * busy)
    place.send(place.address, place.peer(), np.array([place.start]), proto=UDP, sport=40000,
               dport=2055, packets=packets, size=1400, lasts=place.length - 1)  # fmt: skip


def agent(place: Place, busy: float) -> None:
    """A metrics agent: one call each 30 seconds, as even as a clock."""
    at = place.steady(30_000 / busy, 0.02)
    place.talk(place.address, place.peer(), at, dport=443, out=12, back=9, out_size=200)


def load_test(place: Place, busy: float) -> None:
    """Of one's own site: thousands of short connections to the neighbour address."""
    count = int(place.length / 1000 * 200 * busy)
    at = place.start + place.rng.integers(0, place.length, count)
    place.talk(place.address, place.address + 1, at, dport=80, out=6, back=6, lasts=200)
    over = count // 20
    place.send(place.address, place.address + 1, place.times(over), sport=place.ports(over),
               dport=80, flags=SYN, packets=2, lasts=1000)  # fmt: skip


CLIENTS = (
    torrent, ipfs, ethereum, bitcoin, vpn_exit, tor_relay, health_checks, monitoring, crawler,
    automation, application, backup, speed_test, video_upload, tunnel, telemetry, agent, load_test,
)  # fmt: skip
