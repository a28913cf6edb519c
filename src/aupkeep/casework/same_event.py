"""Whether two sources tell of the same observed events: same subject, second and ends.

A feed that two desks pass on reaches us twice, in words of their own and seconds or hours apart.
What each of them tells is then one observation: whoever saw another event saw it at another
second, or on another port. Of one connection (an address with its own port) a time that is stated
to the minute is near enough, since who passes it on may have rounded it.

Two sensors that an attack hits all day share a second by chance now and then. So two sources are
one only where at least half of what one of them tells is told by the other too.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from aupkeep.model.case import Claim
from aupkeep.model.finding import Finding

EXACT = 60.0  # ± seconds; a time less exact tells no event from another
MINUTE = 60
MOST = 50  # claims about one second or connection that are compared; more are one observation


def same_observers(claims: Sequence[Claim], names: Sequence[str]) -> set[tuple[str, str]]:
    """The pairs of sources that tell of the same events; `names` says whose each claim is.

    At least half of the claims of one of them have the event of one of the other's.
    """
    told = Counter(names)
    shared: Counter[tuple[str, str]] = Counter()
    for number, others in _matched(claims, names).items():
        shared.update((names[number], other) for other in others)
    return {(min(pair), max(pair)) for pair, count in shared.items() if 2 * count >= told[pair[0]]}


def _matched(claims: Sequence[Claim], names: Sequence[str]) -> dict[int, set[str]]:
    """For each claim the other sources that tell of its event."""
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


def same_event(one: Finding, other: Finding) -> bool:
    """Whether two findings of one kind and subject are one observation.

    * both times are the same to the second, or of one connection as near as they are exact;
    * the own port, the attacked address and the attacked port are the same, where both state them.
    """
    if one.at is None or other.at is None:
        return False
    connection = one.subject.port is not None and one.subject.port == other.subject.port
    nearest = max(1.0, one.exact, other.exact) if connection else 1.0
    if abs((one.at - other.at).total_seconds()) >= nearest:
        return False
    return all(
        mine is None or theirs is None or mine == theirs
        for mine, theirs in zip(_ends(one), _ends(other), strict=True)
    )


def _ends(finding: Finding) -> tuple[object, object, object]:
    """The own port, the attacked address and the attacked port."""
    target = finding.target
    return finding.subject.port, target and target.address, target and target.port


def _moments(finding: Finding) -> list[tuple[object, ...]]:
    """What claims about the same event share: kind, subject, and the second or the connection.

    Of a connection each claim has two minutes, so that any two within one share one of them.
    """
    if finding.at is None or finding.exact > EXACT:
        return []
    subject, second = finding.subject, int(finding.at.timestamp())
    what = subject.url or subject.domain or subject.account or str(subject.address)
    minute = second // MINUTE
    connection = (finding.kind, what, subject.port)
    both = [(*connection, minute), (*connection, minute + 1)] if subject.port else []
    return [(finding.kind, what, second), *both]
