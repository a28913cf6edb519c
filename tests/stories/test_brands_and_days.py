"""Under whose name a customer is written to, which days a deadline counts, a letter's test."""

import dataclasses
import struct
import zlib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.test import Client

from app.conftest import furnish, report, with_settings
from app.steps import arrive
from aupkeep.app import context as bound_context
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.notifying.letters import Letter, send_to_writer
from aupkeep.app.pages.doctor.brands import brands_check
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.brands import BrandSettings
from aupkeep.config.logos import MOST, PNG
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


def bound_with(context, monkeypatch, **sections):
    """The desk with other sections, bound to the pages."""
    desk = with_settings(context, **sections)
    monkeypatch.setattr(bound_context, "_bound", [desk])
    return desk


def link_in(mail):
    """The path of the customer's page."""
    text = mail.get_content()
    return "/c/" + text.partition("/c/")[2].partition("/")[0] + "/"


def test_a_customer_reads_its_brand(pages, now, outgoing, monkeypatch):
    """Mail and page; whoever has no brand, or one that nobody described, reads the provider."""
    desk = furnish(bound_with(pages, monkeypatch, brands=BrandSettings(tables={"blue": BLUE})))
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


def png(width: int = 1, height: int = 1) -> bytes:
    """A black picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0\0" * height)), (b"IEND", b""))
    made = (struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in parts)  # fmt: skip
    return PNG + b"".join(made)


HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (png(), "image/png"),
        (b"\xff\xd8\xff\xe0 JFIF", "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8L", "image/webp"),
        (HTML, ""),
        (SVG, ""),
        (b"GIF89a" + HTML, ""),
        (png(3_000), ""),
        (png() + bytes(MOST), ""),
        (None, ""),
    ],
)
def test_a_brand_shows_its_logo_and_nothing_else(pages, now, outgoing, monkeypatch, content, media):
    """On the page and below its link, as the picture it is; doctor names another."""
    path = pages.home.path / "logo.png"
    if content is not None:
        path.write_bytes(content)
    brand = BrandSettings(tables={"blue": {**BLUE, "logo": "logo.png"}})
    desk = furnish(bound_with(pages, monkeypatch, brands=brand))
    import_customers(desk, b"customer,brand\nalder,blue\n")
    arrive(desk, report("203.0.113.10", now.at - timedelta(minutes=5)))
    pass_time(desk, now, timedelta(0))
    (data,) = outgoing["noc@alder.example"]
    mail = message_from_bytes(data, policy=default)
    assert mail.get_content_type() == "text/plain"
    link = link_in(mail)
    page, logo = Client().get(link).content.decode(), Client().get(f"{link}logo")
    (check,) = brands_check(desk)
    assert check.ok is bool(media)
    assert (f'<img src="{link}logo" alt="Blue Cloud">' in page) is bool(media)
    if not media:
        assert (logo.status_code, check.remedy != "") == (404, True)
        assert b"alert(1)" not in logo.content
        return
    assert (logo.status_code, logo["Content-Type"], logo.content) == (200, media, content)
    assert logo["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in logo["Content-Security-Policy"]
    assert Client().get("/c/unknown/logo").status_code == 404


def test_a_deadline_passes_over_closed_days_and_a_limit_does_not(
    context,
    now,
    outgoing,
    monkeypatch,
):
    """Easter in Norway: the customer has three open days, and reads which ones do not count."""
    desk = bound_with(context, monkeypatch, office=OfficeSettings(country="NO"))
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
