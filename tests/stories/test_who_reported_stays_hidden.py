"""What was handed over quotes who reported: no door shows it to a role that may not know."""

import pytest
from click.testing import CliRunner

from app.conftest import NOON, furnish, report
from app.steps import arrive
from aupkeep.app.access.staff import change_roles
from aupkeep.app.access.unix_users import map_user
from aupkeep.app.deciding.tickets import open_ticket
from aupkeep.cli.group import group
from aupkeep.model.errors import Forbidden
from aupkeep.store import notices, tickets
from enrol import signed_in
from stories.test_tickets import answer, desk_with, ticket_settings

SUBJECT, NOTE = "seen by per of shop.example", "per is waiting for a call"


def canary() -> bytes:
    """A report whose subject says who reported."""
    return report("203.0.113.10", NOON).replace(b"Subject: ", f"Subject: {SUBJECT} ".encode(), 1)


@pytest.mark.parametrize("role", ["noc", "operator", "auditor"])
def test_a_ticket_shows_nobody_who_reported(pages, role: str, monkeypatch):
    """On the case, the notices and the search, by page and by command; an analyst sees both."""
    desk = desk_with(furnish(pages), ticket_settings())
    (case,) = arrive(desk, canary())
    ticket = open_ticket(desk, case.reference, NOTE, person="ada")
    arrive(desk, answer(f"[rt #7] Resolved: [{ticket.reference}] {SUBJECT}"))
    assert SUBJECT in tickets.named(ticket.reference).why
    message = notices.get(ticket.notice).message_id.strip("<>")
    paths = (f"/case/{case.reference}", "/notices", f"/notices/{ticket.notice}",
             f"/search?q={message}")  # fmt: skip
    ada = signed_in(desk, "ada")
    assert all(SUBJECT in ada.get(path).content.decode() for path in paths)
    change_roles(desk, "bea", [role])
    bea = signed_in(desk, "bea")
    for path in paths:
        page = bea.get(path)
        assert page.status_code == 200
        assert SUBJECT not in page.content.decode(), path
        assert NOTE not in page.content.decode(), path
    map_user(desk, "bea", None)
    monkeypatch.setattr("aupkeep.cli.acting.open_context", lambda: desk)
    for words in (["case", "show", case.reference], ["notice", "list"],
                  ["notice", "show", ticket.notice]):  # fmt: skip
        said = CliRunner().invoke(group, [*words, "-o", "json"])
        assert said.exit_code == 0, said.output
        assert SUBJECT not in said.output, words
        assert NOTE not in said.output, words
    assert isinstance(CliRunner().invoke(group, ["ticket", "list"]).exception, Forbidden)
