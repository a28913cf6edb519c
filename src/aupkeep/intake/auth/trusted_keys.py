"""Whom the operator vouches for: PGP keys of reporters, and the roots of S/MIME certificates.

`keys/reporters/*.asc` holds OpenPGP certificates, `keys/roots/*.pem` the certificate authorities
that may name a mail's signer. Without such a file a signature of that kind is never a pass.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from pysequoia import Cert

from aupkeep.model.errors import Invalid

LARGEST = 8 << 20  # bytes of one file


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """`keys` are the reporters' certificates; `roots` the CA certificates as PEM, b"" for none.

    `broken` says of each file that could not be read why; the others count all the same.
    """

    keys: tuple[Cert, ...] = ()
    roots: bytes = b""
    broken: tuple[str, ...] = ()


NOBODY = TrustedKeys()


def load_trusted_keys(keys: Path) -> TrustedKeys:
    """What stands in the home's `keys` folder; read again when a file there changes.

    A file that holds no key proves nobody and stops nobody's mail: it is named in `broken`.
    """
    files = (*sorted((keys / "reporters").glob("*.asc")), *sorted((keys / "roots").glob("*.pem")))
    if not files:
        return NOBODY
    return _load(tuple((path, *_stamp(path)) for path in files))


def _stamp(path: Path) -> tuple[int, int]:
    """When a file changed and how large it is; nothing of one that is just being replaced."""
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=2)
def _load(files: tuple[tuple[Path, int, int], ...]) -> TrustedKeys:
    certs: list[Cert] = []
    roots: list[bytes] = []
    broken: list[str] = []
    for path, _, size in files:
        try:
            data = _read(path, size)
            if path.suffix == ".pem":
                roots.append(_root(data))
            else:
                certs += _certs(data)
        except (Invalid, OSError) as error:
            broken.append(f"{path.parent.name}/{path.name}: {error}")
    return TrustedKeys(tuple(certs), b"".join(roots), tuple(broken))


def _read(path: Path, size: int) -> bytes:
    if size > LARGEST:
        raise Invalid(f"expected at most {LARGEST} bytes, found {size}")
    return path.read_bytes()


def _certs(data: bytes) -> list[Cert]:
    try:
        return [split_byte for split_byte in Cert.split_bytes(data) if not split_byte.is_revoked]
    except (RuntimeError, ValueError) as error:
        why = str(error).partition("\n")[0]
        raise Invalid(f"expected OpenPGP certificates, found: {why}") from error


def _root(data: bytes) -> bytes:
    try:
        x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise Invalid(f"expected certificates in PEM, found: {error}") from error
    return data.rstrip() + b"\n"
