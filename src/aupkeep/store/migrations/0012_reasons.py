"""Document versions, acceptances, statements of reasons; what a notice's words were made from."""

import django.db.models.deletion
from django.db import migrations, models

from aupkeep.store.fields import JsonTextField, PlainTextField


class Migration(migrations.Migration):
    """Three tables and two columns; what stands has neither statement nor facts."""

    dependencies = [("store", "0011_agreed")]
    operations = [
        migrations.AddField("CustomerRow", "zone", PlainTextField(null=True)),
        migrations.AddField("NoticeRow", "facts", JsonTextField(default=dict)),
        migrations.CreateModel(
            name="PolicyDocumentRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("document", PlainTextField()),
                ("version", PlainTextField()),
                ("effective_from", models.DateTimeField(null=True)),
                ("digest", PlainTextField()),
                ("clauses", JsonTextField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={"db_table": "store_policy_document"},
        ),
        migrations.CreateModel(
            name="AcceptanceRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("customer", PlainTextField()),
                ("document", PlainTextField()),
                ("version", PlainTextField()),
                ("digest", PlainTextField()),
                ("by", PlainTextField()),
                ("accepted_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "store_acceptance",
                "indexes": [
                    models.Index(fields=["customer", "accepted_at"], name="acceptance_customer")
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("reference", PlainTextField()),
                ("made_at", models.DateTimeField()),
                ("measure", PlainTextField()),
                ("level", models.SmallIntegerField()),
                ("scope", JsonTextField()),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField(null=True)),
                ("deadline", models.DateTimeField(null=True)),
                ("territory", PlainTextField()),
                ("facts", JsonTextField()),
                ("source", PlainTextField()),
                ("automated_detection", models.BooleanField()),
                ("automated_decision", models.BooleanField()),
                ("ground", PlainTextField()),
                ("clause", JsonTextField()),
                ("standard", PlainTextField()),
                ("evidence", models.SmallIntegerField()),
                ("why", JsonTextField()),
                ("reasons", PlainTextField()),
                ("acceptance", JsonTextField(null=True)),
                ("redress", JsonTextField()),
                ("rule", PlainTextField()),
                ("policy", PlainTextField()),
                ("reverses", PlainTextField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.caserow"
                    ),
                ),
            ],
            options={"db_table": "store_statement"},
        ),
    ]
