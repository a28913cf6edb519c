"""Public keys with which anybody signs are told from those of one owner."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aupkeep.model.ed25519 import OF_ORDER_8, D, P, key_weakness

Point = tuple[int, int]
IDENTITY: Point = (0, 1)
ROOT = pow(2, (P - 1) // 4, P)  # of -1


def added(one: Point, other: Point) -> Point:
    """RFC 8032 section 5.1.4, in affine coordinates."""
    (x1, y1), (x2, y2) = one, other
    both = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + both, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - both, -1, P) % P


def point_at(y: int) -> Point:
    """A point of the curve with this y (RFC 8032 section 5.1.3)."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    assert x * x % P == square
    return x, y


def order(point: Point) -> int:
    """How often it is added to itself until the identity comes; 9 for more than eight times."""
    total, count = point, 1
    while total != IDENTITY and count < 9:
        total, count = added(total, point), count + 1
    return count


def encodings(y: int) -> list[bytes]:
    """Of one y: both signs of x, and what is not canonical."""
    values = [value | sign for value in (y, y + P) if value < 1 << 255 for sign in (0, 1 << 255)]
    return [value.to_bytes(32, "little") for value in values]


YS = (0, 1, P - 1, OF_ORDER_8, P - OF_ORDER_8)
SMALL_ORDER = [public for y in YS for public in encodings(y)]


def test_the_list_is_every_point_of_small_order():
    """Eight points: by the group's own addition, not by a table that was copied."""
    assert [order(point_at(y)) for y in YS] == [4, 1, 2, 8, 8]
    eighth, seen, total = point_at(OF_ORDER_8), set(), IDENTITY
    for _ in range(8):
        total = added(total, eighth)
        seen.add(total[1])
    assert seen == set(YS)


@pytest.mark.parametrize("public", SMALL_ORDER, ids=bytes.hex)
def test_with_each_of_them_anybody_signs(public):
    """Each is refused; and the library takes a signature that needed no private key."""
    assert "anybody signs" in str(key_weakness(public))
    key, tries = Ed25519PublicKey.from_public_bytes(public), 0
    for tries in range(200):
        message = b"%d" % tries
        for point in SMALL_ORDER:
            try:
                key.verify(point + bytes(32), message)
            except InvalidSignature:
                continue
            return
    pytest.fail(f"no signature in {tries} tries")


def test_keys_of_one_owner_are_taken():
    """Whatever the secret is."""
    for number in range(50):
        secret = hashlib.sha256(b"%d" % number).digest()
        public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
        assert key_weakness(public) is None


def test_what_is_no_point_is_refused():
    """Of random bytes one in two is none; a length that is another, and an encoding above P."""
    for public in (b"", bytes(31), bytes([255]) * 32, (P + 3).to_bytes(32, "little")):
        assert key_weakness(public)
    none = [key_weakness(hashlib.sha256(b"%d" % number).digest()) for number in range(100)]
    assert 20 < sum(weakness is not None for weakness in none) < 80
