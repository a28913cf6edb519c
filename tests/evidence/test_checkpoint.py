"""Checkpoints are C2SP signed notes: foreign ones verify here, and a changed byte never does."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.evidence.checkpoint import _holds, make, parse, read_key, read_signed, show_key
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
    assert _holds(key, raw[4:], text)


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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "\n\n",
        "a\n01\nAA==\n\n— a AAAA\n",
        "a\n1\nAA==\n\n— a AAAAAAAA\n",
        "a\n٣\nx\n\ny\n",
    ],
)
def test_no_checkpoint(text):
    """What is no checkpoint is unreadable, whatever it is."""
    with pytest.raises(Unreadable, match="expected"):
        parse(text)


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
    with pytest.raises(Invalid, match="found none that holds"):
        read_signed(text, NAME, KEY.public_key())


@pytest.mark.parametrize(
    ("origin", "size", "root", "name"),
    [
        ("a\nb", 1, bytes(32), "n"),
        ("", 1, bytes(32), "n"),
        ("a", -1, bytes(32), "n"),
        ("a", 1, bytes(31), "n"),
        ("a", 1, bytes(32), "n n"),
        ("a", 1, bytes(32), "n+n"),
    ],
)
def test_impossible_checkpoints(origin, size, root, name):
    """What could not be read back is not made."""
    with pytest.raises(Invalid, match="expected"):
        make(origin, size, root, name, KEY)
