"""Questions over the network, from a named address, bounded in time and size."""

import re
import socket
from collections.abc import Sequence
from contextlib import closing, suppress
from time import monotonic
from urllib.parse import quote, urlsplit

from aupkeep.config.tls import unchecked_context
from aupkeep.model.errors import Unavailable
from aupkeep.model.probe import ProbeTarget
from aupkeep.model.subject import Address
from aupkeep.probes.probe import DatagramAnswer, Knock, PageAnswer

PATIENCE = 3.0  # seconds for all of one question
MOST = 64 * 1024  # bytes read of one answer
DATAGRAM = 65_535
LINGER = 0.5  # seconds after the first datagram, in which the rest of an answer is counted
RESERVED = "%:/?#[]@!$&'()*+,;=-._~"  # RFC 3986 section 2.2; all else is percent-encoded
HEAD = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r\n]")
LOCATION = re.compile(rb"\r?\nlocation:[ \t]*([\x21-\x7e]{1,2000})[ \t]*\r?\n", re.IGNORECASE)


class NetworkMeans:
    """What one question can ask others: all of it ends `PATIENCE` after its first packet.

    `sources` are our own addresses, one for each IP version.
    """

    def __init__(self, sources: Sequence[Address], agent: str) -> None:
        """`agent` is what web servers are told of who asks."""
        self._sources = {address.version: address for address in sources}
        self._agent = agent
        self._end: float | None = None

    def connect(self, address: Address, port: int) -> Knock:
        """Open one TCP connection and close it. Raises `Unavailable` without a source address."""
        knock, stream = self._open(address, port, self._until())
        if stream is not None:
            stream.close()
        return knock

    def page(self, target: ProbeTarget, url: str) -> PageAnswer:
        """Ask for a page; certificates are not looked at, the address is the case's own."""
        end = self._until()
        split = urlsplit(url)
        port = split.port or (443 if split.scheme == "https" else 80)
        knock, stream = self._open(target.address, port, end)
        if stream is None:
            return PageAnswer(knock=knock)
        with closing(stream):
            try:
                return self._asked(stream, url, end)
            except (OSError, ValueError):  # ValueError: a host name that TLS cannot carry
                return PageAnswer(knock=Knock.ACCEPTED)

    def _asked(self, stream: socket.socket, url: str, end: float) -> PageAnswer:
        split = urlsplit(url)
        host = split.hostname or ""
        if split.scheme == "https":
            stream.settimeout(_left(end))
            stream = unchecked_context().wrap_socket(stream, server_hostname=host)
        path = (split.path or "/") + (f"?{split.query}" if split.query else "")
        lines = (
            f"GET {quote(path, safe=RESERVED)} HTTP/1.1",
            f"Host: {quote(split.netloc.encode('idna').decode(), safe=':[]')}",
            f"User-Agent: {quote(self._agent, safe=f' {RESERVED}')}",
            "Accept: */*",
            "Connection: close",
        )
        stream.settimeout(_left(end))
        stream.sendall("\r\n".join((*lines, "", "")).encode("ascii"))
        return _read(stream, end)

    def datagram(self, address: Address, port: int, question: bytes) -> DatagramAnswer:
        """Send one datagram. Raises `Unavailable` without a source address."""
        end = self._until()
        answers: list[bytes] = []
        with _socket(address, socket.SOCK_DGRAM) as sender:
            sender.bind((self._source(address), 0))
            try:
                sender.connect(at(address, port))
                sender.send(question)
                while sum(map(len, answers)) < MOST:
                    sender.settimeout(_left(end))
                    answers.append(sender.recv(DATAGRAM))
                    end = min(end, monotonic() + LINGER)
            except ConnectionRefusedError:
                if not answers:
                    return DatagramAnswer(knock=Knock.REFUSED)
            except OSError:
                if not answers:
                    return DatagramAnswer(knock=Knock.SILENT)
        return DatagramAnswer(knock=Knock.ACCEPTED, data=answers[0], size=sum(map(len, answers)))

    def _open(self, address: Address, port: int, end: float) -> tuple[Knock, socket.socket | None]:
        stream = _socket(address, socket.SOCK_STREAM)
        try:
            stream.bind((self._source(address), 0))
            stream.settimeout(_left(end))
            stream.connect(at(address, port))
        except ConnectionRefusedError:
            stream.close()
            return Knock.REFUSED, None
        except OSError:
            stream.close()
            return Knock.SILENT, None
        except Unavailable:
            stream.close()
            raise
        return Knock.ACCEPTED, stream

    def _until(self) -> float:
        """When the question is over, however many packets it takes."""
        if self._end is None:
            self._end = monotonic() + PATIENCE
        return self._end

    def _source(self, address: Address) -> str:
        source = self._sources.get(address.version)
        if source is None:
            raise Unavailable(
                f"[probes] source: expected an IPv{address.version} address of ours, found none"
            )
        return str(source)


def at(address: Address, port: int) -> tuple[str, int]:
    """Where a socket connects to."""
    return str(address), port


def _socket(address: Address, kind: socket.SocketKind) -> socket.socket:
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004 - the IP version
    return socket.socket(family, kind)


def _left(end: float) -> float:
    """Seconds that are left. Raises `TimeoutError` where none are."""
    left = end - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read(stream: socket.socket, end: float) -> PageAnswer:
    """Read the head and count the rest, up to the limit; nothing of the body is kept."""
    data = b""
    with suppress(OSError):
        while len(data) < MOST:
            stream.settimeout(_left(end))
            piece = stream.recv(MOST - len(data))
            if not piece:
                break
            data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    status = HEAD.match(head + b"\r\n")
    if status is None:
        return PageAnswer(knock=Knock.ACCEPTED if data else Knock.SILENT)
    place = LOCATION.search(head + b"\r\n")
    return PageAnswer(
        knock=Knock.ACCEPTED,
        status=int(status[1]),
        size=len(body),
        location=place[1].decode("ascii") if place else None,
    )
