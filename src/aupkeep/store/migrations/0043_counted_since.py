"""Since when an agent's system counts what each action stopped."""

from django.db import migrations

from aupkeep.store.fields import JsonTextField


class Migration(migrations.Migration):
    """A column; until an agent tells of it nobody knows since when."""

    dependencies = [("store", "0042_absence")]
    operations = [
        migrations.AddField("agentheardrow", "counted_since", JsonTextField(default=dict)),
    ]
