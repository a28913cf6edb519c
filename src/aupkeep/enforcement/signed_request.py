"""An agent's request to the server, signed (RFC 9421, with the digest of RFC 9530). Pure.

One fixed profile of the standard, rebuilt by the reader from what it received: nothing that the
signature does not cover can be put in.

    Content-Digest: sha-256=:X48E9q…=:
    Signature-Input: agent=("@method" "@path" "@query" "content-digest");created=1772366400;
        nonce="1772366400123";keyid="JrQLj5P…=";alg="ed25519";tag="aupkeep-agent"
    Signature: agent=:wqcAqbmY…==:
    Aupkeep-Previous-Number: 1772366395123=:k3Vbn0…==:

`keyid` is the public key itself, in base64. `nonce` is a number that only grows for one key: a
request whose number is not above the last one is a replay. `created` is the agent's clock; nothing
depends on it. `Aupkeep-Previous-Number` is the number of the request before in the same folder,
with a signature of its own over the same lines and itself; older agents have none, older servers
leave it.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aupkeep.model.ed25519 import key_weakness
from aupkeep.model.errors import Forbidden

PARAMETERS = (
    '("@method" "@path" "@query" "content-digest");created={created};nonce="{number}"'
    ';keyid="{public}";alg="ed25519";tag="aupkeep-agent"'
)
INPUT = re.compile(
    r'agent=(\("@method" "@path" "@query" "content-digest"\);created=[0-9]{1,12}'
    r';nonce="([1-9][0-9]{0,15})";keyid="([A-Za-z0-9+/]{43}=)";alg="ed25519";tag="aupkeep-agent")'
)
SIGNATURE = re.compile(r"agent=:([A-Za-z0-9+/]{86}==):")
MOST = (1 << 53) - 1  # the highest number
HEADERS = ("Content-Digest", "Signature-Input", "Signature")
PREVIOUS_HEADER = "Aupkeep-Previous-Number"
PREVIOUS = re.compile(r"(0|[1-9][0-9]{0,15})=:([A-Za-z0-9+/]{86}==):")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRequest:
    """What is signed of a request; `query` is without its question mark."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class RequestSignature:
    """Who signed a request: the public key in base64, and the request's number.

    `previous` is the number of the request before it, 0 for the first, None where it is not said.
    """

    public: str
    number: int
    previous: int | None = None


def public_text(key: Ed25519PrivateKey) -> str:
    """A key's public half in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def signed_headers(
    request: AgentRequest,
    key: Ed25519PrivateKey,
    *,
    number: int,
    created: int,
    previous: int | None = None,
) -> dict[str, str]:
    """The headers; `created` is a Unix time."""
    parameters = PARAMETERS.format(created=created, number=number, public=public_text(key))
    base = _base(request, parameters)
    values = _digest(request.body), f"agent={parameters}", f"agent=:{_signed(key, base)}:"
    headers = dict(zip(HEADERS, values, strict=True))
    if previous is not None:
        headers[PREVIOUS_HEADER] = f"{previous}=:{_signed(key, _with_previous(base, previous))}:"
    return headers


def _signed(key: Ed25519PrivateKey, data: bytes) -> str:
    return base64.b64encode(key.sign(data)).decode()


def verified(request: AgentRequest, headers: Mapping[str, str]) -> RequestSignature | None:
    """Who signed the request, None where nobody did. Raises `Forbidden` for a bad signature."""
    given = [headers.get(name) for name in HEADERS]
    if given[1] is None and given[2] is None:
        return None
    known = INPUT.fullmatch(given[1] or "")
    signature = SIGNATURE.fullmatch(given[2] or "")
    if known is None or signature is None:
        raise Forbidden("signature: expected one as an agent of ours makes it (RFC 9421)")
    if given[0] != _digest(request.body):
        raise Forbidden("signature: expected the digest of this body, found another")
    number = int(known[2])
    if number > MOST:
        raise Forbidden(f"signature: expected a number up to {MOST}, found {number}")
    if weakness := key_weakness(base64.b64decode(known[3])):
        raise Forbidden(f"signature: {weakness}")
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(known[3], validate=True))
        base = _base(request, known[1])
        public.verify(base64.b64decode(signature[1]), base)
        previous = _previous(public, base, headers.get(PREVIOUS_HEADER))
    except (InvalidSignature, ValueError) as error:
        raise Forbidden(
            "signature: expected one over this method, path, query and body by its own key, found "
            "another; a proxy must leave the path as it is"
        ) from error
    return RequestSignature(known[3], number, previous)


def _previous(public: Ed25519PublicKey, base: bytes, given: str | None) -> int | None:
    """The number before this request's, None where none is given. Raises `InvalidSignature`."""
    if given is None:
        return None
    if (said := PREVIOUS.fullmatch(given)) is None:
        raise InvalidSignature
    number = int(said[1])
    public.verify(base64.b64decode(said[2]), _with_previous(base, number))
    return number


def _digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def _base(request: AgentRequest, parameters: str) -> bytes:
    """What is signed (RFC 9421 section 2.5)."""
    lines = (
        f'"@method": {request.method}',
        f'"@path": {request.path}',
        f'"@query": ?{request.query}',
        f'"content-digest": {_digest(request.body)}',
        f'"@signature-params": {parameters}',
    )
    return "\n".join(lines).encode()


def _with_previous(base: bytes, number: int) -> bytes:
    """What is signed once more of a request that names the one before."""
    return base + f'\n"{PREVIOUS_HEADER.lower()}": {number}'.encode()
