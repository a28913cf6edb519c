"""Where two packs differ in what they do: one policy in two languages differs in words alone."""

from collections.abc import Iterator, Mapping

from aupkeep.model.clause import Clause
from aupkeep.policy.pack import Pack, PolicyRule

Acts = Mapping[str, object]


def differences(pack: Pack, other: Pack) -> Iterator[tuple[str, str]]:
    """The rule or clause, and what the other one has: of all that decides anything.

    Titles, reasons, known false positives, names of tests and the texts of clauses are words.
    """
    yield from _unlike("clause", _clauses(pack), _clauses(other))
    yield from _unlike("rule", _rules(pack), _rules(other))
    if [rule.id for rule in pack.rules] != [rule.id for rule in other.rules]:
        yield "rules", "expected the same rules in the same order, found another order"
    yield from _unlike("detector", _detectors(pack), _detectors(other))
    if pack.retention != other.retention:
        yield "retention", "expected the same periods, found others"


def _unlike(
    what: str, mine: Mapping[str, Acts], others: Mapping[str, Acts]
) -> Iterator[tuple[str, str]]:
    for name in sorted({*mine, *others}):
        ours, theirs = mine.get(name), others.get(name)
        if ours is None or theirs is None:
            yield name, f"expected the {what} in both packs, found it in one"
            continue
        for key in ours:
            if ours[key] != theirs[key]:
                yield name, f"{key}: expected {theirs[key]}, found {ours[key]}"


def _clauses(pack: Pack) -> Mapping[str, Acts]:
    return {name: _clause(clause) for name, clause in pack.clauses.items()}


def _clause(clause: Clause) -> Acts:
    return {"standard": clause.standard.value, "anchor": clause.anchor}


def _rules(pack: Pack) -> Mapping[str, Acts]:
    return {rule.id: _rule(rule) for rule in pack.rules}


def _rule(rule: PolicyRule) -> Acts:
    return {
        "clause": rule.clause,
        "status": rule.status.value,
        "when": rule.when.text,
        "unless": rule.unless.text if rule.unless else "none",
        "needs": rule.needs.name,
        "measure": rule.measure.value,
        "scope": rule.scope,
        "hours": rule.hours,
        "notice": rule.notice,
        "owner": rule.owner,
        "false-positives": len(rule.false_positives),
        "tests": [(trial.expect.value, trial.facts.digest()[:12]) for trial in rule.trials],
    }


def _detectors(pack: Pack) -> Mapping[str, Acts]:
    return {name: detector.plain() for name, detector in pack.detectors.items()}
