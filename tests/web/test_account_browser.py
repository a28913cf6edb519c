"""Passkeys in a real Chromium with a virtual authenticator: added, used, copied, removed."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.conf import settings as django_settings

from app.conftest import NOON, with_settings
from aupkeep.app.access.staff import sign_in_link
from aupkeep.app.context import bind
from aupkeep.app.pages.account.passkeys import list_passkeys
from aupkeep.store import notices, passkeys, staff
from web.conftest import Guest
from web.seed_cases import KARI
from web.seeded import Seeded
from web.test_browser import check

pytestmark = [pytest.mark.browser, pytest.mark.network]
SIZES = [(320, 700), (1440, 900)]


@pytest.fixture
def guest(
    guest: Callable[..., Guest], address: str, seeded: Seeded, monkeypatch
) -> Callable[..., Guest]:
    """A browser at `localhost`, which the install is told to be."""
    base = address.replace("127.0.0.1", "localhost")
    settle(seeded, base)
    monkeypatch.setattr(django_settings, "CSRF_TRUSTED_ORIGINS", [base])

    def make(*args: Any, **kwargs: Any) -> Guest:  # noqa: ANN401 - as the other makes it
        made = guest(*args, **kwargs)
        made.base = base
        return made

    return make


def settle(seeded: Seeded, url: str, **web: object) -> None:
    """Bind the views to an install at this address."""
    seeded.context = with_settings(seeded.context, provider={"url": url}, web=web)
    bind(seeded.context)


class Device:
    """An authenticator of the browser, over CDP."""

    def __init__(self, tab: Guest, *, verified: bool = True) -> None:
        self.session = tab.context.new_cdp_session(tab.page)
        self.session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": verified,
            "automaticPresenceSimulation": True,
        }  # fmt: skip
        made = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.id = {"authenticatorId": made["authenticatorId"]}

    def credential(self) -> dict[str, Any]:
        """The one it holds."""
        return self.session.send("WebAuthn.getCredentials", self.id)["credentials"][0]

    def put(self, credential: dict[str, Any]) -> None:
        """Let it hold this one."""
        self.session.send("WebAuthn.addCredential", {**self.id, "credential": credential})


def add(tab: Guest, name: str) -> None:
    """Add a passkey on one's own page."""
    tab.go("/account")
    tab.page.get_by_label("Name of the new passkey").fill(name)
    tab.page.get_by_role("button", name="Add a passkey").click()
    tab.page.get_by_role("heading", name=name).wait_for()


def sign_in(tab: Guest) -> None:
    """Sign in by the device."""
    tab.go("/sign-in")
    tab.page.get_by_role("button", name="Sign in with a passkey").click()


def letters(word: str) -> list[str]:
    """The texts of Kari's letters with this title."""
    return [one.text for one in notices.recent_to(KARI.id, NOON) if word in one.title]


@pytest.mark.parametrize(
    "size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.nightly("browser"))]
)
def test_a_passkey_is_added_used_named_and_removed(guest, seeded: Seeded, size):
    """Each act stands in the journal; adding and removing are told by mail."""
    tab = guest("light", size)
    tab.sign_in()
    device = Device(tab)
    seeded.start()
    add(tab, "my phone")
    check(tab)
    assert seeded.written() == ["passkey-changed", "notice-made"]
    assert len(letters("added")) == 1
    tab.page.get_by_role("button", name="Sign out").click()
    tab.page.wait_for_url("**/sign-in")
    tab.page.get_by_role("button", name="Sign in with a passkey").wait_for()
    check(tab)
    sign_in(tab)
    tab.page.wait_for_url("**/queue")
    assert seeded.written()[2:] == ["signed-in"]
    stored = passkeys.live(staff.by_address(KARI.id).id)[0]
    assert stored.uses == device.credential()["signCount"] > 0
    tab.go("/account")
    assert "a passkey" in tab.page.locator("section").last.inner_text()
    tab.page.get_by_text("Change").click()
    tab.page.get_by_label("Name", exact=True).fill("key in the drawer")
    tab.page.get_by_role("button", name="Give it this name").click()
    tab.page.get_by_role("heading", name="key in the drawer").wait_for()
    tab.page.get_by_text("Change").click()
    tab.page.get_by_role("button", name="Remove it").click()
    tab.page.get_by_text("You have none: you sign in by the mailed link").wait_for()
    assert seeded.written()[3:] == ["passkey-changed"] * 2 + ["notice-made"]
    assert "You have none now" in letters("removed")[0]
    tab.page.get_by_role("button", name="Sign out").click()
    sign_in(tab)
    tab.page.get_by_text("That passkey did not let you in").wait_for()


