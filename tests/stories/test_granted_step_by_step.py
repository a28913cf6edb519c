"""From the first day to the first month: an install that listens is let speak and act by grants.

Listen, mails to staff, receipts, notices to customers, one rule on one prefix twice a day at most:
the third is a person's, with the reason. The grant ends, is rolled back, and its decisions replay.
"""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, furnish, report, with_settings
from app.steps import arrive, block_port, guess, post, told, work
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.grants import WantedGrant, ask_grant, give_grant, revoke_grant
from aupkeep.app.deciding.replay import replay_decision
from aupkeep.app.enforcing.listen import set_listening
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.app.pages.doctor.load import doctor
from aupkeep.app.pages.grants.load import grant_details
from aupkeep.app.pages.grants.page import DeskDid
from aupkeep.app.pages.grants.shadow import listen_report
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.settings import ProviderSettings
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden
from aupkeep.model.grant import ALL, GrantKind, GrantScope, GrantState
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.store import actions, decisions, grants, notices

RULE = "intrusion-block-port"


@pytest.fixture
def desk(context):
    """A desk on its first day: everything is set up, and it listens."""
    provider = ProviderSettings(listen=True)
    opened = furnish(with_settings(context, provider=provider, deciding={"breaker_share": 0.02}))
    names = "".join(f"c{n},Customer {n},desk@c{n}.example,en,,2024-01-01\n" for n in range(200))
    import_customers(opened, f"customer,name,contact,language,tags,since\n{names}".encode())
    rows = "".join(f"203.0.113.{100 + n},c{n},vm,2026-01-01T00:00:00Z,\n" for n in range(5))
    import_assignments(opened, f"address,customer,resource,from,until\n{rows}".encode(), "csv")
    return opened


def granted(desk, kind, *, days=30, **wanted):
    """Ada asks, Bea gives."""
    until = desk.now() + timedelta(days=days)
    asked = ask_grant(
        desk, WantedGrant(kind=kind, until=until, reasons="two quiet weeks", **wanted), "ada"
    )
    assert asked.state(desk.now()) is GrantState.WAITING
    return give_grant(desk, asked.id, person="bea")


def notices_granted(desk):
    return granted(desk, GrantKind.NOTICES, rule=ALL, scope=GrantScope.ALL)


def acts_granted(desk, **more):
    return granted(
        desk, GrantKind.ACT, rule=RULE, target="main", scope=GrantScope.PREFIX,
        value="203.0.113.96/28", **({"ceiling": 2} | more),
    )  # fmt: skip


def attack(desk, number):
    """Our own telemetry sees a customer's machine guess passwords."""
    (case,) = post(desk, guess(f"203.0.113.{100 + number}", JUST_NOW))
    return case


def refusals(case):
    return [said["reason"] for said in told(case, EntryType.DECISION_REFUSED)]


def parties(case):
    return {notice.party for notice in notices.of_case(case.id)}


def test_first_day_nothing_leaves_and_the_report_says_what_would_have(desk):
    """For each rule: whom it would have told and limited, and what the desk did beside it."""
    case = attack(desk, 0)
    assert actions.of_case(case.id) == []
    assert notices.of_case(case.id) == []
    with pytest.raises(Forbidden, match="Listen mode: block-port was proposed, not done"):
        block_port(desk, case)
    decide_case(desk, case.reference, people=("ada",), reasons="seen", measure="record")
    found = {rule.rule: rule for rule in listen_report(desk).rules}
    assert (found[RULE].proposed, found[RULE].limited, found[RULE].decided) == (1, 1, 0)
    (item,) = found[RULE].cases
    assert (item.customer, item.contact, item.desk) == ("c0", "desk@c0.example", DeskDid.NOTHING)
    assert found["intrusion-inform"].proposed == 0


def test_each_step_lets_one_thing_more_leave(desk, outgoing):
    """Receipts to who reports, then words to the customer, then a measure."""
    granted(desk, GrantKind.STAFF)
    first = report("203.0.113.100", JUST_NOW, domain="cert.example")
    (case,) = arrive(desk, first)
    assert notices.recent_to("soc@cert.example", NOON - timedelta(days=1)) == []
    granted(desk, GrantKind.RECEIPTS)
    (case,) = arrive(desk, report("203.0.113.101", JUST_NOW, domain="soc.example"))
    assert [n.kind for n in notices.recent_to("soc@soc.example", NOON - timedelta(days=1))] == [
        NoticeKind.RECEIPT
    ]
    assert parties(case) == set()
    notices_granted(desk)
    (case,) = arrive(desk, report("203.0.113.102", JUST_NOW, domain="noc.example"))
    assert parties(case) == {Party.CUSTOMER}
    work(desk, "mail")
    let = {
        grant.kind: {
            one.what: one.total for one in grant_details(desk, grant.id, reporters=True).through
        }
        for grant in grants.standing(NOON)
    }
    assert sum(map(len, outgoing.values())) == sum(sum(one.values()) for one in let.values())
    assert let[GrantKind.RECEIPTS] == {"mail-receipts": 2}
    assert let[GrantKind.NOTICES] == {"mail-notices": 1}
    limited = attack(desk, 3)
    assert actions.of_case(limited.id) == []
    acts_granted(desk)
    limited = attack(desk, 4)
    assert [action.target for action in actions.of_case(limited.id)] == ["main"]
    (made,) = decisions.of_case(limited.id)
    assert made.under is not None
    assert (made.under.question.targets, made.under.before) == (("main",), 0)
    assert verify_home(desk).ok


