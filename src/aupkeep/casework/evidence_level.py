"""Evidence levels, computed: who claims it, how independent they are, what could be forged."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.casework.same_event import same_observers
from aupkeep.model.case import Claim
from aupkeep.model.finding import Finding, Mode, Role
from aupkeep.model.ladder import Evidence
from aupkeep.model.origin import OWN, Origin, OriginChannel, parse_origin
from aupkeep.model.taxonomy import PROTECTION

PROVEN = frozenset({OriginChannel.MAIL, OriginChannel.FORM, OriginChannel.API})  # who reports
CHOSEN = OWN | {OriginChannel.API}  # whom the operator let in by name: no newcomers
TWO = 2  # independent sources
FROM = "from:"  # the mark that holds the key of who makes a claim

# A sender address that one packet carries can be forged: SYN scans "from" Tor relays (2024) and
# reflected floods blame whoever the attacker names. A login needs a handshake, which cannot.
SPOOFABLE = frozenset(
    {
        "connection/ddos",
        "connection/port_scan",
        "connection/reconnaissance",
        "protection/inbound_ddos",
    }
)
TOLD_ONLY = frozenset({Mode.OBSERVE, Mode.NOTIFY})  # modes in which no measure rests on a claim
AWAITS = "awaits_complaint"  # the detail of a finding on which rules act once somebody complains
MESSAGES = "messaging/"
ONE_WAY = "udp"  # and any kind of connection over it
SECOND_LEVEL = re.compile(r"(?:co|com|net|org|ac|edu|gov|gob|gv|or|ne|go|nom|id)\.[a-z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What is known about the sources of claims.

    Sources stand here as their texts. `known` lists those, such as feeds, that are neither mail
    nor token and believed. `origin` maps a source to the upstream whose feed it passes on.
    `doubted` are keys of sources whose word moves nothing: in the slow lane or suspended.
    `confirmed` are keys of which a claim was once confirmed, None where the desk does not ask.
    """

    known: Collection[str] = ()
    origin: Mapping[str, str] = field(default_factory=dict)
    doubted: Collection[str] = ()
    confirmed: Collection[str] | None = None


BELIEVING = Trust()


def organisation(source: Origin) -> str:
    """The one organisation behind a source: for a domain its registered name, by mail or form.

    Two labels of the domain, three below a second level such as `co.uk`. A shorter name than the
    true one only ever merges sources, which lowers evidence and never raises it.

    >>> organisation(Origin(OriginChannel.MAIL, "abuse.reporter.example"))
    'mail:reporter.example'
    """
    if not source.names_domain or not source.proven:
        return str(source)
    labels = source.identity.casefold().rstrip(".").split(".")
    keep = 3 if SECOND_LEVEL.fullmatch(".".join(labels[-2:])) else 2
    return f"mail:{'.'.join(labels[-keep:])}"


def spoofable(finding: Finding) -> bool:
    """Whether the claim rests on packets whose sender anybody could have written."""
    protocol = finding.target.protocol if finding.target else None
    return finding.kind in SPOOFABLE or (
        finding.kind.startswith("connection/") and protocol == ONE_WAY
    )


def mode_of(finding: Finding) -> Mode:
    """How far a claim goes by itself: as its detector's mode says, a report as far as rules may.

    Flows whose sampling rate nobody knows are worth a word and no more, whatever mode they bring.
    """
    mode = finding.mode or Mode.ACT
    return Mode.NOTIFY if finding.rate_unknown and mode not in TOLD_ONLY else mode


def protects(finding: Finding) -> bool:
    """Whether a claim asks for protection: one of ours is attacked, and our detectors measured it.

    * Its kind is one of protection, and the subject is the victim.
    * A detector of ours says it, in a mode in which a person is asked or a rule may act.
    * The sampling rate of the flows is known.
    """
    asked = finding.mode is not None and mode_of(finding) not in TOLD_ONLY
    return asked and finding.role is Role.VICTIM and finding.kind.startswith(PROTECTION)


def joins(finding: Finding) -> bool:
    """Whether a claim belongs on a case: against its holder, or to protect it, never both."""
    if finding.kind.startswith(PROTECTION):
        return protects(finding)
    return finding.role is not Role.VICTIM


