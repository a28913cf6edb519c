"""The search box, the customers and the addresses, through their pages."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from app.steps import post
from aupkeep.app.access.staff import add_person
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.pages.customers import load
from aupkeep.app.pages.labels import NB_TITLES, TITLES
from aupkeep.app.pages.search.load import search
from aupkeep.app.pages.search.page import HitKind
from aupkeep.app.pages.search.question import AskedFor
from aupkeep.model.action import ActionState
from aupkeep.model.case import CaseState, Outcome
from aupkeep.model.ladder import Measure
from aupkeep.model.notice import Party
from aupkeep.model.roles import StaffRole
from aupkeep.store import case_filter, notices, reports
from aupkeep.store.case_filter import CaseFilter
from aupkeep.store.models import InquiryRow
from aupkeep.web.words import CATALOGUES
from enrol import signed_in
from web.seeded import Seeded, text_of

URL = "https://sign-in.birch.example/id/verify"
MOST_QUERIES = 12  # of a search, once the bar is known


def guest(seeded: Seeded, name: str, role: StaffRole, language: str = "en") -> Client:
    """Another person of the desk, signed in."""
    add_person(seeded.context, name, name.title(), language, roles=(role,))
    return signed_in(seeded.context, name)


@pytest.mark.parametrize(
    ("query", "answer", "link"),
    [
        ("203.0.113.70", "Birch (birch) holds 203.0.113.70 since 2026-03-01 11:00", "{case}"),
        ("203.0.113.70&at=2026-03-01+10:30", "Alder (alder) held 203.0.113.70 at", "{case}"),
        ("203.0.113.70@2026-03-01T10:30:00Z", "Now Birch (birch) holds it.", "{case}"),
        ("203.0.113.0/24", "addresses of it in", "{case}"),
        ("192.0.2.1", "192.0.2.1 is outside our own space.", "/addresses/192.0.2.1"),
        ("{case}", "It waits for the customer.", "{case}"),
        ("alder", "case that is not closed", "/customers/alder"),
        ("aLDeR", "case that is not closed", "/customers/alder"),
        ("lde", "things match", "/customers/alder"),
        ("{action}", "Close one port out on 203.0.113.", "/enforcement/{action}/undo"),
        ("vm-a", "match", "{case}"),
    ],
)
def test_an_answer_comes_first(query: str, answer: str, link: str, seeded: Seeded, kari: Client):
    """In a sentence, then what can be opened; one search takes a bounded number of questions."""
    path = seeded.at(f"/search?q={query}")
    text_of(kari, path)  # the bar is known from here on
    with CaptureQueriesContext(connection) as queries:
        text = text_of(kari, path)
    assert answer in text
    assert f'href="{seeded.at(link)}' in text or seeded.at(link) in text
    assert len(queries) <= MOST_QUERIES


def test_mail_of_either_side_is_found_by_its_message_id(seeded: Seeded, kari: Client):
    """A report leads to its case with who sent it; a letter of ours to the case it is about."""
    case = find_case(seeded.keys["case"])
    report = next(it for it in reports.of_case(case.id) if it.reading.message_id)
    for typed in (report.reading.message_id, report.reading.message_id.strip("<>")):
        text = text_of(kari, f"/search?q={typed.replace('+', '%2B')}")
        assert "became part of" in text
        assert case.reference in text
    letter = next(it for it in notices.of_case(case.id))
    assert f"in case {case.reference}" in text_of(kari, f"/search?q={letter.message_id}")


def test_a_reference_of_any_kind_is_found(seeded: Seeded, kari: Client):
    """That of an inquiry, also in small letters, and that of a case without its hyphen."""
    inquiry = InquiryRow.objects.first()
    text = kari.get(f"/search?q={inquiry.reference.lower()}").content.decode()
    assert f'href="/inquiries/{inquiry.reference}"' in text
    run_on = seeded.keys["case"].replace("-", "").lower()
    assert seeded.keys["case"] in kari.get(f"/search?q={run_on}").content.decode()


def test_a_command_is_not_said_to_be_unknown(seeded: Seeded, kari: Client):
    text = kari.get("/search?q=settings").content.decode()
    assert 'href="/settings"' in text
    assert "Nothing known is" not in text


def test_a_page_and_a_name_are_found_also_defanged(seeded: Seeded, kari: Client):
    """And a name below the one that was typed."""
    page = {"kind": "content/phishing", "url": URL, "address": "203.0.113.12"}
    (case,) = post(seeded.context, {**page, "at": "2026-03-01T12:20:00Z"})
    host, url = URL.split("/")[2], URL
    parent = host.partition(".")[2]
    defanged = url.replace("http", "hxxp").replace(".", "[.]")
    assert "Exactly this page is named in" in text_of(kari, f"/search?q={defanged}")
    for name in (host, parent):
        text = text_of(kari, f"/search?q={name}")
        assert f"{name} or a page of it is named in 1 case." in text
        assert case.reference in text
    assert "Nothing known is" in text_of(kari, f"/search?q=x{host}")


def test_who_reported_is_shown_to_roles_that_may_know(seeded: Seeded, kari: Client):
    """To the network's people neither the sources nor who sent a mail."""
    noc = guest(seeded, "nils@desk.example", StaffRole.NOC)
    case = find_case(seeded.keys["case"])
    report = next(it for it in reports.of_case(case.id) if it.reading.message_id)
    sender, mail = report.reading.reporter, report.reading.message_id.strip("<>")
    assert sender in text_of(kari, f"/search?q={mail}")
    for query in (mail, sender, sender.rpartition("@")[2], report.id):
        text = re.sub(r'value="[^"]*"|<title>.*</title>|<strong>.*</strong>', "",
                      text_of(noc, f"/search?q={query}"))  # fmt: skip
        assert sender not in text, query
        assert "/sources/" not in text, query
        assert "Who reported is not shown to your role." in text, query


