"""Absences of the desk's people."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """A table; no row changes."""

    dependencies = [("store", "0041_ticket")]
    operations = [
        migrations.CreateModel(
            name="AbsenceRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("staff", PlainTextField()),
                ("start", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("set_by", PlainTextField()),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_absence"},
        ),
    ]
