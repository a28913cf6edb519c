"""Threads that answer requests: some for the desk, some for the API, some for the public.

The public can fill its own lane alone. Within a lane each peer has its turn, so that many requests
of one delay those of another by one; of the API's callers at one address each token has its turn.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
PUBLIC = ("/report", "/c/", "/r/", "/sign-in", "/alert/", "/api/v1/notices")
API = "/api/"
THREADS = {"desk": 3, "api": 2, "public": 2}


def lane_of(path: str) -> str:
    """Which lane answers an address.

    >>> [lane_of(p) for p in ("/queue", "/c/abc", "/api/v1/notices", "/api/v1/cases", "/report")]
    ['desk', 'public', 'public', 'api', 'public']
    """
    if path.startswith(PUBLIC):
        return "public"
    return "api" if path.startswith(API) else "desk"


class RequestLane:
    """A few threads, and whoever waits for one."""

    def __init__(self, name: str, threads: int) -> None:
        """Threads are started when they are first needed."""
        self._pool = ThreadPoolExecutor(threads, name)
        self._free = threads
        self._waiting: dict[str, dict[str, deque[asyncio.Future[None]]]] = {}

    async def run(self, peer: str, work: Callable[[], T], who: str = "") -> T:
        """Do the work on a thread, once it is this peer's turn, and of the peer's callers `who`."""
        await self._turn(peer, who)
        loop = asyncio.get_running_loop()
        done = loop.run_in_executor(self._pool, work)
        done.add_done_callback(lambda _: self._pass_on())
        return await asyncio.shield(done)

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _turn(self, peer: str, who: str) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(peer, {}).setdefault(who, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """A thread is free: for the peer whose turn it is, who then goes to the end.

        Of a peer's callers likewise.
        """
        while self._waiting:
            peer = next(iter(self._waiting))
            callers = self._waiting.pop(peer)
            who = next(iter(callers))
            turns = callers.pop(who)
            turn = turns.popleft()
            if turns:
                callers[who] = turns
            if callers:
                self._waiting[peer] = callers
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
