"""Whether two sources report the same observation: same subject, same second, same ports.

Two desks that forward one feed send it to us twice, in their own words and seconds or hours apart.
That is one observation and no second source: a sensor of its own sees an event at another second,
or on another port. For one connection (an address with its own port) times may differ as much as
they are exact, since a forwarder may have rounded them to the minute.

Two sensors under attack all day share a second now and then by chance. So two sources count as one
only where at least half of the claims of one of them have the event of a claim of the other.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from aupkeep.model.case import Claim
from aupkeep.model.finding import Finding

EXACT = 60.0  # ± seconds; a time less exact tells no event from another
MINUTE = 60
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
A_SECOND = 10**6  # microseconds
Matched = dict[int, set[str]]  # other sources by the number of a claim
MOST = 50  # claims about one second or connection that are compared; more are one observation


def same_observers(claims: Sequence[Claim], names: Sequence[str]) -> set[tuple[str, str]]:
    """The pairs of sources that count as one; `names` has the source of each claim."""
    claim_counts = Counter(names)
    shared: Counter[tuple[str, str]] = Counter()
    for number, others in _matched(claims, names).items():
        shared.update((names[number], other) for other in others)
    return {
        (min(pair), max(pair))
        for pair, count in shared.items()
        if 2 * count >= claim_counts[pair[0]]
    }


def _matched(claims: Sequence[Claim], names: Sequence[str]) -> Matched:
    """For each claim, by its number, the other sources with a claim about the same event."""
    near: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, claim in enumerate(claims):
        for moment in _moments(claim.finding):
            near[moment].append(number)
    matched: Matched = defaultdict(set)
    events = [_Event(claim.finding) for claim in claims]
    for group in near.values():
        if len({names[number] for number in group}) > 1:
            compare = _all_one if len(group) > MOST else _pairs
            compare(group, names, events, matched)
    return matched


class _Event:
    """What of a finding is compared, read once: a case may have thousands of claims."""

    __slots__ = ("address", "at", "exact", "own", "port")

    def __init__(self, finding: Finding) -> None:
        target = finding.target
        self.at = None if finding.at is None else (finding.at - EPOCH) // MICROSECOND
        self.exact = finding.exact
        self.own = finding.subject.port
        self.address = target and target.address
        self.port = target and target.port


def _all_one(
    group: Sequence[int], names: Sequence[str], events: Sequence[_Event], matched: Matched
) -> None:
    """Many claims about one second or connection: one observation, without a look at each pair."""
    del events
    first = {names[other] for other in group[:MOST]}
    for number in group:
        matched[number] |= first - {names[number]}


def _pairs(
    group: Sequence[int], names: Sequence[str], events: Sequence[_Event], matched: Matched
) -> None:
    """Each pair of two sources that is not known to match yet."""
    for place, number in enumerate(group):
        for other in group[place + 1 :]:
            mine, theirs = names[number], names[other]
            known = mine in matched[other] and theirs in matched[number]
            if mine != theirs and not known and _alike(events[number], events[other]):
                matched[number].add(theirs)
                matched[other].add(mine)


def _alike(first: _Event, second: _Event) -> bool:
    """Whether two findings of one kind and subject are one observation.

    * both times are the same to the second, or of one connection as near as they are exact;
    * the own port, the attacked address and the attacked port are the same, where both state them.
    """
    if first.at is None or second.at is None:
        return False
    connection = first.own is not None and first.own == second.own
    nearest = max(1.0, first.exact, second.exact) if connection else 1.0
    if abs(first.at - second.at) / A_SECOND >= nearest:
        return False
    return (
        (first.own is None or second.own is None or connection)
        and (first.port is None or second.port is None or first.port == second.port)
        and (first.address is None or second.address is None or first.address == second.address)
    )


def _moments(finding: Finding) -> list[tuple[object, ...]]:
    """Keys of which two claims about the same event share one: of the second, of the connection.

    A connection has two keys, of its minute and of the next, so that two claims less than a minute
    apart share one.
    """
    if finding.at is None or finding.exact > EXACT:
        return []
    subject, second = finding.subject, int(finding.at.timestamp())
    what = subject.url or subject.domain or subject.account or str(subject.address)
    minute = second // MINUTE
    connection = (finding.kind, what, subject.port)
    both = [(*connection, minute), (*connection, minute + 1)] if subject.port else []
    return [(finding.kind, what, second), *both]
