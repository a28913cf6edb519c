"""Which record lives in which table, and how it is written and read.

A column has the name of its record's field. Times and booleans are the database's own, lists and
records are documents; `derive` adds the columns that only exist to be searched.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import connection, models
from django.db.models.constants import OnConflict

from aupkeep.model.case import CaseState
from aupkeep.model.errors import Invalid, Strange
from aupkeep.model.host import address_key, name_key
from aupkeep.model.ladder import Evidence
from aupkeep.model.taxonomy import KINDS
from aupkeep.store import models as rows
from aupkeep.store.codec import as_it_is, dump, dumped, hints_of, load, loader
from aupkeep.store.row_insert import RowInsert

if TYPE_CHECKING:
    from aupkeep.model.action import Action
    from aupkeep.model.case import Case, Claim
    from aupkeep.model.decision import Decision
    from aupkeep.model.holding import Assignment, Network
    from aupkeep.model.report import Report

NATIVE = (models.DateTimeField, models.BooleanField)
WEIGHTS = {CaseState.ANSWERED: 0, CaseState.OPEN: 1, CaseState.WAITING: 2}
DOUBTED = 3  # behind every weight
HANDLED = 7  # of an open case that was dealt with: behind all that is urgent alike
CLOSED_RANK = 1000
NAME = ("name", "seen_at", "type", "value")
BATCH = 2000
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, Invalid)  # what no record holds
MODEL = "aupkeep.model"  # the package of all records
FEW = 20  # rows that are written one by one, by a statement that is compiled once


@dataclass(frozen=True)
class Table:
    """One record and its rows. `once` rows are never changed, `unique` says what makes them one.

    `place` is where the record's class stands under `model`: a class is imported when its table is
    used, so that a command which reads cases does not load every record. The journal names a row
    by `word`: by the record's class name as it was when the first row was written, so that a class
    may get another name.
    """

    place: str
    model: type[models.Model]
    derive: Callable[[Any], Mapping[str, object]] = lambda _: {}
    unique: tuple[str, ...] = ("id",)
    once: bool = False
    forgiving: bool = False  # the same row again is no conflict
    older_word: str = ""

    @property
    def word(self) -> str:
        """What the journal calls a row of this table."""
        return self.older_word or self.place.rpartition(".")[2]

    @cached_property
    def record(self) -> type:
        """The class of the table's records."""
        return cast("type", resolve_name(f"{MODEL}.{self.place}"))

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
        plain, values = dumped(record) or {}, dict[str, Any]()
        for name, attname, native, _ in self.columns:
            known = name in plain and not native
            value = plain[name] if known else getattr(record, name)
            values[attname] = value if known or native else dump(value)
        values.update((attname, values[attname] or None) for _, attname in self._blank)
        return self.model(**values, **self.derive(record), **first)

    def read(self, row: models.Model) -> Any:  # noqa: ANN401 - an instance of `record`
        """The record of a row. Raises `Strange` for one that no record was written as."""
        try:
            values = {
                name: getattr(row, attname) if native else load(hint, getattr(row, attname))
                for name, attname, native, hint in self.columns
            }
            values.update((name, getattr(row, attname) or "") for name, attname in self._blank)
            return self.record(**values)
        except UNREADABLE as error:
            raise Strange(f"a row of {self.word}") from error

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
            if stands != value:
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


class Tables(Mapping[type, Table]):
    """The table of each record that has one, in the order of their rows: parents first."""

    def __init__(self, tables: Iterable[Table]) -> None:
        """Of these tables."""
        self._tables = {f"{MODEL}.{table.place}": table for table in tables}

    def __getitem__(self, record: type) -> Table:
        """The table of this record. Raises `KeyError`."""
        return self._tables[f"{record.__module__}.{record.__qualname__}"]

    def __iter__(self) -> Iterator[type]:
        """Every record."""
        return (table.record for table in self._tables.values())

    def __len__(self) -> int:
        """How many there are."""
        return len(self._tables)


def network_bytes(prefix: "Network") -> bytes:
    """The first address of a prefix as 16 bytes that sort as the number does."""
    return int(prefix.network_address).to_bytes(16, "big")


def rank_of(case: "Case") -> int:
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


def _assignment(item: "Assignment") -> dict[str, object]:
    return {
        "family": item.prefix.version,
        "length": item.prefix.prefixlen,
        "network": network_bytes(item.prefix),
    }


