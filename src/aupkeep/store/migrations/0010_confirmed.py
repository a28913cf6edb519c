"""Which sources were ever right, one row each."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from aupkeep.model.case import Outcome
from aupkeep.model.source import ClaimVerdict
from aupkeep.store.fields import PlainTextField


def find(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """From the reports, claims and cases that stand, as `store.confirmed_sources` does."""
    alias = schema_editor.connection.alias
    reports = apps.get_model("store", "ReportRow").objects.using(alias).exclude(source=None)
    confirmed = apps.get_model("store", "ConfirmedRow")
    fixed = reports.filter(claimrow__incident__case__outcome=Outcome.FIXED.value)
    said = reports.filter(judged=ClaimVerdict.CONFIRMED.value)
    sources = (key for rows in (fixed, said) for key in rows.values_list("source", flat=True))
    keys = {key for key in sources if key}
    confirmed.objects.using(alias).bulk_create([confirmed(key=key) for key in sorted(keys)])


class Migration(migrations.Migration):
    """A table, filled once."""

    dependencies = [("store", "0009_merge")]
    operations = [
        migrations.CreateModel(
            name="ConfirmedRow",
            fields=[("key", PlainTextField(primary_key=True, serialize=False))],
            options={"db_table": "store_confirmed"},
        ),
        migrations.RunPython(find, migrations.RunPython.noop),
    ]
