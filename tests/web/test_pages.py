"""The pages without a browser: what each shows, what it refuses, what it writes."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from app.conftest import NOON
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.pages.case import acts
from aupkeep.model.ladder import Cause, Measure
from aupkeep.store import cases, decisions, notices, reports
from aupkeep.store.models import SessionRow
from web.seed_cases import KARI, OLA, seen_of
from web.seed_lists import GOOD_ROW
from web.seeded import Seeded, text_of

SOURCES = ["/sources", "/sources/{slow}", "/sources/{unproven}"]
FORCE = ["/enforcement", "/enforcement?by=rule&state=wanted", "/enforcement/{action}/undo"]
LISTS = ["/inbox", "/inbox/{rows}", "/feeds", "/flows"]
ASKED = ["/inquiries", "/inquiries/{inquiry}", "/permissions?state=ended"]
GIVEN = ["/grants", "/grants/{grant}"]
DESK = [*ASKED, *GIVEN, "/notices", "/notices/{notice}", "/journal", "/journal/3"]
HOUSE = ["/people", "/settings", "/settings/freeze", "/policy", "/statistics?days=91"]
LOOKUPS = ["/search", "/search?q=203.0.113.70", "/customers", "/customers/birch",
           "/addresses/203.0.113.70"]  # fmt: skip
STAFF = ["/queue", "/queue/views", "/case/{case}", "/case/{case}/write", *FORCE, *LISTS, *SOURCES,
         *DESK, *HOUSE, *LOOKUPS]  # fmt: skip
PUBLIC = ["/c/{customer}/", "/r/{reporter}/", "/sign-in", "/sign-in/sent", "/sign-in/{link}/"]
GRANTED = {
    "resource": "birch/vm-d",
    "kind": "connection/port_scan",
    "until": "2026-12-31",
    "reasons": "a study",
}
WANTED = {"kind": "staff", "days": "30", "reasons": "a quiet week", "sure": "yes"}
POSTS = [
    ("/case/{case}/decide", {}),
    ("/case/{acted}/approve", {"pending": "{pending}", "approval": "yes"}),
    ("/case/{acted}/undo", {"action": "{action}", "undo": "wrong machine"}),
    ("/case/{case}/close", {"outcome": "fixed", "closing": "it is quiet"}),
    ("/case/{acted}/read", {"answer": "{answer}"}),
    ("/inbox/{rows}/done", {"reason": "asked the reporter"}),
    ("/inbox/{rows}/mend", {"number": "1", "text": GOOD_ROW}),
    ("/sources/{slow}/step", {"step": "suspend", "days": "30", "reasons": "it went on"}),
    ("/sources/{slow}/judge", {"report": "{report}", "said": "refuted", "why": "a test of theirs"}),
    ("/inquiries/{inquiry}/answer", {"answer": "Yes, under conditions."}),
    ("/inquiries/{inquiry}/close", {"why": "asked twice"}),
    ("/inquiries/{inquiry}/permit", GRANTED),
    ("/permissions/grant", GRANTED),
    ("/grants/ask", WANTED),
    ("/grants/{grant}/give", {}),
    ("/grants/{grant}/revoke", {"why": "noise"}),
    ("/permissions/revoke", {"resource": "birch/vm-d", "kind": "messaging/spam", "why": "over"}),
    ("/people/roles", {"address": "ola@aupkeep.example", "role": "analyst"}),
    ("/people/end", {"address": "kari@aupkeep.example", "why": "left a browser open"}),
    ("/people/token", {"name": "reader"}),
    ("/people/away", {"first": "2026-03-02", "last": "2026-03-03"}),
    ("/people/back", {"absence": "kari@aupkeep.example"}),
    ("/sign-out", {}),
]
WORK = [
    ("/case/{case}/assign", {"to": "me"}),
    ("/case/{case}/note", {"note": "seen before"}),
    ("/case/{case}/probe", {}),
]
SCRIPTS = [
    f'<script src="/static/aupkeep/{name}.js" defer></script>' for name in ("keys", "live", "draft")
]
DECISION = {
    "measure": "block-port",
    "hours": "24",
    "reasons": "212 failed logins",
    "cause": "unknown",
}


def decision(seeded: Seeded, **changes: str) -> dict[str, str]:
    """The form of the case page as it is now, filled in."""
    return DECISION | {"seen": seen_of(seeded.context, seeded.keys["case"])} | changes


@pytest.mark.parametrize("path", STAFF)
def test_a_page_of_the_console_needs_a_session(path: str, seeded: Seeded, visitor: Client):
    assert visitor.get(seeded.at(path))["Location"] == "/sign-in"


@pytest.mark.parametrize(("path", "data"), [*POSTS[:-1], *WORK])
def test_a_change_needs_a_session(path: str, data: dict[str, str], seeded: Seeded):
    before = seeded.tables()
    Client().post(seeded.at(path), seeded.filled(data))
    assert seeded.tables() == before


@pytest.mark.parametrize(("path", "data"), [*POSTS, *WORK])
def test_a_change_needs_the_cross_site_token(
    path: str, data: dict[str, str], seeded: Seeded, visitor: Client
):
    link = seeded.at("/sign-in/{link}/")
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', text_of(visitor, link))
    visitor.post(link, {"csrfmiddlewaretoken": token[1]})
    assert visitor.get("/queue").status_code == 200
    before = seeded.tables()
    assert visitor.post(seeded.at(path), seeded.filled(data)).status_code == 403
    assert seeded.tables() == before


@pytest.mark.parametrize("path", [path for path, _ in [*POSTS, *WORK]])
def test_a_change_is_never_a_get(path: str, seeded: Seeded, kari: Client):
    answer = kari.get(seeded.at(path))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert b"Nothing was changed" in answer.content


@pytest.mark.parametrize("path", [*STAFF, *PUBLIC, "/c/{quiet}/", "/c/{expired}/", "/nothing", "/"])
def test_get_changes_nothing(path: str, seeded: Seeded, kari: Client):
    before = seeded.tables()
    kari.get(seeded.at(path))
    kari.head(seeded.at(path))
    assert seeded.tables() == before


@pytest.mark.parametrize("path", [*STAFF, *PUBLIC, "/nothing", "/healthz", "/c/{expired}/"])
def test_every_answer_carries_the_headers(path: str, seeded: Seeded, kari: Client):
    answer = kari.get(seeded.at(path))
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; ")
    lists = path.startswith(("/queue?", "/inbox?")) or path in ("/queue", "/inbox")
    scripted = path == "/sign-in" or path.startswith(("/queue", "/case/")) or lists
    own_script = "; script-src 'self'; worker-src 'self'" if scripted else ""
    asks = lists or path.startswith("/case/")
    own_script += "; connect-src 'self'" if asks else ""
    policy = policy.removesuffix(own_script)
    assert not any(word in policy for word in ("unsafe", "script-src", "*", "http"))
    for part in ("form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/c/{customer}/", "/r/{reporter}/", "/c/{expired}/", "/nothing"])
def test_an_address_with_a_secret_is_never_a_referrer(path: str, seeded: Seeded, visitor: Client):
    assert visitor.get(seeded.at(path))["Referrer-Policy"] == "no-referrer"


def test_style_is_sent_packed_and_pages_are_not(kari: Client):
    """Compressing a page with its tokens would let their length tell them."""
    packed = {"Accept-Encoding": "gzip"}
    for path in ("/static/aupkeep/theme.css", "/static/built/designsystemet.css"):
        answer = kari.get(path, headers=packed)
        assert answer["Content-Encoding"] == "gzip", path
        answer.getvalue()
        answer.close()
    assert "Content-Encoding" not in kari.get("/queue", headers=packed)


def test_no_page_holds_a_style_or_a_script(seeded: Seeded, kari: Client):
    """Nothing inline, so the policy has nothing to forgive."""
    for path in (*STAFF, *PUBLIC):
        text = text_of(kari, seeded.at(path))
        for script in SCRIPTS:
            text = text.replace(script, "")
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text), path


@pytest.mark.parametrize("path", ["/inbox/{odd}", "/feeds", "/flows"])
def test_hostile_text_stays_text(path: str, seeded: Seeded, kari: Client):
    """Markup and a right-to-left override are shown, escaped and made visible."""
    text = text_of(kari, seeded.at(path))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "\u202e" not in text
    assert "⟨U+202E⟩" in text


def test_a_row_that_could_not_be_read_is_mended(seeded: Seeded, kari: Client):
    """Its text stands in a field; what is sent is read, line ends as line feeds."""
    path = seeded.at("/inbox/{rows}")
    text = text_of(kari, path)
    assert "203.0.113.300,4000" in text
    assert "&quot;&lt;b&gt;⟨U+202E⟩spam&quot;" in text
    assert f"Mended by {KARI.id}" in text
    answer = kari.post(f"{path}/mend", {"number": "1", "text": f"{GOOD_ROW}\r\n"})
    assert (answer.status_code, answer["Location"]) == (303, f"{path}?mended")
    report = reports.get(seeded.keys["rows"])
    assert [row.done_by for row in report.reading.dead] == [KARI.id, KARI.id]
    assert len(report.reading.findings) == 3
    assert seeded.written().count("row-mended") == 1


def test_a_row_that_still_cannot_be_read_keeps_what_was_typed(seeded: Seeded, kari: Client):
    """The parser's reason stands at the row's field."""
    typed = GOOD_ROW.replace("203.0.113.14", "203.0.113.400")
    answer = kari.post(seeded.at("/inbox/{rows}/mend"), {"number": "1", "text": typed})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert typed in text
    assert "expected an IPv4 or IPv6 address, found &#x27;203.0.113.400&#x27;" in text
    assert seeded.written() == []


def test_what_a_source_said_besides_is_shown_as_text(seeded: Seeded, kari: Client):
    """A banner with markup and a right-to-left override is escaped and made visible."""
    text = text_of(kari, seeded.at("/case/{case}"))
    assert "&lt;b&gt;SSH-2.0&lt;/b&gt; ⟨U+202E⟩elpmaxe" in text
    assert "invalid user ⟨U+202E⟩nimda" in text
    assert "\u202e" not in text


def test_signing_in_says_the_same_for_every_address(seeded: Seeded):
    known, unknown = (
        Client().post("/sign-in", {"address": who}) for who in (KARI.id, "x@y.example")
    )
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    sent = [
        len(notices.recent_to(who, NOON - timedelta(days=1))) for who in (KARI.id, "x@y.example")
    ]
    assert sent == [1, 0]


@pytest.mark.parametrize(
    "address", ["", "kari", "@", "a@", "@b", "x" * 300 + "@y.example", "a@b\nc"]
)
def test_what_is_no_mail_address_asks_nothing(address: str, seeded: Seeded):
    assert Client().post("/sign-in", {"address": address}).status_code == 422
    assert seeded.written() == []


def test_a_link_works_once(seeded: Seeded):
    link = seeded.at("/sign-in/{link}/")
    assert Client().post(link)["Location"] == "/queue"
    assert Client().post(link).status_code == 410
    assert seeded.written() == ["signed-in"]


def test_signing_out_ends_the_session(kari: Client):
    kari.post("/sign-out")
    assert kari.get("/queue")["Location"] == "/sign-in"


def test_the_session_cookie_is_guarded(seeded: Seeded):
    cookie = Client().post(seeded.at("/sign-in/{link}/")).cookies["__Host-aupkeep_session"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"]) == ("/", ""), "as __Host- demands (RFC 6265bis)"
    stored = list(SessionRow.objects.values_list("session_key", flat=True))
    assert stored
    assert cookie.value not in stored, "who reads the database has no session"


def test_browsers_are_told_to_stay_behind_tls(visitor: Client, monkeypatch: pytest.MonkeyPatch):
    """Where the install's own address is behind TLS (RFC 6797)."""
    assert "Strict-Transport-Security" not in visitor.get("/sign-in").headers
    monkeypatch.setattr(settings, "AUPKEEP_HSTS", True)
    assert visitor.get("/sign-in").headers["Strict-Transport-Security"] == (
        "max-age=31536000; includeSubDomains"
    )


