"""Mailboxes that are read by IMAP: how each stands."""

from django.db import migrations, models

from aupkeep.store.fields import JsonTextField, PlainTextField


class Migration(migrations.Migration):
    """A table; no row changes. What two packages added at once joins here."""

    dependencies = [("store", "0034_digest"), ("store", "0034_strike")]
    operations = [
        migrations.CreateModel(
            name="MailboxRow",
            fields=[
                ("name", PlainTextField(primary_key=True, serialize=False)),
                ("state", JsonTextField()),
                ("due_at", models.DateTimeField(null=True)),
                ("token", models.BigIntegerField(default=0)),
                ("worker", PlainTextField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_mailbox"},
        ),
    ]
