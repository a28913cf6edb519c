"""A signer of its own: it extends what it signed, and signs only what may be carried out."""

import os
from contextlib import closing
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, report
from app.proof.test_verify import sql
from app.steps import arrive
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.journal import entry, record
from aupkeep.app.pages.doctor.load import doctor, page_hindrances
from aupkeep.app.proof.keys import list_keys, rotate_key
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.signing import set_up
from aupkeep.app.signing.signer import Signer
from aupkeep.config.home import Home
from aupkeep.config.keys import make_keys
from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing, Unavailable, Unreadable
from aupkeep.store import checkpoints, log


def test_entries_are_written_unsigned_and_signed_after(furnished, own):
    """No process but the signer has the keys; what it signs extends what was signed before."""
    assert not (furnished.home.keys / "journal").exists()
    assert not (furnished.home.keys / "desired").exists()
    signed = checkpoints.newest_size()
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    waiting = log.size() - signed
    verdict = verify_home(furnished)
    assert waiting > 0
    assert (verdict.ok, verdict.entries, verdict.unsigned) == (True, signed, waiting)
    signer = Signer(furnished, own)
    assert signer.sign_new() == waiting
    assert signer.sign_new() == 0
    verdict = verify_home(furnished)
    assert (verdict.ok, verdict.entries, verdict.unsigned) == (True, log.size(), 0)
    assert checkpoints.newest() in checkpoints.read(furnished.home.checkpoints)


def test_a_signer_that_is_away_is_told(furnished, own, now):
    """The tail is counted on the page and by doctor, and is no proof after a minute."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    now.at += timedelta(minutes=2)
    verdict = verify_home(furnished)
    assert not verdict.ok
    assert "is the signer running" in verdict.reason
    (check,) = [check for check in doctor(furnished, lambda _: "") if check.check == "signer"]
    assert not check.ok
    assert "entries that wait to be signed: " in check.found
    assert [check.check for check in page_hindrances(furnished)][-1:] == ["signer"]
    with pytest.raises(Unavailable, match="aupkeep signer"):
        write_desired(furnished, "main")
    Signer(furnished, own).sign_new()
    assert verify_home(furnished).ok


@pytest.mark.parametrize(
    ("back", "change", "said"),
    [
        (1, 'DELETE FROM store_entry WHERE "index" = %s', "found it gone"),
        (2, 'DELETE FROM store_entry WHERE "index" = %s', "expected next, found index"),
        (2, 'UPDATE store_entry SET salt = leaf WHERE "index" = %s', "its leaf commits to"),
    ],
    ids=["the last is gone", "one before is gone", "changed"],
)
def test_an_entry_that_nothing_signs_yet_is_named(furnished, own, back, change, said):
    """What is gone or changed in the unsigned tail is the first bad entry, not the end of it."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    number = log.size() - back
    assert number >= checkpoints.newest_size()
    sql(change, number)
    verdict = verify_home(furnished)
    assert (verdict.ok, verdict.first_bad) == (False, number), verdict.reason
    assert said in verdict.reason


def test_a_kill_between_memory_and_checkpoint_loses_nothing(furnished, own):
    """What was remembered and not published is published at the next start, as the same text."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    signer = Signer(furnished, own)
    signer._publish = lambda: None
    signer.sign_new()
    assert checkpoints.newest_size() < log.size()
    Signer(furnished, own).sign_new()
    assert checkpoints.newest_size() == log.size()
    assert verify_home(furnished).ok


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ('DELETE FROM store_entry WHERE "index" >= 4', Conflict),
        ("UPDATE store_entry SET payload = '{}' WHERE \"index\" = 3", Unreadable),
        ("UPDATE store_log SET size = 2", Conflict),
    ],
)
def test_a_log_that_was_changed_is_signed_no_more(furnished, own, change, error):
    """Not after a restart either, and the words say which."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    Signer(furnished, own).sign_new()
    sql(change)
    arrived = checkpoints.newest()
    with pytest.raises(error):
        Signer(furnished, own).sign_new()
    assert checkpoints.newest() == arrived


