"""How many requests of the API one token and one network may make, in all processes together.

Counted a minute in the shared counters of `rate_limits`, in portions of a twentieth: a process asks
the store once for each portion. Its first portion of a minute is free, so that who asks seldom
costs no write; so each process lets through a twentieth more, and no process more than that.

A caller whose token does not live counts for the network alone, with a tenth of its requests: whose
tokens live at the same address go on.
"""

import threading
from datetime import timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.receiving.rate_limits import network_of, window_of
from aupkeep.model.errors import TooMany
from aupkeep.store import shared_counters

MINUTE = timedelta(minutes=1)
PORTIONS = 20
STRANGERS = 10  # the share of a network's requests that strangers may make
MOST_NAMES = 10_000  # that a process remembers; a further one asks the store each time
USED_UP = -1


class RatePortions:
    """What is left of the portions that this process has taken in this minute, by name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._left: dict[str, int] = {}

    def take(self, context: AppContext, name: str, most: int, what: str) -> None:
        """Count a request. Raises `TooMany` above `most` a minute."""
        now = context.now()
        portion, place = max(1, most // PORTIONS), f"{context.home.path} {name}"
        with self._lock:
            if self._minute != (minute := int(now.timestamp() // MINUTE.total_seconds())):
                self._minute, self._left = minute, {}
            has_room = place in self._left or len(self._left) < MOST_NAMES
            left = self._left.get(place, portion if has_room else 0)
            if left > 0:
                self._left[place] = left - 1
                return
        window, end = window_of(context, f"api:{name}", MINUTE, now)
        step = portion if has_room else 1
        over = shared_counters.add(window, end, step) - most if left != USED_UP else step
        with self._lock:
            if over >= step:
                self._left.update({place: USED_UP} if has_room else {})
            elif has_room:
                self._left[place] = max(0, self._left.get(place, 0)) + step - max(0, over) - 1
        if over >= step:
            wait = max(1, int((end - now).total_seconds()) + 1)
            raise TooMany(f"{what}: expected at most {most} a minute, found more", wait=wait)


_portions = RatePortions()


def admit_request(context: AppContext, peer: str, token: str | None) -> None:
    """Count a request of the API by a token, or by one that does not live. Raises `TooMany`."""
    web, network = context.settings.web, network_of(peer)
    if token is None and web.api_network_a_minute:
        most = max(1, web.api_network_a_minute // STRANGERS)
        _portions.take(context, f"stranger:{network}", most, "requests without a live token")
    if token is not None and web.api_a_minute:
        _portions.take(context, f"token:{token}", web.api_a_minute, f"requests by {token}")
    if token is not None and web.api_network_a_minute:
        _portions.take(
            context, f"network:{network}", web.api_network_a_minute, "requests of your network"
        )
