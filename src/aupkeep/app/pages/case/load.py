"""The case page: everything a person needs to decide, loaded once and put in words."""

import re

from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.cases import find_case
from aupkeep.app.deciding.enact import LIVE
from aupkeep.app.inventory.holders import holder
from aupkeep.app.notifying.evidence_lines import ended_at
from aupkeep.app.notifying.notices import contact_of
from aupkeep.app.pages.case.acts import seen_of
from aupkeep.app.pages.case.evidence import evidence_of
from aupkeep.app.pages.case.offers import ladder_of, offers_of, pending_of, proposal_of
from aupkeep.app.pages.case.page import (
    CaseAction,
    CaseAnswer,
    CaseNotice,
    CasePage,
    CustomerSummary,
    Holder,
    RefusalEntry,
    TimelineEntry,
)
from aupkeep.app.pages.frame.load import frame_of, urgency_of, wording
from aupkeep.app.pages.frame.page import Person, TextPart
from aupkeep.app.pages.kind_names import extent, named, period
from aupkeep.app.pages.letter import answers_by_mail
from aupkeep.app.pages.traffic.load import picture_of
from aupkeep.app.pages.words import (
    LEVEL_WHY,
    TITLES,
    detail_of,
    entry_words,
    masked,
    subject_of,
    touches,
    who,
)
from aupkeep.model.action import Action, ActionState
from aupkeep.model.case import Case, Claim
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.holding import Disputed, Held, Holding, NotOurs
from aupkeep.model.ladder import Measure
from aupkeep.model.notice import Notice
from aupkeep.model.taxonomy import PROTECTION
from aupkeep.notify import phrases
from aupkeep.store import actions, cases, customers, inventory, log, notices
from aupkeep.store.log import Logged

TOKEN = re.compile(r"/(c|r|sign-in)/[\w-]{16,}")  # whoever has a letter's link can answer in it
LANGUAGES = {"en": "English", "nb": "Norwegian", "nn": "Norwegian", "no": "Norwegian"}
MOMENTS = 200  # of the timeline, the newest


def case_page(context: AppContext, person: Person, reference: str) -> CasePage:
    """Everything about a case. Raises `Missing`."""
    case = find_case(reference)
    about = load_case_context(context, case)
    logged = log.entries(case.id)
    deeds = actions.of_case(case.id)
    then = _then(about)
    said = _sentence(about)
    proposal = proposal_of(context, about, logged, said)
    by_mail = answers_by_mail(logged)
    return CasePage(
        frame=frame_of(context, person),
        reference=case.reference,
        protects=case.kind.startswith(PROTECTION),
        title=_title(about),
        urgency=urgency_of(case.kind),
        state=case.state,
        outcome=case.outcome,
        sentence=said,
        sure=_sure(about, then),
        opened_at=case.opened_at,
        deadline_at=case.deadline_at,
        level=case.level,
        level_why=_level_why(about),
        clause=wording(context, case.clause),
        holder_then=then,
        holder_now=_now(context, about),
        client=_client(about),
        evidence=evidence_of(context, about),
        ladder=ladder_of(about, proposal, deeds, context.now()),
        offers=offers_of(context, about, person),
        seen=seen_of(case),
        proposal=proposal,
        picture=picture_of(context, about, deeds, logged),
        pending=pending_of(context, about, person),
        deeds=tuple(_deed(one, about) for one in deeds),
        replies=tuple(
            CaseAnswer(
                id=one.id,
                kind=one.kind,
                text=one.text,
                at=one.at,
                read_at=one.read_at,
                read_by=one.read_by or "",
                parts=by_mail.get(one.id, (TextPart(one.text),)),
            )
            for one in about.inputs.answers
        ),
        notices=tuple(_told(one) for one in notices.of_case(case.id)),
        denials=_denials(logged, deeds),
        timeline=tuple(_moment(one) for one in reversed(logged[-MOMENTS:])),
    )


def _newest(about: CaseContext) -> Claim | None:
    return max(about.claims, key=lambda one: (one.at, one.id), default=None)


def _title(about: CaseContext) -> str:
    newest = _newest(about)
    where = subject_of(newest.finding) if newest else about.case.resource
    return f"{named(about.case.kind)}: {where}"


def _sentence(about: CaseContext) -> str:
    """Who did what, how often, from when to when, at which address and port."""
    case, newest = about.case, _newest(about)
    seen = f"{case.resource} {phrases.activity(case.kind, 'en')}"
    if newest is None:
        return f"{seen}."
    first = min(one.at for one in about.claims)
    target = newest.finding.target
    attacked = case.kind.startswith(PROTECTION)
    to, at = ("at", "from") if attacked else ("from", "at")
    port = f", {at} port {target.port}" if target and target.port else ""
    address = f", {to} {newest.finding.subject.address}" if newest.finding.subject.address else ""
    told = period(first, max(map(ended_at, about.claims)))
    return f"{seen}: {extent(about.claims, case.events)}, {told}{address}{port}."


def _sure(about: CaseContext, then: Holder) -> str:
    """How sure we are of whom, and by how many sources."""
    sources = {one.finding.source for one in about.claims}
    count = f"{len(sources)} source{'s' if len(sources) != 1 else ''}"
    if then.answer != "held" or then.start is None:
        return f"{count}; who held it then is not certain."
    until = f"until {phrases.moment(then.end, None)}" if then.end else "and holds it still"
    held = f"{then.name or then.customer} held it from {phrases.moment(then.start, None)} {until}"
    return f"{held}; {count}, {about.case.level.name}."