def test_a_log_cut_and_grown_again_between_two_looks_is_not_signed_on(furnished, own):
    """The signer that runs sees it too, though the log is no shorter than it was."""
    signer = Signer(furnished, own)
    signer.sign_new()
    size, tree = log.state()
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    signer.sign_new()
    signed = log.size()
    for table, column in (("entry", '"index"'), ("checkpoint", "size - 1")):
        sql(f"DELETE FROM store_{table} WHERE {column} >= %s", size)  # noqa: S608 - ours
    sql("UPDATE store_log SET size = %s, frontier = %s", size, tree)
    while log.size() <= signed:
        entry_of = entry(furnished, EntryType.FROZEN, SYSTEM, {"reason": "another past"})
        record(furnished, entry_of)
    with pytest.raises(Conflict, match="grown on others"):
        signer.sign_new()
    assert checkpoints.newest_size() == signed, "what was signed is published again, no more"


def test_an_entry_changed_before_it_was_signed_is_not_signed(furnished, own):
    """Its payload must be what its leaf commits to."""
    signer = Signer(furnished, own)
    signer.sign_new()
    size = log.size()
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    sql("UPDATE store_entry SET payload = '{}' WHERE \"index\" = %s", size + 1)
    with pytest.raises(Unreadable, match=f"entry {size + 1}"):
        signer.sign_new()


