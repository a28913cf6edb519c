"""The values that a slow detector's text asks for, as `{name:TYPE}`."""

import re

from aupkeep.model.errors import Invalid

PLACE = re.compile(r"\{([a-z_]+):(BIGINT|INTEGER|DOUBLE|VARCHAR|BOOLEAN)\}")
LOOSE = re.compile(r"[{}]")


def rendered(sql: str) -> str:
    """The text with each `{name:TYPE}` as DuckDB binds it. Raises `Invalid` for other braces.

    >>> rendered("SELECT {least:BIGINT}")
    'SELECT CAST($least AS BIGINT)'
    """
    text = PLACE.sub(r"CAST($\1 AS \2)", sql)
    if LOOSE.search(text):
        raise Invalid("slow detector: expected {name:TYPE} for each value, found another brace")
    return text


def places(sql: str) -> frozenset[str]:
    """The names of the values a text asks for."""
    return frozenset(name for name, _ in PLACE.findall(sql))
