"""On SQLite a trigger refuses what PostgreSQL's exclusion constraint does: two live holders."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from aupkeep.store import one_holder


def exclude(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the trigger."""
    if schema_editor.connection.vendor == "sqlite":
        one_holder.exclude_all(apps, schema_editor)


def lift(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the trigger away."""
    if schema_editor.connection.vendor == "sqlite":
        one_holder.lift(apps, schema_editor)


class Migration(migrations.Migration):
    """After the exclusion constraint, its peer."""

    dependencies = [("store", "0002_exclusion")]
    operations = [migrations.RunPython(exclude, lift)]
