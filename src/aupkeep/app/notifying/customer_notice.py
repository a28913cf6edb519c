"""Notices to the accused or attacked customer: of a decision, and of a lifted measure."""

from dataclasses import replace

from aupkeep.app.case_context import CaseContext
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.app.notifying.digest import gather, withdraw_gathered
from aupkeep.app.notifying.evidence_lines import (
    ended_at,
    is_own_measurement,
    secrets_of_claims,
    shown_lines,
    shown_scope,
    shown_subject,
)
from aupkeep.app.notifying.mail_way import ChosenWay, mail_way
from aupkeep.app.notifying.notices import (
    add_notice,
    add_written,
    contact_of,
    customer_link,
    failed_addresses,
    language_of,
    make_notice,
    provider_facts,
    suppression_reason,
    zone_of,
)
from aupkeep.app.notifying.statements import deadline_of, explained, statement_for
from aupkeep.casework.proposal import protection
from aupkeep.casework.statement import restricts
from aupkeep.model.action import Action, ActionState, Limiting, limiting
from aupkeep.model.actor import OVERDUE, SYSTEM
from aupkeep.model.case import Case, Outcome
from aupkeep.model.customer import Customer
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.ladder import PROTECTIVE
from aupkeep.model.notice import NO_MAIL, NoticeKind, Party
from aupkeep.model.statement import Statement
from aupkeep.model.taxonomy import PROTECTION
from aupkeep.notify import phrases
from aupkeep.notify.phrases import Language
from aupkeep.notify.restraint import MailWay
from aupkeep.notify.statement_words import IN_NOTICE, statement_text
from aupkeep.store import actions, cases, customers, log

MISTAKEN = "mistaken"  # in the entry of a lift: the decision was wrong
LINES = 10  # of evidence in a mail; the page shows more


def notify_customer(
    context: AppContext,
    about: CaseContext,
    decision: Decision,
    changes: ChangeSet,
    statement: Statement | None = None,
    *,
    chosen: ChosenWay | None = None,
) -> MailWay:
    """The notice of a decision, with the link to the customer's page; which way it goes.

    Nobody is written to without a contact, in listen mode, or above the daily cap; an entry says
    so, and the case stays with the desk. A deadline runs from when the chosen way tells of it; what
    stands on the page alone sets none.
    """
    chosen = chosen or mail_way(context, about, decision, context.now())
    contact = chosen.contact
    if contact is None or chosen.way is MailWay.NOT_YET:
        payload = {"decision": decision.id, "kind": NoticeKind.CUSTOMER.value, "why": chosen.why}
        changes.entries.append(
            entry(context, EntryType.NOTICE_FAILED, SYSTEM, payload, case=about.case.id)
        )
        return MailWay.NOT_YET
    language = language_of(contact.language)
    address = customer_link(context, about.case.id, contact.address, changes)
    attacked = about.case.kind.startswith(PROTECTION)
    told_facts = _attacked_facts if attacked else _customer_facts
    statement = statement or statement_for(about, decision)
    facts = told_facts(context, about, decision, language)
    if "clause_title" in facts:
        facts["clause_title"] = statement.clause.title
    if "deadline" in facts:
        mailed = chosen.way is not MailWay.PAGE
        due, skipped = deadline_of(context, about, decision, chosen.at) if mailed else (None, ())
        facts |= {"deadline": due, "skipped": tuple(map(str, skipped))}
    facts |= {
        "link": address,
        "reasons": statement.reasons,
        "statement": stated(context, about.customer, statement, language),
    }
    notice = make_notice(
        context,
        NoticeKind.PROTECTION if attacked else NoticeKind.CUSTOMER,
        (Party.CUSTOMER, contact.address, language),
        facts,
        case=about.case.id,
        decision=decision.id,
    )
    if chosen.way is not MailWay.PAGE:
        withdraw_gathered(context, about.case, about.notices, changes)
    match chosen.way:
        case MailWay.DIGEST:
            gather(context, notice, about.case.customer, chosen.at, changes)
        case MailWay.PAGE:
            unmailed = replace(notice, failure=f"{NO_MAIL}{chosen.why}")
            add_written(context, unmailed, changes, why=unmailed.failure)
        case _:
            add_notice(context, notice, changes)
    return chosen.way


def stated(
    context: AppContext, customer: Customer | None, statement: Statement, language: Language
) -> str:
    """What the notice's other sections do not say of the reasons; "" where nothing is limited.

    A notice of what limits is written once it was read back.
    """
    if not restricts(statement):
        return ""
    return statement_text(statement, language, Limiting.NOW, zone_of(context, customer), IN_NOTICE)


def _customer_facts(
    context: AppContext, about: CaseContext, decision: Decision, language: Language
) -> dict[str, object]:
    claims = about.told_claims
    times, secrets = [claim.at for claim in claims], secrets_of_claims(claims)
    return {
        **provider_facts(context, about.customer),
        "reference": about.case.reference,
        "resource": about.case.resource,
        "subject": shown_subject(claims, secrets) or about.case.resource,
        "kind": about.case.kind,
        "reported": not all(is_own_measurement(claim) for claim in claims),
        "measured": any(is_own_measurement(claim) for claim in claims),
        "first_at": min(times, default=about.case.opened_at),
        "last_at": max(map(ended_at, claims), default=about.case.opened_at),
        "events": max(about.told_events, 1),
        "evidence": tuple(shown_lines(claims, language, secrets=secrets)[:LINES]),
        "clause_title": decision.clause,
        "why": explained(decision)[language],
        "standard": decision.standard,
        "evidence_level": decision.evidence,
        "clause_text": decision.clause_text,
        "document": decision.document,
        "document_version": decision.document_version,
        "measure": decision.measure,
        "scope": shown_scope(decision.scope, claims, language),
        "until": decision.ends,
        "deadline": about.case.deadline_at,
        "automatic": decision.automatic,
    }


