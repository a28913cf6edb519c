"""How far a measure may reach and how long it may last (invariants 4, 5 and 6)."""

from datetime import datetime, timedelta
from ipaddress import IPv6Network

from aupkeep.casework.decision_inputs import DecisionInputs
from aupkeep.casework.evidence_level import acting, evidence_level, founding, protects
from aupkeep.casework.incidents import WINDOW
from aupkeep.casework.proposal import Proposal, carried_by
from aupkeep.casework.reach import OwnReach
from aupkeep.model.case import Claim
from aupkeep.model.counted import figure
from aupkeep.model.decision import NARROWING, Refused, Scope
from aupkeep.model.finding import Finding, Role
from aupkeep.model.ladder import (
    CONFIRM,
    NEEDS,
    OUTGOING,
    PROTECTIVE,
    RULE_HOURS,
    SMTP_PORTS,
    Evidence,
    Level,
    Measure,
)
from aupkeep.model.subject import Endpoint

DAY = 24.0
# Longest life in hours by a person's word; a rule's own measure lasts RULE_HOURS at most.
LIFE: dict[Level, float] = {
    Level.L3: 7 * DAY,
    Level.L4: 72.0,
    Level.L5: 14 * DAY,
    Level.L6: 30 * DAY,
    Level.L7: 30 * DAY,
    Level.X: DAY,
}
HOLD = 30 * DAY  # a termination is a hold of 30 days, never shorter (invariant 7)
MOST_RATE = 1 << 40  # bytes per second, as agents take it
LONGEST = 2_000  # characters of a text, as agents take it
TEXTS = ("url", "name", "account", "note", "customer", "resource")
MAIL = "messaging/"
ANYWHERE = (Measure.RECORD, Measure.INFORM, Measure.INFORM_DEADLINE, Measure.OFF_BOARD)


def ends(proposal: Proposal, now: datetime) -> datetime | None:
    """When the measure ends by itself, None for one that restricts nothing.

    A hold before the end of a service lasts on for the days in which a person may end it; an
    off-boarding is until its day.
    """
    if proposal.measure is Measure.OFF_BOARD:
        return proposal.on
    if proposal.level < Level.L3 or proposal.hours is None:
        return None
    confirm = CONFIRM if proposal.measure is Measure.TERMINATE else timedelta()
    return now + timedelta(hours=proposal.hours) + confirm


def life(proposal: Proposal, *, automatic: bool) -> Refused | None:
    """Why the duration is impossible, or None (invariant 6)."""
    return lifetime(proposal.hours, proposal.level, automatic=automatic)


def lifetime(hours: float | None, level: Level, *, automatic: bool) -> Refused | None:
    """Why so many hours of a level are impossible, or None."""
    if level < Level.L3:
        return None
    most = min(RULE_HOURS, LIFE[level]) if automatic else LIFE[level]
    if hours is None or not hours > 0:
        return Refused(
            reason=f"A measure of {level.name} needs an end; none is given.", invariant=6
        )
    if hours > most:
        reason = (
            f"A measure of {level.name} lasts at most {figure(most)} hours, not {figure(hours)}."
        )
        return Refused(reason=reason, invariant=6)
    if level is Level.L7 and hours < HOLD:
        return Refused(reason="A termination is a hold of 30 days, not fewer.", invariant=7)
    return None


def reach(proposal: Proposal, inputs: DecisionInputs, *, automatic: bool) -> Refused | None:
    """Why the scope is blank, somebody else's, or wider than its evidence, or None."""
    case, scope = proposal.case, proposal.scope
    if not (scope.customer.strip() and scope.resource.strip()):
        return Refused(reason="A scope names a customer and a resource; one is blank.", invariant=6)
    if (scope.customer, scope.resource) != (case.customer, case.resource):
        return Refused(reason="The scope names another holder than the case.", invariant=5)
    if proposal.measure in ANYWHERE:
        return None
    shown = _shown_to_a_rule(inputs) if automatic else inputs.claims
    claims = [claim for claim in shown if _speaks(claim, proposal)]
    return _aim(proposal) or _held(scope, inputs) or _narrow(proposal, claims, automatic=automatic)


def _shown_to_a_rule(inputs: DecisionInputs) -> tuple[Claim, ...]:
    """The claims a rule's measure may rest on."""
    return founding(acting(inputs.claims, inputs.trust), inputs.trust)


