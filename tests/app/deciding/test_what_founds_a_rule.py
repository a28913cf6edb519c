"""What a rule's measure rests on: credible evidence, of this place, of now, about this holder."""

from datetime import timedelta

import pytest

from app.conftest import LINE, NOON, STAMP, with_settings
from app.steps import arrive, enforce, look_at_clocks, vouch
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.reading.prove_senders import prove_senders
from aupkeep.model.action import ActionState
from aupkeep.model.case import Case
from aupkeep.model.errors import Forbidden
from aupkeep.model.ladder import Level
from aupkeep.store import actions, cases, decisions

ADDRESS = "203.0.113.30"
TWO = ("one.example", "two.example")
JUST_NOW = NOON - timedelta(minutes=3)
MAIL = (
    "From: Night shift <soc@{domain}>\r\nTo: abuse@aupkeep.example\r\nSubject: abuse\r\n"
    "Date: Sun, 01 Mar 2026 12:00:00 +0000\r\nMessage-ID: <{number}@{domain}>\r\n\r\n"
    "Your host keeps guessing passwords here. All times are UTC.\r\n\r\n{rows}\r\n"
)


@pytest.fixture
def desk(furnished):
    """Two reporters who were right before, and a machine of alder's since January."""
    vouch(furnished, *(f"mail:{domain}" for domain in TWO))
    _import(furnished, f"{ADDRESS},alder,vm-d,2026-01-01T00:00:00Z,")
    return furnished


def _import(context, *rows: str) -> None:
    head = "address,customer,resource,from,until"
    import_assignments(context, "\n".join((head, *rows)).encode(), "csv")


def _mail(domain: str, *rows: str, proven: bool = True) -> bytes:
    stamp = STAMP.format(domain=domain) if proven else ""
    number = abs(hash(rows))
    return (stamp + MAIL.format(domain=domain, number=number, rows="\r\n".join(rows))).encode()


def _guesses(last, *, count=1, port=40000) -> list[str]:
    """Lines of a log, of which no other call has a second in common."""
    return [
        LINE.format(at=last - timedelta(seconds=31 * n), n=n, address=ADDRESS, port=port + n)
        for n in range(count)
    ]


def _guessed(context, last) -> Case:
    """Two known reporters tell of guessing until then."""
    for seconds, domain in enumerate(TWO):
        rows = _guesses(last - timedelta(seconds=7 * seconds), count=6, port=40000 + 90 * seconds)
        (case,) = arrive(context, _mail(domain, *rows))
    return case


def _row(port: int) -> tuple[str, str]:
    """A table that names another port."""
    at = f"{JUST_NOW:%Y-%m-%dT%H:%M:%SZ}"
    return "ip,kind,date,dst_port,protocol", f"{ADDRESS},ssh bruteforce,{at},{port},tcp"


def _blocked(case) -> list[int | None]:
    """The ports that rules closed, in order."""
    made = decisions.of_case(case.id)
    return [decision.scope.port for decision in made if decision.level is Level.L3]


@pytest.mark.parametrize("proven", [True, False])
def test_invariant_05_another_port_takes_evidence_of_its_own(desk, proven):
    """Two sources of guesses at SSH close port 22; one voice more, forged or not, no other port."""
    case = _guessed(desk, NOON - timedelta(minutes=20))
    arrive(desk, _mail("third.example", *_row(443), proven=proven))
    assert _blocked(case) == [22]


@pytest.mark.parametrize(
    ("proven", "rows"),
    [
        (False, _guesses(JUST_NOW)),
        (True, _guesses(JUST_NOW)),
        (True, [f"We saw SSH brute force attacks from {ADDRESS} today."]),
        (True, _guesses(NOON + timedelta(days=300))),
    ],
)
def test_what_two_said_of_last_week_does_not_help_one_of_today(desk, proven, rows):
    """Unproven, a newcomer, words alone, a time to come: none makes old evidence new."""
    case = _guessed(desk, NOON - timedelta(days=5))
    assert _blocked(case) == []
    arrive(desk, _mail("third.example", *rows, proven=proven))
    assert _blocked(case) == []


