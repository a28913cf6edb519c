"""Tables of an empty database, made from the models as they are instead of by each migration.

All migrations in turn take a new home some two CPU seconds, nearly all of it for states of the
models that nobody will see. Both ways end in the same schema (`tests/store/test_new_tables.py`).
"""

from django.apps import apps
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from aupkeep.store import one_holder


def make_tables(alias: str) -> None:
    """Make every table and name each migration as applied, in one transaction.

    Does nothing where the database has a table already. Raises `Unavailable` where PostgreSQL lacks
    an extension.
    """
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            return
    loader = MigrationLoader(None)
    recorder = MigrationRecorder(connection)
    with connection.schema_editor() as editor:
        one_holder.extend(editor)
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:  # noqa: SLF001 - Django's own name
                editor.create_model(model)
        one_holder.exclude(apps, editor)
        recorder.ensure_schema()
        recorder.migration_qs.bulk_create(
            recorder.Migration(app=app, name=name) for app, name in loader.disk_migrations
        )
