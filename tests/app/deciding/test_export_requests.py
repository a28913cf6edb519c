"""The whole journal leaves by two people, once, and an entry says who took it (invariant 2)."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from app.conftest import context_of, furnish
from aupkeep.app import context as bound_context
from aupkeep.app.access.authority import active_member, actor_for
from aupkeep.app.access.staff import add_person
from aupkeep.app.access.tokens import add_token
from aupkeep.app.deciding.approvals import approve, approve_with
from aupkeep.app.deciding.export_requests import take_journal
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden
from aupkeep.store import log
from enrol import enrol

pytestmark = pytest.mark.parametrize("vendor", ["sqlite"])  # nothing here is about SQL

WHO = {"ada": ["operator"], "sen": ["senior"], "leg": ["legal"], "aud": ["auditor"]}


@pytest.fixture
def desk(home, now):
    """An operator, a senior, a lawyer and an auditor."""
    context = furnish(context_of(home, now))
    for name, roles in WHO.items():
        enrol(context, name, roles=roles)
    enrol(context, "ana", roles=["analyst"])
    return context


def exports():
    """Who took the journal, where to, and with whom."""
    found = [logged.entry for logged in log.entries(types=(EntryType.JOURNAL_EXPORTED,))]
    return [(x.actor.id, x.payload["to"], x.payload["second"]) for x in found]


@pytest.mark.parametrize("person", WHO)
def test_invariant_02_a_bulk_export_takes_two(desk, person, now):
    """Whoever asks; a colleague who sees reporters confirms, within a day, for one export."""
    second = "leg" if person == "sen" else "sen"
    waits = take_journal(desk, person, "j.jsonl")
    assert (waits.state, exports()) == ("waits for a second person", [])
    assert take_journal(desk, person, "j.jsonl").export == waits.export, "asked once"
    for other in {person, "ana", "ada", "aud"}:
        with pytest.raises(Forbidden):
            approve(desk, waits.export, person=other)
    done = approve(desk, waits.export, person=second)
    assert (done.by, done.approver) == (person, second)
    with pytest.raises(Conflict, match=f"{second} confirmed it"):
        approve(desk, waits.export, person=second)
    assert take_journal(desk, person, "j.jsonl") is None
    assert exports() == [(person, "j.jsonl", second)]
    again = take_journal(desk, person, "j.jsonl")
    assert again.export != waits.export
    now.at += timedelta(days=1, minutes=1)
    with pytest.raises(Conflict, match="its day is over"):
        approve(desk, again.export, person=second)
    late = take_journal(desk, person, "-")
    approve(desk, late.export, person=second)
    now.at += timedelta(days=1, minutes=1)
    assert take_journal(desk, person, "-").export != late.export
    assert len(exports()) == 1
    assert verify_home(desk).ok


def test_invariant_15_nor_by_what_who_asks_made(desk, monkeypatch):
    """The operator's token for the senior confirms nothing of the operator's; at the API too."""
    ada = actor_for(active_member("ada"))
    own = {"trusted": False, "scopes": ("approve",), "days": 1, "person": "sen"}
    waits = take_journal(desk, "ada", "j.jsonl")
    with pytest.raises(Forbidden, match="invariant 15"):
        approve_with(desk, waits.export, add_token(desk, "a", **own, by=ada).token)
    monkeypatch.setattr(bound_context, "_bound", [desk])
    answer = Client().post(
        f"/api/v1/decisions/{waits.export}/approve",
        json.dumps({"reasons": ""}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {add_token(desk, 'b', **own).token}"},
    )
    assert (answer.status_code, answer.json()["by"]) == (200, "ada")
    with pytest.raises(Forbidden, match="analyst"):
        take_journal(desk, "ana", "j.jsonl")


def test_a_desk_of_one_exports_alone(home, now):
    """What the founder made is no colleague yet; an entry says that nobody was with them."""
    desk = furnish(context_of(home, now))
    (founder,) = enrol(desk, "ann@x.example")
    assert take_journal(desk, founder.id, "standard output") is None
    add_person(desk, "aud@x.example", "Aud", "en", roles=["auditor"], by=founder)
    add_person(desk, "bea@x.example", "Bea", "en", roles=["senior"], by=founder)
    assert take_journal(desk, founder.id, "j.jsonl") is None
    assert [who for who, _, _ in exports()] == [founder.id] * 2
    now.at += timedelta(days=8)
    assert take_journal(desk, founder.id, "j.jsonl") is not None
