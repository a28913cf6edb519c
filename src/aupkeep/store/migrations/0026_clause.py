"""The clause that an action is under, for drivers that tell others."""

from django.db import migrations

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """One empty column; no row changes."""

    dependencies = [("store", "0025_agent_heard")]
    operations = [migrations.AddField("ActionRow", "clause", PlainTextField(null=True))]
