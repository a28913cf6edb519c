"""Deliver findings to the controller; while its database is away they wait in files, in order.

Detection never waits: `put` adds a document to a bounded queue, and another thread calls
`run_once`. A document that cannot be delivered is written to the spool folder and synced; where the
disk is full too, it is held in memory. When both are full, the oldest one is dropped and counted.
"""

import hashlib
import json
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, Full, Queue

from aupkeep.app.context import AppContext
from aupkeep.app.telemetry.findings.hit_document import MEDIA_TYPE
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.model.errors import Invalid, Unavailable
from aupkeep.model.raw import Channel

FOLDER = "spool"
MOST_FILES = 2_000
MOST_QUEUED = 256
MOST_HELD = 500  # documents in memory while the disk takes none
Deliver = Callable[[bytes], None]


def deliver(context: AppContext, data: bytes) -> None:
    """Receive one document as a raw, durably, and wake the worker. Raises as `receive`."""
    from aupkeep.app.receiving.receive import RawEnvelope, receive

    name = str(json.loads(data)["detector"])
    envelope = RawEnvelope(
        channel=Channel.DETECTOR, media_type=MEDIA_TYPE, sender=f"detector:{name}"
    )
    receive(context, data, envelope)


class DeliveryQueue:
    """Takes documents from the detection and delivers them, sooner or later.

    `give` delivers one and raises when it cannot; `lost` counts what was dropped for want of room.
    """

    def __init__(self, folder: Path, give: Deliver) -> None:
        """`folder` holds what waits; it may hold some from before."""
        self._folder = folder / FOLDER
        self._give = give
        self._queue: Queue[bytes] = Queue(MOST_QUEUED)
        self._held: deque[bytes] = deque()
        self.delivered = 0
        self.lost = 0
        self.trouble = ""

    def put(self, data: bytes) -> None:
        """Add a document; never waits."""
        try:
            self._queue.put_nowait(data)
        except Full:
            self.lost += 1

    @property
    def waiting(self) -> int:
        """How many documents are not delivered yet."""
        return self._queue.qsize() + len(self._held) + len(self._spooled())

    def run_once(self, seconds: float) -> None:
        """Deliver what comes within so many seconds; in quiet times what waits."""
        try:
            data = self._queue.get(timeout=seconds)
        except Empty:
            self._catch_up()
            return
        if not self._try(data):
            self._keep(data)

    def close(self) -> None:
        """What still waits goes into the spool, so that the next start delivers it."""
        with suppress(Empty):
            while True:
                data = self._queue.get_nowait()
                if not self._try(data):
                    self._keep(data)
        while self._held and self._spool(self._held[0]):
            self._held.popleft()

    def _try(self, data: bytes) -> bool:
        try:
            self._give(data)
        except Invalid as error:  # it will be no better later
            self.lost += 1
            self.trouble = str(error)
            return True
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the desk, the windows go on
            self.trouble = str(error)[:300]
            return False
        self.delivered += 1
        self.trouble = ""
        return True

    def _keep(self, data: bytes) -> None:
        """Remember a document that could not be delivered."""
        if self._spool(data):
            return
        self._held.append(data)
        if len(self._held) > MOST_HELD:
            self._held.popleft()
            self.lost += 1

    def _spool(self, data: bytes) -> bool:
        before = self._spooled()
        number = int(before[-1].name.partition("-")[0]) + 1 if before else 1
        name = f"{number:012d}-{hashlib.sha256(data).hexdigest()[:16]}.json"
        try:
            write_durably(self._folder / name, data)
        except Unavailable:
            return False
        for path in before[: max(0, len(before) + 1 - MOST_FILES)]:
            path.unlink(missing_ok=True)
            self.lost += 1
        return True

    def _catch_up(self) -> None:
        """Deliver what waits, oldest first, until something new comes or a delivery fails."""
        for path in self._spooled():
            if not self._queue.empty():
                return
            try:
                data = path.read_bytes()
            except OSError:
                return
            if not self._try(data):
                return
            path.unlink(missing_ok=True)
        while self._held and self._queue.empty() and self._try(self._held[0]):
            self._held.popleft()

    def _spooled(self) -> list[Path]:
        return sorted(self._folder.glob("*.json"))
