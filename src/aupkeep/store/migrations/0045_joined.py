"""A claim's place is the index of the entry that named it first, as the journal proves."""

import json
from collections.abc import Iterator

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

STEP = 500  # entries


def firsts(schema_editor: BaseDatabaseSchemaEditor) -> Iterator[tuple[str, int]]:
    """Each claim and the first entry that names it; of an erased one none is known."""
    last, known = -1, set[str]()
    while True:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                'SELECT "index", payload FROM store_entry WHERE "index" > %s AND payload IS NOT NULL'
                f' ORDER BY "index" LIMIT {STEP}',
                [last],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        for last, payload in rows:  # noqa: B007 - where the next page begins
            said = json.loads(payload)
            named = [row[1] for row in said.get("rows", ()) if row[0] == "Claim"]
            fresh = [name for name in named if name not in known]
            known.update(fresh)
            if "erases" not in said:
                yield from ((name, last) for name in fresh)


def place(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give every claim its place."""
    with schema_editor.connection.cursor() as cursor:
        for name, index in firsts(schema_editor):
            cursor.execute("UPDATE store_claim SET joined = %s WHERE id = %s", [index, name])


class Migration(migrations.Migration):
    """No column changes."""

    dependencies = [("store", "0044_setters")]
    operations = [migrations.RunPython(place, migrations.RunPython.noop, elidable=True)]
