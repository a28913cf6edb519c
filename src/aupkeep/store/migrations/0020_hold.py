"""Legal holds."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """A table; no row changes."""

    dependencies = [("store", "0019_makers")]
    operations = [
        migrations.CreateModel(
            name="HoldRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("scope", PlainTextField()),
                ("key", PlainTextField()),
                ("reasons", PlainTextField()),
                ("by", PlainTextField()),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", PlainTextField(null=True)),
            ],
            options={
                "db_table": "store_hold",
                "indexes": [models.Index(fields=["scope", "key"], name="hold_key")],
            },
        ),
    ]
