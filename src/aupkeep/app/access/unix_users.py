"""Who is mapped to a user of this machine: oneself, once, or whom an operator says."""

from aupkeep.app.access.authority import authorised
from aupkeep.app.access.shell import shell_person
from aupkeep.app.access.staff import ListedPerson, map_person
from aupkeep.app.context import AppContext
from aupkeep.config.unix_user import unix_user
from aupkeep.model.errors import Forbidden
from aupkeep.model.roles import StaffAct
from aupkeep.store import staff as stored


def map_user(context: AppContext, address: str, user: str | None) -> ListedPerson:
    """Say whose the commands of a machine's user are: once one's own, or as an operator any.

    Nobody says it of themselves while anybody is mapped: then an operator does. Raises `Forbidden`,
    `Missing`, `Conflict`.
    """
    if stored.mapped():
        actor = authorised(shell_person(context), StaffAct.SETTINGS)
        return map_person(context, address, user or unix_user(), by=actor)
    if user not in {None, unix_user()}:
        raise Forbidden("refused: the first to be mapped is the user who gives this command")
    return map_person(context, address, unix_user())
