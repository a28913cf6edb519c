"""One connection: each request is read whole, within its deadlines, then answered by a thread.

h11 reads and writes HTTP/1.1. A request that is refused before a thread sees it (413, 408) is
handed to the application with an empty body and its status, so that a person gets a page and a
program JSON; one whose head is no HTTP gets the server's own words.
"""

import asyncio
import socket
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from io import BytesIO
from typing import IO

import h11
import structlog

from aupkeep.app.receiving.rate_limits import peer_of
from aupkeep.daemon.http.deadlines import Deadlines
from aupkeep.daemon.http.gateway import (
    REFUSED,
    Application,
    Head,
    WholeAnswer,
    call,
    plain,
    variables,
)
from aupkeep.daemon.http.heads import MOST_HEAD, RefusedRequest, read_head, too_long
from aupkeep.daemon.http.holdings import Holdings, name_of
from aupkeep.daemon.http.lanes import RequestLane, lane_of

log = structlog.get_logger("web")
PIECE = 64 * 1024  # bytes read or written at once
MOST_FRAMING = 2 * PIECE  # bytes of a chunked body that are no content, and a quarter of that
IN_MEMORY = 1 << 20  # bytes of a body; a longer one goes to a temporary file
LINGER_BYTES = 1 << 20
GO_ON = h11.InformationalResponse(status_code=100, headers=[])


@dataclass(slots=True)
class Site:
    """What all connections of a server share."""

    application: Application
    host: str
    port: int
    most: int  # bytes of a body by anybody
    most_known: int  # of one whose sender names a token
    lanes: dict[str, RequestLane]
    holdings: "Holdings[Connection]"
    deadlines: Deadlines = field(default_factory=Deadlines)
    proxies: tuple[str, ...] = ()


