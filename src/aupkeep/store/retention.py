"""What retention asks: what began long ago, the rows of a case or a report, who was erased."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from aupkeep.model.action import Action
from aupkeep.model.approval import Approval
from aupkeep.model.case import Answer, Case, CaseState, Claim, Incident
from aupkeep.model.clearance import Clearance
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Erased
from aupkeep.model.filing import Filing
from aupkeep.model.hold import Hold
from aupkeep.model.inquiry import Inquiry
from aupkeep.model.link import Link
from aupkeep.model.notice import Notice, Party
from aupkeep.model.permission import Permission
from aupkeep.model.report import Report
from aupkeep.model.source import Source
from aupkeep.model.statement import Statement
from aupkeep.model.strike import Strike
from aupkeep.model.ticket import Ticket
from aupkeep.store import legacy_flags
from aupkeep.store.models import (
    ActionRow,
    AnswerRow,
    ApprovalRow,
    CaseRow,
    ClaimRow,
    ClearanceRow,
    DecisionRow,
    EffectRow,
    EntryRow,
    FilingRow,
    HoldRow,
    IncidentRow,
    InquiryRow,
    LinkRow,
    NoticeRow,
    PermissionRow,
    ReportRow,
    SourceRow,
    StatementRow,
    StrikeRow,
    TicketRow,
)
from aupkeep.store.tables import many

ENDED = Q(done_at__isnull=False) | Q(dead_at__isnull=False)


def closed_until(moment: datetime) -> list[Case]:
    """Closed cases whose last change is no later, the oldest first."""
    rows = CaseRow.objects.filter(state=CaseState.CLOSED.value, changed_at__lte=moment)
    return many(Case, rows.order_by("changed_at", "id"))


def handled_until(moment: datetime) -> list[tuple[str, datetime]]:
    """Reports that no case rests on, read or taken out of the inbox by then; id and when."""
    joined = ClaimRow.objects.filter(report=OuterRef("pk"), incident__isnull=False)
    rows = ReportRow.objects.filter(Q(inbox_reason__isnull=True) | Q(done_at__isnull=False))
    rows = rows.annotate(handled=Coalesce("done_at", "at")).filter(handled__lte=moment)
    rows = rows.filter(~Exists(joined)).order_by("handled", "id")
    return list(rows.values_list("id", "handled"))


def actions_of(cases: Collection[str]) -> list[Action]:
    """The actions of these cases."""
    return many(Action, ActionRow.objects.filter(case_id__in=list(cases)))


def rows_of_case(case: Case) -> list[object]:
    """All records that belong to a case alone, itself among them."""
    of = {"case_id": case.id}
    return [
        case,
        *many(Incident, IncidentRow.objects.filter(**of)),
        *many(Claim, ClaimRow.objects.filter(incident__case_id=case.id)),
        *many(Answer, AnswerRow.objects.filter(**of)),
        *many(Decision, DecisionRow.objects.filter(**of)),
        *many(Statement, StatementRow.objects.filter(**of)),
        *many(Action, ActionRow.objects.filter(**of)),
        *many(Notice, NoticeRow.objects.filter(**of)),
        *many(Link, LinkRow.objects.filter(**of)),
        *many(Approval, ApprovalRow.objects.filter(**of)),
        *many(Strike, StrikeRow.objects.filter(case=case.id)),
        *many(Ticket, TicketRow.objects.filter(case=case.id)),
        *many(Hold, HoldRow.objects.filter(scope="case", key=case.id)),
    ]


def ended_beside(case: Case, now: datetime) -> list[object]:
    """What people set beside a case and is over: what they wrote may be about who reported it.

    Clearances and permissions of its resource, and holds of its customer. What is live keeps the
    case, or has its end still before it and goes with a later one.
    """
    holder = {"customer": case.customer, "resource": case.resource}
    over = Q(until__lte=now)
    holds = HoldRow.objects.filter(over | Q(ended_at__isnull=False))
    permissions = PermissionRow.objects.filter(over | Q(revoked_at__isnull=False), **holder)
    return [
        *many(Clearance, ClearanceRow.objects.filter(over, **holder)),
        *many(Permission, permissions),
        *many(Hold, holds.filter(scope="customer", key=case.customer)),
        *legacy_flags.of_case(case, now),
    ]


def rows_of_reports(reports: Sequence[Report]) -> list[object]:
    """All records that belong to reports and to no case, the reports not among them."""
    ids = [report.id for report in reports]
    raws = [report.raw for report in reports]
    return [
        *many(Claim, ClaimRow.objects.filter(report_id__in=ids, incident__isnull=True)),
        *many(Link, LinkRow.objects.filter(report_id__in=ids, case__isnull=True)),
        *many(Filing, FilingRow.objects.filter(raw_id__in=raws)),
        *many(Inquiry, InquiryRow.objects.filter(report__in=ids)),
        *many(Ticket, TicketRow.objects.filter(report__in=ids, case__isnull=True)),
        *many(Source, _without_others(ids, {report.source for report in reports})),
    ]


def _without_others(ids: list[str], keys: set[str | None]) -> QuerySet[SourceRow]:
    """The sources of these keys that have no report beside these, and no step of a person."""
    others = ReportRow.objects.filter(source__in=keys - {None}).exclude(id__in=ids)
    alone = keys - {None} - set(others.values_list("source", flat=True))
    rows = SourceRow.objects.filter(key__in=alone, step_at__isnull=True)
    return rows.filter(warned_at__isnull=True, trusted_until__isnull=True)


def letters_to(addresses: Collection[str]) -> list[Notice]:
    """Letters to reporters at these addresses that stand under no case."""
    rows = NoticeRow.objects.filter(recipient__in=list(addresses), case__isnull=True)
    return many(Notice, rows.filter(party=Party.REPORTER.value))


def reports_named(ids: Iterable[str]) -> list[Report]:
    """The reports among these ids, and those read from the raws among them."""
    named = list(ids)
    rows = ReportRow.objects.filter(Q(id__in=named) | Q(raw_id__in=named))
    return many(Report, rows.order_by("at", "id"))


def cases_behind(raw: str) -> set[str]:
    """The cases that a claim of any report of this raw was joined to."""
    rows = ClaimRow.objects.filter(report__raw_id=raw, incident__isnull=False)
    return set(rows.values_list("incident__case_id", flat=True))


def waiting_work() -> set[str]:
    """Every id that work of the outbox names which is neither done nor given up."""
    payloads = EffectRow.objects.exclude(ENDED).values_list("payload", flat=True)
    return {str(value) for payload in payloads.iterator() for value in payload.values()}


def effects_of(case: str | None, ids: Iterable[str]) -> list[str]:
    """The keys of the work that named a case, or one of these raws, notices and decisions."""
    kinds = ("read", "mail", "remind")
    wanted = Q(key__in=[f"{kind}:{key}" for key in ids for kind in kinds])
    if case is not None:
        wanted |= Q(key__startswith=f"consider:{case}")
    return list(EffectRow.objects.filter(wanted).values_list("key", flat=True))


def waits_for(case: str, ids: Iterable[str]) -> bool:
    """Whether work of the outbox about a case, its notices and decisions is still to do."""
    keys = effects_of(case, ids)
    return EffectRow.objects.exclude(ENDED).filter(key__in=keys).exists()


def entries_of(case: str) -> dict[str, int]:
    """Id and index of every entry of a case."""
    return dict(EntryRow.objects.filter(case=case).values_list("entry", "index"))


def erased_under(word: str) -> str | None:
    """The rule under which the case of this reference, or the decision of this id, was erased."""
    if not word:
        return None
    rows = EntryRow.objects.filter(type=EntryType.ENTRIES_ERASED.value).order_by("-index")
    for payload in rows.values_list("payload", flat=True).iterator():
        said = payload or {}
        if word in (said.get("reference"), *said.get("decisions", ())):
            return str(said["rule"])
    return None


def refuse_erased(what: str, word: str) -> None:
    """Raise `Erased` where the case of this reference, or the decision of this id, was erased."""
    rule = erased_under(word)
    if rule is not None:
        raise Erased(f"{what} {word[:60]}", rule)


def answered_case(report: Report) -> str | None:
    """The case that a letter answers to or was kept beside, by the reference it quotes."""
    quoted = report.reading.reply_to
    if quoted is None:
        return None
    return CaseRow.objects.filter(reference=quoted.upper()).values_list("id", flat=True).first()


def empty_write_log() -> None:
    """Empty SQLite's write-ahead log, which else keeps what was deleted until it is written over.

    Nothing happens while somebody reads an older state of it: the next run empties it.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
