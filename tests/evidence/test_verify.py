"""What single changes do not show: forks, foreign logs, half erasures."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.evidence.checkpoint import make
from aupkeep.evidence.leaf import commitment
from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.evidence.verify import LogLeaf, check
from aupkeep.model.facts import canonical

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OLD = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
KEYS = (("a", OLD.public_key()), ("a", KEY.public_key()))
SALT = bytes(32)


def leaf(number, payload=None):
    payload = payload or {"number": number}
    made = commitment(SALT, payload).hex()
    header = canonical({"id": str(number), "type": "t", "at": "now", "commitment": made})
    return LogLeaf(number, header, SALT, payload, False)


LEAVES = [leaf(number) for number in range(6)]


def sign(size, key=KEY, origin="log", leaves=LEAVES):
    tree = Frontier().extend(leaf_hash(each.leaf) for each in leaves[:size])
    return make(origin, size, tree.root(), "a", key)


def test_rotated_key():
    """Checkpoints of a former key go on counting beside those of its heir."""
    assert check(LEAVES, [sign(2, OLD), sign(6)], KEYS).ok


def test_fork():
    """Two signed roots for one size: whoever holds the key told two stories."""
    forked = sign(4, leaves=[*LEAVES[:3], leaf(3, {"other": True})])
    verdict = check(LEAVES, [sign(2), sign(4), forked, sign(6)], KEYS)
    assert (verdict.ok, verdict.first_bad) == (False, 2)


@pytest.mark.parametrize("bad", ["", sign(4, origin="other"), sign(4).replace("4", "5", 1)])
def test_bad_checkpoint(bad):
    """A checkpoint that does not hold names the first entry it would have vouched for."""
    verdict = check(LEAVES, [sign(2), bad, sign(6)], KEYS, origin="log")
    assert (verdict.ok, verdict.first_bad) == (False, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"payload": None},
        {"salt": None},
        {"payload": None, "salt": None},
        {"erased": True},
        {"payload": None, "erased": True},
        {"payload": {"x": float("nan")}},
        {"payload": {"x": object()}},
    ],
)
def test_half_erased(change):
    """Payload and salt go together and marked, or not at all."""
    verdict = check([*LEAVES[:3], LEAVES[3]._replace(**change), *LEAVES[4:]], [sign(6)], KEYS)
    assert (verdict.ok, verdict.first_bad) == (False, 3)


def test_erased():
    """An entry erased as a whole still verifies, and is counted."""
    gone = LEAVES[3]._replace(payload=None, salt=None, erased=True)
    verdict = check([*LEAVES[:3], gone, *LEAVES[4:]], [sign(6)], KEYS)
    assert (verdict.ok, verdict.entries, verdict.erased) == (True, 6, 1)


def test_empty_log():
    """A log with nothing in it holds, with or without a checkpoint that says so."""
    assert check([], [], KEYS).ok
    assert check([], [sign(0)], KEYS).ok