@pytest.mark.parametrize("query", ["", "?q=", "?q=no-such-thing"])
def test_an_empty_search_teaches(query: str, seeded: Seeded, kari: Client):
    text = text_of(kari, f"/search{query}")
    assert "a URL or a name, also written hxxps://shop[.]example" in text
    assert ("Nothing known is" in text) == query.endswith("thing")


def test_a_time_that_is_none_is_told_at_its_field(seeded: Seeded, kari: Client):
    answer = kari.get("/search?q=203.0.113.70&at=yesteryear")
    assert answer.status_code == 422
    assert b'aria-invalid="true"' in answer.content
    assert b"yesteryear" in answer.content


def test_what_is_typed_stays_text(seeded: Seeded, kari: Client):
    text = text_of(kari, "/search?q=%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AEx")
    assert "<script>" not in text
    assert "⟨U+202E⟩" in text


@pytest.mark.parametrize(
    ("path", "english", "norwegian"),
    [
        ("/search?q=203.0.113.70", "Birch (birch) holds", "Birch (birch) har"),
        ("/search", "What can be typed here", "Dette kan skrives her"),
        ("/customers", "Without a contact", "Uten kontakt"),
        ("/customers/alder", "Addresses over time", "Adresser over tid"),
        ("/addresses/203.0.113.70", "Who held it", "Hvem som hadde den"),
    ],
)
def test_each_reads_their_own_language(
    path: str, english: str, norwegian: str, seeded: Seeded, kari: Client
):
    ida = guest(seeded, "ida@desk.example", StaffRole.ANALYST, "nb")
    assert english in text_of(kari, path)
    text = text_of(ida, path)
    assert norwegian in text
    assert '<html lang="nb"' in text


def test_every_word_of_a_row_is_there_in_both_languages():
    """A measure, a state or an outcome without one would break the page for some readers."""
    assert set(NB_TITLES) == set(TITLES) == set(Measure)
    for prefix, values in (
        ("state", [*CaseState, *ActionState]),
        ("outcome", Outcome),
        ("party", Party),
        ("group", HitKind),
        ("asked", AskedFor),
    ):
        for value in values:
            assert f"desk.{prefix}.{value}" in CATALOGUES["nb"], value


