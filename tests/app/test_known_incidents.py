"""Seven wrongful enforcements that others published, played here from end to end: nobody is harmed.

Each story is played by one worker, and with several that consider the same case at once. The
lessons are DigitalOcean 2019 (locked again by the same detector), Cloudflare R2 2025 (a gateway
taken down for one bucket), UniSuper 2024 (a blank parameter), Railway 2026 (automation on many
accounts), Hetzner 2024 (nobody was told), itch.io 2024 (a domain for one page, an answer unread)
and the Tor relays of 2024 (forged scans).
"""

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address

import pytest

from app.conftest import JUST_NOW, Clock, report
from app.steps import arrive, enforce, guess, look_at_clocks, post, told, work
from aupkeep.app.access.links import make_link
from aupkeep.app.access.staff import add_person
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.answers import give_answer, next_once
from aupkeep.app.deciding.approvals import approve
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.consider import consider
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.app.journal import entry, record
from aupkeep.model.action import Action, ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import AnswerKind, Case
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Conflict, Forbidden, Invalid
from aupkeep.model.ladder import Level
from aupkeep.model.link import LinkKind
from aupkeep.store import actions, cases, decisions
from databases import in_threads

STANDS = {ActionState.WANTED, ActionState.APPLIED}
TWO = ("ada@desk.example", "bo@desk.example")


@pytest.fixture(
    params=[
        pytest.param(1, id="alone"),
        pytest.param(4, id="at once", marks=pytest.mark.nightly("kills")),
    ]
)
def workers(request: pytest.FixtureRequest) -> int:
    """How many workers consider each case at the same moment."""
    return int(request.param)


@pytest.fixture
def desk(furnished: AppContext) -> AppContext:
    """The furnished install with two people."""
    for address in TWO:
        add_person(furnished, address, address.partition("@")[0], "en", roles=("senior",))
    return furnished


def play(context: AppContext, found: Sequence[Case], workers: int) -> list[Case]:
    """The workers consider these cases at once, then effects, clocks and the agent are done."""

    def look() -> None:
        for case in found:
            try:
                consider(context, case.id)
            except Conflict:  # what a worker does then: again, a moment later
                consider(context, case.id)

    if workers == 1:
        look()
    else:
        in_threads([look] * workers)
    work(context)
    look_at_clocks(context)
    enforce(context)
    return [find_case(case.reference) for case in found]


def standing(*found: Case) -> list[Action]:
    """What limits anybody of these cases now."""
    all_of_them = [action for case in found for action in actions.of_case(case.id)]
    return [action for action in all_of_them if action.state in STANDS]


def test_locked_again_by_the_same_detector(desk: AppContext, now: Clock, workers: int):
    """A person cleared it: three hours later the same detector does not act alone."""
    (case,) = play(desk, post(desk, guess("203.0.113.10", JUST_NOW), weigh=False), workers)
    assert len(standing(case)) == 1
    close_by_reference(desk, case.reference, "not-abuse", "a nightly batch of theirs", TWO[0])
    (case,) = play(desk, [case], workers)
    assert standing(case) == []
    now.at += timedelta(hours=3)
    again = post(desk, guess("203.0.113.10", now.at - timedelta(minutes=2)), weigh=False)
    again = play(desk, again, workers)
    assert again
    assert standing(*again) == []
    assert [one.level for case in again for one in decisions.of_case(case.id)] == []
    asked = decide_case(
        desk,
        again[0].reference,
        people=(TWO[0],),
        reasons="x",
        measure="suspend-account",
        hours=24,
    )
    assert asked.actions == ()  # a final denial waits for a second person
    with pytest.raises(Forbidden, match="invariant 15"):
        approve(desk, asked.decision, person=TWO[0])
    assert standing(*play(desk, again, workers)) == []


def test_gateway_taken_down_for_one_bucket(desk: AppContext, workers: int):
    """One page behind a protected gateway: neither a rule nor a person takes the gateway down."""
    (case,) = play(desk, post(desk, guess("203.0.113.200", JUST_NOW), weigh=False), workers)
    assert standing(case) == []
    for measure in ("isolate", "block-port"):
        decided = decide_case(
            desk, case.reference, people=TWO[:1], reasons="phishing in one bucket", measure=measure,
            hours=4,
        )  # fmt: skip
        play(desk, [case], workers)
        for action in decided.actions:
            stored = actions.get(action)
            assert stored is not None
            assert stored.state is not ActionState.APPLIED
    assert told(case, EntryType.ACTION_APPLIED) == []


