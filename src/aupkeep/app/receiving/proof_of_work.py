"""A challenge that costs its solver time: a proof of work, or without a script a wait.

    challenge = make_challenge(secret, issued_at, nonce, bits=17, wait=5)
    solution: any text s so that SHA-256("<challenge>:<s>") begins with 17 zero bits

The server signs a challenge (HMAC-SHA-256) and stores nothing until it is used. The form's page
holds it: with a script the browser solves it; without one the person waits, counted from the time
of issue. It is valid for a day, so that nobody is hurried (WCAG 2.2 success criterion 2.2.1: twenty
hours are no limit), and for one notice. Pure.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aupkeep.model.errors import Invalid

LIFE = timedelta(hours=24)
SKEW = timedelta(minutes=2)  # between the clocks of two web servers
LABEL = b"aupkeep notice challenge 1\0"
LONGEST = 300
LONGEST_SOLUTION = 64
MOST_BITS = 30
PARTS = 5


@dataclass(frozen=True, slots=True)
class WorkChallenge:
    """`bits` of proof, or `wait` seconds since `issued_at`."""

    text: str
    nonce: str
    issued_at: datetime
    bits: int
    wait: int

    @property
    def expires_at(self) -> datetime:
        """When it is no longer taken."""
        return self.issued_at + LIFE

    def left(self, now: datetime) -> int:
        """Whole seconds that are still to be waited without a proof."""
        due = self.issued_at + timedelta(seconds=self.wait)
        return max(0, -((now - due) // timedelta(seconds=1)))


def make_challenge(
    secret: bytes, issued_at: datetime, nonce: bytes, *, bits: int, wait: int
) -> WorkChallenge:
    """A fresh one; `nonce` are at least 16 random bytes."""
    body = f"{int(issued_at.timestamp())}.{bits}.{wait}.{nonce.hex()}"
    return read_challenge([secret], f"{body}.{_mac(secret, body)}", issued_at)


def read_challenge(secrets: Sequence[bytes], text: str, now: datetime) -> WorkChallenge:
    """A challenge of ours that is still valid. Raises `Invalid` for any other."""
    plain = text if len(text) <= LONGEST and text.isascii() else ""
    body, _, mac = plain.rpartition(".")
    parts = plain.split(".")
    signed = any(hmac.compare_digest(_mac(secret, body), mac) for secret in secrets)
    if len(parts) != PARTS or not signed:
        raise Invalid(f"challenge: expected one this desk gave out, found {text[:20]!a}")
    issued_at = datetime.fromtimestamp(int(parts[0]), tz=UTC)
    if not issued_at - SKEW <= now < issued_at + LIFE:
        raise Invalid("challenge: expected one of the last 24 hours, found one that expired")
    return WorkChallenge(text, parts[3], issued_at, int(parts[1]), int(parts[2]))


def proves(challenge: WorkChallenge, solution: str) -> bool:
    """Whether a solution solves it."""
    if not 0 < len(solution) <= LONGEST_SOLUTION or not solution.isascii():
        return False
    digest = hashlib.sha256(f"{challenge.text}:{solution}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - min(challenge.bits, MOST_BITS)) == 0


def _mac(secret: bytes, body: str) -> str:
    """128 bits of an HMAC; the label keeps this use of the key apart from every other."""
    return hmac.new(secret, LABEL + body.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[
        :32
    ]
