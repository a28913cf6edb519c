"""The accused customer's page: what was seen, what is limited, how to mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from aupkeep.app.access.links import find_link, token_beside, unmailed_cases
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.answers import next_once
from aupkeep.app.notifying.evidence_lines import (
    ended_at,
    is_own_measurement,
    secrets_of_claims,
    shown_lines,
    shown_reasons,
    shown_scope,
)
from aupkeep.app.notifying.notices import contact_of, zone_of
from aupkeep.app.notifying.opt_outs import refusable
from aupkeep.app.notifying.statements import actions_by_decision, case_statements, counted
from aupkeep.app.pages.customer.logo import logo_of
from aupkeep.app.pages.customer.page import (
    CustomerAnswer,
    CustomerPage,
    CustomerReasons,
    MailPreference,
    MeasureInForce,
    OwnEvidence,
    UnmailedPage,
)
from aupkeep.app.pages.customer.probes import own_probes
from aupkeep.app.pages.extent import extent, period
from aupkeep.app.pages.labels import LANGUAGES
from aupkeep.app.policies import policy_in_force
from aupkeep.app.policy_documents import clause_of_decision
from aupkeep.app.standing_claims import gone_claims, standing_of
from aupkeep.casework.answers import stopping
from aupkeep.model.action import Action, ActionState, Limiting, limited_at, limiting_at
from aupkeep.model.actor import ActorKind
from aupkeep.model.case import Case, Claim
from aupkeep.model.clause import Clause
from aupkeep.model.customer import Customer
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing
from aupkeep.model.ladder import CONFIRM, Level, Measure
from aupkeep.model.link import Link, LinkKind
from aupkeep.model.statement import WordedStatement
from aupkeep.model.taxonomy import PROTECTION
from aupkeep.notify import phrases
from aupkeep.notify.kind_names import noun
from aupkeep.notify.own_values import own_subject
from aupkeep.notify.phrases import Language, notice_language
from aupkeep.notify.render import fix_steps
from aupkeep.notify.statement_words import label, state_words, statement_rows
from aupkeep.store import actions, cases, customers, decisions, log, statements, strikes

STANDS = (ActionState.APPLIED, ActionState.LIFTING)
PAST = (ActionState.LIFTED, ActionState.EXPIRED)
SOURCES = 20  # reports shown; the newest
LINES = 20  # of each
UNMAILED = 20  # other pages named, the newest
SAYS: dict[str, tuple[str, str]] = {
    "reported": (
        "It was reported to us from outside that {what} We have not measured it ourselves.",
        "Det er meldt til oss utenfra at {what} Vi har ikke målt det selv.",
    ),
    "both": (
        "It was reported to us from outside, and our own measurements show, that {what}",
        "Det er meldt til oss utenfra, og våre egne målinger viser, at {what}",
    ),
    "measured": ("Our own measurements show that {what}", "Våre egne målinger viser at {what}"),
    "back": (
        "A report about this was taken back, or found to be wrong: it is not held against you.",
        "En melding om dette er trukket tilbake eller funnet feil: Den legges deg ikke til last.",
    ),
    "rule": ("a rule, without a person", "en regel, uten et menneske"),
    "person": ("a person at the abuse desk", "et menneske hos oss"),
    "nobody": ("nothing has been decided yet", "ingenting er bestemt ennå"),
}


def customer_page(context: AppContext, token: str, language: str) -> CustomerPage:
    """The page of a customer's link. Raises `Missing`, `Gone`."""
    link = find_link(context, token, LinkKind.CUSTOMER)
    case = cases.get(link.case or "")
    if case is None:
        raise Missing("this link names no case any more")
    now, customer = context.now(), customers.get(case.customer)
    brand = context.settings.brands.of(customer.brand if customer else None)
    speaks = notice_language(language or language_for(case, link.party))
    claims, less = standing_claims(case), bool(gone_claims(case.id))
    case_decisions = decisions.of_case(case.id)
    case_actions = actions.of_case(case.id)
    lead, steps = fix_steps(case.kind, speaks)
    limits, told_decisions = limits_of(case_decisions, case_actions, now), told_of(case_decisions)
    return CustomerPage(
        now=now,
        language=speaks,
        languages=LANGUAGES,
        operator=brand.name or context.settings.provider.name,
        contact=brand.sender or context.settings.mail.sender,
        footer=tuple(filter(None, (*brand.footer.splitlines(), brand.address))),
        policy_url=brand.policy_url,
        logo=logo_of(context, customer) is not None,
        reference=case.reference,
        resource=case.resource,
        title=_title(case, claims, limited=bool(limits), language=speaks),
        what=(*_what(case, claims, speaks, less=less), *filter(None, (lead,))),
        clause=clause_of(context, case, told_decisions),
        evidence=evidence_of(claims, speaks),
        limits=tuple(limit_of(decision, case_actions, claims, speaks) for decision in limits),
        works=_works(limits, speaks),
        fix=steps,
        decided_by=_decided_by(told_decisions, speaks),
        once=next_once(context, case),
        link_until=link.expires_at,
        deadline_at=case.deadline_at,
        skipped=_skipped(context, case, customer, told_decisions),
        answers=_answers(case, case_decisions, claims),
        lifted=tuple(
            phrases.effect(
                action.measure, shown_scope(action.scope, claims, speaks), speaks, Limiting.ENDED
            )
            for action in case_actions
            if action.took_effect and action.state in PAST
        ),
        left=any(action.left_as_before for action in case_actions),
        outcome=case.outcome,
        appealable=bool(told_decisions),
        attacked=case.kind.startswith(PROTECTION),
        zone=zone_of(context, customer).key,
        strike_until=_strike_until(case, now),
        reasons=_reasons(context, case, limits or told_decisions[-1:], speaks),
        probes=own_probes(context, case, claims),
        recorded=any(action.state is ActionState.RECORDED for action in case_actions),
        mail=_mail(case, customer, speaks),
        unmailed=_unmailed(link, token),
    )


