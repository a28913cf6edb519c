"""What leads to who reported, beside its document; how long an answer takes, what a question needs."""

import json

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from aupkeep.store.fields import JsonTextField, PlainTextField

STEP = 50  # a reading may be a list of thousands


def words(reading: str) -> str:
    """As `model.report.Reading.reporter_words`, of the document as it is stored."""
    said = json.loads(reading)
    reporter = said.get("reporter") or ""
    given = (reporter, said.get("reporter_name"), reporter.rpartition("@")[2])
    more = (said.get("message_id"), said.get("authentication", {}).get("identity"))
    return json.dumps([value for value in (*given, *more) if value], separators=(",", ":"))


def fill(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give every report its words, by pages of ids."""
    last = ""
    while True:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, reading FROM store_report WHERE id > %s ORDER BY id LIMIT {STEP}",
                [last],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            cursor.executemany(
                "UPDATE store_report SET reporter_words = %s WHERE id = %s",
                [(words(reading), name) for name, reading in rows],
            )
        last = rows[-1][0]


class Migration(migrations.Migration):
    """Empty columns; that of reports is filled."""

    dependencies = [("store", "0039_typed")]
    operations = [
        migrations.AddField("reportrow", "reporter_words", JsonTextField(null=True)),
        migrations.AddField("decisionrow", "answer_hours", models.FloatField(null=True)),
        migrations.AddField("inquiryrow", "pressing", PlainTextField(default="")),
        migrations.AddField("inquiryrow", "needed_by", models.DateTimeField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
