"""With a signer the key of the witness is the signer's, and so is what it remembers."""

from dataclasses import replace

import pytest

from app.witnesses.test_cosign import BRANCH, KEY, NAME, ORIGIN, refused, request
from aupkeep.app.signing import set_up
from aupkeep.app.signing.signer import Signer, load_memory
from aupkeep.app.witnesses.acts import forget_log
from aupkeep.app.witnesses.configured import logs_of, own_cosigner
from aupkeep.app.witnesses.cosign import WitnessRefusal, add_checkpoint
from aupkeep.config.settings import WitnessSettings
from aupkeep.evidence.checkpoint import parse, show_key
from aupkeep.evidence.cosignature import cosigned_at
from aupkeep.model.actor import SYSTEM
from aupkeep.model.errors import Invalid, Unavailable
from aupkeep.store import witnesses

CHOSEN = WitnessSettings(logs=(f"{ORIGIN} {show_key(NAME, KEY.public_key())}",))


@pytest.fixture
def furnished(furnished):
    """The desk cosigns one other log."""
    return replace(furnished, settings=replace(furnished.settings, witness=CHOSEN))


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


def test_without_a_key_nothing_is_cosigned(furnished, own, signing):
    """A signer of before: it says how the key is made, and goes on signing."""
    with pytest.raises(Unavailable, match="signer rotate witness"):
        add_checkpoint(furnished, request(0, 5))
    assert set_up.remember(furnished, own, "a restore") > 0
