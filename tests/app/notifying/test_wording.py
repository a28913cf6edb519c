"""What a notice says where the road took a turn."""

from datetime import timedelta

from app.conftest import NOON, report
from app.steps import arrive, block_port, enforce
from aupkeep.store import notices


def test_measure_at_a_new_address_says_why_in_the_readers_language(furnished):
    """A Norwegian notice of a block that followed the resource has no English in its note."""
    (case,) = arrive(furnished, report("203.0.113.70", NOON - timedelta(minutes=90)))
    block_port(furnished, case, reasons="goes on")
    enforce(furnished)
    told = [one for one in notices.of_case(case.id) if "sperret" in one.text]
    assert len(told) == 1
    assert "Det ble sett på 203.0.113.70, som siden har skiftet eier" in told[0].text
    assert "seen at" not in told[0].text


def test_receipt_answers_the_report(furnished):
    """The receipt names the mail it answers, so that the reporter's program threads it."""
    arrive(furnished, report("203.0.113.70", NOON - timedelta(minutes=90)))
    (receipt,) = notices.recent_to("soc@cert.example", NOON - timedelta(days=1))
    assert receipt.headers["In-Reply-To"].endswith("@cert.example>")
    assert receipt.headers["In-Reply-To"].startswith("<")
