"""Webhooks, and how far each was told."""

from django.db import models
from django.db.models import Q

from aupkeep.store.fields import JsonTextField, PlainTextField


class WebhookRow(models.Model):
    """`model.webhook.Webhook`."""

    id = PlainTextField(primary_key=True)
    name = PlainTextField()
    url = PlainTextField()
    events = JsonTextField()
    customer = PlainTextField(null=True)
    made_by = PlainTextField()
    made_at = models.DateTimeField()
    generation = models.BigIntegerField()
    rolled_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_why = PlainTextField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """The table: some dozens of rows; those that stand of one owner have different names."""

        db_table = "store_webhook"
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(removed_at=None, customer=None),
                name="store_webhook_name",
            ),
            models.UniqueConstraint(
                fields=["customer", "name"],
                condition=Q(removed_at=None),
                name="store_webhook_of_customer",
            ),
        ]


class WebhookPositionRow(models.Model):
    """`model.webhook.WebhookPosition`, and which worker sends: our note, outside the journal."""

    webhook = PlainTextField(primary_key=True)
    next = models.BigIntegerField()
    told_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    failures = models.BigIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    error = PlainTextField(default="")
    token = models.BigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        """The table: one row a webhook."""

        db_table = "store_webhook_position"
