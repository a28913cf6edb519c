"""What single changes do not show: forks, foreign logs, half erasures."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.evidence.checkpoint import make
from aupkeep.evidence.leaf import commitment
from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.evidence.verify import LogLeaf, LogVerdict, check
from aupkeep.model.errors import Unreadable
from aupkeep.model.facts import canonical

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OLD = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
KEYS = (("a", OLD.public_key()), ("a", KEY.public_key()))
SALT = bytes(32)


def leaf(number, payload=None, kind="t"):
    payload = payload or {"number": number}
    made = commitment(SALT, payload).hex()
    header = canonical({"id": str(number), "type": kind, "at": "now", "commitment": made})
    return LogLeaf(number, header, SALT, payload, False)


LEAVES = [leaf(number) for number in range(6)]


def sign(size, key=KEY, origin="log", leaves=LEAVES):
    tree = Frontier().extend(leaf_hash(each.leaf) for each in leaves[:size])
    return make(origin, size, tree.root(), "a", key)


def test_rotated_key():
    """Checkpoints of a former key go on counting beside those of its heir."""
    assert check(LEAVES, [sign(2, OLD), sign(6)], KEYS).ok


def broken(number, **changes):
    """The log with one leaf changed."""
    return [*LEAVES[:number], LEAVES[number]._replace(**changes), *LEAVES[number + 1 :]]


def differs(size, leaves=LEAVES):
    """What is said of a root that is not the signed one."""
    tree = Frontier().extend(leaf_hash(each.leaf) for each in leaves[:size])
    moved = "one of them was changed, moved or put in"
    return f"expected the signed root of size {size}, found {tree.root().hex()[:16]}…; {moved}"


REWRITTEN = [*LEAVES[:3], leaf(3, {"other": True}), *LEAVES[4:]]
OTHERS = "entry 3: expected the payload and salt its leaf commits to, found others"
HALF = "entry 3: expected salt and payload, or both erased and marked as such"
SOME = "entry 3: expected no salt and payload in an erased entry, found some"
FORKED = sign(4, leaves=REWRITTEN)
MIXED = "\n\n".join((sign(4).partition("\n\n")[0], sign(5).partition("\n\n")[2]))
FOREIGN = sign(4, Ed25519PrivateKey.from_private_bytes(b"x" * 32))
EMPTY = make("log", 0, bytes(32), "a", KEY)
ALL, EACH = [sign(6)], [sign(n) for n in range(1, 7)]
FIELDS = "['at', 'commitment', 'id', 'type']"
FAULTS = {  # leaves, checkpoints, entries read, first bad, why
    "rewritten": (
        REWRITTEN, [sign(2), sign(6)], 6, 2, f"entries 2 to 5: {differs(6, REWRITTEN)}"),
    "rewritten under one": (REWRITTEN, ALL, 6, 0, f"entries 0 to 5: {differs(6, REWRITTEN)}"),
    "rewritten, each signed": (
        REWRITTEN, EACH, 4, 3, f"entries 3 to 3: {differs(4, REWRITTEN)}"),
    "a fork": (
        LEAVES, [sign(2), sign(4), FORKED, sign(6)], 4, 2, f"entries 2 to 3: {differs(4)}"),
    "cut": (LEAVES[:4], ALL, 4, 4, "entry 4: expected 6 entries as signed, found 4"),
    "unsigned tail": (
        LEAVES, [sign(4)], 6, 4, "entry 4: expected a checkpoint over it, the last signs 4"),
    "unsigned": (LEAVES, [], 6, 0, "entry 0: expected a checkpoint over it, the last signs 0"),
    "left out": ([*LEAVES[:3], *LEAVES[4:]], ALL, 3, 3, "entry 3: expected next, found index 4"),
    "payload": (broken(3, payload={"x": 1}), ALL, 3, 3, OTHERS),
    "salt": (broken(3, salt=b"x" * 32), ALL, 3, 3, OTHERS),
    "no payload": (broken(3, payload=None), ALL, 3, 3, HALF),
    "no salt": (broken(3, salt=None), ALL, 3, 3, HALF),
    "neither": (broken(3, salt=None, payload=None), ALL, 3, 3, HALF),
    "half erased": (broken(3, payload=None, erased=True), ALL, 3, 3, HALF),
    "erased with salt and payload": (broken(3, erased=True), ALL, 3, 3, SOME),
    "no JSON": (
        broken(3, payload={"x": float("nan")}), ALL, 3, 3,
        "entry 3: expected a payload that is JSON, found "),
    "an object": (
        broken(3, payload={"x": object()}), ALL, 3, 3,
        "entry 3: expected a payload that is JSON, found "),
    "no header": (
        broken(3, leaf=b"{}"), ALL, 3, 3,
        f"entry 3: leaf: expected the fields {FIELDS}, found b'{{}}'"),
    "no checkpoint": (
        LEAVES, [sign(2), "", sign(6)], 6, 2,
        "checkpoint: expected origin, size, root, blank line, signature; found ''"),
    "another origin": (
        LEAVES, [sign(2), sign(4, origin="other"), sign(6)], 6, 2,
        "checkpoint 4: expected origin log, found other"),
    "another key": (
        LEAVES, [FOREIGN, sign(6)], 6, 0,
        "checkpoint 4: expected a signature of a known key, found none"),
    "another's signature": (
        LEAVES, [MIXED, sign(6)], 6, 0,
        "checkpoint 4: expected a signature of a known key, found one that does not hold"),
    "the first of two": (
        LEAVES, [sign(2), sign(3, origin="x"), sign(4), sign(5, origin="y"), sign(6)], 6, 2,
        "checkpoint 3: expected origin log, found x"),
    "the earlier of leaf and checkpoint": (
        broken(3, salt=None), [sign(2), sign(4, origin="x"), sign(6)], 3, 2,
        "checkpoint 4: expected origin log, found x"),
    "the earlier of checkpoint and leaf": (
        broken(3, salt=None), [sign(2), sign(6), sign(6, origin="x")], 3, 3, HALF),
    "checkpoint and leaf alike": (
        LEAVES, [FOREIGN], 6, 0, "checkpoint 4: expected a signature of a known key, found none"),
    "two at the first entry, what is signed first": (
        LEAVES, [EMPTY, FOREIGN], 0, 0,
        "checkpoint 4: expected a signature of a known key, found none"),
    "an empty log of something": (
        LEAVES, [EMPTY, sign(6)], 0, 0, "checkpoint 0: expected the root of an empty log"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_fault(name):
    """Each fault names the first bad entry and why, and how far the log was read."""
    leaves, checkpoints, entries, first_bad, reason = FAULTS[name]
    verdict = check(leaves, checkpoints, KEYS)
    assert (verdict.ok, verdict.entries, verdict.first_bad) == (False, entries, first_bad)
    assert verdict.reason.startswith(reason)
    assert verdict.reason == reason or reason.endswith("found ")


def test_the_origin_may_be_given():
    """All checkpoints of another log are foreign when the log's own name is known."""
    assert check(LEAVES, ALL, KEYS, origin="log").ok
    verdict = check(LEAVES, [sign(4, origin="other"), *ALL], KEYS, origin="log")
    assert verdict.reason == "checkpoint 4: expected origin log, found other"


