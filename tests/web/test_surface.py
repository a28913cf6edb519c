"""What all answers have in common: type, headers, and where a page leads."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

import aupkeep.web
from aupkeep.app.deciding.case_records import find_case
from aupkeep.site import settings as site_settings
from aupkeep.store import decisions
from web.seed_cases import KARI, seen_of
from web.seeded import Seeded
from web.test_pages import DECISION, POSTS, PUBLIC, STAFF

API = [
    "/api/v1/openapi.json",
    "/api/v1/cases",
    "/api/v1/notices/challenge",
    "/api/v1/nothing",
]
OTHERS = [
    "/",
    "/nothing",
    "/healthz",
    "/report",
    "/report/phishing",
    "/report/nothing",
    "/c/{quiet}/",
    "/c/{customer}/reasons.json",
    "/c/{expired}/",
    "/.well-known/security.txt",
    "/static/aupkeep/theme.css",
    "/static/aupkeep/proof.js",
    "/static/nothing",
]
PLACES = [*STAFF, *PUBLIC, *API, *OTHERS]
TYPES = {
    "text/html; charset=utf-8",
    "text/plain; charset=utf-8",
    "text/css; charset=utf-8",
    "text/javascript; charset=utf-8",
    "application/json",
    "application/json; charset=utf-8",
    "application/problem+json",
}
STRICT = "max-age=31536000; includeSubDomains"
HOSTILE = "https://evil.example/"
LEADS = {"href", "src", "action", "formaction", "data", "poster", "srcset", "cite", "ping"}


class Leads(HTMLParser):
    """Where the links, forms and pictures of a page lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in LEADS]


def test_every_answer_says_its_type_and_is_guarded(
    seeded: Seeded, kari: Client, monkeypatch: pytest.MonkeyPatch
):
    """Page, file, program's answer or error alike, to GET, HEAD and a method that it has not."""
    monkeypatch.setattr(settings, "AUPKEEP_HSTS", True)
    for path in PLACES:
        for method in ("GET", "HEAD", "PUT", "OPTIONS"):
            answer = kari.generic(method, seeded.at(path))
            body = b"".join(answer) if answer.streaming else answer.content
            answer.close()
            where = f"{method} {path}"
            assert not body or answer["Content-Type"].replace('"', "") in TYPES, where
            assert answer["X-Content-Type-Options"] == "nosniff", where
            assert answer["Strict-Transport-Security"] == STRICT, where
            assert answer["Referrer-Policy"] in {"no-referrer", "same-origin"}, where
            policy = answer["Content-Security-Policy"]
            for part in ("default-src", "object-src", "base-uri", "frame-ancestors"):
                assert f"{part} 'none'" in policy, where
            assert not any(name.startswith("Access-Control-") for name in answer.headers), where
            assert answer["Cache-Control"] == "no-store" or path.startswith("/static/"), where
            assert "Server" not in answer.headers, where


def test_trace_gives_nothing_back(seeded: Seeded, kari: Client):
    for path in PLACES:
        answer = kari.generic("TRACE", seeded.at(path), HTTP_X_SECRET="kept")
        body = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code in {302, 404, 405} or path.endswith("openapi.json"), path
        assert b"kept" not in body, path


def test_a_page_leads_to_this_host_alone(seeded: Seeded, kari: Client):
    """Whatever a report, a mail or a customer wrote: no page links, loads or sends elsewhere."""
    for path in [*STAFF, *PUBLIC, "/report", "/report/copyright", "/nothing"]:
        leads = Leads(kari.get(seeded.at(path)).content.decode()).found
        assert leads, path
        for lead in leads:
            parts = urlsplit(lead)
            assert (parts.scheme, parts.netloc) in {("", ""), ("mailto", "")}, lead


def test_nobody_is_led_away(seeded: Seeded):
    """No name of a parameter, and no header, says where an answer leads."""
    words = "&".join(f"{name}={HOSTILE}" for name in ("next", "url", "to", "redirect", "return"))
    headers = {"Referer": HOSTILE, "X-Forwarded-Host": "evil.example"}
    for path in ["/", "/sign-out", "/sign-in", "/c/{quiet}", "/queue", "//evil.example/"]:
        for client in (Client(), Client(headers={"X-Original-URL": HOSTILE})):
            for call in (client.get, client.post):
                answer = call(f"{seeded.at(path)}?{words}", headers=headers)
                assert answer.get("Location", "/").startswith("/"), path
                assert not answer.get("Location", "/").startswith("//"), path
                assert b"evil.example" not in answer.content, path


