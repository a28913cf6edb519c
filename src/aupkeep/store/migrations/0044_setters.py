"""Everybody who made or changed a person's record, not the last one alone."""

from django.db import migrations

from aupkeep.store.fields import JsonTextField


class Migration(migrations.Migration):
    """A column; no row changes."""

    dependencies = [("store", "0043_counted_since")]
    operations = [
        migrations.AddField("staff", "setters", JsonTextField(default=list)),
    ]