def test_a_copy_of_a_passkey_is_noticed_by_its_counter(guest, seeded: Seeded):
    tab = guest()
    tab.sign_in()
    device = Device(tab)
    add(tab, "phone")
    copied = device.credential()
    sign_in(tab)
    tab.page.wait_for_url("**/queue")
    thief = guest()
    Device(thief).put({**copied, "signCount": 0})
    sign_in(thief)
    thief.page.get_by_text("That passkey did not let you in").wait_for()


def test_a_device_that_verifies_nobody_gets_no_passkey(guest, seeded: Seeded):
    tab = guest()
    tab.sign_in()
    Device(tab, verified=False)
    tab.go("/account")
    tab.page.get_by_label("Name of the new passkey").fill("bare")
    tab.page.get_by_role("button", name="Add a passkey").click()
    tab.page.get_by_text("The device did not make one").wait_for()
    assert list_passkeys(KARI.id) == []


def test_an_answer_works_once_in_its_browser_and_for_ten_minutes(guest, seeded: Seeded):
    """What a device answered is sent again, from elsewhere, and later."""
    tab = guest()
    tab.sign_in()
    Device(tab)
    add(tab, "phone")
    caught: list[str] = []
    tab.page.on("request", lambda request: caught.append(request.post_data or ""))
    sign_in(tab)
    tab.page.wait_for_url("**/queue")
    body = next(data for data in caught if "answer=" in data)
    other = guest()
    for browser in (tab, other):
        browser.go("/sign-in")
        token = browser.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
        rest = "&".join(p for p in body.split("&") if not p.startswith("csrf"))
        answer = browser.context.request.post(
            f"{browser.base}/sign-in/passkey",
            data=f"csrfmiddlewaretoken={token}&{rest}",
            headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": browser.base},
        )
        assert answer.status == 403
        assert "That passkey did not let you in" in answer.text()
    tab.go("/sign-in")
    seeded.clock.at += timedelta(minutes=11)
    tab.page.get_by_role("button", name="Sign in with a passkey").click()
    tab.page.get_by_text("That passkey did not let you in").wait_for()


def test_a_role_that_must_have_one_does_nothing_before_it_has(guest, address, seeded: Seeded):
    """The link opens the one page to add a passkey; afterwards it opens nothing."""
    settle(seeded, address.replace("127.0.0.1", "localhost"), passkey_roles=("senior",))
    tab = guest()
    settle(seeded, tab.base, passkey_roles=("senior",))
    tab.go(tab.link)
    tab.page.get_by_role("button", name="Sign in now").click()
    tab.page.wait_for_url("**/account")
    check(tab)
    tab.go("/queue")
    assert tab.path() == "/account"
    Device(tab)
    tab.page.get_by_label("Name of the new passkey").fill("phone")
    tab.page.get_by_role("button", name="Add a passkey").click()
    tab.page.wait_for_url("**/sign-in")
    sign_in(tab)
    tab.page.wait_for_url("**/queue")
    late = guest()
    link = sign_in_link(seeded.context, KARI.id).link
    late.go("/sign-in/" + link.rstrip("/").rpartition("/")[2] + "/")
    late.page.get_by_role("button", name="Sign in now").click()
    late.page.get_by_text("Your role signs in with a passkey").wait_for()
    late.go("/queue")
    assert late.path() == "/sign-in"


def test_another_name_of_this_install_says_where_passkeys_work(guest, seeded: Seeded):
    tab = guest()
    tab.base = tab.base.replace("localhost", "127.0.0.1")
    tab.go("/sign-in")
    told = tab.page.get_by_text("Passkeys need HTTPS or localhost")
    assert "http://localhost" in told.inner_text()
    assert tab.page.get_by_role("button", name="Sign in with a passkey").count() == 0


def test_what_the_form_sends_is_what_the_device_said(guest, seeded: Seeded):
    """No other field goes along: no name of the device, no attestation of its maker."""
    tab = guest()
    tab.sign_in()
    Device(tab)
    caught: list[str] = []
    tab.page.on("request", lambda request: caught.append(request.post_data or ""))
    add(tab, "phone")
    sent = parse_qs(next(data for data in caught if "answer=" in data))
    assert set(sent) == {"csrfmiddlewaretoken", "answer", "name"}
    assert set(json.loads(sent["answer"][0])) == {"id", "rawId", "type", "response"}
