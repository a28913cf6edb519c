"""What a person shows where there is no session: their own token, or a one-time link."""

from aupkeep.app.access.staff import sign_in
from aupkeep.app.access.tokens import PREFIX, person_of_token
from aupkeep.app.context import AppContext


def person_behind(context: AppContext, credential: str) -> str:
    """The address of whose own token or one-time sign-in link this is; a link is used up.

    Raises `Forbidden`, and `Missing` or `Gone` for a link.
    """
    if credential.startswith(PREFIX):
        return person_of_token(context, credential)
    token = credential.strip().rstrip("/").rpartition("/")[2]
    return sign_in(context, token).address
