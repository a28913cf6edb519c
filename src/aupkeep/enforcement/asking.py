"""What a fault costs: what was asked, and no more.

A driver that fails as nobody thought of is `Unavailable`, and so is a look that is refused: it is
no order. A system that answers of all but one thing is looked at all the same: one bucket whose
owner lets nobody read its policy, one zone that moved away, one cell of a cloud that is down.
Whoever caused it must not keep everybody else's measures from ending. What cannot be read is taken
to stand as it was set, and the report says what was not read.

    elements, unread = each_part(held.values(), look)
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from aupkeep.enforcement.driver import InstalledElement
from aupkeep.model.errors import AupkeepError, DriverRefused, Unavailable


class HeldPart(Protocol):
    """What a driver writes down of one measure."""

    @property
    def place(self) -> str:
        """Where it stands."""

    def element(self) -> InstalledElement:
        """As it is to be."""


Held = TypeVar("Held", bound=HeldPart)


@contextmanager
def asking(driver: str) -> Iterator[None]:
    """A driver that fails as nobody thought of costs what was asked of it: `Unavailable`."""
    try:
        yield
    except AupkeepError:
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {str(error)[:200]}"
        raise Unavailable(f"driver {driver} failed: {what}") from error


@contextmanager
def looking(driver: str) -> Iterator[None]:
    """As `asking`; a look is no order, so one that is refused is no refusal of a measure."""
    try:
        with asking(driver):
            yield
    except DriverRefused as error:
        raise Unavailable(str(error)) from error


class PartAway(Unavailable):
    """The system answers, but not about this one thing."""


def each_part(
    held: Iterable[Held], look: Callable[[Held], InstalledElement | None]
) -> tuple[tuple[InstalledElement, ...], list[str]]:
    """How each stands, None for one that does not; and what could not be read, in words.

    A system that answers nothing at all raises `Unavailable` still.
    """
    elements, unread = [], []
    for each in held:
        try:
            element = look(each)
        except PartAway as error:
            unread.append(f"{each.place}: not read, taken to stand: {error}")
            element = each.element()
        elements += [] if element is None else [element]
    return tuple(elements), unread
