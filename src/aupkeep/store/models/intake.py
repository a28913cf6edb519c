"""What came in: raws, reports, findings as claims, and what names meant then."""

from django.db import models
from django.db.models import Q

from aupkeep.store.fields import Document, Words


class RawRow(models.Model):
    """`model.raw.Raw`; `used_key` is the Idempotency-Key within its token."""

    id = Words(primary_key=True)
    digest = Words(unique=True)
    size = models.BigIntegerField()
    channel = Words()
    received_at = models.DateTimeField(db_index=True)
    media_type = Words()
    peer = Words(null=True)
    helo = Words(null=True)
    sender = Words(null=True)
    recipients = Document()
    key = Words(null=True)
    token = Words(null=True)

    class Meta:
        """The table."""

        db_table = "store_raw"
        constraints = [
            models.UniqueConstraint(fields=["key"], name="raw_key", condition=Q(key__isnull=False))
        ]


class BytesRow(models.Model):
    """The bytes themselves, in the PostgreSQL profile only."""

    digest = Words(primary_key=True)
    data = models.BinaryField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        """The table."""

        db_table = "store_bytes"


class ReportRow(models.Model):
    """`model.report.Report`; the reading with its parts is one document."""

    id = Words(primary_key=True)
    raw = models.ForeignKey(RawRow, models.PROTECT)
    at = models.DateTimeField(db_index=True)
    outcome = Words()
    reporter = Words(null=True)
    message_id = Words(null=True, db_index=True)
    reading = Document()
    inbox_reason = Words(null=True)
    done_at = models.DateTimeField(null=True)
    source = Words(null=True)
    judged = Words(null=True)
    judged_at = models.DateTimeField(null=True)

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
    name = Words()
    type = Words()
    value = Words()
    seen_at = models.DateTimeField()
    ttl = models.BigIntegerField()

    class Meta:
        """The table."""

        db_table = "store_name"
        constraints = [
            models.UniqueConstraint(fields=["name", "seen_at", "type", "value"], name="name_once")
        ]
