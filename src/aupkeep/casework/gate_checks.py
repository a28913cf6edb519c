"""The single conditions of the gate, each one function that answers `Refused` or None."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aupkeep.casework import grants, measure_limits
from aupkeep.casework.answers import stopping
from aupkeep.casework.appeals import APPEAL_TIME
from aupkeep.casework.breaker import trip
from aupkeep.casework.cleared import only_cleared
from aupkeep.casework.contested import contested
from aupkeep.casework.decision_inputs import DecisionInputs
from aupkeep.casework.evidence_level import mode_of, protects
from aupkeep.casework.proposal import Proposal
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.decision import Decision, Refused, Scope
from aupkeep.model.facts import Facts
from aupkeep.model.finding import Mode, Role
from aupkeep.model.grant import Grant, GrantKind, GrantQuestion
from aupkeep.model.ladder import BLAME, PROTECTIVE, Cause, Evidence, Level, Measure
from aupkeep.model.moments import show_minute
from aupkeep.model.taxonomy import KINDS, kind_for

NO_INTERCEPTION = "This install intercepts nothing: [interception] allowed is off."
WEEK = timedelta(days=7)
GENERAL = "general"  # the head rule is for people only
MARKS = ("customer.protected", "customer.critical")


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRequest:
    """Everything a condition may look at; `people` has the author first."""

    proposal: Proposal
    people: tuple[Actor, ...]
    facts: Facts
    inputs: DecisionInputs
    now: datetime

    @property
    def author(self) -> Actor:
        """Who decides."""
        return self.people[0]

    @property
    def automatic(self) -> bool:
        """True unless a person decides: what is no person is held to a rule's limits."""
        return self.author.kind is not ActorKind.PERSON

    @property
    def level(self) -> Level:
        """How severe the measure is."""
        return self.proposal.level

    @property
    def evidence(self) -> Evidence:
        """The level the facts give; unknown is an allegation."""
        return _level(self.facts["evidence.level"])

    @property
    def needs(self) -> Evidence:
        """What a rule needs for this: E2 to limit, E1 to tell, and what it asks for itself."""
        floor = Evidence.E2 if self.level >= Level.L3 else Evidence.E1
        return max(floor, self.proposal.needs) if self.level > Level.L0 else Evidence.E0


def _level(value: object) -> Evidence:
    """An evidence level among the facts; what is absent or odd is an allegation."""
    known = isinstance(value, int) and value in set(Evidence)
    return Evidence(value) if known and isinstance(value, int) else Evidence.E0


def versions(asked: GateRequest) -> Refused | None:
    """Clause text and every version are there (invariant 11)."""
    proposal = asked.proposal
    given = proposal.versions
    named = (given.detector, given.rule, given.policy, given.attribution)
    if not all(text.strip() for text in named):
        reason = "A decision names the versions of detector, rule, policy and attribution."
        return Refused(reason=reason, invariant=11)
    clause = proposal.clause
    if not all(text.strip() for text in (clause.text, clause.document, clause.version)):
        return Refused(reason=f"Clause {clause.id} has no verbatim text, document and version.")
    return None


def in_force(asked: GateRequest) -> Refused | None:
    """Nobody is told or limited under words that take effect later."""
    clause = asked.proposal.clause
    if asked.level is Level.L0 or clause.effective is None or clause.effective <= asked.now:
        return None
    day = show_minute(clause.effective)
    return Refused(reason=f"Clause {clause.id} takes effect at {day}; nothing rests on it before.")


