"""Statements of reasons: made with the decision, kept beside it, never made again."""

from dataclasses import replace
from datetime import date, datetime

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.notifying.evidence_lines import shown_reasons, shown_scope, shown_subject
from aupkeep.app.notifying.notices import zone_of
from aupkeep.app.policy_documents import act_of, stated_clause_of
from aupkeep.casework import deadlines as casework
from aupkeep.casework.statement import stated_acceptance, statement_of
from aupkeep.model.action import Action, limiting_at
from aupkeep.model.customer import Customer
from aupkeep.model.decision import Decision
from aupkeep.model.errors import Missing
from aupkeep.model.ladder import Measure
from aupkeep.model.statement import Statement, WordedStatement
from aupkeep.notify.phrases import Language, activity, notice_language
from aupkeep.notify.statement_words import label, state_words, statement_text, title, worded
from aupkeep.policy.explain import met_conditions
from aupkeep.store import acceptances, actions, retention, statements

LANGUAGES: tuple[Language, ...] = ("en", "nb")


def statement_for(about: CaseContext, decision: Decision) -> Statement:
    """The statement kept with a decision; made now for a decision of an older version."""
    return statements.get(decision.id) or make_statement(about, decision)


def make_statement(
    about: CaseContext, decision: Decision, deadline: datetime | None = None
) -> Statement:
    """The statement of a decision that is being made, with the deadline that it sets."""
    clause, digest = stated_clause_of(decision, about)
    supporting = [x for x in about.supporting if x.held.customer == about.case.customer]
    claims = supporting or about.told_claims
    scope = shown_scope(decision.scope, claims, "en")
    made = statement_of(
        decision,
        about.case,
        claims,
        clause=clause,
        why=explained(decision),
        reasons="" if decision.automatic else shown_reasons(decision.reasons, about.claims),
        acceptance=stated_acceptance(
            acceptances.of_customer(about.case.customer), clause, act_of(about), digest
        ),
        deadline=deadline or about.case.deadline_at,
    )
    subject = shown_subject(claims) or about.case.resource
    return replace(made, scope=scope, facts=replace(made.facts, subject=subject))


def show_statement(decision: str, language: str = "en") -> tuple[list[str], WordedStatement]:
    """The statement of a decision as lines of text and for a program. Raises `Missing`."""
    statement = statements.get(decision)
    if statement is None:
        retention.refuse_erased("statement", decision)
        raise Missing(f"statement: expected a decision with one, found {decision[:60]!r}")
    speaks = notice_language(language)
    carried = actions.of_decision(statement.id)
    text = statement_text(statement, speaks, limiting_at(statement.scope, carried))
    lines = [title(speaks), "", *text.splitlines()]
    if carried:
        lines += [
            "",
            f"{label('state', speaks)}: {state_words(carried, speaks)}",
        ]
    return lines, worded(statement, carried)


def case_statements(case: str) -> list[WordedStatement]:
    """Every statement of a case, by its id, for a program; in the order of the decisions."""
    carried = actions_by_decision(case)
    return [worded(item, carried.get(item.id, [])) for item in statements.of_case(case)]


def actions_by_decision(case: str) -> dict[str, list[Action]]:
    """What carries a case's measures, by decision."""
    by_decision: dict[str, list[Action]] = {}
    for action in actions.of_case(case):
        by_decision.setdefault(action.decision, []).append(action)
    return by_decision


def explained(decision: Decision) -> dict[str, tuple[str, ...]]:
    """Why the facts meet the clause, by language: each condition of the rule that was met."""
    return {
        language: met_conditions(decision.trace, decision.versions.rule, language, _activity)
        for language in LANGUAGES
    }


def deadline_of(
    context: AppContext, about: CaseContext, decision: Decision, since: datetime
) -> tuple[datetime | None, tuple[date, ...]]:
    """Until when the customer is asked to answer, where a notice tells of it at a moment.

    The days are those that are not counted in it.
    """
    if decision.measure is not Measure.INFORM_DEADLINE:
        return about.case.deadline_at, ()
    return counted(context, about.case.kind, since, about.customer, decision.answer_hours)


def answer_deadline(
    context: AppContext, about: CaseContext, decision: Decision, since: datetime
) -> datetime | None:
    """Until when a decision asks for an answer that is told of at a moment."""
    return counted(context, about.case.kind, since, about.customer, decision.answer_hours)[0]


def counted(
    context: AppContext,
    kind: str,
    since: datetime,
    customer: Customer | None,
    hours: float | None = None,
) -> tuple[datetime | None, tuple[date, ...]]:
    """The deadline, and the days on which the office is closed that are not counted in it.

    Days begin and end where the customer is. `hours` are a decision's own.
    """
    closed = context.settings.office.is_closed
    return casework.answer_deadline(kind, since, closed, zone_of(context, customer), hours=hours)


def _activity(kind: str, language: str) -> str:
    return activity(kind, notice_language(language))
