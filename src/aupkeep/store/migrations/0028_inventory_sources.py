"""Systems that are asked who holds what: how each stands, and an index of what each says."""

from django.db import migrations, models

from aupkeep.store.fields import JsonTextField, PlainTextField


class Migration(migrations.Migration):
    """A table and an index; no row changes."""

    dependencies = [("store", "0027_pool")]
    operations = [
        migrations.CreateModel(
            name="InventorySourceRow",
            fields=[
                ("name", PlainTextField(primary_key=True, serialize=False)),
                ("state", JsonTextField()),
                ("due_at", models.DateTimeField(null=True)),
                ("token", models.BigIntegerField(default=0)),
                ("worker", PlainTextField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_inventory_source"},
        ),
        migrations.AddIndex(
            "assignmentrow",
            models.Index(
                fields=["source"],
                condition=models.Q(known_until__isnull=True, end__isnull=True),
                name="assignment_open_of_source",
            ),
        ),
    ]
