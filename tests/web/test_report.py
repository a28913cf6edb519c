"""The public notice form without a browser: what it asks, refuses, keeps and sends."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from app.notices_filed import solve
from aupkeep.app.access.links import digest_of
from aupkeep.app.receiving.notice_bytes import unpack
from aupkeep.app.receiving.notice_draft import FIELDS
from aupkeep.model.errors import Unavailable
from aupkeep.model.filing import ANONYMOUS, PROVEN_BY_FILES, Matter
from aupkeep.store import filings, raws
from aupkeep.web.words import CATALOGUES
from web.seeded import Seeded

GOOD = {
    "where": "203.0.113.7:41822",
    "at": "2026-03-01T13:05",
    "zone": "Europe/Oslo",
    "why": "It guesses passwords on our mail server.",
    "name": "Kari Nordby",
    "email": "kari@example.org",
    "good_faith": "yes",
}
FORM = "/report/break-in?language=en"
HOSTILE = [
    "\0\x07",
    "\u202egpj.exe\u2066",
    '"><script>alert(1)</script>',
    "=HYPERLINK(1)",
    "Kari\r\nBcc: all@example.org",
    "{{ 7*7 }}{% now %}",
    "x" * 1_000_000,
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
]


STATUS = re.compile(r"/r/([\w-]+)/")


def post(visitor, path=FORM, **more):
    return visitor.post(path, GOOD | {"step": "check"} | more)


def hidden(page) -> dict[str, str]:
    """What a page would post again."""
    from html import unescape

    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.content.decode())
    return {name: unescape(value) for name, value in found}


def send(visitor, page, **more):
    """Press "Send" on a page that was checked."""
    return visitor.post(FORM, hidden(page) | {"step": "send"} | more)


def filing_of(seeded: Seeded, path: str):
    """The notice whose status page has that path."""
    token = STATUS.match(path)[1]
    return filings.by_digest(digest_of(seeded.context, token))


def solved(page) -> dict[str, str]:
    challenge = hidden(page)["challenge"]
    return {"proof": solve(challenge, int(challenge.split(".")[1]))}


def test_each_matter_has_its_form(visitor):
    """The list leads to a form for each; every form asks the fields of DSA Article 16(2)."""
    listed = visitor.get("/report?language=en").content.decode()
    for matter in Matter:
        assert f"/report/{matter.value}?language=en" in listed
        page = visitor.get(f"/report/{matter.value}").content.decode()
        for name in ("where", "why", "name", "email", "good_faith"):
            assert f'name="{name}"' in page, matter
        assert ('name="upload"' in page) == (matter in PROVEN_BY_FILES)
        assert ('name="sworn"' in page) == (matter is Matter.COPYRIGHT)
        assert ('id="email" name="email" type="email" value="" autocomplete="email" '
                'aria-describedby="email-hint">' in page) == (matter in ANONYMOUS)  # fmt: skip
    assert visitor.get("/report/nonsense").status_code == 404


def test_a_checked_notice_is_shown_and_not_sent(visitor, seeded):
    page = post(visitor)
    text = page.content.decode()
    assert page.status_code == 200
    assert "203.0.113.7:41822" in text
    assert "Sunday 1 March 2026, 12:05 (UTC)" in text
    assert {name: hidden(page)[name] for name in GOOD} == GOOD
    assert (seeded.written(), page.cookies) == ([], {})


def test_a_solved_notice_is_sent_and_leads_to_its_page(visitor, seeded):
    page = post(visitor)
    sent = send(visitor, page, **solved(page))
    assert sent.status_code == 303
    assert sent["Location"].endswith("/?sent&language=en")
    filing = filing_of(seeded, sent["Location"])
    raw = raws.get(filing.raw)
    draft, _ = unpack(raws.read(raw.digest))
    assert (filing.email, draft.email, draft.why) == (GOOD["email"], GOOD["email"], GOOD["why"])
    assert raw.peer == "127.0.0.1"
    shown = visitor.get(sent["Location"]).content.decode()
    assert filing.reference in shown
    assert "look in your mail" in shown


def test_without_a_script_one_waits_and_loses_nothing(visitor, seeded):
    """429 says how long; the same page is sent once the wait is over."""
    page = post(visitor)
    early = send(visitor, page)
    assert (early.status_code, early["Retry-After"]) == (429, "5")
    assert "5 seconds" in early.content.decode()
    assert hidden(early) == hidden(page)
    seeded.clock.at += timedelta(seconds=5)
    assert send(visitor, early).status_code == 303


def test_above_a_limit_the_answer_says_when(visitor, seeded):
    seeded.set(an_hour=1)
    page = post(visitor)
    assert send(visitor, page, **solved(page)).status_code == 303
    page = post(visitor, why="It goes on all day long.")
    refused = send(visitor, page, **solved(page))
    assert (refused.status_code, refused["Retry-After"]) == (429, "1800")
    assert "30 minutes" in refused.content.decode()
    assert hidden(refused)["why"] == "It goes on all day long."
    for path in ("/c/{customer}/", "/r/{reporter}/", "/sign-in"):
        assert visitor.get(seeded.at(path)).status_code == 200, (
            "a limit of the form is none of other pages"
        )


@pytest.mark.parametrize("challenge", ["", "forged", "1.17.5.ab.cd", "x" * 5000, "\0"])
def test_a_forged_challenge_gets_a_fresh_page(visitor, seeded, challenge):
    page = send(visitor, post(visitor), challenge=challenge)
    assert page.status_code == 409
    assert "Nothing is lost" in page.content.decode()
    assert hidden(page)["challenge"] not in ("", challenge)
    assert seeded.written() == []


def test_an_old_challenge_gets_a_fresh_page(visitor, seeded):
    page = post(visitor)
    seeded.clock.at += timedelta(hours=25)
    again = send(visitor, page)
    assert again.status_code == 409
    assert hidden(again)["challenge"] != hidden(page)["challenge"]


def test_a_used_challenge_gets_a_fresh_page(visitor, seeded):
    page = post(visitor)
    assert send(visitor, page, **solved(page)).status_code == 303
    assert send(visitor, page, why="It is another one now.", **solved(page)).status_code == 409


def test_a_full_storage_is_told_as_such(visitor, monkeypatch):
    def full(data: bytes) -> str:
        raise Unavailable(f"raw bytes: expected to keep {len(data)}, found a full disk")

    page = post(visitor)
    monkeypatch.setattr(raws, "keep", full)
    assert send(visitor, page, **solved(page)).status_code == 503


def test_what_was_typed_comes_back_when_changed(visitor):
    """Change, and an error, show every field as it was typed."""
    page = post(visitor)
    form = visitor.post(FORM, hidden(page) | {"step": "edit"}).content.decode()
    for name in ("where", "why", "name", "email"):
        assert GOOD[name] in form
    assert '<option value="Europe/Oslo" selected>' in form
    wrong = post(visitor, email="kari")
    assert wrong.status_code == 422
    assert GOOD["why"] in wrong.content.decode()


def test_errors_are_listed_with_links_to_their_fields(visitor):
    page = post(visitor, where="", email="kari", good_faith="")
    text = page.content.decode()
    assert page.status_code == 422
    assert "<title>Not sent · " in text
    for name in ("where", "email", "good_faith"):
        assert f'href="#{name}"' in text
        assert f'id="{name}-trouble"' in text
    assert 'role="alert" tabindex="-1" autofocus' in text


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", FIELDS)
def test_hostile_text_is_text(visitor, seeded, name, text):
    """Whatever stands in a field, the page is a page, and nothing is markup or turns the line."""
    page = post(visitor, **{name: text})
    assert page.status_code in (200, 422)
    told = page.content.decode()
    assert "<script>alert" not in told
    shown = re.sub(r'value="[^"]*"|<textarea.*?</textarea>', "", told, flags=re.DOTALL)
    assert "\u202e" not in shown
    assert seeded.written() == []


def test_an_upload_goes_along_without_its_name(visitor, seeded):
    """It is kept when checked, and named by a handle from then on."""
    file = SimpleUploadedFile("../../evil\u202e.html", b"<script>1</script>\0")
    page = post(visitor, upload=file)
    assert "evil" not in page.content.decode()
    assert "File 1, 19 bytes, is kept" in page.content.decode()
    again = visitor.post(FORM, hidden(page) | {"step": "edit"}).content.decode()
    assert 'name="upload_kept"' in again
    sent = send(visitor, page, **solved(page))
    draft, _ = unpack(raws.read(raws.get(filing_of(seeded, sent["Location"]).raw).digest))
    assert [upload.size for upload in draft.uploads] == [19]


@pytest.mark.parametrize("handle", ["", "forged", "../../etc/passwd", "x" * 9000, "\0"])
def test_a_forged_handle_is_no_file(visitor, seeded, handle):
    page = post(visitor, upload_kept=handle)
    assert page.status_code == 422
    assert "choose it again" in page.content.decode()


def test_too_large_is_refused_by_its_length(visitor):
    """Nothing is read of a body beyond the limit."""
    page = visitor.post(FORM, GOOD, CONTENT_LENGTH=str(99 << 20))
    assert page.status_code == 413
    assert "too large" in page.content.decode()


def test_only_the_forms_pages_may_run_a_script(seeded, visitor):
    """And only one of our own files: nothing inline, nothing evaluated, nothing of others."""
    for path in ("/report", "/report/spam", "/report/confirm/{confirm}/"):
        policy = visitor.get(seeded.at(path))["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "script-src 'self'; worker-src 'self'" in policy
        assert "unsafe" not in policy
    for path in ("/c/{customer}/", "/r/{filed}/?sent", "/sign-in/sent", "/reports", "/nothing"):
        assert "script-src" not in visitor.get(seeded.at(path))["Content-Security-Policy"]
    assert "<script" not in re.sub(r'<script src="/static/aupkeep/proof.js" defer>', "",
                                   post(visitor).content.decode())  # fmt: skip


def test_a_link_in_a_mail_is_used_by_its_button_only(visitor, seeded):
    """GET shows whose address it is and changes nothing; POST leads to the status page."""
    path = seeded.at("/report/confirm/{confirm}/")
    page = visitor.get(f"{path}?language=en")
    assert "filed@filer.example" in page.content.decode()
    assert seeded.written() == []
    sent = visitor.post(seeded.at("/report/confirm/{confirm}?language=en"))
    where = seeded.at("/r/{filed}/?confirmed&language=en")
    assert (sent.status_code, sent["Location"]) == (303, where)
    assert filings.by_reference(seeded.keys["number"]).known
    assert "Thank you" in visitor.get(sent["Location"]).content.decode()
    assert visitor.get(path).status_code == 410
    assert visitor.get("/report/confirm/other/").status_code == 404


def test_a_closed_form_is_no_page(visitor, seeded):
    seeded.set(open=False)
    for path in ("/report", "/report/spam"):
        assert visitor.get(path).status_code == 404
    assert post(visitor).status_code == 404


def test_both_languages_have_words_for_every_trouble(visitor):
    """Each field wrong in each way, in both languages, ends in words and not in an error."""
    wrong = {"where": "our server", "at": "soon", "zone": "", "why": "", "name": "", "email": "k"}
    for language in CATALOGUES:
        for matter in Matter:
            path = f"/report/{matter.value}?language={language}"
            for fields in ({}, wrong, wrong | {"at": "2031-01-01T00:00Z", "why": "x" * 20_001}):
                assert post(visitor, path, **dict.fromkeys(GOOD, "") | fields).status_code == 422


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(visitor, method):
    assert getattr(visitor, method)("/report/spam").status_code == 405
