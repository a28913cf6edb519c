"""Explanations replay: 50 of 50 decisions give the same text, whatever changed since."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from app.conftest import JUST_NOW, NOON, report
from app.steps import arrive, enforce, post
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.policy_versions import adopted_policy
from aupkeep.app.deciding.replay import replay_decision
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.app.policies import sample_files
from aupkeep.config.settings import DecidingSettings
from aupkeep.model.decision import Decision
from aupkeep.model.errors import Forbidden
from aupkeep.model.ladder import Level, Measure
from aupkeep.store import actions, case_filter, decisions, notices
from aupkeep.store.case_filter import CaseFilter
from aupkeep.store.models import DecisionRow

KINDS = ("connection/login_attack", "connection/port_scan", "connection/ddos", "messaging/spam")
BY_PEOPLE = (
    ("inform", {}),
    ("inform-deadline", {}),
    ("block-port", {"hours": 4}),
    ("isolate", {"hours": 5}),
    ("suspend-resource", {"hours": 48}),
    ("limit-rate", {"hours": 2, "rate": 125_000}),
)


def crowd(context, count=1200):
    """A provider with many customers, so that rules may act for some of them; 40 hold addresses."""
    rows = ["customer,name,contact,language,zone,since"]
    rows += [
        f"c{n},C {n},noc@c{n}.example,{('en', 'nb')[n % 2]},Europe/Oslo,2024-01-01"
        for n in range(count)
    ]
    import_customers(context, "\n".join(rows).encode())
    held = ["address,customer,resource,from,until"]
    held += [f"203.0.113.{100 + n},c{n},vm-{n},2026-01-01T00:00:00Z," for n in range(40)]
    import_assignments(context, "\n".join(held).encode(), "csv")


def decide_all(context) -> None:
    """Rules and people decide about forty addresses; some of it is lifted again."""
    for n in range(40):
        address = f"203.0.113.{100 + n}"
        if n % 4 == 3:
            (case,) = arrive(context, report(address, JUST_NOW - timedelta(seconds=n)))
        else:
            kind, ports = KINDS[n // 2 % len(KINDS)], (22, 25, 443)
            target = {"port": ports[n % 3], "protocol": "tcp"}
            finding = {"kind": kind, "address": address, "at": JUST_NOW.isoformat()}
            (case,) = post(context, {**finding, "target": target})
        if n % 2:
            measure, choice = BY_PEOPLE[(n // 2) % len(BY_PEOPLE)]
            reasons = f"Reason {n}: it went on."
            with suppress(Forbidden):  # what the gate refuses is none of the fifty
                decide_case(
                    context,
                    case.reference,
                    people=("ada",),
                    reasons=reasons,
                    measure=measure,
                    **choice,
                )
    enforce(context)
    for case in case_filter.page(CaseFilter(), limit=100)[:6]:
        for action in actions.of_case(case.id)[:1]:
            undo_action(context, action.id, reason="it was fixed", person="ada")
    enforce(context)


def change_everything(context, now) -> AppContext:
    """Another policy without a live rule, a shut breaker, every address with somebody else."""
    context.home.policy.mkdir(exist_ok=True)
    for name, data in sample_files().items():
        text = data.decode().replace("status: live", "status: retired")
        text = text.replace('version: "1"', 'version: "2"').replace("Do not", "Never")
        (context.home.policy / name).write_text(text)
    now.at = NOON + timedelta(hours=1)
    adopted_policy(context)
    moved = ["address,customer,resource,from,until"]
    moved += [
        f"203.0.113.{100 + n},c{n},vm-{n},2026-01-01T00:00:00Z,2026-03-01T12:30:00Z"
        for n in range(40)
    ]
    moved += [f"203.0.113.{100 + n},c{n + 50},vm-x{n},2026-03-01T12:30:00Z," for n in range(40)]
    import_assignments(context, "\n".join(moved).encode(), "csv")
    shut = replace(context.settings, deciding=DecidingSettings(breaker_l3=0, breaker_share=0.0))
    return AppContext(home=context.home, settings=shut, now=now, noise=context.noise)


def test_fifty_of_fifty_decisions_give_the_same_text(context, now):
    """Rules, people and lifts; several clauses and levels; the words of each notice too."""
    from aupkeep.app.inventory.own_space import declare_space

    declare_space(context, "203.0.113.0/24", "main")
    crowd(context)
    decide_all(context)
    made = [decisions.get(name) for name in DecisionRow.objects.values_list("id", flat=True)]
    known = [decision for decision in made if isinstance(decision, Decision)]
    assert len(known) >= 50
    assert len({decision.clause for decision in known}) >= 3
    assert {Level.L1, Level.L2, Level.L3, Level.L4, Level.L5} <= {x.level for x in known}
    assert {decision.automatic for decision in known} == {True, False}
    assert any(decision.reverses for decision in known)
    before = {decision.id: replay_decision(context, decision.id) for decision in known}
    changed = change_everything(context, now)
    after = {decision.id: replay_decision(changed, decision.id) for decision in known}
    assert [(x.why, x.differs) for x in after.values() if x.same is not True] == []
    assert all(replayed.words["en"] and replayed.words["nb"] for replayed in after.values())
    assert {key: (x.words, x.notices) for key, x in before.items()} == {
        key: (x.words, x.notices) for key, x in after.items()
    }
    told = [notice for replayed in after.values() for notice in replayed.notices]
    assert len(told) >= 25
    assert all(notice.same for notice in told)


def test_what_replays_is_the_ruling_that_the_gate_let_through(furnished):
    """The block was refused for a protected customer; the milder word was let through."""
    import_customers(
        furnished, b"customer,name,contact,tags\nalder,Alder,noc@alder.example,protected\n"
    )
    finding = {"kind": KINDS[0], "address": "203.0.113.10", "at": JUST_NOW.isoformat()}
    (case,) = post(furnished, {**finding, "target": {"port": 22, "protocol": "tcp"}})
    (made,) = decisions.of_case(case.id)
    assert made.measure in (Measure.INFORM, Measure.INFORM_DEADLINE)
    assert replay_decision(furnished, made.id).same is True


def test_a_statement_that_was_changed_does_not_replay(furnished):
    """A changed row of reasons, or of a notice's words, is named."""
    from aupkeep.store.guard import writing
    from aupkeep.store.models import NoticeRow, StatementRow

    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    (made,) = decisions.of_case(case.id)
    (notice,) = [one for one in notices.of_case(case.id) if one.decision == made.id]
    with writing():
        NoticeRow.objects.filter(id=notice.id).update(text="Hello")
        StatementRow.objects.filter(id=made.id).update(policy="ab")
    told = replay_decision(furnished, made.id)
    assert told.same is False
    assert told.differs == ("statement: policy", "words of the customer notice")
