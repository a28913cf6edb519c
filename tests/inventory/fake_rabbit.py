"""A broker in memory, as `BrokerLine` sees the real one; both pass the tests of `test_broker`."""

import queue
from collections.abc import Iterator

from aupkeep.inventory.broker import BrokerSettings
from aupkeep.model.errors import Forbidden, Unavailable
from inventory.rabbit_rights import EXCHANGES, PASSWORD, QUEUE


class FakeRabbit:
    """Exchanges that are there, and our queue while it is."""

    def __init__(self) -> None:
        self.up = True
        self.queue: queue.Queue[bytes] | None = None

    def tell(self, *bodies: bytes, exchange: str = "neutron") -> None:
        """Publish as a service of the cloud does."""
        assert exchange in EXCHANGES
        for body in bodies:
            if self.queue is not None:
                self.queue.put(body)

    def drop(self) -> None:
        """Delete our queue."""
        self.queue = None

    def stop(self) -> None:
        """It is killed; what its queue had on disk stays."""
        self.up = False

    def start(self) -> None:
        """It is there again."""
        self.up = True

    def line(self, settings: BrokerSettings) -> "FakeLine":
        """A connection. Raises `Unavailable`, `Forbidden`."""
        if not self.up:
            raise Unavailable("broker: connection refused")
        if settings.password != PASSWORD:
            raise Forbidden("broker: the login is refused: ACCESS_REFUSED")
        return FakeLine(self, settings)


class FakeLine:
    """One connection."""

    def __init__(self, server: FakeRabbit, settings: BrokerSettings) -> None:
        self._server, self._settings = server, settings

    def bind(self) -> tuple[str, ...]:
        """As the real one, by the rights of the documentation."""
        if self._settings.queue != QUEUE:
            raise Unavailable("broker: 403 ACCESS_REFUSED")
        if self._server.queue is None:
            self._server.queue = queue.Queue()
        refused = [name for name in self._settings.exchanges if name not in EXCHANGES]
        if len(refused) == len(self._settings.exchanges):
            raise Unavailable("broker: nothing to hear")
        return tuple(f"exchange {name}: 403 ACCESS_REFUSED" for name in refused)

    def bodies(self) -> Iterator[bytes | None]:
        """As the real one."""
        while self._server.up:
            if self._server.queue is None:
                raise Unavailable("broker: expected our queue to last, found it gone")
            try:
                yield self._server.queue.get(timeout=0.01)
            except queue.Empty:
                yield None
        raise Unavailable("broker: the connection is closed")

    def close(self) -> None:
        """Nothing to do."""
