"""One export datagram as it was received, from a socket or out of a capture."""

from dataclasses import dataclass

from aupkeep.model.subject import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Datagram:
    """`exporter` is None where only the bytes are known; `at` is milliseconds since 1970, UTC."""

    data: bytes
    at: int
    exporter: Address | None = None
