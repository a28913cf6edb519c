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

from aupkeep.model.case import Claim
from aupkeep.model.finding import Finding

EXACT = 60.0  # ± seconds; a time less exact tells no event from another
MINUTE = 60
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


def _matched(claims: Sequence[Claim], names: Sequence[str]) -> dict[int, set[str]]:
    """For each claim, by its number, the other sources with a claim about the same event."""
    near: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, claim in enumerate(claims):
        for moment in _moments(claim.finding):
            near[moment].append(number)
    matched: dict[int, set[str]] = defaultdict(set)
    for group in near.values():
        if len({names[number] for number in group}) == 1:
            continue
        for number in group:
            matched[number] |= {
                names[other]
                for other in group[:MOST]
                if names[other] != names[number]
                and (len(group) > MOST or same_event(claims[number].finding, claims[other].finding))
            }
    return matched


def same_event(first: Finding, second: Finding) -> bool:
    """Whether two findings of one kind and subject are one observation.

    * both times are the same to the second, or of one connection as near as they are exact;
    * the own port, the attacked address and the attacked port are the same, where both state them.
    """
    if first.at is None or second.at is None:
        return False
    connection = first.subject.port is not None and first.subject.port == second.subject.port
    nearest = max(1.0, first.exact, second.exact) if connection else 1.0
    if abs((first.at - second.at).total_seconds()) >= nearest:
        return False
    return all(
        mine is None or theirs is None or mine == theirs
        for mine, theirs in zip(_ends(first), _ends(second), strict=True)
    )


def _ends(finding: Finding) -> tuple[object, object, object]:
    """The own port, the attacked address and the attacked port."""
    target = finding.target
    return finding.subject.port, target and target.address, target and target.port


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
