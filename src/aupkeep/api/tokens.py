"""Bearer tokens of the API: each opens the doors of its scopes."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from aupkeep.app.access.credentials import person_behind
from aupkeep.app.access.tokens import check_token, note_use, person_of_token
from aupkeep.app.context import bound
from aupkeep.app.deciding.outside_judge import judged_by
from aupkeep.app.receiving.api_rates import admit_request
from aupkeep.app.receiving.rate_limits import peer_of
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.model.whole_text import flaw


class ScopedToken(HttpBearer):
    """A bearer token with one scope; unknown, expired and revoked ones are the same 401."""

    def __init__(self, scope: str, *, trusted: bool = False) -> None:
        """Remember which scope this door needs, and whether only a trusted token opens it."""
        super().__init__()
        self.scope = scope
        self.trusted = trusted

    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        """The token's name; None for a token that does not live."""
        check_address(request)
        return token_name(request, token, self.scope, trusted=self.trusted)


class PersonalToken(ScopedToken):
    """A person's own token, or an outside approver's: what it does they do."""

    def __init__(self) -> None:
        """It has the scope of persons."""
        super().__init__("approve")

    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        """The secret, of which the approval asks whose it is; None for one that does not live."""
        return None if super().authenticate(request, token) is None else token


class ColleagueToken(PersonalToken):
    """A colleague's own token: an outside approver's or judge's opens nothing of the desk."""

    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        """The secret; None for one that does not live. Raises `Forbidden` for an outsider's."""
        secret = super().authenticate(request, token)
        if secret is not None:
            person_of_token(bound(), secret)
        return secret


class JudgeToken(PersonalToken):
    """An outside judge's token, while their appeal is open."""

    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        """The secret; None for one that does not live. Raises `Forbidden` for any other."""
        secret = super().authenticate(request, token)
        if secret is not None and judged_by(bound(), secret) is None:
            raise Forbidden("expected the token of an outside judge whose appeal is open")
        return secret


ColleagueToken.__name__ = JudgeToken.__name__ = PersonalToken.__name__ = ScopedToken.__name__ = (
    "Token"  # the security scheme's name in /openapi.json
)


def token_name(
    request: HttpRequest, secret: str, scope: str, *, trusted: bool = False
) -> str | None:
    """The name of the token with that secret, None where none lives.

    Raises `Forbidden` for one without the scope, or that is not trusted where it must be, and
    `TooMany` for one that asks too often.
    """
    token = check_token(bound(), secret)
    admit_request(bound(), caller_address(request), token.name if token else None)
    if token is None:
        return None
    if scope not in token.scopes:
        raise Forbidden(f"token {token.name}: expected the scope {scope}")
    if trusted and not token.trusted:
        raise Forbidden(f"token {token.name}: expected a trusted one, found one that is not")
    note_use(bound(), token)
    return token.name


def caller_address(request: HttpRequest) -> str:
    """Who asks, behind our own proxies."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return peer_of(request.META.get("REMOTE_ADDR", ""), forwarded, bound().settings.web.proxies)


def credential(request: HttpRequest) -> str:
    """A token's name, or the secret where the door asks whose it is."""
    return str(request.auth)  # type: ignore[attr-defined]


def person_and_maker(request: HttpRequest) -> tuple[str, str | None]:
    """The address of whose token it is, and who made the token for them."""
    return person_behind(bound(), credential(request))


def person_of(request: HttpRequest) -> str:
    """The address of whose token it is."""
    return person_and_maker(request)[0]


def token_actor(request: HttpRequest) -> Actor:
    """Who acts by the token that opened the door: the program that has it."""
    name = credential(request)
    return Actor(kind=ActorKind.SYSTEM, id=f"token:{name}", name=f"token {name}")


def check_address(request: HttpRequest) -> None:
    """Raises `Invalid` for an address that is no whole text, which no database takes."""
    if broken := flaw([request.path, *(list(pair) for pair in request.GET.lists())]):
        raise Invalid(f"address: expected text, found {broken}")
