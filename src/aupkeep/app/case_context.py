"""A case with all that a decision about it looks at: loaded once, given to pure functions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Network, ip_network

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.current import (
    CurrentHolders,
    Holder,
    hosts_of,
    networks_of,
    records_of,
    still_held_then,
)
from aupkeep.app.modes import frozen_words, granting, listening
from aupkeep.app.notice_proofs import case_proof
from aupkeep.app.reporters.trust import rules_of
from aupkeep.app.standing_claims import ABOUT_STANDING, standing_of
from aupkeep.app.telemetry.questions.coverage import watching
from aupkeep.casework import breaker
from aupkeep.casework.contested import deciders
from aupkeep.casework.decision_inputs import AppealedCase, DecisionInputs, HeldService
from aupkeep.casework.evidence_level import only_newcomers, own_telemetry
from aupkeep.casework.facts import facts_of
from aupkeep.casework.gate_checks import WEEK
from aupkeep.casework.reach import OwnReach
from aupkeep.casework.termination import standing as standing_termination
from aupkeep.model.case import Case, Claim, Incident
from aupkeep.model.customer import Customer
from aupkeep.model.decision import Decision, Versions
from aupkeep.model.entry import EntryType
from aupkeep.model.facts import Facts
from aupkeep.model.notice import Notice
from aupkeep.model.origin import OriginChannel
from aupkeep.model.subject import Address
from aupkeep.store import (
    actions,
    cases,
    clearances,
    customers,
    decisions,
    holds,
    log,
    notices,
    permissions,
    strikes,
)
from aupkeep.store.log import Logged

HARM_WINDOW = timedelta(minutes=10)  # an event this recent means the harm goes on
ATTRIBUTION = "attribution/1"
ABOUT_CLAIMS = (*ABOUT_STANDING, EntryType.CLAIM_CHECKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContext:
    """A case with everything that deciding about it looks at.

    `standing` are the claims that stand (`standing_claims`): of no other is anybody told as of a
    fact. `supporting` are those of them that still support something: neither contradicted by our
    own flow records, nor by the records of today about somebody else. No rule rests on any other.
    """

    case: Case
    incidents: tuple[Incident, ...]
    claims: tuple[Claim, ...]
    standing: tuple[Claim, ...]
    supporting: tuple[Claim, ...]
    customer: Customer | None
    decisions: tuple[Decision, ...]
    inputs: DecisionInputs
    facts: Facts
    hosts: tuple[Address, ...]  # what records of this moment give to the resource one by one
    networks: tuple[IPv6Network, ...]  # the IPv6 assignments that it holds alone
    at: datetime  # when it was loaded: what stands stands then
    notices: tuple[Notice, ...] = ()

    @property
    def told_claims(self) -> list[Claim]:
        """Of the claims that stand those about the case's customer: what they are told of."""
        return [claim for claim in self.standing if claim.held.customer == self.case.customer]

    @property
    def told_events(self) -> int:
        """How many events the customer is told of: those of the case, less what stands no more."""
        if len(self.standing) == len(self.claims):
            return self.case.events
        return sum(claim.finding.count for claim in self.told_claims)

    @property
    def rule_inputs(self) -> DecisionInputs:
        """What the gate looks at when a rule decides: of the claims those that support."""
        return replace(self.inputs, claims=self.supporting)

    def versions(self, rule: str, policy: str) -> Versions:
        """Who made the newest claim, and by which rule, policy and attribution (invariant 11)."""
        makers = sorted({claim.finding.maker for claim in self.claims if claim.finding.maker})
        return Versions(
            detector=",".join(makers) or "none", rule=rule, policy=policy, attribution=ATTRIBUTION
        )


