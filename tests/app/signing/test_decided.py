"""No state is signed beyond what the signed log decides, whoever writes it into the database."""

import dataclasses
import itertools
import re
from datetime import timedelta
from ipaddress import ip_address

import pytest
from django.db import connection

from app.conftest import JUST_NOW, NOON, report
from app.proof.test_verify import sql
from app.steps import arrive, guess, post
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.desired_state import last_state, write_desired
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.journal import entry, record
from aupkeep.app.row_digests import row_name
from aupkeep.app.signing.decided import DecidedMeasures, LearntEntry
from aupkeep.app.signing.signer import Signer, StateUnfit
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, plain_state
from aupkeep.model.action import Action, ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.facts import canonical
from aupkeep.model.ladder import Level, Measure
from aupkeep.store import actions, case_filter, decisions
from aupkeep.store.case_filter import CaseFilter

HOUR = timedelta(hours=1)
LATER = itertools.count()  # so that no two states have one serial


@pytest.fixture
def action(furnished, own):
    """A measure that is wanted, and its decision in the log."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    post(furnished, guess("203.0.113.10", JUST_NOW))
    (wanted,) = actions.wanted("main")
    return dataclasses.replace(wanted, proof=None, changed_at=None)


@pytest.fixture
def signer(furnished, own, action):
    """The signer, with the decision signed."""
    it = Signer(furnished, own)
    it.sign_new()
    return it


def asked(context, *held: Action):
    """A state as the worker asks for it."""
    at = context.now()
    number = int(at.timestamp() * 1000) + next(LATER)
    state = DesiredState(
        target="main", serial=number, made_at=at, valid_until=at + VALID_FOR, actions=held
    )
    return canonical(plain_state(state))


def refused(context, signer, action):
    """The one reason why a state with this action is not signed."""
    with pytest.raises(StateUnfit) as error:
        signer.sign_state(asked(context, action))
    (reason,) = error.value.actions.values()
    return reason


FORGED = {
    "another address": lambda x: scoped(x, address=ip_address("203.0.113.11")),
    "another port": lambda x: scoped(x, port=443),
    "another protocol": lambda x: scoped(x, protocol="udp"),
    "another customer": lambda x: scoped(x, customer="birch"),
    "more of the address": lambda x: dataclasses.replace(
        scoped(x, protocol=None, port=None), measure=Measure.ISOLATE, level=Level.L4
    ),
    "a later end": lambda x: dataclasses.replace(x, until=x.until + HOUR),
    "an earlier start": lambda x: dataclasses.replace(x, starts=x.starts - HOUR),
    "by a person": lambda x: dataclasses.replace(x, automatic=not x.automatic),
    "of another case": lambda x: dataclasses.replace(x, case="0190-other"),
    "another comment": lambda x: dataclasses.replace(x, reference="ZZZZ-ZZZZ"),
    "another driver": lambda x: dataclasses.replace(x, driver="nftables"),
    "another rule": lambda x: dataclasses.replace(
        x, versions=dataclasses.replace(x.versions, rule="other")
    ),
    "one more of it": lambda x: dataclasses.replace(x, id="0190-more"),
    "no decision": lambda x: dataclasses.replace(x, decision="0190-none"),
}


def scoped(action, **change):
    return dataclasses.replace(action, scope=dataclasses.replace(action.scope, **change))


@pytest.mark.parametrize("forged", FORGED)
def test_invariant_05_an_action_that_is_not_as_it_was_decided_is_not_signed(
    furnished, signer, action, forged
):
    """Each field that would reach further, or tell another story."""
    changed = FORGED[forged](action)
    assert changed != action
    assert refused(furnished, signer, changed)
    assert signer.sign_state(asked(furnished, action))


def test_an_action_of_another_target_is_not_signed(furnished, signer, action):
    """A state for a second router with the first one's measure."""
    at = furnished.now()
    moved = dataclasses.replace(action, target="edge")
    state = DesiredState(
        target="edge",
        serial=int(at.timestamp() * 1000),
        made_at=at,
        valid_until=at + VALID_FOR,
        actions=(moved,),
    )
    with pytest.raises(StateUnfit, match="as it was written with it"):
        signer.sign_state(canonical(plain_state(state)))


def test_invariant_06_an_action_whose_decision_is_over_is_not_signed(
    furnished, own, signer, action, now
):
    """From a minute after its end; a start of the signer later too."""
    now.at = action.until + timedelta(seconds=59)
    assert signer.sign_state(asked(furnished, action))
    now.at = action.until + timedelta(minutes=2)
    for it in (signer, Signer(furnished, own)):
        assert "found its end" in refused(furnished, it, action)


def test_an_action_whose_decision_was_reversed_is_not_signed(furnished, own, signer, action):
    """Though its row says wanted again; a start of the signer later too."""
    undo_action(furnished, action.id, reason="wrong machine", person="ada")
    sql("UPDATE store_action SET state = 'wanted' WHERE id = %s", action.id)
    for it in (signer, Signer(furnished, own)):
        assert "reversed by" in refused(furnished, it, action)


def test_a_measure_that_ends_with_its_holding_is_signed(furnished, signer, action):
    """An end that came nearer is no wider measure."""
    assert signer.sign_state(asked(furnished, dataclasses.replace(action, until=NOON + HOUR)))


