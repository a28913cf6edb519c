"""A search: what was typed is read once, and only what it can be is looked up."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from aupkeep.app.access.authority import sees_reporters
from aupkeep.app.context import AppContext
from aupkeep.app.pages.labels import title_of
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.search.addresses import find_address, find_prefix
from aupkeep.app.pages.search.commands import commands_for, is_command
from aupkeep.app.pages.search.hits import (
    MOST,
    case_hit,
    customer_hit,
    group,
    measure_hit,
    source_hit,
)
from aupkeep.app.pages.search.page import HitKind, SearchAnswer, SearchGroup, SearchHit, SearchPage
from aupkeep.app.pages.search.question import AskedFor, Question, read_question
from aupkeep.app.pages.search.sentences import sentence
from aupkeep.model.case import Case
from aupkeep.model.errors import Invalid
from aupkeep.model.notice import Notice
from aupkeep.model.report import Report
from aupkeep.notify.kind_names import named
from aupkeep.notify.measurements import Language
from aupkeep.store import actions, cases, decisions, inquiries, inventory, notices, reports
from aupkeep.store import search as stored

RUN_ON = re.compile(r"[0-9A-Za-z]{8}")  # a reference without its hyphen
Found = tuple[str, list[SearchGroup]]  # the answer's sentence, and the groups below it


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """A question, in which language it is answered, and whether who reported is shown."""

    context: AppContext
    question: Question
    language: Language
    reporters: bool


def search_page(
    context: AppContext, person: Person, typed: str, as_of: str, language: Language
) -> SearchPage:
    """The page of a search; a time that is none is told beside its field."""
    answer, trouble, sees = None, "", sees_reporters(person.id)
    try:
        if not is_command(typed):
            answer = search(context, typed, as_of, language=language, reporters=sees)
    except Invalid as error:
        trouble = str(error)
    commands = commands_for(person, typed, language)
    if answer is not None and commands and not answer.groups:
        answer = replace(answer, answer="")  # a command is what it is
    return SearchPage(
        header=page_header(context, person), typed=typed, as_of=as_of, found=answer,
        trouble=trouble, commands=commands,
    )  # fmt: skip


def search(
    context: AppContext, text: str, at: str = "", *, language: Language, reporters: bool
) -> SearchAnswer:
    """What a text leads to. `reporters`: whether who reported is shown. Raises `Invalid`."""
    question = read_question(text, at, context.now())
    finder = FINDERS.get(question.kind)
    asked = SearchRequest(
        context=context, question=question, language=language, reporters=reporters
    )
    answer, groups = finder(asked) if finder else ("", [])
    groups = [item for item in groups if item.hits]
    if not groups and not answer and question.kind is not AskedFor.NOTHING:
        answer = sentence(language, "none", text=question.text)
    return SearchAnswer(
        text=question.text,
        asked_for=question.kind,
        at=question.at,
        answer=answer,
        groups=tuple(sorted(groups, key=lambda item: list(HitKind).index(item.kind))),
        hidden=() if reporters or finder not in REPORTED else (HitKind.SOURCE,),
    )


def _case(asked: SearchRequest) -> Found:
    case = cases.by_reference(asked.question.text)
    return _found_case(case, asked.language) if case else ("", [])


def _found_case(case: Case, language: Language) -> Found:
    return _about(case, language), [group(HitKind.CASE, [case_hit(case, language)])]


def _about(case: Case, language: Language) -> str:
    return sentence(
        language,
        "case",
        reference=case.reference,
        kind=named(case.kind, language),
        resource=case.resource,
        customer=case.customer,
        state=sentence(language, case.state.value),
    )


def _id(asked: SearchRequest) -> Found:
    """An id is of one thing: what it is asked of first is what people copy most."""
    number = asked.question.text.lower()
    action = actions.get(number)
    if action is not None:
        said = measure_hit(action, asked.language)
        words = sentence(
            asked.language,
            "action",
            measure=said.title,
            subject=said.about.partition(" · ")[0],
            state=said.state,
            until=action.until,
        )
        return words, [group(HitKind.MEASURE, [said]), _cases([action.case], asked.language)]
    decision = decisions.get(number)
    if decision is not None:
        case = cases.get(decision.case)
        title = title_of(decision.measure, asked.language)
        reference = case.reference if case else ""
        words = sentence(
            asked.language, "decision", at=decision.starts, measure=title, case=reference
        )
        made = actions.of_decision(decision.id)
        measures = group(HitKind.MEASURE, (measure_hit(action, asked.language) for action in made))
        hit = SearchHit(
            kind=HitKind.DECISION,
            key=decision.id,
            title=title,
            about=decision.level.name,
            at=decision.starts,
            case=reference,
        )
        groups = [group(HitKind.DECISION, [hit]), measures, _cases([decision.case], asked.language)]
        return words, groups
    report = reports.get(number)
    if report is not None:
        return _of_reports([report], asked.language, reporters=asked.reporters)
    known = cases.get(number)
    if known is not None:
        return _found_case(known, asked.language)
    notice = notices.get(number)
    return _of_notice(notice, asked) if notice is not None else _inquiry(asked)


def _inquiry(asked: SearchRequest) -> Found:
    """A question that came, by its reference or id."""
    inquiry = inquiries.named(asked.question.text.lower())
    if inquiry is None:
        return "", []
    report = reports.get(inquiry.report)
    hit = SearchHit(
        kind=HitKind.INQUIRY,
        key=inquiry.reference,
        title=report.reading.title if report and asked.reporters else inquiry.reference,
        about=(report.reading.reporter or "") if report and asked.reporters else "",
        state=inquiry.state.value,
        at=inquiry.asked_at,
    )
    said = sentence(asked.language, f"asked-{inquiry.state}")
    words = sentence(
        asked.language, "inquiry", reference=inquiry.reference, at=inquiry.asked_at, state=said
    )
    return words, [group(HitKind.INQUIRY, [hit])]


def _cases(ids: Iterable[str], language: Language) -> SearchGroup:
    matches = stored.cases_by_ids(ids, MOST + 1)
    return group(HitKind.CASE, (case_hit(case, language) for case in matches))


def _name(asked: SearchRequest) -> Found:
    """A name or a page: the claims that name it, what it meant, who reports under it."""
    if asked.question.name is None:
        return "", []
    host = ".".join(reversed(asked.question.name.decode("ascii").split(".")))
    claimed = stored.claims_named(asked.question.name)
    counted = {case.case: case.claims for case in claimed.cases}
    shown = stored.cases_by_ids(counted, MOST)
    records = inventory.names(host)
    groups = [
        group(
            HitKind.CASE,
            (case_hit(case, asked.language, counted[case.id]) for case in shown),
            len(claimed.cases),
        ),
        group(
            HitKind.NAME,
            (
                SearchHit(
                    kind=HitKind.NAME,
                    key=record.value,
                    title=record.value,
                    about=f"{record.name} {record.type.value}",
                    at=record.seen_at,
                )
                for record in records[:MOST]
            ),
        ),
    ]
    if asked.reporters and asked.question.kind is AskedFor.NAME:
        groups.append(_sources(host, asked.language))
    words = []
    if claimed.cases:
        words.append(sentence(asked.language, "name", cases=len(claimed.cases), subject=host))
    if records:
        last = [it.value for it in records if it.seen_at == records[0].seen_at]
        meant = ", ".join(last[:4])
        words.append(sentence(asked.language, "name-meant", addresses=meant, at=records[0].seen_at))
    return " ".join(words), groups


def _url(asked: SearchRequest) -> Found:
    if asked.question.prefix is not None:
        return find_address(asked.context, asked.question, asked.language)
    words, groups = _name(asked)
    exact, claims = stored.claims_on_page(asked.question.name or b"", asked.question.text)
    said = sentence(asked.language, "url", exact=exact, claims=claims)
    return f"{said} {words}" if claims else words, groups


def _sources(text: str, language: Language) -> SearchGroup:
    matches = stored.sources_like(text, MOST + 1)
    return group(HitKind.SOURCE, (source_hit(source, language) for source in matches))


def _message(asked: SearchRequest) -> Found:
    """A Message-ID of theirs or ours, or the address of a person."""
    bare = asked.question.text.strip("<>")
    received = reports.by_messages([bare, f"<{bare}>"])
    if received:
        return _of_reports(received, asked.language, reporters=asked.reporters)
    notice = notices.by_message(f"<{bare}>") or notices.by_message(bare)
    if notice is not None:
        return _of_notice(notice, asked)
    groups = [_customers(bare, asked.language)]
    if asked.reporters:
        groups.append(_sources(bare.rpartition("@")[2], asked.language))
    return _counted(asked.question, groups, asked.language), groups


def _of_notice(notice: Notice, asked: SearchRequest) -> Found:
    """A letter of ours, and the case that it is about."""
    case = cases.get(notice.case) if notice.case else None
    reference = case.reference if case else "–"  # noqa: RUF001 - a dash stands for none
    hit = SearchHit(
        kind=HitKind.NOTICE,
        key=notice.id,
        title=notice.title if asked.reporters or not notice.names_reporter else "–",  # noqa: RUF001 - a dash stands for none
        about=notice.party.value,
        state=notice.failure or ("sent" if notice.sent_at else None),
        at=notice.made_at,
        case=reference if case else None,
    )
    words = sentence(asked.language, "notice", at=notice.made_at, case=reference)
    joined = [_cases([case.id], asked.language)] if case else []
    return words, [group(HitKind.NOTICE, [hit]), *joined]


def _of_reports(received: list[Report], language: Language, *, reporters: bool) -> Found:
    """Mails that came, and the cases that their claims were joined to."""
    first = received[0]
    claimed = stored.claims_of_report(first.id)
    joined = stored.cases_by_ids((case.case for case in claimed.cases), MOST)
    hits = (
        SearchHit(
            kind=HitKind.REPORT,
            key=report.id,
            title=(report.reading.reporter or "–") if reporters else "–",  # noqa: RUF001 - a dash stands for none
            about=report.inbox_reason or report.reading.outcome.value,
            state="inbox" if report.inbox_reason and report.done_at is None else None,
            at=report.at,
            case=joined[0].reference if joined else None,
        )
        for report in received
    )
    key = "report" if joined else "report-inbox" if first.inbox_reason else "report-alone"
    named_cases = ", ".join(case.reference for case in joined[:5])
    words = sentence(language, key, at=first.at, cases=named_cases)
    cases_found = (case_hit(case, language) for case in joined)
    return words, [
        group(HitKind.REPORT, hits),
        group(HitKind.CASE, cases_found, len(claimed.cases)),
    ]


def _customers(text: str, language: Language) -> SearchGroup:
    matches = stored.customers_like(text, MOST + 1)
    return group(HitKind.CUSTOMER, (customer_hit(customer, language) for customer in matches))


def _words(asked: SearchRequest) -> Found:
    """Anything else: customers, cases of a resource, sources."""
    text = asked.question.text
    if RUN_ON.fullmatch(text) and (case := cases.by_reference(f"{text[:4]}-{text[4:]}")):
        return _found_case(case, asked.language)
    groups = [_customers(text, asked.language)]
    on = stored.cases_on(text, MOST + 1)
    groups.append(group(HitKind.CASE, (case_hit(case, asked.language) for case in on)))
    first = groups[0].hits[0] if groups[0].hits else None
    if first is not None and first.key.casefold() == text.casefold():
        theirs = cases.of_customer(first.key, MOST + 1)
        groups[1] = group(HitKind.CASE, (case_hit(case, asked.language) for case in theirs))
        standing = actions.moving_of_customer(first.key)
        groups.append(
            group(HitKind.MEASURE, (measure_hit(item, asked.language) for item in standing))
        )
        words = sentence(
            asked.language,
            "customer",
            name=first.title,
            id=first.key,
            open=cases.open_of([first.key]).get(first.key, 0),
            standing=len(standing),
        )
        return words, groups
    if asked.reporters:
        groups.append(_sources(text, asked.language))
    return _counted(asked.question, groups, asked.language), groups


def _counted(question: Question, groups: list[SearchGroup], language: Language) -> str:
    count = sum(len(item.hits) for item in groups)
    if not count:
        return ""
    more = "+" if any(item.more for item in groups) else ""
    return sentence(language, "many", count=f"{count}{more}", text=question.text)


FINDERS: dict[AskedFor, Callable[[SearchRequest], Found]] = {
    AskedFor.ADDRESS: lambda asked: find_address(asked.context, asked.question, asked.language),
    AskedFor.PREFIX: lambda asked: find_prefix(asked.question, asked.language),
    AskedFor.CASE: _case,
    AskedFor.INQUIRY: _inquiry,
    AskedFor.ID: _id,
    AskedFor.URL: _url,
    AskedFor.NAME: _name,
    AskedFor.MESSAGE: _message,
    AskedFor.WORDS: _words,
}
REPORTED = (_id, _inquiry, _name, _message, _words)  # these show who reported
