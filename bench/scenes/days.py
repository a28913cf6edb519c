"""Worlds of a whole day, for the slow detectors: harm that no window of minutes shows.

As `attacks`, but so slow that a fast detector has nothing to see: a host every few minutes, a call
every five, a message now and then.
"""

from collections.abc import Mapping

import numpy as np

from scenes.attacks import Attack
from scenes.clients import (
    CLIENTS,
    agent,
    application,
    bitcoin,
    ethereum,
    health_checks,
    ipfs,
    monitoring,
    torrent,
)  # fmt: skip
from scenes.flows import INTERNET4, INTERNET6, UDP, Place
from scenes.servers import SERVERS, mail_server
from scenes.world import Lives, World, make

MINUTES = 1440
QUIET = 0.01  # of an ordinary day's traffic, so that a day fits a test
LIVELY: Mapping[Lives, float] = {  # what is most like slow harm keeps more of its traffic
    torrent: 0.05, ipfs: 0.05, ethereum: 0.05, bitcoin: 0.2, monitoring: 0.1, health_checks: 0.05,
    application: 0.05, agent: 1.0, mail_server: 0.05,
}  # fmt: skip
POOLS = tuple(base + 70_000 + number for base in (INTERNET4, INTERNET6) for number in range(4))


def slow_scan(place: Place, strength: float) -> None:
    """One port of a host every few minutes."""
    count = int(400 * strength)
    hosts, at = place.peers(count), np.sort(place.times(count))
    open_ = count // 30
    place.talk(place.address, hosts[:open_], at[:open_], dport=22, out=5, back=5, out_size=60)
    place.fail(place.address, hosts[open_:], at[open_:], dport=22, refused=0.2, tries=2)


def slow_port_scan(place: Place, strength: float) -> None:
    """One port every few minutes of one host."""
    count = int(400 * strength)
    ports = place.rng.permutation(65_000)[:count] + 1
    place.fail(place.address, place.peer(), np.sort(place.times(count)), dport=ports, refused=0.6,
               tries=1)  # fmt: skip


def call_home(place: Place, strength: float) -> None:
    """A bot asks its controller for work every so often, with a little jitter."""
    at = place.steady(300_000 / strength, 0.2)
    place.talk(place.address, place.peer(), at, dport=443, out=9, back=8, out_size=100,
               back_size=150)  # fmt: skip


def slow_guessing(place: Place, strength: float) -> None:
    """A password every few minutes, at one of a dozen servers."""
    count = int(600 * strength)
    place.talk(place.address, place.peers(12), place.times(count), dport=22,
               out=place.around(16, 0.1, count), back=16, out_size=110, back_size=170,
               lasts=2500)  # fmt: skip


def dns_tunnel(place: Place, strength: float) -> None:
    """Data as names, to one server that answers for them."""
    count = int(2000 * strength)
    packets = place.around(20, 0.5, count)
    place.talk(place.address, place.peer(), place.times(count), proto=UDP, dport=53, out=packets,
               back=packets, out_size=190, back_size=300, lasts=20_000)  # fmt: skip


def slow_spam(place: Place, strength: float) -> None:
    """A message every minute or two, each to another server."""
    count = int(800 * strength)
    place.talk(place.address, place.peers(count), place.times(count), dport=25,
               out=place.around(18, 0.3, count), back=14, out_size=400, back_size=80)  # fmt: skip


def miner(place: Place, strength: float) -> None:
    """A connection to a pool for hours, a few packets a minute."""
    lasts = int(min(place.length * 0.4 * strength, place.length - 1))
    pool = POOLS[int(place.rng.integers(4)) + 4 * place.six]
    place.talk(place.address, pool, np.array([place.start]), dport=3333, out=lasts // 6000,
               back=lasts // 5000, out_size=120, back_size=250, lasts=lasts)  # fmt: skip


SLOW: Mapping[str, Attack] = {
    "slow scan": Attack(slow_scan, ("slow-scan",)),
    "slow port scan": Attack(slow_port_scan, ("slow-port-scan",)),
    "calls home": Attack(call_home, ("beacon",)),
    "slow guessing": Attack(slow_guessing, ("slow-guessing",)),
    "DNS tunnel": Attack(dns_tunnel, ("dns-tunnel",)),
    "slow spam": Attack(slow_spam, ("smtp-fanout",)),
    "miner": Attack(miner, ("mining-pool",), ("beacon",)),
}


def day(seed: int, *, sampling: int = 1, strengths: tuple[float, ...] = (1.0,)) -> World:
    """Everybody for a day, the harmless ones with less traffic than they would have."""
    lives = [_quieter(one) for one in (*SERVERS, *CLIENTS)]
    return make(seed, sampling=sampling, minutes=MINUTES, strengths=strengths, attacks=SLOW,
                benign=lives)  # fmt: skip


def _quieter(lives: Lives) -> Lives:
    def quieter(place: Place, busy: float) -> None:
        lives(place, busy * LIVELY.get(lives, QUIET))

    quieter.__name__ = getattr(lives, "__name__", "")
    return quieter
