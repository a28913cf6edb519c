"""Under whose name a customer is written to, which days a deadline counts, a letter's test."""

import dataclasses
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.test import Client

from app.conftest import furnish, report
from app.steps import arrive
from aupkeep.app import context as bound_context
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.notifying.letters import Letter, send_to_writer
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.brands import BrandSettings
from aupkeep.config.office import OfficeSettings
from aupkeep.model.errors import Invalid
from aupkeep.model.notice import Party
from aupkeep.store import actions, notices
from stories.test_digests import feed, pass_time, provide

FRIDAY = datetime(2026, 4, 3, 10, tzinfo=UTC)  # Good Friday; Easter Monday is the sixth
BLUE = {
    "name": "Blue Cloud",
    "sender": "abuse@blue.example",
    "sender_name": "Blue Cloud abuse desk",
    "address": "1 Example Street, Oslo",
    "policy_url": "https://blue.example/aup",
}


def with_settings(context, monkeypatch, **sections):
    """The desk with other sections, bound to the pages."""
    settings = dataclasses.replace(context.settings, **sections)
    desk = dataclasses.replace(context, settings=settings)
    monkeypatch.setattr(bound_context, "_bound", [desk])
    return desk


def link_in(mail):
    """The path of the customer's page."""
    text = mail.get_content()
    return "/c/" + text.partition("/c/")[2].partition("/")[0] + "/"


def test_a_customer_reads_its_brand(pages, now, outgoing, monkeypatch):
    """Mail and page; whoever has no brand, or one that nobody described, reads the provider."""
    desk = furnish(with_settings(pages, monkeypatch, brands=BrandSettings(tables={"blue": BLUE})))
    import_customers(desk, b"customer,brand\nalder,blue\nbirch,green\n")
    (case,) = arrive(desk, report("203.0.113.10", now.at - timedelta(minutes=5)))
    arrive(desk, report("203.0.113.70", now.at - timedelta(minutes=9)))
    pass_time(desk, now, timedelta(0))
    (data,) = outgoing["noc@alder.example"]
    mail = message_from_bytes(data, policy=default)
    assert mail["From"] == "Blue Cloud abuse desk <abuse@blue.example>"
    assert mail["Message-ID"].endswith("@blue.example>")
    below = mail.get_content().replace("\r\n", "\n").partition("\n-- \n")[2].split("\n")
    assert below[:2] == [BLUE["address"], BLUE["policy_url"]]
    assert "Example Hosting" not in mail.get_content()
    page = Client().get(link_in(mail)).content.decode()
    assert all(word in page for word in ("Blue Cloud", BLUE["address"], BLUE["policy_url"]))
    (data,) = outgoing["abuse@birch.example"]
    other = message_from_bytes(data, policy=default)
    assert other["From"] == "Abuse desk <abuse@aupkeep.example>"
    assert "-- " not in other.get_content().splitlines()
    assert notices.of_case(case.id)[0].brand == "blue"
    assert verify_home(desk).ok


def test_a_deadline_passes_over_closed_days_and_a_limit_does_not(
    context,
    now,
    outgoing,
    monkeypatch,
):
    """Easter in Norway: the customer has three open days, and reads which ones do not count."""
    desk = with_settings(context, monkeypatch, office=OfficeSettings(country="NO"))
    provide(desk, 1, 1)
    now.at = FRIDAY
    rows = feed(1, broken=False).replace(b"2026-03-01 11:55:00", b"2026-04-03 09:55:00")
    (case,) = arrive(desk, rows)
    pass_time(desk, now, timedelta(minutes=16))
    case = find_case(case.id)
    assert case.deadline_at == datetime(2026, 4, 10, tzinfo=UTC)  # Tuesday to Thursday
    (data,) = outgoing["noc@c0.example"]
    mail = message_from_bytes(data, policy=default)
    for day in ("2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06"):
        assert day in mail.get_content()
    assert "2026-04-06" in Client().get(link_in(mail)).content.decode()
    limits = {"measure": "isolate", "hours": 48, "reasons": "it goes on"}
    decided = decide_case(desk, case.reference, people=("ada",), **limits)
    (action,) = actions.of_decision(decided.decision)
    assert action.until - action.starts == timedelta(hours=48)


def test_a_test_of_a_letter_goes_to_its_writer_alone(pages, now, outgoing):
    """As its reader would get it; a place left open keeps it from going anywhere."""
    desk = furnish(pages)
    (case,) = arrive(desk, report("203.0.113.10", now.at - timedelta(minutes=5)))
    pass_time(desk, now, timedelta(0))
    outgoing.clear()
    letter = Letter(party=Party.CUSTOMER, subject="A question", text="Which job is it?")
    still = dataclasses.replace(letter, text="Which ### job ###?")
    with pytest.raises(Invalid, match="open place"):
        send_to_writer(desk, case.reference, still, "ada@aupkeep.example")
    sent = send_to_writer(desk, case.reference, letter, "ada@aupkeep.example")
    pass_time(desk, now, timedelta(0))
    assert list(outgoing) == ["ada@aupkeep.example"]
    mail = message_from_bytes(outgoing["ada@aupkeep.example"][0], policy=default)
    assert mail["Subject"].startswith("[test]")
    assert "Which job is it?" in mail.get_content()
    assert "/c/" not in mail.get_content(), "its link opens nothing"
    assert notices.get(sent.notice).case is None
