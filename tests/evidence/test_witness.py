"""A witness cosigns what extends what it cosigned last (C2SP tlog-witness)."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.evidence.checkpoint import make
from aupkeep.evidence.consistency import consistency_proof
from aupkeep.evidence.merkle import Frontier
from aupkeep.evidence.witness import (
    LARGEST,
    AddCheckpoint,
    WitnessedTree,
    WitnessRefusal,
    check_extends,
    check_signed,
    read_request,
    write_request,
)
from evidence.test_merkle import many

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
ORIGIN, NAME = "a.example/journal", "aupkeep"
LOGS = {ORIGIN: [(NAME, OTHER.public_key()), (NAME, KEY.public_key())]}
LEAVES = many(20)


def tree(size, leaves=LEAVES):
    return Frontier().extend(leaves[:size])


def note(size, leaves=LEAVES, key=KEY, origin=ORIGIN):
    return make(origin, size, tree(size, leaves).root(), NAME, key)


def body(old, size):
    return write_request(old, consistency_proof(tree(old), LEAVES[old:size]), note(size))


def known(size):
    return WitnessedTree(size, tree(size).root())


def refused(call, request, known):
    with pytest.raises(WitnessRefusal) as caught:
        call(request, known)
    return caught.value


@pytest.mark.parametrize(("old", "size"), [(0, 1), (0, 20), (1, 20), (7, 19), (16, 17), (20, 20)])
def test_what_extends_is_cosigned(old, size):
    """The first tree, each that extends the last, and the last once more."""
    request = read_request(body(old, size))
    assert (request.old, request.checkpoint.size) == (old, size)
    check_signed(request, LOGS)
    check_extends(request, known(old))


def test_another_size_than_the_last_is_told_it():
    """409 says which size the proof must begin at: the older one too."""
    for old in (0, 6, 8):
        answer = refused(check_extends, read_request(body(old, 9)), known(7))
        assert (answer.status, answer.size, answer.forked) == (409, 7, False)


def test_two_roots_of_one_size_are_a_fork():
    """409 without a size, and it counts as proven: the log itself signed both."""
    request = read_request(write_request(9, (), note(9, [*many(8), bytes(32)])))
    answer = refused(check_extends, request, known(9))
    assert (answer.status, answer.size, answer.forked, answer.signed) == (409, None, True, True)


def test_a_proof_that_shows_nothing_is_unproven():
    """422 for a tree that branched off, for a proof of other sizes, and for one too many."""
    branch = [*many(6), bytes(32), *many(20)[7:]]
    proof = consistency_proof(tree(7, branch), branch[7:9])
    wrong = (
        write_request(7, proof, note(9, branch)),
        write_request(7, (), note(9)),
        write_request(7, [*consistency_proof(tree(7), LEAVES[7:9]), bytes(32)], note(9)),
        write_request(7, [bytes(32)], note(7)),
    )
    for request in wrong:
        answer = refused(check_extends, read_request(request), known(7))
        assert (answer.status, answer.signed, answer.forked) == (422, True, False)
    assert refused(check_extends, read_request(write_request(0, [bytes(32)], note(9))),
                   WitnessedTree()).status == 422  # fmt: skip


def test_an_unknown_log_and_a_foreign_key():
    """404 for an origin nobody told us of, 403 for a key that is not that log's."""
    for text, status in ((note(3, origin="b.example/journal"), 404), (note(3, key=OTHER), 200),
                         (note(3, key=Ed25519PrivateKey.generate()), 403)):  # fmt: skip
        request = read_request(write_request(0, (), text))
        if status == 200:
            check_signed(request, LOGS)
        else:
            assert refused(check_signed, request, LOGS).status == status


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"old 0",
        b"old 0\n\n",
        b"old 00\n\n" + note(3).encode(),
        b"old -1\n\n" + note(3).encode(),
        b"old " + b"9" * 400 + b"\n\n" + note(3).encode(),
        b"Old 0\n\n" + note(3).encode(),
        b"old 0 \n\n" + note(3).encode(),
        b"old 4\n\n" + note(3).encode(),
        b"old 0\nnot base64!\n\n" + note(3).encode(),
        b"old 0\nAAAA\n\n" + note(3).encode(),
        b"old 1\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\n" + note(3).encode(),
        b"old 1\n" + (base64.b64encode(bytes(32)) + b"\n") * 10_000 + b"\n" + note(3).encode(),
        b"old 0\n\n" + note(3).replace("\n3\n", f"\n{LARGEST + 1}\n").encode(),
        b"old 0\n\n" + note(3).encode() + b"\xff",
        b"old 0\n\n" + note(3).encode() * 2,
        bytes(10 << 20),
    ],
)
def test_what_is_no_request_is_400(wrong):
    """Too long, too large, not plain, not base64, no checkpoint: 400 and nothing else."""
    with pytest.raises(WitnessRefusal) as caught:
        read_request(wrong)
    assert caught.value.status == 400


