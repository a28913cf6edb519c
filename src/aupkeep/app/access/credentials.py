"""What a person shows where there is no session: their own token, or a one-time link."""

from aupkeep.app.access.staff import needs_passkey, sign_in
from aupkeep.app.access.tokens import PREFIX, person_of_token
from aupkeep.app.context import AppContext
from aupkeep.model.errors import Forbidden


def person_behind(context: AppContext, credential: str) -> tuple[str, str | None]:
    """The address of whose token or one-time sign-in link this is, and who made it for them.

    A link is used up.

    Raises `Forbidden`, and `Missing` or `Gone` for a link.
    """
    if credential.startswith(PREFIX):
        return person_of_token(context, credential)
    token = credential.strip().rstrip("/").rpartition("/")[2]
    person, maker = sign_in(context, token)
    if needs_passkey(context, person):
        raise Forbidden(f"refused: {person.address} signs in with a passkey, not with a link")
    return person.address, maker
