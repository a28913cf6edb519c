"""The case page: everything a person needs to decide, loaded once and put in words."""

from collections.abc import Mapping
from functools import partial

from aupkeep.app.access.authority import undo_barred
from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_list import next_case
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.case_seen import seen_of
from aupkeep.app.deciding.case_work import whereabouts_of
from aupkeep.app.deciding.termination_record import termination_record
from aupkeep.app.deciding.tickets import ticket_system
from aupkeep.app.inventory.doubted import HolderCorrection, corrections_of
from aupkeep.app.inventory.holders import holder
from aupkeep.app.notice_proofs import proof_words
from aupkeep.app.notifying.evidence_lines import ended_at
from aupkeep.app.notifying.notices import contact_of, language_of
from aupkeep.app.pages.case.action_row import action_row
from aupkeep.app.pages.case.answers import answers_of, appeal_to_judge
from aupkeep.app.pages.case.evidence import evidence_of
from aupkeep.app.pages.case.masking import for_person
from aupkeep.app.pages.case.measure_choices import (
    ladder_of,
    measure_choices,
    pending_of,
    proposal_of,
    step_said,
)
from aupkeep.app.pages.case.page import (
    CaseNotice,
    CasePage,
    CorrectionNote,
    CustomerSummary,
    Holder,
    RefusalEntry,
    TimelineLine,
)
from aupkeep.app.pages.case.probed import probes_of
from aupkeep.app.pages.case.reasons import reasons_of
from aupkeep.app.pages.case.untold import untold_note
from aupkeep.app.pages.extent import extent, period
from aupkeep.app.pages.in_language import words_in
from aupkeep.app.pages.labels import (
    LEVEL_WHY,
    detail_of,
    entry_words,
    masked,
    subject_of,
    title_of,
    who,
)
from aupkeep.app.pages.layout.load import page_header, urgency_of
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.traffic.load import picture_of
from aupkeep.app.policies import policy_in_force
from aupkeep.app.retention.clock import case_clock
from aupkeep.model.action import Action, ActionState
from aupkeep.model.case import Case, Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.holding import Disputed, Held, Holding, NotOurs
from aupkeep.model.ladder import Measure
from aupkeep.model.link_tokens import without_tokens
from aupkeep.model.notice import Notice
from aupkeep.model.taxonomy import PROTECTION
from aupkeep.notify import phrases
from aupkeep.notify.kind_names import named
from aupkeep.notify.measurements import Language
from aupkeep.store import actions, cases, customers, inventory, log, notices, tickets
from aupkeep.store.log import Logged

LANGUAGES = {"en": "English", "nb": "Norwegian", "nn": "Norwegian", "no": "Norwegian"}
MOMENTS = 200  # of the timeline, the newest


def case_page(context: AppContext, person: Person, reference: str) -> CasePage:
    """Everything about a case that this person may see. Raises `Missing`."""
    case = find_case(reference)
    about = load_case_context(context, case)
    logged = log.entries(case.id)
    proofs = proof_words(case.id, context.now())
    case_actions, holder_then = actions.of_case(case.id), _then(about)
    language = language_of(person.language)
    sentence = _sentence(about, language)
    proposal = proposal_of(context, about, logged, sentence, language)
    page = CasePage(
        header=page_header(context, person),
        reference=case.reference,
        protects=case.kind.startswith(PROTECTION),
        title=_title(about, language),
        urgency=urgency_of(case.kind),
        state=case.state,
        outcome=case.outcome,
        sentence=sentence,
        sure=_sure(about, holder_then, language),
        opened_at=case.opened_at,
        deadline_at=case.deadline_at,
        level=case.level,
        level_why=_level_why(about, language),
        clause=policy_in_force(context.home).clauses[case.clause],
        holder_then=holder_then,
        holder_now=_now(context, about),
        customer=_customer(about, language),
        evidence=evidence_of(context, about, logged, language),
        ladder=ladder_of(about, proposal, case_actions, context.now()),
        offers=measure_choices(context, about, person),
        seen=seen_of(case),
        proposal=proposal,
        next_step=step_said(context, case, language),
        picture=picture_of(context, about, case_actions, logged),
        pending=pending_of(context, about, person),
        actions=tuple(action_row(action, about, language) for action in case_actions),
        undo_barred=undo_barred(person.id),
        answers=answers_of(about, logged, person),
        appeal=appeal_to_judge(context, about, person),
        notices=tuple(_notice(notice, proofs) for notice in notices.of_case(case.id)),
        refusals=_refusals(logged, case_actions, language),
        corrections=tuple(map(_correction, corrections_of(case.id))),
        reasons=reasons_of(context, case.id, case.customer, language),
        assignee=case.assignee,
        whereabouts=whereabouts_of(context, case),
        snoozed_until=case.snoozed_until,
        following=next_case(context, case.reference),
        untold=untold_note(context, case, about.customer),
        kept=case_clock(context, case),
        termination=termination_record(context, case),
        probed=probes_of(context, about, logged),
        ticket_system=ticket_system(context, person.id),
        tickets=tuple(tickets.of_cases([case.id])),
        timeline=tuple(
            _timeline_entry(logged_entry, language) for logged_entry in reversed(logged[-MOMENTS:])
        ),
    )
    return for_person(page, person)


