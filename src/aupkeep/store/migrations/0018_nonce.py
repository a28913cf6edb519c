"""What an agent without memory asked its next state to be signed over."""

from django.db import migrations

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """A column; no row changes."""

    dependencies = [("store", "0017_targets")]
    operations = [migrations.AddField("desiredrow", "nonce", PlainTextField(default=""))]
