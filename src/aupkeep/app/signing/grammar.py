"""The signer's socket: one request, one answer, then the connection ends.

    request = ("status" / "desired" / "cosign") SP length LF *OCTET
    answer  = ("ok" / "refused")     SP length LF *OCTET

`length` is decimal and counts the octets after the line feed. `status` has none; its answer is a
JSON object. `desired` has a state as `enforcement.desired.plain_state` writes it, its answer the
signed state, or a JSON object with `reason` and, for single actions, `actions`. `cosign` has the
body of an `add-checkpoint` (`evidence.witness`), its answer the signature line, or a JSON object
with what a `WitnessRefusal` says.
"""

import re
import socket
from typing import NamedTuple

from aupkeep.enforcement.desired import MAX_BYTES
from aupkeep.model.errors import Unavailable, Unreadable

FIRST_LINE = re.compile(rb"(status|desired|cosign|ok|refused) (0|[1-9][0-9]{0,8})\n")
LONGEST_LINE = 32
SOCKET = "socket"  # in the folder `signer` of the home


class SignerMessage(NamedTuple):
    """A request or an answer."""

    word: str
    body: bytes


def send(connection: socket.socket, message: SignerMessage) -> None:
    """Write one message. Raises `OSError`."""
    connection.sendall(f"{message.word} {len(message.body)}\n".encode() + message.body)


def receive(connection: socket.socket) -> SignerMessage:
    """Read one message. Raises `Unreadable`, `Unavailable` where it ends early, `OSError`."""
    with connection.makefile("rb") as stream:
        line = stream.readline(LONGEST_LINE)
        match = FIRST_LINE.fullmatch(line)
        if match is None:
            raise Unreadable(f"signer: expected a word and a length, found {line[:LONGEST_LINE]!r}")
        length = int(match[2])
        if length > MAX_BYTES:
            raise Unreadable(f"signer: expected at most {MAX_BYTES} bytes, found {length}")
        body = stream.read(length)
    if len(body) != length:
        raise Unavailable(f"signer: expected {length} bytes, found {len(body)}")
    return SignerMessage(match[1].decode(), body)