def _correction(correction: HolderCorrection) -> CorrectionNote:
    return CorrectionNote(
        at=correction.at,
        why=correction.why,
        claims=len(correction.claims),
        doubted=len(correction.doubted),
        decisions=len(correction.decisions),
        notices=len(correction.notices),
        settled=correction.settled,
    )


def _newest(about: CaseContext) -> Claim | None:
    known = about.standing or about.claims
    return max(known, key=lambda claim: (claim.at, claim.id), default=None)


def _title(about: CaseContext, language: Language) -> str:
    newest = _newest(about)
    where = subject_of(newest.finding) if newest else about.case.resource
    return f"{named(about.case.kind, language)}: {where}"


def _sentence(about: CaseContext, language: Language) -> str:
    """Who did what, how often, from when to when, at which address and port."""
    case, newest = about.case, _newest(about)
    seen = f"{case.resource} {phrases.activity(case.kind, language)}"
    if newest is None:
        return f"{seen}."
    if not about.standing:
        return f"{seen}: {extent((), 0, language)}."
    first = min(claim.at for claim in about.standing)
    attacked = case.kind.startswith(PROTECTION)
    words = ("ved", "fra") if language == "nb" else ("at", "from")
    preposition, at = words if attacked else words[::-1]
    port = f", {at} port {newest.finding.told_port}" if newest.finding.told_port else ""
    address = (
        f", {preposition} {newest.finding.subject.address}"
        if newest.finding.subject.address
        else ""
    )
    interval = period(first, max(map(ended_at, about.standing)))
    often = extent(about.standing, about.told_events, language)
    return f"{seen}: {often}, {interval}{address}{port}."


def _sure(about: CaseContext, then: Holder, language: Language) -> str:
    """How sure we are of whom, and by how many sources."""
    sources = {claim.finding.source for claim in about.standing}
    if language == "nb":
        return _sure_nb(about, then, len(sources))
    count = f"{len(sources)} source{'s' if len(sources) != 1 else ''}"
    if then.answer != "held" or then.start is None:
        return f"{count}; who held it then is not certain."
    until = f"until {phrases.moment(then.end, None)}" if then.end else "and holds it still"
    held = f"{then.name or then.customer} held it from {phrases.moment(then.start, None)} {until}"
    return f"{held}; {count}, {about.case.level.name}."


def _sure_nb(about: CaseContext, then: Holder, sources: int) -> str:
    count = f"{sources} {'kilde' if sources == 1 else 'kilder'}"
    if then.answer != "held" or then.start is None:
        return f"{count}; hvem som hadde den da, er ikke sikkert."
    until = f"til {phrases.moment(then.end, None)}" if then.end else "og har den fortsatt"
    held = f"{then.name or then.customer} hadde den fra {phrases.moment(then.start, None)} {until}"
    return f"{held}; {count}, {about.case.level.name}."


def _level_why(about: CaseContext, language: Language) -> str:
    names = ", ".join(sorted({str(claim.finding.source) for claim in about.standing})[:5])
    word, none = ("Kilder", "ingen") if language == "nb" else ("Sources", "none")
    return f"{words_in(LEVEL_WHY[about.case.level], language)} {word}: {names or none}."


def _then(about: CaseContext) -> Holder:
    """The holder at the newest event, by the assignment that the claim names."""
    newest = _newest(about)
    if newest is None:
        return Holder(asked_at=about.case.opened_at, answer="unknown")
    return _held(about, newest.held, newest)


def _held(about: CaseContext, held: Held, claim: Claim) -> Holder:
    assignment = inventory.get(held.assignment)
    name = about.customer.name if about.customer and about.customer.id == held.customer else ""
    return Holder(
        asked_at=claim.at,
        answer="held",
        customer=held.customer,
        name=name,
        resource=held.resource,
        assignment=held.assignment,
        site=assignment.site if assignment else "",
        start=held.start,
        end=held.end,
    )


