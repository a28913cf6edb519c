"""Where what a raw says was seen."""

from django.db import migrations

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """One column; what stands has no site, which asks all of them."""

    dependencies = [("store", "0013_roles")]
    operations = [migrations.AddField("RawRow", "site", PlainTextField(null=True))]
