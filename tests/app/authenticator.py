"""An authenticator (WebAuthn Level 3, section 6): ES256, and whatever is to be wrong."""

import hashlib
import json
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT_AND_VERIFIED, HAS_CREDENTIAL = 0x05, 0x40


class Authenticator:
    """A device with one key, in a browser that is at `origin`."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(str(id(self)).encode()).digest()[:16]
        self.handle, self.count = b"", 0
        self.public = dict(ES256.from_cryptography_key(self.key.public_key()))

    def create(self, options: str) -> str:
        """The answer to `navigator.credentials.create`."""
        asked = json.loads(options)["publicKey"]
        self.handle = websafe_decode(asked["user"]["id"])
        public = cbor.encode(self.public)
        credential = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        data = self._data(asked["rp"]["id"], PRESENT_AND_VERIFIED | HAS_CREDENTIAL) + credential
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, options: str, **wrong: Any) -> str:  # noqa: ANN401 - whatever is to be wrong
        """The answer to `navigator.credentials.get`."""
        asked = json.loads(options)["publicKey"]
        rp, flags = wrong.pop("rp", asked["rpId"]), wrong.pop("flags", PRESENT_AND_VERIFIED)
        data = self._data(rp, flags, wrong.pop("count", None))
        handle, signature = wrong.pop("handle", self.handle), wrong.pop("signature", None)
        client = self._client("webauthn.get", asked["challenge"], **wrong)
        signed = data + hashlib.sha256(client).digest()
        signature = signature or self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=client, authenticatorData=data, signature=signature, userHandle=handle
        )

    def _data(self, rp: str, flags: int, count: int | None = None) -> bytes:
        self.count += 1
        told = self.count if count is None else count
        return hashlib.sha256(rp.encode()).digest() + bytes([flags]) + struct.pack(">I", told)

    def _client(self, kind: str, question: str, **wrong: Any) -> bytes:  # noqa: ANN401 - the same
        told = {"type": kind, "challenge": question, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told | wrong).encode()

    def _answer(self, **response: bytes) -> str:
        number = websafe_encode(self.id)
        told = {name: websafe_encode(value) for name, value in response.items()}
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": told})
