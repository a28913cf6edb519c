"""Signed desired states, so that every machine gives out the newest."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """One table; no row changes. Its first rows come with the next states."""

    dependencies = [("store", "0015_people")]
    operations = [
        migrations.CreateModel(
            name="DesiredRow",
            fields=[
                ("target", PlainTextField(primary_key=True, serialize=False)),
                ("serial", models.BigIntegerField()),
                ("data", models.BinaryField()),
            ],
            options={"db_table": "store_desired"},
        )
    ]
