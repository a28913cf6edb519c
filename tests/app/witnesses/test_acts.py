"""Whom a person names as a witness, and whose log: what is refused, what takes whose place."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aupkeep.app.witnesses import acts
from aupkeep.app.witnesses.configured import own_cosigner
from aupkeep.config.settings import load
from aupkeep.config.settings_edit import changed_settings, write_settings
from aupkeep.evidence.checkpoint import show_key
from aupkeep.evidence.cosignature import Cosigner
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing, Unreadable
from aupkeep.store import log

URL = "https://birch.example/witness"
KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32).public_key() for n in (1, 2)]
FIRST, SECOND = (Cosigner("birch.example/witness", key).show() for key in KEYS)
LOG = show_key("aupkeep", KEYS[0])


def anybodys(name, kind):
    """A verifier key of small order: a signature by it needs no private key."""
    return show_key(name, Ed25519PublicKey.from_public_bytes(bytes([1]) + bytes(31)), kind)


def chosen(context):
    return load(context.home).witness


def test_a_new_key_takes_the_place_of_the_old_at_one_address(furnished):
    """A witness that rotated its key is one witness; each change is an entry."""
    before = log.size()
    acts.add_witness(furnished, URL, FIRST, by=SYSTEM)
    acts.add_witness(furnished, f"{URL}/", SECOND, by=SYSTEM)
    assert chosen(furnished).witnesses == (f"{URL} {SECOND}",)
    acts.add_log(furnished, "birch.example/journal", LOG, by=SYSTEM)
    acts.add_log(furnished, "birch.example/journal", show_key("aupkeep", KEYS[1]), by=SYSTEM)
    assert len(chosen(furnished).logs) == 2, "a log has its old key too, until it is removed"
    acts.remove(furnished, LOG, by=SYSTEM)
    assert len(chosen(furnished).logs) == 1
    acts.remove(furnished, "birch.example/journal", by=SYSTEM)
    acts.remove(furnished, URL, by=SYSTEM)
    assert (chosen(furnished).logs, chosen(furnished).witnesses) == ((), ())
    assert log.size() == before + 7
    assert len(log.entries(types=(EntryType.SETTINGS_CHANGED,))) == 7


def test_what_would_prove_nothing_is_refused(furnished):
    """Ourselves, no address, no key, a log's key for a witness's, a quorum that cannot be met."""
    ours = own_cosigner(furnished).show()
    for url, key, error in (
        (URL, ours, Invalid),
        ("birch.example", FIRST, Invalid),
        ("file:///etc/passwd", FIRST, Invalid),
        (URL, LOG, Unreadable),
        (URL, FIRST[:-3], Unreadable),
        (URL, anybodys("birch.example/witness", b"\x04"), Unreadable),
    ):
        with pytest.raises(error):
            acts.add_witness(furnished, url, key, by=SYSTEM)
    for origin, key, error in (
        (furnished.settings.provider.origin, LOG, Invalid),
        ("two words", LOG, Invalid),
        ("birch.example/journal", FIRST, Unreadable),
        ("birch.example/journal", anybodys("aupkeep", b"\x01"), Unreadable),
    ):
        with pytest.raises(error):
            acts.add_log(furnished, origin, key, by=SYSTEM)
    with pytest.raises(Missing):
        acts.remove(furnished, "nobody", by=SYSTEM)
    acts.add_witness(furnished, URL, FIRST, by=SYSTEM)
    write_settings(furnished.home, changed_settings(furnished.home, "witness.quorum", ("1",)))
    with pytest.raises(Invalid, match="quorum"):
        acts.remove(furnished, URL, by=SYSTEM)
    with pytest.raises(Invalid, match="quorum"):
        changed_settings(furnished.home, "witness.quorum", ("2",))
