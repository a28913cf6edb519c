"""What others see of an install: found by asking, told as unknown where nobody answers."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from threading import Thread

import pytest

from app.conftest import with_settings
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.pages.doctor import asked_outside
from aupkeep.app.pages.doctor.asked_outside import outside_checks
from aupkeep.app.pages.doctor.machine import senders_check
from aupkeep.app.pages.doctor.outside import contacts_check, mx_check, security_txt_check
from aupkeep.config.inventory import InventorySettings
from aupkeep.model.errors import Unavailable

DESK = "abuse@fjord.test"
OURS = [ip_network("203.0.113.0/24"), ip_network("2001:db8::/32")]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def contact(address: str, *, deep: bool = False) -> dict[str, object]:
    """An answer of a registry (RFC 9083)."""
    card = ["vcard", [["version", {}, "text", "4.0"], ["email", {}, "text", address]]]
    entity: dict[str, object] = {"roles": ["abuse"], "vcardArray": card}
    if deep:
        entity = {"roles": ["registrant"], "entities": [entity]}
    return {"objectClassName": "ip network", "entities": [entity]}


def answering(**texts: object):
    """What stands at the end of each address; anything else does not answer."""

    def ask(url: str) -> bytes:
        for end, text in texts.items():
            if url.endswith(end.replace("_", "/")):
                return text if isinstance(text, bytes) else json.dumps(text).encode()
        raise Unavailable(f"{url}: expected an answer, found silence")

    return ask


def test_the_registry_must_lead_to_us():
    prefix = [OURS[0]]
    good = contact(DESK.upper(), deep=True)
    (fine,) = contacts_check(prefix, [DESK], "https://r.test/", answering(**{"0/24": good}))
    assert fine.ok
    (other,) = contacts_check(
        prefix, [DESK], "https://r.test", answering(**{"0/24": contact("x@old.test")})
    )
    assert (other.ok, other.found) == (False, "203.0.113.0/24: x@old.test")
    assert other.remedy == f"have your registry name {DESK} as the abuse contact of 203.0.113.0/24"
    (none,) = contacts_check(prefix, [DESK], "https://r.test", answering(**{"0/24": {}}))
    assert "no abuse contact" in none.found
    for odd in (b"<html>", [], {"entities": [7, {"roles": 1, "vcardArray": ["vcard", 3]}]}):
        assert not contacts_check(prefix, [DESK], "https://r.test", answering(**{"0/24": odd}))[
            0
        ].ok
    assert contacts_check([], [DESK], "https://r.test", answering()) == ()


def test_silence_is_told_and_never_good(tmp_path):
    (silent,) = contacts_check(OURS, [DESK], "https://r.test", answering())
    assert (silent.ok, silent.found.count("not looked up")) == (False, 2)
    assert "inventory.rdap" in silent.remedy
    file = tmp_path / "rdap.json"
    source = f"file:{file}"
    assert "expected a JSON file" in contacts_check(OURS, [DESK], source, answering())[0].found
    file.write_text(json.dumps({str(OURS[0]): contact(DESK)}))
    (half,) = contacts_check(OURS, [DESK], source, answering())
    assert (half.ok, "has no answer for it" in half.found) == (False, True)
    file.write_text(json.dumps({str(prefix): contact(DESK) for prefix in OURS}))
    assert contacts_check(OURS, [DESK], source, answering())[0].ok


@pytest.mark.parametrize(
    ("text", "found"),
    [("Contact: mailto:a@b.test\nExpires: 2026-05-01T00:00:00Z", ""),
     ("Contact: mailto:a@b.test\nExpires: 2026-02-01T00:00:00Z", "expired"),
     ("Expires: 2026-05-01T00:00:00Z", "names no contact"), ("<html>", "no security.txt"),
     (None, "not read")],
)  # fmt: skip
def test_security_txt_is_there_and_not_over(text: str | None, found: str):
    ask = answering(**({"security.txt": text.encode()} if text else {}))
    (check,) = security_txt_check("https://abuse.fjord.test/", ask, NOW)
    assert (check.ok, found in check.found) == (not found, True)
    assert security_txt_check("http://127.0.0.1:8017", ask, NOW) == ()


def test_mail_comes_to_our_own_space():
    names = {("fjord.test", "MX"): ["10 mx.fjord.test."], ("mx.fjord.test", "A"): ["203.0.113.5"]}

    def look(name: str, kind: str) -> list[str]:
        return names.get((name, kind), [])

    def silent(name: str, kind: str) -> list[str]:
        raise TimeoutError

    assert mx_check([DESK], OURS, look, mailboxes=0)[0].ok
    names[("mx.fjord.test", "A")] = ["198.51.100.5"]
    (wrong,) = mx_check([DESK], OURS, look, mailboxes=0)
    assert wrong.found == "fjord.test: mx.fjord.test, not in our prefixes"
    assert "not looked up" in mx_check([DESK], OURS, silent, mailboxes=0)[0].found
    assert mx_check([DESK], OURS, look, mailboxes=1) == ()
    assert mx_check([DESK], OURS, None, mailboxes=0) == ()


def test_a_forwarder_that_hides_senders_is_named():
    own, others = "fjord.test", [f"d{n}.test" for n in range(12)]
    assert senders_check(others, own, [f"a@{name}" for name in others]).ok
    srs = [f"SRS0=x=AB={name}=a@lists.test" for name in others]
    hidden = senders_check(others, own, srs)
    assert (hidden.ok, hidden.remedy) == (False, "aupkeep settings set mail.arc_sealers lists.test")
    assert senders_check(others, own, srs[:9]).ok
    assert "are from fjord.test" in senders_check([own] * 12, own, srs).found


@contextmanager
def registry(answers: dict[str, tuple[int, str, bytes]]):
    """An RDAP service on loopback: status, where to, body by path."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, place, body = answers.get(self.path, (404, "", b""))
            self.send_response(status)
            if place:
                self.send_header("Location", place)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.network
def test_an_install_is_asked_about_over_http(context, monkeypatch):
    """By the prefixes of its own; a redirect in the clear is not followed; no DNS is not good."""
    declare_space(context, str(OURS[0]), "main")
    body = json.dumps(contact(DESK)).encode()
    answers = {"/ip/203.0.113.0/24": (200, "", body)}
    monkeypatch.setattr(asked_outside, "resolver", lambda _: lambda _name, _kind: [])
    with registry(answers) as url:
        desk = with_settings(context, mail={"sender": DESK}, inventory=InventorySettings(rdap=url))
        by_name = {check.check: check for check in outside_checks(desk)}
        assert by_name["abuse-contacts"].ok
        assert not by_name["mx"].ok
        assert not by_name["mail-names"].ok
        answers["/ip/203.0.113.0/24"] = (302, f"{url}/elsewhere", b"")
        by_name = {check.check: check for check in outside_checks(desk)}
        assert "found a redirect" in by_name["abuse-contacts"].found
    assert outside_checks(context) == ()
