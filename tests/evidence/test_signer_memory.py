"""What a signer remembers: each leaf extends it, and none but the next."""

import base64
import json
from dataclasses import replace

import pytest

from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.evidence.signer_memory import SignerMemory, read_memory
from aupkeep.evidence.witness import WitnessedTree
from aupkeep.model.errors import Unreadable
from evidence.test_verify import LEAVES

BEGUN = SignerMemory(origin="log", serials={"edge": 7})


def test_it_grows_by_the_leaves_that_come_next():
    """At once or one after the other; the serials stay as they are."""
    whole = BEGUN.extended(LEAVES)
    assert whole.frontier == Frontier().extend(leaf_hash(each.leaf) for each in LEAVES)
    assert BEGUN.extended(LEAVES[:2]).extended(LEAVES[2:]) == whole
    assert (whole.origin, whole.serials) == ("log", {"edge": 7})


@pytest.mark.parametrize(
    ("leaves", "reason"),
    [
        (LEAVES[1:], "entry 0: expected next, found index 1"),
        ([LEAVES[0], *LEAVES[2:]], "entry 1: expected next, found index 2"),
        (
            [LEAVES[0], LEAVES[1]._replace(payload={"x": 1})],
            "entry 1: expected the payload and salt its leaf commits to, found others",
        ),
    ],
)
def test_another_leaf_is_refused(leaves, reason):
    """One left out, or one that was changed."""
    with pytest.raises(Unreadable) as raised:
        BEGUN.extended(leaves)
    assert str(raised.value) == reason


def test_what_is_written_reads_back():
    """Origin, frontier, serials, and the trees of other logs."""
    memory = replace(BEGUN.extended(LEAVES), witnessed={"b.example": WitnessedTree(3, bytes(32))})
    assert read_memory(memory.to_json()) == memory
    assert json.loads(memory.to_json()) == {
        "origin": "log",
        "frontier": base64.b64encode(memory.frontier.to_bytes()).decode(),
        "serials": {"edge": 7},
        "witnessed": {"b.example": [3, "00" * 32]},
    }


def test_what_was_cosigned_of_a_log_is_kept():
    """Of each log the last tree; the rest of the memory stays as it is."""
    first, last, other = (WitnessedTree(size, bytes(32)) for size in (1, 2, 3))
    memory = BEGUN.with_cosigned("b.example", first).with_cosigned("c.example", other)
    memory = memory.with_cosigned("b.example", last)
    assert memory == replace(BEGUN, witnessed={"b.example": last, "c.example": other})


def test_a_memory_of_an_older_version_reads():
    """It cosigned nothing yet."""
    written = json.loads(BEGUN.to_json())
    del written["witnessed"]
    assert read_memory(json.dumps(written).encode()) == BEGUN


@pytest.mark.parametrize(
    "changes",
    [
        {"frontier": "%"},
        {"frontier": "AAAA%AAAAAAA="},
        {"frontier": 1},
        {"serials": {"edge": "x"}},
        {"serials": []},
        {"witnessed": {"b.example": [3]}},
        {"witnessed": {"b.example": [3, "zz"]}},
        {"witnessed": []},
    ],
)
def test_half_a_memory_signs_nothing(changes):
    """What is absent or of another kind is refused."""
    written = json.loads(BEGUN.to_json())
    odd = [
        written | changes,
        *(
            {k: v for k, v in written.items() if k != name}
            for name in written
            if name != "witnessed"
        ),
    ]
    for value in (*odd, [], None):
        with pytest.raises(
            Unreadable, match=r"^signer memory: expected what a signer wrote, found"
        ):
            read_memory(json.dumps(value).encode())
    with pytest.raises(Unreadable, match=r"^signer memory: "):
        read_memory(b"{")
