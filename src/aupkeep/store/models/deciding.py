"""Decisions, the actions that carry them out, the notices that tell them, the links in mail."""

from django.db import models
from django.db.models import Q

from aupkeep.store.fields import Document, Words
from aupkeep.store.models.casework import CaseRow
from aupkeep.store.models.intake import ReportRow


class DecisionRow(models.Model):
    """`model.decision.Decision`: written once, never changed."""

    id = Words(primary_key=True)
    case = models.ForeignKey(CaseRow, models.PROTECT)
    clause = Words()
    clause_text = Words()
    document = Words()
    document_version = Words()
    standard = Words()
    evidence = models.SmallIntegerField()
    level = models.SmallIntegerField()
    measure = Words()
    scope = Document()
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    author = Document()
    approvers = Document()
    reasons = Words()
    facts = Document()
    trace = Document()
    versions = Document()
    cause = Words()
    reverses = Words(null=True, db_index=True)

    class Meta:
        """The table."""

        db_table = "store_decision"
        indexes = [models.Index(fields=["ends", "starts"], name="decision_force")]


class ActionRow(models.Model):
    """`model.action.Action`; the four versions stand in columns of their own (invariant 11)."""

    id = Words(primary_key=True)
    decision = models.ForeignKey(DecisionRow, models.PROTECT)
    case = models.ForeignKey(CaseRow, models.PROTECT)
    reference = Words()
    driver = Words()
    target = Words()
    level = models.SmallIntegerField()
    measure = Words()
    scope = Document()
    starts = models.DateTimeField()
    until = models.DateTimeField()
    versions = Document()
    automatic = models.BooleanField()
    state = Words()
    proof = Words(null=True)
    changed_at = models.DateTimeField(null=True)
    customer = Words()
    detector = Words(db_index=True)
    rule = Words(db_index=True)
    policy = Words(db_index=True)
    attribution = Words(db_index=True)

    class Meta:
        """The table."""

        db_table = "store_action"
        indexes = [
            models.Index(fields=["target", "state", "until"], name="action_target"),
            models.Index(fields=["starts"], name="action_automatic", condition=Q(automatic=True)),
        ]


class NoticeRow(models.Model):
    """`model.notice.Notice`."""

    id = Words(primary_key=True)
    kind = Words()
    party = Words()
    case = models.ForeignKey(CaseRow, models.PROTECT, null=True)
    decision = models.ForeignKey(DecisionRow, models.PROTECT, null=True)
    recipient = Words()
    language = Words()
    title = Words()
    text = Words()
    message_id = Words(unique=True)
    made_at = models.DateTimeField()
    headers = Document()
    sent_at = models.DateTimeField(null=True)
    failure = Words(null=True)
    attached = Words(default="")

    class Meta:
        """The table."""

        db_table = "store_notice"
        indexes = [models.Index(fields=["recipient", "made_at"], name="notice_recipient")]


class LinkRow(models.Model):
    """`model.link.Link`: only the token's digest is known here."""

    id = Words(primary_key=True)
    kind = Words()
    digest = Words(unique=True)
    case = models.ForeignKey(CaseRow, models.PROTECT, null=True)
    report = models.ForeignKey(ReportRow, models.PROTECT, null=True)
    party = Words()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    single_use = models.BooleanField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """The table."""

        db_table = "store_link"
