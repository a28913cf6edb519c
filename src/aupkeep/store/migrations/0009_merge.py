"""What waits in the outbox already is not left there a second time."""

from django.db import migrations, models
from django.db.models import Q

from aupkeep.store.fields import Words


class Migration(migrations.Migration):
    """A column; what waits from before stays work of its own."""

    dependencies = [("store", "0008_attached")]
    operations = [
        migrations.AddField("EffectRow", "merge", Words(default="")),
        migrations.AddIndex(
            "EffectRow",
            models.Index(
                fields=["merge"],
                name="effect_merge",
                condition=Q(done_at__isnull=True, dead_at__isnull=True) & ~Q(merge=""),
            ),
        ),
    ]
