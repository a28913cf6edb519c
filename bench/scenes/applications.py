"""Customers who harm nobody by TCP: mail, sites, storms of reconnection, checks, copies."""

import numpy as np

from scenes.flows import ACK, PSH, RST, SYN, Place

MINUTE = 60_000


def _seconds(place: Place) -> int:
    return place.length // 1000


def outage_behind_one_address(place: Place, busy: float) -> None:
    """Ten thousand homes behind one address want a site that has been away for an hour."""
    count = int(_seconds(place) * 2_000 * busy)
    place.fail(place.address, place.peer(), place.times(count), dport=443, tries=4)


def larger_outage(place: Place, busy: float) -> None:
    """The same of a hundred thousand homes behind a carrier's one address."""
    count = 200_000
    each = max(int(9_000 * busy * _seconds(place) / count), 2)
    place.fail(place.address, place.peer(), place.times(count), dport=443, tries=each)


def broker_back_again(place: Place, busy: float) -> None:
    """A fleet's gateway reconnects to its broker, which lets a tenth in: 900 tries a second."""
    whom, count = place.peer(), int(90 * 900 * busy)
    at = place.start + 60_000 + place.rng.integers(0, 90_000, count)
    place.fail(place.address, whom, at, dport=8883, refused=0.2, tries=2)
    place.talk(place.address, whom, at[: count // 10], dport=8883, out=12, back=12)


def replica_without_master(place: Place, busy: float) -> None:
    """Replicas' pools try a database that was moved: 1,200 a second, silence."""
    count = int(60 * 1_200 * busy)
    at = place.start + 30_000 + place.rng.integers(0, 60_000, count)
    place.fail(place.address, place.peer(), at, dport=3306, tries=1)


def queue_flushed(place: Place, busy: float) -> None:
    """A relay that was down for a day delivers: 400 servers at once, a third is away."""
    come = _seconds(place)
    place.talk(place.peers(60), place.address, place.times(come), dport=25, out=20, back=18,
               out_size=900)  # fmt: skip
    servers, count = place.peers(400), int(2_500 * busy)
    at = place.start + 60_000 + place.rng.integers(0, 100_000, count)
    place.talk(place.address, servers, at, dport=25, out=place.around(22, 0.5, count), back=18,
               out_size=700, back_size=90)  # fmt: skip
    place.fail(place.address, place.peers(140), at[:1_000], dport=25)


def mail_that_is_refused(place: Place, busy: float) -> None:
    """Takes mail from thousands of senders and refuses most of it at once; looks their names up."""
    count = int(_seconds(place) * 30 * busy)
    place.talk(place.peers(3_000), place.address, place.times(count), dport=25, out=8, back=9,
               out_size=80, back_size=90)  # fmt: skip
    place.talk(place.address, place.peers(3), place.times(count * 4), proto=17, dport=53, out=1,
               back=1, out_size=80, back_size=150, lasts=10)  # fmt: skip


def bounces(place: Place, busy: float) -> None:
    """A receiver whose users' names were forged: it tells hundreds of servers of what failed."""
    come = int(_seconds(place) * 4 * busy)
    place.talk(place.peers(700), place.address, place.times(come), dport=25, out=18, back=15,
               out_size=500)  # fmt: skip
    place.talk(place.address, place.peers(700), place.times(come), dport=25, out=14, back=12,
               out_size=300, back_size=80)  # fmt: skip


def callouts(place: Place, busy: float) -> None:
    """A receiver that asks each sender's server whether the sender exists."""
    come = int(_seconds(place) * 3 * busy)
    place.talk(place.peers(600), place.address, place.times(come), dport=25, out=14, back=12,
               out_size=300)  # fmt: skip
    place.talk(place.address, place.peers(500), place.times(come), dport=25, out=9, back=9,
               out_size=70, back_size=80, lasts=900)  # fmt: skip


def mailbox_fetcher(place: Place, busy: float) -> None:
    """A web mail that opens its one store for each click."""
    count = int(_seconds(place) * 4 * busy)
    place.talk(place.address, place.peer(), place.times(count), dport=993, out=15, back=14,
               out_size=110, back_size=place.around(300, 0.8, count), lasts=400)  # fmt: skip


def files_checked(place: Place, busy: float) -> None:
    """A mirror that asks twelve others by rsync what is new, every minute; one is away."""
    for peer in place.peers(12):
        at = place.steady(MINUTE / busy, 0.1)
        place.talk(place.address, peer, at, dport=873, out=60, back=300, back_size=1400,
                   lasts=4_000)  # fmt: skip
    place.fail(place.address, place.peer(), place.steady(MINUTE), dport=873)


def own_machines_by_ssh(place: Place, busy: float) -> None:
    """A deployer that runs one short command on each of forty machines, over and over."""
    peers = place.peers(40)
    count = int(_seconds(place) * 2 * busy)
    place.talk(place.address, peers, place.times(count), dport=22, out=place.around(24, 0.1, count),
               back=22, out_size=150, back_size=180, lasts=900)  # fmt: skip


def metrics_scraped(place: Place, busy: float) -> None:
    """A scraper of two thousand exporters each 15 seconds; a tenth is gone."""
    hosts = place.peers(int(1_000 * busy))
    gone = len(hosts) // 10
    for at in range(place.start, place.start + place.length - 20_000, 15_000):
        moments = at + place.rng.integers(0, 15_000, len(hosts))
        place.talk(place.address, hosts[gone:], moments[gone:], dport=9100, out=8, back=12)
        place.fail(place.address, hosts[:gone], moments[:gone], dport=9100, refused=0.4, tries=3)


def fleet_gone_dark(place: Place, busy: float) -> None:
    """A controller of three hundred branch routers, of which a region lost its power."""
    hosts = place.peers(int(300 * busy))
    gone = len(hosts) * 3 // 4
    for at in range(place.start, place.start + place.length - 35_000, 30_000):
        moments = at + place.rng.integers(0, 30_000, len(hosts))
        place.talk(place.address, hosts[gone:], moments[gone:], dport=8291, out=12, back=12)
        place.fail(place.address, hosts[:gone], moments[:gone], dport=8291)


def websocket_fan_out(place: Place, busy: float) -> None:
    """Prices pushed to eight thousand clients, small packets, bare ACKs back."""
    count = int(4_000 * busy)
    peers, at = place.peers(count), place.start + place.rng.integers(0, 5_000, count)
    place.talk(peers, place.address, at, dport=443, out=300, back=600, out_size=52, back_size=140,
               lasts=place.length - 9_000)  # fmt: skip


def restream(place: Place, busy: float) -> None:
    """A stream by RTMP to five platforms at 8 Mbit/s."""
    for peer in place.peers(5):
        packets = int(_seconds(place) * 750 * busy)
        place.talk(place.address, peer, np.array([place.start]), dport=1935, out=packets,
                   back=packets // 3, out_size=1400, back_size=52,
                   lasts=place.length - 1)  # fmt: skip


def thin_download(place: Place, busy: float) -> None:
    """Ten downloads at once whose data come by a link that no exporter watches."""
    for peer in place.peers(10):
        at = place.steady(MINUTE)
        place.send(place.address, peer, at, sport=place.ports(len(at)), dport=443, flags=ACK,
                   packets=int(60 * 1_500 * busy), size=52, lasts=59_000)  # fmt: skip
    count = _seconds(place) * 8
    place.talk(place.address, place.peers(200), place.times(count), dport=443, out=14, back=20)


def resets_to_a_crawler(place: Place, busy: float) -> None:
    """A balancer that closes tens of thousands of idle connections of one proxy at once."""
    whom, count = place.peer(), int(60_000 * busy)
    at = place.start + 60_000 + place.rng.integers(0, 4_000, count)
    place.send(place.address, whom, at, sport=443, dport=place.rng.integers(1_024, 65_000, count),
               flags=RST, size=40)  # fmt: skip


def page_checker(place: Place, busy: float) -> None:
    """A monitor that fetches one customer's site by 40 short sessions a second from 1 host."""
    count = int(_seconds(place) * 40 * busy)
    place.talk(place.address, place.peer(), place.times(count), dport=443, out=9, back=12,
               out_size=110, back_size=500, lasts=250)  # fmt: skip


def interface_called(place: Place, busy: float) -> None:
    """An application that calls one payment interface with each request, without keeping it."""
    count = int(_seconds(place) * 250 * busy)
    place.talk(place.address, place.peer(), place.times(count), dport=443, out=10, back=9,
               out_size=160, back_size=400, lasts=180)  # fmt: skip


def reverse_proxy(place: Place, busy: float) -> None:
    """A balancer whose one origin stands elsewhere: a connection for each of 600 requests."""
    count = int(min(_seconds(place) * 600 * busy, 200_000))
    place.talk(place.peers(4_000), place.address, place.times(count), dport=443, out=9, back=14)
    place.talk(place.address, place.peer(), place.times(count), dport=80, out=6, back=10,
               out_size=140, back_size=900, lasts=120)  # fmt: skip


def origin_refill(place: Place, busy: float) -> None:
    """A cache that lost its disk: 400 fetches a second of one origin, some of which fail."""
    count = int(60 * 400 * busy)
    at, whom = place.start + 40_000 + place.rng.integers(0, 60_000, count), place.peer()
    place.talk(place.address, whom, at, dport=443, out=14, back=30, back_size=1300, lasts=700)
    place.fail(place.address, whom, at[: count // 3], dport=443, tries=2)


def registry_lookups(place: Place, busy: float) -> None:
    """Whois and RPKI: a few servers, many short questions, some refused for their number."""
    count = int(_seconds(place) * 5 * busy)
    servers = place.peers(6)
    place.talk(place.address, servers, place.times(count), dport=43, out=6, back=7, out_size=60)
    place.fail(place.address, servers, place.times(count // 2), dport=43, refused=1.0)
    place.talk(place.address, servers, place.times(count), dport=323, out=8, back=20)


def border_speaker(place: Place, busy: float) -> None:
    """A route server: eighty sessions kept up, five neighbours away and tried again."""
    peers = place.peers(int(80 * busy))
    for peer in peers[5:]:
        place.talk(place.address, peer, np.array([place.start]), dport=179, out=_seconds(place) // 5
                   + 2, back=_seconds(place) // 5 + 2, lasts=place.length - 1)  # fmt: skip
    for peer in peers[:5]:
        place.fail(place.address, peer, place.steady(15_000), dport=179)


def honeypot(place: Place, busy: float) -> None:
    """Answers whoever knocks, at every port, and keeps them in talk."""
    count = int(_seconds(place) * 25 * busy)
    ports = place.rng.choice([22, 23, 445, 2323, 3389, 5900, 8080], count)
    place.talk(place.peers(900), place.address, place.times(count), dport=ports, out=11, back=12)


def seeder(place: Place, busy: float) -> None:
    """A seed: whoever comes gets much; whom the tracker names is mostly behind a firewall."""
    count = int(_seconds(place) * 5 * busy)
    place.talk(place.peers(400), place.address, place.times(count), dport=51413, out=40, back=90,
               back_size=1400)  # fmt: skip
    tries = int(_seconds(place) * 6 * busy)
    place.fail(place.address, place.peers(700), place.times(tries), refused=0.1,
               dport=place.rng.choice([6881, 51413, 16881, 50321, 45000, 8999], tries))  # fmt: skip


def multipath(place: Place, busy: float) -> None:
    """An upload by four paths whose acknowledgements come by the first alone."""
    whom, packets = place.peer(), int(_seconds(place) * 4_000 * busy)
    at, ports = np.full(4, place.start + 1_000), place.ports(4)
    place.send(place.address, whom, at, sport=ports, dport=443, flags=SYN | ACK | PSH,
               packets=packets, size=1400, lasts=place.length - 3_000)  # fmt: skip
    place.send(whom, place.address, at[:1] + 9, sport=443, dport=ports[:1], flags=SYN | ACK,
               packets=packets, size=60, lasts=place.length - 3_000, answer=True)  # fmt: skip


def permitted_scan(place: Place, busy: float) -> None:
    """A scan of one's own forty hosts elsewhere, all ports of each."""
    count = int(_seconds(place) * 200 * busy)
    place.fail(place.address, place.peers(40), place.times(count), tries=1, refused=0.8,
               dport=place.rng.integers(1, 65_000, count))  # fmt: skip


def raw_load_test(place: Place, busy: float) -> None:
    """A packet generator at one's neighbouring machine: SYN without options, 20,000 a second."""
    count = 40_000
    at = place.start + 60_000 + place.rng.integers(0, 30_000, count)
    place.send(place.address, place.address + 1, at, sport=place.rng.integers(1, 65_000, count),
               dport=80, flags=SYN, packets=max(int(15 * busy), 1), lasts=50)  # fmt: skip


APPLICATIONS = (
    outage_behind_one_address, larger_outage, broker_back_again, replica_without_master,
    queue_flushed, mail_that_is_refused, bounces, callouts, mailbox_fetcher, files_checked,
    own_machines_by_ssh, metrics_scraped, fleet_gone_dark, websocket_fan_out, restream,
    thin_download, resets_to_a_crawler, page_checker, interface_called, reverse_proxy,
    origin_refill, registry_lookups, border_speaker, honeypot, seeder, multipath,
    permitted_scan, raw_load_test,
)  # fmt: skip
