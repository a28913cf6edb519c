"""A leaf commits to everything and reveals nothing."""

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.evidence.leaf import commitment, encode_leaf, read_leaf
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Unreadable

PAYLOAD = {"address": "192.0.2.17", "customer": "hansen-4711", "note": "æøå"}


def entry(**changes):
    fields = {
        "id": "019b7c01-0400-7000-8000-000000000000",
        "type": EntryType.REPORT_READ,
        "at": datetime(2026, 3, 1, 10, tzinfo=UTC),
        "actor": Actor(kind=ActorKind.PERSON, id="kari"),
        "salt": bytes(range(32)),
        "payload": PAYLOAD,
        "case": "case-99",
    }
    return Entry(**(fields | changes))


def test_header_holds_no_person():
    """No value of the payload, no actor and no case stands in the leaf."""
    leaf = encode_leaf(entry()).decode()
    assert not [word for word in (*PAYLOAD.values(), "kari", "case-99") if word in leaf]


def test_reads_back():
    """Id, type, time and commitment come back."""
    found = read_leaf(encode_leaf(entry()))
    assert (found.type, found.at) == ("report-read", "2026-03-01T10:00:00Z")
    assert found.commitment == commitment(bytes(range(32)), PAYLOAD)


@given(
    st.binary(min_size=16), st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers())
)
def test_commitment_binds(salt, payload):
    """Another salt or another payload is another commitment."""
    found = commitment(salt, payload)
    assert found != commitment(salt + b"x", payload)
    assert found != commitment(salt, payload | {"more": 1.5})


LEAF = encode_leaf(entry())
COMMITMENT = commitment(bytes(range(32)), PAYLOAD).hex()
FIELDS = "the fields ['at', 'commitment', 'id', 'type']"
NO_LEAF = {
    "nothing": (b"", "canonical JSON"),
    "deep": (b"[" * 100_000, "canonical JSON"),
    "no UTF-8": (b"\xff", "canonical JSON"),
    "a list": (b"[]", FIELDS),
    "no field": (b"{}", FIELDS),
    "a field more": (LEAF[:-1] + b',"x":"y"}', FIELDS),
    "a number": (LEAF.replace(b'"report-read"', b"1"), "text in every field"),
    "no hex": (LEAF.replace(COMMITMENT.encode(), b"x" * 64), "a commitment in hex"),
    "a surrogate": (LEAF.replace(b"T10", b"T10\\ud800"), "a commitment in hex"),
    "a blank": (LEAF + b" ", "the canonical form"),
    "a short commitment": (LEAF.replace(COMMITMENT.encode(), b"00" * 31), "the canonical form"),
}


@pytest.mark.parametrize("name", NO_LEAF)
def test_no_leaf(name):
    """Anything but the canonical form is unreadable, and says why."""
    leaf, reason = NO_LEAF[name]
    with pytest.raises(Unreadable) as raised:
        read_leaf(leaf)
    assert str(raised.value) == f"leaf: expected {reason}, found {leaf[:40]!r}"


def test_the_commitment_is_salted():
    """It is the hash of salt and canonical payload, and the leaf is canonical JSON."""
    made = hashlib.sha256(b"salt" * 4 + b'{"a":1}').digest()
    assert commitment(b"salt" * 4, {"a": 1}) == made
    assert LEAF.decode() == (
        f'{{"at":"2026-03-01T10:00:00Z","commitment":"{COMMITMENT}",'
        '"id":"019b7c01-0400-7000-8000-000000000000","type":"report-read"}'
    )
    assert read_leaf(LEAF).id == "019b7c01-0400-7000-8000-000000000000"
