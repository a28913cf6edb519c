"""The desk's own pages: what each says is so, to whom, and what its forms do."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from app.conftest import with_settings
from aupkeep.app.access.staff import add_person, sign_in_link
from aupkeep.app.access.tokens import add_token
from aupkeep.app.deciding.permissions import grant
from aupkeep.app.enforcing.listen import set_listening
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.last_verification import verify_and_note
from aupkeep.model.action import LOST
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.notice import LISTENING
from aupkeep.store import actions, log, notices, permissions, staff, tokens
from aupkeep.store.guard import writing
from aupkeep.store.models import EffectRow, EntryRow, NoticeRow, Staff
from aupkeep.store.notices import NoticeFilter
from web.seed_cases import KARI
from web.seeded import Seeded, text_of
from web.test_pages import DESK, GRANTED, HOUSE

EVIL = "<b>a</b>\u202e" + "y" * 300
SHOWN = "&lt;b&gt;a&lt;/b&gt;⟨U+202E⟩yyy"
READERS = ("senior", "legal", "operator", "auditor")
OWN = [*DESK, *HOUSE]


@pytest.fixture
def member(seeded: Seeded) -> Callable[..., Client]:
    """Signs a person in who has one role."""

    def sign_in(role: str, language: str = "en") -> Client:
        address = f"{role}@aupkeep.example"
        add_person(seeded.context, address, role.title(), language, roles=(role,))
        client = Client()
        link = sign_in_link(seeded.context, address).link.split("/")[-2]
        assert client.post(f"/sign-in/{link}/")["Location"] == "/queue"
        seeded.start()
        return client

    return sign_in


@pytest.mark.parametrize("role", ["analyst", "noc", "auditor"])
def test_every_member_of_staff_opens_every_page(role: str, seeded: Seeded, member):
    """In their own language; the menu names what the role may read."""
    client = member(role, "nb")
    for path in OWN:
        text = text_of(client, seeded.at(path))
        assert '<html lang="nb"' in text, path
        assert ('href="/journal">Journal' in text) == (role in READERS) or "journal" in path
        assert ("Innboks" in text) == (role in ("analyst", "senior", "legal")), path


def test_a_permission_is_granted_and_revoked_with_a_reason(seeded: Seeded, kari: Client):
    answer = kari.post("/permissions/grant", GRANTED)
    assert (answer.status_code, answer["Location"]) == (303, "/permissions?done=granted")
    text = text_of(kari, "/permissions?done=granted")
    assert "birch/vm-d" in text
    assert "a study" in text
    (live,) = permissions.live(seeded.context.now())
    assert live.until == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    sent = {"resource": "birch/vm-d", "kind": "connection/port_scan", "why": "it ended"}
    assert kari.post("/permissions/revoke", sent)["Location"] == "/permissions?done=revoked"
    assert permissions.live(seeded.context.now()) == []
    assert "kari@aupkeep.example" in text_of(kari, "/permissions?state=ended")
    assert seeded.written() == ["permission-changed", "permission-changed"]


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("resource", "", 422),
        ("kind", "", 422),
        ("kind", "no/kind", 422),
        ("until", "", 422),
        ("until", "2026-13-40", 422),
        ("until", "2036-01-01", 422),
        ("reasons", " ", 422),
    ],
)
def test_a_blank_or_odd_permission_is_refused_and_kept(
    field: str, value: str, status: int, seeded: Seeded, kari: Client
):
    """Nothing is implied, and what was typed stands in the form."""
    answer = kari.post("/permissions/grant", GRANTED | {field: value})
    assert answer.status_code == status
    if field != "resource":
        assert 'value="birch/vm-d"' in answer.content.decode()
    assert seeded.written() == []


def test_hostile_words_stay_words_on_each_page(seeded: Seeded, kari: Client):
    """Markup and a right-to-left override in every value that comes from outside."""
    context = seeded.context
    until = context.now() + timedelta(days=3)
    grant(context, f"birch/{EVIL}", "messaging/spam", until, person=KARI.id, reasons=EVIL)
    add_token(context, EVIL, trusted=False, scopes=("case",), days=3)
    add_person(context, "eve@aupkeep.example", EVIL, "en", roles=("analyst",))
    newest = notices.listed(NoticeFilter(), 1)[0]
    with writing():
        NoticeRow.objects.filter(id=newest.id).update(
            title=EVIL, text=EVIL, recipient=f"{EVIL}@x.example", failure=EVIL, attached=EVIL
        )
    entry = f"/journal/{seeded.size}"  # of the permission
    paths = ("/permissions", "/notices", f"/notices/{newest.id}", "/people", entry)
    for path in paths:
        text = text_of(kari, path)
        assert SHOWN in text, path
        assert "\u202e" not in re.sub('<input type="hidden"[^>]*>', "", text), path
        assert "<b>a" not in text, path


def test_each_state_of_a_notice_is_told_apart(seeded: Seeded, kari: Client):
    """Sent, waiting, held back, failed and come back; a link's secret part is never shown."""
    made = notices.listed(NoticeFilter(), 5)
    at = seeded.context.now()
    given = [(None, None), (at, None), (None, LISTENING), (None, "no such host"), (at, "full")]
    with writing():
        for notice, (sent, failure) in zip(made, given, strict=True):
            NoticeRow.objects.filter(id=notice.id).update(sent_at=sent, failure=failure)
    for notice, state in zip(made, ("waiting", "sent", "held", "failed", "bounced"), strict=True):
        path = f'href="/notices/{notice.id}"'
        assert path in text_of(kari, f"/notices?state={state}"), state
        for other in {"waiting", "sent", "held", "failed", "bounced"} - {state}:
            assert path not in text_of(kari, f"/notices?state={other}"), (state, other)
    assert kari.get("/notices?state=odd").status_code == 422
    assert kari.get("/notices?case=ZZZZ-ZZZZ").status_code == 404
    for notice in made:
        secret = notice.text.partition("/c/")[2][:32]
        assert not secret or secret not in text_of(kari, f"/notices/{notice.id}")