def lift(asked: GateRequest) -> Refused | None:
    """A lift restores, so little may stop it: it must be somebody's to lift, and still stand.

    Unknown never lifts a protection: the decision is among the case's own, or the answer is no.
    What protects an attacked holder a rule lifts too, also where a person decided it, once our own
    telemetry watches and sees no attack any more; and any measure at an address that its holder
    does not hold alone any more (4, 5), or under an appeal that nobody judged in time (2).
    """
    proposal, decisions = asked.proposal, asked.inputs.decisions
    target = next((decision for decision in decisions if decision.id == proposal.reverses), None)
    if target is None or target.case != proposal.case.id:
        return Refused(reason="The decision to lift is not one of this case.")
    if any(decision.reverses == target.id for decision in decisions):
        return Refused(reason="This decision is lifted already.")
    if proposal.measure is not Measure.RECORD or proposal.scope != target.scope:
        return Refused(reason="A lift undoes exactly what was decided, and does nothing else.")
    if not proposal.reasons.strip():
        return Refused(reason="A lift needs a reason.")
    over = target.measure in PROTECTIVE and asked.facts["harm.in_progress"] is False
    by_rule = asked.author.kind is ActorKind.RULE and (
        target.automatic
        or over
        or _touches_others(target.scope, asked.inputs)
        or _unjudged(target, asked)
    )
    if asked.author.kind is not ActorKind.PERSON and not by_rule:
        reason = (
            "A person lifts; a rule what a rule decided, what protected from an attack that is"
            " over, what would touch the next holder, or what nobody judged in time."
        )
        return Refused(reason=reason)
    return None


def _unjudged(target: Decision, asked: GateRequest) -> bool:
    """Whether an appeal against the decision has waited longer than it may."""
    return any(
        answer.open_appeal
        and answer.at <= asked.now - APPEAL_TIME
        and target in contested(asked.inputs.decisions, answer)
        for answer in asked.inputs.answers
    )


def _touches_others(scope: Scope, inputs: DecisionInputs) -> bool:
    """Whether the scope's address or name is not, or not only, its holder's by now."""
    address = scope.address
    if address is None:
        return not inputs.moved.isdisjoint({scope.url, scope.name})
    return address in inputs.shared_at or not any(address in net for net in inputs.holds_now)


def listening(asked: GateRequest) -> Refused | None:
    """In listen mode, and under a rule in shadow, only what a grant allows leaves or acts."""
    if asked.level is Level.L0 or not (asked.inputs.listen or asked.proposal.shadow):
        return None
    answer = grant_for(asked)
    if not isinstance(answer, grants.Withheld):
        return None
    measure = asked.proposal.measure
    if asked.proposal.shadow:
        said = f"The rule is not live: it would {measure}"
    else:
        said = f"Listen mode: {measure} was proposed, not done"
    why = "" if answer.reason == grants.NO_GRANT else f": {answer.reason}"
    return Refused(reason=f"{said}{why}.", withheld=True, person=answer.person)


def grant_for(asked: GateRequest) -> Grant | grants.Withheld:
    """The grant for what is proposed; who is limited must be one who may be told of it too.

    A rule in shadow speaks or acts by a grant of its own alone.
    """
    granting, question = asked.inputs.granting, grant_question(asked)
    if asked.inputs.listen and asked.level > Level.L2:
        speech = replace(question, kind=GrantKind.NOTICES)
        notices = grants.judge(granting.grants, {}, speech, asked.now)
        if isinstance(notices, grants.Withheld):
            none = notices.reason == grants.NO_GRANT
            said = notices.reason if none else f"nobody may be told: {notices.reason}"
            return replace(notices, reason=said)
    own = [x for x in granting.grants if x.rule == question.rule or not asked.proposal.shadow]
    return grants.judge(own, granting.used, question, asked.now)


def grant_question(asked: GateRequest) -> GrantQuestion:
    """What a grant is put before: a rule's or a person's words, or limit, in a case."""
    acts = GrantKind.ACT if asked.automatic else GrantKind.PEOPLE
    address, granting = asked.proposal.scope.address, asked.inputs.granting
    subjects = [claim.finding.subject.address for claim in asked.inputs.claims]
    addresses = [address] if address is not None else subjects
    known = addresses if all(addresses) else []
    return GrantQuestion(
        kind=acts if asked.level > Level.L2 else GrantKind.NOTICES,
        case=asked.proposal.case.id,
        rule=asked.proposal.versions.rule if asked.automatic else "",
        targets=granting.targets if asked.level > Level.L2 else (),
        addresses=tuple(sorted({item for item in known if item}, key=str)),
        tier=granting.tier,
        tags=granting.tags,
    )


