"""Cosignatures are those of C2SP tlog-cosignature, and hold for one text, time, name and key."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.evidence.checkpoint import make, parse, show_key
from aupkeep.evidence.cosignature import LATEST, Cosigner, cosign, cosigned_at, read_cosigner
from aupkeep.model.errors import Unreadable

LOG = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
WITNESS = Cosigner("witness.example/w1", KEY.public_key())
AT = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
NOTE = make("a.example/journal", 5, bytes(32), "a.example", LOG)
LINE = cosign(parse(NOTE).text, WITNESS.name, KEY, AT)


def test_the_line_is_the_one_of_the_specification():
    """Key id with byte 4, eight bytes of time, the signature over header, time and text."""
    raw = base64.b64decode(LINE.split(" ")[2])
    assert LINE.startswith("\N{EM DASH} witness.example/w1 ")
    assert raw[:4].hex() == WITNESS.show().split("+")[1]
    assert int.from_bytes(raw[4:12], "big") == int(AT.timestamp())
    message = f"cosignature/v1\ntime {int(AT.timestamp())}\n{parse(NOTE).text}"
    WITNESS.key.verify(raw[12:], message.encode())


def test_it_says_when():
    """The time is that of the witness, whatever other lines stand around it."""
    other = cosign(parse(NOTE).text, "w2.example", LOG, AT + timedelta(days=2))
    assert cosigned_at(parse(NOTE + other + LINE), WITNESS) == AT


@pytest.mark.parametrize(
    "wrong",
    [
        replace(parse(NOTE + LINE), text=parse(NOTE).text.replace("5", "6")),
        parse(NOTE),
        parse(NOTE + cosign(parse(NOTE).text, "w2.example", KEY, AT)),
        parse(NOTE + cosign(parse(NOTE).text, WITNESS.name, LOG, AT)),
        parse(make("a.example/journal", 5, bytes(32), WITNESS.name, KEY)),
    ],
    ids=["another text", "no line", "another name", "another key", "a log's signature"],
)
def test_no_other_line_holds(wrong):
    """Another text, name, key or kind of signature is no cosignature."""
    assert cosigned_at(wrong, WITNESS) is None


@pytest.mark.parametrize("seconds", [0, 1, 1 << 63, (1 << 64) - 1])
def test_a_time_that_was_changed_does_not_hold(seconds):
    """The time is signed, and one of sixty-four bits is no error."""
    raw = bytearray(base64.b64decode(LINE.split(" ")[2]))
    raw[4:12] = seconds.to_bytes(8, "big")
    line = f"\N{EM DASH} {WITNESS.name} {base64.b64encode(raw).decode()}\n"
    assert cosigned_at(parse(NOTE + line), WITNESS) is None


def test_keys_are_shown_and_read():
    """The verifier key has the type byte 4; a log's key is no witness's."""
    assert read_cosigner(WITNESS.show()) == WITNESS
    for text in (show_key("w", KEY.public_key()), "", "w+00000000+BA==", WITNESS.show()[:-4]):
        with pytest.raises(Unreadable):
            read_cosigner(text)


@pytest.mark.parametrize("seconds", [1, LATEST, 0])
def test_the_first_and_the_last_second_are_times(seconds):
    """Nought is none: a note that says no time holds for none."""
    at = datetime.fromtimestamp(seconds, UTC)
    line = cosign(parse(NOTE).text, WITNESS.name, KEY, at)
    assert cosigned_at(parse(NOTE + line), WITNESS) == (at if seconds else None)
