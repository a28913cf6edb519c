"""The agent's own key, in its folder: what it asks and reports is signed with it.

`key` holds the 32 bytes in base64, 0600, made at the first start; `sent` the number of the last
request. Numbers are milliseconds where the clock allows, else one above the last: a clock that was
set back keeps no report from being taken. Each request names the one before it in this folder: a
server that took another since has heard a copy of the folder, or this one was put back.
"""

import base64
import fcntl
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.signed_request import MOST, AgentRequest, public_text, signed_headers
from aupkeep.model.errors import Invalid, Unavailable

KEY, SENT, LOCK = "key", "sent", "sent.lock"
SECRET_BYTES = 32
ROOM = 1 << 40  # numbers that a server may not use up by what it says it knows


@dataclass(frozen=True, slots=True)
class RequestSigner:
    """Signs requests with the key of a folder; also several processes of one agent at once."""

    folder: Path
    key: Ed25519PrivateKey
    clock: Callable[[], datetime]

    @property
    def public(self) -> str:
        """The public half, in base64."""
        return public_text(self.key)

    def headers(self, request: AgentRequest, above: int = 0) -> dict[str, str]:
        """The headers that sign one request, numbered `above` one that a server says it knows.

        Raises `Unavailable`.
        """
        created = self.clock().timestamp()
        known = above if above < MOST - ROOM else 0
        number, previous = self._next(max(int(created * 1000), known + 1))
        return signed_headers(
            request, self.key, number=number, previous=previous, created=int(created)
        )

    def _next(self, least: int) -> tuple[int, int]:
        """The number of the next request, and of the last one."""
        try:
            with (self.folder / LOCK).open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                previous = self._sent()
                number = max(least, previous + 1)
                write_durably(self.folder / SENT, f"{number}\n".encode())
                return number, previous
        except OSError as error:
            raise Unavailable(f"{self.folder}: {error}") from error

    def _sent(self) -> int:
        """The last number; one that cannot be read is asked of the server again."""
        with suppress(FileNotFoundError, ValueError):
            return int((self.folder / SENT).read_bytes()[:20])
        return 0


def request_signer(folder: Path, clock: Callable[[], datetime]) -> RequestSigner:
    """The signer of an agent's folder, its key made where there is none.

    Raises `Invalid` for a damaged key, `Unavailable` where the folder cannot be written.
    """
    path = folder / KEY
    try:
        if not path.exists():
            _make(path)
        secret = base64.b64decode(path.read_bytes().strip(), validate=True)
        key = Ed25519PrivateKey.from_private_bytes(secret)
    except OSError as error:
        raise Unavailable(f"{path}: expected the agent's key, found {error}") from error
    except ValueError as error:
        raise Invalid(
            f"{path}: damaged ({error}); remove it, then tell the server the new key: "
            "aupkeep agent key add --replace"
        ) from error
    return RequestSigner(folder, key, clock)


def _make(path: Path) -> None:
    """Write a new key; of two that do so at once one is first, and both use its key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{KEY}.{os.getpid()}.{threading.get_ident()}.new")
    write_durably(fresh, base64.b64encode(os.urandom(SECRET_BYTES)) + b"\n")
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
