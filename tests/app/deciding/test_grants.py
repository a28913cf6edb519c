"""Who may ask for a grant, give it and end it: docs/grants.md, cell by cell."""

from datetime import timedelta
from pathlib import Path

import pytest

from aupkeep.app.deciding.grants import (
    WantedGrant,
    ask_everything,
    ask_grant,
    draft_grant,
    give_grant,
    revoke_grant,
)
from aupkeep.model.errors import Conflict, Forbidden, Invalid
from aupkeep.model.grant import GrantKind, GrantScope, GrantState
from aupkeep.model.roles import ROLES
from aupkeep.store import staff as stored
from enrol import enrol

PAGE = Path(__file__).parents[3] / "docs" / "grants.md"


def staffs(context, **more):
    until = context.now() + timedelta(days=9)
    return WantedGrant(**({"kind": GrantKind.STAFF, "until": until, "reasons": "so"} | more))


def cells(act):
    """A row of the page's table: who may, by role."""
    (line,) = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| {act}")]
    return dict(zip(map(str, ROLES), (cell.strip() for cell in line.split("|")[2:-1]), strict=True))


def may(act):
    """Whether nothing forbids it."""
    try:
        act()
    except Forbidden:
        return "no"
    return "yes"


def test_each_role_asks_gives_and_ends_as_the_page_says(context):
    for role in ROLES:
        enrol(context, f"{role}@desk", roles=[role])
    asked, given, ended = {}, {}, {}
    for role in ROLES:
        who = f"{role}@desk"
        asked[role.value] = may(lambda who=who: ask_grant(context, staffs(context), who))
        waiting = ask_grant(context, staffs(context), "ada")
        given[role.value] = may(lambda who=who, it=waiting: give_grant(context, it.id, person=who))
        ended[role.value] = may(
            lambda who=who, it=waiting: revoke_grant(context, it.id, person=who, reason="so")
        )
    assert asked == given == cells("ask for a grant, give one")
    assert ended == cells("end a grant")


def test_two_people_are_two(context):
    """Who asked does not give; given twice, or given after its end, is told."""
    asked = ask_grant(context, staffs(context), "ada")
    with pytest.raises(Forbidden, match="who asked for a grant does not give it"):
        give_grant(context, asked.id, person="ada")
    assert give_grant(context, asked.id, person="bea").granted_by == "bea"
    with pytest.raises(Conflict, match="found it live"):
        give_grant(context, asked.id, person="bob")
    assert asked.state(asked.until) is GrantState.ENDED


def test_who_made_the_token_does_not_give_what_it_asked(context):
    """By a grant asked for, and by listen mode turned off: the maker may be who asked."""
    bea = stored.by_address("bea").id
    by_token = ask_grant(context, staffs(context), "ada", maker=bea)
    trial = ask_everything(context, "ada", "all", maker=bea)
    for number in (by_token.id, trial.id):
        with pytest.raises(Forbidden, match="invariant"):
            give_grant(context, number, person="bea")
        assert give_grant(context, number, person="bob").granted_by == "bob"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"reasons": " "}, "reasons"),
        ({"share": 0}, "share"),
        ({"rule": "intrusion-inform"}, "rule"),
        ({"target": "main"}, "target"),
        ({"scope": GrantScope.TIER, "value": "gold"}, "scope"),
        ({"ceiling": 2}, "ceiling"),
        ({"until": timedelta(days=93)}, "until"),
        ({"until": timedelta(0)}, "until"),
        ({"kind": GrantKind.NOTICES, "rule": "all", "scope": GrantScope.PREFIX}, "prefix"),
        ({"kind": GrantKind.NOTICES, "rule": "gone", "scope": GrantScope.ALL}, "rule"),
        ({"kind": GrantKind.PEOPLE, "target": "moon", "scope": GrantScope.ALL}, "target"),
    ],
)
def test_what_a_kind_does_not_take_or_needs_is_refused(context, change, why):
    """Nothing is implied: no rule, target, scope, ceiling or end."""
    if "until" in change:
        change = {**change, "until": context.now() + change["until"]}
    with pytest.raises(Invalid, match=f"^{why}"):
        draft_grant(context, staffs(context, **change), "ada")
