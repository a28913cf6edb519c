"""Which record lives in which table, and how it is written and read.

A column has the name of its record's field. Times and booleans are the database's own, lists and
records are documents; `derive` adds the columns that only exist to be searched.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypeVar, cast

from django.db import connection, models
from django.db.models.constants import OnConflict

from aupkeep.model.acceptance import Acceptance
from aupkeep.model.action import Action
from aupkeep.model.adopted_policy import AdoptedPolicy
from aupkeep.model.agent_key import AgentKey
from aupkeep.model.approval import Approval
from aupkeep.model.case import Answer, Case, CaseState, Claim, Incident
from aupkeep.model.clearance import Clearance
from aupkeep.model.customer import Customer
from aupkeep.model.decision import Decision
from aupkeep.model.export_request import ExportRequest
from aupkeep.model.filing import Filing
from aupkeep.model.flag import Flag
from aupkeep.model.grant import Grant
from aupkeep.model.hold import Hold
from aupkeep.model.holding import Assignment, Network, OwnSpace
from aupkeep.model.host import address_key, name_key
from aupkeep.model.hosted_name import HostedName
from aupkeep.model.idempotency_key import IdempotencyKey
from aupkeep.model.inquiry import Inquiry
from aupkeep.model.ladder import Evidence
from aupkeep.model.link import Link
from aupkeep.model.name import NameRecord
from aupkeep.model.notice import Notice
from aupkeep.model.passkey import Passkey
from aupkeep.model.permission import Permission
from aupkeep.model.policy_document import PolicyDocument
from aupkeep.model.raw import Raw
from aupkeep.model.report import Report
from aupkeep.model.saved_view import SavedView
from aupkeep.model.source import Source
from aupkeep.model.staff import StaffMember
from aupkeep.model.statement import Statement
from aupkeep.model.strike import Strike
from aupkeep.model.taxonomy import KINDS
from aupkeep.model.threshold import Threshold
from aupkeep.model.ticket import Ticket
from aupkeep.model.token import Token
from aupkeep.store import models as rows
from aupkeep.store.codec import as_it_is, dump, hints_of, load, loader
from aupkeep.store.row_insert import RowInsert

NATIVE = (models.DateTimeField, models.BooleanField)
WEIGHTS = {CaseState.ANSWERED: 0, CaseState.OPEN: 1, CaseState.WAITING: 2}
DOUBTED = 3  # behind every weight
HANDLED = 7  # of an open case that was dealt with: behind all that is urgent alike
CLOSED_RANK = 1000
OF_ITS_DAY = "rank"  # it follows from the taxonomy of the version that wrote it
NAME = ("name", "seen_at", "type", "value")
BATCH = 2000
FEW = 20  # rows that are written one by one, by a statement that is compiled once


@dataclass(frozen=True)
class Table:
    """One record and its rows. `once` rows are never changed, `unique` says what makes them one.

    The journal names a row by `word`: by the record's class name as it was when the first row was
    written, so that a class may get another name.
    """

    record: type
    model: type[models.Model]
    derive: Callable[[Any], Mapping[str, object]] = lambda _: {}
    unique: tuple[str, ...] = ("id",)
    once: bool = False
    forgiving: bool = False  # the same row again is no conflict
    older_word: str = ""

    @property
    def word(self) -> str:
        """What the journal calls a row of this table."""
        return self.older_word or self.record.__name__

    @cached_property
    def columns(self) -> list[tuple[str, str, bool, Any]]:
        """Field name, column attribute, whether the database has the type, and the annotation."""
        columns = []
        for name, hint in hints_of(self.record).items():
            field = cast("models.Field[Any, Any]", self.model._meta.get_field(name))  # noqa: SLF001 - Django's documented API
            columns.append((name, field.attname, isinstance(field, NATIVE), hint))
        return columns

    def key(self, record: object) -> tuple[object, ...]:
        """What makes a record one row: its values of the `unique` columns."""
        return tuple(getattr(record, name) for name in self.unique)

    def stored(self, record: object) -> models.Model | None:
        """The row that stands where this record would go, locked until the transaction ends."""
        wanted = {
            attname: getattr(record, name) if native else dump(getattr(record, name))
            for name, attname, native, _ in self.columns
            if name in self.unique
        }
        objects = self.model._default_manager  # noqa: SLF001 - Django's documented API
        return objects.select_for_update().filter(**wanted).first()

    def row(self, record: object, **first: object) -> models.Model:
        """The row of a record, with further columns."""
        values = {
            attname: getattr(record, name) if native else dump(getattr(record, name))
            for name, attname, native, _ in self.columns
        }
        values.update((attname, values[attname] or None) for _, attname in self._blank)
        return self.model(**values, **self.derive(record), **first)

    def read(self, row: models.Model) -> Any:  # noqa: ANN401 - an instance of `record`
        """The record of a row."""
        values = {
            name: getattr(row, attname) if native else load(hint, getattr(row, attname))
            for name, attname, native, hint in self.columns
        }
        values.update((name, getattr(row, attname) or "") for name, attname in self._blank)
        return self.record(**values)

    def reader(self, columns: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
        """How a row becomes a record that comes as the values of these columns."""
        if columns not in self._readers:
            at = {name: place for place, name in enumerate(columns)}
            fields = [
                (name, at[attname], None if native or loader(hint) is as_it_is else loader(hint))
                for name, attname, native, hint in self.columns
            ]
            blank = [(name, at[attname]) for name, attname in self._blank]
            self._readers[columns] = partial(_read_values, self.record, fields, blank)
        return self._readers[columns]

    @cached_property
    def _readers(self) -> dict[tuple[str, ...], Callable[[Sequence[Any]], Any]]:
        return {}

    @cached_property
    def _blank(self) -> list[tuple[str, str]]:
        """Texts that refer to another row, or to none where they are empty."""
        fields = self.model._meta  # noqa: SLF001 - Django's documented API
        return [
            (name, attname)
            for name, attname, _, hint in self.columns
            if hint is str and name != attname and fields.get_field(name).null
        ]

    def records(self) -> Iterator[Any]:
        """Every record of the table, as a stream."""
        return (record for record, _ in self.records_and_odd())

    def records_and_odd(self) -> Iterator[tuple[Any, str]]:
        """Every record, and the column of its row that does not follow from it, "" for none."""
        for row in self.model._default_manager.iterator(chunk_size=BATCH):  # noqa: SLF001 - Django's documented API
            record = self.read(row)
            yield record, next(self._odd(row, record), "")

    def _odd(self, row: models.Model, record: object) -> Iterator[str]:
        """The columns that exist to be searched and hold something else than they are to."""
        for name, value in self.derive(record).items():
            stands = getattr(row, name)
            stands = bytes(stands) if isinstance(stands, memoryview) else stands
            if stands != value and name != OF_ITS_DAY:
                yield name

    def keyed(self, keys: Iterable[str]) -> Iterator[Any]:
        """The records that the journal names by these keys, as a stream."""
        wanted = set(keys)
        if len(self.unique) > 1:
            every = self.records()
            return (record for record in every if "/".join(map(str, self.key(record))) in wanted)
        objects = self.model._default_manager  # noqa: SLF001 - Django's documented API
        rows = objects.filter(**{f"{self.unique[0]}__in": sorted(wanted)})
        return (self.read(row) for row in rows.iterator(chunk_size=BATCH))

    def write(self, records: Iterable[object], **first: object) -> None:
        """Insert records, or update the rows that exist. Raises IntegrityError on a conflict.

        `first` are columns beside the record, which keep what the row was inserted with.
        """
        fresh = [self.row(record, **first) for record in records]
        if len(fresh) <= FEW:
            insert = self._inserts(connection.vendor, frozenset(first))
            for row in fresh:
                insert(row)
            return
        objects = self.model._default_manager  # noqa: SLF001 - Django's documented API
        if self.once:
            objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=self.forgiving)
            return
        objects.bulk_create(
            fresh,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=self.unique,
            update_fields=[field.name for field in self._changed(first)],
        )

    def _changed(self, first: Iterable[str]) -> "list[models.Field[Any, Any]]":
        """The columns that a later word about a row replaces."""
        return [
            field
            for field in self.model._meta.concrete_fields  # noqa: SLF001 - Django's documented API
            if not field.primary_key and field.name not in {*self.unique, *first}
        ]

    def _inserts(self, vendor: str, first: frozenset[str]) -> RowInsert:
        """How one row is written, compiled once."""
        if (vendor, first) not in self._inserting:
            conflict = OnConflict.IGNORE if self.once and self.forgiving else None
            changed = [] if self.once else self._changed(first)
            self._inserting[vendor, first] = RowInsert(
                self.model, self.unique, changed, OnConflict.UPDATE if changed else conflict
            )
        return self._inserting[vendor, first]

    @cached_property
    def _inserting(self) -> dict[tuple[str, frozenset[str]], RowInsert]:
        return {}


def network_bytes(prefix: Network) -> bytes:
    """The first address of a prefix as 16 bytes that sort as the number does."""
    return int(prefix.network_address).to_bytes(16, "big")


def rank_of(case: Case) -> int:
    """Where a case stands in the queue: urgency of its kind first, then unread answers.

    Of one urgency what somebody vouches for stands before allegations (E0): names that nobody
    proved, and sources in the slow lane.
    """
    if case.state is CaseState.CLOSED:
        return CLOSED_RANK
    kind = KINDS.get(case.kind)
    urgency = int(kind.urgency[1:]) if kind else 9
    if case.state is CaseState.OPEN and case.handled_at is not None:
        return urgency * 10 + HANDLED
    doubt = DOUBTED if case.level is Evidence.E0 else 0
    return urgency * 10 + doubt + WEIGHTS[case.state]


def state_of(rank: int) -> CaseState:
    """The state of a case at this place in the queue."""
    if rank == CLOSED_RANK:
        return CaseState.CLOSED
    return next(state for state, weight in WEIGHTS.items() if weight == rank % 10 % DOUBTED)


def _assignment(item: Assignment) -> dict[str, object]:
    return {
        "family": item.prefix.version,
        "length": item.prefix.prefixlen,
        "network": network_bytes(item.prefix),
    }


def _claim(claim: Claim) -> dict[str, object]:
    subject = claim.finding.subject
    return {
        "kind": claim.finding.kind,
        "customer_id": claim.held.customer,
        "resource": claim.held.resource,
        "address": address_key(subject.address) if subject.address else None,
        "name": name_key(subject.url or subject.domain),
    }


def _report(report: Report) -> dict[str, object]:
    reading = report.reading
    return {
        "outcome": reading.outcome.value,
        "reporter": reading.reporter,
        "message_id": reading.message_id,
        "reporter_words": list(reading.reporter_words),
    }


def _decision(decision: Decision) -> dict[str, object]:
    return {"under_grant": decision.under.grant if decision.under else None}


def _action(action: Action) -> dict[str, object]:
    """Of a measure on an IPv6 assignment `address` is the first one of that."""
    scope = action.scope
    first_one = scope.network.network_address if scope.network else scope.address
    return {
        "address": address_key(first_one) if first_one else None,
        "customer": action.scope.customer,
        "detector": action.versions.detector,
        "rule": action.versions.rule,
        "policy": action.versions.policy,
        "attribution": action.versions.attribution,
    }


TABLES: dict[type, Table] = {
    table.record: table
    for table in (  # parents first: a batch is written in this order
        Table(Customer, rows.CustomerRow),
        Table(OwnSpace, rows.SpaceRow, unique=("site", "prefix")),
        Table(Assignment, rows.AssignmentRow, _assignment),
        Table(HostedName, rows.HostedNameRow),
        Table(Raw, rows.RawRow, once=True),
        Table(Source, rows.SourceRow),
        Table(Report, rows.ReportRow, _report),
        Table(Filing, rows.FilingRow),
        Table(Inquiry, rows.InquiryRow),
        Table(Ticket, rows.TicketRow),
        Table(NameRecord, rows.NameRow, unique=NAME, once=True, forgiving=True),
        Table(Case, rows.CaseRow, lambda case: {"rank": rank_of(case)}),
        Table(Incident, rows.IncidentRow),
        Table(Claim, rows.ClaimRow, _claim),
        Table(Answer, rows.AnswerRow),
        Table(Decision, rows.DecisionRow, _decision, once=True),
        Table(Statement, rows.StatementRow, once=True),
        Table(Action, rows.ActionRow, _action),
        Table(Notice, rows.NoticeRow),
        Table(Link, rows.LinkRow),
        Table(
            StaffMember, rows.Staff, lambda _: {"password": "!"}, unique=("id",), older_word="Staff"
        ),
        Table(Passkey, rows.PasskeyRow),
        Table(Token, rows.TokenRow),
        Table(AgentKey, rows.AgentKeyRow, unique=("target",)),
        Table(Flag, rows.FlagRow, unique=("name",)),
        Table(Permission, rows.PermissionRow),
        Table(Strike, rows.StrikeRow),
        Table(Clearance, rows.ClearanceRow, once=True),
        Table(Approval, rows.ApprovalRow),
        Table(ExportRequest, rows.ExportRequestRow),
        Table(Grant, rows.GrantRow),
        Table(SavedView, rows.SavedViewRow),
        Table(Threshold, rows.ThresholdRow),
        Table(IdempotencyKey, rows.IdempotencyKeyRow, once=True),
        Table(AdoptedPolicy, rows.AdoptedPolicyRow),
        Table(PolicyDocument, rows.PolicyDocumentRow),
        Table(Acceptance, rows.AcceptanceRow, once=True, forgiving=True),
        Table(Hold, rows.HoldRow),
    )
}


T = TypeVar("T")


def many(record: type[T], selected: Iterable[models.Model]) -> list[T]:
    """The records of these rows, in their order."""
    table = TABLES[record]
    return [cast("T", table.read(row)) for row in selected]


def _read_values(
    record: Callable[..., Any],
    fields: Sequence[tuple[str, int, Callable[[Any], Any] | None]],
    blank: Sequence[tuple[str, int]],
    values: Sequence[Any],
) -> Any:  # noqa: ANN401 - an instance of `record`
    read = {name: values[at] if turn is None else turn(values[at]) for name, at, turn in fields}
    for name, at in blank:
        read[name] = values[at] or ""
    return record(**read)