def borne(proposal: Proposal, inputs: DecisionInputs) -> Refused | None:
    """Why a rule's limit lacks evidence of this very place and time (invariant 5), or None.

    Two sources about one port are one about another; what they said of last month does not help a
    single one of today. What names no port or peer speaks of each.
    """
    if proposal.level < Level.L3:
        return None
    shown = [claim for claim in _shown_to_a_rule(inputs) if _speaks(claim, proposal)]
    there = [claim for claim in shown if _is_there(claim.finding, proposal)]
    last = max((claim.at for claim in there), default=None)
    near = [claim for claim in there if last is not None and claim.at >= last - WINDOW]
    level, needs = evidence_level(near, inputs.trust), max(Evidence.E2, proposal.needs)
    if level >= needs:
        return None
    reason = f"The evidence of just this, within a day, is {level.name}, not {needs.name}."
    return Refused(reason=reason, invariant=5)


def _is_there(finding: Finding, proposal: Proposal) -> bool:
    """Whether a claim is about the place a measure is on; an isolation is on the whole resource."""
    scope, subject, peer = proposal.scope, finding.subject, finding.target or Endpoint()
    if proposal.measure is Measure.ISOLATE:
        return True
    place = scope.network or scope.address
    inside = place is None or subject.address == place
    if isinstance(place, IPv6Network):
        inside = subject.address is not None and subject.address in place
    pairs = ((scope.port, peer.port), (scope.destination, peer.address))
    named = all(None in pair or pair[0] == pair[1] for pair in pairs)
    whole = ((scope.url, subject.url), (scope.name, subject.domain))
    return inside and named and all(wanted in {None, seen} for wanted, seen in whole)


def _aim(proposal: Proposal) -> Refused | None:
    """Why the scope does not say exactly what the measure needs, or None (invariants 5 and 6)."""
    measure, scope = proposal.measure, proposal.scope
    needed = NEEDS.get(measure, ())
    for name in needed:
        if getattr(scope, name) in {None, ""}:
            return Refused(reason=f"{measure} needs its {name}; none is given.", invariant=6)
    for name in NARROWING if needed else ():
        if name not in needed and getattr(scope, name) is not None:
            reason = f"{measure} cannot narrow by {name}; it would touch more than its scope."
            return Refused(reason=reason, invariant=5)
    if unfit := _figures(scope):
        return unfit
    if (scope.source_ports or scope.prefix_length is not None) and measure not in OUTGOING:
        reason = f"{measure} cannot be on ports or an assignment; it would touch more."
        return Refused(reason=reason, invariant=5)
    return None


def _figures(scope: Scope) -> Refused | None:
    """Why a rate or a text is none that an agent takes, or None."""
    if scope.rate is not None and scope.rate <= 0:
        return Refused(reason=f"A rate is above 0, not {scope.rate}.", invariant=6)
    if scope.rate is not None and scope.rate > MOST_RATE:
        reason = f"A rate is at most {MOST_RATE} bytes per second, not {figure(scope.rate)}."
        return Refused(reason=reason, invariant=6)
    long = next((name for name in TEXTS if len(getattr(scope, name) or "") > LONGEST), None)
    if long is None:
        return None
    reason = f"The {long} of a measure has at most {LONGEST} characters; this one has more."
    return Refused(reason=reason, invariant=5)


def _speaks(claim: Claim, proposal: Proposal) -> bool:
    """Whether the claim is evidence for this: against this case's holder, or for protecting it."""
    holder = (claim.held.customer, claim.held.resource)
    ours = (proposal.case.customer, proposal.case.resource)
    if proposal.measure in PROTECTIVE:
        return holder == ours and protects(claim.finding)
    return holder == ours and claim.finding.role is not Role.VICTIM


def _held(scope: Scope, inputs: DecisionInputs) -> Refused | None:
    """Why the address must not be touched now: another may hold it by now (invariant 4)."""
    address = scope.address
    own = next((reach for reach in inputs.reaches if reach.address == address), None)
    if address in inputs.shared_at and not _on_own_ports(scope, own):
        reason = f"Others hold {address} too, on other ports or behind a router; it would hit them."
        return Refused(reason=reason, invariant=5)
    if scope.prefix_length is not None and not _in_own_network(scope, own):
        reason = f"{scope.network} is wider than what this resource is known to hold there alone."
        return Refused(reason=reason, invariant=5)
    moved = sorted(inputs.moved & {scope.url, scope.name})
    if moved:
        return Refused(reason=f"{moved[0]} is another customer's by now.", invariant=4)
    if address is None or any(address in prefix for prefix in inputs.holds_now):
        return None
    return Refused(
        reason=f"{address} is not known to be held by this resource now; another may hold it.",
        invariant=4,
    )


