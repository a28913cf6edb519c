"""Text that no database takes, in addresses, forms and cookies of every page."""

from unittest.mock import Mock

import pytest
from django.test import Client, RequestFactory

from aupkeep.web.whole_text import Utf8Handler
from web.seed_cases import seen_of
from web.seeded import Seeded
from web.test_pages import POSTS, PUBLIC, STAFF, WORK


def test_an_address_with_a_nul_is_refused(seeded: Seeded, kari: Client):
    """422 for each page, whatever of the address has it."""
    for path in [*STAFF, *PUBLIC, "/report", "/report/phishing", "/sign-in/done"]:
        where = seeded.at(path).partition("?")[0]
        assert kari.get(f"{where}?q=a%00b").status_code == 422, path
        assert kari.get(f"{where}%00").status_code == 422, path
        assert kari.get(f"{where}?%00=x").status_code == 422, path


def test_a_form_with_a_nul_is_read_without_it(seeded: Seeded, kari: Client):
    """Each field of each form; what was typed beside it counts."""
    seen = seen_of(seeded.context, seeded.keys["case"])
    for path, data in [*POSTS[:-1], *WORK, ("/report/phishing", {"where": "x", "step": "check"})]:
        fields = {"seen": seen, **seeded.filled(data), "next": "x", "case": "x", "ticket": "x"}
        sent = {name: f"\x00{value}\x00" for name, value in fields.items()}
        assert kari.post(seeded.at(path), {**sent, "\x00": "x"}).status_code < 500, path


@pytest.mark.parametrize("cookie", [r'"\000"', r'"a\000b"', "\\ud800"])
def test_a_cookie_with_a_nul_is_none(seeded: Seeded, visitor: Client, cookie: str):
    for name in ("sessionid", "__Host-sessionid", "csrftoken", "asked"):
        answer = visitor.get("/queue", headers={"Cookie": f"{name}={cookie}"})
        assert answer.status_code == 302


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "base64", "utf-16", "idna"])
def test_the_charset_that_a_request_claims_is_not_believed(seeded: Seeded, charset: str):
    """The address and a form are UTF-8; some charsets decode no text at all."""
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    for method in ("GET", "POST"):
        asked = RequestFactory()._base_environ(
            REQUEST_METHOD=method, PATH_INFO="/sign-in", QUERY_STRING="q=%5cud800%ff",
            CONTENT_TYPE=kind,
        )  # fmt: skip
        said = Mock()
        assert b"".join(Utf8Handler()(asked, said))
        assert not said.call_args[0][0].startswith("5")