def _level_why(about: CaseContext) -> str:
    names = sorted({one.finding.source for one in about.claims})
    return f"{LEVEL_WHY[about.case.level]} Sources: {', '.join(names[:5]) or 'none'}."


def _then(about: CaseContext) -> Holder:
    """The holder at the newest event, by the assignment that the claim names."""
    newest = _newest(about)
    if newest is None:
        return Holder(asked_at=about.case.opened_at, answer="unknown")
    return _held(about, newest.held, newest)


def _held(about: CaseContext, held: Held, claim: Claim) -> Holder:
    found = inventory.get(held.assignment)
    name = about.customer.name if about.customer and about.customer.id == held.customer else ""
    return Holder(
        asked_at=claim.at,
        answer="held",
        customer=held.customer,
        name=name,
        resource=held.resource,
        assignment=held.assignment,
        site=found.site if found else "",
        start=held.start,
        end=held.end,
    )


def _now(context: AppContext, about: CaseContext) -> Holder:
    """Who holds the subject at this moment."""
    newest, now = _newest(about), context.now()
    if newest is None:
        return Holder(asked_at=now, answer="unknown")
    found: Holding = holder(context, newest.finding.subject, now)
    if isinstance(found, Disputed):
        return Holder(asked_at=now, answer="disputed", candidates=found.candidates)
    if not isinstance(found, Held):
        return Holder(asked_at=now, answer="not-ours" if isinstance(found, NotOurs) else "unknown")
    known = customers.get(found.customer)
    assignment = inventory.get(found.assignment)
    return Holder(
        asked_at=now,
        answer="held",
        customer=found.customer,
        name=known.name if known else "",
        resource=found.resource,
        assignment=found.assignment,
        site=assignment.site if assignment else "",
        start=found.start,
        end=found.end,
    )


def _client(about: CaseContext) -> CustomerSummary | None:
    customer = about.customer
    if customer is None:
        return None
    contact = contact_of(customer)
    return CustomerSummary(
        id=customer.id,
        name=customer.name,
        since=customer.since,
        contact=masked(contact.address) if contact else "none known",
        language=LANGUAGES.get(contact.language, contact.language) if contact else "",
        earlier=_earlier(about.case),
        tags=tuple(sorted(customer.tags)),
    )


def _earlier(case: Case) -> str:
    """The customer's cases before; where it was attacked does not count against it."""
    others = [
        one
        for one in cases.of_customer(case.customer)
        if one.opened_at < case.opened_at and not one.kind.startswith(PROTECTION)
    ]
    if not others:
        return "no earlier case"
    last = others[0]
    ending = f"the last ended as {last.outcome.value}" if last.outcome else "the last is open"
    return f"{len(others)} earlier case{'s' if len(others) != 1 else ''}, {ending}"


def _deed(action: Action, about: CaseContext) -> CaseAction:
    decision = next((one for one in about.decisions if one.id == action.decision), None)
    return CaseAction(
        id=action.id,
        title=TITLES[action.measure],
        touches=touches(action.measure, action.scope),
        level=action.level,
        driver=action.driver,
        target=action.target,
        state=action.state,
        starts=action.starts,
        until=action.until,
        by=_authors(decision),
        reasons=decision.reasons if decision else "",
        proof=action.proof,
        undoable=action.state in LIVE,
    )


def _authors(decision: Decision | None) -> str:
    people = (decision.author, *decision.approvers) if decision else ()
    return " and ".join(who(one) for one in people)


def _told(notice: Notice) -> CaseNotice:
    return CaseNotice(
        party=notice.party.value,
        title=notice.title,
        text=TOKEN.sub(r"/\1/…", notice.text),
        language=notice.language,
        made_at=notice.made_at,
        sent_at=notice.sent_at,
        failure=notice.failure or "",
    )


def _denials(logged: list[Logged], deeds: list[Action]) -> tuple[RefusalEntry, ...]:
    """What the gate and the drivers refused, the newest first."""
    refused = [
        RefusalEntry(
            at=one.entry.at,
            what=f"{who(one.entry.actor)}: {_measure(one.entry.payload.get('measure'))}.",
            reason=str(one.entry.payload.get("reason", "")),
            invariant=_number(one.entry.payload.get("invariant")),
        )
        for one in logged
        if one.entry.type is EntryType.DECISION_REFUSED
    ]
    refused += [
        RefusalEntry(
            at=one.changed_at or one.starts,
            what=f"{one.driver} on {one.target}: {TITLES[one.measure]}.",
            reason=one.proof or "no reason was told",
        )
        for one in deeds
        if one.state is ActionState.FAILED
    ]
    return tuple(sorted(refused, key=lambda one: one.at, reverse=True))


def _measure(text: object) -> str:
    known = {one.value: title for one, title in TITLES.items()}
    return known.get(str(text), str(text)) if text in set(Measure) else "a measure"


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _moment(one: Logged) -> TimelineEntry:
    return TimelineEntry(
        at=one.entry.at,
        index=one.index,
        who=who(one.entry.actor),
        what=entry_words(one.entry.type),
        detail="erased" if one.erased else detail_of(dict(one.entry.payload)),
    )
