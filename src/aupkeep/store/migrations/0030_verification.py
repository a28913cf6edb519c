"""What verifications found, when tokens were used: our own notes, outside the journal."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """Two new tables; no row changes."""

    dependencies = [("store", "0029_effect")]
    operations = [
        migrations.CreateModel(
            name="VerificationRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by", PlainTextField()),
                ("seconds", models.FloatField()),
                ("ok", models.BooleanField()),
                ("entries", models.BigIntegerField()),
                ("first_bad", models.BigIntegerField(null=True)),
                ("reason", PlainTextField(null=True)),
                ("erased", models.BigIntegerField()),
                ("unkept", models.BigIntegerField()),
                ("unsigned", models.BigIntegerField()),
            ],
            options={"db_table": "store_verification"},
        ),
        migrations.CreateModel(
            name="TokenUseRow",
            fields=[
                ("token", PlainTextField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "store_token_use"},
        ),
    ]