def _claim(claim: "Claim") -> dict[str, object]:
    subject = claim.finding.subject
    return {
        "kind": claim.finding.kind,
        "customer_id": claim.held.customer,
        "resource": claim.held.resource,
        "address": address_key(subject.address) if subject.address else None,
        "name": name_key(subject.url or subject.domain),
    }


def _report(report: "Report") -> dict[str, object]:
    reading = report.reading
    return {
        "outcome": reading.outcome.value,
        "reporter": reading.reporter,
        "message_id": reading.message_id,
        "reporter_words": list(reading.reporter_words),
    }


def _decision(decision: "Decision") -> dict[str, object]:
    return {"under_grant": decision.under.grant if decision.under else None}


def _action(action: "Action") -> dict[str, object]:
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


TABLES = Tables(
    (  # parents first: a batch is written in this order
        Table("customer.Customer", rows.CustomerRow),
        Table("holding.OwnSpace", rows.SpaceRow, unique=("site", "prefix")),
        Table("holding.Assignment", rows.AssignmentRow, _assignment),
        Table("hosted_name.HostedName", rows.HostedNameRow),
        Table("raw.Raw", rows.RawRow, once=True),
        Table("source.Source", rows.SourceRow),
        Table("report.Report", rows.ReportRow, _report),
        Table("filing.Filing", rows.FilingRow),
        Table("inquiry.Inquiry", rows.InquiryRow),
        Table("ticket.Ticket", rows.TicketRow),
        Table("name.NameRecord", rows.NameRow, unique=NAME, once=True, forgiving=True),
        Table("case.Case", rows.CaseRow, lambda case: {"rank": rank_of(case)}),
        Table("case.Incident", rows.IncidentRow),
        Table("case.Claim", rows.ClaimRow, _claim),
        Table("case.Answer", rows.AnswerRow),
        Table("decision.Decision", rows.DecisionRow, _decision, once=True),
        Table("statement.Statement", rows.StatementRow, once=True),
        Table("action.Action", rows.ActionRow, _action),
        Table("notice.Notice", rows.NoticeRow),
        Table("link.Link", rows.LinkRow),
        Table(
            "staff.StaffMember",
            rows.Staff,
            lambda _: {"password": "!"},
            unique=("id",),
            older_word="Staff",
        ),
        Table("passkey.Passkey", rows.PasskeyRow),
        Table("token.Token", rows.TokenRow),
        Table("agent_key.AgentKey", rows.AgentKeyRow, unique=("target",)),
        Table("flag.Flag", rows.FlagRow, unique=("name",)),
        Table("permission.Permission", rows.PermissionRow),
        Table("strike.Strike", rows.StrikeRow),
        Table("clearance.Clearance", rows.ClearanceRow, once=True),
        Table("approval.Approval", rows.ApprovalRow),
        Table("export_request.ExportRequest", rows.ExportRequestRow),
        Table("grant.Grant", rows.GrantRow),
        Table("saved_view.SavedView", rows.SavedViewRow),
        Table("absence.Absence", rows.AbsenceRow),
        Table("webhook.Webhook", rows.WebhookRow),
        Table("threshold.Threshold", rows.ThresholdRow),
        Table("idempotency_key.IdempotencyKey", rows.IdempotencyKeyRow, once=True),
        Table("adopted_policy.AdoptedPolicy", rows.AdoptedPolicyRow),
        Table("policy_document.PolicyDocument", rows.PolicyDocumentRow),
        Table("acceptance.Acceptance", rows.AcceptanceRow, once=True, forgiving=True),
        Table("hold.Hold", rows.HoldRow),
    )
)


T = TypeVar("T")


def many(record: type[T], selected: Iterable[models.Model]) -> list[T]:
    """The records of these rows, in their order."""
    table = TABLES[record]
    return [cast("T", table.read(row)) for row in selected]


def _read_values(
    record: type,
    fields: Sequence[tuple[str, int, Callable[[Any], Any] | None]],
    blank: Sequence[tuple[str, int]],
    values: Sequence[Any],
) -> Any:  # noqa: ANN401 - an instance of `record`
    try:
        read = {name: values[at] if turn is None else turn(values[at]) for name, at, turn in fields}
        for name, at in blank:
            read[name] = values[at] or ""
        return record(**read)
    except UNREADABLE as error:
        raise Strange(f"a row of {record.__name__}") from error
