"""Who made a person's token, link or record for them; who asked for an export, and with whom."""

from django.db import migrations, models
from django.db.models import F, Q

from aupkeep.store.fields import JsonTextField, PlainTextField


class Migration(migrations.Migration):
    """Columns, and a table; what was there before was made by nobody known."""

    dependencies = [("store", "0018_nonce")]
    operations = [
        migrations.AddField("staff", "made_by", PlainTextField(null=True)),
        migrations.AddField("staff", "set_by", PlainTextField(null=True)),
        migrations.AddField("staff", "set_at", models.DateTimeField(null=True)),
        migrations.AddField("staff", "second_until", models.DateTimeField(null=True)),
        migrations.AddField("tokenrow", "made_by", PlainTextField(null=True)),
        migrations.AddField("linkrow", "made_by", PlainTextField(null=True)),
        migrations.AddField("approvalrow", "behind", JsonTextField(default=list)),
        migrations.CreateModel(
            name="ExportRequestRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("by", PlainTextField()),
                ("at", models.DateTimeField()),
                ("behind", JsonTextField(default=list)),
                ("given_by", PlainTextField(null=True)),
                ("given_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "store_export_request",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            given_by__isnull=True, given_at__isnull=True, used_at__isnull=True
                        )
                        | Q(given_by__isnull=False, given_at__isnull=False) & ~Q(given_by=F("by")),
                        name="export_second_person",
                    )
                ],
            },
        ),
    ]
