"""The people of the abuse desk as stored; `record` writes a new `StaffMember`."""

from django.db import connection

from aupkeep.model.staff import StaffMember
from aupkeep.store import models
from aupkeep.store.prepared import first
from aupkeep.store.tables import many

LONGEST = 320  # characters of a mail address


def may_change() -> bool:
    """Whether this process may write people: a web process with a role of its own may not."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('store_staff', 'UPDATE')")
        return bool(cursor.fetchone()[0])


def by_address(address: str) -> StaffMember | None:
    """The person with this mail address, in any case of the letters of ASCII.

    Another letter is another address: PostgreSQL holds a dotless i to be an i in another case.
    """
    if len(address) > LONGEST:  # longer than any (RFC 5321), and SQLite compares no such text
        return None
    wanted = _folded(address.strip())
    rows = models.Staff.objects.filter(address__iexact=address.strip())
    return next(
        (member for member in many(StaffMember, rows) if _folded(member.address) == wanted), None
    )


def _folded(address: str) -> bytes:
    return address.encode("utf-8", "replace").lower()


def all() -> list[StaffMember]:  # noqa: A001 - the room's name is context: staff.all()
    """Everybody, by address."""
    return many(StaffMember, models.Staff.objects.order_by("address"))


def by_unix_user(name: str) -> StaffMember | None:
    """The active person whose commands this user of the machine gives."""
    return first(StaffMember, unix_user=name, active=True)


def by_subject(subject: str) -> StaffMember | None:
    """Whoever is bound to this subject of an issuer, also who may not come in."""
    return first(StaffMember, subject=subject)


def mapped() -> bool:
    """Whether anybody is or was mapped to a user of a machine."""
    return models.Staff.objects.filter(unix_user__isnull=False).exists()
