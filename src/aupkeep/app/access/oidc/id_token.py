"""What a signed ID token proves (OpenID Connect Core 1.0 section 3.1.3.7). PyJWT checks signatures.

Which algorithms count is ours: public keys only, so that no secret of ours signs for the issuer and
`none` signs for nobody. Times are compared with our clock, a minute either way.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options

from aupkeep.app.access.oidc.issuer import IssuerRefused, keys, userinfo
from aupkeep.app.context import AppContext
from aupkeep.model.errors import Unavailable

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
LEEWAY = timedelta(minutes=1)
NEEDED = ["iss", "sub", "aud", "exp", "iat"]
OUR_CHECKS: Options = {
    "require": NEEDED,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}
MOST = 255  # characters of a subject (Core 1.0 section 2), and of a group


def proven_claims(context: AppContext, token: str, nonce: str | None = None) -> Mapping[str, Any]:
    """The claims of an ID token that our issuer signed for us; with `nonce`, for this sign-in.

    Raises `IssuerRefused` for one that proves nothing, `Unavailable` without the issuer's keys.
    """
    settings = context.settings.oidc
    try:
        header = jwt.get_unverified_header(token)
        algorithm, name = str(header.get("alg")), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError(algorithm[:20])
        claims = jwt.decode(
            token, _key(context, name), algorithms=[algorithm], audience=settings.client_id,
            issuer=settings.issuer, options=OUR_CHECKS,
        )  # fmt: skip
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise IssuerRefused(f"the ID token proves nothing: {str(error)[:120]}") from error
    trouble = _trouble(claims, settings.client_id, context.now())
    if not trouble and nonce is not None and claims.get("nonce") != nonce:
        trouble = "it was made for another sign-in (nonce)"
    if not trouble and settings.acr and claims.get("acr") != settings.acr:
        trouble = f"expected acr {settings.acr}, found {str(claims.get('acr'))[:40]!r}"
    if trouble:
        raise IssuerRefused(f"the ID token proves nothing: {trouble}")
    return claims


def _key(context: AppContext, name: object) -> Any:  # noqa: ANN401 - a public key of some kind
    """The issuer's key of this name, or its only one; asked anew for one that is not known."""
    for anew in (False, True):
        try:
            ours = jwt.PyJWKSet.from_dict(dict(keys(context, anew=anew))).keys
        except jwt.PyJWTError as error:
            raise Unavailable(f"the issuer's keys: {str(error)[:120]}") from error
        fitting = [key for key in ours if name is None or key.key_id == name]
        if len(fitting) == 1:
            return fitting[0].key
    raise jwt.InvalidKeyError(f"expected one key of the issuer named {str(name)[:40]!r}")


def _trouble(claims: Mapping[str, Any], client: str, now: datetime) -> str:
    """What is wrong with claims that the issuer signed, "" for nothing."""
    audience = claims["aud"]
    others = isinstance(audience, list) and len(audience) > 1
    if (others or "azp" in claims) and claims.get("azp") != client:
        return "it was made for another client (azp)"
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= MOST:
        return "it names nobody (sub)"
    times = [claims[name] for name in ("exp", "iat")]
    if not all(isinstance(time, int | float) and not isinstance(time, bool) for time in times):
        return "its times are none"
    seconds, leeway = now.timestamp(), LEEWAY.total_seconds()
    if claims["exp"] <= seconds - leeway:
        return "it is over (exp)"
    if claims["iat"] > seconds + leeway:
        return "it is not of now (iat): compare the clocks"
    return ""


def all_claims(context: AppContext, proven: Mapping[str, Any], access: str) -> Mapping[str, Any]:
    """The claims with what only userinfo says: address, name, groups.

    Which address is verified each of the two says of its own. Raises `IssuerRefused` where userinfo
    speaks of somebody else (Core 1.0 section 5.3.2).
    """
    named = groups_in(proven, context.settings.oidc.groups_claim) is not None
    if access and not (named and "email" in proven):
        more = userinfo(context, access)
        if more.get("sub") != proven["sub"]:
            raise IssuerRefused("userinfo: expected the same person, found another")
        own = {**more, **proven}
        stated, asked = (str(claims.get("email", "")).lower() for claims in (proven, more))
        if "email" not in proven:
            own["email_verified"] = more.get("email_verified")
        elif stated != asked:
            own["email_verified"] = proven.get("email_verified")
        return own
    return proven


def groups_in(claims: Mapping[str, Any], name: str) -> frozenset[str] | None:
    """The groups that a claim names, None where there is no such claim.

    >>> sorted(groups_in({"realm_access": {"roles": ["a", "b"]}}, "realm_access.roles"))
    ['a', 'b']
    >>> groups_in({"groups": "a"}, "groups"), groups_in({}, "groups")
    (frozenset({'a'}), None)
    """
    value = _led_to(claims, name)
    if isinstance(value, str):
        return frozenset({value[:MOST]})
    if not isinstance(value, list):
        return None
    return frozenset(group[:MOST] for group in value if isinstance(group, str))


def _led_to(claims: object, name: str) -> object:
    """What stands at a name whose dots lead inwards or belong to a key: a client's, an address."""
    if not name or not isinstance(claims, Mapping):
        return claims if not name else None
    parts = name.split(".")
    ends = range(len(parts), 0, -1)
    tried = (_led_to(claims.get(".".join(parts[:n])), ".".join(parts[n:])) for n in ends)
    return next((value for value in tried if value is not None), None)


def keeps_groups_back(claims: Mapping[str, Any], name: str) -> bool:
    """Whether groups are there that were not sent: too many for a token (Core 1.0 section 5.6.2).

    >>> keeps_groups_back({"_claim_names": {"groups": "src1"}}, "groups")
    True
    >>> keeps_groups_back({"hasgroups": True, "groups": ["a"]}, "groups")
    False
    """
    elsewhere = claims.get("_claim_names")
    named = isinstance(elsewhere, Mapping) and name in elsewhere
    short = claims.get("hasgroups") in (True, "true") and name == "groups"  # Entra, implicit flow
    return groups_in(claims, name) is None and (named or short)
