"""The desk of this process: opened once at start, used by every request."""

from aupkeep.app.desk import Desk
from aupkeep.model.errors import Unavailable

_bound: list[Desk] = []


def bind(desk: Desk) -> None:
    """Let this process use this desk from now on."""
    _bound[:] = [desk]


def bound() -> Desk:
    """The bound desk. Raises `Unavailable` when the process was started without one."""
    if not _bound:
        raise Unavailable("expected a desk opened at start, found none")
    return _bound[0]