def intercepting(asked: GateRequest) -> Refused | None:
    """Traffic in transit is diverted only where the settings allow it, and with its purpose."""
    if asked.level is not Level.X:
        return None
    if not asked.inputs.intercepts:
        return Refused(reason=NO_INTERCEPTION)
    if not asked.proposal.reasons.strip():
        return Refused(reason="An interception states its purpose; none is given.", invariant=2)
    return None


def victim(asked: GateRequest) -> Refused | None:
    """A victim may be told and protected, and nothing else; no fault is found (invariant 10).

    What protects is for a case in which every claim is our detectors' word that it is attacked.
    """
    findings = [claim.finding for claim in asked.inputs.claims]
    attacked = asked.facts["finding.role"] == Role.VICTIM or {
        finding.role for finding in findings
    } == {Role.VICTIM}
    if asked.proposal.measure in PROTECTIVE:
        if not findings or not all(map(protects, findings)):
            return Refused(reason="Nothing here shows an attack on the holder.", invariant=10)
    elif attacked and asked.level > Level.L1:
        return Refused(reason="The holder is the victim here, and is never limited.", invariant=10)
    if attacked and asked.proposal.cause is not Cause.UNKNOWN:
        return Refused(reason="No fault is found with who is attacked.", invariant=10)
    return None


def unread(asked: GateRequest) -> Refused | None:
    """An unread answer stops a step up the ladder, once per deadline (invariant 3)."""
    lifted = {decision.reverses for decision in asked.inputs.decisions if decision.reverses}
    standing = [decision for decision in asked.inputs.decisions if decision.id not in lifted]
    highest = max((decision.level for decision in standing), default=Level.L0)
    if asked.level <= max(highest, Level.L1):
        return None
    if stopping(asked.proposal.case, asked.inputs.decisions, asked.inputs.answers):
        return Refused(reason="The customer answered; a person must read it first.", invariant=3)
    return None


def termination(asked: GateRequest) -> Refused | None:
    """Proof of notice and a finding of cause before a service ends (invariant 7)."""
    if asked.level is not Level.L7:
        return None
    proven = asked.inputs.notice_proven_at
    if proven is None or proven > asked.now:
        missing = asked.inputs.notice_missing
        reason = "No notice is proven to have reached the customer"
        return Refused(reason=f"{reason}: {missing}." if missing else f"{reason}.", invariant=7)
    if asked.proposal.cause not in BLAME:
        reason = f"A termination needs a finding of cause, not {asked.proposal.cause}."
        return Refused(reason=reason, invariant=7)
    return None


def frozen(asked: GateRequest) -> Refused | None:
    """Frozen = no new or widened automatic measure (invariant 8)."""
    if asked.inputs.frozen and asked.level > Level.L0:
        return Refused(reason="The freeze switch is on: automation does nothing.", invariant=8)
    return None


def ceiling(asked: GateRequest) -> Refused | None:
    """At most L3 by a rule, L4 for harm in progress, and never above the kind's own cap."""
    level, kind = asked.level, asked.proposal.case.kind
    if level > Level.L0 and asked.proposal.clause.id == GENERAL:
        return Refused(reason="The head rule is for people only.")
    if level > Level.L4:
        return Refused(reason=f"A rule may not decide {level.name}.", invariant=2)
    if level is Level.L4 and asked.facts["harm.in_progress"] is not True:
        return Refused(reason="A rule isolates only while harm is seen to go on.")
    rsit = asked.facts["finding.rsit"]
    cap = kind_for(kind, str(rsit)).cap if kind in KINDS else Level.L0
    if asked.facts["finding.role"] == Role.VULNERABLE:
        cap = min(cap, Level.L2)  # who is only open to abuse is told, in time
    if level > cap:
        return Refused(reason=f"For {kind} a rule may reach {cap.name}, not {level.name}.")
    return None


def supported(asked: GateRequest) -> Refused | None:
    """E0 leads to nothing but a record; a limit takes E2, and what the rule itself asks for."""
    if asked.evidence < asked.needs:
        return Refused(
            reason=f"The rule needs {asked.needs.name}; the evidence is {asked.evidence.name}."
        )
    return None


