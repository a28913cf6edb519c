"""Grants: what an install that listens may say or do, and which of them a decision rests on."""

from django.db import migrations, models
from django.db.models import F, Q

from aupkeep.store.fields import JsonTextField, PlainTextField


class Migration(migrations.Migration):
    """One new table, two columns; no row changes. Whoever does not listen needs no grant."""

    dependencies = [("store", "0035_mailboxes")]
    operations = [
        migrations.CreateModel(
            name="GrantRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("kind", PlainTextField()),
                ("rule", PlainTextField()),
                ("target", PlainTextField()),
                ("scope", PlainTextField()),
                ("value", PlainTextField()),
                ("ceiling", models.IntegerField(null=True)),
                ("share", models.SmallIntegerField()),
                ("starts", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("asked_by", PlainTextField()),
                ("asked_at", models.DateTimeField()),
                ("reasons", PlainTextField()),
                ("behind", JsonTextField(default=list)),
                ("replaces", PlainTextField(null=True)),
                ("granted_by", PlainTextField(null=True)),
                ("granted_at", models.DateTimeField(null=True)),
                ("revoked_by", PlainTextField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_why", PlainTextField(default="")),
            ],
            options={
                "db_table": "store_grant",
                "constraints": [
                    models.CheckConstraint(condition=Q(until__gt=F("starts")), name="grant_ends"),
                    models.CheckConstraint(
                        condition=Q(share__gte=1, share__lte=100), name="grant_share"
                    ),
                    models.CheckConstraint(
                        condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("asked_by")),
                        name="grant_two_people",
                    ),
                ],
            },
        ),
        migrations.AddField("DecisionRow", "under", JsonTextField(null=True)),
        migrations.AddField("DecisionRow", "under_grant", PlainTextField(null=True, db_index=True)),
    ]
