"""Tickets: what the desk handed over to a ticket system, and what became of it."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """A table; no row changes. Of one report at most one ticket is open."""

    dependencies = [("store", "0040_reporter_words")]
    operations = [
        migrations.CreateModel(
            name="TicketRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("reference", PlainTextField(unique=True)),
                ("report", PlainTextField(db_index=True)),
                ("case", PlainTextField(null=True, db_index=True)),
                ("notice", PlainTextField(unique=True)),
                ("handed_at", models.DateTimeField()),
                ("handed_by", PlainTextField()),
                ("number", PlainTextField(default="")),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", PlainTextField(null=True)),
                ("why", PlainTextField(default="")),
            ],
            options={
                "db_table": "store_ticket",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["report"],
                        name="ticket_open",
                        condition=models.Q(closed_at__isnull=True),
                    )
                ],
            },
        ),
    ]
