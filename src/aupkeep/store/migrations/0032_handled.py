"""When a rule or a person dealt with a case; the queue by kind, by assignee, and what rests."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One empty column: what was dealt with before is looked at once more."""

    dependencies = [("store", "0031_desk")]
    operations = [
        migrations.AddField("caserow", "handled_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "caserow",
            models.Index(fields=["kind", "rank", "opened_at", "id"], name="case_kind"),
        ),
        migrations.AddIndex(
            "caserow",
            models.Index(
                fields=["assignee", "rank", "opened_at", "id"],
                name="case_assignee",
                condition=models.Q(assignee__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "caserow",
            models.Index(
                fields=["snoozed_until"],
                name="case_snoozed",
                condition=models.Q(snoozed_until__isnull=False),
            ),
        ),
    ]
