"""What a measure that stands was seen to do, beside what was read back."""

from django.db import migrations

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """One empty column; no row changes."""

    dependencies = [("store", "0028_inventory_sources")]
    operations = [migrations.AddField("ActionRow", "effect", PlainTextField(null=True))]
