"""The people of the desk as stored; a new one is a `Staff` record among the rows of `record`."""

from aupkeep.model.staff import Staff
from aupkeep.store import models
from aupkeep.store.tables import many, one


def get(person: str) -> Staff | None:
    """The person of this id."""
    return one(Staff, id=person)


def by_address(address: str) -> Staff | None:
    """The person with this mail address, in any case of letters."""
    rows = models.Staff.objects.filter(address__iexact=address.strip())
    return next(iter(many(Staff, rows[:1])), None)


def all() -> list[Staff]:  # noqa: A001 - the room's name is context: staff.all()
    """Everybody, by address."""
    return many(Staff, models.Staff.objects.order_by("address"))
