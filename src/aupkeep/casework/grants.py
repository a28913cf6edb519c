"""May this be said or done now: a question put before the grants of an install that listens.

A grant lets through what it names, and nothing else. What is not known lies outside every scope; a
blank rule or target fits nothing but a kind that has none.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_network

from aupkeep.model.grant import ALL, Grant, GrantKind, GrantQuestion, GrantScope, GrantState
from aupkeep.model.holding import Network
from aupkeep.model.moments import show_minute

DAY = timedelta(days=1)  # a ceiling counts the last 24 hours
HUNDRED = 100
SERVES = {  # which kinds of grant allow what is asked
    kind: frozenset({kind, GrantKind.EVERYTHING}) for kind in GrantKind
} | {GrantKind.PEOPLE: frozenset({GrantKind.PEOPLE, GrantKind.ACT, GrantKind.EVERYTHING})}
NO_GRANT = "no grant allows it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting:
    """What a decision may rest on: the grants, how many decisions each had in 24 hours, who it is.

    `tier` and `tags` are the customer's, `targets` what would carry the measure.
    """

    grants: tuple[Grant, ...] = ()
    used: Mapping[str, int] = field(default_factory=dict)  # with all that each took over
    tier: str | None = None
    tags: frozenset[str] = frozenset()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """No grant allows it: why; `person` where a person must decide what a rule may not any more."""

    reason: str
    person: bool = False


def judge(
    grants: Iterable[Grant], used: Mapping[str, int], question: GrantQuestion, now: datetime
) -> Grant | Withheld:
    """The grant that allows it at this moment, the oldest of several; else why none does.

    Looked at in this order; the reason is that of the grant which came furthest:

    * it is of the kind that is asked for, of the rule and of every target;
    * it is live: given, begun, neither over nor revoked;
    * the customer or the addresses lie in its scope;
    * the case is in its share: the same case always is, and stays so in a larger share;
    * its ceiling is not reached in the last 24 hours, by it and what it took the place of.
    """
    furthest, reason = -1, NO_GRANT
    fitting = (grant for grant in grants if grant.kind in SERVES[question.kind])
    for grant in sorted(fitting, key=lambda grant: (grant.granted_at or grant.asked_at, grant.id)):
        stage, why = _first_no(grant, used, question, now)
        if not why:
            return grant
        if stage > furthest:
            furthest, reason = stage, why
    return Withheld(reason=reason, person=furthest == len(CHECKS) - 1)


def in_share(rule: str, case: str, share: int) -> bool:
    """Whether a case is among the so many percent of a rule's; a larger share has the same too."""
    digest = hashlib.sha256(f"{rule}\0{case}".encode()).digest()
    return int.from_bytes(digest[:8]) % HUNDRED < share


def spent(grant: Grant, used: Mapping[str, int]) -> int:
    """How many decisions count towards a grant's ceiling: its own, and what it took over."""
    return used.get(grant.id, 0)


def covers(grant: Grant, question: GrantQuestion) -> bool:
    """Whether whom it is about certainly lies in the grant's scope."""
    if grant.scope is GrantScope.PREFIX:
        net = _network(grant.value)
        return (
            net is not None
            and bool(question.addresses)
            and all(address in net for address in question.addresses)
        )
    if grant.scope is GrantScope.TIER:
        return bool(grant.value) and question.tier == grant.value
    if grant.scope is GrantScope.TAG:
        return bool(grant.value) and grant.value in question.tags
    return True


def _network(text: str) -> Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None


def _first_no(
    grant: Grant, used: Mapping[str, int], question: GrantQuestion, now: datetime
) -> tuple[int, str]:
    """The place of the first condition that says no, and its words; "" where none does."""
    for place, check in enumerate(CHECKS):
        if why := check(grant, used, question, now):
            return place, why
    return len(CHECKS), ""


def _of_rule(
    grant: Grant, _used: Mapping[str, int], question: GrantQuestion, _now: datetime
) -> str:
    """What acts has a grant of its own; a person may do what any rule may."""
    if question.kind is not grant.kind or question.kind not in {GrantKind.ACT, GrantKind.NOTICES}:
        return ""
    named = bool(question.rule) and grant.rule == question.rule
    if named or (grant.rule == ALL and question.kind is GrantKind.NOTICES):
        return ""
    of_person = not question.rule and question.kind is GrantKind.NOTICES
    narrow = of_person and grant.rule
    return f"its grant is for the rule {grant.rule} only" if narrow else NO_GRANT


def _of_target(
    grant: Grant, _used: Mapping[str, int], question: GrantQuestion, _now: datetime
) -> str:
    if question.kind not in {GrantKind.PEOPLE, GrantKind.ACT} or grant.target == ALL:
        return ""
    if question.targets and set(question.targets) == {grant.target}:
        return ""
    named = ", ".join(sorted(set(question.targets))) or "an unknown target"
    return f"its grant is for the target {grant.target}, not {named}"


def _live(grant: Grant, _used: Mapping[str, int], _question: GrantQuestion, now: datetime) -> str:
    words = {
        GrantState.WAITING: "its grant waits for a second person",
        GrantState.COMING: f"its grant begins at {show_minute(grant.starts)}",
        GrantState.ENDED: f"its grant ended at {show_minute(grant.until)}",
        GrantState.REVOKED: "its grant was revoked",
    }
    return words.get(grant.state(now), "")


def _covered(
    grant: Grant, _used: Mapping[str, int], question: GrantQuestion, _now: datetime
) -> str:
    return "" if covers(grant, question) else f"its grant is for {scope_words(grant)} only"


def _shared(grant: Grant, _used: Mapping[str, int], question: GrantQuestion, _now: datetime) -> str:
    if question.kind is not grant.kind or in_share(grant.rule, question.case, grant.share):
        return ""
    return f"its grant takes {grant.share} % of the cases, and not this one"


def _below(grant: Grant, used: Mapping[str, int], question: GrantQuestion, _now: datetime) -> str:
    if grant.ceiling is None or question.kind is not grant.kind or not question.rule:
        return ""  # a ceiling binds no person
    count = spent(grant, used)
    if count < grant.ceiling:
        return ""
    return (
        f"its grant allows {grant.ceiling} in 24 hours, and {count} were done; a person must decide"
    )


CHECKS: tuple[Callable[[Grant, Mapping[str, int], GrantQuestion, datetime], str], ...] = (
    _of_rule,
    _of_target,
    _live,
    _covered,
    _shared,
    _below,
)


def scope_words(grant: Grant) -> str:
    """Whom a grant is about, in words."""
    return "everybody" if grant.scope is GrantScope.ALL else f"{grant.scope} {grant.value}"
