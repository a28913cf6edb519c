"""Reading what the collector wrote down: a value of another type than expected counts as absent.

The file may be of another version, so nothing here raises.
"""

from collections.abc import Mapping
from datetime import datetime

from aupkeep.model.errors import Invalid
from aupkeep.model.moments import parse_moment

JsonObject = Mapping[str, object]


def objects(value: object) -> list[JsonObject]:
    """The objects of a list; none of anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def part(stats: JsonObject, name: str) -> JsonObject:
    """The object of that name, empty where there is none."""
    value = stats.get(name)
    return value if isinstance(value, dict) else {}


def texts(stats: JsonObject, name: str) -> list[str]:
    """The items of the list of that name as text."""
    value = stats.get(name)
    return [str(item) for item in value] if isinstance(value, list) else []


def count(stats: JsonObject, name: str) -> int:
    """The whole number of that name, else 0."""
    value = stats.get(name)
    return value if isinstance(value, int) else 0


def number(stats: JsonObject, name: str) -> float:
    """The number of that name, else 0."""
    value = stats.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def moment(stats: JsonObject, name: str) -> datetime | None:
    """The moment of that name, None where there is none that can be read."""
    value = stats.get(name)
    try:
        return parse_moment(str(value), "at") if value else None
    except Invalid:
        return None