def test_a_memory_is_begun_and_set_anew_by_a_named_act(furnished, own):
    """Without a memory nothing is signed; after a restore the act says why, in the journal."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    Signer(furnished, own).sign_new()
    (own.path / "memory.json").unlink()
    with pytest.raises(Missing, match="aupkeep signer remember"):
        Signer(furnished, own)
    assert set_up.remember(furnished, own, "restored from Monday") == checkpoints.newest_size()
    assert log.entries()[-1].entry.payload["reason"] == "restored from Monday"
    Signer(furnished, own).sign_new()
    assert verify_home(furnished).ok
    (own.path / "memory.json").write_bytes(b"{")
    with pytest.raises(Unreadable):
        Signer(furnished, own)


def test_keys_are_listed_and_rotated_by_the_signer_alone(furnished, own):
    """Old halves go on to verify."""
    before = {(key.purpose, key.id) for key in list_keys(furnished)}
    with pytest.raises(Invalid, match="aupkeep signer rotate"):
        rotate_key(furnished, "journal", by=SYSTEM)
    fresh = set_up.rotate(furnished, own, "journal")
    after = {(key.purpose, key.id) for key in list_keys(furnished)}
    assert after - before == {("journal", fresh)}
    Signer(furnished, own).sign_new()
    assert verify_home(furnished).ok


def test_keys_are_taken_once(furnished, own, tmp_path):
    """A second signer gets none; the first may be asked again after a crash."""
    with pytest.raises(Invalid, match="held by a signer"):
        set_up.take_keys(furnished, Home(tmp_path / "other"))
    assert set_up.take_keys(furnished, own) == log.size()


def test_a_folder_with_other_keys_takes_no_home_keys(furnished, tmp_path):
    """Neither the home itself nor the signer of another home: its own keys would be gone."""
    kept = (furnished.home.keys / "journal").read_bytes()
    other = Home(tmp_path / "other")
    make_keys(other)
    for folder in (furnished.home, other):
        with pytest.raises(Invalid, match="expected a"):
            set_up.take_keys(furnished, folder)
        assert (furnished.home.keys / "journal").read_bytes() == kept
    assert set_up.take_keys(furnished, Home(tmp_path / "own")) == log.size()
    with pytest.raises(Invalid, match="another home"):
        set_up.rotate(furnished, other, "journal")
    with pytest.raises(Invalid, match="another home"):
        set_up.take_keys(furnished, other)
    assert verify_home(furnished).unsigned < 2


def test_a_take_that_was_cut_short_keeps_every_key(furnished, tmp_path):
    """Killed after the first copy, and a key made in the home before the next try."""
    own = Home(tmp_path / "own")
    own.keys.mkdir(parents=True)
    first = (furnished.home.keys / "journal").read_text()
    (own.keys / "journal").write_text(first)
    rotate_key(furnished, "journal", by=SYSTEM)
    both = (furnished.home.keys / "journal").read_text()
    set_up.take_keys(furnished, own)
    assert (own.keys / "journal").read_text() == both
    assert verify_home(furnished).ok


def test_a_new_key_signs_only_once_others_have_its_half(furnished, own):
    """A rotation that died in between, or whose half was not carried to where others read."""
    published = (furnished.home.keys / "journal.pub").read_bytes()
    set_up.rotate(furnished, own, "journal")
    (furnished.home.keys / "journal.pub").write_bytes(published)
    with pytest.raises(Invalid, match="public half"):
        Signer(furnished, own)
    set_up.take_keys(furnished, own)
    assert Signer(furnished, own).sign_new()
    assert verify_home(furnished).ok


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_sets_in_the_folder_stays_its_owners(furnished, tmp_path):
    """Else the signer could not read its new key, or its memory, at its next start."""
    own = Home(tmp_path / "own")
    own.path.mkdir()
    os.chown(own.path, 4711, -1)
    set_up.take_keys(furnished, own)
    set_up.rotate(furnished, own, "desired")
    set_up.remember(furnished, own, "restored")
    files = [path for path in own.path.rglob("*") if path.stat().st_uid != 4711]
    assert files == []


def test_a_signer_that_runs_goes_on_after_remember(furnished, own):
    """After a restore it says so, and doctor names the act; no further start is needed."""
    before = checkpoints.newest_size()
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    running = Signer(furnished, own)
    running.sign_new()
    for text in (
        'DELETE FROM store_entry WHERE "index" >= %s',
        "DELETE FROM store_checkpoint WHERE size > %s",
        "UPDATE store_log SET size = %s",
    ):
        sql(text, before)
    for signer in (running, Signer(furnished, own)):
        with pytest.raises(Conflict, match="aupkeep signer remember --own"):
            signer.sign_new()
    with closing(log.leaves()) as leaves:
        frontier = Frontier().extend(leaf_hash(leaf[1]) for leaf in leaves)
    sql("UPDATE store_log SET frontier = %s", frontier.to_bytes())
    assert set_up.remember(furnished, own, "restored") == before
    assert running.sign_new() == 1


def test_a_decision_without_a_level_stops_nothing(furnished, own):
    """Whoever may write the log could otherwise stop the signer for good with one entry."""
    signer = Signer(furnished, own)
    signer.sign_new()
    for payload in ({"decision": "x"}, {"decision": "x", "level": "L99"}):
        record(furnished, entry(furnished, EntryType.DECISION_MADE, SYSTEM, payload))
        assert signer.sign_new() == 1
    assert Signer(furnished, own).sign_new() == 0


def test_a_kill_between_file_and_row_is_no_tampering(furnished, own, monkeypatch):
    """The newest checkpoint stands in the file alone; a second one there is named."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    monkeypatch.setattr(checkpoints, "add", lambda *_: None)
    Signer(furnished, own).sign_new()
    assert verify_home(furnished).ok
    arrive(furnished, report("203.0.113.11", JUST_NOW))
    Signer(furnished, own).sign_new()
    assert "found them gone" in verify_home(furnished).reason


def test_an_entry_of_a_time_to_come_waits_no_longer(furnished, own, now):
    """A writer whose clock is ahead hides no unsigned tail."""
    now.at += timedelta(days=2)
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    now.at -= timedelta(days=2)
    assert not verify_home(furnished).ok
    assert [check.check for check in page_hindrances(furnished)][-1:] == ["signer"]
