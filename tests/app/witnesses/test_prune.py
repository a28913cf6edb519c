"""Cosignatures that no proof needs are taken away; what a proof or the journal names stays."""

import pytest

from app.witnesses.test_push import Answers, ask, write
from app.witnesses.test_push import asked as asking_desk
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.retention.run import erase_hourly
from aupkeep.app.witnesses.push import WitnessNetwork, push_due
from aupkeep.evidence.checkpoint import DASH
from aupkeep.model.entry import EntryType
from aupkeep.store import log, witnesses
from aupkeep.store.guard import writing
from aupkeep.store.models import CosignatureRow

pytestmark = pytest.mark.network
asked = asking_desk


def sizes():
    return [one.size for one in witnesses.cosignatures()]


def test_the_newest_stays_and_covers_all(asked):
    """The worker's run of retention takes the others; the next one is cosigned as before."""
    for _ in range(4):
        write(asked)
        ask(asked)
    before = sizes()
    assert len(before) == 4
    erase_hourly(asked)
    assert sizes() == before[-1:]
    verdict = verify_home(asked)
    assert (verdict.ok, verdict.witnesses[0].size) == (True, before[-1])
    write(asked)
    push_due(asked, WitnessNetwork(), early=True)
    assert sizes() == [before[-1], log.size()]


def test_what_a_dispute_names_and_what_does_not_hold_stays(asked):
    """The one is evidence, the other is what `verify` has to name."""
    ask(asked)
    named = sizes()[0]
    Answers.said = (422, {}, b"no")
    write(asked)
    ask(asked)
    assert len(log.entries(types=(EntryType.WITNESS_DISPUTED,))) == 1
    Answers.said = None
    for _ in range(3):
        write(asked)
        ask(asked)
    bad, newest = sizes()[1], sizes()[-1]
    texts = {one.size: one.text for one in witnesses.cosignatures()}
    changed = texts[bad].rpartition(DASH)[0] + DASH + texts[newest].rpartition(DASH)[2]
    with writing():
        CosignatureRow.objects.filter(size=bad).update(text=changed)
    erase_hourly(asked)
    assert sizes() == [named, bad, newest]
    assert f"over size {bad}" in str(verify_home(asked).reason)
