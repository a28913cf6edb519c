"""One row written by a statement that is compiled once, where Django would compile it each time."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery


class RowInsert:
    """Inserts rows of a model, one at a time, for the kind of database that is open."""

    def __init__(
        self,
        model: type[models.Model],
        unique: Sequence[str],
        changed: "Sequence[models.Field[Any, Any]]",
        conflict: OnConflict | None,
    ) -> None:
        """`changed` are the columns that replace those of a row that is there already."""
        meta = model._meta  # noqa: SLF001 - Django's documented API
        self._fields = [field for field in meta.concrete_fields if not _counted(field)]
        self._model, self._conflict = model, conflict
        self._unique = [meta.get_field(name) for name in unique]
        self._changed = list(changed)
        self._text = ""

    def __call__(self, row: models.Model) -> None:
        """Write it. Raises as `bulk_create`."""
        text = self._text or self._compile(row)
        values = [
            field.get_db_prep_save(field.pre_save(row, add=True), connection=connection)
            for field in self._fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(text, values)

    def _compile(self, row: models.Model) -> str:
        query = InsertQuery(
            self._model,
            on_conflict=self._conflict,
            update_fields=self._changed or None,
            unique_fields=self._unique if self._changed else None,
        )
        query.insert_values(self._fields, [row], raw=False)
        (statement,) = query.get_compiler(connection=connection).as_sql()
        self._text = str(statement[0])
        return self._text


def _counted(field: "models.Field[Any, Any]") -> bool:
    """Whether the database itself counts the column."""
    return isinstance(field, models.AutoField | models.BigAutoField)