@pytest.mark.parametrize(
    "blank",
    [{"hours": None}, {"hours": ""}, {"hours": 4, "measure": ""}, {"hours": 0}, {"hours": 10**6}],
)
def test_blank_parameter(desk: AppContext, now: Clock, workers: int, blank: dict[str, object]):
    """Nothing has a default: no end, no measure, no decision. What stands ends by restoring."""
    (case,) = play(desk, post(desk, guess("203.0.113.10", JUST_NOW), weigh=False), workers)
    before = len(decisions.of_case(case.id))
    choice = {"measure": "block-port", **blank}
    with pytest.raises((Invalid, Forbidden)):
        decide_case(desk, case.reference, people=TWO[:1], reasons="x", **choice)
    assert len(decisions.of_case(case.id)) == before
    now.at += timedelta(days=3)
    play(desk, [case], workers)
    assert standing(case) == []
    assert {action.state for action in actions.of_case(case.id)} <= {ActionState.EXPIRED}


def test_automation_on_many_accounts(desk: AppContext, workers: int):
    """A rule that would hit thirty customers in one hour stops after its share of them."""
    rows = [f"c{n},C {n},desk@c{n}.example,en,,2024-01-01" for n in range(30)]
    head = "customer,name,contact,language,tags,since\n"
    import_customers(desk, (head + "\n".join(rows) + "\n").encode())
    held = [f"203.0.113.{100 + n},c{n},vm-{n},2026-01-01T00:00:00Z," for n in range(30)]
    head = "address,customer,resource,from,until\n"
    import_assignments(desk, (head + "\n".join(held) + "\n").encode(), "csv")
    found: list[Case] = []
    for n in range(30):
        found += post(desk, guess(f"203.0.113.{100 + n}", JUST_NOW), weigh=False)
    play(desk, found, workers)
    limited = {action.scope.customer for action in standing(*found)}
    assert len(limited) == 1  # 0.5 % of 33 customers, but at least one
    refused = [row for case in found for row in told(case, EntryType.DECISION_REFUSED)]
    assert sum("breaker" in row["reason"] for row in refused) >= 29


def test_nobody_was_told(desk: AppContext, now: Clock, workers: int):
    """No notice is proven to have arrived: nothing ends for good, whoever says so."""
    (case,) = play(desk, arrive(desk, report("203.0.113.10", JUST_NOW), weigh=False), workers)
    now.at += timedelta(days=40)
    with pytest.raises(Forbidden, match="invariant 7"):
        decide_case(
            desk,
            case.reference,
            people=TWO[:1],
            reasons="they never answered",
            measure="terminate",
            hours=720,
            cause="own-act",
        )
    play(desk, [case], workers)
    assert standing(case) == []


def test_domain_for_one_page_and_an_answer_unread(desk: AppContext, workers: int):
    """The customer answered; nobody goes a step up, and a page in evidence is not its domain."""
    (case,) = play(desk, arrive(desk, report("203.0.113.10", JUST_NOW), weigh=False), workers)
    text, link = make_link(desk, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(desk, entry(desk, EntryType.LINK_MADE, SYSTEM, {}), rows=[link])
    once = next_once(desk, find_case(case.reference))
    give_answer(desk, text, AnswerKind.FIXED, "the page is gone", once)
    with pytest.raises(Forbidden, match="invariant 3"):
        decide_case(
            desk, case.reference, people=TWO[:1], reasons="x", measure="block-port", hours=24
        )
    with pytest.raises(AupkeepError):
        decide_case(
            desk, case.reference, people=TWO[:1], reasons="x", measure="block-name", hours=24
        )
    play(desk, [case], workers)
    assert standing(case) == []


def test_forged_scans_from_a_relay(desk: AppContext, workers: int):
    """Twenty reporters tell of scans that anybody could have forged: nobody is limited."""
    body = (
        "From: Night shift <soc@{domain}>\r\nTo: abuse@aupkeep.example\r\n"
        "Authentication-Results: mx.aupkeep.example; dkim=pass header.d={domain}\r\n"
        "Subject: port scan\r\nDate: Sun, 01 Mar 2026 12:00:00 +0000\r\nMessage-ID: <{n}@x>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        "Port scan from your host. All times are UTC.\r\n\r\n"
        "2026-03-01 11:{n:02}:00 +0000 fw kernel: DROP IN=eth0 SRC=203.0.113.10 "
        "DST=198.51.100.{n} PROTO=TCP SPT=4{n:04} DPT=22 SYN\r\n"
    )
    found: dict[str, Case] = {}
    for n in range(20):
        mail = body.format(domain=f"reporter{n}.example", n=n)
        found |= {case.id: case for case in arrive(desk, mail.encode(), weigh=False)}
    assert found
    played = play(desk, list(found.values()), workers)
    assert standing(*played) == []
    levels = [one.level for case in played for one in decisions.of_case(case.id)]
    assert max(levels, default=Level.L0) < Level.L3
    assert {
        claim.finding.subject.address for case in played for claim in cases.claims(case.id)
    } == {ip_address("203.0.113.10")}
