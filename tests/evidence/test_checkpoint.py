"""Checkpoints are C2SP signed notes: foreign ones verify here, and a changed byte never does."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.evidence.checkpoint import (
    Checkpoint,
    holds,
    key_id,
    make,
    parse,
    read_key,
    read_signed,
    show_key,
)
from aupkeep.model.errors import Invalid, Unreadable

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NAME, ORIGIN = "aupkeep.example", "aupkeep.example/journal"
TEXT = make(ORIGIN, 7, bytes(32), NAME, KEY)


def test_reads_what_it_made():
    """Origin, size, root and extensions come back, under the key that signed."""
    text = make(ORIGIN, 12, b"r" * 32, NAME, KEY, extensions=["a line", "another"])
    found = read_signed(text, NAME, KEY.public_key())
    assert (found.origin, found.size, found.root) == (ORIGIN, 12, b"r" * 32)
    assert found.extensions == ("a line", "another")


def test_foreign_note():
    """The note of Go's own documentation verifies with its verifier key: same id, same text."""
    name, key = read_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    raw = base64.b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN"
        "1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    assert name == "PeterNeumann"
    assert raw[:4].hex() == "c74f20a3"
    assert holds(key, raw[4:], text.encode())


def test_verifier_key_returns():
    """A verifier key reads back as itself."""
    name, key = read_key(show_key(NAME, KEY.public_key()))
    assert (name, key.public_bytes_raw()) == (NAME, KEY.public_key().public_bytes_raw())


@given(st.integers(0, len(TEXT.encode()) - 1), st.integers(1, 255))
def test_any_changed_byte_is_found(place, change):
    """No single changed byte leaves a checkpoint that holds."""
    data = bytearray(TEXT.encode())
    data[place] ^= change
    with pytest.raises((Invalid, Unreadable)):
        read_signed(data.decode(errors="replace"), NAME, KEY.public_key())


DASH = "\N{EM DASH} "
ROOT = base64.b64encode(bytes(32)).decode()


def note(*lines: str, signature: str = f"{DASH}a {ROOT}") -> str:
    """A checkpoint of these lines, signed by nobody."""
    return "".join(f"{line}\n" for line in lines) + f"\n{signature}\n"


def signed(signature: str) -> str:
    return note("a", "1", ROOT, signature=signature)


def sized(size: str) -> tuple[str, str]:
    found = f"a decimal size without leading zeros, found {size[:60]!r}"
    return note("a", size, ROOT), found


def incomplete(text: str) -> tuple[str, str]:
    return text, f"origin, size, root, blank line, signature; found {text[:60]!r}"


NO_CHECKPOINT = {
    "nothing": incomplete(""),
    "a control character": (
        "a\r" + "b" * 99,
        f"text without control characters, found {'a' + chr(13) + 'b' * 58!r}",
    ),
    "no blank line": incomplete("a\n1\n"),
    "two lines": incomplete(note("a", "1")),
    "an empty line": incomplete(note("", "1", ROOT)),
    "two blank lines": incomplete(note("a", "1", ROOT) + f"\n{DASH}a {ROOT}\n"),
    "no end": incomplete(note("a", "1", ROOT)[:-1]),
    **{size: sized(size) for size in ("01", "+1", "٣", "9" * 32, "9" * 99)},
    "no base64": (note("a", "1", "%" * 99), f"a root hash in base64, found {'%' * 60!r}"),
    "another base64": (
        note("a", "1", "A" * 97 + "B=="),
        f"a root hash in base64 in canonical form, found {'A' * 60!r}",
    ),
    "a short root": (note("a", "1", "AA=="), "32 bytes of root hash, found 1"),
    "no dash": (signed("a AAAA"), "a signature line, found 'a AAAA'"),
    "no name": (
        signed(f"{DASH} {'A' * 99}"),
        f"a signature line, found {f'{DASH} ' + 'A' * 57!r}",
    ),
    "no space": (signed(f"{DASH}aAAA"), f"a signature line, found {f'{DASH}aAAA'!r}"),
    "a key id alone": (signed(f"{DASH}a AAAAAA=="), "a key id and a signature, found 4 bytes"),
    "three words": (signed(f"{DASH}a b AAAA"), "a signature in base64, found 'b AAAA'"),
    "junk": (signed(f"{DASH}a %"), "a signature in base64, found '%'"),
}


@pytest.mark.parametrize("name", NO_CHECKPOINT)
def test_no_checkpoint(name):
    """What is no checkpoint says what was expected and found."""
    text, reason = NO_CHECKPOINT[name]
    with pytest.raises(Unreadable) as raised:
        parse(text)
    assert str(raised.value) == f"checkpoint: expected {reason}"