def test_the_third_of_the_day_is_a_persons_with_the_reason(desk):
    """Above the ceiling no rule acts, and nothing milder hides the case from the desk."""
    notices_granted(desk)
    acts = acts_granted(desk)
    first, second, third = (attack(desk, number) for number in range(3))
    assert [len(actions.of_case(case.id)) for case in (first, second, third)] == [1, 1, 0]
    (why,) = refusals(third)
    assert "its grant allows 2 in 24 hours, and 2 were done; a person must decide" in why
    assert notices.of_case(third.id) == []
    block_port(desk, third, reasons="seen")
    (made,) = decisions.of_case(third.id)
    assert (made.under.grant, made.automatic) == (acts.id, False)
    assert len(actions.of_case(third.id)) == 1


def test_outside_its_prefix_and_after_its_end_nothing_new_happens(desk, now):
    """What stands goes on to its own end; doctor names the grant a week before."""
    notices_granted(desk)
    acts_granted(desk, days=5)
    (elsewhere,) = post(desk, guess("203.0.113.10", JUST_NOW))
    assert actions.of_case(elsewhere.id) == []
    case = attack(desk, 0)
    assert len(actions.of_case(case.id)) == 1
    found = next(check for check in doctor(desk, lambda _: "") if check.check == "grants")
    assert not found.ok
    assert f"act ({RULE}) ends at 2026-03-06" in found.found
    now.at += timedelta(days=6)
    late = post(desk, guess("203.0.113.101", now.at - timedelta(minutes=1)))[0]
    assert actions.of_case(late.id) == []
    assert any("its grant ended at 2026-03-06 12:00 UTC" in why for why in refusals(late))
    assert len(actions.of_case(case.id)) == 1


def test_a_share_is_promoted_and_rolled_back(desk, now):
    """A larger share ends the smaller in the same moment; the ceiling goes on counting."""
    notices_granted(desk)
    canary = acts_granted(desk, share=1, ceiling=1)
    shy = attack(desk, 0)
    assert actions.of_case(shy.id) == []  # its digest is not in the first percent
    wide = acts_granted(desk, replaces=canary.id)
    assert grants.get(canary.id).state(now.at) is GrantState.REVOKED
    case = attack(desk, 1)
    (made,) = decisions.of_case(case.id)
    assert made.under.grant == wide.id
    revoke_grant(desk, wide.id, person="cid", reason="a wrong block")
    after = attack(desk, 2)
    assert actions.of_case(after.id) == []
    replayed = replay_decision(desk, made.id)
    assert (replayed.same, replayed.granted, replayed.grant) == (True, True, wide.id)
    assert verify_home(desk).ok


def test_what_a_grant_took_over_counts_through_a_chain(desk):
    """Of four, each in the place of the one before, the last counts what the first let through."""
    notices_granted(desk)
    grant, acted = None, []
    for number, ceiling in enumerate((1, 1, 2, 2)):
        grant = acts_granted(desk, ceiling=ceiling, replaces=grant and grant.id)
        acted.append(len(actions.of_case(attack(desk, number).id)))
    assert acted == [1, 0, 1, 0]


def test_listening_again_ends_every_grant(desk, now):
    """One switch makes all silent; off asks for everything, and waits for a colleague too."""
    notices_granted(desk)
    waiting = ask_grant(
        desk,
        WantedGrant(kind=GrantKind.STAFF, until=now.at + timedelta(days=9), reasons="x"),
        "ada",
    )
    assert set_listening(desk, wanted=True, reason="a wrong mail", person="cid").ended == 2
    with pytest.raises(Conflict, match="found it revoked"):
        give_grant(desk, waiting.id, person="bea")
    (case,) = arrive(desk, report("203.0.113.100", JUST_NOW))
    assert notices.of_case(case.id) == []
    off = set_listening(desk, wanted=False, reason="a trial", person="ada")
    assert off.listen
    with pytest.raises(Forbidden, match="who asked for a grant does not give it"):
        give_grant(desk, off.grant, person="ada")
    give_grant(desk, off.grant, person="bea")
    limited = attack(desk, 1)
    assert len(actions.of_case(limited.id)) == 1
    (rules,) = [
        one
        for one in grant_details(desk, off.grant, reporters=True).through
        if one.what == "limit-act"
    ]
    assert (rules.today, rules.total, rules.last) == (1, 1, decisions.of_case(limited.id)[0].starts)
    now.at += timedelta(days=8)
    assert listen_report(desk).listening


def test_before_it_is_given_it_says_whom_it_would_mail_and_limit(desk, now):
    """Over the last two weeks: two within the ceiling, one above, one outside the prefix."""
    for number in range(3):
        attack(desk, number)
    post(desk, guess("203.0.113.10", JUST_NOW))
    asked = ask_grant(
        desk,
        WantedGrant(
            kind=GrantKind.ACT, rule=RULE, target="main", scope=GrantScope.PREFIX, ceiling=2,
            value="203.0.113.96/28", until=now.at + timedelta(days=9), reasons="two weeks",
        ),
        "ada",
    )  # fmt: skip
    preview = grant_details(desk, asked.id, reporters=True).preview
    assert [one.who for one in preview.limited] == ["c0", "c1"]
    assert [one.address for one in preview.mailed] == ["desk@c0.example", "desk@c1.example"]
    assert (len(preview.beyond), preview.left_out, preview.unreachable) == (1, 1, 0)
