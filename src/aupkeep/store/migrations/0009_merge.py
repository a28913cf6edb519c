"""What waits in the outbox already is not left there a second time; a flow's last is found at once."""

from django.db import migrations, models
from django.db.models import Q

from aupkeep.store.fields import PlainTextField

WAITS = Q(done_at__isnull=True, dead_at__isnull=True)


class Migration(migrations.Migration):
    """A column; what waits from before stays work of its own.

    The old index of flows left out those without one: SQLite, which plans before it knows the
    value asked for, could never use it.
    """

    dependencies = [("store", "0008_attached")]
    operations = [
        migrations.AddField("EffectRow", "merge", PlainTextField(default="")),
        migrations.AddIndex(
            "EffectRow", models.Index(fields=["merge"], name="effect_merge", condition=WAITS)
        ),
        migrations.RemoveIndex("EffectRow", "effect_flow"),
        migrations.AddIndex(
            "EffectRow",
            models.Index(fields=["flow", "order_at"], name="effect_flow", condition=WAITS),
        ),
    ]
