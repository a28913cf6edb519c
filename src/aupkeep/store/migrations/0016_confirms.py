"""Whether a case that was closed as fixed confirms who reported it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; what was closed before confirms as it did."""

    dependencies = [("store", "0015_people")]
    operations = [migrations.AddField("caserow", "confirms", models.BooleanField(default=True))]
