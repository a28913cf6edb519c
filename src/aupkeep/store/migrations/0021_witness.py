"""Witnesses: cosignatures, how those stand who cosign our log, and what we cosigned of others."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """Three new tables; nothing that stands is touched."""

    dependencies = [("store", "0020_hold")]
    operations = [
        migrations.CreateModel(
            name="CosignatureRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("witness", PlainTextField()),
                ("text", PlainTextField()),
            ],
            options={
                "db_table": "store_cosignature",
                "constraints": [
                    models.UniqueConstraint(fields=["witness", "size"], name="cosignature_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="WitnessRow",
            fields=[
                ("key", PlainTextField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(default=0)),
                ("frontier", models.BinaryField(default=b"")),
                ("good_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(default=0)),
                ("error", PlainTextField(default="")),
                ("behind_since", models.DateTimeField(null=True)),
                ("dispute", PlainTextField(default="")),
                ("disputed_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_witness"},
        ),
        migrations.CreateModel(
            name="WitnessedLogRow",
            fields=[
                ("origin", PlainTextField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField()),
                ("text", PlainTextField()),
                ("at", models.DateTimeField(null=True)),
                ("dispute", PlainTextField(default="")),
                ("disputed", PlainTextField(default="")),
                ("disputed_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_witnessed_log"},
        ),
    ]
