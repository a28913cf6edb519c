"""Who claims things, and how the desk takes their word."""

from django.db import models

from aupkeep.store.fields import Words


class ConfirmedRow(models.Model):
    """A source of which a claim was confirmed; derived, see `store.confirmed_sources`."""

    key = Words(primary_key=True)

    class Meta:
        """The table."""

        db_table = "store_confirmed"


class SourceRow(models.Model):
    """`model.source.Source`."""

    id = Words(primary_key=True)
    key = Words(unique=True)
    first_at = models.DateTimeField()
    address = Words(null=True)
    lane = Words()
    until = models.DateTimeField(null=True)
    step_at = models.DateTimeField(null=True)
    by = Words()
    reasons = Words()
    warned_at = models.DateTimeField(null=True)
    warning = Words(null=True)
    trusted_until = models.DateTimeField(null=True)
    trusted_by = Words()
    trusted_reasons = Words()

    class Meta:
        """The table."""

        db_table = "store_source"
