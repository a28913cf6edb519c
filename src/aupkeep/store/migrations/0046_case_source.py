"""Which sources name each case, a row for each source of an incident; facets know the case."""

import json

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from aupkeep.store.fields import PlainTextField

BATCH = 2000


def find(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """From the incidents that stand, as `store.case_sources` does."""
    alias = schema_editor.connection.alias
    row = apps.get_model("store", "CaseSourceRow")
    incidents = apps.get_model("store", "IncidentRow").objects.using(alias).order_by("id")
    waiting = []
    for incident in incidents.only("id", "case_id", "sources").iterator(chunk_size=BATCH):
        said = incident.sources
        named = json.loads(said) if isinstance(said, str) else said or ()
        waiting += [
            row(source=source, case=incident.case_id, incident_id=incident.id)
            for source in dict.fromkeys(named)
        ]
        if len(waiting) >= BATCH:
            row.objects.using(alias).bulk_create(waiting)
            waiting = []
    row.objects.using(alias).bulk_create(waiting)


class Migration(migrations.Migration):
    """A table, filled once; an index made anew."""

    dependencies = [("store", "0045_joined")]
    operations = [
        migrations.CreateModel(
            name="CaseSourceRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", PlainTextField()),
                ("case", PlainTextField()),
                ("incident", models.ForeignKey(to="store.incidentrow", on_delete=models.CASCADE)),
            ],
            options={
                "db_table": "store_case_source",
                "indexes": [models.Index(fields=["source", "case"], name="case_source")],
            },
        ),
        migrations.RunPython(find, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="caserow", name="case_facets"),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                fields=[
                    *("state", "clause", "kind", "level", "assignee"),
                    *("handled_at", "snoozed_until", "deadline_at", "opened_at", "id"),
                ],
                name="case_facets",
            ),
        ),
    ]
