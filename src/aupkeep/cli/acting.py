"""Who gives a command: the person of the desk mapped to the user of this machine."""

from typing import TYPE_CHECKING

import click

from aupkeep.app.context import AppContext, open_context
from aupkeep.model.roles import Allowance, StaffAct

if TYPE_CHECKING:
    from aupkeep.model.actor import Actor

AS = click.option(
    "--as", "named", multiple=True, metavar="ADDRESS",
    help="Who you are; refused unless it is the person of this machine's user.",
)  # fmt: skip


def open_desk() -> AppContext:
    """The context of this home; on an empty one the user of this machine becomes its first person.

    Raises as `open_context`.
    """
    context = open_context()
    from aupkeep.app.access.shell import first_person

    first_person(context)
    return context


def acting(context: AppContext, named: tuple[str, ...] = ()) -> str:
    """The address of who gives this command. Raises `Forbidden`."""
    from aupkeep.app.access.shell import shell_person

    return shell_person(context, named)


def allowed(context: AppContext, act: "StaffAct") -> "Actor":
    """As `acting`, for a command that only some roles may give. Raises `Forbidden`."""
    from aupkeep.app.access.authority import authorised

    return authorised(acting(context), act)


def open_desk_as(named: tuple[str, ...] = ()) -> tuple[AppContext, str]:
    """`open_desk`, and `acting` at it."""
    context = open_desk()
    return context, acting(context, named)


def open_desk_for(act: "StaffAct") -> "tuple[AppContext, Actor]":
    """`open_desk`, and whoever is `allowed` to do this at it. Raises `Forbidden`."""
    context = open_desk()
    return context, allowed(context, act)


def sees_reporters(context: AppContext) -> bool:
    """Whether whoever gives this command sees who reported; others get lists without them."""
    from aupkeep.app.access.authority import allowance_of

    return allowance_of(acting(context), StaffAct.SEE_REPORTERS) is Allowance.YES
