"""The way to the issuer: state, nonce and PKCE, none of them stored.

A state holds a random number and its end, signed over both and over the secret that only the asking
browser has. Nonce (OpenID Connect Core 3.1.2.1) and code verifier (RFC 7636) follow from it by the
home's key. So what comes back was begun here, by this browser, within ten minutes, and once.
"""

import base64
import hashlib
import hmac
from datetime import timedelta
from urllib.parse import urlencode

from aupkeep.app.access.oidc.issuer import issuer
from aupkeep.app.context import AppContext
from aupkeep.config.keys import secrets_for
from aupkeep.model.errors import Forbidden, Missing
from aupkeep.store import shared_counters

LIFE = timedelta(minutes=10)
NUMBER, END = 16, 8  # bytes
BACK = "/sign-in/oidc/back"
STALE = "this sign-in is too old, was used, or began in another browser; begin again"


def redirect_address(context: AppContext) -> str:
    """Where the issuer sends people back to; it must be registered there."""
    return f"{context.settings.provider.url.rstrip('/')}{BACK}"


def authorization_address(context: AppContext, browser: str) -> str:
    """Where the browser with this secret is sent to sign in. Raises `Missing`, `Unavailable`."""
    settings = context.settings.oidc
    if not settings.enabled:
        raise Missing("single sign-on: expected oidc.issuer and oidc.client_id, found none")
    end = int((context.now() + LIFE).timestamp()).to_bytes(END, "big")
    nonce = context.noise(NUMBER) + end
    state = _text(nonce + _mac(context, "state", nonce, browser))
    verifier = code_verifier(context, state, browser)
    asked = {
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": redirect_address(context),
        "scope": " ".join(settings.scopes),
        "state": state,
        "nonce": nonce_of(context, state, browser),
        "code_challenge": _text(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    if settings.acr:
        asked["acr_values"] = settings.acr
    place = issuer(context).authorization
    return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"


def use_state(context: AppContext, state: str, browser: str) -> None:
    """Use a state up. Raises `Forbidden` for one that is not this browser's, old or used."""
    try:
        whole = base64.urlsafe_b64decode(state + "=" * (-len(state) % 4))
    except ValueError as error:
        raise Forbidden(STALE) from error
    nonce, mac = whole[: NUMBER + END], whole[NUMBER + END :]
    ours = hmac.compare_digest(mac, _mac(context, "state", nonce, browser))
    end = int.from_bytes(nonce[NUMBER:], "big")
    if not (browser and ours) or context.now().timestamp() > end:
        raise Forbidden(STALE)
    name = f"oidc:{hashlib.sha256(whole).hexdigest()}"
    if not shared_counters.spend(name, context.now() + 2 * LIFE):
        raise Forbidden(STALE)


def nonce_of(context: AppContext, state: str, browser: str) -> str:
    """What the ID token of this sign-in must repeat."""
    return _text(_mac(context, "nonce", state.encode(), browser))


def code_verifier(context: AppContext, state: str, browser: str) -> str:
    """The secret whose hash went with the state (RFC 7636 section 4.1)."""
    return _text(_mac(context, "verifier", state.encode(), browser))


def _mac(context: AppContext, purpose: str, nonce: bytes, browser: str) -> bytes:
    secret = secrets_for(context.home, "tokens")[-1]
    return hmac.digest(secret, f"oidc\0{purpose}\0{browser}\0".encode() + nonce, "sha256")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
