"""Passkeys, and sessions that say whose they are; people sign in again after this."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """Two tables; Django's own of sessions goes."""

    dependencies = [("store", "0021_witness")]
    operations = [
        migrations.CreateModel(
            name="PasskeyRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("staff", PlainTextField(db_index=True)),
                ("name", PlainTextField()),
                ("credential", PlainTextField(unique=True)),
                ("key", PlainTextField()),
                ("uses", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("made_by", PlainTextField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_passkey"},
        ),
        migrations.CreateModel(
            name="SessionRow",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="session key",
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("person", PlainTextField(db_index=True, null=True)),
            ],
            options={"db_table": "store_session"},
        ),
        migrations.RunSQL("DROP TABLE IF EXISTS django_session", migrations.RunSQL.noop),
    ]
