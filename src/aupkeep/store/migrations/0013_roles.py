"""Who a shell, a token, an appeal, an approval and a decision belong to."""

from django.db import migrations, models
from django.db.models import Q

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """Columns alone; no row changes."""

    dependencies = [("store", "0012_reasons")]
    operations = [
        migrations.AddField("staff", "unix_user", PlainTextField(null=True)),
        migrations.AddConstraint(
            "staff",
            models.UniqueConstraint(
                fields=("unix_user",), name="staff_unix_user", condition=Q(active=True)
            ),
        ),
        migrations.AddField("approvalrow", "choice", PlainTextField(default="")),
        migrations.AddField("approvalrow", "ratifies", PlainTextField(null=True)),
        migrations.AddField("tokenrow", "person", PlainTextField(null=True)),
        migrations.AddField("answerrow", "assigned_to", PlainTextField(null=True)),
        migrations.AddField("answerrow", "judged_at", models.DateTimeField(null=True)),
        migrations.AddField("answerrow", "judged", PlainTextField(null=True)),
        migrations.AddField("decisionrow", "break_glass", models.BooleanField(default=False)),
        migrations.AddField("decisionrow", "runbook", PlainTextField(null=True)),
        migrations.AddField("decisionrow", "judges", PlainTextField(null=True)),
    ]
