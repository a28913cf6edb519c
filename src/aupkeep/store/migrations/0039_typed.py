"""What people have typed on a case and not sent yet; the counts beside filters from an index."""

from django.db import migrations, models

from aupkeep.store.fields import JsonTextField, PlainTextField


class Migration(migrations.Migration):
    """One new table, one new index; no row changes."""

    dependencies = [("store", "0038_saved_view")]
    operations = [
        migrations.CreateModel(
            name="TypedRow",
            fields=[
                ("key", PlainTextField(primary_key=True, serialize=False)),
                ("person", PlainTextField()),
                ("case", PlainTextField()),
                ("form", PlainTextField()),
                ("texts", JsonTextField()),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "store_typed",
                "indexes": [models.Index(fields=["person", "case"], name="typed_on_case")],
            },
        ),
        migrations.AddIndex(
            "CaseRow",
            models.Index(
                fields=[
                    *("state", "clause", "kind", "level", "assignee"),
                    *("handled_at", "snoozed_until", "deadline_at", "opened_at"),
                ],
                name="case_facets",
            ),
        ),
    ]
