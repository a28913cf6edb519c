"""What we cosign of another log: one history, whoever asks at once; and what is told of a fork."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections
from django.test import Client

from app.conftest import with_settings
from aupkeep.app import context as bound_context
from aupkeep.app.pages.doctor.load import page_hindrances
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.witnesses import memory
from aupkeep.app.witnesses.acts import forget_log
from aupkeep.app.witnesses.configured import own_cosigner
from aupkeep.app.witnesses.cosign import WitnessRefusal, add_checkpoint
from aupkeep.app.witnesses.standing import shown_witnesses
from aupkeep.config.settings import WitnessSettings
from aupkeep.evidence.checkpoint import make, parse, show_key
from aupkeep.evidence.consistency import consistency_proof
from aupkeep.evidence.cosignature import cosigned_at
from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.evidence.witness import write_request
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing, Unavailable
from aupkeep.store import log, witnesses

KEY = Ed25519PrivateKey.from_private_bytes(b"l" * 32)
ORIGIN, NAME = "log.example/journal", "log.example"
PROBLEM = "application/problem+json"
MAIN = [leaf_hash(b"%d" % number) for number in range(200)]
BRANCH = [*MAIN[:5], *(leaf_hash(b"branch %d" % number) for number in range(200))]


def request(old, size, leaves=MAIN, key=KEY, origin=ORIGIN):
    """The body of a request, with the proof of these leaves."""
    tree = Frontier().extend(leaves[:size])
    proof = consistency_proof(Frontier().extend(leaves[:old]), leaves[old:size])
    return write_request(old, proof, make(origin, size, tree.root(), NAME, key))


@pytest.fixture
def witness(furnished, monkeypatch):
    """A desk that cosigns one other log."""
    chosen = WitnessSettings(logs=(f"{ORIGIN} {show_key(NAME, KEY.public_key())}",))
    context = with_settings(furnished, witness=chosen)
    monkeypatch.setattr(bound_context, "_bound", [context])
    return context


def refused(context, body):
    with pytest.raises(WitnessRefusal) as caught:
        add_checkpoint(context, body)
    return caught.value


def seen(context):
    """Size and dispute of the log as we remember it."""
    (last,) = witnesses.witnessed()
    return last.size, last.dispute


def test_it_is_remembered_and_signed_with_our_key(witness):
    """The line fits checkpoint, name, key and clock; the size is kept."""
    line = add_checkpoint(witness, request(0, 7)).decode()
    text = make(ORIGIN, 7, Frontier().extend(MAIN[:7]).root(), NAME, KEY)
    at = cosigned_at(parse(text + line), own_cosigner(witness))
    assert at == witness.now().replace(microsecond=0)
    assert seen(witness) == (7, "")
    add_checkpoint(witness, request(7, 9))
    assert (refused(witness, request(7, 12)).size, seen(witness)) == (9, (9, ""))
    assert add_checkpoint(witness, request(9, 9)), "again, after an answer that was lost"


def test_of_many_at_once_one_history_is_cosigned(witness):
    """Two branches of one log, each asked for by many callers in the same moment."""
    add_checkpoint(witness, request(0, 5))
    own_cosigner(witness)
    barrier = threading.Barrier(12)

    def ask(number) -> int | bool:
        leaves = BRANCH if number % 2 else MAIN
        barrier.wait()
        try:
            add_checkpoint(witness, request(5, 6 + number // 2, leaves))
        except WitnessRefusal as refusal:
            return refusal.status
        finally:
            connections.close_all()
        return leaves is BRANCH

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, range(12)))
    signed = [answer for answer in answers if isinstance(answer, bool)]
    assert len(signed) == 1, answers
    size, _ = seen(witness)
    wrong, right = (MAIN, BRANCH) if signed[0] else (BRANCH, MAIN)
    assert refused(witness, request(size, size + 3, wrong)).status == 422
    assert add_checkpoint(witness, request(size, size + 3, right))


def test_the_first_of_two_first_histories_is_cosigned(witness):
    """Of a log that nobody knew yet: no row to lock is there either."""
    own_cosigner(witness)
    barrier = threading.Barrier(6)

    def ask(number) -> int | None:
        barrier.wait()
        try:
            add_checkpoint(witness, request(0, 9, BRANCH if number % 2 else MAIN))
        except WitnessRefusal:
            return None
        finally:
            connections.close_all()
        return number % 2

    with ThreadPoolExecutor(6) as pool:
        signed = {answer for answer in pool.map(ask, range(6)) if answer is not None}
    assert len(signed) == 1


def test_who_changes_the_database_has_no_fork_cosigned(witness):
    """A row that is gone, put back or made up: this machine remembers what it cosigned itself."""
    add_checkpoint(witness, request(0, 7))
    (early,) = witnesses.witnessed()
    add_checkpoint(witness, request(7, 9))
    root = Frontier().extend(BRANCH[:20]).root()
    text = make(ORIGIN, 20, root, NAME, KEY)
    for row in (None, early, replace(early, size=20, root=root, text=text)):
        witnesses.forget(ORIGIN)
        if row is not None:
            witnesses.advance(row, lambda last: last)
        size = row.size if row else 0
        refusal = refused(witness, request(size, 30, BRANCH))
        assert (refusal.status, refusal.size) == (409, 9)
    add_checkpoint(witness, request(9, 12))
    assert seen(witness) == (12, "")


def test_what_another_machine_cosigned_counts_by_our_key(witness):
    """The row is ahead of what this one remembers, and has our line."""
    add_checkpoint(witness, request(0, 7))
    kept = memory.own_folder(witness.home).path / "memory.json"
    before = kept.read_bytes()
    add_checkpoint(witness, request(7, 9))
    kept.write_bytes(before)
    assert add_checkpoint(witness, request(9, 12))
    kept.write_text("damaged")
    with pytest.raises(Unavailable, match="what it cosigned"):
        add_checkpoint(witness, request(12, 13))


def test_a_fork_is_told_and_an_entry_once(witness):
    """Two roots of one size, both signed by the log; until its provider is believed again."""
    add_checkpoint(witness, request(0, 9))
    for _ in range(3):
        assert refused(witness, request(9, 9, BRANCH)).status == 409
    (entry,) = log.entries(types=(EntryType.WITNESS_DISPUTED,))
    assert "\n9\n" in str(entry.entry.payload["shown"])
    assert entry.entry.payload["shown"] != entry.entry.payload["cosigned"]
    add_checkpoint(witness, request(9, 12))
    (told,) = [check for check in page_hindrances(witness) if check.check == "witnesses"]
    assert "it signed two trees of one size" in told.found
    assert verify_home(witness).ok, "our own journal is another's matter"
    with pytest.raises(Invalid):
        forget_log(witness, ORIGIN, " ", None, by=SYSTEM)
    with pytest.raises(Missing):
        forget_log(witness, "other.example", "by phone", None, by=SYSTEM)
    forget_log(witness, ORIGIN, "by phone", None, by=SYSTEM)
    assert page_hindrances(witness) == ()
    assert add_checkpoint(witness, request(0, 3, BRANCH))
    assert verify_home(witness).ok


def test_a_wrong_proof_of_anybody_is_told_until_the_next_holds(witness):
    """Whoever has a checkpoint can send it with another proof: no entry, no word for ever."""
    add_checkpoint(witness, request(0, 7))
    before = log.size()
    body = request(7, 9, BRANCH)
    assert refused(witness, body).status == 422
    (told,) = [check for check in page_hindrances(witness) if check.check == "witnesses"]
    assert "unproven" in told.found
    add_checkpoint(witness, request(7, 9))
    assert (page_hindrances(witness), log.size()) == ((), before)
    assert shown_witnesses(witness).logs[0].size == 9


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (request(0, 4, origin="none.example"), 404),
        (request(0, 4, key=Ed25519PrivateKey.from_private_bytes(b"x" * 32)), 403),
        (request(2, 4), 409),
        (bytes(1 << 20), 400),
    ],
)
def test_the_door_answers_as_the_specification_says(witness, body, status):
    """Without a session or a token; the size as its own media type."""
    answer = Client().post("/witness/add-checkpoint", body, content_type="text/plain")
    assert answer.status_code == status
    if status == 409:
        assert (answer.content, answer["Content-Type"]) == (b"0\n", "text/x.tlog.size")
    else:
        assert (answer["Content-Type"], answer.json()["status"]) == (PROBLEM, status)
        assert "expected" in answer.json()["detail"]
    good = Client().post("/witness/add-checkpoint", request(0, 4), content_type="text/plain")
    assert (good.status_code, good.content[:4]) == (200, "\N{EM DASH} ".encode())


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_refused_in_words_for_programs(witness, method):
    """405 with what is allowed (RFC 9110 section 15.5.6), as a problem and not as a page."""
    answer = Client().generic(method, "/witness/add-checkpoint")
    assert (answer.status_code, answer["Allow"], answer["Content-Type"]) == (405, "POST", PROBLEM)
    assert method == "HEAD" or answer.json()["title"] == "Method Not Allowed"


def test_another_root_of_that_size_is_a_conflict_without_a_size(witness):
    """Only a proof that begins elsewhere is answered with the size (C2SP tlog-witness)."""
    add_checkpoint(witness, request(0, 9))
    forked = Client().post("/witness/add-checkpoint", request(9, 9, BRANCH), "text/plain")
    assert (forked.status_code, forked["Content-Type"]) == (409, PROBLEM)


def test_a_key_that_is_away_is_told_as_a_problem(witness):
    """Not as a page: 503, and the other install asks again later."""
    for name in ("journal", "witness"):
        (witness.home.keys / name).unlink(missing_ok=True)
    public = Ed25519PrivateKey.from_private_bytes(b"p" * 32).public_key().public_bytes_raw()
    half = base64.b64encode(public).decode()
    (witness.home.keys / "journal.pub").write_text(f"{half}\n")
    answer = Client().post("/witness/add-checkpoint", request(0, 4), content_type="text/plain")
    assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)
