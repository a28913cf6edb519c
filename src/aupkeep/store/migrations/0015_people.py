"""Outside approvers' tokens, and whose a name is at an address that many share."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """Two columns and one table; no row changes."""

    dependencies = [("store", "0014_sites")]
    operations = [
        migrations.AddField("tokenrow", "decision", PlainTextField(null=True)),
        migrations.AddField("tokenrow", "holder", PlainTextField(null=True)),
        migrations.CreateModel(
            name="HostedNameRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("site", PlainTextField()),
                ("name", PlainTextField()),
                ("address", PlainTextField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=models.PROTECT, to="store.customerrow"
                    ),
                ),
                ("resource", PlainTextField()),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField(null=True)),
                ("known_from", models.DateTimeField()),
                ("known_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "store_hosted_name",
                "indexes": [
                    models.Index(fields=["name", "address"], name="hosted_name"),
                    models.Index(fields=["address"], name="hosted_name_address"),
                ],
            },
        ),
    ]
