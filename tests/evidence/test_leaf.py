"""A leaf commits to everything and reveals nothing."""

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


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b"\xff",
        encode_leaf(entry()) + b" ",
        encode_leaf(entry()).replace(b"T10", b"T10\\ud800"),
    ],
)
def test_no_leaf(leaf):
    """Anything but the canonical form is unreadable."""
    with pytest.raises(Unreadable, match="expected"):
        read_leaf(leaf)
