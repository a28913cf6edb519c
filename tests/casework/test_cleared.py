"""Invariant 1: what a person cleared does not act alone, and silences nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.casework.cleared import only_cleared
from aupkeep.casework.evidence_level import Trust
from aupkeep.model.case import Claim
from aupkeep.model.clearance import CLEARANCE, Clearance
from aupkeep.model.finding import Mode
from aupkeep.model.origin import parse_origin
from casework.scenes import CASE, INPUTS, NOW, claim

DAY = timedelta(days=1)
GIVEN = NOW - DAY
AGAIN = claim("1", source="mail:reporter.example", at=NOW)
INPUTS_CLEARED = replace(
    INPUTS,
    clearances=(
        Clearance(
            id="x1",
            customer="c1",
            resource="vm1",
            source=parse_origin("mail:reporter.example"),
            until=GIVEN + CLEARANCE,
            by="kari",
        ),
    ),
)


def silent(*more: Claim, **changes: object) -> bool:
    """Whether the cleared reporter beside these claims is told as cleared."""
    return only_cleared(CASE, (AGAIN, *more), replace(INPUTS_CLEARED, **changes), NOW)


def test_invariant_01_a_cleared_report_silences_nobody_else():
    """Our own measured flood speaks, and so does any other reporter's new evidence."""
    assert silent()
    assert not silent(claim("2", source="detector:flood", at=NOW))
    assert not silent(claim("2", source="mail:other.example", at=NOW))


@pytest.mark.parametrize(
    ("more", "trust"),
    [
        (claim("2", source="mail:other.example", at=GIVEN), Trust()),
        (claim("2", source="mail:?other.example", at=NOW), Trust()),
        (claim("2", source="detector:flood", at=NOW, mode=Mode.PROPOSE), Trust()),
        (claim("2", source="mail:slow.example", at=NOW), Trust(doubted=("mail:slow.example",))),
        (claim("2", source="mail:new.example", at=NOW), Trust(confirmed=("mail:old.example",))),
    ],
)
def test_invariant_01_nothing_that_moves_nobody_unlocks_it(more, trust):
    """An old claim, an unproven sender, a detector that asks, the slow lane, a newcomer."""
    assert silent(more, trust=trust)


def test_invariant_01_a_clearance_has_its_place_and_its_end():
    """Another resource, and the time after it, are free."""
    assert not silent(clearances=())
    elsewhere = replace(INPUTS_CLEARED.clearances[0], resource="vm2")
    assert not silent(clearances=(elsewhere,))
    over = replace(INPUTS_CLEARED.clearances[0], until=NOW)
    assert not silent(clearances=(over,))