def _on_own_ports(scope: Scope, own: OwnReach | None) -> bool:
    """Whether the measure is on ports of the shared address that are the resource's alone."""
    ports = scope.source_ports
    if ports is None or own is None:
        return False
    return any(mine.first <= ports.first and ports.last <= mine.last for mine in own.ports)


def _in_own_network(scope: Scope, own: OwnReach | None) -> bool:
    """Whether the assignment, or a part of it, is the resource's alone (invariant 5)."""
    network, held = scope.network, own.network if own else None
    if network is None or not isinstance(held, IPv6Network):
        return False
    return network.subnet_of(held)


def _narrow(proposal: Proposal, claims: list[Claim], *, automatic: bool) -> Refused | None:
    """Why the scope exceeds the evidence (invariant 5), or None.

    A person may widen as far as the address the resource holds, and says so in the note; a rule
    may not widen at all. An account that sends mail a person names, and says in the note how they
    know whose it is, where the evidence is of mail and does not name it. Nobody widens to a URL, a
    name or a prefix that is not in evidence.
    """
    scope, findings = proposal.scope, [claim.finding for claim in claims]
    noted = not automatic and bool(scope.note and scope.note.strip())
    if scope.url is not None and scope.url not in {finding.subject.url for finding in findings}:
        return _wider("this URL")
    if scope.name is not None and scope.name not in {
        finding.subject.domain for finding in findings
    }:
        return _wider("this name")
    if unnamed := _account(scope, findings, noted=noted):
        return _wider(unnamed)
    missing = _unseen(proposal, findings)
    if missing and not noted:
        return _wider(missing)
    quiet = not (scope.note and scope.note.strip())
    if proposal.measure is Measure.LIMIT_RATE and quiet:
        reason = "A limit on the whole address must say in its note that it could not go narrower."
        return Refused(reason=reason, invariant=5)
    return None


def _account(scope: Scope, findings: list[Finding], *, noted: bool) -> str | None:
    """What of an account that sends mail no claim shows, in words, or None."""
    if scope.account is None:
        return None
    if not any(map(_mails, findings)):
        return "mail of this resource"
    named = scope.account in {finding.subject.account for finding in findings}
    return None if named or noted else "this account"


def _unseen(proposal: Proposal, findings: list[Finding]) -> str | None:
    """What of address, port and peer no single claim names together, in words, or None."""
    scope = proposal.scope
    if scope.address is None:
        return None if findings else "anything about this resource"
    same = [finding for finding in findings if finding.subject.address == scope.address]
    if not same:
        return "this address"
    if proposal.measure not in PROTECTIVE and all(map(_names_a_page, same)):
        takes = "; a person needs a second person and a note" if proposal.level >= Level.L4 else ""
        return f"more than a page or a name at this address, which may serve others{takes}"
    if proposal.measure is Measure.LIMIT_SMTP and not any(map(_mails, same)):
        return "mail from this address"
    if proposal.measure in PROTECTIVE and scope.protocol not in set(map(carried_by, same)):
        return "this protocol"
    return _unmet(proposal, same)


def _names_a_page(finding: Finding) -> bool:
    """Whether the finding is about a page or a name that the address serves, not the host."""
    return finding.subject.url is not None or finding.subject.domain is not None


def _unmet(proposal: Proposal, findings: list[Finding]) -> str | None:
    """Which peer, by port or address, no claim about the address names, in words, or None."""
    scope, peers = proposal.scope, [finding.target for finding in findings if finding.target]
    if scope.port is not None and not any(
        peer.port == scope.port and peer.protocol in {None, scope.protocol} for peer in peers
    ):
        return "this port"
    if scope.destination is not None and not any(
        peer.address == scope.destination and scope.port in {None, peer.port} for peer in peers
    ):
        return "this destination"
    return None


def _mails(finding: Finding) -> bool:
    """Whether the claim is about sending mail."""
    port = finding.target.port if finding.target else None
    return finding.kind.startswith(MAIL) or port in SMTP_PORTS


def _wider(what: str) -> Refused:
    return Refused(reason=f"No evidence of this case shows {what}.", invariant=5)
