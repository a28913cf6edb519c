"""Webhooks, and how far each was told."""

from django.db import migrations, models

from aupkeep.store.fields import JsonTextField, PlainTextField


class Migration(migrations.Migration):
    """Two tables; no row changes."""

    dependencies = [("store", "0049_forked_at")]
    operations = [
        migrations.CreateModel(
            name="WebhookRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("name", PlainTextField()),
                ("url", PlainTextField()),
                ("events", JsonTextField()),
                ("customer", PlainTextField(null=True)),
                ("made_by", PlainTextField()),
                ("made_at", models.DateTimeField()),
                ("generation", models.BigIntegerField()),
                ("rolled_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("stopped_why", PlainTextField()),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "store_webhook",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(removed_at=None, customer=None),
                        name="store_webhook_name",
                    ),
                    models.UniqueConstraint(
                        fields=["customer", "name"],
                        condition=models.Q(removed_at=None),
                        name="store_webhook_of_customer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookPositionRow",
            fields=[
                ("webhook", PlainTextField(primary_key=True, serialize=False)),
                ("next", models.BigIntegerField()),
                ("told_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("failures", models.BigIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("error", PlainTextField(default="")),
                ("token", models.BigIntegerField(default=0)),
                ("leased_until", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_webhook_position"},
        ),
    ]