def test_nobody_unproven_renews_a_measure(desk, now):
    """The block ends at its end, whatever a forger tells half an hour before."""
    case = _guessed(desk, NOON - timedelta(minutes=20))
    enforce(desk)
    (block,) = actions.of_case(case.id)
    now.at = block.until - timedelta(minutes=30)
    forged = _guesses(now.at - timedelta(minutes=1))
    arrive(desk, _mail("forger.example", *forged, proven=False))
    now.at = block.until - timedelta(minutes=5)
    look_at_clocks(desk)
    assert _blocked(case) == [22]


def test_events_that_nobody_credible_tells_set_no_deadline(desk):
    """One event of a known reporter is told; six more of a forger's ask for nothing."""
    (case,) = arrive(desk, _mail(TWO[0], *_guesses(NOON - timedelta(minutes=20))))
    arrive(desk, _mail("forger.example", *_guesses(JUST_NOW, count=6), proven=False))
    assert [decision.level for decision in decisions.of_case(case.id)] == [Level.L1]


def test_evidence_that_late_records_give_to_another_founds_nothing(desk):
    """Birch held it when the first reporter saw it, as is known since: alder is not blocked."""
    (case,) = arrive(desk, _mail(TWO[0], *_guesses(NOON - timedelta(minutes=40), count=6)))
    _import(
        desk,
        f"{ADDRESS},alder,vm-d,2026-01-01T00:00:00Z,2026-03-01T09:00:00Z",
        f"{ADDRESS},birch,vm-z,2026-03-01T09:00:00Z,2026-03-01T11:40:00Z",
        f"{ADDRESS},alder,vm-d,2026-03-01T11:40:00Z,",
    )
    arrive(desk, _mail(TWO[1], *_guesses(NOON - timedelta(minutes=9), port=42000)))
    assert cases.get(case.id).customer == "alder"
    assert _blocked(case) == []


def _page(context, address: str, at: str) -> Case:
    rows = f"URL: http://{address}/login", f"Time: {at}"
    (case,) = arrive(context, _mail(TWO[0], "Phishing, take it down.", *rows))
    return case


def test_invariant_04_a_page_at_an_address_that_moved_is_the_next_holders(desk):
    """Alder had it at 10:30; birch has it since eleven, and birch's page stays."""
    case = _page(desk, "203.0.113.70", "2026-03-01T10:30:00Z")
    with pytest.raises(Forbidden, match="invariant 4"):
        decide_case(
            desk, case.reference, measure="block-url", hours="24", reasons="seen", people=("ada",)
        )


def test_a_blocked_page_is_lifted_when_its_address_moves(desk, now):
    """What stands against a page at an address does not stay on whoever has it next."""
    case = _page(desk, ADDRESS, "2026-03-01T11:30:00Z")
    decide_case(
        desk, case.reference, measure="block-url", hours="24", reasons="seen", people=("ada",)
    )
    _import(
        desk,
        f"{ADDRESS},alder,vm-d,2026-01-01T00:00:00Z,2026-03-01T12:30:00Z",
        f"{ADDRESS},birch,vm-z,2026-03-01T12:30:00Z,",
    )
    now.at = NOON + timedelta(hours=2)
    look_at_clocks(desk)
    (action,) = actions.of_case(case.id)
    assert action.state is ActionState.LIFTING


def test_what_a_ticket_system_passed_on_stays_unproven(desk):
    """Naming the relay later proves the ticket system's own mail, and not who wrote to it."""
    before = with_settings(desk, mail={"authserv_ids": ()})
    told = _mail("aupkeep.example", *_guesses(JUST_NOW))
    passed = told.replace(b"Night shift <soc@", b'"mallory@forger.example via desk" <abuse@')
    (case,) = arrive(before, passed)
    assert prove_senders(desk, None) == 0
    assert {str(claim.finding.source) for claim in cases.claims(case.id)} == {
        "mail:?forger.example"
    }
