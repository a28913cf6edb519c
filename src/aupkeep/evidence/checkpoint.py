"""Signed checkpoints of the journal: C2SP tlog-checkpoint inside a C2SP signed-note.

    aupkeep.example/journal        origin: which log
    20                             size: how many leaves
    CsUYapGGPo4dkMgIAUqom/Xaj…     root hash, base64
                                   (further lines are extensions)
                                   (a blank line ends the text)
    — aupkeep.example Az3grl…      name, base64(key id of 4 bytes ‖ Ed25519 signature)

The signature covers the text with its last line end, not the blank line.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aupkeep.model.ed25519 import key_weakness
from aupkeep.model.errors import Invalid, Unreadable

ED25519 = b"\x01"  # C2SP signed-note: the signature type byte of Ed25519
DASH = "\N{EM DASH} "  # U+2014 and a space begin each signature line
ROOT_LENGTH = 32
KEY_ID_LENGTH = 4
ORIGIN, SIZE, ROOT = 0, 1, 2  # the first three lines
SHAPE = "checkpoint: expected"
CONTROL = re.compile("[\\x00-\\x09\\x0b-\\x1f\\ud800-\\udfff]")  # no signed note holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A log's size and root as somebody signed them; `signatures` are (name, key id, signature)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    signatures: tuple[tuple[str, bytes, bytes], ...] = ()
    text: str = ""  # the signed text, with its last line end


def key_id(name: str, public_key: Ed25519PublicKey, kind: bytes = ED25519) -> bytes:
    """The 4-byte key id: SHA-256(name ‖ 0x0A ‖ kind ‖ key), C2SP signed-note, Verifier keys."""
    raw = kind + public_key.public_bytes_raw()
    return hashlib.sha256(name.encode() + b"\n" + raw).digest()[:KEY_ID_LENGTH]


def show_key(name: str, public_key: Ed25519PublicKey, kind: bytes = ED25519) -> str:
    """A verifier key such as `aupkeep.example+1f2e3d4c+AaBb…` (C2SP signed-note)."""
    raw = base64.b64encode(kind + public_key.public_bytes_raw()).decode()
    return f"{name}+{key_id(name, public_key, kind).hex()}+{raw}"


def read_key(text: str, kind: bytes = ED25519) -> tuple[str, Ed25519PublicKey]:
    """Read a verifier key into name and key.

    Raises `Unreadable` when its parts do not agree, or anybody could sign with it.
    """
    name, _, rest = text.strip().partition("+")
    given, _, encoded = rest.partition("+")
    raw = decode_base64(encoded, "verifier key: expected base64")
    if raw[:1] != kind or len(raw) != 1 + ROOT_LENGTH:
        wanted = f"the type byte {kind[0]} and 32 bytes of Ed25519 key"
        raise Unreadable(f"verifier key: expected {wanted}")
    if weakness := key_weakness(raw[1:]):
        raise Unreadable(f"verifier key: {weakness}")
    key = Ed25519PublicKey.from_public_bytes(raw[1:])
    known = key_id(name, key, kind).hex()
    if not is_name(name) or known != given:
        raise Unreadable(f"verifier key: expected key id {known}, found {given}")
    return name, key


def make(
    origin: str,
    size: int,
    root: bytes,
    name: str,
    private_key: Ed25519PrivateKey,
    *,
    extensions: Sequence[str] = (),
) -> str:
    """A checkpoint of `size` leaves under `root`, signed as `name`; text that ends in a newline.

    Raises `Invalid` for a name with a space or a plus, an empty or many-line origin or extension,
    or a root that is not 32 bytes.
    """
    if not is_name(name):
        raise Invalid(f"checkpoint: expected a key name without space or plus, found {name!r}")
    for line in (origin, *extensions):
        if not line or "\n" in line:
            raise Invalid(f"checkpoint: expected one line that is not empty, found {line[:60]!r}")
    if size < 0 or len(root) != ROOT_LENGTH:
        raise Invalid(f"checkpoint: expected a size and 32 bytes of root, found {size}, {root!r}")
    lines = [origin, str(size), base64.b64encode(root).decode(), *extensions]
    text = "".join(f"{line}\n" for line in lines)
    signed = key_id(name, private_key.public_key()) + private_key.sign(text.encode())
    return f"{text}\n{DASH}{name} {base64.b64encode(signed).decode()}\n"


def is_name(name: str) -> bool:
    """Whether a key may bear it (C2SP signed-note, Format)."""
    return bool(name) and not any(letter.isspace() or letter == "+" for letter in name)


def parse(text: str) -> Checkpoint:
    """Read a checkpoint without trusting its signatures. Raises `Unreadable`.

    A line below it that is no signature line spoils it (C2SP signed-note); one of a key that nobody
    here knows does not.
    """
    if CONTROL.search(text):
        raise Unreadable(f"{SHAPE} text without control characters, found {text[:60]!r}")
    body, blank, tail = text.rpartition("\n\n")
    lines = body.split("\n")
    if not blank or len(lines) <= ROOT or not all(lines) or not tail.endswith("\n"):
        raise Unreadable(f"{SHAPE} origin, size, root, blank line, signature; found {text[:60]!r}")
    size = lines[SIZE]
    if not (
        size.isascii() and size.isdigit() and len(size) < ROOT_LENGTH and str(int(size)) == size
    ):
        raise Unreadable(f"{SHAPE} a decimal size without leading zeros, found {size[:60]!r}")
    root = decode_base64(lines[ROOT], f"{SHAPE} a root hash in base64")
    if len(root) != ROOT_LENGTH:
        raise Unreadable(f"{SHAPE} {ROOT_LENGTH} bytes of root hash, found {len(root)}")
    return Checkpoint(
        origin=lines[ORIGIN],
        size=int(size),
        root=root,
        extensions=tuple(lines[ROOT + 1 :]),
        signatures=tuple(_signature(line) for line in tail[:-1].split("\n")),
        text=f"{body}\n",
    )


def read_signed(text: str, name: str, public_key: Ed25519PublicKey) -> Checkpoint:
    """Read a checkpoint that `name` signed with this key.

    Raises `Unreadable` for a text that is no checkpoint, `Invalid` when no signature of that name
    and key holds.
    """
    checkpoint = parse(text)
    if is_signed(checkpoint, name, public_key):
        return checkpoint
    raise Invalid(
        f"checkpoint {checkpoint.size}: expected a signature of {name}, found none that holds"
    )


def is_signed(checkpoint: Checkpoint, name: str, public_key: Ed25519PublicKey) -> bool:
    """Whether a signature is of that name and key, and each that is holds."""
    made = signed_with(checkpoint, name, public_key)
    return bool(made) and all(made)


def signed_with(checkpoint: Checkpoint, name: str, public_key: Ed25519PublicKey) -> list[bool]:
    """Of each signature of that name and key whether it holds."""
    wanted, text = (name, key_id(name, public_key)), checkpoint.text.encode()
    return [
        holds(public_key, signature, text)
        for signer, given, signature in checkpoint.signatures
        if (signer, given) == wanted
    ]


def holds(public_key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether the signature is that key's over that message."""
    try:
        public_key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _signature(line: str) -> tuple[str, bytes, bytes]:
    """Read one signature line into name, key id and signature. Raises `Unreadable`."""
    name, space, encoded = line.removeprefix(DASH).partition(" ")
    if not (line.startswith(DASH) and is_name(name) and space):
        raise Unreadable(f"{SHAPE} a signature line, found {line[:60]!r}")
    raw = decode_base64(encoded, f"{SHAPE} a signature in base64")
    if len(raw) <= KEY_ID_LENGTH:
        raise Unreadable(f"{SHAPE} a key id and a signature, found {len(raw)} bytes")
    return name, raw[:KEY_ID_LENGTH], raw[KEY_ID_LENGTH:]


def decode_base64(text: str, expected: str) -> bytes:
    """Base64 in its one canonical form. Raises `Unreadable` that begins with `expected`."""
    try:
        raw = base64.b64decode(text.encode(), validate=True)
    except ValueError as error:  # binascii.Error is one
        raise Unreadable(f"{expected}, found {text[:60]!r}") from error
    if base64.b64encode(raw).decode() != text:
        raise Unreadable(f"{expected} in canonical form, found {text[:60]!r}")
    return raw
