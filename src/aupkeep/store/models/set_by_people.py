"""State that people set beside decisions: permissions, clearances, approvals, thresholds."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from aupkeep.store.fields import JsonTextField, PlainTextField
from aupkeep.store.models.casework import CaseRow


class PermissionRow(models.Model):
    """`model.permission.Permission`."""

    id = PlainTextField(primary_key=True)
    customer = PlainTextField()
    resource = PlainTextField()
    kind = PlainTextField()
    until = models.DateTimeField()
    by = PlainTextField()
    reasons = PlainTextField()
    granted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = PlainTextField(null=True)

    class Meta:
        """The table: one permission stands for a resource and a kind."""

        db_table = "store_permission"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "resource", "kind"],
                name="permission_one",
                condition=Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="permission_revoked_by",
            ),
        ]


class StrikeRow(models.Model):
    """`model.strike.Strike`; of one case at most one that nobody removed."""

    id = PlainTextField(primary_key=True)
    customer = PlainTextField()
    case = PlainTextField()
    reference = PlainTextField()
    decision = PlainTextField()
    clause = PlainTextField()
    cause = PlainTextField()
    tier = PlainTextField()
    by = PlainTextField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = PlainTextField(null=True)
    why = PlainTextField(default="")

    class Meta:
        """The table; those of a customer are counted at every decision."""

        db_table = "store_strike"
        indexes = [models.Index(fields=["customer", "until"], name="strike_customer")]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="strike_one", condition=Q(removed_at__isnull=True)
            )
        ]


class AbsenceRow(models.Model):
    """`model.absence.Absence`."""

    id = PlainTextField(primary_key=True)
    staff = PlainTextField()
    start = models.DateTimeField()
    until = models.DateTimeField()
    set_by = PlainTextField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """The table: a few rows a year."""

        db_table = "store_absence"


class SavedViewRow(models.Model):
    """`model.saved_view.SavedView`."""

    id = PlainTextField(primary_key=True)
    owner = PlainTextField()
    name = PlainTextField()
    query = PlainTextField()
    shared = models.BooleanField()
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """The table: a name stands for one view of a person, and for one that is shared."""

        db_table = "store_saved_view"
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], name="view_own", condition=Q(removed_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["name"],
                name="view_shared",
                condition=Q(shared=True, removed_at__isnull=True),
            ),
        ]


class GrantRow(models.Model):
    """`model.grant.Grant`."""

    id = PlainTextField(primary_key=True)
    kind = PlainTextField()
    rule = PlainTextField()
    target = PlainTextField()
    scope = PlainTextField()
    value = PlainTextField()
    ceiling = models.IntegerField(null=True)
    share = models.SmallIntegerField()
    starts = models.DateTimeField()
    until = models.DateTimeField()
    asked_by = PlainTextField()
    asked_at = models.DateTimeField()
    reasons = PlainTextField()
    behind = JsonTextField(default=list)
    replaces = PlainTextField(null=True)
    granted_by = PlainTextField(null=True)
    granted_at = models.DateTimeField(null=True)
    revoked_by = PlainTextField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_why = PlainTextField(default="")

    class Meta:
        """The table: no grant without an end, none given by who asked."""

        db_table = "store_grant"
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("starts")), name="grant_ends"),
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=100), name="grant_share"),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("asked_by")),
                name="grant_two_people",
            ),
        ]


class InquiryRow(models.Model):
    """`model.inquiry.Inquiry`; of one report there is one."""

    id = PlainTextField(primary_key=True)
    reference = PlainTextField(unique=True)
    report = PlainTextField(unique=True)
    asked_at = models.DateTimeField()
    state = PlainTextField()
    notice = PlainTextField(null=True)
    permission = PlainTextField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = PlainTextField(null=True)
    why = PlainTextField(default="")
    pressing = PlainTextField(default="")
    needed_by = models.DateTimeField(null=True)

    class Meta:
        """The table; the queue is short."""

        db_table = "store_inquiry"
        indexes = [models.Index(fields=["state", "id"], name="inquiry_state")]


class ClearanceRow(models.Model):
    """`model.clearance.Clearance`: written once, never changed."""

    id = PlainTextField(primary_key=True)
    customer = PlainTextField()
    resource = PlainTextField()
    source = PlainTextField()
    until = models.DateTimeField()
    by = PlainTextField()

    class Meta:
        db_table = "store_clearance"
        indexes = [
            models.Index(fields=["customer", "resource", "until"], name="clearance_resource")
        ]


class ApprovalRow(models.Model):
    """`model.approval.Approval`."""

    id = PlainTextField(primary_key=True)
    case = models.ForeignKey(CaseRow, models.PROTECT)
    measure = PlainTextField()
    hours = models.IntegerField(null=True)
    reasons = PlainTextField()
    cause = PlainTextField()
    by = PlainTextField()
    at = models.DateTimeField()
    given_by = PlainTextField(null=True)
    given_at = models.DateTimeField(null=True)
    decision = PlainTextField(null=True)
    choice = PlainTextField(default="")
    ratifies = PlainTextField(null=True)
    behind = JsonTextField(default=list)

    class Meta:
        """The table: who asked is not who gives."""

        db_table = "store_approval"
        indexes = [
            models.Index(
                fields=["at", "id"], name="approval_waiting", condition=Q(given_at__isnull=True)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(given_by__isnull=True, given_at__isnull=True, decision__isnull=True)
                | Q(given_by__isnull=False, given_at__isnull=False, decision__isnull=False)
                & ~Q(given_by=F("by")),
                name="approval_second_person",
            )
        ]


class ExportRequestRow(models.Model):
    """`model.export_request.ExportRequest`."""

    id = PlainTextField(primary_key=True)
    by = PlainTextField()
    at = models.DateTimeField()
    behind = JsonTextField(default=list)
    given_by = PlainTextField(null=True)
    given_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        """The table: who asked is not who gives."""

        db_table = "store_export_request"
        constraints = [
            models.CheckConstraint(
                condition=Q(given_by__isnull=True, given_at__isnull=True, used_at__isnull=True)
                | Q(given_by__isnull=False, given_at__isnull=False) & ~Q(given_by=F("by")),
                name="export_second_person",
            )
        ]


class ThresholdRow(models.Model):
    """`model.threshold.Threshold`."""

    id = PlainTextField(primary_key=True)
    detector = PlainTextField()
    threshold = PlainTextField()
    value = models.FloatField()
    words = PlainTextField()
    of_class = PlainTextField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The table: one stands for a detector, a threshold and a class."""

        db_table = "store_threshold"
        constraints = [
            models.UniqueConstraint(
                F("detector"),
                F("threshold"),
                Coalesce(F("of_class"), Value("")),
                name="threshold_one",
                condition=Q(withdrawn_at__isnull=True),
            )
        ]


