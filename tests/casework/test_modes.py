"""How far a detector's claim goes: told, proposed, or acted on; and never at an unknown rate."""

import pytest

from aupkeep.casework.evidence_level import acting, evidence_level, own_telemetry, sources
from aupkeep.casework.proposal import Proposal, proposals_of
from aupkeep.model.case import Claim
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.finding import Mode
from aupkeep.model.ladder import Evidence, Level, Measure
from aupkeep.model.ruling import Ruling
from aupkeep.model.subject import Endpoint
from casework.scenes import CASE, CLAUSE, KARI, NOW, PEER, VERSIONS, ask, claim, proposal

E0, E1, E2 = Evidence.E0, Evidence.E1, Evidence.E2
REPORTED = (claim("1", source="mail:a.example"), claim("2", source="mail:b.example"))


def seen(mode, *, name="d", blind=False, port=22):
    """A detector's claim in a mode, of logins tried on a port."""
    target = Endpoint(address=PEER, port=port, protocol="tcp")
    source = "detector:logins"
    return claim(name, source=source, mode=mode, rate_unknown=blind, target=target)


@pytest.mark.parametrize(
    ("mode", "blind", "alone", "beside_one", "may_act"),
    [
        (Mode.ACT, False, E2, E2, True),
        (None, False, E2, E2, True),
        (Mode.PROPOSE, False, E2, E2, False),
        (Mode.NOTIFY, False, E1, E1, False),
        (Mode.OBSERVE, False, E1, E1, False),
        (Mode.ACT, True, E1, E1, False),
        (Mode.PROPOSE, True, E1, E1, False),
    ],
)
def test_what_a_mode_is_worth(mode, blind, alone, beside_one, may_act):
    """Only `propose` and `act` reach E2; only `act` at a known rate is there for a rule."""
    one = seen(mode, blind=blind)
    assert evidence_level([one]) is alone
    assert evidence_level([one, REPORTED[0]]) is beside_one
    assert own_telemetry([one]) is (alone is E2)
    assert bool(acting([one])) is may_act


def test_two_reporters_are_still_two():
    """A detector that only tells takes nothing from what others say."""
    told = seen(Mode.NOTIFY)
    assert evidence_level([told, *REPORTED]) is E2
    assert sources([told]) == ("detector:logins",)


@pytest.mark.parametrize("mode", [Mode.NOTIFY, Mode.PROPOSE])
@pytest.mark.parametrize("measure", [Measure.BLOCK_PORT, Measure.INFORM, Measure.INFORM_DEADLINE])
def test_a_rule_is_refused(mode, measure):
    """No rule limits or writes on such a claim alone; a person may."""
    claims = (seen(mode),)
    assert isinstance(ask(proposal(measure), claims=claims), Refused)
    assert isinstance(ask(proposal(measure), people=(KARI,), claims=claims), Decision)


def test_a_person_is_asked_in_words():
    """The refusal of a proposing detector names it and asks for a person."""
    found = ask(proposal(), claims=(seen(Mode.PROPOSE),))
    assert isinstance(found, Refused)
    assert "detector:logins" in found.reason
    assert "person must decide" in found.reason


def test_unknown_sampling_forbids_automatic_action():
    """Whatever its mode says, no rule acts on flows whose sampling rate nobody knows."""
    found = ask(proposal(), claims=(seen(Mode.ACT, blind=True),))
    assert isinstance(found, Refused)
    found = ask(proposal(needs=E1), claims=(seen(Mode.PROPOSE, blind=True), REPORTED[0]))
    assert isinstance(found, Refused)


def test_unknown_sampling_is_refused_by_the_claims_alone():
    """Facts that say E2 do not help where the claims themselves are of unknown sampling."""
    from casework.scenes import facts

    found = ask(proposal(), known=facts(), claims=(seen(Mode.ACT, blind=True),))
    assert isinstance(found, Refused)
    assert "sampling rate" in found.reason


def test_reports_act_beside_a_detector_that_only_tells():
    """What two proven reporters say is acted on as if the detector had said nothing."""
    found = ask(proposal(), claims=(seen(Mode.NOTIFY), *REPORTED))
    assert isinstance(found, Decision)
    assert found.level is Level.L3


def test_a_rule_aims_at_what_it_may_act_on():
    """The newer claim of a proposing detector does not turn the block to another port."""
    ruling = Ruling(
        clause="intrusion",
        rule="intrusion-block-port",
        level=Level.L3,
        measure=Measure.BLOCK_PORT,
        scope="port",
        hours=24,
        needs=E2,
        standard=CLAUSE.standard,
        notice="limit",
        policy="p1",
        shadow=False,
        trace=(),
    )
    claims = (seen(Mode.ACT, name="1", port=22), seen(Mode.PROPOSE, name="2", port=23))

    def made(claims: tuple[Claim, ...]) -> Proposal:
        given = {"case": CASE, "clause": CLAUSE, "versions": VERSIONS, "reasons": "seen"}
        return next(proposals_of(ruling, claims=claims, since=NOW, **given))

    assert made(claims).scope.port == 22
    wider = proposal(scope=made(claims[1:]).scope)
    assert isinstance(ask(wider, claims=claims), Refused)
