"""Views of the queue that people name."""

from django.db import migrations, models
from django.db.models import Q

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """One new table; no row changes."""

    dependencies = [("store", "0037_oidc")]
    operations = [
        migrations.CreateModel(
            name="SavedViewRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("owner", PlainTextField()),
                ("name", PlainTextField()),
                ("query", PlainTextField()),
                ("shared", models.BooleanField()),
                ("made_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "store_saved_view",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["owner", "name"],
                        name="view_own",
                        condition=Q(removed_at__isnull=True),
                    ),
                    models.UniqueConstraint(
                        fields=["name"],
                        name="view_shared",
                        condition=Q(shared=True, removed_at__isnull=True),
                    ),
                ],
            },
        )
    ]