def test_a_decision_is_made_as_it_was_chosen(seeded: Seeded, kari: Client):
    path = seeded.at("/case/{case}")
    answer = kari.post(f"{path}/decide", decision(seeded))
    assert (answer.status_code, answer["Location"]) == (303, f"{path}?done=decided")
    made = decisions.of_case(find_case(seeded.keys["case"]).id)[-1]
    assert (made.measure, made.cause, made.author.id) == (
        Measure.BLOCK_PORT,
        Cause.UNKNOWN,
        KARI.id,
    )
    assert (made.ends - made.starts, made.reasons) == (timedelta(hours=24), "212 failed logins")
    assert {"decision-made", "action-wanted"} <= set(seeded.written())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("measure", ""),
        ("measure", "delete-everything"),
        ("hours", ""),
        ("hours", "0"),
        ("hours", "-1"),
        ("hours", "1e3"),
        ("hours", "99999"),
        ("hours", "\u0662\u0664"),
        ("reasons", "  "),
        ("reasons", "x" * 5001),
        ("cause", "fate"),
    ],
)
def test_invariant_06_a_blank_or_odd_decision_is_refused(
    field: str, value: str, seeded: Seeded, kari: Client
):
    """Nothing is implied: no measure, length, reasons or cause is ever guessed."""
    answer = kari.post(seeded.at("/case/{case}/decide"), decision(seeded, **{field: value}))
    assert answer.status_code == 422
    assert b"Nothing was changed" in answer.content
    assert seeded.written() == []