class IdempotencyKeyRow(models.Model):
    """`model.idempotency_key.IdempotencyKey`: written once, never changed."""

    id = PlainTextField(primary_key=True)
    digest = PlainTextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "store_idempotency_key"


class HoldRow(models.Model):
    """`model.hold.Hold`."""

    id = PlainTextField(primary_key=True)
    scope = PlainTextField()
    key = PlainTextField()
    reasons = PlainTextField()
    by = PlainTextField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = PlainTextField(null=True)

    class Meta:
        db_table = "store_hold"
        indexes = [models.Index(fields=["scope", "key"], name="hold_key")]


class AdoptedPolicyRow(models.Model):
    """`model.adopted_policy.AdoptedPolicy`: one row."""

    id = PlainTextField(primary_key=True)
    digest = PlainTextField()
    adopted_at = models.DateTimeField()

    class Meta:
        db_table = "store_adopted_policy"


class MovedFlagRow(models.Model):
    """A `Flag` of an older version whose content stands in the tables above; only read."""

    name = PlainTextField(primary_key=True)
    value = JsonTextField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "store_moved_flag"


class TicketRow(models.Model):
    """`model.ticket.Ticket`; of one report at most one is open."""

    id = PlainTextField(primary_key=True)
    reference = PlainTextField(unique=True)
    report = PlainTextField(db_index=True)
    case = PlainTextField(null=True, db_index=True)
    notice = PlainTextField(unique=True)
    handed_at = models.DateTimeField()
    handed_by = PlainTextField()
    number = PlainTextField(default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = PlainTextField(null=True)
    why = PlainTextField(default="")

    class Meta:
        db_table = "store_ticket"
        constraints = [
            models.UniqueConstraint(
                fields=["report"], name="ticket_open", condition=Q(closed_at__isnull=True)
            )
        ]
