"""Who holds what somebody asks about is hidden from them in an answer, and from nobody else."""

import pytest

from aupkeep.app.notifying.without_customer import without_holders

QUESTION = "Was 203.0.113.10 used for spam before I got it? Best, Eva"
ANSWER = "Alder (vm-a, al-der) had 203[.]0[.]113[.]10 since March; birch never did. 198.51.100.7?"


@pytest.mark.parametrize("asked", [QUESTION, ""])
def test_invariant_10_who_asks_reads_no_holder(furnished, asked):
    """By the address in the question, or in the answer alone; others' names are not known there."""
    told = without_holders(furnished, ANSWER, asked=asked, by="eva@somewhere.example")
    assert not [word for word in ("Alder", "vm-a", "al-der") if word in told]
    assert "since March; birch never did" in told


def test_a_holders_own_contact_reads_it(furnished):
    """Of the same domain as a contact of theirs."""
    assert without_holders(furnished, ANSWER, asked=QUESTION, by="x@ALDER.example") == ANSWER
