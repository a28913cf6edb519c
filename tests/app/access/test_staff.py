"""People of the desk come and go; what they did stays theirs."""

import pytest

from aupkeep.app.access.authority import authorised, colleague
from aupkeep.app.access.first_person import map_first
from aupkeep.app.access.staff import (
    actor_of,
    add_person,
    list_people,
    remove_person,
    sign_in,
    sign_in_link,
)
from aupkeep.app.access.tokens import (
    add_outside_token,
    add_token,
    check_token,
    person_of_token,
)
from aupkeep.app.pages.sign_in.load import active_person
from aupkeep.model.actor import SYSTEM
from aupkeep.model.errors import Conflict, Forbidden, Gone, Invalid, Missing
from aupkeep.model.roles import StaffAct
from aupkeep.store import log, staff

pytestmark = pytest.mark.both

ADA = "ada@example.com"


def test_a_removed_person_is_out_at_once(context):
    """Neither an open session, nor a link sent before, nor a second signature is theirs now."""
    link = add_person(context, ADA, "Ada", "en").link
    assert active_person(context, ADA)
    assert authorised(ADA, StaffAct.DECIDE).id == colleague(ADA).address == ADA
    assert remove_person(context, ADA, "left").removed
    assert active_person(context, ADA) is None
    assert ADA not in {person.address for person in list_people()}
    with pytest.raises(Missing):
        sign_in(context, link.rstrip("/").rpartition("/")[2])
    with pytest.raises(Missing):
        sign_in_link(context, ADA)
    assert actor_of(ADA).name == "Ada"
    with pytest.raises(Forbidden, match="expected a person of the desk"):
        authorised(ADA, StaffAct.DECIDE)
    with pytest.raises(Invalid, match="expected a person of the desk"):
        colleague(ADA)


def test_the_token_of_an_outside_approver_is_nobodys_own(context):
    """Good for one decision alone, even where a person of the desk has its address."""
    add_person(context, ADA, "Ada", "en")
    own = add_token(context, "ada", trusted=False, scopes=("approve",), days=9, person=ADA)
    assert person_of_token(context, own.token)[0] == ADA
    outside = add_outside_token(context, ADA, "Ada", decision="d1", days=9, by=SYSTEM)
    with pytest.raises(Forbidden, match="expected a person's own token"):
        person_of_token(context, outside.token)


def test_a_person_may_come_back(context):
    """Added again they are the same person under the name given now."""
    add_person(context, ADA, "Ada", "en")
    with pytest.raises(Conflict):
        add_person(context, ADA, "Ada", "en")
    before = staff.by_address(ADA).id
    token = add_token(context, "ada", trusted=False, scopes=("approve",), days=9, person=ADA)
    link = sign_in_link(context, ADA).link
    remove_person(context, ADA, "leave of absence")
    add_person(context, ADA, "Ada Solberg", "nb")
    assert check_token(context, token.token) is None, "what was theirs before stays ended"
    with pytest.raises((Missing, Gone)):
        sign_in(context, link.rstrip("/").rpartition("/")[2])
    found = staff.by_address(ADA)
    assert (found.id, found.name, found.active) == (before, "Ada Solberg", True)


def test_two_first_commands_make_one_person(context):
    """Who looked before the other had written finds them; another user is not mapped over them."""
    first = map_first(context, "ada")
    size = log.size()
    assert map_first(context, "ada") == first
    assert map_first(context, "root") is None
    assert (log.size(), staff.by_unix_user("ada")) == (size, first)
