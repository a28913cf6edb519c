"""On SQLite a trigger refuses what PostgreSQL's exclusion constraint does: two live holders.

An import looks before it writes, and another process may write in between; only the database sees
both. SQLite drops a table's triggers when Django rebuilds the table: a later migration that alters
`store_assignment` runs `exclude` again.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TRIGGER = """
    CREATE TRIGGER assignment_one_holder BEFORE INSERT ON store_assignment
    WHEN NEW.known_until IS NULL
    BEGIN
        SELECT RAISE(ABORT, 'assignment_one_holder') WHERE EXISTS (
            SELECT 1 FROM store_assignment AS old
            WHERE old.site = NEW.site AND old.family = NEW.family
                AND old.length = NEW.length AND old.network = NEW.network
                AND old.id <> NEW.id AND old.known_until IS NULL
                AND old.port_from <= NEW.port_to AND NEW.port_from <= old.port_to
                AND (old."end" IS NULL OR NEW.start < old."end")
                AND (NEW."end" IS NULL OR old.start < NEW."end")
        );
    END
"""
LIFT = "DROP TRIGGER IF EXISTS assignment_one_holder"


def exclude(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the trigger; a replaced record is written as retired before its successor."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(TRIGGER)


def lift(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the trigger away."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(LIFT)


class Migration(migrations.Migration):
    """After the exclusion constraint, its peer."""

    dependencies = [("store", "0002_exclusion")]
    operations = [migrations.RunPython(exclude, lift)]