def test_a_measure_that_limits_nothing_has_no_length(seeded: Seeded, kari: Client):
    kari.post(seeded.at("/case/{case}/decide"), decision(seeded, measure="inform", hours=""))
    made = decisions.of_case(find_case(seeded.keys["case"]).id)[-1]
    assert (made.measure, made.ends) == (Measure.INFORM, None)


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({"hours": "700"}, 403, "A measure of L3 lasts at most 168 hours, not 700."),
        ({"seen": "as it was"}, 412, "the case has changed since you looked"),
    ],
)
def test_a_refusal_gives_its_reason_and_keeps_the_draft(
    changes: dict[str, str], status: int, reason: str, seeded: Seeded, kari: Client
):
    sent = decision(seeded, reasons="my careful draft", **changes)
    answer = kari.post(seeded.at("/case/{case}/decide"), sent)
    assert answer.status_code == status
    assert reason in answer.content.decode()
    assert "my careful draft" in answer.content.decode()
    assert "decision-made" not in seeded.written()


@pytest.mark.parametrize(
    ("number", "where", "written"),
    [
        (1, "/case/{acted}?done=approved", "decision-made"),
        (2, "/case/{acted}?done=undone", "action-lifting"),
        (3, "/case/{case}?done=closed", "case-closed"),
        (4, "/case/{acted}?done=read", "answer-read"),
        (5, "/inbox?done", "inbox-done"),
        (6, "/inbox/{rows}?mended", "row-mended"),
        (7, "/sources/{slow}?done=step", "source-changed"),
        (8, "/sources/{slow}?done=judged", "claim-judged"),
    ],
)
def test_the_other_acts_are_taken(
    number: int, where: str, written: str, seeded: Seeded, kari: Client
):
    path, data = POSTS[number]
    if written == "decision-made":  # while an answer is unread nothing is made stricter
        for answer in cases.answers(find_case(seeded.keys["acted"]).id):
            acts.read_answer(seeded.context, KARI, seeded.keys["acted"], answer.id)
    seeded.start()
    answer = kari.post(seeded.at(path), seeded.filled(data))
    assert (answer.status_code, answer["Location"]) == (303, seeded.at(where))
    assert written in seeded.written()


def test_a_second_person_approves_what_the_first_chose(seeded: Seeded, kari: Client):
    """The decision names both, with the words of both."""
    case = find_case(seeded.keys["acted"])
    for answer in cases.answers(case.id):
        acts.read_answer(seeded.context, KARI, case.reference, answer.id)
    path, data = POSTS[1]
    kari.post(seeded.at(path), seeded.filled(data))
    made = decisions.of_case(case.id)[-1]
    assert (made.measure, made.author.id) == (Measure.SUSPEND_ACCOUNT, OLA.id)
    assert [approver.id for approver in made.approvers] == [KARI.id]
    assert made.reasons.endswith("yes")


@pytest.mark.parametrize(("path", "data"), POSTS[1:4] + POSTS[5:6])
def test_an_act_without_a_reason_is_refused(
    path: str, data: dict[str, str], seeded: Seeded, kari: Client
):
    blank = {
        key: "" if key in ("approval", "undo", "closing", "reason") else data[key] for key in data
    }
    assert kari.post(seeded.at(path), seeded.filled(blank)).status_code == 422
    assert seeded.written() == []
