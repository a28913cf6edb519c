"""The pack in force, and what each of its rules did lately."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.policy.page import ClauseRecord, PolicyPage, PolicyRecord, RuleRecord
from aupkeep.app.policies import policy_in_force
from aupkeep.app.policy_documents import list_documents
from aupkeep.model.entry import EntryType
from aupkeep.policy.pack import BadPack, Pack, PolicyRule, Status
from aupkeep.policy.sentence import say
from aupkeep.store import cases, figures, log, policies

DAYS = 30
MOST = 10_000  # decisions, and refusals, that are looked at
NEWEST = 5  # cases named of a rule


@dataclass(slots=True)
class RuleActivity:
    """What one rule did: how often it decided and was held, and its newest cases by id."""

    decided: int = 0
    held: int = 0
    last_at: datetime | None = None
    cases: dict[str, None] = field(default_factory=dict)

    def add(self, case: str, at: datetime, *, decided: bool) -> None:
        """Count one."""
        self.decided += decided
        self.held += not decided
        self.last_at = max(at, self.last_at or at)
        if len(self.cases) < NEWEST:
            self.cases[case] = None


def policy_record(context: AppContext, language: str = "en") -> PolicyRecord:
    """The pack in force with its rules as sentences in a language."""
    adopted = policies.adopted()
    try:
        pack = policy_in_force(context.home)
    except BadPack as error:
        return PolicyRecord(
            pack="", title="", digest="", adopted_at=None, trouble=str(error), days=DAYS,
            documents=(), clauses=(), cut=False,
        )  # fmt: skip
    did, cut = _activity(context)
    names = cases.references(case for activity in did.values() for case in activity.cases)
    in_force = adopted is not None and adopted.digest == pack.digest
    return PolicyRecord(
        pack=pack.id,
        title=pack.title,
        digest=pack.digest,
        adopted_at=adopted.adopted_at if adopted and in_force else None,
        trouble="",
        days=DAYS,
        documents=tuple(list_documents(context)),
        clauses=tuple(_clauses(pack, did, names, language)),
        cut=cut,
    )


def policy_page(context: AppContext, person: Person) -> PolicyPage:
    """The page."""
    record = policy_record(context, person.language)
    rules = [rule for clause in record.clauses for rule in clause.rules]
    return PolicyPage(
        header=page_header(context, person),
        policy=record,
        rules=len(rules),
        live=sum(rule.status == Status.LIVE for rule in rules),
        shadow=sum(rule.status == Status.SHADOW for rule in rules),
    )


def _activity(context: AppContext) -> tuple[dict[str, RuleActivity], bool]:
    """What each rule did in the last days, by its id; whether there was more than was counted."""
    since = context.now() - timedelta(days=DAYS)
    did: dict[str, RuleActivity] = defaultdict(RuleActivity)
    decided = figures.by_rules(since, MOST)
    refused = log.since(EntryType.DECISION_REFUSED, since, MOST)
    for decision in decided:
        did[decision.rule].add(decision.case, decision.at, decided=True)
    for case, at, payload in refused:
        if payload.get("rule") and case:
            did[str(payload["rule"])].add(case, at, decided=False)
    return did, MOST in (len(decided), len(refused))


def _clauses(
    pack: Pack, did: dict[str, RuleActivity], names: dict[str, str], language: str
) -> Iterable[ClauseRecord]:
    for clause in pack.clauses.values():
        rules = [rule for rule in pack.rules if rule.clause == clause.id]
        yield ClauseRecord(
            clause=clause.id,
            title=clause.title,
            text=clause.text,
            document=clause.document,
            version=clause.version,
            anchor=clause.anchor,
            standard=clause.standard,
            rules=tuple(
                _rule(rule, did.get(rule.id, RuleActivity()), names, language) for rule in rules
            ),
        )


def _rule(rule: PolicyRule, did: RuleActivity, names: dict[str, str], language: str) -> RuleRecord:
    return RuleRecord(
        rule=rule.id,
        title=rule.title,
        clause=rule.clause,
        status=rule.status.value,
        level=rule.level,
        measure=rule.measure,
        evidence=rule.needs,
        needs=say(rule.met, language),
        when=say(rule.when, language),
        unless=say(rule.unless, language) if rule.unless else "",
        hours=rule.hours,
        owner=rule.owner,
        false_positives=rule.false_positives,
        digest=rule.digest,
        decided=did.decided,
        held=did.held,
        last_at=did.last_at,
        cases=tuple(names[case] for case in did.cases if case in names),
    )
