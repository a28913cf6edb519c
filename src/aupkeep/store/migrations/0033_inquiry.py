"""Inquiries: what somebody asks us, and what became of it."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """One new table; no row changes."""

    dependencies = [("store", "0032_handled")]
    operations = [
        migrations.CreateModel(
            name="InquiryRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("reference", PlainTextField(unique=True)),
                ("report", PlainTextField(unique=True)),
                ("asked_at", models.DateTimeField()),
                ("state", PlainTextField()),
                ("notice", PlainTextField(null=True)),
                ("permission", PlainTextField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", PlainTextField(null=True)),
                ("why", PlainTextField(default="")),
            ],
            options={
                "db_table": "store_inquiry",
                "indexes": [models.Index(fields=["state", "id"], name="inquiry_state")],
            },
        ),
    ]
