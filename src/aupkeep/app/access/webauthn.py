"""Passkeys on the wire (WebAuthn Level 3): what a browser is asked, and what its answer proves.

A challenge holds its end and a random number, and is signed over these, its purpose and the secret
of the browser that it was made for. So none is stored: only that it was used, in the counters that
all processes share. `fido2` reads answers and checks signatures; the origin is ours exactly, the
device has verified its person, and its counter must grow where it counts.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.config.keys import secrets_for
from aupkeep.config.passkeys import passkey_ground
from aupkeep.model.ed25519 import key_weakness
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.model.passkey import Passkey
from aupkeep.store import shared_counters

CHALLENGE_LIFE = timedelta(minutes=10)
NUMBER, END = 16, 8  # bytes
EDDSA, X = -8, -2  # the algorithm, and where its public key stands (RFC 9053 section 7.2)
ALGORITHMS = (-7, EDDSA, -257)  # ES256, EdDSA, RS256 (IANA COSE)
MOST_ANSWER = 20_000  # characters
# what the library raises for an answer that a browser never makes: bytes and CBOR of wrong form,
# an unknown algorithm (RuntimeError), a number out of range
UNREADABLE = (
    ValueError, TypeError, LookupError, AttributeError, RuntimeError, AssertionError,
    ArithmeticError,
)  # fmt: skip
STALE = "this page is too old or of another browser; load it again"


@dataclass(frozen=True, slots=True)
class NewCredential:
    """What a device made: the id and the public key in hex, and its counter."""

    credential: str
    key: str
    uses: int


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a device answered; `handle` is the id of whose it is, where the device told it."""

    credential: str
    handle: str
    answer: Mapping[str, Any]
    challenge: bytes


def creation_options(
    context: AppContext, staff: str, names: tuple[str, str], known: Sequence[Passkey], browser: str
) -> str:
    """What `navigator.credentials.create` is asked, as JSON; `names` are the address and the name.

    Raises `Forbidden` where passkeys cannot work.
    """
    from fido2 import webauthn as wire

    server = _server(context)
    server.allowed_algorithms = [
        wire.PublicKeyCredentialParameters(type=wire.PublicKeyCredentialType.PUBLIC_KEY, alg=alg)
        for alg in ALGORITHMS
    ]
    address, name = names
    options, _ = server.register_begin(
        wire.PublicKeyCredentialUserEntity(id=staff.encode(), name=address, display_name=name),
        credentials=[
            wire.PublicKeyCredentialDescriptor(
                type=wire.PublicKeyCredentialType.PUBLIC_KEY, id=bytes.fromhex(passkey.credential)
            )
            for passkey in known
        ],
        resident_key_requirement=wire.ResidentKeyRequirement.REQUIRED,
        user_verification=wire.UserVerificationRequirement.REQUIRED,
        challenge=_challenge(context, f"add {staff}", browser),
    )
    return json.dumps(dict(options))


def request_options(context: AppContext, browser: str) -> str:
    """What `navigator.credentials.get` is asked, as JSON. Raises `Forbidden`."""
    from fido2 import webauthn as wire

    options, _ = _server(context).authenticate_begin(
        user_verification=wire.UserVerificationRequirement.REQUIRED,
        challenge=_challenge(context, "sign in", browser),
    )
    return json.dumps(dict(options))


def read_creation(context: AppContext, staff: str, answer: str, browser: str) -> NewCredential:
    """The credential of an answer to `creation_options`; its challenge is used up.

    Raises `Invalid` for what is no answer, `Forbidden` for one that proves nothing.
    """
    read = _json(answer)
    challenge = _challenge_of(context, read, f"add {staff}", browser)
    try:
        registered = _server(context).register_complete(_state(challenge), read)
        credential = registered.credential_data
        if credential is None or not _owned(credential.public_key):
            raise ValueError("algorithm")
        made = NewCredential(
            credential.credential_id.hex(), bytes(credential).hex(), int(registered.counter)
        )
    except UNREADABLE as error:
        raise _refused(error) from error
    _use_up(context, challenge)
    return made


def read_assertion(context: AppContext, answer: str, browser: str) -> Assertion:
    """Which credential answers to `request_options`, and for whom; nothing is proven yet.

    Raises `Invalid` for what is no answer, `Forbidden` for another browser's and an old one.
    """
    from fido2.webauthn import AuthenticationResponse

    read = _json(answer)
    challenge = _challenge_of(context, read, "sign in", browser)
    try:
        response = AuthenticationResponse.from_dict(read)
        handle = (response.response.user_handle or b"").decode()
    except UNREADABLE as error:
        raise _refused(error) from error
    return Assertion(response.raw_id.hex(), handle, read, challenge)


