"""Whose mail may be held or refused: an account in evidence, or one that a person names."""

import pytest

from aupkeep.model.ladder import Measure
from aupkeep.model.subject import Subject
from casework.scenes import ADDRESS, CASE, claim
from casework.test_measure_limits import NOTE, asked, no, scoped


@pytest.mark.parametrize("measure", [Measure.HOLD_MAIL, Measure.BLOCK_MAIL])
@pytest.mark.parametrize(
    ("account", "note", "evidence", "answer"),
    [
        ("kari", None, {"kind": "messaging/spam", "account": "kari"}, None),
        ("ola", None, {"kind": "messaging/spam", "account": "kari"}, "this account"),
        ("ola", " ", {"kind": "messaging/spam", "account": "kari"}, "this account"),
        ("ola", NOTE, {"kind": "messaging/spam", "account": "kari"}, None),
        ("kari", NOTE, {"kind": CASE.kind, "account": "kari"}, "mail of this resource"),
    ],
)
def test_an_account_is_one_in_evidence_or_a_persons_word(measure, account, note, evidence, answer):
    """And only where something shows mail of the resource."""
    subject = Subject(address=ADDRESS, account=evidence["account"])
    shown = claim("1", kind=evidence["kind"], subject=subject)
    wanted = scoped(measure, account=account, note=note)
    words = answer and no(f"No evidence of this case shows {answer}.")
    assert asked(wanted, shown) == words


def test_no_rule_names_an_account_that_is_not_in_evidence():
    shown = claim("1", kind="messaging/spam", subject=Subject(account="kari"))
    wanted = scoped(Measure.HOLD_MAIL, account="ola", note=NOTE)
    words = no("No evidence of this case shows this account.")
    assert asked(wanted, shown, automatic=True) == words
    named = scoped(Measure.HOLD_MAIL, account="kari", note=NOTE)
    assert asked(named, shown, automatic=True) is None
