"""A mail filter that speaks Postfix's milter protocol and stamps mails, as OpenDKIM does.

It looks up no key: a mail is found signed when its From domain is one of those given. What is under
test is where Postfix puts such a filter's stamp and what becomes of other people's.
"""

import re
import socketserver
import struct
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Self

VERSION = 6
ADD_HEADERS = 0x01
CONTINUE = b"c"
FROM = re.compile(rb"@([a-z0-9.-]+)>?\s*$", re.IGNORECASE)
SILENT = b"DA"  # macros and abort are not answered


class _Conversation(socketserver.StreamRequestHandler):
    """One connection: packets of a length, a letter and data, each answered but the silent ones."""

    server: "_Server"

    def handle(self) -> None:
        """Answer until Postfix quits."""
        domain = ""
        for letter, data in self._packets():
            if letter == b"O":
                self._say(b"O", struct.pack("!III", VERSION, ADD_HEADERS, 0))
                continue
            if letter == b"M":
                domain = ""
            if letter == b"L" and data.lower().startswith(b"from\0"):
                found = FROM.search(data.rstrip(b"\0"))
                domain = found[1].decode().lower() if found else ""
            if letter == b"E":
                self._say(b"i", struct.pack("!I", 0) + self._stamp(domain))
            if letter not in SILENT:
                self._say(CONTINUE)

    def _packets(self) -> Iterator[tuple[bytes, bytes]]:
        while len(head := self.rfile.read(4)) == 4:
            packet = self.rfile.read(struct.unpack("!I", head)[0])
            if packet[:1] == b"Q":
                return
            yield packet[:1], packet[1:]

    def _say(self, letter: bytes, data: bytes = b"") -> None:
        self.wfile.write(struct.pack("!I", len(data) + 1) + letter + data)

    def _stamp(self, domain: str) -> bytes:
        """Name and value of an Authentication-Results header (RFC 8601)."""
        result = "pass" if domain in self.server.proven else "fail"
        value = f"{self.server.name}; dkim={result} header.d={domain}"
        return b"Authentication-Results\0" + value.encode() + b"\0"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    name: str
    proven: tuple[str, ...]


class Filter:
    """Runs while the block does; `port` is where Postfix finds it."""

    def __init__(self, name: str, proven: tuple[str, ...]) -> None:
        """`name` is the authserv-id of the stamps, `proven` the domains that sign."""
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.name, self._server.proven = name, proven
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        """Serve in a thread."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
