"""On PostgreSQL the database itself refuses two live holders of one prefix, port and moment."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from aupkeep.store import one_holder


def exclude(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the constraint; a deferred one, because a record is replaced within one transaction."""
    one_holder.extend(schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        one_holder.exclude_all(apps, schema_editor)


def lift(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the constraint away; the extension stays, others may use it."""
    if schema_editor.connection.vendor == "postgresql":
        one_holder.lift(apps, schema_editor)


class Migration(migrations.Migration):
    """After the tables."""

    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(exclude, lift)]
