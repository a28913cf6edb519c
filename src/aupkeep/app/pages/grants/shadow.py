"""What listen mode withheld, rule by rule, beside what the desk did."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.modes import listening, live_steps
from aupkeep.app.notifying.notices import contact_of
from aupkeep.app.pages.grants.page import AGREEING, DeskDid, ListenReport, RuleReport, WithheldCase
from aupkeep.app.policies import policy_in_force
from aupkeep.model.case import Case, CaseState, Outcome
from aupkeep.model.customer import Customer
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.ladder import Level, Measure
from aupkeep.policy.pack import BadPack, PolicyRule, Status
from aupkeep.store import cases, customers, decisions, figures, log

DAYS = 14
MOST = 10_000  # entries that are looked at


def listen_report(context: AppContext, days: int = DAYS) -> ListenReport:
    """What each rule would have done in the last days, and what the desk did, case by case."""
    now = context.now()
    since = now - timedelta(days=days)
    withheld, cut = withheld_cases(context, days)
    by_rule = defaultdict[str, list[WithheldCase]](list)
    for item in withheld:
        by_rule[item.rule].append(item)
    decided = Counter(made.rule for made in figures.by_rules(since, MOST))
    known = _rules(context)
    names = sorted({*by_rule, *known}, key=lambda name: (-len(by_rule[name]), name))
    contacts = {item.customer: item.contact for item in withheld}
    return ListenReport(
        since=since,
        days=days,
        listening=listening(context),
        granted=live_steps(now),
        customers=len(contacts),
        unreachable=sum(not contact for contact in contacts.values()),
        limited=len({item.customer for item in withheld if item.level > Level.L2}),
        rules=tuple(
            _report(name, known.get(name), by_rule[name], decided[name])
            for name in names
            if by_rule[name] or name in known
        ),
        cut=cut,
    )


def withheld_cases(context: AppContext, days: int) -> tuple[list[WithheldCase], bool]:
    """What rules would have done, the newest of each rule and case first; whether it is cut."""
    entries = log.since(EntryType.DECISION_REFUSED, context.now() - timedelta(days=days), MOST)
    newest: dict[tuple[str, str], tuple[datetime, Mapping[str, object]]] = {}
    for case, at, payload in entries:
        if payload.get("withheld") and payload.get("rule") and case:
            newest.setdefault((str(payload["rule"]), case), (at, payload))
    by_id = cases.by_ids({case for _, case in newest})
    made = decisions.of_cases(by_id)
    holders = customers.by_ids({case.customer for case in by_id.values()})
    items = [
        _withheld(by_id[case], payload, at, made.get(case, []), holders)
        for (_, case), (at, payload) in newest.items()
        if case in by_id
    ]
    by_rules = [item for item in items if item is not None]
    return sorted(by_rules, key=lambda item: item.at, reverse=True), len(entries) == MOST


def _withheld(
    case: Case,
    payload: Mapping[str, object],
    at: datetime,
    made: Sequence[Decision],
    holders: Mapping[str, Customer],
) -> WithheldCase | None:
    """None for what a person proposed: the report is about rules."""
    actor = payload.get("actor")
    if not isinstance(actor, Mapping) or actor.get("kind") != "rule":
        return None
    customer = holders.get(case.customer)
    contact = contact_of(customer)
    level, measure = Level[str(payload["level"])], Measure(str(payload["measure"]))
    desk, did = _desk(case, level, measure, made)
    return WithheldCase(
        case=case.id,
        reference=case.reference,
        at=at,
        rule=str(payload["rule"]),
        measure=measure,
        level=level,
        customer=case.customer,
        name=customer.name if customer else case.customer,
        contact=contact.address if contact else "",
        desk=desk,
        did=did,
    )


def _desk(
    case: Case, level: Level, measure: Measure, made: Iterable[Decision]
) -> tuple[DeskDid, str]:
    """What people did in a case, the hardest that they did not lift themselves."""
    if case.outcome is Outcome.NOT_ABUSE:
        return DeskDid.NOT_ABUSE, case.outcome.value
    decided = list(made)
    lifted = {decision.reverses for decision in decided if decision.reverses}
    by_people = [
        decision
        for decision in decided
        if not decision.automatic
        and decision.author.kind == "person"
        and decision.reverses is None
        and decision.id not in lifted
        and decision.level > Level.L0
    ]
    hardest = max(by_people, key=lambda decision: decision.level, default=None)
    if hardest is None:
        closed = case.state is CaseState.CLOSED
        outcome = case.outcome.value if case.outcome else ""
        return (DeskDid.CLOSED, outcome) if closed else (DeskDid.NOTHING, "")
    if hardest.measure is measure or hardest.level == level:
        return DeskDid.SAME, hardest.measure.value
    harder = hardest.level > level
    return DeskDid.HARDER if harder else DeskDid.MILDER, hardest.measure.value


def _report(
    name: str, rule: PolicyRule | None, items: Sequence[WithheldCase], decided: int
) -> RuleReport:
    first = items[0] if items else None
    contacts = {item.customer: item.contact for item in items}
    return RuleReport(
        rule=name,
        title=rule.title if rule else name,
        status=rule.status.value if rule else "gone",
        level=rule.level if rule else first.level if first else Level.L0,
        measure=rule.measure if rule else first.measure if first else Measure.RECORD,
        proposed=len(items),
        decided=decided,
        told=len(contacts),
        limited=len({item.customer for item in items if item.level > Level.L2}),
        unreachable=sum(not contact for contact in contacts.values()),
        desk={did.value: sum(item.desk is did for item in items) for did in DeskDid},
        cases=tuple(items),
        differences=tuple(item for item in items if item.desk not in AGREEING),
    )


def _rules(context: AppContext) -> dict[str, PolicyRule]:
    """The rules of the policy in force that may speak one day; none while it does not load."""
    try:
        pack = policy_in_force(context.home)
    except BadPack:
        return {}
    return {
        rule.id: rule
        for rule in pack.rules
        if rule.status in {Status.LIVE, Status.SHADOW} and rule.level > Level.L0
    }
