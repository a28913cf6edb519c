"""The issuer on the wire: what it says of itself, its keys, tokens, and what it says of a person.

OpenID Connect Discovery 1.0 section 4, Core 1.0 sections 3.1.3, 5.3 and 12. What an answer says is
believed because TLS named the issuer, and never more of it than one megabyte.
"""

import base64
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

from aupkeep import __version__
from aupkeep.app.context import AppContext
from aupkeep.config.oidc import is_safe
from aupkeep.intake.feed import FeedRequest, FetchLimits
from aupkeep.intake.feed_client.http_client import FetchAnswer, Fetcher
from aupkeep.model.errors import Forbidden, Unavailable

LIMITS = FetchLimits(size=1 << 20, unpacked=1 << 20, seconds=6.0, idle=3.0)
KNOWN_FOR = timedelta(minutes=10)  # what the issuer says of itself is asked anew after it
BASIC, POST = "client_secret_basic", "client_secret_post"
FORM = "application/x-www-form-urlencoded"
OK, ENDED = 200, frozenset({400, 401, 403})
# what the issuer says of the person or their session; other words speak of us or of the request
REFUSALS = {"invalid_grant", "access_denied", "interaction_required", "login_required"}


class IssuerRefused(Forbidden):
    """The issuer said no to a person, or to their session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """What an issuer says of itself; `skew` is how far its clock is before ours, in seconds."""

    authorization: str
    token: str
    jwks: str
    userinfo: str
    by_post: bool
    names_itself: bool  # it sends `iss` back with a code (RFC 9207)
    skew: float | None
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What the issuer gave: "" for what it left out."""

    id_token: str
    access: str
    refresh: str


_known: dict[tuple[str, str], Issuer] = {}  # of this process, by home and issuer
_keys: dict[str, tuple[datetime, Mapping[str, Any]]] = {}  # by address


def issuer(context: AppContext, *, anew: bool = False) -> Issuer:
    """What our issuer says of itself. Raises `Unavailable`, also where it is another one."""
    name = context.settings.oidc.issuer
    key = (str(context.home.path), name)
    known = _known.get(key)
    if known and not anew and context.now() - known.read_at < KNOWN_FOR:
        return known
    address = f"{name.rstrip('/')}/.well-known/openid-configuration"
    answer = ask(context, address)
    said = _object(answer, address)
    if said.get("issuer") != name:
        itself = str(said.get("issuer"))[:120]
        raise Unavailable(f"oidc.issuer: expected {name}, found that it calls itself {itself!r}")
    methods = said.get("token_endpoint_auth_methods_supported") or [BASIC]
    _known[key] = Issuer(
        authorization=_address(said, "authorization_endpoint"),
        token=_address(said, "token_endpoint"),
        jwks=_address(said, "jwks_uri"),
        userinfo=_address(said, "userinfo_endpoint") if said.get("userinfo_endpoint") else "",
        by_post=BASIC not in methods and POST in methods,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        skew=_skew(answer.date, context.now()),
        read_at=context.now(),
    )
    return _known[key]


def keys(context: AppContext, *, anew: bool = False) -> Mapping[str, Any]:
    """The issuer's public keys (RFC 7517). Raises `Unavailable`."""
    address = issuer(context).jwks
    at, known = _keys.get(address, (None, {}))
    if at is None or anew or context.now() - at >= KNOWN_FOR:
        known = _object(ask(context, address), address)
        _keys[address] = (context.now(), known)
    return known


def tokens(context: AppContext, form: Mapping[str, str]) -> Tokens:
    """What the token endpoint gives for a code or a refresh token.

    Raises `IssuerRefused` where it says no, `Unavailable` for every other answer.
    """
    settings, said = context.settings.oidc, issuer(context)
    secret, headers = settings.open_secret(), {"Content-Type": FORM, "Accept": "application/json"}
    sent = {**form, "client_id": settings.client_id}
    if secret and said.by_post:
        sent["client_secret"] = secret
    elif secret:  # RFC 6749 section 2.3.1
        pair = f"{quote(settings.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    body = urlencode(sent).encode()
    answer = ask(context, said.token, body=body, headers=headers, answers={OK, *ENDED})
    given = _object(answer, said.token)
    if answer.status != OK:
        word = str(given.get("error", ""))[:60]
        if word in REFUSALS:
            raise IssuerRefused(f"the issuer refused: {word}")
        raise Unavailable(f"{said.token}: expected tokens, found {answer.status} {word!r}")
    id_token, access, refresh = (
        str(given.get(name) or "") for name in ("id_token", "access_token", "refresh_token")
    )
    return Tokens(id_token=id_token, access=access, refresh=refresh)


def userinfo(context: AppContext, access: str) -> Mapping[str, Any]:
    """What the issuer says of whose access token this is, now.

    Raises `IssuerRefused` for a token that is over, `Unavailable`.
    """
    address = issuer(context).userinfo
    if not address:
        raise Unavailable(f"{context.settings.oidc.issuer}: expected a userinfo_endpoint")
    headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
    answer = ask(context, address, headers=headers, answers={OK, 401, 403})
    if answer.status != OK:
        raise IssuerRefused(f"the issuer refused: {answer.status}")
    return _object(answer, address)


def ask(
    context: AppContext, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None,
    answers: Container[int] = (OK,),
) -> FetchAnswer:  # fmt: skip
    """One exchange with the issuer. Raises `Unavailable`; no message holds a token."""
    settings = context.settings.oidc
    fetcher = Fetcher(
        limits=LIMITS,
        agent=f"aupkeep/{__version__}",
        inside=(urlsplit(url).hostname or "",),  # the operator named the issuer, and it its places
        ca_file=str(context.home.path / settings.ca_file) if settings.ca_file else "",
        answers=answers,
    )
    method = "POST" if body else "GET"
    shown = url.partition("?")[0]
    request = FeedRequest("oidc", url, method, body, headers or {}, shown)
    try:
        return fetcher.fetch(request)
    except Forbidden as error:
        raise Unavailable(str(error)) from error


def _object(answer: FetchAnswer, address: str) -> Mapping[str, Any]:
    try:
        said = json.loads(answer.data or b"")
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Unavailable(f"{address}: expected a JSON object, found something else")
    return cast("Mapping[str, Any]", said)


def _address(said: Mapping[str, Any], name: str) -> str:
    address = said.get(name)
    if not isinstance(address, str) or not is_safe(address):
        raise Unavailable(f"oidc.issuer: expected {name} with https, found {str(address)[:80]!r}")
    return address


def _skew(date: str, now: datetime) -> float | None:
    try:
        return (parsedate_to_datetime(date) - now).total_seconds()
    except (ValueError, TypeError):
        return None