def test_who_sees_no_reporter_reads_no_notice_to_one(seeded: Seeded, member):
    noc = member("noc")
    told = [it for it in notices.listed(NoticeFilter(), 50) if it.party == "reporter"]
    assert told
    listed = text_of(noc, "/notices")
    for notice in told:
        page = text_of(noc, f"/notices/{notice.id}")
        for text in (listed, page):
            assert notice.recipient not in text
        assert notice.text[:40] not in page


def test_work_that_was_given_up_is_tried_again(seeded: Seeded, kari: Client, member):
    effect = EffectRow.objects.filter(kind="mail", done_at__isnull=True).first()
    with writing():
        EffectRow.objects.filter(id=effect.id).update(dead_at=seeded.context.now(), error=EVIL)
    assert SHOWN in text_of(kari, "/notices")
    path = f"/notices/{effect.id}/retry"
    assert member("analyst").post(path).status_code == 403
    assert kari.post(path)["Location"] == "/notices?done=retried"
    assert EffectRow.objects.get(id=effect.id).dead_at is None
    assert kari.post(path).status_code == 404


def test_the_journal_says_what_was_verified_and_when(seeded: Seeded, kari: Client):
    """A page verifies nothing; a tampered home is told by the next verification."""
    assert "Not verified yet" in text_of(kari, "/journal")
    assert verify_and_note(seeded.context, KARI.id, None, mend=False, ask=False).ok
    text = text_of(kari, "/journal")
    assert "Nothing was changed" in text
    assert KARI.id in text
    with writing():
        EntryRow.objects.filter(index=5).update(payload={"case": "another"})
    seeded.clock.at += timedelta(seconds=1)
    assert not verify_and_note(seeded.context, KARI.id, None, mend=False, ask=False).ok
    assert "First bad entry: 5." in text_of(kari, "/journal")
    entry = text_of(kari, "/journal/5")
    assert "Does not hold" in entry
    assert ">Holds<" in text_of(kari, "/journal/4")


def test_an_erased_entry_is_told_apart_from_a_missing_one(seeded: Seeded, kari: Client):
    with writing():
        EntryRow.objects.filter(index=7).update(payload=None, salt=None, erased="mail-bodies-1y")
        EntryRow.objects.filter(index=8).update(payload=None, salt=None)
    erased, missing = text_of(kari, "/journal/7"), text_of(kari, "/journal/8")
    assert "erased under" in erased
    assert "mail-bodies-1y" in erased
    assert "MISSING" in missing
    assert "MISSING" not in erased
    assert ">Holds<" in erased
    assert "Does not hold" in missing


def test_an_auditor_reads_the_journal_without_who_reported(seeded: Seeded, member):
    """The types and times stay, what names a reporter does not."""
    auditor = member("auditor")
    for logged in log.entries(limit=150):
        source = str(logged.entry.payload.get("source") or "")
        if source.startswith("mail:"):
            text = text_of(auditor, f"/journal/{logged.index}")
            assert source not in text
            assert "whom your role does not see" in text
            break
    else:
        pytest.fail("expected an entry that names a source")
    assert "The entries are read by" in text_of(member("analyst"), "/journal")


def test_people_are_managed_by_an_operator_alone(seeded: Seeded, kari: Client, member):
    add_token(seeded.context, "reader", trusted=False, scopes=("case",), days=3)
    noc = member("noc")
    for path, data in (
        ("/people/roles", {"address": KARI.id, "role": "analyst"}),
        ("/people/end", {"address": KARI.id, "why": "so"}),
        ("/people/token", {"name": "reader"}),
    ):
        assert noc.post(path, data).status_code == 403, path
    assert seeded.written() == []
    assert "Chrome" not in text_of(noc, "/people")
    given = {"address": "noc@aupkeep.example", "role": ["noc", "analyst"]}
    assert kari.post("/people/roles", given)["Location"] == "/people?done=role"
    assert staff.by_address("noc@aupkeep.example").roles == ("analyst", "noc")
    ended = {"address": "noc@aupkeep.example", "why": "gone home"}
    assert kari.post("/people/end", ended)["Location"] == "/people?done=ended"
    assert noc.get("/people")["Location"] == "/sign-in"
    assert kari.post("/people/token", {"name": "reader"})["Location"] == "/people?done=token"
    assert tokens.by_name("reader").revoked_at is not None


