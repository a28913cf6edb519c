"""Single sign-on attacked: by another issuer or request, a number, an address, a clock, a group."""

# ruff: noqa: F811 - a fixture of the other module

import pytest

from aupkeep.app.access.oidc.begin import redirect_address
from aupkeep.app.access.oidc.session import still_vouched
from aupkeep.app.access.staff import remove_person
from aupkeep.app.context import bound
from aupkeep.model.errors import Missing
from aupkeep.store import oidc_sessions, staff
from issuer import Issuer, issuing
from web.seeded import KARI, Seeded
from web.test_single_sign_on import ADA, BY_KARI, come, issuer, later, set_oidc, stays  # noqa: F401

pytestmark = pytest.mark.network


def test_whoever_lost_the_last_group_is_removed_for_good_all_the_same(
    issuer: Issuer, empty: Seeded
):
    come(issuer)
    issuer.people["ada-1"]["groups"] = []
    come(issuer)
    assert staff.by_address(ADA).left_at is not None
    remove_person(bound(), ADA, "left", by=BY_KARI)
    issuer.people["ada-1"]["groups"] = ["abuse-desk"]
    assert "You were not let in" in come(issuer)[1]
    with pytest.raises(Missing):
        remove_person(bound(), ADA, "again", by=BY_KARI)


def test_a_number_with_a_space_in_it_stays_in(issuer: Issuer, empty: Seeded):
    issuer.people["oauth2 ada 1"] = dict(issuer.people["ada-1"])
    issuer.faults.add("no-refresh")
    client, _ = come(issuer, "oauth2 ada 1")
    later(empty, minutes=6)
    assert stays(client)


def test_another_issuer_in_the_settings_is_given_nothing_of_the_first(
    issuer: Issuer, empty: Seeded
):
    client, _ = come(issuer)
    with issuing(empty.clock, redirect_address(bound())) as other:
        set_oidc(issuer=other.url)
        later(empty, minutes=6)
        assert not stays(client)
        assert other.heard == []


@pytest.mark.parametrize("verified", [True, None])
def test_an_address_is_verified_by_who_says_it(issuer: Issuer, *, verified: bool | None):
    """Userinfo vouches for another address than the ID token names."""
    issuer.faults.add("by-userinfo")
    issuer.changed = {"email": KARI.id, "email_verified": verified}
    assert (come(issuer)[1] == "/queue") is bool(verified)


def test_a_clock_that_was_set_back_is_no_yes_for_later(issuer: Issuer, empty: Seeded):
    later(empty, days=1)
    client, _ = come(issuer)
    del issuer.people["ada-1"]
    later(empty, days=-1)
    assert not stays(client)


def test_who_looked_before_another_asked_asks_with_nothing_used_up(
    issuer: Issuer, empty: Seeded, monkeypatch: pytest.MonkeyPatch
):
    """An earlier request's answer falls between the look and the claim: nobody is thrown out."""
    client, _ = come(issuer)
    later(empty, minutes=40)
    key = client.cookies["__Host-aupkeep_session"].value
    claim = oidc_sessions.claim

    def behind(*given: object) -> bool:
        monkeypatch.setattr(oidc_sessions, "claim", claim)
        later(empty, seconds=-1)
        assert still_vouched(bound(), key)
        return claim(*given)

    monkeypatch.setattr(oidc_sessions, "claim", behind)
    heard = len(issuer.heard)
    assert still_vouched(bound(), key)
    assert issuer.heard[heard:].count("/token") == 1
    assert stays(client)
