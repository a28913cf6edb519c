"""What goes beside the words of a notice: JSON for a machine."""

from django.db import migrations

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """One column; the notices that stand have nothing beside their words."""

    dependencies = [("store", "0007_sources")]
    operations = [migrations.AddField("NoticeRow", "attached", PlainTextField(default=""))]
