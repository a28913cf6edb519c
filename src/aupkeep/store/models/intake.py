"""What came in: raws, reports, findings as claims, and what names meant then."""

from django.db import models
from django.db.models import Q

from aupkeep.store.fields import JsonTextField, PlainTextField


class RawRow(models.Model):
    """`model.raw.Raw`; `used_key` is the Idempotency-Key within its token."""

    id = PlainTextField(primary_key=True)
    digest = PlainTextField(unique=True)
    size = models.BigIntegerField()
    channel = PlainTextField()
    received_at = models.DateTimeField(db_index=True)
    media_type = PlainTextField()
    peer = PlainTextField(null=True)
    helo = PlainTextField(null=True)
    sender = PlainTextField(null=True)
    recipients = JsonTextField()
    key = PlainTextField(null=True)
    token = PlainTextField(null=True)
    site = PlainTextField(null=True)

    class Meta:
        db_table = "store_raw"
        constraints = [
            models.UniqueConstraint(fields=["key"], name="raw_key", condition=Q(key__isnull=False))
        ]


class BytesRow(models.Model):
    """The bytes themselves, in the PostgreSQL profile only."""

    digest = PlainTextField(primary_key=True)
    data = models.BinaryField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "store_bytes"


class ReportRow(models.Model):
    """`model.report.Report`; the reading with its parts is one document.

    What leads to the reporter stands beside it: each notice asks for that, and a list of two
    thousand rows is a large document. None in a row that a version before this column wrote.
    """

    id = PlainTextField(primary_key=True)
    raw = models.ForeignKey(RawRow, models.PROTECT)
    at = models.DateTimeField(db_index=True)
    outcome = PlainTextField()
    reporter = PlainTextField(null=True)
    message_id = PlainTextField(null=True, db_index=True)
    reading = JsonTextField()
    inbox_reason = PlainTextField(null=True)
    done_at = models.DateTimeField(null=True)
    source = PlainTextField(null=True)
    judged = PlainTextField(null=True)
    judged_at = models.DateTimeField(null=True)
    reporter_words = JsonTextField(null=True)

    class Meta:
        """The table; the inbox is what still has a reason."""

        db_table = "store_report"
        indexes = [
            models.Index(
                fields=["at", "id"],
                name="report_inbox",
                condition=Q(inbox_reason__isnull=False, done_at__isnull=True),
            ),
            models.Index(
                fields=["source", "at", "id"],
                name="report_source",
                condition=Q(source__isnull=False),
            ),
        ]


class NameRow(models.Model):
    """`model.name.NameRecord`: one row for each name, type, value and moment seen."""

    id = models.BigAutoField(primary_key=True)
    name = PlainTextField()
    type = PlainTextField()
    value = PlainTextField()
    seen_at = models.DateTimeField()
    ttl = models.BigIntegerField()

    class Meta:
        db_table = "store_name"
        constraints = [
            models.UniqueConstraint(fields=["name", "seen_at", "type", "value"], name="name_once")
        ]


class MailboxRow(models.Model):
    """`model.mailbox.MailboxState`, and who reads that mailbox at the moment."""

    name = PlainTextField(primary_key=True)
    state = JsonTextField()
    due_at = models.DateTimeField(null=True)
    token = models.BigIntegerField(default=0)
    worker = PlainTextField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_mailbox"
