"""On PostgreSQL the database itself refuses two live holders of one prefix, port and moment."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.utils import Error

from aupkeep.model.errors import Unavailable

EXTENSION = "CREATE EXTENSION IF NOT EXISTS btree_gist"
EXCLUDE = """
    ALTER TABLE store_assignment ADD CONSTRAINT assignment_one_holder EXCLUDE USING gist (
        site WITH =, prefix WITH =,
        int4range(port_from, port_to, '[]') WITH &&,
        tstzrange(start, "end") WITH &&
    ) WHERE (known_until IS NULL) DEFERRABLE INITIALLY DEFERRED
"""
LIFT = "ALTER TABLE store_assignment DROP CONSTRAINT assignment_one_holder"


def exclude(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the constraint; a deferred one, because a record is replaced within one transaction."""
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        schema_editor.execute(EXTENSION)
    except Error as error:
        raise Unavailable(
            "PostgreSQL: expected the extension btree_gist (in Debian's postgresql package); let its "
            f"owner run CREATE EXTENSION btree_gist in this database. Found: {error}"
        ) from error
    schema_editor.execute(EXCLUDE)


def lift(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the constraint away; the extension stays, others may use it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(LIFT)


class Migration(migrations.Migration):
    """After the tables."""

    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(exclude, lift)]
