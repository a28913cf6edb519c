"""The key of each target's agent, and what was heard of it last."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """Two tables; no row changes."""

    dependencies = [("store", "0022_passkeys")]
    operations = [
        migrations.CreateModel(
            name="AgentKeyRow",
            fields=[
                ("target", PlainTextField(primary_key=True, serialize=False)),
                ("public", PlainTextField()),
                ("pinned_at", models.DateTimeField()),
                ("by", PlainTextField()),
                ("forgotten_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_agent_key"},
        ),
        migrations.CreateModel(
            name="AgentContactRow",
            fields=[
                ("target", PlainTextField(primary_key=True, serialize=False)),
                ("public", PlainTextField(default="")),
                ("number", models.BigIntegerField(default=0)),
                ("unsigned_at", models.DateTimeField(null=True)),
                ("refused", PlainTextField(default="")),
                ("refused_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_agent_contact"},
        ),
    ]