def _works(limits: Sequence[Decision], language: Language) -> str:
    """What goes on working under the highest of these measures; empty for none."""
    highest = max(limits, key=lambda decision: decision.level, default=None)
    return phrases.unaffected(highest.measure, language) if highest else ""


def _unmailed(link: Link, token: str) -> tuple[UnmailedPage, ...]:
    """The customer's other pages of which no mail told, the newest first."""
    titles = unmailed_cases(link)
    known = cases.by_ids(set(titles) - {link.case})
    newest = sorted(known.values(), key=lambda case: (case.changed_at, case.id), reverse=True)
    return tuple(
        UnmailedPage(
            reference=case.reference,
            title=titles[case.id],
            token=token_beside(token, case.reference),
        )
        for case in newest[:UNMAILED]
    )


def _mail(case: Case, customer: Customer | None, language: Language) -> tuple[MailPreference, ...]:
    """The kinds about which the customer may turn mail off or on here."""
    if customer is None:
        return ()
    return tuple(
        MailPreference(kind=kind, title=noun(kind, language), wanted=kind not in customer.opted_out)
        for kind in refusable(case, customer)
    )


def _strike_until(case: Case, now: datetime) -> datetime | None:
    strike = strikes.of_case(case.id)
    return strike.until if strike and strike.live(now) else None


def standing_claims(case: Case) -> list[Claim]:
    """The claims about the case's customer that stand."""
    claims = standing_of(case.id, cases.claims(case.id))
    return [claim for claim in claims if claim.held.customer == case.customer]


def told_of(made: Sequence[Decision]) -> list[Decision]:
    """The decisions that the customer was told of, and that reverse none."""
    return [item for item in made if item.reverses is None and item.level >= Level.L1]


def _skipped(
    context: AppContext, case: Case, customer: Customer | None, made: Sequence[Decision]
) -> tuple[str, ...]:
    """Days that are not counted in the deadline that the newest decision set, while it runs."""
    if case.deadline_at is None or not made or made[-1].measure is not Measure.INFORM_DEADLINE:
        return ()
    days = counted(context, case.kind, made[-1].starts, customer, made[-1].answer_hours)[1]
    return tuple(str(day) for day in days)


def _answers(
    case: Case, case_decisions: Sequence[Decision], claims: Sequence[Claim]
) -> tuple[CustomerAnswer, ...]:
    """What the customer answered, and what came of each appeal, with the reasons given."""
    answers = cases.answers(case.id)
    judgements = log.entries(case.id, types=(EntryType.APPEAL_JUDGED,))
    why = {
        logged.entry.payload.get("appeal"): str(logged.entry.payload.get("reasons", ""))
        for logged in judgements
        if logged.entry.actor.kind is ActorKind.PERSON
    }
    stops = stopping(case, case_decisions, answers)
    return tuple(
        CustomerAnswer(
            kind=answer.kind,
            text=answer.text,
            at=answer.at,
            read_at=answer.read_at,
            judged=answer.judged,
            why=shown_reasons(why.get(answer.id, ""), claims),
            stops=answer.id in stops,
            holds=answer.open_appeal,
            below=answer.reseller not in {None, case.customer},
        )
        for answer in answers
    )


def _reasons(
    context: AppContext, case: Case, wanted: Sequence[Decision], language: Language
) -> tuple[CustomerReasons, ...]:
    """The statements of these decisions; none of an older version, which kept none."""
    zone = zone_of(context, customers.get(case.customer))
    statement_of = {statement.id: statement for statement in statements.of_case(case.id)}
    carried = actions_by_decision(case.id)
    return tuple(
        CustomerReasons(
            title=phrases.effect(
                decision.measure,
                statement_of[decision.id].scope,
                language,
                limiting_at(decision.scope, carried.get(decision.id, [])),
            ),
            rows=(
                *_state(carried.get(decision.id, []), language),
                *(
                    (label(name, language), text)
                    for name, text in statement_rows(
                        statement_of[decision.id],
                        language,
                        limiting_at(decision.scope, carried.get(decision.id, [])),
                        zone,
                    )
                ),
            ),
        )
        for decision in wanted
        if decision.id in statement_of
    )


def _state(carried: Sequence[Action], language: Language) -> list[tuple[str, str]]:
    """The row that says what has become of a measure."""
    return [(label("state", language), state_words(carried, language))] if carried else []


