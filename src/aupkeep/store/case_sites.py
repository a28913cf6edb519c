"""At which sites the resource of a case has addresses or names, or had them: as the inventory says.

What was withdrawn as wrong counts no more, so that a corrected record moves its cases at once.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.sql.compiler import SQLCompiler

from aupkeep.store.models import AssignmentRow, HostedNameRow, SpaceRow

PLACES = {"held": AssignmentRow, "named": HostedNameRow}


class _JsonNames(Aggregate):
    """Each value once, as the JSON of a list."""

    function = "json_group_array"
    allow_distinct = True
    output_field = TextField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object
    ) -> tuple[str, Sequence[object]]:
        template = "%(function)s(%(distinct)s%(expressions)s)::text"
        return self.as_sql(compiler, connection, function="json_agg", template=template, **extra)


def named_by(site: str) -> Q:
    """Whether a case's resource is at this site."""
    held, named = (_of_case(place).filter(site=site) for place in PLACES.values())
    return Q(Exists(held)) | Q(Exists(named))


def listed() -> dict[str, Subquery]:
    """The sites of a case's resource as two columns, each the JSON of a list, or null."""
    return {
        column: Subquery(
            _of_case(place)
            .order_by().values("resource")
            .annotate(sites=_JsonNames("site", distinct=True))
            .values("sites")
        )
        for column, place in PLACES.items()
    }  # fmt: skip


def several() -> bool:
    """Whether our own space is at more than one site."""
    return SpaceRow.objects.order_by().values("site").distinct()[:2].count() > 1


def _of_case(place: Any) -> QuerySet[Any]:  # noqa: ANN401 - either of two tables
    return place.objects.filter(  # type: ignore[no-any-return]
        customer=OuterRef("customer"), resource=OuterRef("resource"), known_until=None
    )
