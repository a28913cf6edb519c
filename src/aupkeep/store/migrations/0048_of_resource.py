"""Whose a resource of a name is, by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of the records that are believed, by the name of their resource."""

    dependencies = [("store", "0047_reseller_token")]
    operations = [
        migrations.AddIndex(
            "assignmentrow",
            models.Index(
                fields=["resource"],
                name="assignment_of_resource",
                condition=models.Q(known_until__isnull=True),
            ),
        ),
    ]
