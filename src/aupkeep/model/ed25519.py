"""Ed25519 public keys by which nobody is known, because anybody signs with them.

A key is a point of the curve (RFC 8032 section 5.1.3). For one of small order (1, 2, 4 or 8) a
signature over any message is found without a private key: section 5.1.7 asks for S·B = R + k·A, and
k·A is then one of eight points. RFC 8032 section 8 leaves the check to whoever takes the key;
Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs" (2020), tables 1 and 2, list these
points and their encodings. Encodings that are not canonical, or no point, are refused too.
"""

P = 2**255 - 19
SIGN = 1 << 255  # of x; the low 255 bits are y
D = -121665 * pow(121666, -1, P) % P  # of -x² + y² = 1 + D·x²·y², section 5.1
OF_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL = frozenset({0, 1, P - 1, OF_ORDER_8, P - OF_ORDER_8})  # y; orders 4, 1, 2, 8, 8
LENGTH = 32  # bytes


def key_weakness(public: bytes) -> str | None:
    """Why these bytes make nobody known, as a sentence, or None.

    >>> key_weakness(bytes([1]) + bytes(31))
    'expected a public key of one owner, found one of small order: anybody signs with it'
    """
    if len(public) != LENGTH:
        return f"expected {LENGTH} bytes of public key, found {len(public)}"
    y = int.from_bytes(public, "little") % SIGN
    if y % P in SMALL:
        return "expected a public key of one owner, found one of small order: anybody signs with it"
    if y >= P or not _on_curve(y):
        return "expected a point of the curve in its one encoding (RFC 8032), found another"
    return None


def _on_curve(y: int) -> bool:
    """Whether an x belongs to it: x² = (y² - 1) / (D·y² + 1) is a square."""
    above, below = (y * y - 1) % P, (D * y * y + 1) % P
    return pow(above * below % P, (P - 1) // 2, P) == 1
