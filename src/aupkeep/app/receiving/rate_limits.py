"""How much one network may file, and what it costs: counted in the store, for all processes.

A network is a /24 or a /56 (what one household or office has). Counters are named by keyed digests,
so no address stands in the database. The more comes from a network, and from all, the more bits a
proof of work needs and the longer the wait without a script. Above the limits `TooMany` says when
to try again. Only the form and its API use these limits, no page of a customer or a reporter: a
flood of the form keeps no accused customer from answering.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from aupkeep.app.context import AppContext
from aupkeep.app.receiving.proof_of_work import MOST_BITS, WorkChallenge, make_challenge
from aupkeep.config.keys import secrets_for
from aupkeep.config.settings import NoticeSettings
from aupkeep.model.errors import Invalid, TooMany
from aupkeep.model.subject import Address, parse_address
from aupkeep.store import shared_counters

HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(minutes=10)
NONCE_BYTES = 16
SIGN_INS = 30  # an hour, for one network
LENGTHS = {4: 24, 6: 56}
QUIET_HERE, QUIET_ALL = 5, 100  # tries an hour from one place, in ten minutes from all
MOST_STEPS = 6
LONGEST_WAIT = 600  # seconds


@dataclass(frozen=True, slots=True)
class SubmissionLoad:
    """Tries from this network within the hour, and from everywhere within ten minutes."""

    here: int
    everywhere: int

    @property
    def steps(self) -> int:
        """How often the price has doubled.

        >>> [SubmissionLoad(n, 0).steps for n in (0, 5, 10, 20, 40, 100_000)]
        [0, 0, 1, 2, 3, 6]
        """
        here = max(0, (self.here // QUIET_HERE).bit_length() - 1)
        everywhere = max(0, (self.everywhere // QUIET_ALL).bit_length() - 1)
        return min(MOST_STEPS, here + everywhere)


def price(settings: NoticeSettings, load: SubmissionLoad) -> tuple[int, int]:
    """Bits of proof and seconds of waiting under a load.

    >>> price(NoticeSettings(bits=17, delay=5), SubmissionLoad(20, 0))
    (19, 20)
    """
    bits = min(MOST_BITS, settings.bits + load.steps)
    return bits, min(LONGEST_WAIT, settings.delay << load.steps)


def submission_load(context: AppContext, peer: str, *, add: bool) -> SubmissionLoad:
    """The load; `add` counts this request as a try. Asking for a challenge is no try."""
    now = context.now()
    names = [
        window_of(context, f"here:{network_of(peer)}", HOUR, now),
        window_of(context, "all", MOMENT, now),
    ]
    counts = [
        shared_counters.add(name, end) if add else shared_counters.count(name)
        for name, end in names
    ]
    return SubmissionLoad(*counts)


def priced_challenge(context: AppContext, peer: str, *, add: bool) -> WorkChallenge:
    """A fresh challenge at the current price."""
    bits, wait = price(context.settings.notices, submission_load(context, peer, add=add))
    secret = secrets_for(context.home, "tokens")[-1]
    return make_challenge(secret, context.now(), context.noise(NONCE_BYTES), bits=bits, wait=wait)


def admit(context: AppContext, peer: str, email: str) -> None:
    """Count a notice. Raises `TooMany` when its network or mail address filed enough."""
    limits = context.settings.notices
    _count(context, f"filed:{network_of(peer)}", HOUR, limits.an_hour, "notices from your network")
    if email:
        name = f"email:{email.casefold()}"
        _count(context, name, DAY, limits.a_day, "notices with this mail address")


def admit_upload(context: AppContext, peer: str) -> None:
    """Count a file. Raises `TooMany`."""
    most = context.settings.notices.uploads_an_hour
    _count(context, f"upload:{network_of(peer)}", HOUR, most, "files from your network")


def admit_sign_in(context: AppContext, peer: str) -> None:
    """Count a wish for a sign-in link. Raises `TooMany`."""
    _count(context, f"sign-in:{network_of(peer)}", HOUR, SIGN_INS, "sign-in links for your network")


def spend(challenge: WorkChallenge) -> bool:
    """Use a challenge up: True for one caller only."""
    return shared_counters.spend(f"spent:{challenge.nonce}", challenge.expires_at + HOUR)


def spent(challenge: WorkChallenge) -> bool:
    """Whether a challenge was used up."""
    return shared_counters.spent(f"spent:{challenge.nonce}")


def network_of(peer: str) -> str:
    """The /24 or /56 around an address; one name for all that have none.

    >>> network_of("192.0.2.77"), network_of("2001:db8:0:1ff::1"), network_of("")
    ('192.0.2.0/24', '2001:db8:0:100::/56', 'nowhere')
    """
    try:
        address = parse_address(peer)
    except Invalid:
        return "nowhere"
    return str(ip_network((address, LENGTHS[address.version]), strict=False))


def peer_of(connected: str, forwarded: str, proxies: Sequence[str]) -> str:
    """The client's address: who connected, or the nearest hop that is no proxy of ours.

    `forwarded` is X-Forwarded-For, of which only what our own proxies added can be believed: so it
    is read from its end. The answer is an address, or "" where there is none.

    >>> peer_of("127.0.0.1", "192.0.2.1, 198.51.100.9", ["127.0.0.1"])
    '198.51.100.9'
    >>> peer_of("198.51.100.9", "192.0.2.1", ["127.0.0.1"])
    '198.51.100.9'
    """
    trusted = [ip_network(proxy, strict=False) for proxy in proxies]
    hops = [hop.strip() for hop in forwarded[-2000:].split(",") if hop.strip()]
    current = connected
    while hops and any(_address(current) in network for network in trusted):
        current = hops.pop()
    address = _address(current)
    return "" if address.is_unspecified else str(address)


def _address(text: str) -> Address:
    """The address; the unspecified one for text that is none, which no proxy's prefix holds."""
    try:
        return parse_address(text)
    except Invalid:
        return parse_address("::")


def _count(context: AppContext, name: str, length: timedelta, most: int, what: str) -> None:
    now = context.now()
    window, end = window_of(context, name, length, now)
    if shared_counters.add(window, end) > most:
        left = max(1, int((end - now).total_seconds()) + 1)
        raise TooMany(f"{what}: expected at most {most} for now, found more", wait=left)


def window_of(
    context: AppContext, name: str, length: timedelta, now: datetime
) -> tuple[str, datetime]:
    """The counter of a name in the window around now, and the window's end."""
    secret = secrets_for(context.home, "tokens")[0]
    digest = hmac.new(secret, b"tally\0" + name.encode(), hashlib.sha256).hexdigest()[:32]
    number = int(now.timestamp() // length.total_seconds())
    end = datetime.fromtimestamp((number + 1) * length.total_seconds(), tz=UTC)
    return f"{digest}:{number}", end
