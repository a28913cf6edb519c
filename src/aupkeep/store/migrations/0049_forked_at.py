"""When an agent's requests were found to go on from two places."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column; no row changes."""

    dependencies = [("store", "0048_of_resource")]
    operations = [
        migrations.AddField("agentcontactrow", "forked_at", models.DateTimeField(null=True)),
    ]
