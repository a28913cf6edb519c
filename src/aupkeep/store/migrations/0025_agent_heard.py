"""The newest report of each target's agent, shortened."""

from django.db import migrations, models

from aupkeep.store.fields import JsonTextField, PlainTextField


class Migration(migrations.Migration):
    """One table; no row changes."""

    dependencies = [("store", "0024_what_only_grows")]
    operations = [
        migrations.CreateModel(
            name="AgentHeardRow",
            fields=[
                ("target", PlainTextField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("driver", PlainTextField()),
                ("serial", models.BigIntegerField()),
                ("controller", PlainTextField()),
                ("drift", JsonTextField()),
                ("foreign", JsonTextField()),
                ("packets", JsonTextField()),
            ],
            options={"db_table": "store_agent_heard"},
        ),
    ]
