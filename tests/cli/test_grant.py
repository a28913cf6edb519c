"""Grants by commands: one asks, another gives, and both read whom it would reach."""

from datetime import UTC, datetime, timedelta

from app.conftest import report
from cli.conftest import ME

WHY = ("--reasons", "two quiet weeks")
NOTICES = ("grant", "ask", "notices", "--rule", "all", "--all", "--days", "30", *WHY)


def install(aupkeep):
    """A case that a rule would have told a customer of."""
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    rows = b"address,customer,resource,from,until\n203.0.113.1,alder,vm-1,2026-01-01T00:00:00Z,\n"
    aupkeep("inventory", "import", "-", given=rows)
    aupkeep("customers", "import", "-", given=b"customer,name\nalder,Alder\n")


def test_who_is_alone_gives_it_and_that_is_said(aupkeep):
    """A desk of one; a blank end or target is refused before."""
    install(aupkeep)
    assert aupkeep("grant", "ask", "staff", *WHY).code == 2  # no end
    assert aupkeep("grant", "ask", "people", "--all", "--days", "3", *WHY).code == 2  # no target
    looked = aupkeep(*NOTICES, "--preview").value
    assert (looked["grant"], looked["preview"]["mailed"]) == (None, [])
    assert aupkeep("grant", "list").value == []
    given = aupkeep(*NOTICES).value
    assert (given["state"], given["alone"], given["granted_by"]) == ("live", True, None)
    gone = aupkeep("grant", "revoke", given["grant"], "--reason", "noise").value
    assert (gone["state"], gone["revoked_by"]) == ("revoked", ME)
    assert [one["state"] for one in aupkeep("grant", "list", "--state", "over").value] == [
        "revoked"
    ]


def test_the_report_and_the_grant_say_the_same_people(aupkeep):
    """As text too, for who reads it at a terminal."""
    install(aupkeep)
    aupkeep("ingest", "-", given=report("203.0.113.1", datetime.now(UTC) - timedelta(hours=1)))
    found = aupkeep("listen", "report").value
    assert found["listening"] is True
    assert "Withheld in the last 14 days" in aupkeep.text("listen", "report").out
    assert "would have mailed" in aupkeep.text(*NOTICES, "--preview").out


def test_listening_is_not_turned_off_by_a_setting(aupkeep):
    refused = aupkeep("settings", "set", "provider.listen", "false")
    assert (refused.code, "grant ask" in refused.err) == (2, True)
    assert aupkeep("settings", "set", "provider.listen", "true").code == 0
