"""Tables of the public notice form: filings, and what keeps the form from being flooded."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """Three new tables; nothing that stands is touched."""

    dependencies = [("store", "0003_one_holder")]
    operations = [
        migrations.CreateModel(
            name="DraftRow",
            fields=[
                ("digest", PlainTextField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "store_draft"},
        ),
        migrations.CreateModel(
            name="TallyRow",
            fields=[
                ("name", PlainTextField(primary_key=True, serialize=False)),
                ("count", models.BigIntegerField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "store_tally"},
        ),
        migrations.CreateModel(
            name="FilingRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("reference", PlainTextField(unique=True)),
                ("matter", PlainTextField()),
                ("language", PlainTextField()),
                ("digest", PlainTextField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("content", PlainTextField()),
                ("key", PlainTextField(null=True, unique=True)),
                ("email", PlainTextField(null=True)),
                ("confirm", PlainTextField(null=True, unique=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("token", PlainTextField(null=True)),
                ("report", PlainTextField(null=True, unique=True)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "raw",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, to="store.rawrow"
                    ),
                ),
            ],
            options={
                "db_table": "store_filing",
                "indexes": [
                    models.Index(
                        condition=Q(told_at__isnull=True, confirmed_at__isnull=False),
                        fields=["id"],
                        name="filing_untold",
                    )
                ],
            },
        ),
    ]
