"""Counters that all processes share: how often, until when. No domain rows, no journal entry.

One statement each, so that two processes never let one more through than one would.
"""

from datetime import datetime

from django.db import connection, transaction

from aupkeep.store.guard import writing
from aupkeep.store.models import TallyRow

ADD = """
    INSERT INTO store_tally (name, count, until) VALUES (%s, %s, %s)
    ON CONFLICT (name) DO UPDATE SET count = store_tally.count + excluded.count
    RETURNING count
"""  # the same on PostgreSQL 9.5+ and SQLite 3.35+
LAST = """
    INSERT INTO store_tally (name, count, until) VALUES (%s, 1, %s)
    ON CONFLICT (name) DO UPDATE SET count = store_tally.count + 1, until = excluded.until
"""


def add(name: str, until: datetime, by: int = 1) -> int:
    """Count `by` more; the answer is the count with these.

    A name belongs to one window, so it holds the window's start and `until` is the window's end.
    """
    with writing(), transaction.atomic(), connection.cursor() as cursor:
        adapted = connection.ops.adapt_datetimefield_value(until)
        cursor.execute(ADD, [name, by, adapted])
        return int(cursor.fetchone()[0])


def last(name: str, until: datetime) -> None:
    """Count one more, and let it be known until then, whatever was said before."""
    with writing(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LAST, [name, connection.ops.adapt_datetimefield_value(until)])


def begun_by(start: str, now: datetime) -> dict[str, datetime]:
    """Those whose name begins so, and until when each is known."""
    rows = TallyRow.objects.filter(name__gte=start, name__lt=f"{start}\uffff", until__gt=now)
    return dict(rows.values_list("name", "until"))


def count(name: str) -> int:
    """How often it was counted."""
    times = TallyRow.objects.filter(name=name).values_list("count", flat=True).first()
    return times or 0


def spend(name: str, until: datetime) -> bool:
    """Use something up: True for exactly one caller, in whichever process."""
    return add(name, until) == 1


def spent(name: str) -> bool:
    """Whether it was used up."""
    return count(name) > 0


def sweep(now: datetime) -> int:
    """Forget what is over; returns how many."""
    with writing(), transaction.atomic():
        return TallyRow.objects.filter(until__lt=now).delete()[0]
