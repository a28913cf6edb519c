"""Signed desired states, so that every machine gives out the newest; whose agent a token is."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """A table, whose first rows come with the next states, and a column; no row changes."""

    dependencies = [("store", "0016_confirms")]
    operations = [
        migrations.AddField("tokenrow", "target", PlainTextField(null=True)),
        migrations.CreateModel(
            name="DesiredRow",
            fields=[
                ("target", PlainTextField(primary_key=True, serialize=False)),
                ("serial", models.BigIntegerField()),
                ("data", models.BinaryField()),
            ],
            options={"db_table": "store_desired"},
        ),
    ]
