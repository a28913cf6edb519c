"""Sources of claims, and the sanctions that people set on them."""

from django.db import models

from aupkeep.store.fields import PlainTextField


class ConfirmedRow(models.Model):
    """A source of which a claim was confirmed; derived, see `store.confirmed_sources`."""

    key = PlainTextField(primary_key=True)

    class Meta:
        db_table = "store_confirmed"


class SourceRow(models.Model):
    """`model.source.Source`."""

    id = PlainTextField(primary_key=True)
    key = PlainTextField(unique=True)
    first_at = models.DateTimeField()
    address = PlainTextField(null=True)
    lane = PlainTextField()
    until = models.DateTimeField(null=True)
    step_at = models.DateTimeField(null=True)
    by = PlainTextField()
    reasons = PlainTextField()
    warned_at = models.DateTimeField(null=True)
    warning = PlainTextField(null=True)
    trusted_until = models.DateTimeField(null=True)
    trusted_by = PlainTextField()
    trusted_reasons = PlainTextField()

    class Meta:
        db_table = "store_source"
