"""What of a mail is signed: S/MIME (RFC 8551) and OpenPGP (RFC 3156, RFC 9580 section 7).

Only a signature over everything a reader would read counts. A part beside the signed one, words
before or behind a clear-signed block: then nobody is proven, since anything could stand there.
"""

import re
from typing import NamedTuple

from aupkeep.intake.mail.decoding import unfold, untransfer
from aupkeep.intake.mail.mime import Headers, kind_of, pieces, read_headers, transfer_encoding

MOST_BYTES = 10 << 20  # of a mail whose signature is looked at
PGP_SIGNATURE = "application/pgp-signature"
SMIME_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
SMIME_OPAQUE = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
BEGIN = b"-----BEGIN PGP SIGNED MESSAGE-----"
# Words could stand in armour headers too, unsigned: only those that programs write are let through.
CLEAR = re.compile(
    rb"-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:Hash:[ ][A-Za-z0-9, -]{1,100}\n)*[ \t]*\n"
    rb"(?:(?!-----BEGIN)[^\n]*\n)*"
    rb"-----BEGIN PGP SIGNATURE-----[ \t]*\n"
    rb"(?:(?:Version|Charset):[ ](?![^\n]*\d\.\d{1,3}\.\d{1,3}\.\d)[^\n:@]{1,60}\n)*"
    rb"[ \t]*\n(?:[A-Za-z0-9+/=]{1,76}\n)+-----END PGP SIGNATURE-----[ \t]*\n"
)
DESCRIBING = re.compile(r"content-|mime-version$")


class SignedContent(NamedTuple):
    """A signature as found: `content` is None where the signature holds it, CRLF ends elsewhere.

    `kind` is `smime` or `pgp`; `trouble` says why it can prove nothing, "" when it can.
    """

    kind: str
    signature: bytes
    content: bytes | None
    trouble: str = ""


def signed_content_of(data: bytes) -> SignedContent | None:
    """The signature around a mail's whole body, or None; never raises."""
    if len(data) > MOST_BYTES or data.startswith(b"From "):
        return None
    data = data.replace(b"\r\n", b"\n")
    headers, body = read_headers(data, 0, len(data))
    media, boundary = kind_of(headers)
    if media == "multipart/signed":
        content = _multipart(data, body, boundary, headers)
    elif media in SMIME_OPAQUE:
        content = SignedContent("smime", _decoded(headers, data[body:]), None)
    else:
        content = _clear(headers, media, data[body:])
    if content is None or (b"\r" not in data and len(headers.get("content-type", "")) <= 1):
        return content
    return content._replace(trouble="expected one Content-Type and whole line ends, found others")


def with_content(data: bytes, inner: bytes) -> bytes:
    """The mail with what its opaque signature held in place of it, for a reader."""
    head, _, _ = data.replace(b"\r\n", b"\n").partition(b"\n\n")
    headers, keep = [], True
    for line in head.split(b"\n"):
        if line[:1] not in {b" ", b"\t"}:
            name = line.partition(b":")[0].strip().lower().decode("ascii", "replace")
            keep = not DESCRIBING.match(name)
        if keep:
            headers.append(line)
    return b"\n".join(headers) + b"\nMIME-Version: 1.0\n" + inner.replace(b"\r\n", b"\n")


def _multipart(data: bytes, body: int, boundary: str, headers: Headers) -> SignedContent | None:
    """The two parts of a multipart/signed (RFC 1847 section 2.1), with nothing to read around."""
    ranges = pieces(data, body, len(data), boundary)
    parts = [data[start:end] for start, end in ranges]
    kind = _kind(headers, parts)
    if kind is None:
        return None
    if len(parts) != 2:  # noqa: PLR2004 - the signed part and its signature
        return SignedContent(kind, b"", None, f"expected two parts, found {len(parts)}")
    before, after = data[body : ranges[0][0]], data[ranges[1][1] :].strip()
    if b"\nFrom " in before or after != f"--{boundary}--".encode():
        return SignedContent(
            kind, b"", None, "expected the whole mail signed, found more around it"
        )
    inner, start = read_headers(parts[1], 0, len(parts[1]))
    signature = _decoded(inner, parts[1][start:])
    return SignedContent(kind, signature, parts[0].replace(b"\n", b"\r\n"))


def _kind(headers: Headers, parts: list[bytes]) -> str | None:
    """Whose form the signature has, by the media type of the last part."""
    if not parts:
        return None
    last, _ = read_headers(parts[-1], 0, len(parts[-1]))
    media, _ = kind_of(last)
    said = unfold(headers["content-type"][0])[:4000].lower()
    if media == PGP_SIGNATURE or "pgp-signature" in said:
        return "pgp"
    return "smime" if media in SMIME_SIGNATURES or "pkcs7-signature" in said else None


def _clear(headers: Headers, media: str, body: bytes) -> SignedContent | None:
    """A clear-signed text (RFC 9580 section 7); it must be all there is to read."""
    text = _decoded(headers, body)
    if BEGIN not in text:
        return None
    if media != "text/plain":
        return SignedContent("pgp", b"", None, f"expected the whole mail signed, found {media}")
    block = text.strip() + b"\n"
    if not CLEAR.fullmatch(block) or block.count(BEGIN) > 1:
        return SignedContent(
            "pgp", b"", None, "expected the whole text signed, found more around it"
        )
    return SignedContent("pgp", block, None)


def _decoded(headers: Headers, body: bytes) -> bytes:
    return untransfer(body, transfer_encoding(headers))