def proposing(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The claims a measure may be proposed on: where there are any, those a rule may act on."""
    known = tuple(claims)
    return acting(known) or tuple(claim for claim in known if _bears(claim))


def acting(claims: Iterable[Claim], trust: Trust = BELIEVING) -> tuple[Claim, ...]:
    """The claims a rule may act on: all but those of detectors that only tell or propose.

    Flows do not show whether mail was wanted. A burst of mail that our own detector proposes on is
    acted upon once a source outside says so too: a complaint, a list, a spam trap.
    """
    known = tuple(claims)
    outside = any(_complains(claim, trust) for claim in known)
    return tuple(
        claim
        for claim in known
        if mode_of(claim.finding) is Mode.ACT or (outside and _awaits_complaint(claim.finding))
    )


def founding(claims: Iterable[Claim], trust: Trust = BELIEVING) -> tuple[Claim, ...]:
    """The claims that a rule reads and aims by: of credible sources, with more than words.

    What an unproven sender or a doubted source adds says neither that it goes on, nor where. Where
    nobody credible says anything, all of them; no rule acts on those.
    """
    known = tuple(claims)
    return tuple(claim for claim in known if _weighs(claim) and credible(claim, trust)) or known


def last_seen(claims: Iterable[Claim]) -> datetime | None:
    """When the harm was seen last, by what a measure may rest on where anything is of that kind."""
    known = tuple(claims)
    return max((x.at for x in [x for x in known if _bears(x)] or known), default=None)


def _awaits_complaint(finding: Finding) -> bool:
    """Whether a detector of ours saw mail that a rule may act on once somebody complains of it."""
    asked = finding.source.own and mode_of(finding) is Mode.PROPOSE
    return asked and finding.kind.startswith(MESSAGES) and AWAITS in finding.details


def _complains(claim: Claim, trust: Trust) -> bool:
    """Whether a credible source outside says that the holder's mail was not wanted."""
    finding = claim.finding
    said = not finding.source.own and finding.role is Role.OFFENDER
    return said and finding.kind.startswith(MESSAGES) and bool(sources((claim,), trust))


def own_telemetry(claims: Iterable[Claim]) -> bool:
    """Whether our own detectors or flow records saw it, in a mode that measures may rest on."""
    return any(_counts(claim) and _bears(claim) and claim.finding.source.own for claim in claims)


def sources(claims: Iterable[Claim], trust: Trust = BELIEVING) -> tuple[str, ...]:
    """The distinct independent sources of the claims, sorted; unproven senders are none.

    Two claims are of one source when they share any of these, also by way of a third:

    * the organisation of the proven sender, or the feed it passes on (`trust.origin`);
    * a mark: the line of log both quote, a message inside both, who signed, who told the API;
    * the events that they observed (`same_event`): two resellers of one feed saw nothing twice;
    * nobody behind either was ever right, where the desk asks for that (`trust.confirmed`): a
      thousand names made up today are one voice.

    What rests on words alone makes nobody a source: a sentence may deny, ask or quote what it says.
    Sharing only ever merges, so a mark somebody made up lowers evidence and never raises it. Who
    is doubted is no source and still ties others together; who is not proven does neither.
    """
    proven = [claim for claim in claims if _weighs(claim) and _proven(claim, trust)]
    names = [_name(claim, trust) for claim in proven]
    same = [frozenset({f" {first}", f" {other}"}) for first, other in same_observers(proven, names)]
    bonds = [_bonds(claim, trust) for claim in proven]
    groups = [group for group in _groups([*bonds, *same]) if group]
    known = {min(group) for group in groups if not _new(group)}
    new = sorted(name for group in groups if _new(group) for name in group)
    return tuple(sorted({name.strip() for name in (*known, *new[:1])}))


def evidence_level(claims: Iterable[Claim], trust: Trust = BELIEVING) -> Evidence:
    """How well the claims are supported: E0, E1 or E2; people alone reason further.

    * E2: our own telemetry saw it, alone or beside reports;
    * E2: two independent sources make claims that cannot rest on forged packets;
    * E1: at least one credible source;
    * E0: unauthenticated senders only, however many, or such as the desk has in the slow lane;
      claims about a victim count for nothing, unless they ask for its protection;
    * E0: what rests on words alone, without log line, table, header or container;
    * a detector that only tells, or that saw flows of an unknown sampling rate, never makes E2.
    """
    counted = [claim for claim in claims if _counts(claim)]
    if own_telemetry(counted):
        return Evidence.E2
    believed = [claim for claim in counted if _weighs(claim) and credible(claim, trust)]
    solid = [claim for claim in counted if _bears(claim) and not spoofable(claim.finding)]
    if len({_name(claim, trust) for claim in believed}) >= TWO <= len(sources(solid, trust)):
        return Evidence.E2
    return Evidence.E1 if believed else Evidence.E0


def credible(claim: Claim, trust: Trust = BELIEVING) -> bool:
    """Whether we know who says it, and take their word."""
    return _proven(claim, trust) and claimant(claim) not in trust.doubted


def _proven(claim: Claim, trust: Trust) -> bool:
    """Whether we know who says it."""
    source = claim.finding.source
    known = source.own or source.channel in PROVEN or str(source) in trust.known
    return known and source.proven


def newcomer(claim: Claim, trust: Trust) -> bool:
    """Whether nothing this source claimed was ever confirmed, where the desk asks for that."""
    source = claim.finding.source
    if trust.confirmed is None or source.channel in CHOSEN or str(source) in trust.known:
        return False
    return claimant(claim) not in trust.confirmed


def only_newcomers(claims: Iterable[Claim], trust: Trust) -> bool:
    """Whether everybody whose word counts here is a newcomer; False where nobody's does."""
    believed = [claim for claim in claims if _counts(claim) and credible(claim, trust)]
    return bool(believed) and all(newcomer(claim, trust) for claim in believed)


def claimant(claim: Claim) -> str:
    """The key of who makes the claim (`model.source`): its mark, else the finding's source."""
    mark = next((mark for mark in claim.marks if mark.startswith(FROM)), "")
    return mark.removeprefix(FROM) or str(claim.finding.source)


def _bonds(claim: Claim, trust: Trust) -> frozenset[str]:
    """Everything that ties a claim to others, each tie with a blank in front, and its name.

    A newcomer's name has a blank behind it.
    """
    name = _name(claim, trust)
    ties = {f" {name}", *(f" {mark}" for mark in claim.marks)}
    if credible(claim, trust):
        ties.add(f"{name} " if newcomer(claim, trust) else name)
    return frozenset(ties)


def _name(claim: Claim, trust: Trust) -> str:
    """The organisation behind a claim, or the feed that it passes on."""
    source = claim.finding.source
    origin_key = trust.origin.get(str(source))
    return organisation(parse_origin(origin_key) if origin_key else source)


def _new(names: Collection[str]) -> bool:
    """Whether nobody of a group was ever right."""
    return all(name.endswith(" ") for name in names)


def _groups(bonds: Iterable[frozenset[str]]) -> list[set[str]]:
    """The names of sources in each group of claims that are tied together.

    Union-find with halved paths: near linear in the number of ties (Tarjan and van Leeuwen, 1984).
    """
    parent: dict[str, str] = {}

    def root(tie: str) -> str:
        parent.setdefault(tie, tie)
        while parent[tie] != tie:
            parent[tie] = parent[parent[tie]]
            tie = parent[tie]
        return tie

    for ties in set(bonds):
        first = min(ties)
        for tie in ties:
            parent[root(tie)] = root(first)
    groups: dict[str, set[str]] = {}
    for tie in parent:
        names = groups.setdefault(root(tie), set())
        if not tie.startswith(" "):
            names.add(tie)
    return list(groups.values())


def _counts(claim: Claim) -> bool:
    """A claim that its subject was attacked is no evidence against the subject (invariant 10).

    What our detectors measured of an attack is evidence for protecting it, on a case of its own.
    """
    return claim.finding.role is not Role.VICTIM or protects(claim.finding)


def _weighs(claim: Claim) -> bool:
    """A claim that counts and shows more than somebody's sentence."""
    return _counts(claim) and not claim.finding.words_alone


def _bears(claim: Claim) -> bool:
    """Whether a measure may rest on the claim."""
    return mode_of(claim.finding) not in TOLD_ONLY