def load_case_context(context: AppContext, case: Case) -> CaseContext:
    """Load a case with its inputs and its facts as of now."""
    now, claims = context.now(), tuple(cases.claims(case.id))
    logged = log.entries(case.id, types=ABOUT_CLAIMS)
    made_decisions = tuple(decisions.of_case(case.id))
    customer, rules = customers.get(case.customer), rules_of(context, claims)
    holder = case.customer, case.resource
    records = records_of(*holder, now)
    current, hosts = CurrentHolders(context, now, claims, records), hosts_of(records)
    held = _held_addresses(current, hosts, made_decisions, holder)
    sharers = {address: current.sharers(address) for address in held}
    touching = set[tuple[str, str]]().union(*sharers.values())
    standing = standing_of(case.id, claims, logged)
    supporting = _supporting(current, case, standing, logged)
    inputs = DecisionInputs(
        frozen=frozen_words(context) is not None,
        listen=listening(context),
        count=automation_count(now),
        limits=breaker_limits(context),
        claims=standing,
        holds_now=tuple(ip_network(address) for address in held),
        decisions=made_decisions,
        answers=tuple(cases.answers(case.id)),
        clearances=tuple(clearances.live(case.customer, case.resource, now)),
        trust=rules.trust,
        harm_in_progress=_harm(supporting, now, lambda: watching(context.home, now)),
        permission_live=_permitted(case, now),
        shared_at=tuple(address for address in held if len(sharers[address]) > 1),
        reaches=tuple(reach_of(current, address, holder) for address in held),
        moved=current.moved_names(_named(claims, made_decisions), holder),
        resource_count=len(touching) or None,
        resource_shared=len(touching) > 1 if touching else None,
        router=any(record.router for record in records),
        newcomers=only_newcomers(supporting, rules.trust),
        appealed=_appealed_elsewhere(case),
        strikes=strikes.count(case.customer, now, beside=case.id),
        intercepts=context.settings.interception.allowed,
        told_at=decisions.told_at(case.customer, now - WEEK),
        granting=granting(now, customer),
    )
    incidents, sent = tuple(cases.incidents(case.id)), tuple(notices.of_case(case.id))
    inputs = _with_notices(case, inputs, sent, now)
    facts = facts_of(case, incidents, supporting, customer, inputs, now=now, rules=rules)
    return CaseContext(
        case=case,
        incidents=incidents,
        claims=claims,
        standing=standing,
        supporting=supporting,
        customer=customer,
        decisions=made_decisions,
        inputs=inputs,
        facts=facts,
        hosts=tuple(address for address in hosts if address in held),
        networks=tuple(networks_of(current, holder, records)),
        at=now,
        notices=sent,
    )


def _held_addresses(
    current: CurrentHolders,
    hosts: Iterable[Address],
    made: Iterable[Decision],
    holder: tuple[str, str],
) -> list[Address]:
    """Of what claims and decisions name, and records give, what the holder certainly holds now."""
    touched = [decision.scope.address for decision in made if decision.scope.address]
    known = dict.fromkeys([*current.addresses, *hosts, *touched])
    return [address for address in known if current.is_held_by(address, holder)]


def _with_notices(
    case: Case, inputs: DecisionInputs, sent: Sequence[Notice], now: datetime
) -> DecisionInputs:
    """The inputs with what is proven of the case's notices."""
    proof = case_proof(case.id, inputs.answers, sent, now)
    return replace(
        inputs,
        notice_proven_at=proof.proven_at,
        notice_missing=proof.missing,
        held=_held(case, inputs, sent, now),
    )


def _held(
    case: Case, inputs: DecisionInputs, sent: Sequence[Notice], now: datetime
) -> HeldService | None:
    """What is known of the termination that stands in a case."""
    decision = standing_termination(inputs.decisions, now)
    if decision is None:
        return None
    return HeldService(
        proof=case_proof(case.id, inputs.answers, sent, now, decision=decision.id),
        seen=any(action.took_effect for action in actions.of_decision(decision.id)),
        legal_hold=any(
            hold.live(now) for key in (case.id, case.customer) for hold in holds.of(key)
        ),
    )