def _attacked_facts(
    context: AppContext, about: CaseContext, decision: Decision, language: Language
) -> dict[str, object]:
    """Facts for an attacked customer, with a proposal where no measure was decided."""
    claims = about.told_claims
    times, secrets = [claim.at for claim in claims], secrets_of_claims(claims)
    offer = None if decision.measure in PROTECTIVE else protection(about.case, about.supporting)
    return {
        **provider_facts(context, about.customer),
        "reference": about.case.reference,
        "resource": about.case.resource,
        "subject": shown_subject(claims, secrets) or about.case.resource,
        "kind": about.case.kind,
        "first_at": min(times, default=about.case.opened_at),
        "last_at": max(map(ended_at, claims), default=about.case.opened_at),
        "evidence": tuple(shown_lines(claims, language, secrets=secrets)[:LINES]),
        "measure": decision.measure,
        "scope": shown_scope(decision.scope, claims, language),
        "until": decision.ends,
        "offered": phrases.effect(
            offer[0], shown_scope(offer[1], claims, language), language, Limiting.NOT
        )
        if offer
        else "",
        "offered_leaves": phrases.unaffected(offer[0], language) if offer else "",
        "automatic": decision.automatic,
    }


def held_back(context: AppContext, action: Action) -> ChangeSet:
    """The entry that no notice goes out about a measure that was only recorded."""
    payload = {
        "decision": action.decision,
        "kind": NoticeKind.CUSTOMER.value,
        "why": f"the driver {action.driver} records and changes nothing: nobody is limited",
    }
    changes = ChangeSet()
    changes.entries.append(
        entry(context, EntryType.NOTICE_FAILED, SYSTEM, payload, case=action.case)
    )
    return changes


def _mistaken(case: Case, action: Action) -> bool:
    """Whether a measure was lifted because we were wrong, which is told as that.

    * Whoever lifted it said so.
    * The case ended as no abuse, or its decision was withdrawn.
    * A record of ours that the case rested on was wrong.
    """
    if action.state is ActionState.EXPIRED:
        return False
    types = (EntryType.ACTION_LIFTING, EntryType.HOLDING_CORRECTED)
    for logged in log.entries(case.id, types=types):
        said = logged.entry.payload
        if logged.entry.type is EntryType.HOLDING_CORRECTED:
            return True
        if said.get("action") == action.id and said.get(MISTAKEN):
            return True
    return case.outcome in (Outcome.NOT_ABUSE, Outcome.WITHDRAWN)


def _unjudged(action: Action) -> bool:
    """Whether a measure was lifted because nobody judged the appeal against it in time."""
    return any(
        logged.entry.payload.get("action") == action.id and logged.entry.actor == OVERDUE
        for logged in log.entries(action.case, types=(EntryType.ACTION_LIFTING,))
    )


def _left(action: Action) -> bool:
    """Whether a driver left anything of the decision as limited as it was before."""
    others = [part for part in actions.of_decision(action.decision) if part.id != action.id]
    return any(part.left_as_before for part in (action, *others))


def _same(action: Action, other: Action) -> bool:
    """Whether two actions do the same at the same place, whatever their notes say."""
    aims = (replace(item.scope, note=None) for item in (action, other))
    return action.measure is other.measure and len(set(aims)) == 1


def _still_limiting(action: Action) -> list[Action]:
    """The other measures of the case that limit now; one that is being lifted limits still."""
    others = (other for other in actions.of_case(action.case) if other.id != action.id)
    return [other for other in others if limiting([other]) is Limiting.NOW]


def lifted_notice(context: AppContext, action: Action) -> ChangeSet | None:
    """The notice that a measure is gone; None when nobody can or may be written to.

    None too where another decision of the case keeps the same up: nothing is over then.
    """
    remaining = _still_limiting(action)
    if any(_same(action, other) for other in remaining):
        return None
    case = cases.get(action.case)
    customer = customers.get(action.scope.customer)
    contact = contact_of(customer, failed_addresses(action.case), case.kind if case else "")
    rule = action.versions.rule
    if case is None or contact is None or suppression_reason(context, contact, case, rule=rule):
        return None
    changes = ChangeSet()
    language = language_of(contact.language)
    claims = [claim for claim in cases.claims(case.id) if claim.held.customer == case.customer]
    facts = provider_facts(context, customer) | {
        "link": customer_link(context, case.id, contact.address, changes),
        "reference": case.reference,
        "resource": case.resource,
        "subject": str(action.scope.address or case.resource),
        "measure": action.measure,
        "scope": shown_scope(action.scope, claims, language),
        "lifted_at": action.changed_at or context.now(),
        "expired": action.state is ActionState.EXPIRED,
        "mistaken": _mistaken(case, action),
        "unjudged": _unjudged(action),
        "left": _left(action),
        "remaining": tuple(
            dict.fromkeys(
                phrases.effect(
                    other.measure,
                    shown_scope(other.scope, claims, language),
                    language,
                    Limiting.NOW,
                )
                for other in remaining
            )
        ),
    }
    notice = make_notice(
        context,
        NoticeKind.LIFTED,
        (Party.CUSTOMER, contact.address, language),
        facts,
        case=case.id,
        decision=action.decision,
    )
    add_notice(context, notice, changes)
    return changes
