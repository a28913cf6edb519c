"""Whether the database answers at all."""

from django.db import Error, connection


def reachable() -> bool:
    """True when the database answers the cheapest question."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except Error:
        return False