def test_a_request_is_written_as_it_is_read():
    """What a log sends is what a witness reads."""
    request = read_request(body(7, 20))
    text = note(20)
    assert write_request(7, request.proof, text) == body(7, 20)
    assert isinstance(request, AddCheckpoint)
    assert len(request.proof) == len(consistency_proof(tree(7), LEAVES[7:]))


def test_each_refusal_says_what_was_expected():
    """Word for word, with its values as JSON but for the message."""
    unknown = read_request(write_request(0, (), note(3, origin="b.example/journal")))
    foreign = read_request(write_request(0, (), note(3, key=Ed25519PrivateKey.generate())))
    fork = read_request(write_request(9, (), note(9, [*many(8), bytes(32)])))
    told = [
        refused(check_signed, unknown, LOGS),
        refused(check_signed, foreign, LOGS),
        refused(check_extends, read_request(body(6, 9)), known(7)),
        refused(check_extends, fork, known(9)),
        refused(check_extends, read_request(write_request(7, (), note(9))), known(7)),
    ]
    assert [(str(no), no.plain()) for no in told] == [
        (
            "origin: expected a log that this witness knows",
            {"status": 404, "size": None, "signed": False, "forked": False},
        ),
        (
            "checkpoint: expected a signature by a key of this log",
            {"status": 403, "size": None, "signed": False, "forked": False},
        ),
        (
            "old: expected 7, cosigned last",
            {"status": 409, "size": 7, "signed": True, "forked": False},
        ),
        (
            "checkpoint: expected the root cosigned for size 9, found another",
            {"status": 409, "size": None, "signed": True, "forked": True},
        ),
        (
            "proof: expected one that size 9 extends size 7",
            {"status": 422, "size": None, "signed": True, "forked": False},
        ),
    ]


HEAD = "request: expected a line `old SIZE` first, found "


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bytes(16_385), "request: expected at most 16384 bytes, found more"),
        (b"old 0", f"{HEAD}'old 0'"),
        (b"old " + b"9" * 99 + b"\n\nx", f"{HEAD}{('old ' + '9' * 56)!r}"),
        (b"old 00\n\nx", f"{HEAD}'old 00'"),
        (b"old " + b"1" * 32 + b"\n\n" + note(3).encode(), f"{HEAD}{('old ' + '1' * 32)!r}"),
        (
            b"old 1\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\n" + note(3).encode(),
            "proof: expected at most 63 hashes, found 64",
        ),
        (
            b"old 1\n%\n\n" + note(3).encode(),
            "proof: expected a hash in base64, found '%'",
        ),
        (b"old 1\nAAAA\n\n" + note(3).encode(), "proof: expected hashes of 32 bytes"),
        (
            b"old 4\n\n" + note(3).encode(),
            f"size: expected 4 to {LARGEST}, from `old` on, found 3",
        ),
        (
            b"old 0\n\n" + note(3).replace("\n3\n", f"\n{LARGEST + 1}\n").encode(),
            f"size: expected 0 to {LARGEST}, from `old` on, found {LARGEST + 1}",
        ),
    ],
)
def test_what_is_no_request_says_why(data, words):
    with pytest.raises(WitnessRefusal) as caught:
        read_request(data)
    assert str(caught.value) == words


def test_a_request_may_be_as_large_as_its_bounds():
    """Sixty-three hashes, the largest size, and 16384 bytes in all."""
    largest = note(3).replace("\n3\n", f"\n{LARGEST}\n")
    made = read_request(write_request(LARGEST, [bytes(32)] * 63, largest))
    assert (made.old, len(made.proof), made.checkpoint.size) == (LARGEST, 63, LARGEST)
    room = 16_384 - len(write_request(0, (), note(3)))
    line = f"\N{EM DASH} x {base64.b64encode(bytes(3 * (room // 4 - 3))).decode()}\n"
    long = f"{note(3)}{line}"
    padding = 16_384 - len(write_request(0, (), long))
    whole = long.replace(" x ", f" x{'y' * padding} ")
    assert len(write_request(0, (), whole)) == 16_384
    assert read_request(write_request(0, (), whole)).old == 0
