"""What people outside file by the public form, and the counters that keep it from being flooded."""

from django.db import models
from django.db.models import Q

from aupkeep.store.fields import JsonTextField, PlainTextField
from aupkeep.store.models.intake import RawRow


class FilingRow(models.Model):
    """`model.filing.Filing`; both tokens are known by their digest only."""

    id = PlainTextField(primary_key=True)
    raw = models.OneToOneField(RawRow, models.PROTECT)
    reference = PlainTextField(unique=True)
    matter = PlainTextField()
    language = PlainTextField()
    digest = PlainTextField(unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    content = PlainTextField()
    key = PlainTextField(null=True, unique=True)
    email = PlainTextField(null=True)
    confirm = PlainTextField(null=True, unique=True)
    confirmed_at = models.DateTimeField(null=True)
    token = PlainTextField(null=True)
    report = PlainTextField(null=True, unique=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        """The table; who still waits for an answer is looked for now and then."""

        db_table = "store_filing"
        indexes = [
            models.Index(
                fields=["id"],
                name="filing_untold",
                condition=Q(told_at__isnull=True, confirmed_at__isnull=False),
            )
        ]


class TallyRow(models.Model):
    """How often something happened until a moment; no record, and nothing of it is kept."""

    name = PlainTextField(primary_key=True)
    count = models.BigIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "store_tally"


class DraftRow(models.Model):
    """Bytes uploaded with a form that is not sent yet: the reaper leaves them until `until`."""

    digest = PlainTextField(primary_key=True)
    size = models.BigIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "store_draft"


class TypedRow(models.Model):
    """What a person has typed in a form of a case and not sent: no act, so no entry either.

    `key` is the person's address, the case's id and the form.
    """

    key = PlainTextField(primary_key=True)
    person = PlainTextField()
    case = PlainTextField()
    form = PlainTextField()
    texts = JsonTextField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "store_typed"
        indexes = [models.Index(fields=["person", "case"], name="typed_on_case")]
