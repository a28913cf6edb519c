"""A seal proves one entry behind an older copy of the journal, and nothing that was changed."""

import base64
import functools
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.evidence.seal import Seal, check_seal, read_seal
from aupkeep.model.errors import Invalid, Unreadable
from evidence.test_verify import KEY, KEYS, LEAVES, OLD, SALT, leaf, sign

COPY, END = 3, 6
SEALED = leaf(4, {"files": {"a": "00"}}, "backup-made")
LOG = [*LEAVES[:4], SEALED, LEAVES[5]]
TREE = Frontier().extend(leaf_hash(each.leaf) for each in LOG[:COPY])
SEAL = Seal(
    leaves=tuple(each.leaf for each in LOG[COPY:END]),
    checkpoint=sign(END, leaves=LOG),
    salt=SALT,
    payload={"files": {"a": "00"}},
)
NO_ENTRY = "seal: expected an entry backup-made as it was signed, found none"
NO_KEY = "seal: expected a signature of a known key of log, found none"
NO_TREE = "seal: expected the tree that was signed, found another"


def check(seal=SEAL, tree=TREE, keys=KEYS, kind="backup-made", origin="log"):
    return check_seal(seal, tree, keys, kind, origin)


def test_it_follows_from_the_copy():
    """Whoever signed is named; of two keys the one that did."""
    assert check() == KEYS[1]
    former = replace(SEAL, checkpoint=sign(END, OLD, leaves=LOG))
    assert check(former) == KEYS[0]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"keys": KEYS[:1]}, NO_KEY),
        ({"keys": ()}, NO_KEY),
        ({"keys": (("b", KEY.public_key()),)}, NO_KEY),
        (
            {"keys": (("a", Ed25519PrivateKey.from_private_bytes(b"f" * 32).public_key()),)},
            NO_KEY,
        ),
        ({"origin": "other"}, "seal: expected a signature of a known key of other, found none"),
        ({"tree": Frontier()}, NO_TREE),
        ({"tree": TREE.append(bytes(32))}, NO_TREE),
        ({"kind": "t"}, "seal: expected an entry t as it was signed, found none"),
        ({"seal": replace(SEAL, leaves=SEAL.leaves[:-1])}, NO_TREE),
        ({"seal": replace(SEAL, leaves=SEAL.leaves[::-1])}, NO_TREE),
        ({"seal": replace(SEAL, checkpoint=sign(END))}, NO_TREE),
        ({"seal": replace(SEAL, salt=b"x" * 32)}, NO_ENTRY),
        ({"seal": replace(SEAL, payload={"files": {"a": "01"}})}, NO_ENTRY),
        ({"seal": replace(SEAL, payload={"number": 3})}, NO_ENTRY),
        ({"seal": replace(SEAL, payload={"files": object()})}, NO_ENTRY),
        ({"seal": replace(SEAL, payload={"files": "\ud800"})}, NO_ENTRY),
    ],
)
def test_what_was_changed_does_not_follow(given, reason):
    """Another key, log, copy, entry, leaf, signed tree, salt or payload."""
    with pytest.raises(Invalid) as caught:
        check(**given)
    assert str(caught.value) == reason


def test_a_payload_without_end_proves_nothing():
    deep = functools.reduce(lambda inside, _: {"files": inside}, range(20_000), {})
    with pytest.raises(Invalid) as caught:
        check(replace(SEAL, payload=deep))
    assert str(caught.value) == NO_ENTRY


def test_a_leaf_that_is_none_proves_nothing():
    """Although the tree over it was signed: it is unreadable."""
    odd = [*LOG[:COPY], LOG[COPY]._replace(leaf=b"{"), *LOG[COPY + 1 :]]
    seal = replace(SEAL, leaves=tuple(it.leaf for it in odd[COPY:]), checkpoint=sign(6, leaves=odd))
    with pytest.raises(Unreadable):
        check(seal)


def test_what_is_written_reads_back():
    """One JSON object, bytes as base64."""
    assert read_seal(SEAL.to_json()) == SEAL
    assert json.loads(SEAL.to_json()) == {
        "checkpoint": SEAL.checkpoint,
        "leaves": [base64.b64encode(item).decode() for item in SEAL.leaves],
        "payload": {"files": {"a": "00"}},
        "salt": base64.b64encode(SALT).decode(),
    }


@pytest.mark.parametrize(
    "changes",
    [{"leaves": ["%"]}, {"leaves": ["AA%A="]}, {"leaves": 1}, {"salt": "A%AA="}, {"payload": 7}],
)
def test_half_a_seal_is_unreadable(changes):
    """What is absent, of another kind or no base64."""
    written = json.loads(SEAL.to_json())
    less = [{key: value for key, value in written.items() if key != name} for name in written]
    for value in (written | changes, *less, [], None, "x"):
        with pytest.raises(Unreadable, match=r"^seal: expected one as a backup has it, found "):
            read_seal(json.dumps(value).encode())
    for data in (b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(Unreadable, match=r"^seal: "):
            read_seal(data)