def test_a_source_that_breaks_off():
    """Leaves that cannot be read further name the entry where it ended."""

    def leaves() -> Iterator[LogLeaf]:
        yield from LEAVES[:2]
        raise Unreadable("no more")

    fault = LogVerdict(ok=False, entries=2, first_bad=2, reason="entry 2: no more")
    assert check(leaves(), ALL, KEYS) == fault


GONE = LEAVES[3]._replace(payload=None, salt=None, erased=True)
BARE = "entry 3: expected a later entry that names its erasure and the rule, found none"


def after_erasure(*last: LogLeaf) -> LogVerdict:
    """The verdict over a log whose fourth entry is erased, with more entries at its end."""
    leaves = [*LEAVES[:3], GONE, *LEAVES[4:], *last]
    return check(leaves, [sign(len(leaves), leaves=leaves)], KEYS)


def test_an_erased_entry_is_named_by_a_later_one():
    """Then it still verifies, and is counted."""
    named = leaf(6, {"erases": ["3"], "rule": "raw-mail"}, "entries-erased")
    assert after_erasure(named) == LogVerdict(ok=True, entries=7, erased=1)


def test_each_erased_entry_is_counted():
    leaves = [*LEAVES[:2], LEAVES[2]._replace(payload=None, salt=None, erased=True), GONE]
    leaves.append(leaf(4, {"erases": ["2", "3"]}, "entries-erased"))
    verdict = check(leaves, [sign(5, leaves=leaves)], KEYS)
    assert verdict == LogVerdict(ok=True, entries=5, erased=2)


OTHER_TYPE = leaf(6, {"erases": ["3"]})
OTHER_ENTRY = leaf(6, {"erases": ["2"]}, "entries-erased")
NO_LIST = leaf(6, {"erases": "3"}, "entries-erased")


@pytest.mark.parametrize("last", [(), (OTHER_TYPE,), (OTHER_ENTRY,), (NO_LIST,)])
def test_an_erasure_that_no_entry_names_is_tampering(last):
    verdict = after_erasure(*last)
    assert (verdict.ok, verdict.first_bad, verdict.reason) == (False, 3, BARE)


def test_who_erases_the_erasing_entry_too_is_found():
    gone = leaf(6, {"erases": ["3"]}, "entries-erased")
    gone = gone._replace(payload=None, salt=None, erased=True)
    assert after_erasure(gone).first_bad == 3


def test_empty_log():
    """A log with nothing in it holds, with or without a checkpoint that says so."""
    assert check([], [], KEYS).ok
    assert check([], [sign(0)], KEYS).ok
