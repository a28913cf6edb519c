"""The work on a customer's trouble: cases, incidents, claims, answers."""

from django.db import models
from django.db.models import Q

from aupkeep.store.fields import JsonTextField, PlainTextField
from aupkeep.store.models.holding import CustomerRow
from aupkeep.store.models.intake import ReportRow


class CaseRow(models.Model):
    """`model.case.Case`; `rank` is its place in the queue, the lowest first."""

    id = PlainTextField(primary_key=True)
    reference = PlainTextField(unique=True)
    customer = models.ForeignKey(CustomerRow, models.PROTECT, db_index=False)
    resource = PlainTextField()
    clause = PlainTextField()
    kind = PlainTextField()
    state = PlainTextField()
    level = models.SmallIntegerField()
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True)
    events = models.BigIntegerField()
    cause = PlainTextField()
    outcome = PlainTextField(null=True)
    strikes = models.IntegerField()
    rank = models.SmallIntegerField()
    confirms = models.BooleanField(default=True)
    assignee = PlainTextField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        """The table; one case only is open for a customer, a resource and a kind."""

        db_table = "store_case"
        indexes = [
            models.Index(fields=["rank", "opened_at", "id"], name="case_queue"),
            models.Index(fields=["state", "rank", "opened_at", "id"], name="case_state"),
            models.Index(fields=["clause", "rank", "opened_at", "id"], name="case_clause"),
            models.Index(fields=["customer", "opened_at"], name="case_customer"),
            models.Index(fields=["resource"], name="case_resource"),
            models.Index(fields=["kind", "rank", "opened_at", "id"], name="case_kind"),
            models.Index(
                fields=["assignee", "rank", "opened_at", "id"],
                name="case_assignee",
                condition=Q(assignee__isnull=False),
            ),
            models.Index(
                fields=[
                    *("state", "clause", "kind", "level", "assignee"),
                    *("handled_at", "snoozed_until", "deadline_at", "opened_at", "id"),
                ],
                name="case_facets",
            ),
            models.Index(
                fields=["snoozed_until"],
                name="case_snoozed",
                condition=Q(snoozed_until__isnull=False),
            ),
            models.Index(
                fields=["clause", "deadline_at"], name="case_late", condition=Q(state="waiting")
            ),
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

    id = PlainTextField(primary_key=True)
    case = models.ForeignKey(CaseRow, models.PROTECT)
    kind = PlainTextField()
    customer = models.ForeignKey(CustomerRow, models.PROTECT, db_index=False)
    resource = PlainTextField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    events = models.BigIntegerField()
    sources = JsonTextField()
    level = models.SmallIntegerField()

    class Meta:
        db_table = "store_incident"
        indexes = [
            models.Index(fields=["customer", "resource", "kind", "last_at"], name="incident_window")
        ]


class CaseSourceRow(models.Model):
    """A source that an incident of a case names; derived, see `store.case_sources`."""

    source = PlainTextField()
    case = PlainTextField()
    incident = models.ForeignKey(IncidentRow, models.CASCADE)

    class Meta:
        db_table = "store_case_source"
        indexes = [models.Index(fields=["source", "case"], name="case_source")]


class ClaimRow(models.Model):
    """`model.case.Claim`, with its finding and the proof of holding as documents.

    `joined` is the index of the entry that named the row first: it only grows.
    `address` and `name` are the keys (`model.host`) by which a claim is looked up.
    """

    id = PlainTextField(primary_key=True)
    report = models.ForeignKey(ReportRow, models.PROTECT, null=True)
    incident = models.ForeignKey(IncidentRow, models.PROTECT, null=True)
    finding = JsonTextField()
    held = JsonTextField()
    at = models.DateTimeField()
    kind = PlainTextField()
    customer = models.ForeignKey(CustomerRow, models.PROTECT, db_index=False)
    resource = PlainTextField()
    marks = JsonTextField(default=list)
    joined = models.BigIntegerField(default=0)
    address = models.BinaryField(null=True)
    name = models.BinaryField(null=True)

    class Meta:
        db_table = "store_claim"
        indexes = [
            models.Index(fields=["customer", "resource", "kind", "at"], name="claim_window"),
            models.Index(
                fields=["address", "at"],
                name="claim_address",
                condition=Q(address__isnull=False),
            ),
            models.Index(fields=["name", "at"], name="claim_name", condition=Q(name__isnull=False)),
        ]


class AnswerRow(models.Model):
    """`model.case.Answer`."""

    id = PlainTextField(primary_key=True)
    case = models.ForeignKey(CaseRow, models.PROTECT)
    kind = PlainTextField()
    text = PlainTextField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = PlainTextField(null=True)
    assigned_to = PlainTextField(null=True)
    judged_at = models.DateTimeField(null=True)
    judged = PlainTextField(null=True)
    reseller = PlainTextField(null=True)

    class Meta:
        db_table = "store_answer"
