"""Single sign-on: who a person is at the issuer, and what their sessions ask it with."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """Two columns and a table; no row changes. A record from before is bound to nobody."""

    dependencies = [("store", "0036_grant")]
    operations = [
        migrations.AddField("staff", "subject", PlainTextField(null=True, unique=True)),
        migrations.AddField("staff", "left_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="OidcSessionRow",
            fields=[
                ("session", PlainTextField(primary_key=True, serialize=False)),
                ("staff", PlainTextField()),
                ("sealed", PlainTextField()),
                ("checked_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
            options={"db_table": "store_oidc_session"},
        ),
    ]