def test_parses_every_part():
    """Size 0 and 31 digits are sizes; extensions and every signature come back as they stand."""
    lines = ("a", "9" * 31, ROOT, "more")
    parsed = parse(note(*lines, signature=f"{DASH}x {ROOT}\n{DASH}y AAAAAAE="))
    assert parsed == Checkpoint(
        origin="a",
        size=int("9" * 31),
        root=bytes(32),
        extensions=("more",),
        signatures=(("x", bytes(4), bytes(28)), ("y", bytes(4), b"\x01")),
        text="".join(f"{line}\n" for line in lines),
    )
    assert parse(note("a", "0", ROOT)).size == 0


def test_text_is_as_the_standard_has_it():
    """Origin, size, root, a blank line, and a dash with name, key id and signature."""
    head, _, tail = TEXT.partition("\n\n")
    assert head == f"{ORIGIN}\n7\n{ROOT}"
    dash, name, encoded = tail.split(" ")
    raw = base64.b64decode(encoded)
    assert (dash, name, len(raw), tail[-1]) == ("\N{EM DASH}", NAME, 68, "\n")
    raw_key = KEY.public_key().public_bytes_raw()
    expected = hashlib.sha256(f"{NAME}\n".encode() + b"\x01" + raw_key).digest()[:4]
    assert raw[:4] == expected
    key = base64.b64encode(b"\x01" + raw_key).decode()
    assert show_key(NAME, KEY.public_key()) == f"{NAME}+{expected.hex()}+{key}"


SHOWN = show_key(NAME, KEY.public_key())
TYPE = "the type byte 1 and 32 bytes of Ed25519 key"


def of(name: str) -> str:
    return key_id(name, KEY.public_key()).hex()


NO_KEY = {
    "nothing": ("", TYPE),
    "no base64": ("a+b+%", "base64, found '%'"),
    "another type": (f"a+b+{base64.b64encode(bytes(33)).decode()}", TYPE),
    "anybody's": (
        f"a+b+{base64.b64encode(bytes([1, 1, *bytes(31)])).decode()}",
        "a public key of one owner, found one of small order: anybody signs with it",
    ),
    "too short": (f"a+b+AQ{'A' * 41}=", TYPE),
    "another name": (f"x{SHOWN}", f"key id {of('x' + NAME)}, found {of(NAME)}"),
    "no name": (f"+{of('')}+{SHOWN[-44:]}", f"key id {of('')}, found {of('')}"),
}


@pytest.mark.parametrize("name", NO_KEY)
def test_no_verifier_key(name):
    """A verifier key whose parts do not agree says what was expected and found."""
    text, reason = NO_KEY[name]
    with pytest.raises(Unreadable) as raised:
        read_key(text)
    assert str(raised.value) == f"verifier key: expected {reason}"


@given(st.text())
def test_anything_is_read_or_unreadable(text):
    """Arbitrary text raises nothing else."""
    for candidate in (text, text + TEXT, TEXT + text):
        try:
            parse(candidate)
        except Unreadable:
            continue


def test_signed_by_another():
    """A signature under the right name with another key does not count."""
    text = make(ORIGIN, 7, bytes(32), NAME, Ed25519PrivateKey.from_private_bytes(b"x" * 32))
    with pytest.raises(
        Invalid, match=f"^checkpoint 7: expected a signature of {NAME}, found none that holds$"
    ):
        read_signed(text, NAME, KEY.public_key())


LINE = "one line that is not empty, found "
IMPOSSIBLE = [
    ({"origin": "a\nb"}, LINE + repr("a\nb")),
    ({"origin": ""}, LINE + "''"),
    ({"origin": "a\n" + "b" * 99}, LINE + repr("a\n" + "b" * 58)),
    ({"extensions": ["ok", ""]}, LINE + "''"),
    ({"size": -1}, f"a size and 32 bytes of root, found -1, {bytes(32)!r}"),
    ({"root": bytes(31)}, f"a size and 32 bytes of root, found 1, {bytes(31)!r}"),
    *(({"name": name}, f"a key name without space or plus, found {name!r}")
      for name in ("n n", "n+n", "")),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "reason"), IMPOSSIBLE)
def test_impossible_checkpoints(changes, reason):
    """What could not be read back is not made."""
    parts = {"origin": "a", "size": 1, "root": bytes(32), "name": "n", "extensions": ()} | changes
    with pytest.raises(Invalid) as raised:
        make(**parts, private_key=KEY)
    assert str(raised.value) == f"checkpoint: expected {reason}"


def test_another_signature_does_not_hide_ours():
    """Of many signatures any may be the one that counts."""
    text = TEXT.replace("\n\n", f"\n\n{DASH}other AAAAAAE=\n", 1)
    assert read_signed(text, NAME, KEY.public_key()).size == 7
    assert make("a", 0, bytes(32), "n", KEY)