def test_a_token_shows_when_it_was_used_and_never_its_secret(seeded: Seeded, kari: Client):
    made = add_token(seeded.context, "reader", trusted=False, scopes=("audit",), days=3)
    assert ">never<" in text_of(kari, "/people")
    bearer = {"Authorization": f"Bearer {made.token}"}
    answer = Client().get("/api/v1/tokens", headers=bearer)
    assert answer.status_code == 200
    assert made.token not in answer.content.decode()
    text = text_of(kari, "/people")
    assert ">never<" not in text
    assert made.token not in text


def test_settings_say_where_each_comes_from_and_no_secret(
    seeded: Seeded, kari: Client, monkeypatch: pytest.MonkeyPatch
):
    home = seeded.context.home
    home.settings.write_text('[mail]\nsender = "abuse@fjord.example"\n', "utf-8")
    database = "postgresql://u:hunter2@db.example/aupkeep"
    from aupkeep.app.context import bind

    bind(with_settings(seeded.context, mail={"sender": "abuse@fjord.example"}, database=database))
    text = text_of(kari, "/settings")
    assert "abuse@fjord.example" in text
    assert str(home.settings) in text
    assert "hunter2" not in text


def test_the_switches_are_looked_at_before_they_are_turned(
    seeded: Seeded, kari: Client, member, monkeypatch: pytest.MonkeyPatch
):
    """A GET changes nothing; each takes a reason, and the role of docs/roles.md."""
    home, auditor = seeded.context.home, member("auditor")
    assert "turned by" in text_of(auditor, "/settings/freeze")
    assert auditor.post("/settings/freeze", {"why": "so"}).status_code == 403
    assert not home.freeze.exists()
    assert kari.post("/settings/freeze", {"why": " "}).status_code == 422
    assert kari.post("/settings/freeze", {"why": EVIL})["Location"] == "/settings?done=switched"
    assert json.loads(home.freeze.read_text("utf-8"))["by"] == KARI.id
    assert "&lt;b&gt;a&lt;/b&gt;yyy" in text_of(kari, "/settings")
    assert kari.post("/settings/thaw", {"why": "looked"}).status_code == 303
    assert not home.freeze.exists()
    assert kari.post("/settings/listen", {"why": "a look first"}).status_code == 303
    assert "Listen mode." in text_of(kari, "/settings")
    assert kari.get("/settings/odd").status_code == 404
    assert seeded.written() == ["frozen", "thawed", "grant-revoked", "mode-changed"]


def test_the_policy_is_quoted_with_what_each_rule_did(seeded: Seeded, kari: Client):
    """The clause word for word, the rule as a sentence with its exception, its cases by link."""
    text = text_of(kari, "/policy")
    assert "guessing passwords and searching for weaknesses count as attempts to enter" in text
    assert "&amp;#x27;" not in kari.get("/policy").content.decode(), "escaped once"
    assert "Not if" in text
    assert "intrusion-inform" in text
    assert "decided 0, held 0" in text
    assert 'href="/case/' in text


def test_statistics_are_counted_in_few_queries(
    seeded: Seeded, kari: Client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40):
        text = text_of(kari, "/statistics?days=30")
    assert "Wilson" in text
    assert text.count("<svg") >= 4
    assert text.count("<table") >= 4
    assert kari.get("/statistics?days=0").status_code == 422
    assert kari.get("/statistics?days=x").status_code == 422


def test_statistics_hide_sources_from_who_sees_no_reporter(seeded: Seeded, kari: Client, member):
    assert "mail:" in text_of(kari, "/statistics")
    assert "mail:" not in text_of(member("noc"), "/statistics")


def test_listen_mode_at_the_switch_outweighs_the_file(seeded: Seeded, kari: Client):
    set_listening(seeded.context, wanted=True, reason="a test", person=KARI.id)
    text = text_of(kari, "/settings")
    assert "aupkeep listen" in text


def test_a_page_of_a_language_that_is_not_ours_is_english(seeded: Seeded, kari: Client):
    with writing():
        Staff.objects.update(language="de")
    assert '<html lang="en"' in text_of(kari, "/people")


def test_what_is_not_seen_any_more_is_not_called_in_force(seeded: Seeded, kari: Client):
    """Its agent looked and found nothing there: neither list nor case says that it limits."""
    action = actions.known(seeded.keys["action"])
    paths = seeded.at("/enforcement"), f"/case/{action.reference}"
    tag = ">in force<", ">not seen any more<"
    before = [[text_of(kari, path).count(words) for words in tag] for path in paths]
    gone = replace(action, proof=f"{LOST}found no such element")
    applied = entry(seeded.context, EntryType.ACTION_APPLIED, SYSTEM, {}, case=action.case)
    record(seeded.context, applied, rows=[gone])
    after = [[text_of(kari, path).count(words) for words in tag] for path in paths]
    assert after == [[before[0][0] - 1, 1], [0, 1]]