class Connection:
    """A peer that connected, until one of both ends it."""

    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter

    def __init__(self, site: Site, accepted: socket.socket, peer: str) -> None:
        self.site, self.peer = site, peer
        self._accepted, self._open = accepted, False
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD)
        self._head_only = False
        self._fed = 0  # bytes that came
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None

    def drop(self) -> None:
        """End it at once, whatever was under way."""
        if not self._open:
            self._accepted.close()
        if self._task is not None:
            self._task.cancel()

    def begin(self) -> asyncio.Task[None]:
        """Answer one request after the other, in a task."""
        self._task = self._loop.create_task(self._serve())
        return self._task

    async def _serve(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(sock=self._accepted)
        self._open = True
        self._writer.transport.set_write_buffer_limits(high=0)  # drain() waits until all has left
        try:
            while await self._one():
                self._http.start_next_cycle()
                self.site.holdings.waits(self, self._loop.time())
        except h11.LocalProtocolError:
            log.exception("an answer was no HTTP")
        except (OSError, TimeoutError, h11.ProtocolError, asyncio.CancelledError):
            self._writer.transport.abort()  # it left, it reads too slowly, or it was dropped
        finally:
            self.site.holdings.remove(self)
            self._writer.close()

    async def _one(self) -> bool:
        """Read and answer a request; whether another may follow."""
        head: Head | None = None
        body = None
        try:
            head = await self._head()
            if head is None:
                return False
            body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed below
            size = await self._body(head, body)
            body.seek(0)
            await self._send(await self._answer(head, body, size))
        except RefusedRequest as refused:
            await self._refuse(head, refused.status)
        except h11.RemoteProtocolError as error:
            status = error.error_status_hint
            if status == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
                status = too_long(self._left) if head is None else HTTPStatus.BAD_REQUEST
            await self._refuse(head, status)
        finally:
            if body is not None:
                body.close()
        return self._http.our_state is self._http.their_state is h11.DONE

    async def _head(self) -> Head | None:
        """The head of the next request; None when the peer has no more. Raises `RefusedRequest`."""
        limits, now = self.site.deadlines, self._loop.time()
        if not self._left:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(now + limits.idle):
                    await self._receive()
        if not self._left:
            return None
        begun = self._fed - len(self._left)
        event = await self._event(self._loop.time() + limits.head)
        if not isinstance(event, h11.Request):
            return None
        self._head_only = event.method == b"HEAD"
        site = self.site
        size = self._fed - len(self._left) - begun
        head = read_head(event, size, (self.peer, site.host, site.port))
        peer = name_of(peer_of(self.peer, head.forwarded, site.proxies))
        for other in site.holdings.belongs_to(self, peer, self._loop.time()):
            other.drop()
        return head

    async def _body(self, head: Head, body: IO[bytes]) -> int:
        """Keep the body; its size. Raises `RefusedRequest`."""
        site, size, begun, fed = self.site, 0, self._loop.time(), self._fed
        known = head.path.startswith("/api/") and head.caller != ""
        most = site.most_known if known else site.most
        announced = [value for name, value in head.headers if name == b"content-length"]
        if announced and int(announced[0]) > most:
            raise RefusedRequest(413)
        while True:
            left = site.deadlines.left(begun, size, self._loop.time())
            event = await self._event(self._loop.time() + left)
            if not isinstance(event, h11.Data):
                return size
            size += len(event.data)
            if size > most:
                raise RefusedRequest(413)
            if self._fed - fed - size > MOST_FRAMING + size // 4:
                raise RefusedRequest(400)  # chunks of a byte each, or their extensions
            if not site.holdings.grows(self, len(event.data)):
                raise RefusedRequest(503)
            body.write(event.data)

    async def _event(self, until: float) -> h11.Event:
        """The next part of a request. Raises `RefusedRequest` when it is late."""
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Event):
                return event
            if self._http.they_are_waiting_for_100_continue:
                await self._write(self._http.send(GO_ON) or b"")
            try:
                async with asyncio.timeout_at(until):
                    await self._receive()
            except TimeoutError:
                raise RefusedRequest(408) from None

    @property
    def _left(self) -> bytes:
        """What came and was not looked at yet."""
        return bytes(self._http.trailing_data[0])

    async def _receive(self) -> None:
        """Take what came. Raises `ConnectionResetError` when the peer left."""
        data = await self._reader.read(PIECE)
        if not data:
            raise ConnectionResetError
        self._fed += len(data)
        self._http.receive_data(data)

    async def _answer(
        self, head: Head, body: IO[bytes], size: int, refused: int = 0
    ) -> WholeAnswer:
        """What the application says, on a thread of the request's lane."""
        self.site.holdings.is_busy(self)
        environ = variables(head, body, size)
        if refused:
            environ[REFUSED] = refused
        work = partial(call, self.site.application, environ)
        try:
            peer = peer_of(self.peer, head.forwarded, self.site.proxies)
            lane = self.site.lanes[lane_of(head.path)]
            return await lane.run(name_of(peer), work, head.caller)
        finally:
            self.site.holdings.waits(self, self._loop.time())

    async def _refuse(self, head: Head | None, status: int) -> None:
        """Say why, read on a little so that it is heard, and end the connection."""
        if self._http.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return
        if head is None:
            answer = plain(status)
        else:
            answer = await self._answer(head, BytesIO(), 0, status)
        answer.headers.append((b"connection", b"close"))
        await self._send(answer)
        self._writer.write_eof()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.site.deadlines.linger):
                await self._read_away()

    async def _read_away(self) -> None:
        """Read what nobody wants."""
        for _ in range(LINGER_BYTES // PIECE):
            if not await self._reader.read(PIECE):
                return

    async def _send(self, answer: WholeAnswer) -> None:
        headers = [*answer.headers, (b"date", formatdate(usegmt=True).encode())]
        names = {name.lower() for name, _ in headers}
        bare = answer.status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
        if b"content-length" not in names and not bare:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        begin = h11.Response(status_code=answer.status, headers=headers, reason=answer.reason)
        data = self._http.send(begin) or b""
        if answer.body and not bare and not self._head_only:
            data += self._http.send(h11.Data(data=answer.body)) or b""
        await self._write(data + (self._http.send(h11.EndOfMessage()) or b""))

    async def _write(self, data: bytes) -> None:
        """Write it all. Raises `TimeoutError` when the peer reads too slowly."""
        begun = self._loop.time()
        for start in range(0, len(data), PIECE):
            self._writer.write(data[start : start + PIECE])
            left = self.site.deadlines.left(begun, start, self._loop.time())
            async with asyncio.timeout_at(self._loop.time() + left):
                await self._writer.drain()
