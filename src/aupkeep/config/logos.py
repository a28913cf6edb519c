"""A brand's logo: a file of the operator's, small, and one of three kinds of picture.

Its kind is read from its first bytes, never from its name. No SVG: that is a document, which can
hold a script, a style and addresses elsewhere.
"""

from dataclasses import dataclass
from pathlib import Path

from aupkeep.model.errors import Invalid

MOST = 65_536  # bytes
LARGEST = 2_000  # pixels, of a PNG's sides
PNG = b"\x89PNG\r\n\x1a\n"
KINDS = "a PNG, a JPEG or a WebP"


@dataclass(frozen=True, slots=True)
class Logo:
    """The bytes and their media type."""

    data: bytes
    media: str


def read_logo(folder: Path, name: str) -> Logo:
    """The logo at a path, below `folder` where that is relative. Raises `Invalid`."""
    path = folder / name
    try:
        if not path.is_file():
            raise Invalid(f"logo: expected a file, found none at {path}")
        with path.open("rb") as file:
            data = file.read(MOST + 1)
    except OSError as error:
        raise Invalid(f"logo: expected a file that may be read at {path}") from error
    if len(data) > MOST:
        raise Invalid(f"logo: expected at most {MOST} bytes, found more in {path}")
    media = media_of(data)
    if not media:
        raise Invalid(f"logo: expected {KINDS}, found another kind of file at {path}")
    return Logo(data, media)


def media_of(data: bytes) -> str:
    r"""The media type of a picture by its first bytes, "" for anything else.

    >>> media_of(b"\xff\xd8\xff\xe0 JFIF"), media_of(b"<svg onload='alert(1)'/>"), media_of(b"")
    ('image/jpeg', '', '')
    """
    if data.startswith(PNG) and data[12:16] == b"IHDR":
        width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
        return "image/png" if 0 < width <= LARGEST and 0 < height <= LARGEST else ""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    webp = data.startswith(b"RIFF") and data[8:15] == b"WEBPVP8"
    return "image/webp" if webp else ""
