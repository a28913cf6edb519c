"""Decisions, the actions that carry them out, the notices that tell them, the links in mail."""

from django.db import models
from django.db.models import Q

from aupkeep.store.fields import JsonTextField, PlainTextField
from aupkeep.store.models.casework import CaseRow
from aupkeep.store.models.intake import ReportRow


class DecisionRow(models.Model):
    """`model.decision.Decision`: written once, never changed."""

    id = PlainTextField(primary_key=True)
    case = models.ForeignKey(CaseRow, models.PROTECT)
    clause = PlainTextField()
    clause_text = PlainTextField()
    document = PlainTextField()
    document_version = PlainTextField()
    standard = PlainTextField()
    evidence = models.SmallIntegerField()
    level = models.SmallIntegerField()
    measure = PlainTextField()
    scope = JsonTextField()
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    author = JsonTextField()
    approvers = JsonTextField()
    reasons = PlainTextField()
    facts = JsonTextField()
    trace = JsonTextField()
    versions = JsonTextField()
    cause = PlainTextField()
    reverses = PlainTextField(null=True, db_index=True)
    break_glass = models.BooleanField(default=False)
    runbook = PlainTextField(null=True)
    judges = PlainTextField(null=True)
    under = JsonTextField(null=True)
    under_grant = PlainTextField(null=True, db_index=True)
    answer_hours = models.FloatField(null=True)

    class Meta:
        db_table = "store_decision"
        indexes = [models.Index(fields=["ends", "starts"], name="decision_force")]


class ActionRow(models.Model):
    """`model.action.Action`; the four versions stand in columns of their own (invariant 11)."""

    id = PlainTextField(primary_key=True)
    decision = models.ForeignKey(DecisionRow, models.PROTECT)
    case = models.ForeignKey(CaseRow, models.PROTECT)
    reference = PlainTextField()
    driver = PlainTextField()
    target = PlainTextField()
    level = models.SmallIntegerField()
    measure = PlainTextField()
    scope = JsonTextField()
    starts = models.DateTimeField()
    until = models.DateTimeField()
    versions = JsonTextField()
    automatic = models.BooleanField()
    state = PlainTextField()
    proof = PlainTextField(null=True)
    changed_at = models.DateTimeField(null=True)
    clause = PlainTextField(null=True)
    effect = PlainTextField(null=True)
    customer = PlainTextField()
    detector = PlainTextField(db_index=True)
    rule = PlainTextField(db_index=True)
    policy = PlainTextField(db_index=True)
    attribution = PlainTextField(db_index=True)
    address = models.BinaryField(null=True)

    class Meta:
        db_table = "store_action"
        indexes = [
            models.Index(fields=["target", "state", "until"], name="action_target"),
            models.Index(fields=["starts"], name="action_automatic", condition=Q(automatic=True)),
            models.Index(
                fields=["address"], name="action_address", condition=Q(address__isnull=False)
            ),
            models.Index(fields=["customer", "state"], name="action_customer"),
        ]


class NoticeRow(models.Model):
    """`model.notice.Notice`."""

    id = PlainTextField(primary_key=True)
    kind = PlainTextField()
    party = PlainTextField()
    case = models.ForeignKey(CaseRow, models.PROTECT, null=True)
    decision = models.ForeignKey(DecisionRow, models.PROTECT, null=True)
    recipient = PlainTextField()
    language = PlainTextField()
    title = PlainTextField()
    text = PlainTextField()
    message_id = PlainTextField(unique=True)
    made_at = models.DateTimeField()
    headers = JsonTextField()
    sent_at = models.DateTimeField(null=True)
    failure = PlainTextField(null=True)
    attached = PlainTextField(default="")
    facts = JsonTextField(default=dict)
    within = PlainTextField(default="")
    brand = PlainTextField(default="")

    class Meta:
        db_table = "store_notice"
        indexes = [
            models.Index(fields=["recipient", "made_at"], name="notice_recipient"),
            models.Index(fields=["within"], name="notice_within"),
        ]


class LinkRow(models.Model):
    """`model.link.Link`: only the token's digest is known here."""

    id = PlainTextField(primary_key=True)
    kind = PlainTextField()
    digest = PlainTextField(unique=True)
    case = models.ForeignKey(CaseRow, models.PROTECT, null=True)
    report = models.ForeignKey(ReportRow, models.PROTECT, null=True)
    party = PlainTextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    single_use = models.BooleanField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    made_by = PlainTextField(null=True)

    class Meta:
        db_table = "store_link"


class DesiredRow(models.Model):
    """The newest signed state of a target, as every machine of the install gives it out."""

    target = PlainTextField(primary_key=True)
    serial = models.BigIntegerField()
    data = models.BinaryField()
    nonce = PlainTextField(default="")

    class Meta:
        db_table = "store_desired"