UNSERVED = [
    "/.git/config",
    "/.env",
    "/aupkeep.toml",
    "/keys/django",
    "/static/",
    "/static/aupkeep/",
    "/static/../site/settings.py",
    "/static/%2e%2e/%2e%2e/site/settings.py",
    "/static/..%2f..%2fsite/settings.py",
    "/static//etc/passwd",
    "/static/aupkeep/../../views/staff.py",
    "/admin/",
    "/api/v1/docs",
    "/__debug__/",
    "/server-status",
]


def test_nothing_lies_beside_what_is_served(kari: Client):
    """No folder is listed, and no file of the home, the source or the machine is served."""
    for path in UNSERVED:
        answer = kari.get(path)
        assert answer.status_code == 404, path
        assert b"Traceback" not in answer.content


def test_an_error_of_ours_says_nothing_of_us(kari: Client, monkeypatch: pytest.MonkeyPatch):
    """500 with our own words: no trace, no file, no query, no value."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("SELECT s3cret FROM store_staff")

    assert site_settings.DEBUG is False
    kari.raise_request_exception = False
    monkeypatch.setattr("django.core.handlers.base.BaseHandler.resolve_request", broken)
    for path in ("/queue", "/api/v1/cases", "/report/phishing", "/sign-in"):
        answer = kari.get(path)
        assert answer.status_code == 500, path
        for word in (b"s3cret", b"Traceback", b"RuntimeError", b".py", b"store_"):
            assert word not in answer.content, word


def test_a_form_takes_its_own_fields_and_each_once(seeded: Seeded, kari: Client):
    """Fields of the record that the form has not are nobody's to set; of two values one counts."""
    more = {
        "author": "ola@x.example", "level": "L7", "evidence": "E5", "by": "rule", "ends": "",
        "approvers": KARI.id, "state": "closed", "person": "ola@x.example", "case": "other",
    }  # fmt: skip
    seen = seen_of(seeded.context, seeded.keys["case"])
    sent = DECISION | {"seen": seen, "hours": ["9000", "24"]} | more
    path = seeded.at("/case/{case}/decide")
    assert kari.post(f"{path}?hours=48&measure=suspend-account", sent).status_code == 303
    made = decisions.of_case(find_case(seeded.keys["case"]).id)[-1]
    assert (made.author.id, made.approvers, made.measure.value) == (KARI.id, (), "block-port")
    assert (made.ends - made.starts).total_seconds() == 24 * 3600


def test_signing_out_empties_the_browser(kari: Client):
    """What stood in a cache or a store of this host is cleared (Clear-Site-Data)."""
    answer = kari.post("/sign-out")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.cookies[settings.SESSION_COOKIE_NAME].value == ""


def test_each_page_of_the_desk_has_the_way_out(seeded: Seeded, kari: Client):
    for path in STAFF:
        text = kari.get(seeded.at(path)).content.decode()
        assert re.search(r'<form class="who" method="post" action="/sign-out">', text), path


def test_a_form_of_another_site_changes_nothing(seeded: Seeded, kari: Client):
    """Signed in, with the right fields and a wrong origin: refused before the view."""
    for path in [path for path, _ in POSTS]:
        data = next(data for where, data in POSTS if where == path)
        client = Client(enforce_csrf_checks=True)
        client.cookies = kari.cookies
        client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
        before = seeded.tables()
        sent = seeded.filled(data) | {"csrfmiddlewaretoken": "a" * 32}
        answer = client.post(seeded.at(path), sent, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
        assert seeded.tables() == before


@pytest.mark.parametrize("script", ["proof.js", "keys.js"])
def test_our_script_keeps_nothing_and_makes_no_markup(script: str):
    """No store of the browser, no cookie, no text run or read as markup, no global on the page."""
    text = (Path(aupkeep.web.__path__[0]) / "static/aupkeep" / script).read_text("utf-8")
    for word in (
        *("localStorage", "sessionStorage", "indexedDB", "document.cookie", "caches", "fetch("),
        *("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function("),
        *("window.", "__proto__", "prototype", "XMLHttpRequest", "import("),
    ):
        assert word not in text, word


def test_each_cookie_is_of_this_host_alone(seeded: Seeded):
    """Session, cross-site token and the asking browser's: __Host-, Secure, HttpOnly, SameSite."""
    client = Client()
    for answer in (
        client.get("/sign-in"),
        client.post("/sign-in", {"address": KARI.id}),
        client.post(seeded.at("/sign-in/{link}/")),
        client.get("/queue"),
    ):
        for name, cookie in answer.cookies.items():
            assert name.startswith("__Host-"), name
            assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (
                True,
                True,
                "Lax",
            ), name
            assert (cookie["path"], cookie["domain"]) == ("/", ""), name
    assert len(client.cookies) == 3
    assert re.fullmatch(r"[a-z0-9]{32}", client.cookies[settings.SESSION_COOKIE_NAME].value)
