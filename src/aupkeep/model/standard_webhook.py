"""Signatures of webhooks by Standard Webhooks 1.0.0: HMAC-SHA256 over id, time and body."""

import base64
import binascii
import hmac
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
SHORTEST = 24  # bytes of a key, Standard Webhooks 1.0.0, "Signature scheme"


def secret_of(key: bytes) -> str:
    """How a key is given to its receiver.

    >>> secret_of(bytes(24))
    'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    return PREFIX + base64.b64encode(key).decode()


def keys_of(secret: str) -> list[bytes]:
    """The keys of a secret, or of several between spaces; empty where one of them is wrong.

    >>> keys_of("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") == [bytes(24)], keys_of("whsec_AAAA")
    (True, [])
    """
    keys = [_key(word) for word in secret.split(" ")]
    return keys if all(keys) else []


def signature_headers(
    keys: Iterable[bytes], number: str, at: datetime, body: bytes
) -> dict[str, str]:
    """`webhook-id`, `webhook-timestamp`, `webhook-signature`: a signature by each key.

    `number` is the id of the event: who gets it twice does it once.
    """
    stamp = str(int(at.timestamp()))
    signed = b".".join((number.encode(), stamp.encode(), body))
    marks = (base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys)
    return {
        "webhook-id": number,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }


def _key(word: str) -> bytes:
    try:
        key = base64.b64decode(word.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):  # no base64; no ASCII
        return b""
    return key if word.startswith(PREFIX) and len(key) >= SHORTEST else b""
