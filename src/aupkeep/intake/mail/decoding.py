"""Bytes and header values to text, whatever they claim to be: RFC 2047, RFC 2045, never an error.

Every answer is text that any database takes: no NUL, no lone surrogate.
"""

import binascii
import re

WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,10000})\?=")  # RFC 2047 section 2
BETWEEN = re.compile(r"(\?=)[ \t]+(?==\?)")  # RFC 2047 section 6.2: white space between words
CHARSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}")
LONGEST_HEADER = 20_000  # characters of one header that are decoded; the rest is cut
ALIKE = frozenset({"us-ascii", "ascii", "utf-8", "utf8", "iso-8859-1", "windows-1252"})
# Python codecs that are no charsets of mail: quadratic, escaping or local to a machine.
FOREIGN = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)


def decode(data: bytes, charset: str | None = None) -> str:
    r"""Text of `data` in `charset`; a wrong or unknown one falls back to UTF-8, then Windows-1252.

    >>> decode(b"bl\xe5b\xe6r", "iso-8859-1"), decode(b"caf\xc3\xa9", "klingon")
    ('blåbær', 'café')
    """
    if data.isascii() and (charset is None or charset.lower() in ALIKE):
        return clean(data.decode("ascii"))
    marked = (
        "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else None
    )  # its byte order mark
    for name in (marked, charset, "utf-8", "cp1252"):
        text = _tried(data, name)
        if text is not None:
            return clean(text)
    return clean(data.decode("latin-1"))


def _tried(data: bytes, name: str | None) -> str | None:
    if name is None or not CHARSET.fullmatch(name):
        return None
    if name.lower().replace("-", "_") in FOREIGN:
        return None
    try:
        return data.decode(name)
    except (LookupError, ValueError, TypeError, AssertionError):
        return None


def clean(text: str) -> str:
    r"""The text with line ends as `\n`, without NUL and lone surrogates (both become U+FFFD)."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text


def untransfer(body: bytes, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding (RFC 2045 section 6), the broken as far as it goes.

    >>> untransfer(b"aGVsbG8", "base64"), untransfer(b"a=3Db", "Quoted-Printable")
    (b'hello', b'a=b')
    """
    name = encoding.strip().lower()
    if name == "base64":
        return _base64(body)
    if name == "quoted-printable":
        return binascii.a2b_qp(body)
    return body


def _base64(body: bytes) -> bytes:
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:  # padding or length wrong: keep the whole groups
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    if len(letters) % 4 == 1:  # six bits are no byte
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def header_text(raw: bytes) -> str:
    r"""One header value: unfolded, encoded words decoded, on one line.

    >>> header_text(b"=?utf-8?q?Abuse_from?=\n =?utf-8?b?IDE5Mi4wLjIuMQ==?=")
    'Abuse from 192.0.2.1'
    """
    return decoded_words(unfold(raw))


def unfold(raw: bytes) -> str:
    """One header value on one line (RFC 5322 section 2.2.3), encoded words left as they are."""
    text = decode(raw[:LONGEST_HEADER])
    return text.replace("\n", "").strip()  # the white space that folded it stays


def decoded_words(text: str) -> str:
    """The text with its RFC 2047 encoded words decoded."""
    if "=?" not in text:
        return text
    decoded = WORD.sub(_word, BETWEEN.sub(r"\1", text))
    return " ".join(decoded.split("\n"))  # an encoded line break must not make a new header


def _word(match: re.Match[str]) -> str:
    charset, how, text = match.groups()
    data = text.encode("utf-8", "replace")
    if how in "bB":
        return decode(_base64(data), charset.partition("*")[0])
    return decode(binascii.a2b_qp(data, header=True), charset.partition("*")[0])