def _appealed_elsewhere(case: Case) -> tuple[AppealedCase, ...]:
    """The customer's other cases with an open appeal, and who decided in each."""
    names = {answer.case for answer in cases.open_appeals(case.customer)} - {case.id}
    others = [other for name in sorted(names) if (other := cases.get(name))]
    return tuple(
        AppealedCase(
            resource=other.resource,
            deciders=frozenset(
                name for decision in decisions.of_case(other.id) for name in deciders(decision)
            ),
        )
        for other in others
    )


def reach_of(current: CurrentHolders, address: Address, holder: Holder) -> OwnReach:
    """What a resource holds alone around one address, and whom the rest of it would hit."""
    sharers = current.sharers(address)
    names = current.tenants(address)
    others = sorted(_words(other, names.get(other, [])) for other in sharers - {holder})
    shared = len(sharers) > 1
    return OwnReach(
        address=address,
        ports=current.own_ports(address, holder) if shared else (),
        network=None if shared else current.own_assignment(address, holder),
        others=tuple(others),
    )


def _named(claims: Iterable[Claim], decisions: Iterable[Decision]) -> set[str]:
    """Every page and name that claims or decisions of a case name."""
    subjects = [claim.finding.subject for claim in claims]
    scopes = [decision.scope for decision in decisions]
    names = {name for subject in subjects for name in (subject.url, subject.domain)}
    return {name for name in names | {x for s in scopes for x in (s.url, s.name)} if name}


def _words(holder: Holder, names: Sequence[str]) -> str:
    """Somebody who shares an address, with the names they have there."""
    said = " ".join(filter(None, holder))
    return f"{said} ({', '.join(names)})" if names else said


def _supporting(
    current: CurrentHolders, case: Case, claims: tuple[Claim, ...], logged: Sequence[Logged]
) -> tuple[Claim, ...]:
    """Of claims that stand those that our own flow records do not contradict, nor are another's.

    Another's are those that the records of today, with what came late, attribute to somebody else.
    """
    untrue, holder = _contradicted(logged), (case.customer, case.resource)
    return tuple(
        claim
        for claim in claims
        if claim.id not in untrue and still_held_then(current.lookup, claim, holder)
    )


def _contradicted(logged: Iterable[Logged]) -> set[str]:
    """The claims of a case that our own flow records contradict, by the last word on each."""
    checks = (x.entry.payload for x in logged if x.entry.type is EntryType.CLAIM_CHECKED)
    last = {str(said.get("claim")): said.get("answer") for said in checks}
    return {claim for claim, answer in last.items() if answer == "contradicted"}


def _permitted(case: Case, now: datetime) -> bool:
    """Whether a permission covers what the case is about, at this moment."""
    permission = permissions.covering(case.customer, case.resource, case.kind)
    return permission is not None and permission.live(now)


def automation_count(now: datetime) -> breaker.AutomationCount:
    """What rules did alone in the last hour and day; lifted measures count too."""
    return breaker.count(actions.automatic_since(now - breaker.DAY), customers.count(), now)


def _harm(claims: tuple[Claim, ...], now: datetime, watched: Callable[[], bool]) -> bool | None:
    """Whether our own telemetry saw it in the last minutes; None when it does not watch.

    `claims` are those that stand: what was taken back or judged wrong shows no harm.

    A detector tells what goes on again and again, so its silence means that nothing is there, but
    only while exporters are heard: a collector that stands still has seen nothing end.
    """
    against = [claim for claim in claims if own_telemetry([claim])]
    if not against:
        return None
    newest = max(against, key=lambda claim: claim.at)
    if newest.at > now - HARM_WINDOW:
        return True
    return (
        False if newest.finding.source.channel is not OriginChannel.DETECTOR or watched() else None
    )


def breaker_limits(context: AppContext) -> breaker.BreakerLimits:
    """What the settings let automation do before a person must look."""
    chosen = context.settings.deciding
    return breaker.BreakerLimits(
        l3_an_hour=chosen.breaker_l3,
        l4_an_hour=chosen.breaker_l4,
        share_a_day=chosen.breaker_share,
    )
