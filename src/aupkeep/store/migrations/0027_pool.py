"""Pools, which are nobody's, and the precedence of a source: two may differ about one prefix."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

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


OLDER = {
    "sqlite": ("AND old.precedence = NEW.precedence", ""),
    "postgresql": (" precedence WITH =,", ""),
}


def lift(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the rule away while the table changes."""
    schema_editor.execute(LIFT[schema_editor.connection.vendor])


def exclude(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Set it again, among records of one precedence."""
    schema_editor.execute(EXCLUDE[schema_editor.connection.vendor])


def exclude_all(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Set it as it was before there was a precedence."""
    vendor = schema_editor.connection.vendor
    schema_editor.execute(EXCLUDE[vendor].replace(*OLDER[vendor]))


class Migration(migrations.Migration):
    """Two columns, and a customer that a pool has not; no row changes.

    SQLite drops a table's triggers when Django rebuilds the table: a later migration that alters
    `store_assignment` runs `lift` and `exclude` again.
    """

    dependencies = [("store", "0026_clause")]
    operations = [
        migrations.RunPython(lift, exclude_all),
        migrations.AddField("assignmentrow", "pool", models.BooleanField(default=False)),
        migrations.AddField("assignmentrow", "precedence", models.SmallIntegerField(default=0)),
        migrations.AlterField(
            "assignmentrow",
            "customer",
            models.ForeignKey("store.CustomerRow", models.PROTECT, null=True),
        ),
        migrations.AddConstraint(
            "assignmentrow",
            models.CheckConstraint(
                condition=models.Q(pool=True, customer__isnull=True)
                | models.Q(pool=False, customer__isnull=False),
                name="assignment_pool",
            ),
        ),
        migrations.RunPython(exclude, lift),
    ]
