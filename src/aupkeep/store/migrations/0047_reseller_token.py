"""Whose cases a reseller's token opens, and which answers a reseller gave for its customer."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """Two columns that are empty on every row there is, and an index of who is below whom."""

    dependencies = [("store", "0046_case_source")]
    operations = [
        migrations.AddField("tokenrow", "customer", PlainTextField(null=True)),
        migrations.AddField("answerrow", "reseller", PlainTextField(null=True)),
        migrations.AddIndex(
            "customerrow",
            models.Index(
                fields=["parent"],
                name="customer_parent",
                condition=models.Q(parent__isnull=False),
            ),
        ),
    ]
