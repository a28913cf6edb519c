"""The rules that a database keeps by itself, compared with those that we gave it."""

from aupkeep.evidence.verify import LogFault

MOST = 3  # of what differs is named


def odd_rule() -> LogFault | None:
    """None when the database has every rule of ours and does nothing else by itself."""
    from aupkeep.store.foreign_rules import foreign_rules
    from aupkeep.store.table_shapes import foreign_parts, missing_parts

    if foreign := foreign_rules() + foreign_parts():
        return LogFault(0, f"database: expected rules of ours alone, found {_named(foreign)}")
    if missing := missing_parts():
        return LogFault(0, f"database: expected every rule of ours, found gone {_named(missing)}")
    return None


def _named(rules: list[str]) -> str:
    more = f" and {len(rules) - MOST} more" if len(rules) > MOST else ""
    return f"{', '.join(rules[:MOST])}{more}"
