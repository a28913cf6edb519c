"""When a claim was joined, and when a witness went on after a restore."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns; what stood before counts as joined first, and as never resumed."""

    dependencies = [("store", "0023_agent_keys")]
    operations = [
        migrations.AddField("claimrow", "joined", models.BigIntegerField(default=0)),
        migrations.AddField("witnessedlogrow", "resumed_at", models.DateTimeField(null=True)),
    ]
