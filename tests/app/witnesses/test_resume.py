"""After a restore nothing is cosigned before a person says where each log stood."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from app.witnesses.test_cosign import BRANCH, KEY, MAIN, NAME, ORIGIN, PROBLEM, request
from app.witnesses.test_cosign import witness as witness_desk
from aupkeep.app.journal import entry, record
from aupkeep.app.pages.doctor.load import page_hindrances
from aupkeep.app.witnesses.configured import own_cosigner
from aupkeep.app.witnesses.cosign import add_checkpoint
from aupkeep.app.witnesses.memory import forget_here
from aupkeep.app.witnesses.resume import pause, resume_log
from aupkeep.app.witnesses.standing import shown_witnesses
from aupkeep.evidence.checkpoint import make
from aupkeep.evidence.cosignature import Cosigner, cosign
from aupkeep.evidence.merkle import Frontier
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.store import log, witnesses

witness = witness_desk
WHY = "by phone"


def send(body):
    return Client().post("/witness/add-checkpoint", body, content_type="text/plain")


def note(size, leaves=MAIN):
    """A checkpoint of the log, without our line."""
    return make(ORIGIN, size, Frontier().extend(leaves[:size]).root(), NAME, KEY)


@pytest.fixture
def put_back(witness):
    """A witness that cosigned 5 and then 9 entries, and has forgotten the latter."""
    add_checkpoint(witness, request(0, 5))
    (before,) = witnesses.witnessed()
    line = add_checkpoint(witness, request(5, 9)).decode()
    witnesses.advance(before, lambda _: before)
    forget_here(witness.home, ORIGIN)  # an empty home was filled
    made = entry(witness, EntryType.INSTALL_COPIED, SYSTEM, {"act": "restore"})
    record(witness, made, rows=pause(witness))
    return witness, note(9) + line


def test_a_fork_is_not_cosigned_after_a_restore(put_back):
    """It extends what is remembered, and not what was cosigned: both would be signed by one key."""
    witness, shown = put_back
    answer = send(request(5, 9, BRANCH))
    assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)
    assert f"aupkeep witness resume {ORIGIN}" in answer.json()["detail"]
    (told,) = [check for check in page_hindrances(witness) if check.check == "witnesses"]
    assert "witness resume" in told.found
    assert shown_witnesses(witness).logs[0].paused
    last = resume_log(witness, ORIGIN, shown, WHY, None, by=SYSTEM)
    assert last.size == 9
    assert send(request(5, 9, BRANCH)).content == b"9\n"
    assert send(request(9, 12, BRANCH)).status_code == 422
    assert send(request(9, 12)).status_code == 200
    assert not shown_witnesses(witness).logs[0].paused
    assert page_hindrances(witness) == ()
    (said,) = log.entries(types=(EntryType.WITNESS_RESUMED,))
    assert (said.entry.payload["size"], said.entry.payload["reasons"]) == (9, WHY)


def test_a_size_is_taken_that_is_remembered_here(put_back):
    """Nothing was cosigned since the backup, as the provider says; another size is refused."""
    witness, _ = put_back
    for size in (0, 9, 4):
        with pytest.raises(Invalid, match="--checkpoint FILE"):
            resume_log(witness, ORIGIN, size, WHY, None, by=SYSTEM)
    assert send(request(5, 6)).status_code == 503
    resume_log(witness, ORIGIN, 5, WHY, None, by=SYSTEM)
    assert send(request(5, 6)).status_code == 200
    with pytest.raises(Conflict):
        resume_log(witness, ORIGIN, 6, WHY, None, by=SYSTEM)


def test_what_we_did_not_cosign_is_not_gone_on_from(put_back, now):
    """Without our line, with another's, of another log, older, or of another tree."""
    witness, shown = put_back
    stranger = Cosigner(own_cosigner(witness).name, KEY.public_key())
    other = make("other.example", 9, Frontier().extend(MAIN[:9]).root(), NAME, KEY)
    by_stranger = cosign(note(9).partition("\n\n")[0] + "\n", stranger.name, KEY, now())
    line = shown.removeprefix(note(9))
    for wrong in (note(9), note(9) + by_stranger, other + line, note(9, BRANCH) + line):
        with pytest.raises(Invalid):
            resume_log(witness, ORIGIN, wrong, WHY, None, by=SYSTEM)
    with pytest.raises(Missing):
        resume_log(witness, "other.example", 0, WHY, None, by=SYSTEM)
    with pytest.raises(Invalid, match="reasons"):
        resume_log(witness, ORIGIN, shown, " ", None, by=SYSTEM)
    resume_log(witness, ORIGIN, shown, WHY, None, by=SYSTEM)
    record(witness, entry(witness, EntryType.INSTALL_COPIED, SYSTEM, {}), rows=pause(witness))
    assert send(request(9, 10)).status_code == 503, "each restore needs a word of its own"


def test_a_log_that_comes_after_the_restore_waits_too(witness, now):
    """It may have been cosigned since the backup, of which the home knows nothing."""
    own_cosigner(witness)
    now.at += timedelta(hours=1)
    record(witness, entry(witness, EntryType.INSTALL_COPIED, SYSTEM, {}), rows=pause(witness))
    assert send(request(0, 5)).status_code == 503
    resume_log(witness, ORIGIN, 0, WHY, None, by=SYSTEM)
    assert send(request(0, 5)).status_code == 200


def test_an_install_that_is_no_witness_has_nothing_to_pause(furnished):
    """No key was ever made."""
    assert pause(replace(furnished)) == []