def customer_statements(context: AppContext, token: str) -> list[WordedStatement]:
    """Every statement of reasons of a customer's link, for a program. Raises `Missing`, `Gone`."""
    link = find_link(context, token, LinkKind.CUSTOMER)
    return case_statements(link.case or "")


def language_for(case: Case, party: str = "") -> str:
    """The language of whom the link was sent to, else of whom we would write to."""
    customer = customers.get(case.customer)
    known = customer.contacts if customer else ()
    sent = next((contact for contact in known if contact.address == party), contact_of(customer))
    return sent.language if sent else "en"


def say(name: str, language: Language, **values: object) -> str:
    """One of the page's own sentences."""
    return SAYS[name][language == "nb"].format(**values)


def summed(subject: str, kind: str, claims: Sequence[Claim], language: Language) -> str:
    """What some claims say together: who, what, how much, from when to when."""
    events = sum(claim.finding.count for claim in claims)
    often = extent(claims, events, language)
    interval = period(min(claim.at for claim in claims), max(map(ended_at, claims)))
    return f"{subject} {phrases.activity(kind, language)}: {often}, {interval}."


def _title(case: Case, claims: list[Claim], *, limited: bool, language: Language) -> str:
    """What is limited, else what was reported or measured: no more than is known."""
    if case.kind.startswith(PROTECTION):
        return f"{case.resource} {phrases.activity(case.kind, language)}"
    known = "measured" if any(map(is_own_measurement, claims)) else "reported"
    what = noun(case.kind, language)
    return phrases.headline("limited" if limited else known, case.resource, what, language)


def _what(case: Case, claims: list[Claim], language: Language, *, less: bool) -> tuple[str, ...]:
    """What is known, by the claims that stand; and where `less` stands than was reported, that."""
    back = (say("back", language),) if less else ()
    if not claims:
        return back
    newest = max(claims, key=lambda claim: (claim.at, claim.id))
    own = [is_own_measurement(claim) for claim in claims]
    source = "measured" if all(own) else "both" if any(own) else "reported"
    whose = own_subject(newest.finding, secrets_of_claims(claims))
    subject = f"{case.resource} ({whose})" if whose else case.resource
    return (say(source, language, what=summed(subject, case.kind, claims, language)), *back)


def clause_of(context: AppContext, case: Case, told_decisions: list[Decision]) -> Clause:
    """The clause as it was decided under; as it stands now where nothing was decided."""
    last = told_decisions[-1] if told_decisions else None
    if last is None or last.clause != case.clause:
        return policy_in_force(context.home).clauses[case.clause]
    statement = statements.get(last.id)
    clause = clause_of_decision(last)
    if statement is None:  # of an older version
        return clause
    return replace(clause, title=statement.clause.title, anchor=statement.clause.anchor)


def evidence_of(claims: list[Claim], language: Language) -> tuple[OwnEvidence, ...]:
    """One piece for each report, and one for what our own telemetry saw."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(claim.report or str(claim.finding.source), []).append(claim)
    return tuple(own_evidence(group, language) for group in list(groups.values())[-SOURCES:])


def own_evidence(group: list[Claim], language: Language) -> OwnEvidence:
    """What the accused reads of one report."""
    last = max(group, key=lambda claim: (claim.at, claim.id))
    subject = own_subject(last.finding, secrets_of_claims(group))
    often = extent(group, sum(claim.finding.count for claim in group), language)
    when = period(min(claim.at for claim in group), max(map(ended_at, group)))
    return OwnEvidence(
        at=last.finding.at,
        exact=last.finding.exact,
        says=f"{subject}: {noun(last.finding.kind, language)}, {often}, {when}",
        lines=tuple(shown_lines(group, language)[:LINES]),
    )


def limits_of(
    case_decisions: list[Decision], case_actions: list[Action], now: datetime
) -> list[Decision]:
    """The decisions that limit now: what was read back, or a person has done, and is not gone."""
    held = {
        action.decision
        for action in case_actions
        if action.took_effect and action.state in STANDS and action.until > now
    }
    return [decision for decision in case_decisions if decision.ends and decision.id in held]


def limit_of(
    decision: Decision, case_actions: Iterable[Action], claims: list[Claim], language: Language
) -> MeasureInForce:
    """A decision that limits, as the accused reads it, where it still does."""
    scope = limited_at(decision.scope, [x for x in case_actions if x.decision == decision.id])
    held = decision.measure is Measure.TERMINATE
    until = decision.ends or decision.starts
    return MeasureInForce(
        title=phrases.effect(
            decision.measure, shown_scope(scope, claims, language), language, Limiting.NOW
        ),
        since=decision.starts,
        until=until - CONFIRM if held else until,
        held=held,
        ended=decision.measure is Measure.END_SERVICE,
        reasons="" if decision.automatic else shown_reasons(decision.reasons, claims),
    )


def _decided_by(told_decisions: list[Decision], language: Language) -> str:
    if not told_decisions:
        return say("nobody", language)
    return say("rule" if told_decisions[-1].automatic else "person", language)
