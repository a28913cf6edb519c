"""Replaying a decision: the facts as they were, under the policy as it was, and its words again.

Nothing of today is asked: neither the policy in force, nor the breaker, nor the inventory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.policy_versions import adopted_version
from aupkeep.app.notifying.statements import LANGUAGES, explained
from aupkeep.casework.grants import Withheld, judge
from aupkeep.model.action import Limiting
from aupkeep.model.decision import Decision
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.notice import Notice
from aupkeep.model.ruling import Ruling
from aupkeep.model.statement import Statement
from aupkeep.notify.fact_record import load_facts
from aupkeep.notify.phrases import notice_language
from aupkeep.notify.render import render
from aupkeep.notify.statement_words import statement_text
from aupkeep.policy import engine
from aupkeep.store import actions, decisions, grants, notices, retention, statements

FIELDS = ("measure", "level", "starts", "ends", "standard", "evidence", "reverses")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedNotice:
    """Whether a notice's words come out again; None where its facts were not kept."""

    notice: str
    kind: str
    language: str
    same: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedDecision:
    """Whether a decision comes out again: `same` is None where nothing of it can be repeated.

    `ruling` is about the rule that the gate let through, None for a person or a lift; `statement`
    about the reasons kept with the decision, None for one of an older version. `words` is
    the explanation by language, empty without a statement. `granted` says whether the grant that
    let it through while the install listened did so by its words of then, None where none was.
    """

    decision: str
    rule: str
    policy: str
    facts: str
    same: bool | None
    differs: tuple[str, ...]
    why: str
    ruling: bool | None = None
    statement: bool | None = None
    notices: tuple[ReplayedNotice, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    grant: str | None = None
    granted: bool | None = None


def replay_decision(context: AppContext, decision_id: str) -> ReplayedDecision:
    """Whether the stored facts under the recorded policy still lead to the same ruling and words.

    Raises `Missing` for an unknown decision, or a policy version this journal does not hold, and
    `Erased` with the rule for a decision that retention took.
    """
    del context
    decision = decisions.get(decision_id)
    if decision is None:
        retention.refuse_erased("decision", decision_id)
        raise Missing(f"decision: expected a known id, found {decision_id[:60]!r}")
    by_rule = decision.automatic and decision.reverses is None
    ruling = _ruling_differences(decision) if by_rule else ()
    stated = statements.get(decision.id)
    statement = _statement_differences(decision, stated) if stated else ()
    replayed = tuple(
        _replay_notice(notice)
        for notice in notices.of_case(decision.case)
        if notice.decision == decision.id
    )
    words = tuple(f"words of the {x.kind} notice" for x in replayed if x.same is False)
    granted = _grant_differences(decision)
    differs = (*ruling, *statement, *words, *granted)
    repeated = by_rule or stated is not None
    return ReplayedDecision(
        decision=decision.id,
        rule=decision.versions.rule,
        policy=decision.versions.policy,
        facts=decision.facts.digest(),
        same=not differs if repeated else None,
        differs=differs,
        why=_why(decision, differs, by_rule=by_rule, repeated=repeated),
        ruling=not ruling if by_rule else None,
        statement=not statement if stated else None,
        notices=replayed,
        words=_words(stated) if stated else {},
        grant=decision.under.grant if decision.under else None,
        granted=not granted if decision.under else None,
    )


def _words(stated: Statement) -> dict[str, str]:
    """The reasons as they were given: what a driver that only records took would be."""
    enforced = any(action.enforced for action in actions.of_decision(stated.id))
    limiting = Limiting.NOW if enforced else Limiting.NOT
    return {name: statement_text(stated, name, limiting) for name in LANGUAGES}


def _why(decision: Decision, differs: tuple[str, ...], *, by_rule: bool, repeated: bool) -> str:
    if differs:
        return "the ruling or its words differ"
    if by_rule:
        return "the same facts lead to the same ruling"
    if not repeated:
        return "a person decided; no rule did, and no reasons were kept with it"
    what = "a lift" if decision.reverses else "a person's decision"
    return f"{what}: the same record leads to the same words"


def _grant_differences(decision: Decision) -> tuple[str, ...]:
    """Why its grant would not have let it through then; what became of the grant since is no why.

    What was asked of the grant, and how many it had had, were kept with the decision.
    """
    under = decision.under
    if under is None:
        return ()
    grant = grants.get(under.grant)
    if grant is None:
        return (f"grant {under.grant} is not there",)
    answer = judge([grant], {grant.id: under.before}, under.question, decision.starts)
    return (f"grant: {answer.reason}",) if isinstance(answer, Withheld) else ()


def _ruling_differences(decision: Decision) -> tuple[str, ...]:
    """Each part of the ruling that comes out otherwise.

    A stricter rule may have matched too, which the gate refused: what counts is the rule whose
    ruling it let through.
    """
    pack = adopted_version(decision.versions.policy)
    rulings = engine.rulings(pack, decision.facts)
    if decision.under is not None:  # a rule in shadow may have a grant of its own
        rulings += engine.shadows(pack, decision.facts)
    rule = decision.versions.rule
    ruling: Ruling | None = next((item for item in rulings if item.rule == rule), None)
    if ruling is None:
        return (f"rule {rule} does not speak",)
    pairs = {
        "clause": (ruling.clause, decision.clause),
        "measure": (ruling.measure, decision.measure),
        "level": (ruling.level, decision.level),
        "trace": (ruling.trace, decision.trace),
    }
    return tuple(
        f"{name}: expected {then}, found {now}" if name != "trace" else "trace"
        for name, (now, then) in pairs.items()
        if now != then
    )


def _statement_differences(decision: Decision, stated: Statement) -> tuple[str, ...]:
    """Each part of the reasons that the decision does not bear out."""
    clause = stated.clause
    pairs = {
        **{name: (getattr(decision, name), getattr(stated, name)) for name in FIELDS},
        "author": (decision.automatic, stated.automated_decision),
        "clause": (decision.clause, clause.id),
        "clause text": (decision.clause_text, clause.text),
        "document": (decision.document, clause.document),
        "document version": (decision.document_version, clause.version),
        "rule": (decision.versions.rule, stated.rule),
        "policy": (decision.versions.policy, stated.policy),
        "conditions": (explained(decision), dict(stated.why)),
    }
    return tuple(f"statement: {name}" for name, (then, said) in pairs.items() if then != said)


def _replay_notice(notice: Notice) -> ReplayedNotice:
    """The notice's words from the facts kept with it."""
    same: bool | None = None
    language = notice_language(notice.language)
    if notice.facts:
        try:
            words = render(notice.kind, language, load_facts(notice.kind, notice.facts))
            same = (words.title, words.text) == (notice.title, notice.text)
        except Invalid:  # this version's words need other facts
            same = None
    return ReplayedNotice(notice=notice.id, kind=notice.kind.value, language=language, same=same)
