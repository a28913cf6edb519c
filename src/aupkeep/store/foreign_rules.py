"""What the PostgreSQL database does by itself at a write or a read: nothing that is not ours.

A trigger or a rule that somebody added lets a write vanish that we were told had happened: a mail
is answered with 250 and never read. Row security shows a process fewer rows than it shows to
whoever verifies, a table below one of ours adds rows that no unique rule sees, and a table without
a write-ahead log is empty after a crash. Of SQLite `table_shapes` compares triggers and views.
"""

from django.db import connection

from aupkeep.store.table_shapes import asked

FOREIGN = """
    WITH own AS (
        SELECT c.* FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relname LIKE 'store\\_%'
            AND c.relkind <> 'i'
    )
    SELECT 'trigger ' || tgname || ' on ' || relname FROM pg_trigger
        JOIN own ON own.oid = tgrelid WHERE NOT tgisinternal
    UNION SELECT 'foreign keys off on ' || relname FROM pg_trigger
        JOIN own ON own.oid = tgrelid WHERE tgisinternal AND tgenabled <> 'O'
    UNION SELECT 'rule ' || rulename || ' on ' || relname FROM pg_rewrite
        JOIN own ON own.oid = ev_class
    UNION SELECT 'row security on ' || relname FROM own
        WHERE relrowsecurity OR relforcerowsecurity
    UNION SELECT 'no write-ahead log of ' || relname FROM own WHERE relpersistence = 'u'
    UNION SELECT 'table ' || inhrelid::regclass || ' below ' || relname FROM pg_inherits
        JOIN own ON own.oid = inhparent
"""


def foreign_rules() -> list[str]:
    """Each thing that PostgreSQL would do by itself, in words; sorted."""
    if connection.vendor != "postgresql":
        return []
    return sorted(name for (name,) in asked(FOREIGN))
