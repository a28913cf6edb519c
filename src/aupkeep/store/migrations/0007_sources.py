"""Who claims things: their standing, whose word each claim is, and turns in the outbox."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q

from aupkeep.store.fields import JsonTextField, PlainTextField


def give_places(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What waits in the outbox keeps the order it was due in."""
    rows = apps.get_model("store", "EffectRow").objects.using(schema_editor.connection.alias)
    rows.update(order_at=F("due_at"))


class Migration(migrations.Migration):
    """A new table, and columns beside what stands; old reports and claims belong to no source."""

    dependencies = [("store", "0006_feeds")]
    operations = [
        migrations.CreateModel(
            name="SourceRow",
            fields=[
                ("id", PlainTextField(primary_key=True, serialize=False)),
                ("key", PlainTextField(unique=True)),
                ("first_at", models.DateTimeField()),
                ("address", PlainTextField(null=True)),
                ("lane", PlainTextField()),
                ("until", models.DateTimeField(null=True)),
                ("step_at", models.DateTimeField(null=True)),
                ("by", PlainTextField()),
                ("reasons", PlainTextField()),
                ("warned_at", models.DateTimeField(null=True)),
                ("warning", PlainTextField(null=True)),
                ("trusted_until", models.DateTimeField(null=True)),
                ("trusted_by", PlainTextField()),
                ("trusted_reasons", PlainTextField()),
            ],
            options={"db_table": "store_source"},
        ),
        migrations.AddField("ReportRow", "source", PlainTextField(null=True)),
        migrations.AddField("ReportRow", "judged", PlainTextField(null=True)),
        migrations.AddField("ReportRow", "judged_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "ReportRow",
            models.Index(
                fields=["source", "at", "id"],
                name="report_source",
                condition=Q(source__isnull=False),
            ),
        ),
        migrations.AddField("ClaimRow", "marks", JsonTextField(default=list)),
        migrations.AddField("EffectRow", "flow", PlainTextField(default="")),
        migrations.AddField("EffectRow", "lane", PlainTextField(default="normal")),
        migrations.AddField("EffectRow", "order_at", models.DateTimeField(null=True)),
        migrations.RunPython(give_places, migrations.RunPython.noop),
        migrations.AddIndex(
            "EffectRow",
            models.Index(
                fields=["order_at", "id"],
                name="effect_order",
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
            ),
        ),
        migrations.AddIndex(
            "EffectRow",
            models.Index(
                fields=["flow", "order_at"],
                name="effect_flow",
                condition=Q(done_at__isnull=True, dead_at__isnull=True) & ~Q(flow=""),
            ),
        ),
    ]