def test_every_staff_page_has_the_box(seeded: Seeded, kari: Client):
    for path in ("/queue", "/case/{case}", "/inbox", "/enforcement", "/customers/alder"):
        assert '<input class="ds-input" id="find" name="q" type="search"' in text_of(
            kari, seeded.at(path)
        ), path


def test_the_list_of_customers_narrows(seeded: Seeded, kari: Client):
    """By a text, by what is open, in force or missing."""
    rows = {
        query: re.findall(r'href="/customers/([^"]+)"', text_of(kari, f"/customers{query}"))
        for query in ("", "?q=ald", "?q=BIRCH", "?view=open", "?view=standing", "?q=zzz")
    }
    assert {"alder", "birch"} <= set(rows[""])
    assert (rows["?q=ald"], rows["?q=BIRCH"], rows["?q=zzz"]) == (["alder"], ["birch"], [])
    assert set(rows["?view=standing"]) < set(rows["?view=open"]) <= set(rows[""])
    assert kari.get("/customers?view=others").status_code == 422


def test_one_customer_stands_whole(seeded: Seeded, kari: Client):
    """Cases, measures, addresses over time, letters; a contact's address is masked."""
    text = text_of(kari, "/customers/alder")
    for words in (seeded.keys["case"], "203.0.113.70", "vm-a", "Open cases", "Letters", "waits"):
        assert words in text, words
    assert "abuse@alder.example" not in text
    assert "@a••••.example" in text
    assert kari.get("/customers/nobody").status_code == 404
    for words in ("What a suspension must reach", "Sign-in", "API credentials"):
        assert words in text, words
    assert text.count("@a••••.example") == 2, "among the contacts and the sign-ins"
    assert "@alder.example" not in text


def test_a_large_customer_is_not_looked_up_whole(
    seeded: Seeded, kari: Client, monkeypatch: pytest.MonkeyPatch
):
    """Where a page would take too long it names the command."""
    monkeypatch.setattr(load, "HISTORY", 1)
    text = text_of(kari, "/customers/alder")
    assert "More than a page looks up:" in text
    assert "aupkeep services alder" in text
    assert "API credentials" not in text


def test_an_address_shows_its_holders_over_time(seeded: Seeded, kari: Client):
    """Who held it then is asked at a moment; a prefix has a page too, anything else has none."""
    text = text_of(kari, "/addresses/203.0.113.70?at=2026-03-01T10:30:00Z")
    assert "Alder (alder) held 203.0.113.70 at 2026-03-01 10:30 UTC" in text
    assert text.index("/customers/birch") < text.index('/customers/alder">')
    assert seeded.keys["case"] in text
    assert "/enforcement/{action}/undo".format(**seeded.keys) in text_of(
        kari, "/addresses/203.0.113.0/24"
    )
    assert kari.get("/addresses/birch").status_code == 422


def test_the_bar_follows_the_journal(seeded: Seeded, kari: Client):
    """What the bar says is kept between two pages, and asked anew once anything was written."""
    before = re.search(r'Queue <span class="ds-badge-like">(\d+)<', text_of(kari, "/search"))
    case = next(it for it in case_filter.page(CaseFilter(), limit=50) if it.state.value == "open")
    sent = {"outcome": "no-action", "closing": "nothing of it is left"}
    assert kari.post(f"/case/{case.reference}/close", sent).status_code == 303
    after = re.search(r'Queue <span class="ds-badge-like">(\d+)<', text_of(kari, "/search"))
    assert int(after[1]) == int(before[1]) - 1


def test_the_record_is_the_same_for_programs(seeded: Seeded):
    found = search(seeded.context, "203.0.113.70", language="en", reporters=True)
    kinds = [group.kind.value for group in found.groups]
    assert kinds == ["address", "customer", "case"]
