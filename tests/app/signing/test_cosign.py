"""With a signer the key of the witness is the signer's, and so is what it remembers."""

import pytest

from app.conftest import with_settings
from app.witnesses.test_cosign import BRANCH, KEY, NAME, ORIGIN, refused, request
from aupkeep.app.journal import entry, record
from aupkeep.app.signing import set_up
from aupkeep.app.signing.signer import Signer, load_memory
from aupkeep.app.witnesses.acts import forget_log
from aupkeep.app.witnesses.configured import logs_of, own_cosigner
from aupkeep.app.witnesses.cosign import WitnessRefusal, add_checkpoint
from aupkeep.app.witnesses.resume import pause, resume_log
from aupkeep.config.settings import WitnessSettings
from aupkeep.evidence.checkpoint import parse, show_key
from aupkeep.evidence.cosignature import cosigned_at
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Unavailable
from aupkeep.store import witnesses

CHOSEN = WitnessSettings(logs=(f"{ORIGIN} {show_key(NAME, KEY.public_key())}",))


@pytest.fixture
def furnished(furnished):
    """The desk cosigns one other log."""
    return with_settings(furnished, witness=CHOSEN)


def test_what_was_cosigned_goes_to_the_signer(furnished, tmp_path):
    """A desk that witnessed before it had a signer: key and memory are handed over."""
    from aupkeep.config.home import Home

    before = own_cosigner(furnished)
    add_checkpoint(furnished, request(0, 5))
    own = Home(tmp_path / "own")
    set_up.take_keys(furnished, own)
    assert own_cosigner(furnished) == before
    with pytest.raises(Unavailable):
        add_checkpoint(furnished, request(5, 9))
    signer = Signer(furnished, own)
    with pytest.raises(WitnessRefusal) as caught:
        signer.cosign(request(0, 9), before.name, logs_of(furnished.settings))
    assert caught.value.size == 5
    line = signer.cosign(request(5, 9), before.name, logs_of(furnished.settings))
    note = request(5, 9).decode().partition("\n\n")[2]
    assert cosigned_at(parse(note + line), before) is not None


def test_the_signer_believes_its_own_memory_alone(furnished, own, signing):
    """Whoever owns the database puts the size back: the other branch is refused all the same."""
    set_up.rotate(furnished, own, "witness")
    assert add_checkpoint(furnished, request(0, 5))
    assert add_checkpoint(furnished, request(5, 9))
    witnesses.forget(ORIGIN)
    refusal = refused(furnished, request(0, 9, BRANCH))
    assert (refusal.status, refusal.size) == (409, 9)
    assert refused(furnished, request(9, 12, BRANCH)).status == 422
    assert load_memory(own).witnessed[ORIGIN].size == 9
    assert add_checkpoint(furnished, request(9, 9))
    with pytest.raises(Invalid, match="own"):
        forget_log(furnished, ORIGIN, "by phone", None, by=SYSTEM)
    forget_log(furnished, ORIGIN, "by phone", own, by=SYSTEM)
    assert add_checkpoint(furnished, request(0, 3, BRANCH)), "taken up by the signer that runs"


def test_what_a_person_set_is_not_written_over(furnished, own):
    """The signer read its memory just before a log was forgotten: it signs nothing by that one."""
    set_up.rotate(furnished, own, "witness")
    signer, name = Signer(furnished, own), own_cosigner(furnished).name
    logs = logs_of(furnished.settings)
    signer.cosign(request(0, 5), name, logs)
    anew, signer._reload_if_replaced = (
        signer._reload_if_replaced,
        lambda: set_up.forget(own, ORIGIN),
    )
    with pytest.raises(Conflict, match="set anew"):
        signer.cosign(request(5, 9), name, logs)
    assert ORIGIN not in load_memory(own).witnessed
    signer._reload_if_replaced = anew
    assert signer.cosign(request(0, 3, BRANCH), name, logs)


def test_after_a_restore_the_signers_own_memory_counts(furnished, own, signing):
    """The home is of an old backup, the signer's folder is not: a person says what it knows."""
    set_up.rotate(furnished, own, "witness")
    assert add_checkpoint(furnished, request(0, 5))
    (before,) = witnesses.witnessed()
    assert add_checkpoint(furnished, request(5, 9))
    witnesses.advance(before, lambda _: before)
    made = entry(furnished, EntryType.INSTALL_COPIED, SYSTEM, {"act": "restore"})
    record(furnished, made, rows=pause(furnished))
    with pytest.raises(Unavailable, match="witness resume"):
        add_checkpoint(furnished, request(9, 12))
    with pytest.raises(Invalid, match="own"):
        resume_log(furnished, ORIGIN, 9, "by phone", None, by=SYSTEM)
    with pytest.raises(Invalid, match="expected 9"):
        resume_log(furnished, ORIGIN, 5, "by phone", own, by=SYSTEM)
    assert resume_log(furnished, ORIGIN, 9, "by phone", own, by=SYSTEM).size == 9
    assert add_checkpoint(furnished, request(9, 12))


def test_without_a_key_nothing_is_cosigned(furnished, own, signing):
    """A signer of before: it says how the key is made, and goes on signing."""
    with pytest.raises(Unavailable, match="signer rotate witness"):
        add_checkpoint(furnished, request(0, 5))
    assert set_up.remember(furnished, own, "a restore") > 0