def prove(context: AppContext, asserted: Assertion, passkey: Passkey) -> int:
    """The device's counter, where the answer is of this passkey; its challenge is used up.

    Raises `Forbidden`, also for a counter that did not grow: then there are two such devices.
    """
    from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

    try:
        known = AttestedCredentialData(bytes.fromhex(passkey.key))
        _server(context).authenticate_complete(_state(asserted.challenge), [known], asserted.answer)
        data = AuthenticationResponse.from_dict(asserted.answer).response.authenticator_data
        uses = int(data.counter)
    except UNREADABLE as error:
        raise _refused(error) from error
    if asserted.handle not in {"", passkey.staff}:
        raise _refused(ValueError("user handle"))
    if (uses or passkey.uses) and uses <= passkey.uses:
        raise Forbidden(
            f"passkey {passkey.name}: expected a use after number {passkey.uses}, found {uses}; "
            "there may be a copy of it: remove it"
        )
    _use_up(context, asserted.challenge)
    return uses


def _owned(key: Mapping[int, Any]) -> bool:
    """Whether a device's key (COSE, RFC 9053) is of a kind that we take, and one owner's."""
    edwards = key.get(3) == EDDSA
    return key.get(3) in ALGORITHMS and not (edwards and key_weakness(bytes(key[X])))


def _server(context: AppContext) -> Any:  # noqa: ANN401 - a `Fido2Server`, whose import takes 0.2 s
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    provider = context.settings.provider
    ground = passkey_ground(provider.url)
    if ground is None:
        raise Forbidden("passkeys need HTTPS and a name in provider.url, or localhost")
    rp, origin = ground
    entity = PublicKeyCredentialRpEntity(id=rp, name=provider.name)
    return Fido2Server(entity, verify_origin=lambda named: named == origin)


def _state(challenge: bytes) -> Mapping[str, str]:
    """What the library compares with: the answer's own challenge, which is known to be ours."""
    from fido2.utils import websafe_encode
    from fido2.webauthn import UserVerificationRequirement

    required = UserVerificationRequirement.REQUIRED
    return {"challenge": websafe_encode(challenge), "user_verification": required}


def _challenge(context: AppContext, purpose: str, browser: str) -> bytes:
    end = int((context.now() + CHALLENGE_LIFE).timestamp()).to_bytes(END, "big")
    nonce = context.noise(NUMBER) + end
    return nonce + _signature(context, nonce, purpose, browser)


def _signature(context: AppContext, nonce: bytes, purpose: str, browser: str) -> bytes:
    secret = secrets_for(context.home, "tokens")[-1]
    words = f"passkey\0{purpose}\0{browser}\0".encode()
    return hmac.new(secret, words + nonce, hashlib.sha256).digest()


def _challenge_of(
    context: AppContext, answer: Mapping[str, Any], purpose: str, browser: str
) -> bytes:
    """The challenge that is answered. Raises `Forbidden` for one that is not ours, or old."""
    from fido2.utils import websafe_decode

    try:
        data = json.loads(websafe_decode(answer["response"]["clientDataJSON"]))
        challenge, elsewhere = websafe_decode(data["challenge"]), data.get("crossOrigin", False)
    except UNREADABLE as error:
        raise _refused(error) from error
    nonce = challenge[: NUMBER + END]
    is_ours = hmac.compare_digest(
        challenge[NUMBER + END :], _signature(context, nonce, purpose, browser)
    )
    end = int.from_bytes(nonce[NUMBER:], "big")
    if not (browser and is_ours) or context.now().timestamp() > end or elsewhere:
        raise Forbidden(STALE)
    return challenge


def _use_up(context: AppContext, challenge: bytes) -> None:
    """Raises `Forbidden` for one that was used."""
    name = f"passkey:{hashlib.sha256(challenge).hexdigest()}"
    if not shared_counters.spend(name, context.now() + 2 * CHALLENGE_LIFE):
        raise Forbidden(STALE)


def _json(text: str) -> Mapping[str, Any]:
    if len(text) > MOST_ANSWER:
        raise Invalid(f"passkey: expected at most {MOST_ANSWER} characters, found more")
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid("passkey: expected the answer of a browser, found no JSON") from error
    if not isinstance(read, dict):
        raise Invalid("passkey: expected the answer of a browser, found other JSON")
    return read


def _refused(error: Exception) -> Forbidden:
    words = str(error)[:80] or type(error).__name__
    return Forbidden(f"passkey: expected an answer made here, found one that is not ({words})")
