"""Pools, which are nobody's, and the precedence of a source: two may differ about one prefix."""

from django.db import migrations, models

from aupkeep.store.one_holder import exclude, exclude_all, lift


class Migration(migrations.Migration):
    """Two columns, and a customer that a pool has not; no row changes."""

    dependencies = [("store", "0026_clause")]
    operations = [
        migrations.RunPython(lift, exclude_all),
        migrations.AddField("assignmentrow", "pool", models.BooleanField(default=False)),
        migrations.AddField("assignmentrow", "precedence", models.SmallIntegerField(default=0)),
        migrations.AlterField(
            "assignmentrow",
            "customer",
            models.ForeignKey("store.CustomerRow", models.PROTECT, null=True),
        ),
        migrations.AddConstraint(
            "assignmentrow",
            models.CheckConstraint(
                condition=models.Q(pool=True, customer__isnull=True)
                | models.Q(pool=False, customer__isnull=False),
                name="assignment_pool",
            ),
        ),
        migrations.RunPython(exclude, lift),
    ]