def borne(asked: GateRequest) -> Refused | None:
    """What a rule limits is shown at this very place, lately, and well enough (invariant 5)."""
    return measure_limits.borne(asked.proposal, asked.inputs)


def let_act(asked: GateRequest) -> Refused | None:
    """What a detector saw acts alone only in the mode `act`, and never at an unknown rate.

    Without the detectors that only tell or propose, and without flows whose sampling rate nobody
    knows, the evidence must still be what the rule needs. Looked at twice: in the facts, and in the
    claims themselves. Too little evidence at all is not this condition's no.
    """
    if asked.level is Level.L0 or asked.evidence < asked.needs:
        return None
    findings = [claim.finding for claim in asked.inputs.claims]
    left = [
        finding for finding in findings if mode_of(finding) is Mode.ACT and not finding.rate_unknown
    ]
    if left and _level(asked.facts["evidence.acting"]) >= asked.needs:
        return None
    if any(finding.rate_unknown for finding in findings):
        return Refused(reason="The sampling rate behind it is not known; a person must decide.")
    asking = sorted(
        {str(finding.source) for finding in findings if mode_of(finding) is not Mode.ACT}
    )
    who = ", ".join(asking) or "What is claimed"
    return Refused(reason=f"{who} may be told or proposed, not acted on; a person must decide.")


def unprotected(asked: GateRequest) -> Refused | None:
    """Protected, critical or not known to be neither: automation ends at L1 (invariant 4)."""
    if asked.level <= Level.L1:
        return None
    for mark in MARKS:
        if asked.facts[mark] is not False:
            word = "is" if asked.facts[mark] else "is not known not to be"
            reason = f"The holder {word} {mark.partition('.')[2]}; a person must decide."
            return Refused(reason=reason, invariant=4)
    return None


def single(asked: GateRequest) -> Refused | None:
    """A rule restricts one resource, known to be one and nobody else's."""
    if asked.level < Level.L3:
        return None
    if asked.facts["resource.count"] != 1 or asked.facts["resource.shared"] is True:
        return Refused(reason="A rule limits one resource; this touches others.", invariant=5)
    return None


def unpermitted(asked: GateRequest) -> Refused | None:
    """A live permission covers the conduct."""
    if asked.level > Level.L0 and asked.inputs.permission_live:
        return Refused(reason="A live permission covers this.")
    return None


def uncleared(asked: GateRequest) -> Refused | None:
    """What a person cleared does not act alone on that resource until then (invariant 1)."""
    if asked.level is Level.L0:
        return None
    if only_cleared(asked.proposal.case, asked.inputs.claims, asked.inputs, asked.now):
        return Refused(reason="A person cleared this signal on this resource.", invariant=1)
    return None


def below_people(asked: GateRequest) -> Refused | None:
    """A rule may lower, never raise, what a person set on this case (policy.md section 2.4)."""
    by_people = [decision for decision in asked.inputs.decisions if _by_person(decision)]
    last = max(by_people, key=lambda decision: decision.starts, default=None)
    if last is not None and asked.level > last.level:
        return Refused(reason=f"A person decided {last.level.name}; a rule does not go above.")
    return None


def restrained(asked: GateRequest) -> Refused | None:
    """On the word of newcomers alone a customer is written to once a week (A1)."""
    told_at = asked.inputs.told_at
    words = Level.L0 < asked.level < Level.L3
    if words and asked.inputs.newcomers and told_at is not None and told_at > asked.now - WEEK:
        return Refused(
            reason="Nobody who was ever right says it, and the customer was told within the week."
        )
    return None


def closed_breaker(asked: GateRequest) -> Refused | None:
    """The breaker over all automation is closed (invariant 8)."""
    inputs = asked.inputs
    return trip(asked.level, asked.proposal.case.customer, inputs.count, inputs.limits)


def _by_person(decision: Decision) -> bool:
    return decision.author.kind is ActorKind.PERSON


RULES: tuple[Callable[[GateRequest], Refused | None], ...] = (
    frozen,
    ceiling,
    supported,
    borne,
    unprotected,
    single,
    unpermitted,
    uncleared,
    below_people,
    restrained,
    closed_breaker,
)
