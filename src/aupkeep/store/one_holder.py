"""One holder of a prefix, port and moment: the rule that no model can state, in each engine's SQL.

PostgreSQL has an exclusion constraint. SQLite has a trigger: an import looks before it writes, and
another process may write in between; only the database sees both. A replaced record is written as
retired before its successor. SQLite drops a table's triggers when Django rebuilds the table: a
migration that alters `store_assignment` runs `lift` before and `exclude` after.
"""

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.utils import Error

from aupkeep.model.errors import Unavailable

EXTENSION = "CREATE EXTENSION IF NOT EXISTS btree_gist"
LIFT = {
    "sqlite": "DROP TRIGGER IF EXISTS assignment_one_holder",
    "postgresql": "ALTER TABLE store_assignment DROP CONSTRAINT assignment_one_holder",
}
EXCLUDE = {
    "sqlite": """
        CREATE TRIGGER assignment_one_holder BEFORE INSERT ON store_assignment
        WHEN NEW.known_until IS NULL
        BEGIN
            SELECT RAISE(ABORT, 'assignment_one_holder') WHERE EXISTS (
                SELECT 1 FROM store_assignment AS old
                WHERE old.site = NEW.site AND old.family = NEW.family
                    AND old.length = NEW.length AND old.network = NEW.network
                    AND old.precedence = NEW.precedence
                    AND old.id <> NEW.id AND old.known_until IS NULL
                    AND old.port_from <= NEW.port_to AND NEW.port_from <= old.port_to
                    AND (old."end" IS NULL OR NEW.start < old."end")
                    AND (NEW."end" IS NULL OR old.start < NEW."end")
            );
        END
    """,
    "postgresql": """
        ALTER TABLE store_assignment ADD CONSTRAINT assignment_one_holder EXCLUDE USING gist (
            site WITH =, prefix WITH =, precedence WITH =,
            int4range(port_from, port_to, '[]') WITH &&,
            tstzrange(start, "end") WITH &&
        ) WHERE (known_until IS NULL) DEFERRABLE INITIALLY DEFERRED
    """,
}
BEFORE_PRECEDENCE = {
    "sqlite": ("AND old.precedence = NEW.precedence", ""),
    "postgresql": (" precedence WITH =,", ""),
}


def lift(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the rule away while the table changes."""
    schema_editor.execute(LIFT[schema_editor.connection.vendor])


def exclude(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Set it, among records of one precedence."""
    schema_editor.execute(EXCLUDE[schema_editor.connection.vendor])


def exclude_all(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Set it as it was before there was a precedence (migration 0027)."""
    vendor = schema_editor.connection.vendor
    schema_editor.execute(EXCLUDE[vendor].replace(*BEFORE_PRECEDENCE[vendor]))


def extend(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Have what the exclusion constraint needs. Raises `Unavailable` where that is refused."""
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        schema_editor.execute(EXTENSION)
    except Error as error:
        raise Unavailable(
            "PostgreSQL: expected the extension btree_gist (in Debian's postgresql package); let "
            f"its owner run CREATE EXTENSION btree_gist in this database. Found: {error}"
        ) from error
