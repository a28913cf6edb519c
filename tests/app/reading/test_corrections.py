"""A letter that corrects its writer's own earlier report stands beside the case it means."""

from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.steps import arrive, told
from aupkeep.model.entry import EntryType
from aupkeep.store import cases, reports

LETTER = """\
From: {sender}
To: abuse@aupkeep.example
Subject: {title}
Message-ID: <later@cert.example>
Date: Sun, 01 Mar 2026 12:10:00 +0000

Our mail of this morning was wrong, sorry: it was not {address} but 198.51.100.10.
"""


def beside(case):
    """What the case's timeline says of letters that take something back."""
    said = [one.get("why", "") for one in told(case, EntryType.CASE_CHANGED)]
    return [why for why in said if "take it back" in why]


@pytest.mark.parametrize(
    ("sender", "address", "shown"),
    [
        ("soc@cert.example", "203.0.113.10", True),
        ("other@cert.example", "203.0.113.10", True),
        ("soc@cert.example", "203.0.113.11", False),
        ("somebody@elsewhere.example", "203.0.113.10", False),
    ],
)
def test_it_asks_a_person_on_the_case_that_it_means(furnished, sender, address, shown):
    """It changes nothing itself, and accuses nobody."""
    (case,) = arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=5)))
    mail = LETTER.format(sender=sender, title="Correction", address=address)
    arrive(furnished, mail.replace("\n", "\r\n").encode())
    assert bool(beside(case)) is shown
    (waiting,) = reports.inbox()
    assert (case.reference in waiting.inbox_reason) is shown
    assert cases.get(case.id).state is case.state


@pytest.mark.parametrize(("sender", "shown"), [("soc@gmail.com", True), ("m@gmail.com", False)])
def test_at_a_mailbox_provider_only_who_reported_corrects_it(furnished, sender, shown):
    """Somebody else who has their mail there had not reported it."""
    mail = report("203.0.113.10", NOON - timedelta(minutes=5), domain="gmail.com")
    (case,) = arrive(furnished, mail)
    mail = LETTER.format(sender=sender, title="Correction", address="203.0.113.10")
    arrive(furnished, mail.replace("\n", "\r\n").encode())
    assert bool(beside(case)) is shown