def test_an_isolation_is_signed_at_each_address_of_its_resource(furnished, signer):
    """All its actions, as the decision's transaction wrote them; at one more it is not."""
    declare_space(furnished, "2001:db8::/32", "main")
    head = "address,port_from,port_to,customer,resource,from,until\n"
    row = "2001:db8:5:1::/64,,,alder,vm-a,2026-01-01T00:00:00Z,\n"
    assert not import_assignments(furnished, (head + row).encode(), "csv").dead
    case = case_filter.page(CaseFilter(), limit=50)[0].reference
    decide_case(furnished, case, people=("ada",), reasons="it goes on", measure="isolate", hours=2)
    isolating = [one for one in actions.wanted("main") if one.measure is Measure.ISOLATE]
    plain = [dataclasses.replace(one, proof=None, changed_at=None) for one in isolating]
    assert len(plain) == 2
    assert signer.sign_state(asked(furnished, *plain))
    (four,) = [one for one in plain if one.scope.prefix_length is None]
    elsewhere = scoped(four, address=ip_address("203.0.113.99"))
    assert "as it was written" in refused(furnished, signer, elsewhere)


def test_a_decision_that_was_changed_in_its_table_is_not_signed_for(furnished, own, signer, action):
    """Its row must be as the log names it, also where it was never read before."""
    text = decisions.get(action.decision)
    sql(
        "UPDATE store_decision SET scope = REPLACE(scope, '203.0.113.10', '203.0.113.11')"
        " WHERE id = %s",
        action.decision,
    )
    assert decisions.get(action.decision) != text
    wider = scoped(action, address=ip_address("203.0.113.11"))
    for forged in (action, wider):
        assert "as the journal names it" in refused(furnished, Signer(furnished, own), forged)


def test_what_a_later_entry_says_of_a_decision_changes_nothing(furnished, own, signer, action):
    """Neither a second level nor a further action for it, nor its row named anew."""
    decision = decisions.get(action.decision)
    more = dataclasses.replace(
        scoped(action, address=ip_address("203.0.113.11")),
        id="0190-more",
        changed_at=decision.starts,
    )
    payload = {
        "decision": decision.id,
        "level": "L6",
        "rows": [list(row_name(decision)), list(row_name(more))],
    }
    record(furnished, entry(furnished, EntryType.DECISION_MADE, SYSTEM, payload))
    for it in (signer, Signer(furnished, own)):
        assert "expected its scope" in refused(furnished, it, dataclasses.replace(more))
        assert "as it was written" in refused(
            furnished, it, dataclasses.replace(action, id="0190-more")
        )
        assert it.sign_state(asked(furnished, action))


def test_what_was_never_signed_decides_nothing(furnished, own, signer, action):
    """An entry that was read, not signed, and then changed leaves nothing behind."""
    undo_action(furnished, action.id, reason="wrong", person="ada")
    sql("UPDATE store_log SET frontier = %s", b"")
    with pytest.raises(Conflict):
        signer.sign_new()
    assert signer._decided._known[action.decision].reversed_by == ""


@pytest.mark.parametrize(
    "rows", [None, 7, [7], [["Decision"]], [["Decision", "x", 7]], [[["Decision"], {}, "x"]]]
)
def test_odd_names_of_rows_stop_nothing(furnished, signer, action, rows):
    """Whoever may write the log could else stop the signer for good with one entry."""
    payload = {"decision": "x", "level": "L3", "reverses": 7, "rows": rows}
    record(furnished, entry(furnished, EntryType.DECISION_MADE, SYSTEM, payload))
    assert signer.sign_new() == 1
    assert signer.sign_state(asked(furnished, action))


def test_the_worker_makes_no_action_stand_that_was_put_into_the_table(furnished, signing, action):
    """The row of a hostile process is left out and recorded as failed; the true one goes out."""
    copied = re.sub(r"\bid\b", "'0190-more'", ", ".join(columns()))
    names = f"INSERT INTO store_action SELECT {copied} FROM store_action"  # noqa: S608 - ours
    sql(f"{names} WHERE id = %s", action.id)
    assert write_desired(furnished, "main")
    assert [one.id for one in last_state(furnished, "main").actions] == [action.id]
    assert actions.get("0190-more").state is ActionState.FAILED


def columns():
    """The columns of the actions' table, in its order."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, "store_action")
    return [f'"{column.name}"' if column.name != "id" else "id" for column in described]


def test_serials_are_kept_for_so_many_targets(furnished, signer, action, monkeypatch):
    """A client that makes up targets fills no disk; those that are known go on."""
    from aupkeep.app.signing import signer as module

    assert signer.sign_state(asked(furnished, action))
    monkeypatch.setattr(module, "MOST_TARGETS", 1)
    assert signer.sign_state(asked(furnished, action))
    at = furnished.now()
    state = DesiredState(
        target="x", serial=int(at.timestamp() * 1000), made_at=at, valid_until=at + VALID_FOR
    )
    with pytest.raises(StateUnfit, match="found a further one"):
        signer.sign_state(canonical(plain_state(state)))


def test_what_is_known_is_bounded(monkeypatch):
    """By age, and by number; a time to come keeps nothing longer."""
    from aupkeep.app.signing import decided

    known = DecidedMeasures()
    days = [NOON + timedelta(days=day) for day in range(200)]
    for number, day in enumerate(days):
        at = day + timedelta(days=4000) if number == 0 else day
        known.learn([LearntEntry(decision=f"d{number}", level=Level.L3, at=at)], day)
    assert list(known._known) == [f"d{number}" for number in range(108, 200)]
    monkeypatch.setattr(decided, "MOST", 10)
    known.learn([LearntEntry(decision="more", level=Level.L3, at=days[-1])], days[-1])
    assert list(known._known) == [*(f"d{number}" for number in range(191, 200)), "more"]
