"""Strikes: breaches whose cause a person found with the customer."""

from django.db import migrations, models
from django.db.models import Q

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """One new table; no row changes."""

    dependencies = [("store", "0033_inquiry")]
    operations = [
        migrations.CreateModel(
            name="StrikeRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("customer", PlainTextField()),
                ("case", PlainTextField()),
                ("reference", PlainTextField()),
                ("decision", PlainTextField()),
                ("clause", PlainTextField()),
                ("cause", PlainTextField()),
                ("tier", PlainTextField()),
                ("by", PlainTextField()),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_by", PlainTextField(null=True)),
                ("why", PlainTextField(default="")),
            ],
            options={
                "db_table": "store_strike",
                "indexes": [models.Index(fields=["customer", "until"], name="strike_customer")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["case"],
                        name="strike_one",
                        condition=Q(removed_at__isnull=True),
                    )
                ],
            },
        ),
    ]
