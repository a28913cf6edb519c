"""The work on a customer's trouble: cases, incidents, claims, answers."""

from django.db import models
from django.db.models import Q

from aupkeep.store.fields import Document, Words
from aupkeep.store.models.holding import CustomerRow
from aupkeep.store.models.intake import ReportRow


class CaseRow(models.Model):
    """`model.case.Case`; `rank` is its place in the queue, the lowest first."""

    id = Words(primary_key=True)
    reference = Words(unique=True)
    customer = models.ForeignKey(CustomerRow, models.PROTECT, db_index=False)
    resource = Words()
    clause = Words()
    kind = Words()
    state = Words()
    level = models.SmallIntegerField()
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True)
    events = models.BigIntegerField()
    cause = Words()
    outcome = Words(null=True)
    strikes = models.IntegerField()
    rank = models.SmallIntegerField()

    class Meta:
        """The table; one case only is open for a customer, a resource and a kind."""

        db_table = "store_case"
        indexes = [
            models.Index(fields=["rank", "opened_at", "id"], name="case_queue"),
            models.Index(fields=["state", "rank", "opened_at", "id"], name="case_state"),
            models.Index(fields=["clause", "rank", "opened_at", "id"], name="case_clause"),
            models.Index(fields=["customer", "opened_at"], name="case_customer"),
            models.Index(
                fields=["deadline_at"],
                name="case_deadline",
                condition=Q(deadline_at__isnull=False) & ~Q(state="closed"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "resource", "kind"],
                name="case_open_once",
                condition=~Q(state="closed"),
            )
        ]


class IncidentRow(models.Model):
    """`model.case.Incident`."""

    id = Words(primary_key=True)
    case = models.ForeignKey(CaseRow, models.PROTECT)
    kind = Words()
    customer = models.ForeignKey(CustomerRow, models.PROTECT, db_index=False)
    resource = Words()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    events = models.BigIntegerField()
    sources = Document()
    level = models.SmallIntegerField()

    class Meta:
        """The table."""

        db_table = "store_incident"
        indexes = [
            models.Index(fields=["customer", "resource", "kind", "last_at"], name="incident_window")
        ]


class ClaimRow(models.Model):
    """`model.case.Claim`, with its finding and the proof of holding as documents."""

    id = Words(primary_key=True)
    report = models.ForeignKey(ReportRow, models.PROTECT, null=True)
    incident = models.ForeignKey(IncidentRow, models.PROTECT, null=True)
    finding = Document()
    held = Document()
    at = models.DateTimeField()
    kind = Words()
    customer = models.ForeignKey(CustomerRow, models.PROTECT, db_index=False)
    resource = Words()
    marks = Document(default=list)

    class Meta:
        """The table."""

        db_table = "store_claim"
        indexes = [models.Index(fields=["customer", "resource", "kind", "at"], name="claim_window")]


class AnswerRow(models.Model):
    """`model.case.Answer`."""

    id = Words(primary_key=True)
    case = models.ForeignKey(CaseRow, models.PROTECT)
    kind = Words()
    text = Words()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = Words(null=True)

    class Meta:
        """The table."""

        db_table = "store_answer"
