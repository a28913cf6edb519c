"""Switches as stored; a change is a `Flag` record among the rows of `record`."""

from aupkeep.model.flag import Flag
from aupkeep.store.prepared import first


def get(name: str) -> Flag | None:
    """The flag of this name, None when it was never set."""
    return first(Flag, name=name)


def value(name: str, default: str = "") -> str:
    """What a flag says, the default when it was never set."""
    flag = get(name)
    return default if flag is None else flag.value