def _now(context: AppContext, about: CaseContext) -> Holder:
    """Who holds the subject at this moment."""
    newest, now = _newest(about), context.now()
    if newest is None:
        return Holder(asked_at=now, answer="unknown")
    holding: Holding = holder(context, newest.finding.subject, now)
    if isinstance(holding, Disputed):
        return Holder(asked_at=now, answer="disputed", candidates=holding.candidates)
    if not isinstance(holding, Held):
        return Holder(
            asked_at=now, answer="not-ours" if isinstance(holding, NotOurs) else "unknown"
        )
    customer = customers.get(holding.customer)
    assignment = inventory.get(holding.assignment)
    return Holder(
        asked_at=now,
        answer="held",
        customer=holding.customer,
        name=customer.name if customer else "",
        resource=holding.resource,
        assignment=holding.assignment,
        site=assignment.site if assignment else "",
        start=holding.start,
        end=holding.end,
    )


def _customer(about: CaseContext, language: Language) -> CustomerSummary | None:
    customer = about.customer
    if customer is None:
        return None
    contact = contact_of(customer, kind=about.case.kind)
    return CustomerSummary(
        id=customer.id,
        name=customer.name,
        since=customer.since,
        contact=masked(contact.address) if contact else words_in("none known", language),
        language=LANGUAGES.get(contact.language, contact.language) if contact else "",
        earlier=_earlier(about.case, language),
        tags=tuple(sorted(customer.tags)),
    )


def _earlier(case: Case, language: Language) -> str:
    """The customer's cases before; where it was attacked does not count against it."""
    others = [
        other
        for other in cases.of_customer(case.customer)
        if other.opened_at < case.opened_at and not other.kind.startswith(PROTECTION)
    ]
    last = others[0] if others else None
    if language == "nb":
        return _earlier_nb(len(others), last)
    if last is None:
        return "no earlier case"
    ending = f"the last ended as {last.outcome.value}" if last.outcome else "the last is open"
    return f"{len(others)} earlier case{'s' if len(others) != 1 else ''}, {ending}"


def _earlier_nb(count: int, last: Case | None) -> str:
    if last is None:
        return "ingen tidligere sak"
    outcome = words_in(last.outcome.value, "nb") if last.outcome else ""
    ending = f"den siste endte som {outcome}" if outcome else "den siste er åpen"
    return f"{count} tidligere {'sak' if count == 1 else 'saker'}, {ending}"


def _notice(notice: Notice, proofs: Mapping[str, str]) -> CaseNotice:
    return CaseNotice(
        party=notice.party.value,
        title=notice.title,
        text=without_tokens(notice.text),
        language=notice.language,
        made_at=notice.made_at,
        sent_at=notice.sent_at,
        failure=notice.failure or "",
        proof=proofs.get(notice.id, ""),
        within=notice.within,
        names_reporter=notice.names_reporter,
    )


def _refusals(
    logged: list[Logged], case_actions: list[Action], language: Language
) -> tuple[RefusalEntry, ...]:
    """What the gate and the drivers refused, the newest first."""
    refused = [
        RefusalEntry(
            at=row.entry.at,
            what=f"{who(row.entry.actor, language)}: "
            f"{_measure(row.entry.payload.get('measure'), language)}.",
            reason=str(row.entry.payload.get("reason", "")),
            invariant=_number(row.entry.payload.get("invariant")),
        )
        for row in logged
        if row.entry.type is EntryType.DECISION_REFUSED
    ]
    refused += [
        RefusalEntry(
            at=action.changed_at or action.starts,
            what=f"{action.driver} {('on', 'på')[language == 'nb']} {action.target}: "
            f"{title_of(action.measure, language)}.",
            reason=action.proof or "no reason was told",
        )
        for action in case_actions
        if action.state is ActionState.FAILED
    ]
    return tuple(sorted(refused, key=lambda row: row.at, reverse=True))


def _measure(text: object, language: Language) -> str:
    known = text in set(Measure)
    return title_of(Measure(str(text)), language) if known else words_in("a measure", language)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _timeline_entry(logged: Logged, language: Language) -> TimelineLine:
    return TimelineLine(
        at=logged.entry.at,
        index=logged.index,
        who=who(logged.entry.actor, language),
        what=entry_words(logged.entry.type, logged.entry.payload),
        detail=words_in("erased", language) if logged.erased else _detail(logged, language),
    )


def _detail(logged: Logged, language: Language) -> str:
    return detail_of(dict(logged.entry.payload), language, partial(words_in, language=language))
